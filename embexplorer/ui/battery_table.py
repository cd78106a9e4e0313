"""The table of a probe battery: a row for each probe, sets and space, sorted by any column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QFrame, QHeaderView, QTableView

from embexplorer.app.presenters.battery_view import COLUMN_TIPS, COLUMNS, NUMBERS, sorted_rows
from embexplorer.ui.widgets.naming import name_widget
from embexplorer.ui.widgets.painting import RIGHT

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtWidgets import QWidget

    from embexplorer.app.presenters.battery_view import BatteryRow
    from embexplorer.ui.theme import Theme

AnyIndex = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
ROW = 1.625  # em
WIDTHS = (8.0, 6.5, 8.0, 4.5, 6.0, 6.5, 6.5, 6.5, 7.0)  # em, of all columns but the last


class BatteryTable(QTableView):
    """The rows; one is chosen by a click or by Return.

    Signals
    -------
    row_chosen(object)
        A `BatteryRow`.
    """

    row_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        name_widget(self, "Numbers of the battery")
        self._rows = _Model(self)
        self.setModel(self._rows)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(True)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)
        for at, width in enumerate(WIDTHS):
            self.setColumnWidth(at, theme.px(width))
        self.setSortingEnabled(True)
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)

    @property
    def rows(self) -> tuple[BatteryRow, ...]:
        """The rows in the order of the moment."""
        return self._rows.rows

    def show_rows(self, rows: tuple[BatteryRow, ...]) -> None:
        """Show other rows, sorted as those before."""
        header = self.horizontalHeader()
        self._rows.show_rows(rows)
        self._rows.sort(header.sortIndicatorSection(), header.sortIndicatorOrder())

    def _choose(self, index: QModelIndex) -> None:
        self.row_chosen.emit(self.rows[index.row()])


class _Model(QAbstractTableModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._asked: tuple[BatteryRow, ...] = ()
        self.rows: tuple[BatteryRow, ...] = ()

    def show_rows(self, rows: tuple[BatteryRow, ...]) -> None:
        self.beginResetModel()
        self._asked = self.rows = rows
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.beginResetModel()
        is_descending = order == Qt.SortOrder.DescendingOrder
        self.rows = (
            self._asked
            if column < 0
            else sorted_rows(self._asked, column, is_descending=is_descending)
        )
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return row.texts[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tips[column] or row.texts[column]
        if role == Qt.ItemDataRole.TextAlignmentRole and column in NUMBERS:
            return RIGHT
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return COLUMN_TIPS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section in NUMBERS:
            return RIGHT
        return None
