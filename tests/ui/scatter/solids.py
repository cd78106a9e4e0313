"""Points in space and a slow obvious renderer of them, for the tests of the 3-D map."""

from __future__ import annotations

import numpy as np

from embexplorer.ui.scatter.scene import NORMAL, OPAQUE, PLAIN
from embexplorer.ui.scatter.scene3d import Solid


def make_solid(n: int, seed: int = 0, colors: int = 4) -> Solid:
    """Return n points in three groups, in the order of the items."""
    rng = np.random.default_rng(seed)
    centers = np.array([[0.0, 0.0, 0.0], [4.0, 1.0, -3.0], [1.0, 5.0, 2.0]])
    coords = np.asfortranarray(centers[rng.integers(0, 3, n)] + rng.normal(size=(n, 3)))
    return Solid(
        coords[:, 0],
        coords[:, 1],
        coords[:, 2],
        rng.integers(0, colors, n).astype(np.uint16),
        np.full(n, NORMAL, np.uint8),
        np.array([PLAIN], np.uint8),
        np.array([OPAQUE], np.uint8),
    )


def coords_of(solid: Solid) -> np.ndarray:
    """Return (n, 3) coords."""
    return np.column_stack((solid.x, solid.y, solid.z))
