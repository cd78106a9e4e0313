"""An error under the field it belongs to, with near spellings as links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.labels import label

if TYPE_CHECKING:
    from embexplorer.core.errors import UserError
    from embexplorer.ui.theme import Theme

MEANT = "Did you mean"


class ErrorLine(QWidget):
    """Title, detail and hint; each near spelling that the error knows becomes a link."""

    suggestion_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title = label(self, "", "danger", wrap=True)
        self._detail = label(self, "", "caption", wrap=True)
        self._links: list[Button] = []
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(theme.px(0.25))
        self._box.addWidget(self._title)
        self._box.addWidget(self._detail)
        self.hide()

    def show_error(self, error: UserError | None) -> None:
        """Show an error, or nothing."""
        for link in self._links:
            self._box.removeWidget(link)
            link.hide()
            link.deleteLater()
        self._links = []
        self.setVisible(error is not None)
        if error is None:
            return
        self._title.setText(error.title)
        suggestions: tuple[str, ...] = getattr(error, "suggestions", ())  # of an unknown item
        hint = MEANT if suggestions else error.hint
        self._detail.setText(f"{error.detail} {hint}")
        for text in suggestions:
            link = Button(self._theme, self, text, kind="link")
            link.clicked.connect(self._choose)
            self._box.addWidget(link)
            self._links.append(link)

    def _choose(self) -> None:
        link = self.sender()
        if isinstance(link, Button):
            self.suggestion_chosen.emit(link.text())
