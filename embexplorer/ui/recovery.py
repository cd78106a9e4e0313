"""What crashed windows left, offered in a bar that waits; and the clock that keeps this window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QSizePolicy, QToolBar, QWidget

from embexplorer.app.presenters.keeping import left_views
from embexplorer.core.counted import counted
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.labels import ElidedLabel, label

if TYPE_CHECKING:
    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.ui.project_files import ProjectFiles
    from embexplorer.ui.theme import Theme

MOST_ROWS = 3  # crashed windows that are shown at once, the newest
INTERVAL = 60_000  # ms between two looks at whether something has changed


class Recovery(QToolBar):
    """*Recover*, *Discard*, *Later* for the newest crashed windows; hidden without one."""

    def __init__(
        self, theme: Theme, services: Services, projects: ProjectFiles, window: QWidget
    ) -> None:
        super().__init__("Recovery", window)
        self.setObjectName("Recovery")
        self.setAccessibleName("Recovery")
        self.setMovable(False)
        self.toggleViewAction().setVisible(False)
        self._theme = theme
        self._services = services
        self._projects = projects
        self._rows: QWidget | None = None
        self.hide()
        services.store.subscribe(self._changed)
        self.clock = QTimer(self)
        self.clock.setInterval(INTERVAL)
        self.clock.timeout.connect(services.keeping.tick)
        self.clock.timeout.connect(services.project.tick)

    def begin(self) -> None:
        """Keep this window from now on, and look for what others left."""
        self._services.keeping.begin()
        self.clock.start()

    def _changed(self, old: State, new: State) -> None:
        if old.left == new.left:
            return
        self.clear()
        if self._rows is not None:
            self._rows.deleteLater()
        self._rows = None
        views = left_views(new)
        if views:
            self._rows = QWidget(self)
            self._rows.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            lines = column(self._theme, gap=0.25)
            side = self._theme.px(0.5)
            lines.setContentsMargins(side, side, side, side)
            for view in views[:MOST_ROWS]:
                lines.addLayout(row(self._theme, *self._row(self._rows, view.text, view.folder)))
            if len(views) > MOST_ROWS:
                older = counted(len(views) - MOST_ROWS, "older window")
                lines.addWidget(
                    label(self._rows, f"{older} can be recovered after these.", "caption")
                )
            self._rows.setLayout(lines)
            self.addWidget(self._rows)
        self.setVisible(bool(views))

    def _row(self, parent: QWidget, text: str, folder: str) -> list[QWidget]:
        said = ElidedLabel(parent, text)
        said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        things: list[QWidget] = [said]
        for name, act in (
            ("Recover", self._recover),
            ("Discard", self._discard),
            ("Later", self._services.keeping.later),
        ):
            kind = "primary" if name == "Recover" else "quiet"
            button = Button(self._theme, parent, name, kind=kind)
            button.setObjectName(name)
            button.setProperty("folder", folder)
            button.clicked.connect(act)
            things.append(button)
        return things

    def _recover(self) -> None:
        folder = self.sender().property("folder")

        def go_on() -> None:
            self._services.keeping.recover(folder)

        if self._projects.may_leave(go_on):
            go_on()

    def _discard(self) -> None:
        self._services.keeping.discard(self.sender().property("folder"))
