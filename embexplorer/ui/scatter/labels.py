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


# Upper left corner relative to the spot, as shares of the label's size, and in which direction the
# clearance counts; the best place first. The last one of a centered label is the one before.
_CENTERED = np.array(
    [
        (-0.5, -0.5, 0, 0), (-0.5, -1.1, 0, 0), (-0.5, 0.1, 0, 0),
        (-0.5, -1.8, 0, 0), (-0.5, 0.8, 0, 0), (-0.5, 0.8, 0, 0),
    ]
)  # fmt: skip
_BESIDE = np.array(
    [
        (0.0, -0.5, 1, 0), (-1.0, -0.5, -1, 0), (-0.5, -1.0, 0, -1),
        (-0.5, 0.0, 0, 1), (0.0, -1.0, 1, -1), (0.0, 0.0, 1, 1),
    ]
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
    candidates, is_inside = _candidates(np.array(labels).reshape(-1, 6), viewport, rim)
    count = len(obstacles)
    taken = np.empty((4, count + len(labels)))
    for column, obstacle in enumerate(obstacles):
        taken[:, column] = obstacle.edges()
    margin = np.array([-gap, -gap / 3, gap, gap / 3])
    placed = []
    hopeful = np.flatnonzero(is_inside.any(axis=1)).tolist()
    for number in sorted(hopeful, key=lambda k: -labels[k].priority):
        edges = candidates[number]
        left, top, right, bottom = taken[:, :count]
        is_free = is_inside[number] & ~(
            (left < edges[:, 2:3])
            & (right > edges[:, 0:1])
            & (top < edges[:, 3:4])
            & (bottom > edges[:, 1:2])
        ).any(axis=1)
        first = int(is_free.argmax())
        if is_free[first]:
            x, y = edges[first, :2].tolist()
            placed.append(Placed(number, Box(x, y, labels[number].width, labels[number].height)))
            taken[:, count] = edges[first] + margin
            count += 1
    return placed


def _candidates(
    labels: NDArray[np.float64], viewport: Box, rim: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the edges (n, 6, 4) of boxes to try for (n, 6) labels, and (n, 6) which may be.

    Those that stick out sideways are moved in, unless they would cover the spot then.
    """
    left, top, right, bottom = viewport.edges()
    left, top, right, bottom = left + rim, top + rim, right - rim, bottom - rim
    x, y, width, height, _, clear = labels.T[:, :, None]
    is_beside = clear > 0
    across, down, toward_x, toward_y = np.where(is_beside, _BESIDE.T[:, None], _CENTERED.T[:, None])
    wished = x + across * width + toward_x * clear
    start = np.clip(wished, left, np.maximum(left, right - width))
    above = y + down * height + toward_y * clear
    edges = np.stack([start, above, start + width, above + height], axis=2)
    covers_spot = (start - clear < x) & (x < start + width + clear)
    covers_spot &= (above - clear < y) & (y < above + height + clear)
    is_inside = (left <= x) & (x <= right) & (top <= y) & (y <= bottom) & (width <= right - left)
    is_inside = is_inside & (above >= top) & (above + height <= bottom)
    return edges, is_inside & ~(is_beside & (start != wished) & covers_spot)
