"""Rows that compare a selection with the rest: what, by how much, and both shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetricsF

from embexplorer.ui.widgets.painting import BAR, RIGHT, draw_bar, draw_text
from embexplorer.ui.widgets.row_list import RowDelegate, RowList, RowsModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

# em
ROW = 2.5
EDGE = 0.375
BAR_ROOM = 4.0
GAP = 0.625


@dataclass(frozen=True, slots=True)
class ContrastRow:
    """One row.

    Parameters
    ----------
    text
        A word, or a value with its column.
    figure
        The effect, signed.
    note
        Both shares or means, and how sure it is.
    share_in, share_out
        0..1, as two bars; None for no bars.
    tip
        What a click does.
    """

    text: str
    figure: str
    note: str
    share_in: float | None = None
    share_out: float | None = None
    tip: str = ""


class ContrastList(RowList):
    """Rows by how much they stand out.

    Signals
    -------
    menu_requested(int, QPoint)
        A row, and where on the screen.
    """

    menu_requested = Signal(int, object)

    def __init__(self, theme: Theme, parent: QWidget, name: str, *, limit: int = 40) -> None:
        super().__init__(theme, parent, name, limit)
        self._rows = _ContrastModel(self)
        self.use(self._rows, _ContrastDelegate(theme, self, self._rows))

    @property
    def rows(self) -> tuple[ContrastRow, ...]:
        """The rows that are shown."""
        return self._rows.rows

    def set_rows(self, rows: Sequence[ContrastRow]) -> None:
        """Show other rows."""
        self.set_dimmed(False)
        self._rows.set_rows(rows)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the row under the mouse, or of the keyboard."""
        is_keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_keyboard else self.indexAt(event.pos())
        if index.isValid():
            at = event.globalPos()
            if is_keyboard:
                at = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
            self.menu_requested.emit(index.row(), at)


class _ContrastModel(RowsModel[ContrastRow]):
    def text_of(self, row: ContrastRow) -> str:
        return row.text

    def spoken(self, row: ContrastRow) -> str:
        return f"{row.text}, {row.figure}, {row.note}"

    def tip_of(self, row: ContrastRow) -> str:
        return row.tip


class _ContrastDelegate(RowDelegate):
    def __init__(self, theme: Theme, parent: QWidget, model: _ContrastModel) -> None:
        super().__init__(theme, parent)
        self._model = model

    def row_height(self) -> int:
        return self.theme.px(ROW)

    def paint_row(self, painter: QPainter, rect: QRectF, row: int, is_selected: bool) -> None:
        shown, theme, em = self._model.rows[row], self.theme, self.theme.em
        inner = rect.adjusted(em * EDGE, em * 0.125, -em * EDGE, -em * 0.125)
        half = inner.height() / 2
        upper = QRectF(inner.x(), inner.y(), inner.width(), half)
        lower = QRectF(inner.x(), inner.y() + half, inner.width(), half)
        figures = theme.font(tabular=True)
        room = max(QFontMetricsF(figures).horizontalAdvance(shown.figure), em * 2)
        figure = upper.adjusted(upper.width() - room, 0, 0, 0)
        draw_text(painter, figure, shown.figure, figures, theme.color("text"), RIGHT)
        right = room + em * GAP
        if shown.share_in is not None and shown.share_out is not None:
            bars = QRectF(figure.x() - em * (GAP + BAR_ROOM), upper.y(), em * BAR_ROOM, half)
            self._paint_bars(painter, bars, shown.share_in, shown.share_out)
            right += em * (BAR_ROOM + GAP)
        weight = 600 if is_selected else 400
        font = theme.font("body", weight)
        draw_text(painter, upper.adjusted(0, 0, -right, 0), shown.text, font, theme.color("text"))
        small = theme.font("caption", tabular=True)
        draw_text(painter, lower, shown.note, small, theme.color("muted"))

    def _paint_bars(self, painter: QPainter, room: QRectF, here: float, there: float) -> None:
        """Paint the share of the selection over that of the rest."""
        thick = self.theme.em * BAR
        for share, token, below in ((here, "accent", 0.0), (there, "control", 1.0)):
            y = room.center().y() - thick + below * (thick + 1)
            ground = QRectF(room.x(), y, room.width(), thick - 1)
            draw_bar(painter, ground, self.theme.color("press"))
            ground.setWidth(room.width() * min(1.0, max(0.0, share)))
            draw_bar(painter, ground, self.theme.color(token))
