"""The rows of a legend: dot, name, share of the items and count of each category."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetricsF

from embexplorer.ui.widgets.own_keys import keep_keys
from embexplorer.ui.widgets.painting import DOT, RIGHT, draw_bar, draw_dot, draw_text
from embexplorer.ui.widgets.row_list import ENTER, NOTHING, RowDelegate, RowList, RowsModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
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
WIDE, NARROW_BAR_ROOM = 12.25, 0.75  # beside a scroll bar the names need the room
LONG_NAME = 16  # characters that may not fit
MANY = 1000  # rows that are always laid out at once

OTHER = -1  # position in the palette of what has no color of its own


@dataclass(frozen=True, slots=True)
class LegendRow:
    """One row.

    Parameters
    ----------
    codes
        What it stands for: one category of the coloring, or several; -1 is missing values.
    name
        What it is called.
    count
        Items of it that are in the view.
    position
        Its place in the palette of categories; -1 for the color that several share.
    """

    codes: tuple[int, ...]
    name: str
    count: int
    position: int


class CategoryList(RowList):
    """The categories of a legend. Its signals carry the codes of a row, as a tuple.

    Signals
    -------
    category_hovered(object)
        Under the mouse or the keyboard; empty when there is none any more.
    category_toggled(object)
        A click or Space.
    category_soloed(object, bool)
        A double click, after its first click was told as `category_toggled`, or Enter: which one.
    category_added(object)
        A click with Ctrl.
    menu_requested(object, QPoint)
        The other button or the menu key, and where on the screen.
    """

    category_hovered = Signal(object)
    category_toggled = Signal(object)
    category_soloed = Signal(object, bool)
    category_added = Signal(object)
    menu_requested = Signal(object, QPoint)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, "Categories", MANY)
        self._model = _CategoryModel(self)
        self._painter = _CategoryDelegate(theme, self, self._model)
        self._adds = False
        self.setSelectionMode(RowList.SelectionMode.NoSelection)
        self.use(self._model, self._painter)
        self.row_hovered.connect(self._on_row_hovered)
        self.doubleClicked.connect(self._on_double_clicked)

    def row_height(self) -> int:
        """Return the height of a row, pixels."""
        return self._painter.row_height()

    def show_rows(self, rows: Sequence[LegendRow], hidden: frozenset[int], most: int) -> None:
        """Show rows; those already shown keep the mouse and the keyboard.

        Parameters
        ----------
        hidden
            Codes that the map leaves out.
        most
            The largest count of all rows, those not shown included, for the length of the bars.
        """
        self._model.hidden = hidden
        self._model.most = most
        if [row.codes for row in rows] == [row.codes for row in self._model.rows]:
            self._model.renew(rows)
        else:
            self._model.set_rows(rows)

    def event(self, event: QEvent) -> bool:
        """Keep Enter and Space from the shortcuts of the map under the legend."""
        keep_keys(event, (Qt.Key.Key_Space, *ENTER))
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hide or show on Space."""
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            is_adding = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            signal = self.category_added if is_adding else self.category_toggled
            signal.emit(self._codes(self.currentIndex().row()))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember whether Ctrl is held: what a click does depends on it."""
        self._adds = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.button() == Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Isolate; with Ctrl both clicks add."""
        self._adds = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        super().mouseDoubleClickEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of a row."""
        is_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if is_mouse else self.currentIndex()
        if index.isValid():
            at = self.visualRect(index).center()
            place = event.globalPos() if is_mouse else self.viewport().mapToGlobal(at)
            self.menu_requested.emit(self._codes(index.row()), place)

    def click_row(self, row: int) -> None:
        """Hide or show on a click; add on one with Ctrl."""
        (self.category_added if self._adds else self.category_toggled).emit(self._codes(row))

    def activate_row(self, row: int) -> None:
        """Show only this one on Enter."""
        self.category_soloed.emit(self._codes(row), False)

    def _codes(self, row: int) -> tuple[int, ...]:
        return self._model.rows[row].codes

    def _on_row_hovered(self, row: int) -> None:
        self.category_hovered.emit(() if row == NOTHING else self._codes(row))

    def _on_double_clicked(self, index: QModelIndex) -> None:
        if self._adds:
            self.category_added.emit(self._codes(index.row()))
        else:
            self.category_soloed.emit(self._codes(index.row()), True)


class _CategoryModel(RowsModel[LegendRow]):
    hidden: frozenset[int] = frozenset()
    most = 1

    def text_of(self, row: LegendRow) -> str:
        return row.name

    def spoken(self, row: LegendRow) -> str:
        return f"{row.name}, {row.count:,}{', hidden' if self.is_hidden(row) else ''}"

    def tip_of(self, row: LegendRow) -> str:
        return row.name if len(row.name) > LONG_NAME else ""

    def is_hidden(self, row: LegendRow) -> bool:
        return self.hidden.issuperset(row.codes)

    def renew(self, rows: Sequence[LegendRow]) -> None:
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
        is_hidden = self._model.is_hidden(shown)
        color = theme.category(shown.position)
        center = QPointF(rect.x() + em * LEFT, rect.center().y())
        draw_dot(painter, center, em * DOT, color, is_hollow=is_hidden)
        small = theme.font("caption", tabular=True)
        most = max(1, self._model.most)
        counts = QFontMetricsF(small).horizontalAdvance(f"{max(most, shown.count):,}")
        count = QRectF(rect.right() - em * EDGE - counts, rect.y(), counts, rect.height())
        muted = theme.color("faint" if is_hidden else "muted")
        draw_text(painter, count, f"{shown.count:,}", small, muted, RIGHT)
        end = count.x() - em * GAP
        room = em * (BAR_ROOM if rect.width() >= em * WIDE else NARROW_BAR_ROOM)
        length = room * min(1.0, shown.count / most)
        top = rect.center().y() - em * BAR / 2
        draw_bar(painter, QRectF(end - length, top, length, em * BAR), theme.color("press"))
        left = rect.x() + em * NAME
        name = QRectF(left, rect.y(), end - room - em * 0.25 - left, rect.height())
        text = theme.color("faint" if is_hidden else "text")
        draw_text(painter, name, shown.name, theme.font(), text)
