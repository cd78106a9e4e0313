"""Bars to the left and right of zero, one for each item, with the marker shape of its set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from embexplorer.ui.widgets.painting import LEFT, NO_PEN, RIGHT, Painted, draw_text
from embexplorer.ui.widgets.row_list import RowDelegate, RowList, RowsModel
from embexplorer.ui.widgets.set_marker import MARK, draw_set_marker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

# em
ROW = 1.25
HEAD = 1.25
EDGE = 0.375
MARK_ROOM = 0.875
GAP = 0.5
THICK = 0.85
NAME = 0.36  # share of the width that names take at most
ROUND = 0.12


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """An item with its score; `figure` is the score as it reads, `set_name` what it belongs to."""

    text: str
    figure: str
    score: float
    shape: int
    set_name: str


@dataclass(frozen=True, slots=True)
class ScoreScale:
    """Where names end, zero stands and figures begin: the same for all rows, in pixels."""

    names_end: float
    start: float
    end: float
    low: float
    high: float

    @staticmethod
    def of(theme: Theme, rows: Sequence[ScoreRow], width: float) -> ScoreScale:
        """Return the scale of rows that are `width` pixels wide."""
        em = theme.em
        names, figures = QFontMetricsF(theme.font()), QFontMetricsF(theme.font(tabular=True))
        widest = max((names.horizontalAdvance(row.text) for row in rows), default=0.0) + 1
        number = max((figures.horizontalAdvance(row.figure) for row in rows), default=0.0) + 1
        names_end = em * (EDGE + MARK_ROOM) + min(widest, width * NAME)
        scores = [0.0, *(row.score for row in rows)]
        low, high = min(scores), max(scores)
        if low == high:
            high = 1.0
        start, end = names_end + em * GAP, width - em * (EDGE + GAP) - number
        return ScoreScale(names_end, start, max(start + 1, end), low, high)

    def x(self, score: float) -> float:
        """Return where a score lies."""
        share = (score - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def paint_score(
    painter: QPainter,
    theme: Theme,
    rect: QRectF,
    row: ScoreRow,
    scale: ScoreScale,
    *,
    is_strong: bool = False,
) -> None:
    """Paint one row into `rect`: shape, name, bar and figure."""
    em, middle = theme.em, rect.center().y()
    mark = QPointF(rect.x() + em * (EDGE + MARK), middle)
    draw_set_marker(painter, theme, row.shape, mark)
    left = rect.x() + em * (EDGE + MARK_ROOM)
    name = QRectF(left, rect.y(), rect.x() + scale.names_end - left, rect.height())
    font = theme.font("body", 600 if is_strong else 400)
    draw_text(painter, name, row.text, font, theme.color("text"))
    zero, end = rect.x() + scale.x(0.0), rect.x() + scale.x(row.score)
    thick = em * THICK
    bar = QRectF(min(zero, end), middle - thick / 2, max(1.0, abs(end - zero)), thick)
    painter.setPen(NO_PEN)
    painter.setBrush(theme.color("positive" if row.score >= 0 else "negative"))
    painter.drawRoundedRect(bar, em * ROUND, em * ROUND)
    figure = QRectF(rect.x(), rect.y(), rect.width() - em * EDGE, rect.height())
    draw_text(painter, figure, row.figure, theme.font(tabular=True), theme.color("muted"), RIGHT)


def paint_sides(
    painter: QPainter, theme: Theme, rect: QRectF, sides: tuple[str, str], scale: ScoreScale
) -> None:
    """Paint what the bars to the left and to the right are nearer to, around zero."""
    small, color = theme.font("caption"), theme.color("muted")
    metrics, gap = QFontMetricsF(small), theme.em * GAP
    left, right = f"← {sides[0]}", f"{sides[1]} →"
    widths = [metrics.horizontalAdvance(text) + 1 for text in (left, right)]
    zero = rect.x() + scale.x(0.0)
    start = min(max(zero - gap / 2, rect.x() + widths[0]), rect.right() - widths[1] - gap)
    first = QRectF(rect.x(), rect.y(), start - rect.x(), rect.height())
    draw_text(painter, first, left, small, color, RIGHT)
    second = QRectF(start + gap, rect.y(), rect.right() - start - gap, rect.height())
    draw_text(painter, second, right, small, color, LEFT)


class ScoreHead(Painted):
    """The names of both sides, above the bars."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, "Sides of the bars")
        self._sides = ("", "")
        self._rows: tuple[ScoreRow, ...] = ()
        self.setFixedHeight(theme.px(HEAD))

    def show_sides(self, sides: tuple[str, str], rows: Sequence[ScoreRow]) -> None:
        """Show what bars of these rows are nearer to; nothing where it is empty."""
        self._sides, self._rows = sides, tuple(rows)
        self.setVisible(any(sides))
        self.setAccessibleDescription(f"Left: {sides[0]}. Right: {sides[1]}." if any(sides) else "")
        self.update()

    def paint(self, painter: QPainter) -> None:
        """Paint both names."""
        scale = ScoreScale.of(self.theme, self._rows, self.width())
        paint_sides(painter, self.theme, QRectF(self.rect()), self._sides, scale)


class ScoreBars(RowList):
    """Items by their score, as bars that go to both sides."""

    def __init__(self, theme: Theme, parent: QWidget, name: str, *, limit: int = 24) -> None:
        super().__init__(theme, parent, name, limit)
        self._rows = _ScoreModel(self)
        self.use(self._rows, _ScoreDelegate(theme, self, self._rows))

    @property
    def rows(self) -> tuple[ScoreRow, ...]:
        """The rows that are shown."""
        return self._rows.rows

    def set_rows(self, rows: Sequence[ScoreRow]) -> None:
        """Show other rows."""
        self.set_dimmed(False)
        self._rows.set_rows(rows)


class _ScoreModel(RowsModel[ScoreRow]):
    def text_of(self, row: ScoreRow) -> str:
        return row.text

    def spoken(self, row: ScoreRow) -> str:
        return f"{row.text}, {row.set_name}, {row.figure}"

    def tip_of(self, row: ScoreRow) -> str:
        return f"{row.text} · {row.set_name}"


class _ScoreDelegate(RowDelegate):
    def __init__(self, theme: Theme, parent: QWidget, model: _ScoreModel) -> None:
        super().__init__(theme, parent)
        self._model = model
        self._scaled: tuple[object, float] | None = None
        self._scale = ScoreScale(0, 0, 1, 0, 1)

    def row_height(self) -> int:
        return self.theme.px(ROW)

    def paint_row(self, painter: QPainter, rect: QRectF, row: int, is_selected: bool) -> None:
        rows = self._model.rows
        scaled = (rows, rect.width())
        if self._scaled != scaled:
            self._scaled, self._scale = scaled, ScoreScale.of(self.theme, rows, rect.width())
        paint_score(painter, self.theme, rect, rows[row], self._scale, is_strong=is_selected)
