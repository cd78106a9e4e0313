"""The first rows of a file as a table, with the role of each column to choose in its header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QFrame, QHeaderView, QTableView

from embexplorer.operations.column_roles import ROLE_TITLES
from embexplorer.ui.widgets.fields import Combo
from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from embexplorer.operations.column_roles import PreviewColumn
    from embexplorer.operations.preview import Preview
    from embexplorer.ui.theme import Theme

AnyIndex = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
# em
ROW = 1.625
LEAST, MOST = 8.5, 20.0  # width of a column
COMBO, GAP = 1.75, 0.25


class PreviewTable(QTableView):
    """The rows of a preview.

    Signals
    -------
    role_chosen(int, str)
        A column, and the role that the person gave it.
    """

    role_chosen = Signal(int, str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        name_widget(self, "First rows of the file")
        self._model = _Model(self)
        self._header = _RoleHeader(theme, self)
        self._header.role_chosen.connect(self.role_chosen)
        self.setModel(self._model)
        self.setHorizontalHeader(self._header)
        self._header.setStretchLastSection(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def show_preview(self, found: Preview) -> None:
        """Show other rows; widths stay where the columns are the same."""
        before = self._model.titles
        self._model.show_preview(found)
        self._header.show_columns(found.columns)
        if self._model.titles != before:
            self.resizeColumnsToContents()
            for at in range(len(found.columns)):
                width = min(max(self.columnWidth(at), self._theme.px(LEAST)), self._theme.px(MOST))
                self.setColumnWidth(at, width)

    def combo(self, at: int) -> Combo:
        """Return the choice of a column's role."""
        return self._header.combos[at]


class _Model(QAbstractTableModel):
    """Texts that are all there."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._columns: tuple[PreviewColumn, ...] = ()
        self._rows: tuple[tuple[str, ...], ...] = ()

    @property
    def titles(self) -> list[str]:
        """The names of the columns."""
        return [column.title for column in self._columns]

    def show_preview(self, found: Preview) -> None:
        """Hold other rows."""
        self.beginResetModel()
        self._columns, self._rows = found.columns, found.rows
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = NO_INDEX) -> int:
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = NO_INDEX) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            is_number = "numbers" in self._columns[index.column()].kind
            side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the name of a column, or the number of a row."""
        if orientation == Qt.Orientation.Vertical:
            return section + 1 if role == Qt.ItemDataRole.DisplayRole else None
        if not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{column.title}: {column.kind}"
        return None


class _RoleHeader(QHeaderView):
    """Names of columns, and under each the choice of its role."""

    role_chosen = Signal(int, str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self.combos: list[Combo] = []
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.sectionResized.connect(self._place)
        self.geometriesChanged.connect(self._place)
        parent.horizontalScrollBar().valueChanged.connect(self._place)  # type: ignore[attr-defined]  # a table

    def show_columns(self, columns: tuple[PreviewColumn, ...]) -> None:
        """Show the roles of these columns."""
        while len(self.combos) > len(columns):
            combo = self.combos.pop()
            combo.hide()
            combo.deleteLater()
        while len(self.combos) < len(columns):
            combo = Combo(self._theme, self.viewport(), "Role")
            combo.activated.connect(self._choose)
            self.combos.append(combo)
        for combo, column in zip(self.combos, columns, strict=True):
            name_widget(combo, f"Role of {column.title}")
            combo.setToolTip(f"What “{column.title}” ({column.kind}) becomes")
            combo.clear()
            for role in column.choices or (column.role,):
                combo.addItem(ROLE_TITLES[role], role)
            if combo.findData(column.role) < 0:
                combo.addItem(ROLE_TITLES[column.role], column.role)
            combo.setCurrentIndex(combo.findData(column.role))
            combo.setEnabled(bool(column.choices))
            combo.show()
        self._place()

    def sizeHint(self) -> QSize:
        """Return room for the choices under the names."""
        size = super().sizeHint()
        return QSize(size.width(), size.height() + self._theme.px(COMBO + 2 * GAP))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the choices under the names."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        gap, height = self._theme.px(GAP), self._theme.px(COMBO)
        top = self.height() - height - gap
        for at, combo in enumerate(self.combos[: self.count()]):
            width = self.sectionSize(at) - 2 * gap
            combo.setGeometry(self.sectionViewportPosition(at) + gap, top, max(1, width), height)

    def _choose(self) -> None:
        combo = self.sender()
        at = next(at for at, one in enumerate(self.combos) if one is combo)
        self.role_chosen.emit(at, self.combos[at].currentData())
