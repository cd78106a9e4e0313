"""What lies under the cursor: an item, its category and a few columns, beside its point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPen

from embexplorer.ui.widgets.naming import name_widget
from embexplorer.ui.widgets.overlay import Overlay
from embexplorer.ui.widgets.painting import (
    DOT,
    LEFT,
    Painted,
    break_lines,
    draw_dot,
    draw_lines,
    draw_text,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

# em
WIDTH = 17
ROW = 1.375
GAP = 0.5
KEY_SHARE = 0.36
MOST_LINES = 4


@dataclass(frozen=True, slots=True)
class HoverView:
    """An item under the cursor.

    Parameters
    ----------
    text
        The item; four lines of it are shown.
    category
        Position of its category in the palette, below 0 for other; None for none.
    category_name
        What the category is called.
    rows
        Names and values of up to three columns.
    note
        ``Kept 11 of 15 neighbors``.
    """

    text: str
    category: int | None = None
    category_name: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    note: str = ""


class HoverCard(Overlay):
    """A card that never covers the point it describes, nor leaves the map."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        name_widget(self, "Item under the cursor")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._contents = _Contents(theme, self)
        self.body.addWidget(self._contents)
        self.setFixedWidth(theme.px(WIDTH))

    def show_at(self, view: HoverView, point: QPointF | QPoint, gap: float = 0.75) -> None:
        """Show an item beside `point`, pixels of the parent, at least `gap` em away from it."""
        self._contents.show_view(view)
        self.setAccessibleDescription(self._contents.accessibleDescription())
        margins = self.body.contentsMargins()
        inner = self.width() - margins.left() - margins.right()
        height = self._contents.height_for(inner) + margins.top() + margins.bottom()
        self.setFixedHeight(height)
        self._contents.setFixedHeight(self._contents.height_for(inner))
        room = self.host.rect()
        spot = QPoint(round(point.x()), round(point.y()))
        self.move(beside(spot, self.size(), room, self.theme.px(gap)))
        self.show()


def beside(point: QPoint, size: QSize, room: QRect, gap: int) -> QPoint:
    """Return where a card of `size` lies inside `room`, `gap` pixels or more from `point`.

    Above and to the right where it fits, else on another side. In a room too small for any side it
    stays inside, as far from the point as it can.
    """
    right, left = point.x() + gap, point.x() - gap - size.width()
    above, below = point.y() - gap - size.height(), point.y() + gap
    last_x = room.right() + 1 - size.width()
    last_y = room.bottom() + 1 - size.height()
    x = right if right <= last_x or left < room.left() else left
    y = above if above >= room.top() or below > last_y else below
    x = max(room.left(), min(x, last_x))
    y = max(room.top(), min(y, last_y))
    return QPoint(x, y)


class _Contents(Painted):
    """Painted as a whole, because it changes with every point the cursor passes."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, "Item")
        self._view = HoverView("")

    def show_view(self, view: HoverView) -> None:
        self._view = view
        parts = [view.text, view.category_name]
        parts += [f"{key}: {value}" for key, value in view.rows]
        parts.append(view.note)
        self.setAccessibleDescription("; ".join(part for part in parts if part))
        self.update()

    def height_for(self, width: int) -> int:
        """Return the height of all rows at a width, pixels."""
        return round(self._text_height(width) + self.theme.em * self._rest_ems())

    def paint(self, painter: QPainter) -> None:
        """Paint text, category, columns and note."""
        theme, em, view = self.theme, self.theme.em, self._view
        width = float(self.width())
        bold, small = theme.font("body", 600), theme.font("caption")
        y = self._text_height(self.width())
        text = QRectF(0, 0, width, y)
        draw_lines(painter, text, view.text, bold, theme.color("text"), MOST_LINES)
        if view.category is not None:
            row = QRectF(em * 0.9, y + em * 0.125, width - em * 0.9, em * ROW)
            center = QPointF(em * (DOT + 0.0625), row.center().y())
            draw_dot(painter, center, em * DOT, theme.category(view.category))
            draw_text(painter, row, view.category_name, theme.font(), theme.color("text"))
            y = row.bottom()
        if view.rows or view.note:
            y += em * GAP / 2
            painter.setPen(QPen(theme.color("line"), 1))
            painter.drawLine(QPointF(0, y), QPointF(width, y))
            y += em * GAP / 2
        for key, value in view.rows:
            split = width * KEY_SHARE
            name = QRectF(0, y, split - em * GAP, em * ROW)
            draw_text(painter, name, key, small, theme.color("muted"), LEFT)
            shown = QRectF(split, y, width - split, em * ROW)
            draw_text(painter, shown, value, theme.font(tabular=True), theme.color("text"))
            y += em * ROW
        if view.note:
            note = QRectF(0, y, width, em * ROW)
            draw_text(painter, note, view.note, small, theme.color("muted"))

    def _text_height(self, width: int) -> float:
        font = self.theme.font("body", 600)
        n_lines = len(break_lines(self._view.text, font, float(width), MOST_LINES))
        return n_lines * QFontMetricsF(font).height()

    def _rest_ems(self) -> float:
        view = self._view
        ems = 0.0 if view.category is None else ROW + 0.125
        n_rows = len(view.rows) + bool(view.note)
        return ems + (GAP + n_rows * ROW if n_rows else 0.0)
