"""Which items are in view, asked without looking at all of them where they are many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.ui.scatter.inside import is_inside

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.ui.scatter.layer import Surface

PROBES = 8  # items whose pixels tell whether the view has changed
FEW = 20_000  # items of which all are looked at
SAMPLED = 2_000
SLACK = 8  # a sample says roughly how many there are


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
    from PySide6.QtCore import QRectF

    n, area = view.n_items, QRectF(view.viewport().rect())
    if mask is not None and len(mask) != n:
        return None  # of the space before
    if n > FEW:
        sample = np.linspace(0, n - 1, SAMPLED).astype(np.int64)
        if mask is not None:
            sample = sample[mask[sample]]
        seen = int(is_inside(view.to_pixels(sample), area).sum())
        if seen * n / SAMPLED > most * SLACK * 4:
            return None
        corners = [
            area.topLeft(), area.topRight(), area.bottomRight(), area.bottomLeft()
        ]  # fmt: skip
        rows = view.rows_inside(np.array([corner.toTuple() for corner in corners]))
    else:
        pixels = view.to_pixels(range(n))
        rows = np.flatnonzero(is_inside(pixels, area)).astype(np.int64)
    if mask is not None:
        rows = rows[mask[rows]]
    return rows if len(rows) <= most else None
