"""A map of bias lies where brute force says, and before and after share its axes."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from embexplorer.core.contracts import Probe
from embexplorer.core.errors import CancelledError, UserError
from embexplorer.core.progress import Progress
from embexplorer.core.projection import BIAS_AXES, SHARED_AXES
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.before_after import BEFORE, origin_of, place_before_after
from embexplorer.operations.bias_axes import axes_table, bias_axes
from embexplorer.operations.bias_column import bias_columns
from embexplorer.operations.context import Context
from embexplorer.operations.debias import debias
from embexplorer.plugins import Registry

PAIRS = {"name": "gender", "pairs": [["she", "he"], ["her", "his"], ["aunt", "uncle"]]}
SETS = {"name": "sets", "X": ["w1"], "Y": ["w2"], "A": ["she", "her"], "B": ["he", "his"]}
DIRECTION = Registry.discover().plugins[Probe.kind]["direction"]


@pytest.fixture
def words():
    rng = np.random.default_rng(5)
    names = [item for pair in PAIRS["pairs"] for item in pair] + [f"w{at}" for at in range(1500)]
    vectors = rng.normal(size=(len(names), 12)) * np.linspace(1, 3, 12)
    vectors[names.index("w7")] = 0
    return make_space(vectors.astype(np.float32), make_table(names), name="words")


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


def unit_of(space):
    wide = np.float64(space.vectors)
    lengths = np.linalg.norm(wide, axis=1, keepdims=True)
    return wide / np.where(lengths == 0, np.nan, lengths)


def test_x_is_the_cosine_of_the_column_and_y_varies_most_across_it(words):
    made = bias_axes(words, PAIRS)
    (column,) = bias_columns(words, DIRECTION, PAIRS, params={"projection": "cosine"})
    x = np.array(column.values.to_pylist(), float)
    zero = words.items.index_of("w7")
    kept = np.delete(np.arange(words.n), zero)
    np.testing.assert_array_equal(made.rows, kept)
    np.testing.assert_allclose(made.coords[:, 0], x[kept], atol=1e-6)
    wide = unit_of(dataclasses.replace(words, vectors=words.vectors[kept]))
    direction = np.linalg.lstsq(wide, x[kept], rcond=None)[0]
    rest = wide - np.outer(x[kept], direction)
    values, vectors = np.linalg.eigh(np.cov(rest.T, ddof=0))
    y = wide @ vectors[:, -1]
    np.testing.assert_allclose(np.abs(made.coords[:, 1]), np.abs(y), atol=1e-5)
    assert f"{values[-1] / values.sum():.1%} of the rest" in made.axes[1]
    assert made.axes[0] == "he to she (cosine)"
    assert (made.method, made.units) == (BIAS_AXES, (1.0, 1.0))
    assert "Items left out, as their vectors are zero: 1." in made.notes
    assert not made.is_repeatable


def test_neutrality_is_the_length_across_so_that_both_give_the_whole(words):
    made = bias_axes(words, PAIRS, by="neutrality")
    lengths = np.linalg.norm(np.float64(words.vectors), axis=1)
    np.testing.assert_allclose(np.hypot(*made.coords.T), lengths, rtol=1e-5, atol=1e-6)
    assert made.rows is None


def test_the_order_of_the_space_is_written_in_its_unit(words):
    made = bias_axes(words, PAIRS, by="order")
    table = axes_table(words, made)
    np.testing.assert_allclose(table["y"], np.log10(made.rows + 1.0), atol=1e-5)
    assert table["item"][0].as_py() == "she"
    spread = np.ptp(np.quantile(made.coords, (0.005, 0.995), axis=0), axis=0)
    assert spread[1] / spread[0] == pytest.approx(0.6, abs=1e-3)


def test_without_pairs_it_lies_between_the_means_of_two_sets(words):
    made = bias_axes(words, SETS)
    wide = unit_of(words)
    she, he, her, his = (wide[words.items.index_of(item)] for item in ("she", "he", "her", "his"))
    apart = (she + her) / 2 - (he + his) / 2
    expected = np.delete(wide @ (apart / np.linalg.norm(apart)), words.items.index_of("w7"))
    np.testing.assert_allclose(made.coords[:, 0], expected, atol=1e-6)
    assert made.axes[0] == "B to A (cosine)"


def test_sets_without_two_sides_are_refused_and_a_cancel_is_heard(words):
    with pytest.raises(UserError) as caught:
        bias_axes(words, {"attributes": [["she"], ["he"], ["aunt"]]})
    assert caught.value.title == "No two sides to lie between"
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        bias_axes(words, PAIRS, progress=progress)


def test_hard_debiasing_moves_items_to_0_along_the_axis_of_the_space_before(words, context):
    after = debias(words, "hard", PAIRS, context)
    assert origin_of(after) == words.id
    first, second = place_before_after(words, after)
    np.testing.assert_allclose(first.coords, bias_axes(words, PAIRS).coords, atol=1e-6)
    neutral = second.coords[6:]
    assert np.abs(neutral[:, 0]).max() < 1e-5
    assert second.params[BEFORE] == first.id
    assert (first.space_id, second.space_id) == (words.id, after.id)
    apart = unit_of(after) - unit_of(words)
    apart = np.delete(apart, words.items.index_of("w7"), axis=0)
    seen = ((second.coords - first.coords) ** 2).sum() / (apart**2).sum()
    assert any(f"{seen:.0%} is along these axes" in note for note in second.notes)


def test_pca_axes_are_those_of_the_space_before(words, context):
    after = debias(words, "hard", PAIRS, context)
    first, second = place_before_after(words, after, "pca")
    kept = np.delete(np.arange(words.n), words.items.index_of("w7"))
    wide = unit_of(words)[kept]
    middle = wide.mean(axis=0)
    _, _, axes = np.linalg.svd(wide - middle, full_matrices=False)
    for made, vectors in ((first, wide), (second, unit_of(after)[kept])):
        expected = (vectors - middle) @ axes[:2].T
        np.testing.assert_allclose(np.abs(made.coords), np.abs(expected), atol=2e-5)
    assert first.method == SHARED_AXES
    assert first.axes[0].startswith("PC 1 before, ")


def test_a_space_that_was_not_made_of_the_other_is_refused(words, context):
    after = debias(words, "hard", PAIRS, context)
    with pytest.raises(UserError) as caught:
        place_before_after(after, words)
    assert caught.value.title == "Not made of this space"
    assert origin_of(words) == ""
