"""Ranked rows with their scores as bars: neighbors, answers of an analogy, words that stand out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from embexplorer.ui.widgets.painting import (
    BAR,
    DOT,
    RIGHT,
    draw_bar,
    draw_dot,
    draw_lines,
    draw_text,
)
from embexplorer.ui.widgets.row_list import RowDelegate, RowList, RowsModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QColor, QPainter, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

# em
ONE_LINE = 1.625
TWO_LINES = 2.625
RANK_EDGE = 0.375
RANK_GAP = 0.6
DOT_ROOM = 1.0
BAR_ROOM = 2.1
GAP = 0.5
EDGE = 0.25


@dataclass(frozen=True, slots=True)
class RankedRow:
    """One row.

    Parameters
    ----------
    text
        The item.
    score_text
        The score as it is read, ``0.871``.
    bar
        Length of the bar, 0..1.
    rank
        Number before the row; None where rows have none.
    category
        Position of the item's category, whose dot is shown; None for no dot.
    is_flagged
        Set back in gray: an input of the query, say.
    tip
        One sentence on what is special about this row.
    """

    text: str
    score_text: str
    bar: float
    rank: int | None = None
    category: int | None = None
    is_flagged: bool = False
    tip: str = ""


class RankedList(RowList):
    """Rows by score; long texts take two lines, and short ones one.

    Parameters
    ----------
    name
        Accessible name, such as ``Ten nearest items``.
    limit
        More rows than this scroll inside the list.
    strong_first
        Whether the first row is bold.
    """

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        name: str,
        *,
        limit: int = 50,
        strong_first: bool = True,
    ) -> None:
        super().__init__(theme, parent, name, limit)
        self._rows = _RankedModel(self)
        self._painter = _RankedDelegate(theme, self, self._rows, strong_first)
        self._widest = 0.0
        self.use(self._rows, self._painter)

    @property
    def rows(self) -> tuple[RankedRow, ...]:
        """The rows that are shown."""
        return self._rows.rows

    def set_rows(self, rows: Sequence[RankedRow]) -> None:
        """Show other rows."""
        metrics = QFontMetricsF(self.theme.font("body", 600))
        self._widest = max((metrics.horizontalAdvance(row.text) for row in rows), default=0.0)
        self._painter.measure(rows)
        self.set_dimmed(False)
        self._rows.set_rows(rows)
        self._choose_lines()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose again between one line and two."""
        super().resizeEvent(event)
        # A new height comes from fitting the rows: to fit again inside would mix the two heights.
        if event.size().width() != event.oldSize().width():
            self._choose_lines()

    def _choose_lines(self) -> None:
        room = self._painter.text_rect(QRectF(0, 0, self.width(), 0), has_two_lines=False)
        has_two_lines = self._widest > room.width()
        if has_two_lines != self._painter.has_two_lines:
            self._painter.has_two_lines = has_two_lines
            self.fit_rows()


class _RankedModel(RowsModel[RankedRow]):
    def text_of(self, row: RankedRow) -> str:
        return row.text

    def spoken(self, row: RankedRow) -> str:
        parts = ["" if row.rank is None else str(row.rank), row.text, row.score_text, row.tip]
        return ", ".join(part for part in parts if part)

    def tip_of(self, row: RankedRow) -> str:
        return row.tip


class _RankedDelegate(RowDelegate):
    def __init__(
        self, theme: Theme, parent: QWidget, model: _RankedModel, strong_first: bool
    ) -> None:
        super().__init__(theme, parent)
        self._model = model
        self._strong_first = strong_first
        self._has_ranks = False
        self._rank_end = 0.0
        self._has_dots = False
        self._score_width = 0.0
        self.has_two_lines = False

    def measure(self, rows: Sequence[RankedRow]) -> None:
        """Find which columns these rows have, so that all of them line up."""
        ranks = [str(row.rank) for row in rows if row.rank is not None]
        self._has_ranks = bool(ranks)
        small = QFontMetricsF(self.theme.font("caption", tabular=True))
        digits = max((small.horizontalAdvance(rank) for rank in ranks), default=0.0)
        self._rank_end = self.theme.em * RANK_EDGE + digits
        self._has_dots = any(row.category is not None for row in rows)
        metrics = QFontMetricsF(self.theme.font("body", 600, tabular=True))
        widths = [metrics.horizontalAdvance(row.score_text) for row in rows]
        self._score_width = max(widths, default=0.0)

    def row_height(self) -> int:
        return self.theme.px(TWO_LINES if self.has_two_lines else ONE_LINE)

    def text_rect(self, rect: QRectF, *, has_two_lines: bool) -> QRectF:
        """Return where the text goes in a row."""
        em = self.theme.em
        left = self._rank_end + em * RANK_GAP if self._has_ranks else em * GAP
        left += em * DOT_ROOM if self._has_dots else 0
        right = rect.right() - self._score_room() - em * (EDGE + GAP)
        if not has_two_lines:
            right -= em * (BAR_ROOM + GAP)
        return QRectF(rect.x() + left, rect.y(), max(0.0, right - rect.x() - left), rect.height())

    def paint_row(self, painter: QPainter, rect: QRectF, row: int, is_selected: bool) -> None:
        shown = self._model.rows[row]
        theme, em = self.theme, self.theme.em
        place = self.text_rect(rect, has_two_lines=self.has_two_lines)
        is_strong = is_selected or (self._strong_first and row == 0)
        font = theme.font("body", 600 if is_strong and not shown.is_flagged else 400)
        color = theme.color("muted" if shown.is_flagged else "text")
        if shown.rank is not None:
            number = QRectF(rect.x(), rect.y(), self._rank_end, rect.height())
            small = theme.font("caption", tabular=True)
            draw_text(painter, number, str(shown.rank), small, theme.color("faint"), RIGHT)
        if shown.category is not None:
            center = QPointF(place.x() - em * (DOT_ROOM - DOT), rect.center().y())
            draw_dot(painter, center, em * DOT, theme.category(shown.category))
        draw_lines(painter, place, shown.text, font, color, 2 if self.has_two_lines else 1)
        self._paint_score(painter, rect, shown, color)

    def _paint_score(self, painter: QPainter, rect: QRectF, row: RankedRow, color: QColor) -> None:
        em = self.theme.em
        width = self._score_room()
        score = QRectF(rect.right() - em * EDGE - width, rect.y(), width, rect.height())
        thick = em * BAR
        if self.has_two_lines:
            bar = QRectF(score.x(), rect.center().y() + em * 0.5, width, thick)
            score.setHeight(rect.height() / 2 + em * 0.4)
        else:
            left = score.x() - em * (BAR_ROOM + GAP)
            bar = QRectF(left, rect.center().y() - thick / 2, em * BAR_ROOM, thick)
        draw_text(painter, score, row.score_text, self.theme.font(tabular=True), color, RIGHT)
        draw_bar(painter, bar, self.theme.color("press"))
        bar.setWidth(bar.width() * min(1.0, max(0.0, row.bar)))
        draw_bar(painter, bar, self.theme.color("control" if row.is_flagged else "accent"))

    def _score_room(self) -> float:
        return max(self._score_width, self.theme.em * BAR_ROOM)
