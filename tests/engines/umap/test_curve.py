from __future__ import annotations

import numpy as np
import pytest

from embexplorer.engines.umap import curve, kernels_layout
from embexplorer.engines.umap.curve import Curve, find_forces, fit_curve


@pytest.mark.parametrize(
    ("spread", "min_dist"), [(1, 0.1), (1, 0), (1, 1), (0.5, 0.2), (10, 0), (10, 1), (2, 0.5)]
)
@pytest.mark.filterwarnings("ignore:divide by zero")  # umap-learn's, on the way
def test_the_curve_is_that_of_umap_learn(spread, min_dist):
    from umap.umap_ import find_ab_params

    assert fit_curve(spread, min_dist) == pytest.approx(find_ab_params(spread, min_dist), rel=1e-4)


def test_the_spread_is_the_unit_of_length():
    # umap-learn's fit finds a negative a here.
    a, b = fit_curve(0.1, 0.05)
    wide = fit_curve(1, 0.5)
    assert b == pytest.approx(wide.b)
    assert a == pytest.approx(wide.a * 10 ** (2 * b))


def at(table, distance):
    """Look a force up as the kernel does."""
    squared = np.float32(distance * distance)
    bits = int(squared.view(np.int32)) - ((127 + curve.LOWEST) << 23)
    step, rest = divmod(bits, 1 << (23 - curve.STEPS_BITS))
    return table[step] + rest / (1 << (23 - curve.STEPS_BITS)) * (table[step + 1] - table[step])


@pytest.mark.parametrize("distance", [0.003, 0.1, 1.0, 1.7, 12.3])
def test_forces_are_the_gradients_of_the_cross_entropy(distance):
    a, b = Curve(1.577, 0.895)
    attraction, repulsion = find_forces(Curve(a, b))
    power = a * distance ** (2 * b)
    by_hand = -2 * a * b * distance ** (2 * b - 2) / (1 + power)
    assert at(attraction, distance) == pytest.approx(by_hand, rel=2e-4)
    by_hand = 2 * b / ((0.001 + distance**2) * (1 + power))
    assert at(repulsion, distance) == pytest.approx(by_hand, rel=2e-4)


def test_forces_at_distance_one_by_hand():
    attraction, repulsion = find_forces(Curve(1.0, 1.0))
    assert at(attraction, 1.0) == pytest.approx(-1.0)  # -2 · 1 · 1 / (1 + 1)
    assert at(repulsion, 1.0) == pytest.approx(2 / (1.001 * 2))


def test_the_kernel_knows_the_same_steps():
    names = ("LOWEST", "STEPS_BITS", "OCTAVES")
    assert [getattr(kernels_layout, name) for name in names] == [
        getattr(curve, name) for name in names
    ]
