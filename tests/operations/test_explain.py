from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.explain import TermsCache, explain_selection

N = 60
SPORT = np.arange(20)


def space_of(items, **columns):
    vectors = np.random.default_rng(0).normal(size=(len(items), 3))
    return make_space(vectors, make_table(items, columns))


@pytest.fixture(scope="module")
def space():
    subject = ["the striker scored a goal", "a painter and a museum", "rain and wind tomorrow"]
    return space_of(
        [f"{subject[row // 20]} on weekday{row % 7}" for row in range(N)],
        topic=[["sport", "art", "weather"][row // 20] for row in range(N)],
        year=list(range(N, 0, -1)),
        number=[f"n{row}" for row in range(N)],
    )


def test_a_selection_is_told_apart_by_its_terms_and_values(space):
    found = explain_selection(space, SPORT)
    assert {term.name for term in found.terms[:3]} == {"striker", "scored", "goal"}
    assert all(term.q < 1e-12 and term.n_in == 20 and term.n_out == 0 for term in found.terms[:3])
    assert all(term.z > 0 for term in found.terms)
    sport, year = found.values[:2]
    assert (sport.column, sport.value, sport.effect) == ("topic", "sport", 1.0)
    assert (year.column, year.effect, year.mean_in, year.mean_out) == ("year", 1.0, 50.5, 20.5)
    assert (found.n_in, found.n_out) == (20, 40)
    assert found.notes == (
        "Column number was not compared: 60 different texts in 60 items are names, not groups.",
    )


def test_how_names_the_methods_the_correction_and_the_sizes(space):
    assert explain_selection(space, SPORT).how == (
        "20 selected items against the 40 others: terms ranked by z of the log odds ratio with an "
        "informative Dirichlet prior (α₀ = 6 texts) of how many texts hold them (Monroe, Colaresi "
        "& Quinn 2008), tested two-sided by Fisher’s exact or the chi-square test, 15 tests; "
        "values compared by the risk difference (Fisher’s exact or the chi-square test) and "
        "numbers by Cliff’s δ (Mann-Whitney test), two-sided, 4 tests; p corrected for the false "
        "discovery rate in each family (Benjamini & Hochberg 1995)."
    )


def test_only_the_first_so_many_are_given(space):
    found = explain_selection(space, SPORT, n=2)
    assert (len(found.terms), len(found.values)) == (2, 2)


def test_nothing_and_everything_selected_say_so_once(space):
    for rows, note in (
        (np.empty(0, np.int64), "Nothing is selected, so there is nothing to compare."),
        (np.arange(N), "Every item is selected, so there is no rest to compare with."),
    ):
        found = explain_selection(space, rows)
        assert (found.terms, found.values, found.notes) == ((), (), (note,))
        assert (
            found.how
            == f"Nothing was compared: {len(rows)} items selected, {N - len(rows)} others."
        )


def test_single_words_are_not_compared_as_texts():
    words = space_of([f"word{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(40)])
    found = explain_selection(words, np.arange(5))
    assert found.terms == ()
    assert found.notes == ("Terms were not compared: the items are single words.",)
    assert found.how.startswith("Nothing was compared")


def test_longer_texts_are_read_before_the_items():
    texts = ["cold winter snow"] * 6 + [None] + ["hot summer sun"] * 7
    found = explain_selection(
        space_of([f"item{i} label{i}" for i in range(14)], text=texts), np.arange(6)
    )
    assert {term.name for term in found.terms} == {"cold", "winter", "snow"}
    assert all((term.n_in, term.n_out) == (6, 0) for term in found.terms)


def test_other_columns_can_be_compared(space):
    table = pa.table({"cluster": ["a"] * 20 + ["b"] * 40})
    found = explain_selection(space, SPORT, table=table)
    assert {one.column for one in found.values} == {"cluster"}


def test_terms_are_counted_once_for_each_space(space):
    cache = TermsCache()
    first = cache.of(space, Progress())
    assert first is not None
    assert cache.of(space, Progress()) is first
    with_cache = explain_selection(space, SPORT, cache=cache)
    assert with_cache == explain_selection(space, SPORT)
    cache.forget(space.id)
    assert cache.of(space, Progress()) is not first


def test_explaining_stops_when_cancelled(space):
    progress = Progress()
    progress.cancel()
    cache = TermsCache()
    with pytest.raises(CancelledError):
        explain_selection(space, SPORT, progress, cache=cache)
    assert explain_selection(space, SPORT, cache=cache).terms  # nothing half-counted was kept
