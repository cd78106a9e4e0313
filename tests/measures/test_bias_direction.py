from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.measures.bias_direction import (
    find_direction,
    notes_on,
    principal_axes,
    project_out,
)

METHODS = ("pca", "single", "sum", "mean")


@pytest.fixture
def pairs():
    """Both sides of six pairs that differ along one direction and by noise."""
    rng = np.random.default_rng(0)
    middles, along = rng.normal(size=(6, 20)), rng.normal(size=20)
    noise = 0.1 * rng.normal(size=(2, 6, 20))
    return middles + along + noise[0], middles - along + noise[1]


def test_the_direction_of_two_pairs_by_hand():
    # Unit vectors: (.6, .8) and (-.6, .8) are 1.2 apart along x; (0, 1) and (0, -1) 2 along y.
    first, second = np.array([[3.0, 4], [0, 5]]), np.array([[-3.0, 4], [0, -1]])
    found = find_direction(first, second)
    assert found.vector == pytest.approx([0, 1])
    assert found.share == pytest.approx(4 / (4 + 1.44))
    assert found.sides == pytest.approx([0, 2])
    assert find_direction(first, second, "single").vector == pytest.approx([1, 0])
    assert find_direction(first, second, "single").share == pytest.approx(1.44 / (4 + 1.44))
    assert find_direction(first, second, "mean").vector == pytest.approx(
        np.array([0.6, 1]) / np.hypot(0.6, 1)
    )
    # Sums (.6, 1.8) and (-.6, -.2), each scaled to length 1.
    apart = np.array([0.6, 1.8]) / np.hypot(0.6, 1.8) - np.array([-0.6, -0.2]) / np.hypot(0.6, 0.2)
    assert find_direction(first, second, "sum").vector == pytest.approx(
        apart / np.linalg.norm(apart)
    )


@pytest.mark.parametrize("method", METHODS)
def test_exchanging_the_sides_turns_the_direction(pairs, method):
    there, back = find_direction(*pairs, method), find_direction(*pairs[::-1], method)
    assert back.vector == pytest.approx(-there.vector)
    assert back.share == pytest.approx(there.share)
    assert np.linalg.norm(there.vector) == pytest.approx(1)
    assert there.sides.sum() > 0


@pytest.mark.parametrize("method", METHODS)
def test_the_direction_turns_with_the_space_and_ignores_lengths(pairs, method):
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(20, 20)))[0]
    scale = np.random.default_rng(2).uniform(0.5, 2, size=(2, 6, 1))
    found = find_direction(*(side @ turn for side in pairs), method)
    assert found.vector == pytest.approx(find_direction(*pairs, method).vector @ turn)
    scaled = find_direction(*(side * by for side, by in zip(pairs, scale, strict=True)), method)
    assert scaled.vector == pytest.approx(find_direction(*pairs, method).vector)


def test_pca_is_the_largest_eigenvector_of_the_uncentered_differences(pairs):
    u, v = (side / np.linalg.norm(side, axis=1, keepdims=True) for side in pairs)
    values, columns = np.linalg.eigh((u - v).T @ (u - v))
    found = find_direction(*pairs)
    assert abs(found.vector @ columns[:, -1]) == pytest.approx(1)
    assert found.share == pytest.approx(values[-1] / values.sum())


def test_a_direction_that_is_none_is_refused():
    same = np.array([[1.0, 2], [3, 4]])
    for method in METHODS:
        with pytest.raises(UserError, match="no direction"):
            find_direction(same, 2 * same, method)
    crossed = np.array([[1.0, 0], [-1, 0]])
    for method in ("sum", "mean"):
        with pytest.raises(UserError, match="no direction"):
            find_direction(crossed, crossed[::-1], method)
    assert find_direction(crossed, crossed[::-1]).vector == pytest.approx([1, 0])


def test_notes_name_pairs_that_turn_round_and_a_weak_direction():
    first = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, -1]])
    found = find_direction(first, -first, "single")
    notes = notes_on(found, ("a – b", "c – d", "e – f"))
    assert "33% of the differences" in notes[0]
    assert notes[1].endswith("c – d, e – f.")
    assert notes_on(find_direction(first[:1], -first[:1]), ("a – b",)) == ()


def test_axes_of_sets_of_three_are_orthogonal_and_can_be_taken_out():
    rng = np.random.default_rng(3)
    sets = [rng.normal(size=(3, 8)) for _ in range(4)]
    axes = principal_axes(sets, 5)
    assert axes.vectors @ axes.vectors.T == pytest.approx(np.eye(5))
    assert (np.diff(axes.shares) <= 0).all()
    assert principal_axes(sets, 100).shares.sum() == pytest.approx(1)
    assert len(principal_axes(sets[:1], 100).vectors) == 2  # three points lie in a plane
    left = project_out(sets[0], axes.vectors)
    assert np.abs(left @ axes.vectors.T).max() < 1e-12
    assert project_out(left, axes.vectors) == pytest.approx(left)
