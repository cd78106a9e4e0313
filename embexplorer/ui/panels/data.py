"""The data panel: the items that the map shows as a table, their columns as histograms, filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from embexplorer.app.appearance import coloring_of
from embexplorer.app.presenters.cells import CellCondition, cell_condition
from embexplorer.app.presenters.items import passing, scores_of, shown_rows
from embexplorer.core.selection import Selection
from embexplorer.core.space import make_table
from embexplorer.ui.items_model import CategoryColumn, ScoreColumn
from embexplorer.ui.panels.filter_bar import FilterBar
from embexplorer.ui.panels.histograms import HistogramsPanel
from embexplorer.ui.tables import ItemsTable
from embexplorer.ui.widgets.buttons import ToolButton
from embexplorer.ui.widgets.columns import row
from embexplorer.ui.widgets.empty_state import EmptyState
from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.core.space import Texts
    from embexplorer.ui.theme import Theme

NAMES = {"cosine": "Similarity", "dot": "Dot product"}  # of the score; others are distances
ITEMS, HISTOGRAMS = 0, 1
ARRANGEMENT = "columns"  # among the settings of the window
LEAST_FIELD = 4  # em
TABS = 2.25  # em
LEAST = 6.0


class DataPanel(QWidget):
    """Selecting, hovering and sorting here is the same as on the map and in the lists.

    Signals
    -------
    row_hovered(int)
        Row of the space, -1 for none.
    row_activated(int)
        The map shall fly to this row.
    find_requested(str)
        A text that is no filter shall be found.
    export_requested()
        The items that are shown shall be written to a file.
    said(str)
        Something the status bar should say for a moment.
    """

    row_hovered = Signal(int)
    row_activated = Signal(int)
    find_requested = Signal(str)
    export_requested = Signal()
    said = Signal(str)

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("data")
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._services = services
        self.table = ItemsTable(theme, self)
        self.histograms = HistogramsPanel(theme, services, self)
        self.filter = FilterBar(theme, services, self)
        self._empty = EmptyState(
            theme, self, "No item passes the filter", "", action="Clear filter"
        )
        self._tabs = QTabBar(self)
        name_widget(self._tabs, "Items or histograms")
        for name in ("Items", "Histograms"):
            self._tabs.addTab(name)
        self._export = ToolButton(theme, self, "export", "Export the shown items…")
        self._fold = ToolButton(theme, self, "down", "Collapse the data", checkable=True)
        self._pages = QStackedWidget(self)
        for page in (self.table, self.histograms, self._empty):
            self._pages.addWidget(page)
        self._lay_out()
        self._connect()
        self.table.columns.restore(services.remembered.settings.window.get(ARRANGEMENT, ""))
        self._show_table(services.store.state)

    def _lay_out(self) -> None:
        theme = self._theme
        head = row(theme, self._tabs, gap=0.25)
        head.addWidget(self.filter.chips, 3)
        head.addStretch(1)
        head.addWidget(self.filter.field, 4)
        head.addWidget(self._export)
        head.addWidget(self._fold)
        head.setContentsMargins(theme.px(0.5), 0, theme.px(0.5), 0)
        for widget in (self._tabs, self.filter.field):  # what may get narrow before the map does
            widget.setMinimumWidth(theme.px(LEAST_FIELD))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.filter.fault)
        layout.addWidget(self._pages, 1)

    def _connect(self) -> None:
        table = self.table
        table.items_chosen.connect(self._choose)
        table.item_hovered.connect(self.row_hovered)
        table.item_activated.connect(self._activate)
        table.sort_requested.connect(self._sort)
        table.score_sort_requested.connect(self._sort_by_score)
        table.copy_requested.connect(self._copy)
        table.menu_requested.connect(self._open_menu)
        table.columns.arranged.connect(self._keep_arrangement)
        self.filter.find_requested.connect(self.find_requested)
        self._empty.action_requested.connect(self._services.filtering.clear)
        self._tabs.currentChanged.connect(self._turn_page)
        self._export.clicked.connect(self.export_requested)
        self._fold.toggled.connect(self._collapse)
        self._services.store.subscribe(self._changed)

    def show_histograms(self) -> None:
        """Turn to the histograms."""
        self._fold.setChecked(False)
        self._tabs.setCurrentIndex(HISTOGRAMS)

    # -- state to table ------------------------------------------------------------------------

    def _changed(self, old: State, new: State) -> None:
        seen = ("space", "style", "neighbors")
        is_other = any(getattr(old, name) is not getattr(new, name) for name in seen)
        if is_other or _texts_of(old) is not _texts_of(new):
            if not (new.neighbors is not None and new.neighbors.is_running):
                self._show_table(new)
        elif (
            old.hidden != new.hidden or old.visible is not new.visible or old.order is not new.order
        ):
            self.table.items_model.set_order(_order(new))
            self._turn_page()
        if old.order is not new.order:
            self._show_sort(new)
        if old.selection is not new.selection:
            self._show_selection(new)
        found, before = (None if s.finding is None else s.finding.current for s in (new, old))
        if found is not None and found != before:
            self.table.scroll_to_item(found)

    def _show_table(self, state: State) -> None:
        space, scores = state.space, scores_of(state)
        if space is None:  # texts can be read before they are encoded
            texts = _texts_of(state)
            self.table.items_model.show_table(make_table([]) if texts is None else texts.table)
            self._turn_page()
            return
        coloring = coloring_of(space, state.style.color_by, state.style)
        score = None
        if scores is not None and state.neighbors is not None:
            score = ScoreColumn(NAMES.get(state.neighbors.metric, "Distance"), scores)
        category = None
        if coloring.kind == "category":
            category = CategoryColumn(coloring.column, coloring.palette_codes())
        self.table.items_model.show_table(
            space.table, order=_order(state), category=category, score=score
        )
        self._show_sort(state)
        self._show_selection(state)
        self._turn_page()

    def _show_sort(self, state: State) -> None:
        order = state.order
        if order is None or order.space_id != state.active_space:
            self.table.show_sort("", is_score=False, ascending=True)
        else:
            self.table.show_sort(
                order.column, is_score=order.is_by_score, ascending=order.is_ascending
            )

    def _show_selection(self, state: State) -> None:
        chosen = state.selection
        rows = chosen.indices if chosen is not None else np.empty(0, np.int64)
        self.table.show_selected(rows)
        if len(rows):
            self.table.scroll_to_item(int(rows[0]))

    def _turn_page(self) -> None:
        space = self._services.store.state.space
        is_empty = space is not None and not self.table.items_model.rowCount()
        if self._tabs.currentIndex() == HISTOGRAMS:
            self._pages.setCurrentWidget(self.histograms)
        else:
            self._pages.setCurrentWidget(self._empty if is_empty else self.table)

    def _collapse(self, is_folded: bool) -> None:
        self._pages.setVisible(not is_folded)
        self._fold.show_icon("up" if is_folded else "down")
        self._fold.setToolTip("Show the data" if is_folded else "Collapse the data")
        self._fold.setAccessibleName(self._fold.toolTip())
        tabs = self._theme.px(TABS)
        self.setMinimumHeight(tabs if is_folded else self._theme.px(LEAST))
        self.setMaximumHeight(tabs if is_folded else 16_777_215)  # Qt's own limit: none

    # -- intents -------------------------------------------------------------------------------

    def _choose(self, rows: NDArray[np.int64], how: str) -> None:
        if self._services.store.state.space is None:
            self.table.show_selected(np.empty(0, np.int64))  # texts are only read
            return
        if how == "toggle":
            before = self._services.store.state.selection
            found = Selection.of(self._services.store.state.active_space, rows)
            self._services.selecting.take((found if before is None else before ^ found).indices)
        else:
            self._services.selecting.take(rows, "add" if how == "add" else "replace")

    def _activate(self, item: int) -> None:
        if self._services.store.state.space is None:
            return
        self._services.selecting.take(np.array([item], np.int64))
        self.row_activated.emit(item)

    def _sort(self, column: str, is_ascending: bool) -> None:
        self._services.items.sort_by(column, ascending=is_ascending)

    def _sort_by_score(self, is_ascending: bool) -> None:
        self._services.items.sort_by_score(ascending=is_ascending)

    def _copy(self) -> None:
        names = self.table.columns.shown_names()
        self._services.items.copy_rows(names, self.table.items_model.score_title, self._put)

    def _put(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        n = text.count("\n")
        self.said.emit(f"Copied {n:,} row{'' if n == 1 else 's'} with their columns.")

    def _keep_arrangement(self) -> None:
        remembered = self._services.remembered
        kept = {**remembered.settings.window, ARRANGEMENT: self.table.columns.text()}
        remembered.change(window=kept)

    def _open_menu(self, item: int, column: str, at: QPoint) -> None:
        space = self._services.store.state.space
        if space is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        found = cell_condition(space, column, item) if column else None
        if found is not None:
            title = found.title.replace("&", "&&")
            for words, run in (
                (f"Select items with {title}", self._select_alike),
                (f"Show only {title}", self._show_alike),
                (f"Leave out {title}", self._leave_out_alike),
            ):
                action = menu.addAction(words)
                action.setData(found)
                action.triggered.connect(run)
            menu.addSeparator()
        fly = menu.addAction("Show on the map")
        fly.setData(item)
        fly.triggered.connect(self._fly)
        copy = menu.addAction("Copy the selected rows", self._copy)
        copy.setEnabled(self._services.store.state.selection is not None)
        self.table.columns.fill(menu.addMenu("Columns"))
        menu.popup(at)

    def _select_alike(self) -> None:
        self._services.selecting.by_expression(self._condition().has)

    def _show_alike(self) -> None:
        self._services.filtering.add_expression(self._condition().has)

    def _leave_out_alike(self) -> None:
        self._services.filtering.add_expression(self._condition().lacks)

    def _condition(self) -> CellCondition:
        action = self.sender()
        assert isinstance(action, QAction)
        found: CellCondition = action.data()
        return found

    def _fly(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self._activate(int(action.data()))


def _order(state: State) -> NDArray[np.int64] | None:
    """Return the rows to show; None for all in their own order, which needs no memory."""
    if passing(state) is None and (
        state.order is None or state.order.space_id != state.active_space
    ):
        return None
    return shown_rows(state)


def _texts_of(state: State) -> Texts | None:
    """Return the corpus to show where there is no space: the one that is open, or the newest."""
    if state.space is not None or not state.document.texts:
        return None
    return state.texts or state.document.texts[-1]
