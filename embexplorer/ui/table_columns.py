"""Which columns of the items table are shown, and in which order: a menu of the head changes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from embexplorer.ui.items_model import ITEM_COLUMN

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTableView

    from embexplorer.ui.items_model import ItemsModel


class TableColumns(QObject):
    """Keeps what a person arranged by the names of columns, whatever table is shown.

    Signals
    -------
    arranged()
        A person moved, hid or showed a column.
    """

    arranged = Signal()

    def __init__(self, table: QTableView, model: ItemsModel) -> None:
        super().__init__(table)
        self._head = table.horizontalHeader()
        self._model = model
        self._order: list[str] = []
        self._hidden: set[str] = set()
        self._head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._head.customContextMenuRequested.connect(self._open_menu)
        self._head.sectionMoved.connect(self._on_moved)
        model.columns_changed.connect(self.apply)

    def text(self) -> str:
        """Return the arrangement as text for the settings."""
        return json.dumps({"order": self._order, "hidden": sorted(self._hidden)})

    def restore(self, text: str) -> None:
        """Arrange as `text` says; what cannot be read changes nothing."""
        try:
            read = json.loads(text)
            order, hidden = read["order"], read["hidden"]
        except (ValueError, KeyError, TypeError):
            return
        if all(isinstance(part, list) for part in (order, hidden)):
            self._order = [name for name in order if isinstance(name, str)]
            self._hidden = {name for name in hidden if isinstance(name, str)}
            self.apply()

    def apply(self) -> None:
        """Arrange the columns of the table that is shown now."""
        with QSignalBlocker(self._head):
            names = self._names()
            known = {name: place for place, name in enumerate(self._order)}
            movable = range(ITEM_COLUMN + 1, len(names))
            for section in range(len(names)):
                self._head.moveSection(self._head.visualIndex(section), section)
            placed = sorted(movable, key=lambda k: known.get(names[k], len(known) + k))
            for place, section in enumerate(placed, start=ITEM_COLUMN + 1):
                self._head.moveSection(self._head.visualIndex(section), place)
            for section in movable:
                self._head.setSectionHidden(section, names[section] in self._hidden)

    def shown_names(self) -> list[str]:
        """Return the names of the table's columns that are shown, in the order they are read."""
        sections = [self._head.logicalIndex(k) for k in range(self._head.count())]
        shown = [k for k in sections if not self._head.isSectionHidden(k)]
        return [name for name in map(self._model.column_name, shown) if name]

    def fill(self, menu: QMenu) -> None:
        """Add one entry for each column that can be hidden, and how to show all."""
        for section in range(ITEM_COLUMN + 1, self._model.columnCount()):
            title = str(self._model.headerData(section, Qt.Orientation.Horizontal))
            action = menu.addAction(title.replace("&", "&&"))
            action.setData(self._name(section))
            action.setCheckable(True)
            action.setChecked(not self._head.isSectionHidden(section))
            action.triggered.connect(self._toggle)
        menu.addSeparator()
        menu.addAction("Show all in their order", self._reset)

    def _names(self) -> list[str]:
        return [self._name(section) for section in range(self._model.columnCount())]

    def _name(self, section: int) -> str:
        title = self._model.score_title if self._model.is_score(section) else ""
        return self._model.column_name(section) or f"({title})"

    def _open_menu(self, at: QPoint) -> None:
        menu = QMenu(self._head)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill(menu)
        menu.popup(self._head.mapToGlobal(at))

    def _toggle(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self._hidden ^= {action.data()}
        self.apply()
        self.arranged.emit()

    def _reset(self) -> None:
        self._order, self._hidden = [], set()
        self.apply()
        self.arranged.emit()

    def _on_moved(self) -> None:
        sections = [self._head.logicalIndex(k) for k in range(self._head.count())]
        names = self._names()
        self._order = [names[k] for k in sections if k > ITEM_COLUMN]
        self.apply()  # number and item stay first
        self.arranged.emit()
