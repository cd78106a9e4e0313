"""The list of kept selections: recall, combine, rename, color, update, remove, copy, export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetricsF, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu

from embexplorer.app.presenters.kept_selections import (
    KeptRow,
    items_text,
    kept_rows,
    selections_column,
)
from embexplorer.core.counted import counted
from embexplorer.ui.scatter.tools import how_to_combine
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.color_grid import ColorMenu
from embexplorer.ui.widgets.columns import ScrollColumn, row
from embexplorer.ui.widgets.empty_state import EmptyState
from embexplorer.ui.widgets.labels import label
from embexplorer.ui.widgets.painting import DOT, RIGHT, draw_dot, draw_text
from embexplorer.ui.widgets.row_list import ENTER, RowDelegate, RowList, RowsModel

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QShowEvent
    from PySide6.QtWidgets import QWidget

    from embexplorer.app.document import NamedSelection
    from embexplorer.app.presenters.selecting import How
    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.ui.theme import Theme

ROW = 1.875  # em
EDGE = 0.5
COMBINE = "Click selects these items; with Shift they are added, with Alt removed, with both kept."


class KeptSelectionsPanel(ScrollColumn):
    """Follows the document.

    Signals
    -------
    keep_requested()
        The selection shall be kept.
    export_requested(str)
        The id of a kept selection that shall be written to a file.
    rows_pointed(object)
        Rows (m,) of the kept selection under the mouse; None when there is none.
    said(str)
        Something the status bar should say for a moment.
    """

    keep_requested = Signal()
    export_requested = Signal(str)
    rows_pointed = Signal(object)
    said = Signal(str)

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(theme, parent, "Selections")
        self.setObjectName("selections")
        self._services = services
        self._look = theme
        self._keep = Button(theme, self, "Keep as selection…")
        self._keep.clicked.connect(self.keep_requested)
        self._color = Button(theme, self, "Color by selections")
        self._color.clicked.connect(self._color_by)
        self._empty = EmptyState(
            theme,
            self,
            "No selection is kept",
            "Select items and keep them under a name: they come back with one click.",
        )
        self.list = KeptList(theme, self)
        self.list.recalled.connect(self._recall)
        self.list.row_hovered.connect(self._point)
        self.list.rename_requested.connect(self._rename)
        self.list.remove_requested.connect(self._remove)
        self.list.copy_requested.connect(self._copy)
        self.list.menu_requested.connect(self._open_menu)
        self._hint = label(self, COMBINE, "caption", wrap=True)
        self.add(row(theme, self._keep, self._color, None), self._empty, self.list, self._hint)
        self.finish()
        services.store.subscribe(self._changed)
        self._show(services.store.state)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what changed while another tab was open."""
        super().showEvent(event)
        self._show(self._services.store.state)

    def _changed(self, old: State, new: State) -> None:
        is_same = (
            old.document.selections is new.document.selections
            and old.active_space == new.active_space
            and old.selection is new.selection
            and old.style is new.style
        )
        if not is_same and self.isVisible():
            self._show(new)

    def _show(self, state: State) -> None:
        rows = kept_rows(state)
        if rows != self.list.rows:
            self.list.set_rows(rows)
        self._empty.setVisible(not rows)
        for widget in (self.list, self._hint, self._color):
            widget.setVisible(bool(rows))
        self._keep.setEnabled(state.selection is not None)
        space = state.space
        is_colored = space is not None and state.style.color_by == selections_column(space) != ""
        self._color.setEnabled(not is_colored)

    # -- intents -------------------------------------------------------------------------------

    def _recall(self, place: int, how: How) -> None:
        self._services.selecting.recall(self.list.rows[place].id, how)

    def _point(self, place: int) -> None:
        kept = self._kept(place)
        self.rows_pointed.emit(None if kept is None else kept.rows)

    def _rename(self, place: int) -> None:
        shown = self.list.rows[place]
        name, is_given = QInputDialog.getText(self, "Rename", "Name", text=shown.name)
        if is_given:
            self._services.selecting.change_kept(shown.id, name=name)

    def _remove(self, place: int) -> None:
        self._services.selecting.forget(self.list.rows[place].id)

    def _copy(self, place: int) -> None:
        space, kept = self._services.store.state.space, self._kept(place)
        if space is not None and kept is not None:
            QGuiApplication.clipboard().setText(items_text(space, kept.rows))
            self.said.emit(f"Copied {counted(len(kept.rows), 'item')} of “{kept.name}”.")

    def _color_by(self) -> None:
        space = self._services.store.state.space
        if space is not None:
            self._services.map.color_by(selections_column(space))

    def _kept(self, place: int) -> NamedSelection | None:
        if not 0 <= place < len(self.list.rows):
            return None
        wanted = self.list.rows[place].id
        kept = self._services.store.state.document.selections
        return next((one for one in kept if one.id == wanted), None)

    def _open_menu(self, place: int, at: QPoint) -> None:
        shown = self.list.rows[place]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words, run in (
            ("Select", self._do_select),
            ("Add to the selection", self._do_add),
            ("Take out of the selection", self._do_take_out),
            ("Intersect with the selection", self._do_intersect),
        ):
            menu.addAction(words, run).setData(place)
        menu.addSeparator()
        menu.addAction("Rename…", self._do_rename).setData(place)
        colors = ColorMenu(self._look, menu, shown.color)
        colors.setProperty("place", place)
        colors.chosen.connect(self._do_color)
        menu.addMenu(colors)
        update = menu.addAction("Replace by the selection", self._do_update)
        update.setData(place)
        update.setEnabled(self._services.store.state.selection is not None)
        menu.addSeparator()
        menu.addAction("Copy the items", self._do_copy).setData(place)
        menu.addAction("Export…", self._do_export).setData(place)
        menu.addSeparator()
        menu.addAction("Remove", self._do_remove).setData(place)
        menu.popup(at)

    def _place(self) -> int:
        """Return the place that the action of the moment is about."""
        return int(self.sender().data())  # type: ignore[attr-defined]  # a QAction

    def _do_select(self) -> None:
        self._recall(self._place(), "replace")

    def _do_add(self) -> None:
        self._recall(self._place(), "add")

    def _do_take_out(self) -> None:
        self._recall(self._place(), "remove")

    def _do_intersect(self) -> None:
        self._recall(self._place(), "intersect")

    def _do_rename(self) -> None:
        self._rename(self._place())

    def _do_color(self, position: int) -> None:
        place = int(self.sender().property("place"))
        self._services.selecting.change_kept(self.list.rows[place].id, color=position)

    def _do_update(self) -> None:
        self._services.selecting.update_kept(self.list.rows[self._place()].id)

    def _do_copy(self) -> None:
        self._copy(self._place())

    def _do_export(self) -> None:
        self.export_requested.emit(self.list.rows[self._place()].id)

    def _do_remove(self) -> None:
        self._remove(self._place())


class KeptList(RowList):
    """Rows with dot, name and count.

    A click or Enter recalls, with Shift and Alt as on the map; a double click or F2 renames;
    Delete removes; Ctrl+C copies.

    Signals
    -------
    recalled(int, str)
        A row, and how it combines with the selection.
    rename_requested(int), remove_requested(int), copy_requested(int)
        A row.
    menu_requested(int, QPoint)
        A row, and where on the screen.
    """

    recalled = Signal(int, str)
    rename_requested = Signal(int)
    remove_requested = Signal(int)
    copy_requested = Signal(int)
    menu_requested = Signal(int, object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, "Kept selections", limit=40)
        self._rows = _KeptModel(self)
        self.use(self._rows, _KeptDelegate(theme, self, self._rows))

    @property
    def rows(self) -> tuple[KeptRow, ...]:
        """The rows that are shown."""
        return self._rows.rows

    def set_rows(self, rows: tuple[KeptRow, ...]) -> None:
        """Show other rows; the keyboard stays where it is."""
        place = self.currentIndex().row()
        self._rows.set_rows(rows)
        if 0 <= place < len(rows):
            self.setCurrentIndex(self._rows.index(place))

    def activate_row(self, row: int) -> None:
        """Recall, as the keys that are held say."""
        super().activate_row(row)
        self.recalled.emit(row, how_to_combine(QApplication.keyboardModifiers()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Rename."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.rename_requested.emit(index.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Recall, rename, remove and copy by keyboard."""
        place = self.currentIndex().row()
        if place < 0:
            super().keyPressEvent(event)
        elif event.key() in ENTER:
            self.recalled.emit(place, how_to_combine(event.modifiers()))
        elif event.key() == Qt.Key.Key_F2:
            self.rename_requested.emit(place)
        elif event.key() == Qt.Key.Key_Delete:
            self.remove_requested.emit(place)
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit(place)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of a row."""
        is_keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_keyboard else self.indexAt(event.pos())
        if index.isValid():
            at = event.globalPos()
            if is_keyboard:
                at = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
            self.menu_requested.emit(index.row(), at)


class _KeptModel(RowsModel[KeptRow]):
    def text_of(self, row: KeptRow) -> str:
        return row.name

    def spoken(self, row: KeptRow) -> str:
        said = f"{row.name}, {counted(row.n, 'item')}"
        return f"{said}, selected" if row.is_current else said

    def tip_of(self, row: KeptRow) -> str:
        return ""


class _KeptDelegate(RowDelegate):
    def __init__(self, theme: Theme, parent: QWidget, model: _KeptModel) -> None:
        super().__init__(theme, parent)
        self._model = model

    def row_height(self) -> int:
        return self.theme.px(ROW)

    def paint_row(self, painter: QPainter, rect: QRectF, row: int, is_selected: bool) -> None:
        shown, theme, em = self._model.rows[row], self.theme, self.theme.em
        inner = rect.adjusted(em * EDGE, 0, -em * EDGE, 0)
        dot = QPointF(inner.x() + em * DOT, inner.center().y())
        draw_dot(painter, dot, em * DOT, theme.category(shown.color))
        small = theme.font("caption", tabular=True)
        count = f"{shown.n:,}"
        draw_text(painter, inner, count, small, theme.color("muted"), RIGHT)
        room = QFontMetricsF(small).horizontalAdvance(count) + em * EDGE
        name = inner.adjusted(em, 0, -room, 0)
        font = theme.font("body", 600 if shown.is_current else 400)
        draw_text(painter, name, shown.name, font, theme.color("text"))
