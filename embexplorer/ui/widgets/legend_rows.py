"""The rows of a legend: dot, name, share of the items and count of each category."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF

from embexplorer.ui.widgets.painting import DOT, RIGHT, draw_bar, draw_dot, draw_text
from embexplorer.ui.widgets.row_list import NOTHING, RowDelegate, RowList, RowsModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QPainter
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

# em
ROW = 1.375
LEFT = 0.75
NAME = 1.375
EDGE = 0.5
GAP = 0.5
BAR = 0.375
BAR_ROOM = 2.0
MANY = 1000  # rows that are always laid out at once

OTHER = -1


@dataclass(frozen=True, slots=True)
class LegendCategory:
    """One category.

    Parameters
    ----------
    k
        Its position in the column's categories, which the signals carry.
    name
        What it is called.
    count
        Items of it that are in the view.
    is_hidden
        Whether the map leaves it out.
    is_other
        Whether it stands for all values that have no color of their own, or for missing ones.
    """

    k: int
    name: str
    count: int
    is_hidden: bool = False
    is_other: bool = False


class CategoryList(RowList):
    """The categories of a legend."""

    category_hovered = Signal(int)
    category_toggled = Signal(int)
    category_soloed = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, "Categories", MANY)
        self._model = _CategoryModel(self)
        self._painter = _CategoryDelegate(theme, self, self._model)
        self.setSelectionMode(RowList.SelectionMode.NoSelection)
        self.use(self._model, self._painter)
        self.row_hovered.connect(self._on_row_hovered)
        self.doubleClicked.connect(self._on_double_clicked)

    def row_height(self) -> int:
        """Return the height of a row, pixels."""
        return self._painter.row_height()

    def show_categories(self, categories: Sequence[LegendCategory]) -> None:
        """Show categories; those already shown keep the mouse and the keyboard."""
        if self._model.has_same_keys(categories):
            self._model.renew(categories)
        else:
            self._model.set_rows(categories)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hide or show on Space."""
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self.category_toggled.emit(self._key(self.currentIndex().row()))
        else:
            super().keyPressEvent(event)

    def click_row(self, row: int) -> None:
        """Hide or show on a click."""
        self.category_toggled.emit(self._key(row))

    def activate_row(self, row: int) -> None:
        """Show only this one on Enter."""
        self.category_soloed.emit(self._key(row))

    def _key(self, row: int) -> int:
        return self._model.rows[row].k

    def _on_row_hovered(self, row: int) -> None:
        self.category_hovered.emit(NOTHING if row == NOTHING else self._key(row))

    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.category_toggled.emit(self._key(index.row()))
        self.category_soloed.emit(self._key(index.row()))


class _CategoryModel(RowsModel[LegendCategory]):
    def text_of(self, row: LegendCategory) -> str:
        return row.name

    def spoken(self, row: LegendCategory) -> str:
        return f"{row.name}, {row.count:,}{', hidden' if row.is_hidden else ''}"

    def tip_of(self, row: LegendCategory) -> str:
        return ""

    def has_same_keys(self, rows: Sequence[LegendCategory]) -> bool:
        return [row.k for row in rows] == [row.k for row in self.rows]

    def renew(self, rows: Sequence[LegendCategory]) -> None:
        self.rows = tuple(rows)
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))


class _CategoryDelegate(RowDelegate):
    def __init__(self, theme: Theme, parent: QWidget, model: _CategoryModel) -> None:
        super().__init__(theme, parent)
        self._model = model

    def row_height(self) -> int:
        return self.theme.px(ROW)

    def paint_row(self, painter: QPainter, rect: QRectF, row: int, is_selected: bool) -> None:
        theme, em = self.theme, self.theme.em
        shown = self._model.rows[row]
        color = theme.category(OTHER if shown.is_other else shown.k)
        center = QPointF(rect.x() + em * LEFT, rect.center().y())
        draw_dot(painter, center, em * DOT, color, is_hollow=shown.is_hidden)
        small = theme.font("caption", tabular=True)
        counts = QFontMetricsF(small).horizontalAdvance(f"{self._most():,}")
        count = QRectF(rect.right() - em * EDGE - counts, rect.y(), counts, rect.height())
        muted = theme.color("faint" if shown.is_hidden else "muted")
        draw_text(painter, count, f"{shown.count:,}", small, muted, RIGHT)
        end = count.x() - em * GAP
        length = em * BAR_ROOM * shown.count / max(1, self._most())
        top = rect.center().y() - em * BAR / 2
        draw_bar(painter, QRectF(end - length, top, length, em * BAR), theme.color("press"))
        left = rect.x() + em * NAME
        name = QRectF(left, rect.y(), end - em * (BAR_ROOM + 0.25) - left, rect.height())
        text = theme.color("faint" if shown.is_hidden else "text")
        draw_text(painter, name, shown.name, theme.font(), text)

    def _most(self) -> int:
        return max((row.count for row in self._model.rows), default=0)
