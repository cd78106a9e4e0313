"""Places labels on a map so that none overlaps another, an obstacle or the rim."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


Edges = tuple[float, float, float, float]  # left, top, right, bottom


class Box(NamedTuple):
    """A rectangle in pixels, y downwards."""

    left: float
    top: float
    width: float
    height: float

    def edges(self) -> Edges:
        """Return left, top, right, bottom."""
        return self.left, self.top, self.left + self.width, self.top + self.height


class Label(NamedTuple):
    """A label that wants a place.

    Parameters
    ----------
    x, y
        The spot it belongs to, in pixels.
    width, height
        Its size in pixels.
    priority
        Labels of a larger priority are placed first; equal ones in the given order.
    clearance
        How far from the spot it stays when it may not lie on it (a named item); 0 centers it on
        the spot (a cluster).
    """

    x: float
    y: float
    width: float
    height: float
    priority: float = 0.0
    clearance: float = 0.0


class Placed(NamedTuple):
    """Where a label went: its number in the given sequence, and its box."""

    number: int
    box: Box


# Upper left corner relative to the spot, as shares of the label's size.
_CENTERED = ((-0.5, -0.5), (-0.5, -1.1), (-0.5, 0.1), (-0.5, -1.8), (-0.5, 0.8))
# The same, and in which direction the clearance counts.
_BESIDE = (
    (0.0, -0.5, 1, 0), (-1.0, -0.5, -1, 0), (-0.5, -1.0, 0, -1), (-0.5, 0.0, 0, 1),
    (0.0, -1.0, 1, -1), (0.0, 0.0, 1, 1),
)  # fmt: skip


def place_labels(
    labels: Sequence[Label],
    viewport: Box,
    obstacles: Sequence[Box] = (),
    gap: float = 3.0,
    rim: float = 4.0,
) -> list[Placed]:
    """Place labels greedily, the one of the largest priority first.

    Parameters
    ----------
    labels
        What to place.
    viewport
        The map. A label whose spot lies outside gets no place; one that would stick out is moved
        in sideways.
    obstacles
        Cards, marks and arrows that no label may cover.
    gap
        Pixels left free between two labels, sideways; a third of it above and below.
    rim
        Pixels left free along the viewport's edges.

    Returns
    -------
    list[Placed]
        The labels that found room, by priority. The same input gives the same places.
    """
    left, top, right, bottom = viewport.edges()
    inner = left + rim, top + rim, right - rim, bottom - rim
    count = len(obstacles)
    taken = np.empty((count + len(labels), 4))
    for row, obstacle in enumerate(obstacles):
        taken[row] = obstacle.edges()
    margin = np.array([-gap, -gap / 3, gap, gap / 3])
    placed = []
    for number in sorted(range(len(labels)), key=lambda k: -labels[k].priority):
        found = _first_free(labels[number], inner, taken[:count])
        if found is not None:
            placed.append(Placed(number, found))
            taken[count] = margin + found.edges()
            count += 1
    return placed


def _first_free(label: Label, inner: Edges, taken: NDArray[np.float64]) -> Box | None:
    """Return the first candidate box that is free and inside, or None if there is none."""
    left, top, right, bottom = inner
    is_seen = left <= label.x <= right and top <= label.y <= bottom
    if not is_seen or label.width > right - left:
        return None
    for wished, y in _corners(label):
        x = min(max(wished, left), right - label.width)
        candidate = Box(x, y, label.width, label.height)
        box = candidate.edges()
        if y < top or box[3] > bottom:
            continue
        if label.clearance and x != wished and _covers_spot(label, box):
            continue
        overlaps = (
            (taken[:, 0] < box[2])
            & (taken[:, 2] > box[0])
            & (taken[:, 1] < box[3])
            & (taken[:, 3] > box[1])
        )
        if not overlaps.any():
            return candidate
    return None


def _corners(label: Label) -> list[tuple[float, float]]:
    """Return the upper left corners to try, the best first."""
    x, y, width, height, _, clear = label
    if not clear:
        return [(x + across * width, y + down * height) for across, down in _CENTERED]
    return [
        (x + across * width + toward_x * clear, y + down * height + toward_y * clear)
        for across, down, toward_x, toward_y in _BESIDE
    ]


def _covers_spot(label: Label, box: Edges) -> bool:
    """Return whether a box lies over the label's own spot."""
    x, y, clear = label.x, label.y, label.clearance
    return box[0] - clear < x < box[2] + clear and box[1] - clear < y < box[3] + clear
