"""The dialog that lists which rows were left out, cut, or stand out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QDialog, QTableView

from embexplorer.app.presenters.left_out import COLUMNS
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.labels import label
from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtWidgets import QWidget

    from embexplorer.app.presenters.left_out import LeftOut
    from embexplorer.ui.theme import Theme

# em
WIDTH, HEIGHT = 46, 28
MARGIN = 1.0
WIDTHS = (7.0, 12.0, 5.0)  # of all columns but the last
NO_INDEX = QModelIndex()
AnyIndex = QModelIndex | QPersistentModelIndex


class LeftOutDialog(QDialog):
    """Sentences, the rows, and a button that exports them.

    Signals
    -------
    export_requested()
        The rows shall be written into a file.
    """

    export_requested = Signal()

    def __init__(self, theme: Theme, shown: LeftOut, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("left-out")
        self.setWindowTitle(f"What was left out of {shown.title}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.table = QTableView(self)
        name_widget(self.table, "Rows")
        self.table.setModel(_RowsModel(shown.rows, self))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for at, width in enumerate(WIDTHS):
            self.table.setColumnWidth(at, theme.px(width))
        self.table.setVisible(bool(shown.rows))
        export = Button(theme, self, "Export…")
        export.setEnabled(bool(shown.rows))
        export.clicked.connect(self.export_requested)
        close = Button(theme, self, "Close", kind="primary")
        close.clicked.connect(self.accept)
        said = label(self, "\n".join(shown.sentences), wrap=True)
        box = column(theme, said, self.table, row(theme, export, None, close))
        margin = theme.px(MARGIN)
        box.setContentsMargins(margin, margin, margin, margin)
        self.setLayout(box)
        self.setMinimumWidth(theme.px(WIDTH))
        if shown.rows:
            self.resize(theme.px(WIDTH), theme.px(HEIGHT))


class _RowsModel(QAbstractTableModel):
    """The rows as they are."""

    def __init__(self, rows: tuple[tuple[str, ...], ...], parent: QObject) -> None:
        super().__init__(parent)
        self._rows = rows

    def rowCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._rows[index.row()][index.column()]
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return None
