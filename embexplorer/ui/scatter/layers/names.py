"""Names of groups on the map; none covers another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from embexplorer.app.wording import shortened
from embexplorer.ui.scatter.inside import is_inside
from embexplorer.ui.scatter.layers.in_view import view_key
from embexplorer.ui.scatter.layers.room import HALO, Wanted, Written, find_room

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QPainter

    from embexplorer.app.drawings import Places
    from embexplorer.ui.scatter.layer import Surface
    from embexplorer.ui.scatter.marks import Marks
    from embexplorer.ui.theme import Theme

AIR = 0.3  # em above and below a name, so that points are seen between them
LENGTH = 30  # characters of a name
LEAST_IN_VIEW = 4  # items of a sample that may stand in for the middle of their group
RING = 0.7  # em around marked items that names leave free


class NamesLayer:
    """Lays names out when the view has changed, and draws them as often as asked.

    Attributes
    ----------
    strong
        The groups that stand out; the names of the others fade. None where all are alike.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._places: Places | None = None
        self._version = 0
        self._laid_out: tuple[object, ...] = ()
        self._written: tuple[Written, ...] = ()
        self.strong: frozenset[int] | None = None

    def show(self, places: Places | None) -> None:
        """Draw the names of other groups; None for none."""
        self._places = places
        self._version += 1

    def group_at(self, position: QPointF) -> int | None:
        """Return the group whose name is at a pixel of the view, or None."""
        at = (name.number for name in self._written if name.rect.contains(position))
        return next(at, None)

    @property
    def written(self) -> tuple[tuple[str, QRectF], ...]:
        """The names that found room, with their places."""
        return tuple((name.text, name.rect) for name in self._written)

    def paint(self, painter: QPainter, view: Surface, covered: list[QRectF]) -> list[QRectF]:
        """Write the names, and return where they are."""
        places = self._places
        if places is None or not len(places.anchors):
            self._written = ()
            return []
        obstacles = [*covered, *self._marked(view)]
        key = self._key(view, places, obstacles)
        if key != self._laid_out:
            self._laid_out = key
            self._written = self._lay_out(view, places, obstacles)
        theme = self._theme
        font = theme.font("title", 600)
        ascent = QFontMetricsF(font).ascent()
        ink, faint, halo = theme.color("ink"), theme.color("faint"), theme.color("halo", 235)
        for name in self._written:
            x, y = name.rect.left(), name.rect.top() + ascent
            is_faded = self.strong is not None and name.number not in self.strong
            color = faint if is_faded else ink
            view.halo_text.draw(painter, x, y, name.text, font, color, halo)
        return [name.rect.adjusted(-HALO, 0, HALO, 0) for name in self._written]

    # -- laying out ----------------------------------------------------------------------------

    def _key(self, view: Surface, places: Places, obstacles: list[QRectF]) -> tuple[object, ...]:
        """Return what the layout depends on."""
        return (
            self._version,
            self._theme.name,
            tuple(rect.getRect() for rect in obstacles),
            view.to_pixels(places.anchors).tobytes(),
            *view_key(view),
        )

    def _marked(self, view: Surface) -> list[QRectF]:
        """Return the places of marked items, but the one under the cursor: names stay there."""
        rows = [row for row in _rows_of(view.marks) if row < view.n_items]
        if not rows:
            return []
        reach = RING * self._theme.em
        return [
            QRectF(x - reach, y - reach, 2 * reach, 2 * reach)
            for x, y in view.to_pixels(rows).tolist()
            if x == x  # NaN has no pixel
        ]

    def _lay_out(self, view: Surface, places: Places, taken: list[QRectF]) -> tuple[Written, ...]:
        area, font = QRectF(view.viewport().rect()), self._theme.font("title", 600)
        air = AIR * self._theme.em
        full = self._wanted(view, places, area)
        written = find_room(full, taken, area, font, air=air)
        done = {name.number for name in written}
        # A name of several terms that found no room may find it with the first alone.
        short = [
            name._replace(text=name.text.split(",")[0])
            for name in full
            if name.number not in done and "," in name.text
        ]
        return (*written, *find_room(short, taken, area, font, air=air))

    def _wanted(self, view: Surface, places: Places, area: QRectF) -> list[Wanted]:
        """Return the names of the groups that have a spot in view."""
        pixels = view.to_pixels(places.anchors)
        seen = is_inside(pixels, area)
        for at in np.flatnonzero(~seen):
            sample = places.samples[at]
            others = view.to_pixels(sample)
            others = others[is_inside(others, area)]
            if len(others) >= min(LEAST_IN_VIEW, len(sample)):
                apart = others - np.median(others, axis=0)
                pixels[at] = others[np.einsum("ij,ij->i", apart, apart).argmin()]
                seen[at] = True
        return [
            Wanted(pixels[at], shortened(places.names[at], LENGTH), int(places.numbers[at]))
            for at in np.flatnonzero(seen)
        ]


def _rows_of(marks: Marks) -> list[int]:
    first = [] if marks.center is None else [marks.center]
    return [*first, *marks.ends, *(name.row for name in marks.names)]
