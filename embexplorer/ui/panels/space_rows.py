"""One row of the library: a space or a corpus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from embexplorer.ui.widgets.buttons import Button, ToolButton
from embexplorer.ui.widgets.icon_label import IconLabel
from embexplorer.ui.widgets.labels import ElidedLabel, set_kind

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent

    from embexplorer.app.presenters.library import DataRow
    from embexplorer.ui.theme import Theme

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class Row(QFrame):
    """A frame that a click or Enter activates."""

    activated = Signal(str)

    def __init__(self, parent: QWidget, key: str, name: str, *, is_active: bool) -> None:
        super().__init__(parent)
        self._key = key
        self.setObjectName(f"row-{key}")
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        set_kind(self, "active" if is_active else "row")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Activate on a left click."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.activated.emit(self._key)
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Activate on Enter or Space."""
        if event.key() in _ENTER:
            self.activated.emit(self._key)
        else:
            super().keyPressEvent(event)


class DataRowWidget(Row):
    """A space or a corpus: icon, name, summary, what must be said of it, and a menu."""

    close_requested = Signal(str)
    join_requested = Signal(str)
    place_requested = Signal(str)
    notes_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget, row: DataRow) -> None:
        super().__init__(parent, row.id, f"{row.name}, {row.summary}", is_active=row.is_active)
        self._theme = theme
        self._is_space, self._may_place = row.is_space, row.may_be_placed
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(0.5), theme.px(0.375), theme.px(0.25), theme.px(0.375))
        layout.setSpacing(theme.px(0.5))
        drawn = "space" if row.is_space else "text"
        icon = IconLabel(theme, self, drawn, "accent_text" if row.is_active else "muted")
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(ElidedLabel(self, row.name, "strong" if row.is_active else ""))
        texts.addWidget(ElidedLabel(self, row.summary, "caption"))
        if row.noted:
            notes = Button(theme, self, f"{row.noted}…", kind="link")
            notes.setAccessibleName(f"{row.noted} on {row.name}")
            notes.clicked.connect(self._show_notes)
            texts.addWidget(notes, alignment=Qt.AlignmentFlag.AlignLeft)
        more = ToolButton(theme, self, "more", f"Actions for {row.name}")
        more.clicked.connect(self._show_menu)
        layout.addWidget(icon)
        layout.addLayout(texts, 1)
        layout.addWidget(more)
        self._more = more

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu of the row."""
        self._show_menu()

    def _show_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._is_space:
            menu.addAction("Join columns…", self._join)
            place = menu.addAction("Place on an existing map…", self._place)
            place.setEnabled(self._may_place)
        menu.addAction("Close", self._close)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _show_notes(self) -> None:
        self.notes_requested.emit(self._key)

    def _join(self) -> None:
        self.join_requested.emit(self._key)

    def _place(self) -> None:
        self.place_requested.emit(self._key)

    def _close(self) -> None:
        self.close_requested.emit(self._key)
