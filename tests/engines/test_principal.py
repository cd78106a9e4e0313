from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.engines import eigenvectors, principal
from embexplorer.engines.principal import find_principal


def vectors_of(n, d):
    rng = np.random.default_rng(5)
    return (rng.normal(size=(n, d)) * np.geomspace(5, 0.2, d) + 1).astype(np.float32)


@pytest.mark.parametrize("shape", [(90, 70), (70, 90)], ids=["tall", "wide"])
def test_every_way_to_the_axes_gives_the_same_coords(shape, monkeypatch):
    vectors = vectors_of(*shape)
    whole = find_principal(vectors, 3)
    monkeypatch.setattr(eigenvectors, "_WHOLE_SPECTRUM", 10)
    by_blocks = find_principal(vectors, 3)
    monkeypatch.setattr(principal, "_MATRIX", 10)
    without_matrix = find_principal(vectors, 3)
    for other in (by_blocks, without_matrix):
        np.testing.assert_allclose(other.coords, whole.coords, atol=2e-4)
        np.testing.assert_allclose(other.shares, whole.shares, rtol=1e-5)


@pytest.mark.parametrize("offset", [0.0, 0.1, 1.0, 100.0])
def test_axes_are_exact_wherever_the_mean_lies(offset):
    spread = np.random.default_rng(6).normal(size=(5000, 40)) * np.geomspace(2, 1, 40)
    vectors = (spread + offset).astype(np.float32)
    exact = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    _, singular, axes = np.linalg.svd(exact, full_matrices=False)
    expected = exact @ axes[:2].T
    found = find_principal(vectors, 2)
    np.testing.assert_allclose(np.abs(found.coords), np.abs(expected), atol=1e-3)
    np.testing.assert_allclose(found.shares, (singular**2 / (singular**2).sum())[:2], rtol=1e-5)


@pytest.mark.parametrize("value", [1e25, 1e-25])
def test_one_number_that_float32_cannot_square_is_scaled(value):
    vectors = vectors_of(60, 5) * np.float32(1.0 if value > 1 else 1e-30)
    vectors[7, 2] = value
    found = find_principal(vectors, 2)
    assert found.coords[7, 0] == pytest.approx(value * 59 / 60, rel=1e-3)
    assert found.shares[0] == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("limits", [(1024, 4096), (10, 4096), (10, 10)])
def test_vectors_that_are_all_the_same_have_no_spread(limits, monkeypatch):
    monkeypatch.setattr(eigenvectors, "_WHOLE_SPECTRUM", limits[0])
    monkeypatch.setattr(principal, "_MATRIX", limits[1])
    found = find_principal(np.full((30, 20), 0.3, np.float32), 2)
    assert not found.coords.any()
    assert not found.shares.any()
    assert not found.spread.any()


def test_blocks_of_rows_and_columns_add_up_to_the_whole(monkeypatch):
    for shape in [(400, 30), (30, 400)]:
        vectors = vectors_of(*shape)
        whole = find_principal(vectors, 2).coords
        with monkeypatch.context() as patch:
            patch.setattr("embexplorer.core.space.BLOCK_BYTES", 2048)
            patch.setattr(principal, "BLOCK_BYTES", 2048)
            np.testing.assert_allclose(find_principal(vectors, 2).coords, whole, atol=1e-4)


def test_spread_is_the_standard_deviation_of_the_coords():
    found = find_principal(vectors_of(200, 10), 3)
    np.testing.assert_allclose(found.spread, found.coords.std(axis=0), rtol=1e-5)
    assert list(found.spread) == sorted(found.spread, reverse=True)


def test_a_large_offset_does_not_blur_the_axes():
    vectors = vectors_of(300, 8)
    moved = (vectors.astype(np.float64) + 1000).astype(np.float32)
    np.testing.assert_allclose(
        find_principal(moved, 2).coords, find_principal(vectors, 2).coords, atol=2e-3
    )


def test_a_cancel_stops_between_blocks():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        find_principal(vectors_of(50, 5), 2, progress)
