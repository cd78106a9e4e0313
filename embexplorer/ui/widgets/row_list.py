"""A list that is as high as its rows, and says which row is under the mouse or the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from embexplorer.ui.widgets.naming import name_widget
from embexplorer.ui.widgets.painting import draw_bar, draw_focus, fill_rounded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from PySide6.QtGui import QFocusEvent, QKeyEvent
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

Row = TypeVar("Row")
AnyIndex = QModelIndex | QPersistentModelIndex
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
NOTHING = -1
DIMMED = 0.6


class RowsModel(QAbstractListModel, Generic[Row]):
    """Frozen rows; a subclass says how a row reads."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: tuple[Row, ...] = ()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Return how many rows there are."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a row's text, what a screen reader says, or its tip."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text_of(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.spoken(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tip_of(row) or None
        return None

    def text_of(self, row: Row) -> str:
        """Return the text of a row, which typing finds."""
        raise NotImplementedError

    def spoken(self, row: Row) -> str:
        """Return everything that a row shows, in words."""
        raise NotImplementedError

    def tip_of(self, row: Row) -> str:
        """Return the tool tip of a row."""
        raise NotImplementedError


class RowDelegate(QStyledItemDelegate):
    """Paints the ground of a row, by its state; a subclass paints what the row says."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.hovered = NOTHING
        self.is_dimmed = False

    def row_height(self) -> int:
        """Return the height of every row, pixels."""
        raise NotImplementedError

    def paint_row(self, painter: QPainter, rect: QRectF, row: int, is_selected: bool) -> None:
        """Paint what a row says."""
        raise NotImplementedError

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Return the height of a row; its width is the list's."""
        return QSize(0, self.row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint one row."""
        rect = QRectF(option.rect)
        state = option.state
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        radius = self.theme.em * 0.25
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(DIMMED if self.is_dimmed else 1.0)
        if is_selected:
            fill_rounded(painter, rect, self.theme.color("accent_soft"), radius)
            edge = QRectF(
                rect.x(), rect.y() + radius, self.theme.em * 0.19, rect.height() - 2 * radius
            )
            draw_bar(painter, edge, self.theme.color("accent"))
        elif index.row() == self.hovered:
            fill_rounded(painter, rect, self.theme.color("hover"), radius)
        self.paint_row(painter, rect, index.row(), is_selected)
        if state & QStyle.StateFlag.State_HasFocus:
            draw_focus(painter, rect, self.theme.color("focus"), radius)
        painter.restore()


class RowList(QListView):
    """A list without frame, as high as its rows up to a limit.

    Signals
    -------
    row_hovered(int)
        Row under the mouse, or reached by the keyboard; -1 when there is none any more.
    row_activated(int)
        A row was clicked, or Enter pressed on it.
    """

    row_hovered = Signal(int)
    row_activated = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget, name: str, limit: int) -> None:
        super().__init__(parent)
        self.theme = theme
        self._limit = limit
        self._pointed = NOTHING
        self._is_mouse_on_row = False
        self._delegate: RowDelegate | None = None
        name_widget(self, name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.entered.connect(self._on_entered)
        self.viewportEntered.connect(self._on_left)
        self.clicked.connect(self._on_clicked)
        theme.changed.connect(self._on_theme_changed)

    def use(self, model: RowsModel[Any], delegate: RowDelegate) -> None:
        """Show the rows of `model` as `delegate` paints them."""
        self._delegate = delegate
        self.setModel(model)
        self.setItemDelegate(delegate)
        model.modelReset.connect(self.fit_rows)
        self.fit_rows()

    def set_limit(self, limit: int) -> None:
        """Scroll inside from more than `limit` rows."""
        self._limit = limit
        self.fit_rows()

    def set_dimmed(self, is_dimmed: bool) -> None:
        """Dim rows that are about to be replaced."""
        if self._delegate is not None:
            self._delegate.is_dimmed = is_dimmed
            self.viewport().update()

    def fit_rows(self) -> None:
        """Take the height of the rows there are."""
        if self._delegate is None:
            return
        self._point_at(NOTHING)
        n_rows = self.model().rowCount()
        shown = min(n_rows, self._limit)
        self.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAsNeeded
            if n_rows > shown
            else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        self.setFixedHeight(shown * self._delegate.row_height())
        self.scheduleDelayedItemsLayout()

    def sizeHint(self) -> QSize:
        """Return the height of the rows."""
        return QSize(super().sizeHint().width(), self.maximumHeight())

    def minimumSizeHint(self) -> QSize:
        """Return no width: the list takes what the panel has."""
        return QSize(0, self.minimumHeight())

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        """Point at the row that the keyboard reached."""
        super().currentChanged(current, previous)
        if self.hasFocus() and current.isValid():
            self._point_at(current.row())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Point again at the row that the keyboard left."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason and self.currentIndex().isValid():
            self._point_at(self.currentIndex().row())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Stop pointing when the keyboard leaves."""
        super().focusOutEvent(event)
        if not self._is_mouse_on_row:
            self._point_at(NOTHING)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Activate on Enter; leave Esc to the window."""
        if event.key() in ENTER and self.currentIndex().isValid():
            self.activate_row(self.currentIndex().row())
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Notice that the mouse left."""
        if event.type() == QEvent.Type.Leave:
            self._on_left()
        return super().viewportEvent(event)

    def activate_row(self, row: int) -> None:
        """Do what Enter does on a row."""
        self.row_activated.emit(row)

    def click_row(self, row: int) -> None:
        """Do what a click does on a row."""
        self.activate_row(row)

    def _on_clicked(self, index: QModelIndex) -> None:
        self.click_row(index.row())

    def _on_entered(self, index: QModelIndex) -> None:
        self._is_mouse_on_row = True
        self._point_at(index.row())

    def _on_left(self) -> None:
        self._is_mouse_on_row = False
        self._point_at(NOTHING)

    def _on_theme_changed(self) -> None:
        self.viewport().update()

    def _point_at(self, row: int) -> None:
        if row == self._pointed or self._delegate is None:
            return
        self._pointed = self._delegate.hovered = row
        self.viewport().update()
        self.row_hovered.emit(row)
