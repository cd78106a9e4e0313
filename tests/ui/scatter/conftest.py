"""Points, looks and loaded kernels for the tests of the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from embexplorer.ui.scatter.kernel_loading import load_kernels
from embexplorer.ui.scatter.scene import NORMAL, Cloud, Look, View, color_table

if TYPE_CHECKING:
    from collections.abc import Callable

PALETTE = np.array(
    [[0, 114, 178, 200], [213, 94, 0, 130], [0, 158, 115, 255], [204, 121, 167, 60]], np.uint8
)


@pytest.fixture(scope="session", autouse=True)
def kernels() -> None:
    """Kernels are loaded once; the tests that want them absent say so."""
    load_kernels()


@pytest.fixture
def palette() -> np.ndarray:
    """Four colors of unequal alpha."""
    return PALETTE.copy()


@pytest.fixture
def make_points() -> Callable[..., Cloud]:
    """Make n points in three groups, in the order of the items."""

    def make(n: int, seed: int = 0) -> Cloud:
        rng = np.random.default_rng(seed)
        centers = np.array([[0.0, 0.0], [4.0, 1.0], [1.0, 5.0]])
        coords = centers[rng.integers(0, 3, n)] + rng.normal(size=(n, 2))
        colors = rng.integers(0, len(PALETTE), n).astype(np.uint16)
        layers = np.full(n, NORMAL, np.uint8)
        return Cloud(coords[:, 0].copy(), coords[:, 1].copy(), colors, layers)

    return make


@pytest.fixture
def make_look() -> Callable[..., Look]:
    """Make a look of one radius."""

    def make(radius: float = 1.6, opacity: float = 1.0, top_radius: float | None = None) -> Look:
        gray = np.tile(np.array([[195, 200, 208, 120]], np.uint8), (len(PALETTE), 1))
        return Look(
            radius,
            radius + 1 if top_radius is None else top_radius,
            color_table(PALETTE, opacity),
            color_table(gray),
            color_table(PALETTE | np.array([0, 0, 0, 255], np.uint8)),
        )

    return make


@pytest.fixture
def fit_view() -> Callable[..., View]:
    """View a box of data; y grows upwards."""

    def fit(box: tuple[float, float, float, float], width: int, height: int) -> View:
        left, right, low, high = box
        return View(left, high, width / (right - left), -height / (high - low), width, height)

    return fit
