"""Names of items where cards, marks and names of groups leave room."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from embexplorer.app.wording import shortened
from embexplorer.ui.scatter.layers.in_view import few_in_view, spread_in_view, view_key
from embexplorer.ui.scatter.layers.room import HALO, Wanted, Written, find_room

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from numpy.typing import NDArray
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QPainter

    from embexplorer.ui.scatter.layer import Surface
    from embexplorer.ui.theme import Theme

    Texts = Callable[[Sequence[int]], list[str]]

FEW = 40  # items in view up to which all are named that find room
CELL = (9.0, 2.5)  # em; of more, one in each cell is
LENGTH = 32  # characters of a name
CLEARANCE = 0.45  # em between an item and its name; other items are no obstacles
KEPT = 0.4  # seconds that names go along with a map that moves before others may come


class ItemNamesLayer:
    """Lays names out when the view has changed, and draws them as often as asked.

    They are quiet while something is marked.

    Attributes
    ----------
    is_spread
        Whether to name some items where many are in view.
    is_moving
        Whether names may go along with their items for a moment, instead of being laid out.
    is_short
        Whether that is what was painted last.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._space_id = ""
        self._texts: Texts | None = None
        self._mask: NDArray[np.bool_] | None = None
        self._version = 0
        self._laid_out: tuple[object, ...] = ()
        self._when = 0.0
        self._written: tuple[Written, ...] = ()
        self._spots: NDArray[np.float64] = np.empty((0, 2))
        self.is_spread = self.is_moving = self.is_short = False

    def show(self, space_id: str, texts: Texts | None, mask: NDArray[np.bool_] | None) -> bool:
        """Draw the names of the items of a space; return whether they are others than before.

        Parameters
        ----------
        texts
            Returns the names of items by row; None to name none.
        mask
            (n,) which items are shown; None for all.
        """
        is_same = space_id == self._space_id and (texts is None) == (self._texts is None)
        if is_same and _are_equal(mask, self._mask):
            return False
        self._space_id, self._texts, self._mask = space_id, texts, mask
        self._version += 1
        return True

    @property
    def written(self) -> tuple[tuple[str, QRectF], ...]:
        """The names that found room, with their places."""
        return tuple((name.text, name.rect) for name in self._written)

    def item_at(self, position: QPointF) -> int:
        """Return the row of the item whose name is at a pixel of the view, or -1."""
        at = (name.number for name in self._written if name.rect.contains(position))
        return next(at, -1)

    def paint(self, painter: QPainter, view: Surface, covered: list[QRectF]) -> list[QRectF]:
        """Write the names, and return where they are."""
        if self._texts is None:
            self._written = ()
            return []
        marks, theme = view.marks, self._theme
        named = frozenset(name.row for name in marks.names)
        what = self._version, self.is_spread, theme.name, named
        where = tuple(rect.getRect() for rect in covered), *view_key(view)
        now, shown = time.monotonic(), self._written
        is_brief = now < self._when + KEPT and not view.halo_text.draws_outlines
        self.is_short = self.is_moving and is_brief and self._laid_out[:1] == (what,)
        if self.is_short:
            shown = self._moved(view)
        elif self._laid_out != (what, where):
            self._laid_out, self._when = (what, where), now
            shown = self._written = self._lay_out(view, self._texts, named, covered)
            self._spots = view.to_pixels([name.number for name in shown])
        font = theme.font("body", 500)
        ascent = QFontMetricsF(font).ascent()
        is_quiet = bool(marks.names) or marks.center is not None
        color, halo = theme.color("muted" if is_quiet else "ink"), theme.color("halo", 235)
        for name in shown:
            x, y = name.rect.left(), name.rect.top() + ascent
            view.halo_text.draw(painter, x, y, name.text, font, color, halo)
        return [name.rect.adjusted(-HALO, 0, HALO, 0) for name in shown]

    def _moved(self, view: Surface) -> tuple[Written, ...]:
        """Return the names where their items are now, but those that would cover others."""
        steps = view.to_pixels([name.number for name in self._written]) - self._spots
        corners = np.array([name.rect.getCoords() for name in self._written]).reshape(-1, 4)
        moved = corners + np.tile(steps, 2)
        left, top, right, bottom = moved.T
        covers = (left[:, None] < right) & (left < right[:, None])
        covers &= (top[:, None] < bottom) & (top < bottom[:, None])
        stays = np.isfinite(moved).all(axis=1)  # NaN has no pixel
        for at in np.flatnonzero(np.tril(covers, -1).any(axis=1)):
            stays[at] &= not (covers[at, :at] & stays[:at]).any()
        return tuple(
            name._replace(rect=name.rect.translated(*step))
            for name, step, is_seen in zip(self._written, steps.tolist(), stays, strict=True)
            if is_seen
        )

    def _lay_out(
        self, view: Surface, texts: Texts, named: Container[int], covered: list[QRectF]
    ) -> tuple[Written, ...]:
        em = self._theme.em
        rows = few_in_view(view, self._mask, FEW)
        if rows is None and self.is_spread:
            rows = spread_in_view(view, self._mask, (CELL[0] * em, CELL[1] * em))
        if rows is None:
            return ()
        rows = rows[[row not in named for row in rows.tolist()]]
        spots, found = view.to_pixels(rows), texts(rows.tolist())
        wanted = [
            Wanted(spot, shortened(text, LENGTH), row)
            for spot, text, row in zip(spots, found, rows.tolist(), strict=True)
        ]
        area, font = QRectF(view.viewport().rect()), self._theme.font("body", 500)
        return tuple(find_room(wanted, list(covered), area, font, clearance=CLEARANCE * em))


def _are_equal(mask: NDArray[np.bool_] | None, other: NDArray[np.bool_] | None) -> bool:
    if mask is None or other is None:
        return mask is other
    return np.array_equal(mask, other)
