"""What is said in the middle of a map that has no points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout

from embexplorer.app.presenters.empty_map import awaited
from embexplorer.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.ui.scatter.map_view import MapView
    from embexplorer.ui.theme import Theme

DELAY = 150  # ms in which a map may still come without a word


class EmptyMap(EmptyState):
    """Says what an empty map waits for; what is dropped and clicked goes to the map."""

    def __init__(self, theme: Theme, services: Services, view: MapView) -> None:
        super().__init__(theme, view, "", "")
        self._services = services
        self.setProperty("kind", "")  # the map shows through
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QVBoxLayout(view)
        layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        layout.addWidget(self)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(DELAY)
        self._later.timeout.connect(self._say)
        self.hide()
        services.store.subscribe(self._changed)
        self._changed(services.store.state, services.store.state)

    def _changed(self, old: State, new: State) -> None:
        said = awaited(new)
        if said is None:
            self._later.stop()
            self.hide()
        elif self.isVisible():
            self.show_text(*said)
        elif not self._later.isActive():
            self._later.start()

    def _say(self) -> None:
        said = awaited(self._services.store.state)
        if said is not None:
            self.show_text(*said)
            self.show()
