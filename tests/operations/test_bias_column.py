"""A column of bias is what brute force says of every item, and says how it was made."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from embexplorer.core.contracts import Probe
from embexplorer.core.errors import CancelledError, UserError
from embexplorer.core.progress import Progress
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.bias_column import bias_columns, column_table
from embexplorer.operations.context import Context
from embexplorer.operations.probe import probe as run_probe
from embexplorer.plugins import Registry

PROBES = Registry.discover().plugins[Probe.kind]
PAIRS = {"name": "gender", "pairs": [["she", "he"], ["her", "his"], ["aunt", "uncle"]]}
TEST = {
    "name": "test",
    "X": ["w0", "w1"],
    "Y": ["w2", "w3"],
    "A": ["she", "her"],
    "B": ["he", "uncle"],
}
OF_GROUPS = {"targets": [["she", "her"], ["he", "his"]], "attributes": [["w0", "w1", "w2"]]}
CLASSES = {
    "targets": [["w0", "w1"]],
    "attributes": [["she", "her"], ["he", "his"], ["aunt", "uncle"]],
    "names": {"A1": "women", "A2": "men", "A3": "kin"},
}


@pytest.fixture
def words():
    rng = np.random.default_rng(5)
    names = [item for pair in PAIRS["pairs"] for item in pair] + [f"w{at}" for at in range(5000)]
    vectors = rng.normal(size=(len(names), 40)).astype(np.float32)
    vectors[names.index("w7")] = 0
    return make_space(vectors, make_table(names), name="words")


def numbers_of(column):
    return np.array(column.values.to_pylist(), float)


@pytest.mark.parametrize("projection", ["cosine", "raw"])
@pytest.mark.parametrize("unit_length", [True, False])
def test_it_is_the_projection_of_every_item(words, projection, unit_length):
    params = {"way": "mean", "projection": projection, "unit_length": unit_length}
    (made,) = bias_columns(words, PROBES["direction"], PAIRS, params=params)
    wide = np.float64(words.vectors)
    unit = wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-300)
    sides = (unit if unit_length else wide)[:6]
    axis = (sides[0::2] - sides[1::2]).mean(axis=0)
    expected = (unit if projection == "cosine" else wide) @ (axis / np.linalg.norm(axis))
    values = numbers_of(made)
    zero = words.items.index_of("w7")
    if projection == "cosine":
        assert made.values[zero].as_py() is None
        values[zero] = 0.0
    np.testing.assert_allclose(values, expected, atol=1e-12)


@pytest.mark.parametrize(
    ("probe_id", "sets", "params"),
    [
        ("weat", TEST, {}),
        ("ml-eat", {**TEST, "B": ["he", "his"]}, {}),
        ("sc-weat", {"targets": [["w0", "w9"]], "attributes": [["she", "her"], ["he"]]}, {}),
        ("rnd", OF_GROUPS, {}),
        ("rnd", OF_GROUPS, {"distance": "cos"}),
        ("rnd", OF_GROUPS, {"unit_length": True}),
        ("ripa", OF_GROUPS, {}),
        ("ripa", OF_GROUPS, {"unit_length": True}),
        ("rnsb", {"targets": [["w0", "w1"]], "attributes": [["she", "her"], ["he", "his"]]}, {}),
        ("direction", {**PAIRS, "words": ["w0", "w1"]}, {"projection": "raw"}),
        ("direct-bias", {**PAIRS, "words": ["w0", "w1"]}, {}),
    ],
)
def test_items_of_the_sets_have_the_score_that_the_probe_gives_them(words, probe_id, sets, params):
    scores = run_probe(words, probe_id, sets, Context.default(), params=params).found.per_item
    (made,) = bias_columns(words, PROBES[probe_id], sets, params=params)
    values = numbers_of(made)
    rows = [words.items.index_of(one.item) for one in scores]
    np.testing.assert_allclose(values[rows], [one.score for one in scores], atol=1e-12)
    assert np.isfinite(np.delete(values, words.items.index_of("w7"))).all()


def test_an_association_is_the_difference_of_mean_cosines_and_swapping_negates_it(words):
    (made,) = bias_columns(words, PROBES["weat"], TEST)
    wide = np.float64(words.vectors)
    unit = wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-300)
    she, her, he, uncle = (unit[words.items.index_of(item)] for item in TEST["A"] + TEST["B"])
    expected = (unit @ she + unit @ her) / 2 - (unit @ he + unit @ uncle) / 2
    expected[words.items.index_of("w7")] = np.nan
    np.testing.assert_allclose(numbers_of(made), expected, atol=1e-12)
    (swapped,) = bias_columns(words, PROBES["weat"], {**TEST, "A": TEST["B"], "B": TEST["A"]})
    np.testing.assert_allclose(numbers_of(swapped), -expected, atol=1e-12)


def test_classes_are_the_nearest_and_its_lead(words):
    lead, nearest = bias_columns(words, PROBES["mac"], CLASSES)
    wide = np.float64(words.vectors)
    unit = wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-300)
    means = unit @ unit[:6].T
    means = np.stack(
        [means[:, [0, 2]].mean(1), means[:, [1, 3]].mean(1), means[:, 4:].mean(1)], axis=1
    )
    zero = words.items.index_of("w7")
    expected = np.array(["women", "men", "kin"], object)[means.argmax(axis=1)]
    expected[zero] = None
    assert nearest.values.to_pylist() == expected.tolist()
    ordered = np.sort(means, axis=1)
    apart = ordered[:, 2] - ordered[:, 1]
    apart[zero] = np.nan
    np.testing.assert_allclose(numbers_of(lead), apart, atol=1e-12)
    assert nearest.name == "Nearest: sets (MAC)"
    assert lead.name == "Lead of the nearest: sets (MAC)"
    assert "women (2 of 2), men (2 of 2), kin (2 of 2)" in nearest.how
    table = column_table(words, (lead, nearest))
    assert table.column_names == ["item", "score", "nearest"]
    assert pa.types.is_dictionary(table.schema.field("nearest").type)


def test_an_item_with_the_same_cosines_has_no_effect_size():
    vectors = np.eye(4, dtype=np.float32)
    space = make_space(vectors, make_table(list("abcd")), name="axes")
    sets = {"targets": [["c"]], "attributes": [["a"], ["b"]]}
    (made,) = bias_columns(space, PROBES["sc-weat"], sets)
    high = np.sqrt(2.0)  # 1 in standard deviations of (1, 0) with ddof 1
    assert made.values.to_pylist() == [
        pytest.approx(high), pytest.approx(-high), None, None,
    ]  # fmt: skip


def test_it_says_how_it_was_made(words):
    sets = PAIRS | {"pairs": [*PAIRS["pairs"], ["gal", "guy"]]}
    (made,) = bias_columns(words, PROBES["direction"], sets, allow_missing=True)
    assert made.name == "Bias: gender"
    assert made.how.startswith(
        "Length along it" if made.params["projection"] == "raw" else "Cosine"
    )
    assert "of each item with the direction from “he” to “she”, found by pca" in made.how
    assert "Sets of “gender”: pairs (3 of 4)." in made.how
    assert made.params["pairs"][0] == ["she", "he"]
    assert made.params["sides"] == ["he", "she"]
    assert made.space_id == words.id


def test_as_a_table_it_is_item_and_score(words):
    params = {"projection": "cosine"}
    table = column_table(words, bias_columns(words, PROBES["direction"], PAIRS, params=params))
    assert table.column_names == ["item", "score"]
    assert table.column("item")[0].as_py() == "she"
    assert table.column("score").null_count == 1


def test_what_has_no_number_of_items_is_refused_and_a_cancel_is_heard(words):
    with pytest.raises(UserError) as caught:
        bias_columns(words, PROBES["direction"], {"X": ["she"], "Y": ["he"]})
    assert caught.value.title == "Pairs are needed"
    with pytest.raises(UserError) as caught:
        bias_columns(words, PROBES["ect"], OF_GROUPS)
    assert caught.value.title == "No number for every item"
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        bias_columns(words, PROBES["direction"], PAIRS, progress=progress)
