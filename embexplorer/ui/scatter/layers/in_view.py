"""Which items are in view, asked without looking at all of them where they are many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.ui.scatter.inside import is_inside

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QRectF

    from embexplorer.ui.scatter.layer import Surface

PROBES = 8  # items whose pixels tell whether the view has changed
FEW = 20_000  # items of which all are looked at
SAMPLED = 2_000
SLACK = 4.0  # standard deviations by which a sample may say too many


def view_key(view: Surface) -> tuple[object, ...]:
    """Return what is different as soon as the map is seen from elsewhere, or is another one."""
    rows = np.linspace(0, max(0, view.n_items - 1), PROBES).astype(np.int64)
    pixels = view.to_pixels(rows) if view.n_items else np.empty(0)
    size = view.viewport().size()
    return size.width(), size.height(), pixels.tobytes()


def few_in_view(
    view: Surface, mask: NDArray[np.bool_] | None, most: int
) -> NDArray[np.int64] | None:
    """Return the rows of the items in view that pass a mask (n,); None where they are too many."""
    n, area = view.n_items, _area(view)
    if mask is not None and len(mask) != n:
        return None  # of the space before
    if n > FEW:
        sample = np.linspace(0, n - 1, SAMPLED).astype(np.int64)
        if mask is not None:
            sample = sample[mask[sample]]
        expected = most * SAMPLED / n
        if is_inside(view.to_pixels(sample), area).sum() > expected + SLACK * (expected**0.5 + 1):
            return None
        corners = [
            area.topLeft(), area.topRight(), area.bottomRight(), area.bottomLeft()
        ]  # fmt: skip
        rows = view.rows_inside(np.array([corner.toTuple() for corner in corners]))
    else:
        rows = np.flatnonzero(is_inside(view.to_pixels(range(n)), area)).astype(np.int64)
    if mask is not None:
        rows = rows[mask[rows]]
    return rows if len(rows) <= most else None


def spread_in_view(
    view: Surface, mask: NDArray[np.bool_] | None, cell: tuple[float, float]
) -> NDArray[np.int64]:
    """Return the rows of items in view that pass a mask (n,): the first one of each cell.

    Where more than `FEW` are in view, the first `FEW` of the map stand for all.

    Parameters
    ----------
    cell
        Width and height in pixels. The cells move with the map, so that most items stay.
    """
    n = view.n_items
    if not n or (mask is not None and len(mask) != n):
        return np.empty(0, np.int64)
    rows = few_in_view(view, mask, FEW)
    if rows is None:
        rows = np.arange(min(n, FEW)) if mask is None else np.flatnonzero(mask)[:FEW]
        rows = rows.astype(np.int64)
    pixels = view.to_pixels(rows)
    seen = is_inside(pixels, _area(view))
    rows, origin = rows[seen], np.nan_to_num(view.to_pixels([0])[0])
    columns, lines = np.floor((pixels[seen] - origin) / cell).astype(np.int64).T
    _, first = np.unique(columns * (1 << 32) + lines, return_index=True)
    return rows[np.sort(first)]


def _area(view: Surface) -> QRectF:
    from PySide6.QtCore import QRectF

    return QRectF(view.viewport().rect())
