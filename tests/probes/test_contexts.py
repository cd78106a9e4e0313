"""Probes of items that are many rows: sentences, occurrences and images."""

from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.space import make_space, make_table
from embexplorer.measures.meta_analysis import combine_effects, variance_of_effect
from embexplorer.operations.probe import probe
from embexplorer.operations.probe_uncertainty import find_uncertainty

SETS = {"X": ["x1", "x2", "x3"], "Y": ["y1", "y2", "y3"], "A": ["a1", "a2"], "B": ["b1", "b2"]}
WORDS = [word for part in SETS.values() for word in part]


@pytest.fixture
def occurrences():
    """Three rows of each word, in no order, and one of a word in no set."""
    rng = np.random.default_rng(0)
    words = [*WORDS * 3, "other"]
    order = rng.permutation(len(words))
    words = [words[at] for at in order]
    items = [f"{word} in sentence {row}" for row, word in enumerate(words)]
    vectors = rng.normal(size=(len(words), 5))
    return make_space(vectors, make_table(items, {"word": words}), name="texts")


def rows_of(space, word):
    return [row for row, value in enumerate(space.columns["word"].to_pylist()) if value == word]


def plain(space, taken):
    """Return a space of one vector for each word."""
    return make_space(
        np.array([space.vectors[row] for row in taken.values()]), make_table(list(taken))
    )


def test_seat_is_weat_over_all_sentences_of_the_words(occurrences, context):
    found = probe(occurrences, "seat", SETS, context)
    items = occurrences.items
    sentences = {
        key: [items[row] for word in words for row in rows_of(occurrences, word)]
        for key, words in SETS.items()
    }
    weat = probe(occurrences, "weat", sentences, context)
    assert found.found.effect_size == pytest.approx(weat.found.effect_size)
    assert found.found.p_value == weat.found.p_value
    assert found.found.per_item == weat.found.per_item
    of_x1 = [s.score for s in weat.found.per_item if s.item.startswith("x1 ")]
    assert found.found.details["per_word"]["X"]["x1"] == pytest.approx(np.mean(of_x1))
    assert found.coverage[0].used == ("x1", "x2", "x3")
    assert "18 sentences of the targets are about 6 words only" in found.notes[0]


def test_missing_words_are_said_as_words(occurrences, context):
    asked = SETS | {"A": [*SETS["A"], "gone"]}
    found = probe(occurrences, "seat", asked, context, allow_missing=True)
    assert found.missing == ("gone",)


def test_words_are_drawn_again_not_sentences(occurrences, context):
    result = probe(occurrences, "seat", SETS, context)
    found = find_uncertainty(occurrences, result, context, draws=30)
    assert [(one.item, one.set) for one in found.leave_one_out] == [
        ("x1", "X"), ("x2", "X"), ("x3", "X"), ("y1", "Y"), ("y2", "Y"), ("y3", "Y"),
    ]  # fmt: skip
    without = probe(occurrences, "seat", SETS | {"X": ["x2", "x3"]}, context)
    assert found.leave_one_out[0].score == pytest.approx(without.found.effect_size)
    assert found.swap_one == ()
    assert len(found.null) == 0


def test_a_word_space_needs_sentences(space_of, context):
    rng = np.random.default_rng(0)
    words = space_of({word: rng.normal(size=4) for word in WORDS})
    for name in ("seat", "ceat"):
        with pytest.raises(UserError) as caught:
            probe(words, name, SETS, context)
        assert "“words” has no column “word”. Columns: none." in caught.value.detail
    with pytest.raises(UserError) as caught:
        probe(words, "weat", SETS, context, word_column="word")
    assert caught.value.title == "This probe takes no column"


def test_a_column_of_another_name_or_kind(occurrences, context):
    table = occurrences.table.rename_columns(["item", "about"])
    space = make_space(occurrences.vectors, table)
    found = probe(space, "seat", SETS, context, word_column="about").found
    assert found.effect_size == probe(occurrences, "seat", SETS, context).found.effect_size
    for value in (["a"], b"\xff"):
        table = make_table(occurrences.items[:], {"word": [value] * occurrences.n})
        with pytest.raises(UserError) as caught:
            probe(make_space(occurrences.vectors, table), "seat", SETS, context)
        assert caught.value.title == "This column names no words"
    table = occurrences.table.set_column(
        1, "word", occurrences.table.column("word").dictionary_encode()
    )
    again = probe(make_space(occurrences.vectors, table), "seat", SETS, context).found
    assert again.effect_size == found.effect_size


def test_another_case_in_a_column(occurrences, context):
    asked = {key: [word.upper() for word in words] for key, words in SETS.items()}
    found = probe(occurrences, "seat", asked, context, ignore_case=True).found
    expected = probe(occurrences, "seat", SETS, context).found
    assert found.effect_size == pytest.approx(expected.effect_size)


def test_rows_of_zeros_are_left_out_and_said(occurrences, context):
    vectors = np.array(occurrences.vectors)
    vectors[rows_of(occurrences, "a1")[0]] = 0
    space = make_space(vectors, occurrences.table)
    found = probe(space, "seat", SETS, context)
    assert "Rows left out, as their vectors are zero: 1." in found.notes
    assert found.found.details["sentences"]["A"] == 5
    vectors[rows_of(occurrences, "a1")] = 0
    space = make_space(vectors, occurrences.table)
    found = probe(space, "seat", SETS | {"A": ["a1", "a2", "x1"]}, context, allow_missing=True)
    assert found.coverage[2].left_out == (("a1", "its vector is zero"),)


def test_ceat_combines_the_effects_of_single_occurrences(occurrences, context):
    result = probe(occurrences, "ceat", SETS, context, params={"n_draws": 200}, seed=5)
    rng = np.random.default_rng(5)  # the words are drawn one after the other
    drawn = {word: rng.integers(0, 3, 200) for word in WORDS}
    effects = np.array(
        [
            probe(
                plain(
                    occurrences,
                    {word: rows_of(occurrences, word)[drawn[word][at]] for word in WORDS},
                ),
                "weat",
                SETS,
                context,
            ).found.effect_size
            for at in range(200)
        ]
    )
    expected = combine_effects(effects, variance_of_effect(effects, 3, 3))
    found = result.found
    assert found.effect_size == pytest.approx(expected.effect)
    assert found.p_value == pytest.approx(expected.p)
    assert found.details["standard_error"] == pytest.approx(expected.standard_error)
    assert found.details["tau2"] == pytest.approx(expected.tau2, abs=1e-12)
    assert found.details["q"] == pytest.approx(expected.q)
    assert found.details["draws"]["quantiles"]["0.5"] == pytest.approx(np.median(effects))
    assert found.details["occurrences"]["B"] == {"b1": 3, "b2": 3}
    assert "shrinks with the number of draws (200)" in result.notes[0]
    assert found.p_kind is None


def test_ceat_with_one_occurrence_of_each_word_is_weat(space_of, context):
    rng = np.random.default_rng(0)
    words = space_of({word: rng.normal(size=4) for word in WORDS})
    once = make_space(words.vectors, make_table(WORDS, {"word": WORDS}))
    result = probe(once, "ceat", SETS, context, params={"n_draws": 50})
    assert result.found.effect_size == pytest.approx(
        probe(words, "weat", SETS, context).found.effect_size
    )
    assert result.found.details["tau2"] == 0
    assert "the same in every draw: x1, x2, x3, y1, y2, y3, a1, a2 and more." in result.notes[-1]


def test_ceat_without_any_difference_is_refused(context):
    vectors = np.ones((len(WORDS), 3))
    space = make_space(vectors, make_table(WORDS, {"word": WORDS}))
    with pytest.raises(UserError) as caught:
        probe(space, "ceat", SETS, context)
    assert caught.value.title == "No differences to compare"


def test_ieat_is_weat_of_items_or_of_folders(context):
    rng = np.random.default_rng(0)
    folders = [word for word in ("flowers", "insects", "nice", "ugly") for _ in range(8)]
    items = [f"{folder}/{at}.png" for at, folder in enumerate(folders)]
    space = make_space(rng.normal(size=(32, 6)), make_table(items, {"folder": folders}))
    named = {
        key: items[start : start + 8] for key, start in zip("XYAB", range(0, 32, 8), strict=True)
    }
    of_folders = {"X": ["flowers"], "Y": ["insects"], "A": ["nice"], "B": ["ugly"]}
    one = probe(space, "ieat", named, context)
    assert (one.found.p_kind, one.found.ddof) == ("sampled", 1)  # 12,870 are over 10,000
    exact = probe(space, "ieat", named, context, params={"exact_up_to": 20_000})
    assert exact.found.p_value == probe(space, "weat", named, context).found.p_value
    assert exact.found.p_kind == "exact"
    other = probe(space, "ieat", of_folders, context, word_column="folder")
    assert other.found.effect_size == one.found.effect_size
    assert other.found.p_value == one.found.p_value
    assert other.found.per_item == one.found.per_item
    with pytest.raises(UserError) as caught:
        probe(space, "ieat", named | {"X": items[:1]}, context)
    assert caught.value.title == "Too few items found"
