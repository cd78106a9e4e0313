"""The data panel: the items that the map shows, as a table that follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from embexplorer.app.appearance import coloring_of
from embexplorer.app.presenters.items import passing, scores_of, shown_rows
from embexplorer.core.space import make_table
from embexplorer.ui.items_model import CategoryColumn, ScoreColumn
from embexplorer.ui.tables import ItemsTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.ui.theme import Theme

NAMES = {"cosine": "Similarity", "dot": "Dot product"}  # of the score; others are distances


class DataPanel(QWidget):
    """Selecting, hovering and sorting here is the same as on the map and in the lists."""

    row_hovered = Signal(int)  # row of the space, -1 for none

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("data")
        self.setProperty("kind", "panel")
        self._services = services
        self.table = ItemsTable(theme, self)
        self.table.items_chosen.connect(self._choose)
        self.table.item_hovered.connect(self.row_hovered)
        self.table.item_activated.connect(self._ask)
        self.table.sort_requested.connect(self._sort)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        services.store.subscribe(self._changed)
        self._show_table(services.store.state)

    def _changed(self, old: State, new: State) -> None:
        seen = ("space", "style", "neighbors")
        if any(getattr(old, name) is not getattr(new, name) for name in seen):
            if not (new.neighbors is not None and new.neighbors.is_running):
                self._show_table(new)
        elif (
            old.hidden != new.hidden or old.visible is not new.visible or old.order is not new.order
        ):
            self.table.items_model.set_order(_order(new))
        if old.selection is not new.selection:
            self._show_selection(new)

    def _show_table(self, state: State) -> None:
        space, scores = state.space, scores_of(state)
        if space is None:
            self.table.items_model.show_table(make_table([]))
            return
        coloring = coloring_of(space, state.style.color_by)
        score = None
        if scores is not None and state.neighbors is not None:
            score = ScoreColumn(NAMES.get(state.neighbors.metric, "Distance"), scores)
        category = None
        if coloring.kind == "category":
            category = CategoryColumn(coloring.column, coloring.codes)
        self.table.items_model.show_table(
            space.table, order=_order(state), category=category, score=score
        )
        self._show_selection(state)

    def _show_selection(self, state: State) -> None:
        chosen = state.selection
        rows = chosen.indices if chosen is not None else np.empty(0, np.int64)
        self.table.show_selected(rows)
        if len(rows):
            self.table.scroll_to_item(int(rows[0]))

    def _choose(self, rows: NDArray[np.int64], how: str) -> None:
        chosen = self._services.store.state.selection
        before = chosen.indices if chosen is not None else np.empty(0, np.int64)
        if how == "toggle":
            rows = np.setxor1d(before, rows)
        elif how == "add":
            rows = np.union1d(before, rows)
        self._services.map.select(rows)

    def _ask(self, row: int) -> None:
        self._services.map.select([row])

    def _sort(self, column: str, is_ascending: bool) -> None:
        self._services.items.sort_by(column, ascending=is_ascending)


def _order(state: State) -> NDArray[np.int64] | None:
    """Return the rows to show; None for all in their own order, which needs no memory."""
    if passing(state) is None and (
        state.order is None or state.order.space_id != state.active_space
    ):
        return None
    return shown_rows(state)
