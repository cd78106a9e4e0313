"""The table of items: the same selection, dots and order as the map and the lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSignalBlocker,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from embexplorer.ui.items_model import ITEM_COLUMN, NUMBER_COLUMN, ItemsModel
from embexplorer.ui.table_columns import TableColumns
from embexplorer.ui.widgets.naming import name_widget
from embexplorer.ui.widgets.painting import DOT, LEFT, RIGHT, draw_bar, draw_dot, draw_text

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

AnyIndex = QModelIndex | QPersistentModelIndex
NOTHING = -1
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
# em
ROW = 1.625
PADDING = 0.5
WIDTHS = {"number": 4.5, "item": 24.0, "category": 8.5, "numeric": 6.0, "text": 9.0}
MOST_STRETCHED = 7  # columns that share the width; more of them scroll
LEAST_ITEM = 12.0  # below it the other columns scroll instead
LONGEST_TITLE = 12.0  # of another column; a longer one is cut


class ItemsTable(QTableView):
    """The items that are shown, in their order. It has no selection of its own.

    Attributes
    ----------
    items_model
        What it shows.
    columns
        Which columns are shown, in which order.

    Signals
    -------
    items_chosen(object, str)
        Items (m,) int64, and ``replace``, ``toggle`` or ``add``: a click, one with Ctrl, and a
        range with Shift.
    item_hovered(int)
        Item under the mouse; -1 when there is none any more.
    item_activated(int)
        A row was double-clicked, or Enter pressed on it.
    sort_requested(str, bool)
        Column of the table, empty for the order of the space, and whether ascending.
    score_sort_requested(bool)
        The rows shall be sorted by their scores; whether ascending.
    copy_requested()
        Ctrl+C was pressed.
    menu_requested(int, str, QPoint)
        Item, column of the table or nothing, and where on the screen.
    """

    items_chosen = Signal(object, str)
    item_hovered = Signal(int)
    item_activated = Signal(int)
    sort_requested = Signal(str, bool)
    score_sort_requested = Signal(bool)
    copy_requested = Signal()
    menu_requested = Signal(int, str, object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._anchor = 0
        self._pointed = NOTHING
        self._selected: NDArray[np.bool_] = np.zeros(0, bool)
        self.items_model = ItemsModel(theme, self)
        name_widget(self, "Items")
        self.setModel(self.items_model)
        self.setItemDelegate(_ItemDelegate(theme, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._prepare_headers()
        self.entered.connect(self._on_entered)
        self.viewportEntered.connect(self._on_left)
        self.doubleClicked.connect(self._on_double_clicked)
        self.columns = TableColumns(self, self.items_model)
        self.items_model.columns_changed.connect(self._size_columns)

    def is_selected(self, row: int) -> bool:
        """Whether the item of a row is selected."""
        item = self.items_model.item_at(row)
        return item < len(self._selected) and bool(self._selected[item])

    @property
    def hovered_row(self) -> int:
        """The row under the mouse, or -1."""
        return self._pointed

    def show_selected(self, items: NDArray[np.int64]) -> None:
        """Show which items are selected on the map."""
        self._selected = np.zeros(self.items_model.n_items, bool)
        self._selected[items] = True
        self.viewport().update()

    def scroll_to_item(self, item: int) -> None:
        """Bring an item into view, where it is shown at all."""
        row = self.items_model.row_of(item)
        if row != NOTHING:
            self.scrollTo(self.items_model.index(row, ITEM_COLUMN))

    def show_sort(self, column: str, *, is_score: bool, ascending: bool) -> None:
        """Point the arrow of the head at what the rows are sorted by; at nothing for no name."""
        model, head = self.items_model, self.horizontalHeader()
        section = NOTHING
        for k in range(model.columnCount()):
            if model.is_score(k) if is_score else model.column_name(k) == column != "":
                section = k
        order = Qt.SortOrder.AscendingOrder if ascending else Qt.SortOrder.DescendingOrder
        with QSignalBlocker(head):
            head.setSortIndicator(section, order)
        head.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of a cell: the one under the mouse, or of the keyboard."""
        is_keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_keyboard else self.indexAt(event.pos())
        if not index.isValid():
            return
        at = event.globalPos()
        if is_keyboard:
            at = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
        item = self.items_model.item_at(index.row())
        self.menu_requested.emit(item, self.items_model.column_name(index.column()), at)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the item that is clicked."""
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            self._choose(index.row(), event.modifiers())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose on Space, activate on Enter; leave Esc to the window."""
        row = self.currentIndex().row()
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
        elif event.key() == Qt.Key.Key_Space and row >= 0:
            self._choose(row, event.modifiers())
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit()
        elif event.key() in ENTER and row >= 0:
            self.item_activated.emit(self.items_model.item_at(row))
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Notice that the mouse left."""
        if event.type() == QEvent.Type.Leave:
            self._point_at(NOTHING)
        return super().viewportEvent(event)

    def _prepare_headers(self) -> None:
        lines = self.verticalHeader()
        name_widget(lines, "Rows")
        lines.hide()
        lines.setMinimumSectionSize(self._theme.px(ROW))
        lines.setDefaultSectionSize(self._theme.px(ROW))
        lines.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        name_widget(head, "Columns")
        head.setHighlightSections(False)
        head.setSectionsMovable(True)
        head.setTextElideMode(Qt.TextElideMode.ElideRight)
        head.setMinimumSectionSize(self._theme.px(2))
        head.setSectionsClickable(True)
        head.setSortIndicatorClearable(True)
        head.setSortIndicatorShown(True)
        head.setSortIndicator(NOTHING, Qt.SortOrder.AscendingOrder)
        head.sortIndicatorChanged.connect(self._on_sort_changed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the item take what the others leave."""
        super().resizeEvent(event)
        self._size_item()

    def _size_columns(self) -> None:
        head, most = self.horizontalHeader(), self._theme.px(LONGEST_TITLE)
        for column in range(self.items_model.columnCount()):
            if column != ITEM_COLUMN:
                width = self._theme.px(WIDTHS[self._width_of(column)])
                self.setColumnWidth(column, max(width, min(head.sectionSizeHint(column), most)))
        self._size_item()

    def _size_item(self) -> None:
        """Give the item the rest of the width, or where little is left, a width of its own."""
        model, head = self.items_model, self.horizontalHeader()
        columns = range(model.columnCount())
        others = sum(self.columnWidth(column) for column in columns if column != ITEM_COLUMN)
        least = self._theme.px(LEAST_ITEM)
        has_room = self.viewport().width() - others >= least
        if has_room and model.columnCount() <= MOST_STRETCHED:
            head.setSectionResizeMode(ITEM_COLUMN, QHeaderView.ResizeMode.Stretch)
            return
        head.setSectionResizeMode(ITEM_COLUMN, QHeaderView.ResizeMode.Interactive)
        wide = model.columnCount() > MOST_STRETCHED and has_room
        self.setColumnWidth(ITEM_COLUMN, self._theme.px(WIDTHS["item"]) if wide else least)

    def _width_of(self, column: int) -> str:
        if column == NUMBER_COLUMN:
            return "number"
        if column == ITEM_COLUMN:
            return "item"
        if self.items_model.is_category(column):
            return "category"
        return "numeric" if self.items_model.is_numeric(column) else "text"

    def _choose(self, row: int, modifiers: Qt.KeyboardModifier) -> None:
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            anchor = min(self._anchor, self.items_model.rowCount() - 1)
            self.items_chosen.emit(self.items_model.items_between(anchor, row), "add")
            return
        self._anchor = row
        is_toggled = modifiers & Qt.KeyboardModifier.ControlModifier
        items = self.items_model.items_between(row, row)
        self.items_chosen.emit(items, "toggle" if is_toggled else "replace")

    def _point_at(self, row: int) -> None:
        if row != self._pointed:
            self._pointed = row
            self.viewport().update()
            item = NOTHING if row == NOTHING else self.items_model.item_at(row)
            self.item_hovered.emit(item)

    def _on_entered(self, index: QModelIndex) -> None:
        self._point_at(index.row())

    def _on_left(self) -> None:
        self._point_at(NOTHING)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.item_activated.emit(self.items_model.item_at(index.row()))

    def _on_sort_changed(self, column: int, order: Qt.SortOrder) -> None:
        ascending = order == Qt.SortOrder.AscendingOrder
        if self.items_model.is_score(column):
            self.score_sort_requested.emit(ascending)
        elif column < 0:
            self.sort_requested.emit("", True)
        else:
            self.sort_requested.emit(self.items_model.column_name(column), ascending)


class _ItemDelegate(QStyledItemDelegate):
    """Paints a cell; a category is the same dot as in legend and map."""

    def __init__(self, theme: Theme, table: ItemsTable) -> None:
        super().__init__(table)
        self._theme = theme
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        rect = QRectF(option.rect)
        column = index.column()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, rect, index)
        padding = self._theme.em * PADDING
        inner = rect.adjusted(padding, 0, -padding, 0)
        color = index.data(Qt.ItemDataRole.DecorationRole)
        if color is not None:
            radius = self._theme.em * DOT
            draw_dot(painter, QPointF(inner.x() + radius, inner.center().y()), radius, color)
            inner.setLeft(inner.x() + self._theme.em)
        is_number = self._table.items_model.is_numeric(column)
        is_score = is_number and not self._table.items_model.column_name(column)
        is_main = column == ITEM_COLUMN or color is not None or (is_score and column > 0)
        font = self._theme.font(tabular=is_number)
        ink = self._theme.color("text" if is_main else "muted")
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        draw_text(painter, inner, text, font, ink, RIGHT if is_number else LEFT)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRectF, index: AnyIndex) -> None:
        theme = self._theme
        if self._table.is_selected(index.row()):
            painter.fillRect(rect, theme.color("accent_soft"))
            if index.column() == NUMBER_COLUMN:
                edge = QRectF(rect.x(), rect.y() + 3, theme.em * 0.19, rect.height() - 6)
                draw_bar(painter, edge, theme.color("accent"))
        elif index.row() == self._table.hovered_row:
            painter.fillRect(rect, theme.color("hover"))
        current = self._table.currentIndex()
        if self._table.hasFocus() and current.row() == index.row():
            for y in (rect.top(), rect.bottom() - 2):
                painter.fillRect(QRectF(rect.x(), y, rect.width(), 2), theme.color("focus"))
