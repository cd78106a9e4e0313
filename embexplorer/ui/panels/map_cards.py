"""The maps of the active space in the library: a card each, and below it the views kept of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from embexplorer.ui.panels.space_rows import Row
from embexplorer.ui.widgets.buttons import ToolButton
from embexplorer.ui.widgets.icon_label import IconLabel
from embexplorer.ui.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QImage

    from embexplorer.app.presenters.gallery import MapCard, ViewRow
    from embexplorer.ui.theme import Theme

INDENT = 1.0  # em, so that cards stand below their space


class MapCardWidget(Row):
    """A map: its picture, how it was made, how good it is, and a menu.

    Signals
    -------
    asked(str, str)
        What the menu was asked to do, by its name in `MENU`, and the id of the map.
    """

    asked = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget, card: MapCard, size: QSize) -> None:
        name = " ".join(filter(None, (card.title, card.quality)))
        super().__init__(parent, card.id, name, is_active=False)
        self._card = card
        self._size = size
        self.setToolTip(card.about)
        self.setAccessibleDescription(card.detail)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(INDENT), theme.px(0.25), 0, theme.px(0.25))
        layout.setSpacing(theme.px(0.5))
        self._picture = QLabel(self)
        self._picture.setProperty("kind", "thumbnail")
        self._picture.setFixedSize(size)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(ElidedLabel(self, card.title, "strong" if card.is_active else ""))
        said = ("beside" if card.is_beside else "", card.quality, card.detail)
        texts.addWidget(ElidedLabel(self, " · ".join(filter(None, said)), "caption"))
        self._more = ToolButton(theme, self, "more", f"Actions for {card.title}")
        self._more.clicked.connect(self._show_menu)
        layout.addWidget(self._picture)
        layout.addLayout(texts, 1)
        layout.addWidget(self._more)

    @property
    def projection_id(self) -> str:
        """The map it stands for."""
        return self._card.id

    def show_picture(self, picture: QImage | None) -> None:
        """Show the picture of the map, or none while it is not drawn."""
        if picture is not None:
            self._picture.setPixmap(QPixmap.fromImage(picture))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu of the card."""
        self._show_menu()

    def _show_menu(self) -> None:
        card = self._card
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        entries = (
            ("Show", "show", not card.is_active),
            ("Show beside the map", "beside", not card.is_beside),
            ("", "", True),
            ("Run again with changes…", "again", card.can_repeat),
            ("Copy its settings", "copy", True),
            ("", "", True),
            ("Remove", "remove", True),
        )
        for title, what, is_enabled in entries:
            if not title:
                menu.addSeparator()
                continue
            action = menu.addAction(title, self._ask)
            action.setData(what)
            action.setEnabled(is_enabled)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _ask(self) -> None:
        self.asked.emit(self.sender().data(), self._card.id)  # type: ignore[attr-defined]  # a QAction


class ViewRowWidget(Row):
    """A view that was kept: a click flies there.

    Signals
    -------
    rename_requested(str), remove_requested(str)
        The menu was asked for it.
    """

    rename_requested = Signal(str)
    remove_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget, view: ViewRow, indent: float) -> None:
        super().__init__(parent, view.id, f"View {view.name}", is_active=False)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(indent), 0, 0, 0)
        layout.setSpacing(theme.px(0.375))
        self._more = ToolButton(theme, self, "more", f"Actions for the view {view.name}")
        self._more.clicked.connect(self._show_menu)
        layout.addWidget(IconLabel(theme, self, "pin"))
        layout.addWidget(ElidedLabel(self, view.name), 1)
        layout.addWidget(self._more)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu of the row."""
        self._show_menu()

    def _show_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Rename…", self._rename)
        menu.addAction("Remove", self._remove)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _rename(self) -> None:
        self.rename_requested.emit(self._key)

    def _remove(self) -> None:
        self.remove_requested.emit(self._key)
