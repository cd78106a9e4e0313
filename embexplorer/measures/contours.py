"""Lines of equal height on a grid: marching squares, all cells at once, joined to closed lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.measures.density import Density

# Sides of a cell: 0 below, 1 right, 2 above, 3 left. Each of the 16 cases of corners that are high
# (bits 1 lower left, 2 lower right, 4 upper right, 8 upper left) has up to two lines from side to
# side, the high ground on the left of each.
NONE = -1
LINES = np.full((16, 2, 2), NONE, np.int8)
for _case, _lines in {
    1: [(0, 3)], 2: [(1, 0)], 3: [(1, 3)], 4: [(2, 1)], 5: [(0, 1), (2, 3)], 6: [(2, 0)],
    7: [(2, 3)], 8: [(3, 2)], 9: [(0, 2)], 10: [(3, 0), (1, 2)], 11: [(1, 2)], 12: [(3, 1)],
    13: [(0, 1)], 14: [(3, 0)],
}.items():  # fmt: skip
    LINES[_case, : len(_lines)] = _lines
# The same saddles where the middle is low: the high corners are apart.
APART = {5: [(0, 3), (2, 1)], 10: [(1, 0), (3, 2)]}


def contours_of(density: Density, level: float) -> list[NDArray[np.float64]]:
    """Return the closed lines (m, 2) in units of the map at which a density has a level.

    The last point of a line is the first again. What reaches the rim of the grid is closed along
    it. High ground lies to the left.
    """
    left, bottom, cell = density.frame
    found = contour_lines(np.pad(density.values, 1), level)
    # A value stands in the middle of its cell; the padding moved the first one to place 1.
    return [line * cell + [left - 0.5 * cell, bottom - 0.5 * cell] for line in found]


def contour_lines(values: NDArray[np.floating], level: float) -> list[NDArray[np.float64]]:
    """Return the lines (m, 2) of x, y in places of a grid at which it has a level.

    Parameters
    ----------
    values
        (rows, columns); a line that reaches the rim ends there.
    level
        What lies at or above it is high.

    References
    ----------
    Lorensen and Cline 1987, Marching cubes, SIGGRAPH (in two dimensions; a saddle is decided by
    the mean of its corners).
    """
    starts, ends = _segments(values, level)
    return [_places(values, level, line) for line in _joined(starts, ends)]


def _segments(
    values: NDArray[np.floating], level: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where each line across a cell starts and ends, as numbers of grid edges.

    Edge 2 k goes from place k to the right, edge 2 k + 1 from it upwards.
    """
    columns = values.shape[1]
    high = (values >= level).astype(np.int8)
    cases = high[:-1, :-1] + 2 * high[:-1, 1:] + 4 * high[1:, 1:] + 8 * high[1:, :-1]
    at = np.flatnonzero((cases > 0) & (cases < 15))
    row, column = np.divmod(at, columns - 1)
    cases = cases.ravel()[at]
    lines = LINES[cases].copy()
    middle = (
        values[row, column]
        + values[row, column + 1]
        + values[row + 1, column]
        + values[row + 1, column + 1]
    ) / 4
    for case, apart in APART.items():
        lines[(cases == case) & (middle < level)] = apart
    corner = row * columns + column
    sides = np.stack(
        [2 * corner, 2 * (corner + 1) + 1, 2 * (corner + columns), 2 * corner + 1], axis=1
    )
    is_line = lines[:, :, 0] != NONE
    which, _ = np.nonzero(is_line)
    used = lines[is_line]
    return sides[which, used[:, 0]], sides[which, used[:, 1]]


def _joined(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the edges that follow each other along each line."""
    following = dict(zip(starts.tolist(), ends.tolist(), strict=True))
    # Lines that begin at the rim come first: from inside, only the rest of them would be found.
    begins = np.setdiff1d(starts, ends)
    found = []
    for begin in [*begins.tolist(), *starts.tolist()]:
        line = [begin]
        while (step := following.pop(line[-1], None)) is not None:
            line.append(step)
        if len(line) > 1:
            found.append(np.array(line, np.int64))
    return found


def _places(
    values: NDArray[np.floating], level: float, edges: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the x, y at which each edge has the level, by linear interpolation."""
    columns = values.shape[1]
    place, is_up = edges // 2, edges % 2
    row, column = np.divmod(place, columns)
    first = values[row, column].astype(np.float64)
    second = values[row + is_up, column + 1 - is_up].astype(np.float64)
    part = (level - first) / (second - first)
    return np.column_stack([column + part * (1 - is_up), row + part * is_up])
