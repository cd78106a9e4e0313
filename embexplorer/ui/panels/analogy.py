"""The analogy panel: A is to B as C is to ?, without the inputs and with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from embexplorer.app.presenters.asking import examples_in, ranked_rows
from embexplorer.app.wording import decimal, shortened
from embexplorer.ui.panels.error_line import ErrorLine
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import ScrollColumn, row
from embexplorer.ui.widgets.empty_state import EmptyState
from embexplorer.ui.widgets.fields import Combo, LineEdit
from embexplorer.ui.widgets.labels import label
from embexplorer.ui.widgets.ranked_list import RankedList, RankedRow

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from embexplorer.app.services import Services
    from embexplorer.app.state import AnalogyQuestion, State
    from embexplorer.core.results import AnalogyResult, Ranked
    from embexplorer.core.space import Space
    from embexplorer.ui.theme import Theme

METHODS = (
    ("3CosAdd", "3cosadd"),
    ("3CosMul", "3cosmul"),
    ("PairDirection", "pairdirection"),
    ("PairDistance", "pairdistance"),
)
ROWS_WITH_INPUTS = 3
EMPTY, TRY = "A is to B as C is to ?", "Type three items, or try one of these."
ROW_TEXT = 120


class AnalogyPanel(ScrollColumn):
    """Asks and shows both lists."""

    row_hovered = Signal(int)  # row of the space, -1 for none
    copy_requested = Signal()

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(theme, parent, "Analogy")
        self.setObjectName("analogy")
        self._theme = theme
        self._services = services
        self._rows: tuple[int, ...] = ()
        self._with: tuple[int, ...] = ()
        self.fields = [LineEdit(theme, self, f"Item {name}") for name in ("A", "B", "C")]
        for field, name in zip(self.fields, "ABC", strict=True):
            field.setPlaceholderText(name)
            field.returnPressed.connect(self._ask)
        self._method = Combo(theme, self, "Method")
        for text, method in METHODS:
            self._method.addItem(text, method)
        self._method.currentIndexChanged.connect(self._ask)
        self._go = Button(theme, self, "Solve", kind="primary")
        self._go.clicked.connect(self._ask)
        self._error = ErrorLine(theme, self)
        self._error.suggestion_chosen.connect(self._take)
        self._empty = EmptyState(theme, self, EMPTY, TRY)
        self._examples = [Button(theme, self, "Example", kind="link") for _ in range(3)]
        for link in self._examples:
            link.clicked.connect(self._try_example)
        self._answer = self._build_answer()
        self.add(
            row(theme, self.fields[0], label(self, "is to", "caption"), self.fields[1]),
            row(
                theme,
                label(self, "as", "caption"),
                self.fields[2],
                label(self, "is to", "caption"),
                label(self, "?", "title"),
            ),
            row(theme, label(self, "Method", "caption"), self._method, self._go),
        )  # fmt: skip
        self.add(self._error, self._empty, *self._examples, *self._answer, gap=0.25)
        self.add(row(theme, self._on_map, None, self._copy))
        self.finish()
        services.store.subscribe(self._changed)
        self._show(services.store.state)

    def _build_answer(self) -> list[QWidget]:
        theme = self._theme
        self._left_out = label(self, "Inputs left out", "strong")
        self._inputs = label(self, "", "caption", wrap=True)
        self._list = RankedList(theme, self, "Answers without the inputs")
        self._list.row_hovered.connect(self._hover)
        self._list.row_activated.connect(self._walk)
        self._margin = label(self, "", "caption")
        self._allowed = label(self, "Inputs allowed", "strong")
        self._list_with = RankedList(theme, self, "Answers with the inputs", strong_first=False)
        self._list_with.row_hovered.connect(self._hover_with)
        self._why = label(self, "", "caption", wrap=True)
        self._on_map = Button(theme, self, "Show on map", icon="analogy")
        self._on_map.setCheckable(True)
        self._on_map.toggled.connect(self._toggle_map)
        self._copy = Button(theme, self, "Copy")
        self._copy.clicked.connect(self.copy_requested)
        return [
            self._left_out, self._inputs, self._list, self._margin,
            self._allowed, self._list_with, self._why,
        ]  # fmt: skip

    def focus_field(self) -> None:
        """Put the cursor into the first field."""
        self.fields[0].setFocus()
        self.fields[0].selectAll()

    def _ask(self) -> None:
        a, b, c = (field.text() for field in self.fields)
        self._services.analogy.ask(a, b, c, self._method.currentData())

    def _take(self, text: str) -> None:
        """Put a near spelling into the field whose item is unknown."""
        asked, space = self._services.store.state.analogy, self._services.store.state.space
        if asked is None or space is None:
            return
        for field in self.fields:
            if space.items.index_of(field.text().strip()) < 0:
                field.setText(text)
                break
        self._ask()

    def _try_example(self) -> None:
        space, link = self._services.store.state.space, self.sender()
        if space is None or not isinstance(link, Button):
            return
        for field, text in zip(self.fields, link.property("example"), strict=True):
            field.setText(text)
        self._ask()

    def _changed(self, old: State, new: State) -> None:
        if old.analogy is not None and new.analogy is None:
            for field in self.fields:
                field.clear()
        if old.analogy is not new.analogy or old.active_space != new.active_space:
            self._show(new)

    def _show(self, state: State) -> None:
        asked, space = state.analogy, state.space
        has_answer = asked is not None and asked.answer is not None and asked.error is None
        self._error.show_error(asked.error if asked is not None else None)
        self._empty.setVisible(asked is None)
        self._show_examples(space if asked is None else None)
        for widget in (*self._answer, self._on_map, self._copy):
            widget.setVisible(has_answer)
        if asked is not None:
            for field, text in zip(self.fields, (asked.a, asked.b, asked.c), strict=True):
                if field.text().strip() != text:
                    field.setText(text)
        if has_answer and asked is not None and asked.answer is not None and space is not None:
            self._show_answer(space, asked, asked.answer)

    def _show_examples(self, space: Space | None) -> None:
        found = examples_in(space) if space is not None else []
        self._empty.show_text(EMPTY, TRY if found else "Type three items of this space.")
        for position, link in enumerate(self._examples):
            link.setVisible(position < len(found))
            if position < len(found):
                a, b, c = found[position]
                link.show_text(f"{a} is to {b} as {c} is to ?")
                link.setProperty("example", found[position])

    def _show_answer(self, space: Space, asked: AnalogyQuestion, answer: AnalogyResult) -> None:
        self._rows = tuple(int(index) for index in answer.results.indices)
        self._with = tuple(int(index) for index in answer.results_with_inputs.indices)
        self._inputs.setText(f"{asked.a}, {asked.b}, {asked.c}")
        self._fill(self._list, space, answer.results, ())
        self._fill(
            self._list_with, space, answer.results_with_inputs, answer.inputs, ROWS_WITH_INPUTS
        )
        scores = answer.results.scores
        margin = (
            f"Margin to the second: {decimal(abs(scores[0] - scores[1]))}"
            if len(scores) > 1
            else ""
        )
        self._margin.setText(margin)
        self._why.setText(" ".join((_why(space, answer), *answer.notes)))
        self._on_map.blockSignals(True)
        self._on_map.setChecked(asked.is_on_map)
        self._on_map.blockSignals(False)

    def _fill(
        self,
        shown: RankedList,
        space: Space,
        ranked: Ranked,
        inputs: tuple[int, ...],
        most: int = 1000,
    ) -> None:
        shown.set_rows(
            [
                RankedRow(
                    shortened(found.text, ROW_TEXT), decimal(found.score), found.bar,
                    rank=found.rank, is_flagged=found.is_input, tip=found.text,
                )
                for found in ranked_rows(space, ranked, inputs)[:most]
            ]
        )  # fmt: skip

    def _toggle_map(self, is_on: bool) -> None:
        self._services.analogy.show_on_map(is_on_map=is_on)

    def _hover(self, position: int) -> None:
        self.row_hovered.emit(self._rows[position] if 0 <= position < len(self._rows) else -1)

    def _hover_with(self, position: int) -> None:
        self.row_hovered.emit(self._with[position] if 0 <= position < len(self._with) else -1)

    def _walk(self, position: int) -> None:
        if 0 <= position < len(self._rows):
            self._services.selecting.take([self._rows[position]])


def _why(space: Space, answer: AnalogyResult) -> str:
    if not len(answer.results_with_inputs):
        return ""
    first = int(answer.results_with_inputs.indices[0])
    if first in answer.inputs:
        return (
            f"Without leaving the inputs out, the nearest item is “{space.items[first]}” itself. "
            "Report both lists."
        )
    return "The answer does not depend on leaving the inputs out."
