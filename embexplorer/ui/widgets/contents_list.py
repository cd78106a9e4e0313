"""Named groups of items with their colors, sizes and terms; several can be chosen, one renamed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QWidget

from embexplorer.core.counted import counted
from embexplorer.ui.widgets.painting import DOT, RIGHT, draw_dot, draw_text
from embexplorer.ui.widgets.row_list import RowDelegate, RowList, RowsModel

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QStyleOptionViewItem

    from embexplorer.ui.theme import Theme

AnyIndex = QModelIndex | QPersistentModelIndex
# em
ONE_LINE, TWO_LINES = 1.75, 2.75
LEFT, NAME, EDGE, GAP = 0.75, 1.5, 0.5, 0.5
MOST = 100  # rows before the list scrolls inside
EDIT_ROLE = Qt.ItemDataRole.EditRole


@dataclass(frozen=True, slots=True)
class ContentsRow:
    """One group: its number, which the signals carry, name, size, terms and palette position."""

    number: int
    name: str
    size: int
    terms: str
    position: int


class ContentsList(RowList):
    """Rows of groups.

    Signals
    -------
    renamed(int, str)
        A person typed another name for a group: F2 or a double click begins.
    """

    renamed = Signal(int, str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, "Contents of the map", MOST)
        self._model = _ContentsModel(self)
        self._painter = _ContentsDelegate(theme, self, self._model)
        self._model.renamed.connect(self.renamed)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.use(self._model, self._painter)

    @property
    def rows(self) -> tuple[ContentsRow, ...]:
        """The rows that are shown."""
        return self._model.rows

    def set_rows(self, rows: Sequence[ContentsRow]) -> None:
        """Show other rows; what is chosen and pointed at stays where nothing has changed."""
        if tuple(rows) == self._model.rows:
            return
        had_terms = self._painter.has_terms
        self._painter.has_terms = any(row.terms for row in rows)
        same = [row.number for row in rows] == [row.number for row in self._model.rows]
        if same and had_terms == self._painter.has_terms:
            self._model.renew(rows)
        else:
            self._model.set_rows(rows)

    @property
    def chosen(self) -> list[int]:
        """The numbers of the chosen groups, in the order of the list."""
        places = sorted(index.row() for index in self.selectedIndexes())
        return [self._model.rows[place].number for place in places]

    def begin_rename(self) -> None:
        """Open a field on the row that has the keyboard."""
        if self.currentIndex().isValid():
            self.edit(self.currentIndex())


class _ContentsModel(RowsModel[ContentsRow]):
    renamed = Signal(int, str)

    def renew(self, rows: Sequence[ContentsRow]) -> None:
        """Show other contents of the same rows."""
        self.rows = tuple(rows)
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))

    def text_of(self, row: ContentsRow) -> str:
        return row.name

    def spoken(self, row: ContentsRow) -> str:
        return ", ".join(filter(None, (row.name, counted(row.size, "item"), row.terms)))

    def tip_of(self, row: ContentsRow) -> str:
        return f"{row.name}\n{row.terms}" if row.terms else row.name

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == EDIT_ROLE and index.isValid():
            return self.rows[index.row()].name
        return super().data(index, role)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: AnyIndex, value: Any, role: int = EDIT_ROLE) -> bool:
        row = self.rows[index.row()]
        if str(value).strip() and str(value) != row.name:
            self.renamed.emit(row.number, str(value))
        return True


class _ContentsDelegate(RowDelegate):
    def __init__(self, theme: Theme, parent: QWidget, model: _ContentsModel) -> None:
        super().__init__(theme, parent)
        self._model = model
        self.has_terms = False

    def row_height(self) -> int:
        return self.theme.px(TWO_LINES if self.has_terms else ONE_LINE)

    def paint_row(self, painter: QPainter, rect: QRectF, row: int, is_selected: bool) -> None:
        theme, em, shown = self.theme, self.theme.em, self._model.rows[row]
        small = theme.font("caption", tabular=True)
        line = QRectF(rect.x(), rect.y(), rect.width(), em * ONE_LINE)
        if self.has_terms:
            line.translate(0, -em * 0.05)
        draw_dot(
            painter,
            QPointF(rect.x() + em * LEFT, line.center().y()),
            em * DOT,
            theme.category(shown.position),
        )
        width = QFontMetricsF(small).horizontalAdvance(f"{shown.size:,}")
        size = QRectF(rect.right() - em * EDGE - width, line.y(), width, line.height())
        draw_text(painter, size, f"{shown.size:,}", small, theme.color("muted"), RIGHT)
        left = rect.x() + em * NAME
        name = QRectF(left, line.y(), size.x() - em * GAP - left, line.height())
        draw_text(painter, name, shown.name, theme.font(weight=600), theme.color("text"))
        if shown.terms:
            below = QRectF(left, line.bottom() - em * 0.35, rect.right() - em * EDGE - left, em)
            draw_text(painter, below, shown.terms, theme.font("caption"), theme.color("muted"))

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> QWidget:
        field = QLineEdit(parent)
        field.setObjectName("ClusterName")
        field.setAccessibleName("Name of the cluster")
        return field

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> None:
        place = option.rect
        place.setLeft(place.left() + round(self.theme.em * (NAME - 0.4)))
        editor.setGeometry(place)
