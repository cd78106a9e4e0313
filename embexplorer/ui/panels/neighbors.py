"""The neighbors panel: a query, its nearest items, and how they were found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from embexplorer.app.appearance import coloring_of
from embexplorer.app.presenters.asking import answer_sentence, overlap_sentence, ranked_rows
from embexplorer.app.wording import decimal, shortened
from embexplorer.ui.panels.error_line import ErrorLine
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import ScrollColumn, row
from embexplorer.ui.widgets.empty_state import EmptyState
from embexplorer.ui.widgets.fields import Combo, LineEdit, SpinBox
from embexplorer.ui.widgets.labels import label, rule
from embexplorer.ui.widgets.ranked_list import RankedList, RankedRow

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QWidget

    from embexplorer.app.services import Services
    from embexplorer.app.state import NeighborsQuestion, State
    from embexplorer.core.space import Space
    from embexplorer.ui.theme import Theme

METRICS = (
    ("Cosine similarity", "cosine"),
    ("Dot product", "dot"),
    ("Euclidean distance", "euclidean"),
    ("Manhattan distance", "manhattan"),
    ("Hamming distance of signs", "hamming"),
)
ROW_TEXT = 160  # characters of an item in a row


class NeighborsPanel(ScrollColumn):
    """Asks and shows; hovering a row rings the item on the map."""

    row_hovered = Signal(int)  # row of the space, -1 for none
    export_requested = Signal()
    copy_requested = Signal()

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(theme, parent, "Neighbors")
        self.setObjectName("neighbors")
        self._services = services
        self._rows: tuple[int, ...] = ()
        self.field = LineEdit(theme, self, "Query: an item, a row, a sum, or free text")
        self.field.setPlaceholderText("Item, #17, king - man + woman, or free text")
        self.field.returnPressed.connect(self._ask)
        self._metric = Combo(theme, self, "Metric")
        for text, metric in METRICS:
            self._metric.addItem(text, metric)
        self._k = SpinBox(theme, self, "Number of neighbors")
        self._k.setRange(1, 1000)
        settings = services.remembered.settings
        self._metric.setCurrentIndex(max(0, self._metric.findData(settings.metric)))
        self._k.setValue(settings.k)
        self._metric.currentIndexChanged.connect(self._ask)
        self._k.editingFinished.connect(self._ask)
        self._error = ErrorLine(theme, self)
        self._error.suggestion_chosen.connect(self._take)
        self._empty = EmptyState(
            theme, self, "Neighbors of what?",
            "Click a point, or type an item, free text, or a sum such as king - man + woman.",
        )  # fmt: skip
        self._list = RankedList(theme, self, "Nearest items")
        self._list.row_hovered.connect(self._hover)
        self._list.row_activated.connect(self._walk)
        self._rule = rule(self)
        self._how = label(self, "", "caption", wrap=True)
        self._all = Button(theme, self, "Select all")
        self._all.clicked.connect(self._select_all)
        self._copy = Button(theme, self, "Copy")
        self._copy.clicked.connect(self.copy_requested)
        self._export = Button(theme, self, "Export…")
        self._export.clicked.connect(self.export_requested)
        self.add(self.field, row(theme, self._metric, label(self, "k", "caption"), self._k))
        self.add(self._error, self._empty, self._list, self._rule, self._how, gap=0.25)
        self.add(row(theme, self._all, self._copy, None, self._export))
        self.finish()
        services.store.subscribe(self._changed)
        self._show(services.store.state)

    def focus_field(self) -> None:
        """Put the cursor into the query, all of it selected, its beginning in view."""
        self.field.setFocus()
        length = len(self.field.text())
        self.field.setSelection(length, -length)

    def _ask(self) -> None:
        self._services.neighbors.ask(
            self.field.text(), k=self._k.value(), metric=self._metric.currentData()
        )

    def _take(self, text: str) -> None:
        self.field.setText(text)
        self._ask()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what changed while another tab was open."""
        super().showEvent(event)
        self._show(self._services.store.state)

    def _changed(self, old: State, new: State) -> None:
        if old.neighbors is not None and new.neighbors is None:
            self.field.clear()
        if not self.isVisible():
            return  # a list that nobody sees holds up the map
        if (
            old.neighbors is not new.neighbors
            or old.styles is not new.styles
            or old.active_projection != new.active_projection
        ):
            self._show(new)
        elif old.kept is not new.kept:
            self._show_how(new)

    def _show(self, state: State) -> None:
        asked, space = state.neighbors, state.space
        if asked is not None and self.field.text().strip() != asked.text:
            self.field.setText(asked.text)
            self.field.setCursorPosition(0)
        has_answer = asked is not None and asked.answer is not None and asked.error is None
        self._empty.setVisible(asked is None)
        for widget in (self._list, self._rule, self._how, self._all, self._copy, self._export):
            widget.setVisible(has_answer)
        self._error.show_error(asked.error if asked is not None else None)
        if has_answer and asked is not None and space is not None:
            self._show_answer(state, space, asked)
        else:
            self._rows = ()

    def _show_answer(self, state: State, space: Space, asked: NeighborsQuestion) -> None:
        answer = asked.answer
        assert answer is not None
        coloring = coloring_of(space, state.style.color_by, state.style)
        shown = ranked_rows(space, answer.ranked)
        self._rows = tuple(found.index for found in shown)
        self._list.set_rows(
            [
                RankedRow(
                    shortened(found.text, ROW_TEXT),
                    decimal(found.score),
                    found.bar,
                    rank=found.rank,
                    category=coloring.position(found.index),
                    tip=found.text,
                )
                for found in shown
            ]
        )
        self._show_how(state)

    def _show_how(self, state: State) -> None:
        """Say how the neighbors were found, and how many of them are near on the map."""
        asked = state.neighbors
        if asked is not None and asked.answer is not None:
            said = (answer_sentence(asked.answer), overlap_sentence(state), *asked.answer.notes)
            self._how.setText(" ".join(filter(None, said)))

    def _hover(self, position: int) -> None:
        self.row_hovered.emit(self._rows[position] if 0 <= position < len(self._rows) else -1)

    def _walk(self, position: int) -> None:
        if 0 <= position < len(self._rows):
            self._services.selecting.take([self._rows[position]])

    def _select_all(self) -> None:
        self._services.selecting.take(self._rows)
