"""Rows of a text and a note on the right, which warns where something is wrong with the row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QFontMetricsF

from embexplorer.ui.widgets.painting import RIGHT, draw_text
from embexplorer.ui.widgets.row_list import RowDelegate, RowList, RowsModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

# em
ROW = 1.5
EDGE = 0.5
GAP = 0.75
NOTE = 0.6  # share of the width that notes take at most


@dataclass(frozen=True, slots=True)
class MarkedRow:
    """A row; `warns` says that its note is about something wrong."""

    text: str
    note: str = ""
    warns: bool = False
    tip: str = ""


class MarkedList(RowList):
    """Rows that can be chosen, one at a time."""

    def __init__(self, theme: Theme, parent: QWidget, name: str, *, limit: int) -> None:
        super().__init__(theme, parent, name, limit)
        self._rows = _MarkedModel(self)
        self.use(self._rows, _MarkedDelegate(theme, self, self._rows))

    @property
    def rows(self) -> tuple[MarkedRow, ...]:
        """The rows that are shown."""
        return self._rows.rows

    @property
    def current(self) -> int:
        """The chosen row; -1 for none."""
        return self.currentIndex().row()

    def set_rows(self, rows: Sequence[MarkedRow], current: int = -1) -> None:
        """Show other rows, one of them chosen."""
        if tuple(rows) != self._rows.rows:
            self._rows.set_rows(rows)
        self.setCurrentIndex(self._rows.index(current, 0))


class _MarkedModel(RowsModel[MarkedRow]):
    def text_of(self, row: MarkedRow) -> str:
        return row.text

    def spoken(self, row: MarkedRow) -> str:
        return ", ".join(filter(None, (row.text, row.note)))

    def tip_of(self, row: MarkedRow) -> str:
        return row.tip or row.note


class _MarkedDelegate(RowDelegate):
    def __init__(self, theme: Theme, parent: QWidget, model: _MarkedModel) -> None:
        super().__init__(theme, parent)
        self._model = model

    def row_height(self) -> int:
        return self.theme.px(ROW)

    def paint_row(self, painter: QPainter, rect: QRectF, row: int, is_selected: bool) -> None:
        shown, theme, em = self._model.rows[row], self.theme, self.theme.em
        inner = rect.adjusted(em * EDGE, 0, -em * EDGE, 0)
        small = theme.font("caption", tabular=True)
        wanted = QFontMetricsF(small).horizontalAdvance(shown.note) + 1
        room = min(wanted, inner.width() * NOTE) if shown.note else 0.0
        note = inner.adjusted(inner.width() - room, 0, 0, 0)
        color = theme.color("warning" if shown.warns else "muted")
        draw_text(painter, note, shown.note, small, color, RIGHT)
        text = inner.adjusted(0, 0, -room - (em * GAP if room else 0), 0)
        font = theme.font("body", 600 if is_selected else 400)
        draw_text(painter, text, shown.text, font, theme.color("text"))
