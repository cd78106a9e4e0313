"""What several selected items are: their share, what they are made of, and what stands out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from embexplorer.app.appearance import coloring_of
from embexplorer.app.presenters.details import selection_details
from embexplorer.app.presenters.explaining import (
    StandsOut,
    explanation_of,
    is_explainable,
    summary_of,
    values_of,
    words_of,
)
from embexplorer.core.counted import counted
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import ScrollColumn, column, row
from embexplorer.ui.widgets.contrast_list import ContrastList, ContrastRow
from embexplorer.ui.widgets.labels import ElidedLabel, label, rule
from embexplorer.ui.widgets.ranked_list import RankedList, RankedRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QLabel, QLayout

    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.core.selection import Selection
    from embexplorer.core.space import Space
    from embexplorer.ui.theme import Theme

PAUSE = 150  # ms before a selection is explained: another may follow
FIRST = 8  # rows before ``Show n more``
WAITING = "Comparing words and values with all other items…"
NOTHING = "No word and no value stands out at a false discovery rate of 5%."


class SeveralItems(ScrollColumn):
    """The page of the details panel for several items.

    Signals
    -------
    keep_requested(), tag_requested(), export_requested(), copy_requested()
        What the selection shall become.
    rows_pointed(object)
        Rows (m,) that a word or value under the mouse stands for; None when none is.
    histograms_requested()
        A column of numbers was chosen.
    """

    keep_requested = Signal()
    tag_requested = Signal()
    export_requested = Signal()
    copy_requested = Signal()
    rows_pointed = Signal(object)
    histograms_requested = Signal()

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(theme, parent, "Details of several items")
        self._services = services
        self._title = label(self, "", "title")
        self._share = label(self, "", "caption")
        self._column = label(self, "", "strong")
        self._made_of = RankedList(theme, self, "What the selection is made of", strong_first=False)
        self._words = _Group(theme, services, self, "Words that stand out", "log odds")
        self._values = _Group(theme, services, self, "Values that stand out", "difference")
        self._nothing = label(self, "", "caption", wrap=True)
        self._how = label(self, "", "caption", wrap=True)
        self._copy = Button(theme, self, "Copy as table")
        self._copy.clicked.connect(self.copy_requested)
        for group in (self._words, self._values):
            group.rows_pointed.connect(self.rows_pointed)
            group.histograms_requested.connect(self.histograms_requested)
        self.add(self._title, self._share, *self._actions(theme), rule(self))
        self.add(self._column, self._made_of)
        self.add(self._words, self._values, self._nothing, gap=0.5)
        self.add(self._how, row(theme, self._copy, None))
        self.finish()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(services.explaining.ask)

    def show_selection(self, space: Space, chosen: Selection, state: State) -> None:
        """Say what is known at once, and ask for the rest in a moment."""
        name = state.style.color_by
        details = selection_details(space, chosen.indices, name)
        self._title.setText(f"{counted(details.n, 'item')} selected")
        self._share.setText(f"{details.share:.1%} of {details.space_name}")
        self._column.setText(details.column)
        self._column.setVisible(bool(details.composition))
        self._made_of.setVisible(bool(details.composition))
        coloring = coloring_of(space, name, state.style)
        ranks = dict(zip(coloring.names, coloring.positions, strict=False))
        self._made_of.set_rows(
            [
                RankedRow(made, f"{n / details.n:.0%}", n / details.n, category=ranks.get(made))
                for made, n in details.composition
            ]
        )
        self.show_explained(state)
        if is_explainable(state) and explanation_of(state) is None:
            self._pause.start()

    def show_explained(self, state: State) -> None:
        """Show what sets the selection apart; what was before stays dimmed until it is known."""
        known = state.explained
        answer = known.answer if known is not None and is_explainable(state) else None
        is_old = explanation_of(state) is None
        words = words_of(answer) if answer is not None else ()
        values = values_of(answer) if answer is not None else ()
        self._words.show_found(words, is_old=is_old)
        self._values.show_found(values, is_old=is_old)
        has_answer = answer is not None
        for widget in (self._how, self._copy):
            widget.setVisible(has_answer)
        is_empty = has_answer and not is_old and not words and not values
        is_waiting = known is not None and known.is_running and not has_answer
        self._nothing.setVisible(is_empty or is_waiting)
        self._nothing.setText(WAITING if is_waiting else NOTHING)
        self._copy.setEnabled(not is_old)
        if answer is not None and not is_old:
            self._how.setText(summary_of(answer))

    def _actions(self, theme: Theme) -> tuple[QLayout, ...]:
        isolate = Button(theme, self, "Isolate", tip="Show only these items  I")
        keep = Button(theme, self, "Keep as selection…")
        tag = Button(theme, self, "Tag…")
        alone = Button(theme, self, "Project only these")
        export = Button(theme, self, "Export…")
        isolate.clicked.connect(self._services.selecting.isolate)
        keep.clicked.connect(self.keep_requested)
        tag.clicked.connect(self.tag_requested)
        alone.clicked.connect(self._services.selecting.project_alone)
        export.clicked.connect(self.export_requested)
        return (row(theme, isolate, keep, tag, None), row(theme, alone, None, export))


class _Group(QWidget):
    """A heading over rows that stand out, the first few at first."""

    rows_pointed = Signal(object)
    histograms_requested = Signal()

    def __init__(
        self, theme: Theme, services: Services, parent: QWidget, title: str, figure: str
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._found: tuple[StandsOut, ...] = ()
        self._shows_all = False
        self._pointed = -1
        self._list = ContrastList(theme, self, title)
        self._list.row_activated.connect(self._act)
        self._list.row_hovered.connect(self._point)
        self._list.menu_requested.connect(self._open_menu)
        self._more = Button(theme, self, "Show more", kind="link")
        self._more.clicked.connect(self._toggle)
        unit = ElidedLabel(self, figure, "caption")
        unit.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head: QLabel = label(self, title, "strong")
        line = row(theme, head)
        line.addWidget(unit, 1)
        self.setLayout(column(theme, line, self._list, row(theme, self._more, None), gap=0.25))
        self.hide()

    def show_found(self, found: tuple[StandsOut, ...], *, is_old: bool) -> None:
        """Show rows, dimmed while they are those of another selection."""
        if found != self._found:
            self._found = found
            self._shows_all = False
            self._fill()
        self._list.set_dimmed(is_old)
        self.setVisible(bool(found))

    def _fill(self) -> None:
        shown = self._found if self._shows_all else self._found[:FIRST]
        self._list.set_rows([_contrast(one) for one in shown])
        rest = len(self._found) - FIRST
        self._more.setVisible(rest > 0)
        self._more.show_text("Show fewer" if self._shows_all else f"Show {rest} more")

    def _toggle(self) -> None:
        self._shows_all = not self._shows_all
        self._fill()

    def _act(self, place: int) -> None:
        found = self._found[place]
        if found.is_number:
            self.histograms_requested.emit()
        else:
            self._services.explaining.select(found)

    def _point(self, place: int) -> None:
        self._pointed = place
        found = self._found[place] if 0 <= place < len(self._found) else None
        if found is None or found.is_number:
            self.rows_pointed.emit(None)
        else:
            self._services.explaining.point_at(found, self._tell_rows)

    def _tell_rows(self, rows: object) -> None:
        if self._pointed >= 0:  # else the mouse has left meanwhile
            self.rows_pointed.emit(rows)

    def _open_menu(self, place: int, at: QPoint) -> None:
        found = self._found[place]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        entries: Sequence[tuple[str, object]] = (
            ("Select all items with it", self._select),
            ("Keep only these in the selection", self._intersect),
            ("Take these out of the selection", self._take_out),
        )
        if found.is_number:
            entries = (("Show its histogram", self.histograms_requested.emit),)
        for words, run in entries:
            action = menu.addAction(words)
            action.setData(found)
            action.triggered.connect(run)
        if hasattr(found.source, "value"):
            action = menu.addAction("Show only items with it")
            action.setData(found)
            action.triggered.connect(self._filter)
        menu.popup(at)

    def _asked(self) -> StandsOut:
        action = self.sender()
        assert isinstance(action, QAction)
        found: StandsOut = action.data()
        return found

    def _select(self) -> None:
        self._services.explaining.select(self._asked())

    def _intersect(self) -> None:
        self._services.explaining.select(self._asked(), "intersect")

    def _take_out(self) -> None:
        self._services.explaining.select(self._asked(), "remove")

    def _filter(self) -> None:
        self._services.explaining.filter_by(self._asked())


def _contrast(found: StandsOut) -> ContrastRow:
    tip = "Click for its histogram" if found.is_number else "Click to select all items with it"
    return ContrastRow(found.title, found.figure, found.note, found.share_in, found.share_out, tip)
