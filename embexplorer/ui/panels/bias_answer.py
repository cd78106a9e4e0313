"""The answer of a bias probe: the figure, its range, what chance gives, and a bar for each item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGraphicsOpacityEffect, QLabel, QWidget

from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.interval import Interval, IntervalView
from embexplorer.ui.widgets.key_values import KeyValues
from embexplorer.ui.widgets.labels import label, rule
from embexplorer.ui.widgets.naming import name_widget
from embexplorer.ui.widgets.null_picture import NullPicture, NullPictureView
from embexplorer.ui.widgets.row_list import DIMMED
from embexplorer.ui.widgets.score_bars import ScoreBars, ScoreHead, ScoreRow
from embexplorer.ui.widgets.set_list import SetList, SetRow

if TYPE_CHECKING:
    from embexplorer.app.presenters.bias_pictures import NullView
    from embexplorer.app.presenters.bias_view import BiasView
    from embexplorer.ui.theme import Theme

MOST_NULLS = 2  # histograms: of permutations, and of other items


class BiasAnswer(QWidget):
    """Everything about one answer, top to bottom in the order of what a paper reports.

    Signals
    -------
    row_hovered(int), row_chosen(int)
        Row of the space under the mouse (-1 for none), and of the bar that was clicked.
    """

    row_hovered = Signal(int)
    row_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        name_widget(self, "Answer of the probe")
        self._rows: tuple[int, ...] = ()
        self._figure = label(self, "", "figure")
        self._name = label(self, "", "caption", wrap=True)
        self._interval = label(self, "", "caption", wrap=True)
        self._test = label(self, "", "caption", wrap=True)
        self._range = Interval(theme, self, "The number on its full range")
        self._range.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._nulls = [_Null(theme, self) for _ in range(MOST_NULLS)]
        self._scores_title = label(self, "Score of each item", "strong")
        self._head = ScoreHead(theme, self)
        self._bars = ScoreBars(theme, self, "Score of each item")
        self._bars.row_hovered.connect(self._hover)
        self._bars.row_activated.connect(self._choose)
        self._sets = SetList(theme, self, "Items found")
        self._left_out = label(self, "", "caption", wrap=True)
        self._swapped = label(self, "", "caption", wrap=True)
        self._sentence = label(self, "", wrap=True)
        self._method = KeyValues(theme, self, "Method")
        self._notes = label(self, "", "caption", wrap=True)
        self._lay_out(theme)

    def _lay_out(self, theme: Theme) -> None:
        names = column(theme, self._name, self._interval, gap=0.0)
        head = row(theme, self._figure, names, gap=0.75)
        head.setStretch(1, 1)
        box = column(theme, gap=0.5)
        box.addLayout(head)
        for thing in (self._test, self._range, *self._nulls):
            box.addWidget(thing)
        box.addSpacing(theme.px(0.5))
        for thing in (self._scores_title, self._head, self._bars):
            box.addWidget(thing)
        box.addSpacing(theme.px(0.5))
        box.addWidget(label(self, "Items found", "strong"))
        for thing in (self._sets, self._left_out, self._swapped):
            box.addWidget(thing)
        box.addWidget(rule(self))
        box.addWidget(self._sentence)
        box.addWidget(rule(self))
        box.addWidget(self._method)
        box.addWidget(self._notes)
        self.setLayout(box)

    def show_view(self, view: BiasView) -> None:
        """Show an answer."""
        self.set_dimmed(is_dimmed=False)
        self._figure.setText(view.figure)
        self._figure.setAccessibleName(f"{view.figure_name} {view.figure}")
        self.setAccessibleDescription(view.spoken)
        _say(self._name, " · ".join(filter(None, (view.figure_name, view.p))))
        _say(self._interval, view.interval)
        _say(self._test, view.test)
        shown = view.range
        self._range.show_view(
            IntervalView(shown.value, shown.low, shown.high, shown.span, shown.ticks)
        )
        self._range.setAccessibleDescription(view.spoken)
        for at, null in enumerate(self._nulls):
            null.show_view(view.nulls[at] if at < len(view.nulls) else None)
        self._show_scores(view)
        self._sets.set_rows(
            [SetRow(one.shape, one.name, one.found, one.lacks) for one in view.sets]
        )
        _say(self._left_out, view.left_out)
        _say(self._swapped, view.swapped)
        self._sentence.setText(view.sentence)
        self._method.set_rows([*view.method, ("Source", view.citation)])
        _say(self._notes, " ".join(view.notes))

    def set_dimmed(self, *, is_dimmed: bool) -> None:
        """Let an answer step back that is about to be replaced."""
        if is_dimmed:
            effect = QGraphicsOpacityEffect(self)
            effect.setOpacity(DIMMED)
            self.setGraphicsEffect(effect)
        elif self.graphicsEffect() is not None:
            self.setGraphicsEffect(None)  # type: ignore[arg-type]  # None takes it away

    def _show_scores(self, view: BiasView) -> None:
        rows = [
            ScoreRow(one.item, one.text, one.score, one.shape, one.set_name) for one in view.scores
        ]
        self._rows = tuple(one.row for one in view.scores)
        self._scores_title.setVisible(bool(rows))
        if rows != list(self._bars.rows):
            self._bars.set_rows(rows)
        self._bars.setVisible(bool(rows))
        self._head.show_sides(view.sides if rows else ("", ""), rows)

    def _hover(self, position: int) -> None:
        self.row_hovered.emit(self._rows[position] if 0 <= position < len(self._rows) else -1)

    def _choose(self, position: int) -> None:
        if 0 <= position < len(self._rows) and self._rows[position] >= 0:
            self.row_chosen.emit(self._rows[position])


class _Null(QWidget):
    """A histogram of chance under its title."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = label(self, "", "strong")
        self._note = label(self, "", "caption", wrap=True)
        self._picture = NullPicture(theme, self, "What chance gives")
        self.setLayout(column(theme, self._title, self._note, self._picture, gap=0.125))

    def show_view(self, view: NullView | None) -> None:
        """Show a histogram, or nothing."""
        self.setVisible(view is not None)
        if view is None:
            return
        self._title.setText(view.title)
        self._note.setText(view.note)
        self._picture.setAccessibleName(view.title)
        self._picture.show_view(
            NullPictureView(view.counts, view.span, view.ticks, view.observed, view.spoken)
        )


def _say(shown: QLabel, text: str) -> None:
    shown.setText(text)
    shown.setVisible(bool(text))
