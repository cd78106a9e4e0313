"""Names of groups on the map, and of items where few are in view; none covers another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from embexplorer.app.wording import shortened
from embexplorer.ui.scatter.inside import is_inside
from embexplorer.ui.scatter.labels import Box, Label, place_labels
from embexplorer.ui.scatter.layers.in_view import few_in_view, view_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QFont, QPainter

    from embexplorer.app.drawings import Places
    from embexplorer.ui.scatter.layer import Surface
    from embexplorer.ui.scatter.marks import Marks
    from embexplorer.ui.theme import Theme

    Texts = Callable[[Sequence[int]], list[str]]

HALO = 3.0  # pixels around a name that stay free
AIR = 0.3  # em above and below the name of a group, so that points are seen between them
MOST_ITEMS = 40  # in view, up to which they are named
LENGTH = 30  # characters of a name
ITEM_LENGTH = 32
CLEARANCE = 0.45  # em between an item and its name
LEAST_IN_VIEW = 4  # items of a sample that may stand in for the middle of their group
RING = 0.7  # em around marked items that names leave free


@dataclass(frozen=True, slots=True)
class _Written:
    """A name that found room: its text, its place, and its group; -1 for an item."""

    text: str
    rect: QRectF
    group: int


class NamesLayer:
    """Lays names out when the view has changed, and draws them as often as asked.

    Attributes
    ----------
    names_items
        Whether to name the items where few are in view.
    strong
        The groups that stand out; the names of the others fade. None where all are alike.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._places: Places | None = None
        self._texts: Texts | None = None
        self._mask: NDArray[np.bool_] | None = None
        self._version = 0
        self._laid_out: tuple[object, ...] = ()
        self._written: tuple[_Written, ...] = ()
        self.names_items = False
        self.strong: frozenset[int] | None = None

    def show(
        self, places: Places | None, texts: Texts | None, mask: NDArray[np.bool_] | None
    ) -> None:
        """Draw other names.

        Parameters
        ----------
        places
            Where groups are; None for none.
        texts
            Returns the names of items by row.
        mask
            (n,) which items are shown; None for all.
        """
        self._places, self._texts, self._mask = places, texts, mask
        self._version += 1

    def group_at(self, position: QPointF) -> int | None:
        """Return the group whose name is at a pixel of the view, or None."""
        return next(
            (
                name.group
                for name in self._written
                if name.group >= 0 and name.rect.contains(position)
            ),
            None,
        )

    @property
    def written(self) -> tuple[tuple[str, QRectF], ...]:
        """The names that found room, with their places."""
        return tuple((name.text, name.rect) for name in self._written)

    def paint(self, painter: QPainter, view: Surface, covered: list[QRectF]) -> list[QRectF]:
        """Write the names, and return where they are."""
        if self._places is None and not self.names_items:
            self._written = ()
            return []
        obstacles = [*covered, *self._marked(view)]
        key = self._key(view, obstacles)
        if key != self._laid_out:
            self._laid_out = key
            self._written = self._lay_out(view, obstacles)
        theme = self._theme
        strong, plain = theme.font("title", 600), theme.font("body", 500)
        ascents = {True: QFontMetricsF(strong).ascent(), False: QFontMetricsF(plain).ascent()}
        ink, faint, halo = theme.color("ink"), theme.color("faint"), theme.color("halo", 235)
        text = view.halo_text
        for name in self._written:
            is_group = name.group >= 0
            x, y = name.rect.left(), name.rect.top() + ascents[is_group]
            is_faded = is_group and self.strong is not None and name.group not in self.strong
            font, color = strong if is_group else plain, faint if is_faded else ink
            text.draw(painter, x, y, name.text, font, color, halo)
        return [name.rect.adjusted(-HALO, 0, HALO, 0) for name in self._written]

    # -- laying out ----------------------------------------------------------------------------

    def _key(self, view: Surface, obstacles: list[QRectF]) -> tuple[object, ...]:
        """Return what the layout depends on."""
        anchors: NDArray[np.float64] = np.empty(0)
        if self._places is not None and len(self._places.anchors):
            anchors = view.to_pixels(self._places.anchors)
        return (
            self._version,
            self.names_items,
            self._theme.name,
            tuple(rect.getRect() for rect in obstacles),
            anchors.tobytes(),
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

    def _lay_out(self, view: Surface, obstacles: list[QRectF]) -> tuple[_Written, ...]:
        area = QRectF(view.viewport().rect())
        taken = list(obstacles)
        written: list[_Written] = []
        places = self._places
        if places is not None and len(places.anchors):
            wanted = list(zip(*self._spots(view, places, area), strict=True))
            full = [(spot, number, shortened(places.names[at], LENGTH))
                    for at, spot, number in wanted]  # fmt: skip
            font = self._theme.font("title", 600)
            written += self._write(full, taken, area, font)
            done = {name.group for name in written}
            # A name of several terms that found no room may find it with the first alone.
            short = [
                (spot, number, text.split(",")[0])
                for spot, number, text in full
                if number not in done and "," in text
            ]
            written += self._write(short, taken, area, font)
        if self.names_items and self._texts is not None:
            rows = few_in_view(view, self._mask, MOST_ITEMS)
            if rows is not None and len(rows):
                named = {name.row for name in view.marks.names}
                rows = rows[[int(row) not in named for row in rows]]
                names = [shortened(text, ITEM_LENGTH) for text in self._texts(rows.tolist())]
                spots = view.to_pixels(rows)
                items = [(spot, -1, name) for spot, name in zip(spots, names, strict=True)]
                # Points are no obstacles, or a crowd of two could not be named.
                clearance = CLEARANCE * self._theme.em
                font = self._theme.font("body", 500)
                written += self._write(items, taken, area, font, clearance)
        return tuple(written)

    def _spots(
        self, view: Surface, places: Places, area: QRectF
    ) -> tuple[list[int], list[NDArray[np.float64]], list[int]]:
        """Return the groups that have a spot in view: their place in order, pixel, number."""
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
        found = np.flatnonzero(seen).tolist()
        return found, [pixels[at] for at in found], [int(places.numbers[at]) for at in found]

    def _write(
        self,
        wanted: Sequence[tuple[NDArray[np.float64], int, str]],
        taken: list[QRectF],
        area: QRectF,
        font: QFont,
        clearance: float = 0.0,
    ) -> list[_Written]:
        """Place names, the first ones first; `taken` grows by those that found room."""
        metrics = QFontMetricsF(font)
        air = 0.0 if clearance else AIR * self._theme.em
        labels = [
            Label(
                float(spot[0]),
                float(spot[1]),
                metrics.horizontalAdvance(text),
                metrics.height() + 2 * air,
                clearance=clearance,
            )
            for spot, _, text in wanted
        ]
        boxes = [_box(rect) for rect in taken]
        written = []
        for number, box in place_labels(labels, _box(area), boxes, gap=2 * HALO):
            rect = QRectF(*box).adjusted(0, air, 0, -air)
            written.append(_Written(wanted[number][2], rect, wanted[number][1]))
            taken.append(rect.adjusted(-HALO, -air, HALO, air))
        return written


def _box(rect: QRectF) -> Box:
    return Box(rect.left(), rect.top(), rect.width(), rect.height())


def _rows_of(marks: Marks) -> list[int]:
    first = [] if marks.center is None else [marks.center]
    return [*first, *marks.ends, *(name.row for name in marks.names)]
