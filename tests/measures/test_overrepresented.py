from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats

from embexplorer.measures.overrepresented import ALL_SELECTED, NOTHING_SELECTED, terms_of
from embexplorer.measures.terms import count_terms

# "goal" in 3 of the 4 selected and 1 of the 8 others; "red" in 2 and 4; "art" in none and 5.
TEXTS = [
    "goal red", "goal red", "goal goal goal", "nil",
    "goal red", "art red", "art red", "art red", "art", "art", "nil", "nil",
]  # fmt: skip
ROWS = np.array([0, 1, 2, 3])


@pytest.fixture(scope="module")
def found():
    return terms_of(count_terms(TEXTS), ROWS)


def named(found, name):
    return next(term for term in found.terms if term.name == name)


def test_texts_are_counted_not_occurrences(found):
    goal = named(found, "goal")
    assert (goal.n_in, goal.n_out, goal.share_in, goal.share_out) == (3, 1, 0.75, 0.125)
    assert (found.n_in, found.n_out, found.n_tested, found.notes) == (4, 8, 4, ())


def test_log_odds_and_z_follow_the_equations(found):
    goal = named(found, "goal")
    prior = 1.2 * 4 / 12
    inside, outside = 3 + prior, 1 + prior
    not_inside, not_outside = 4 + 1.2 - inside, 8 + 1.2 - outside
    log_odds = math.log(inside / not_inside) - math.log(outside / not_outside)
    variance = 1 / inside + 1 / not_inside + 1 / outside + 1 / not_outside
    assert goal.log_odds == pytest.approx(log_odds)
    assert goal.z == pytest.approx(log_odds / math.sqrt(variance))


def test_the_most_overrepresented_come_first_and_the_most_underrepresented_last(found):
    names = [term.name for term in found.terms]
    assert (names[0], names[-1]) == ("goal", "art")
    assert named(found, "red").log_odds == pytest.approx(0, abs=1e-12)
    assert named(found, "art").z < 0


def test_p_is_fishers_and_q_is_corrected_over_all_terms(found):
    tables = {"goal": [[3, 1], [1, 7]], "red": [[2, 2], [4, 4]], "art": [[0, 4], [5, 3]],
              "nil": [[1, 3], [2, 6]]}  # fmt: skip
    p = [stats.fisher_exact(tables[term.name]).pvalue for term in found.terms]
    assert [term.p for term in found.terms] == pytest.approx(p)
    assert [term.q for term in found.terms] == pytest.approx(stats.false_discovery_control(p))
    assert {term.test for term in found.terms} == {"Fisher"}


def test_only_the_first_are_given_and_q_stays(found):
    assert terms_of(count_terms(TEXTS), ROWS, n=2).terms == found.terms[:2]


def test_order_and_duplicates_of_rows_do_not_matter(found):
    assert terms_of(count_terms(TEXTS), np.array([3, 1, 1, 0, 2])) == found


def test_nothing_and_everything_selected_say_so():
    counts = count_terms(TEXTS)
    nothing = terms_of(counts, np.empty(0, np.int64))
    assert (nothing.terms, nothing.notes) == ((), (NOTHING_SELECTED,))
    everything = terms_of(counts, np.arange(12))
    assert (everything.terms, everything.notes) == ((), (ALL_SELECTED,))


def test_a_term_of_every_text_is_not_tested():
    counts = count_terms(["zebra uno", "zebra dos", "zebra"])
    assert [t.name for t in terms_of(counts, np.array([0])).terms] == ["uno", "dos"]
    constant = terms_of(count_terms(["zebra", "zebra"]), np.array([0]))
    assert (constant.terms, constant.n_tested) == ((), 0)
    assert constant.notes == ("No term stands in some texts only.",)


def test_a_row_that_is_not_there_is_a_mistake():
    with pytest.raises(IndexError, match="rows 3 to 99 of 12"):
        terms_of(count_terms(TEXTS), np.array([3, 99]))


def test_random_selections_are_seldom_called_findings():
    rng = np.random.default_rng(5)
    texts = [" ".join(f"w{i}" for i in rng.choice(300, 8)) for _ in range(2000)]
    counts = count_terms(texts)
    found = [terms_of(counts, rng.choice(2000, 150, replace=False)) for _ in range(20)]
    p = np.array([term.p for each in found for term in each.terms])
    assert len(p) == 20 * 300
    assert 0.01 < np.mean(p < 0.05) < 0.055  # never more often than it says
    assert sum(term.q < 0.05 for each in found for term in each.terms) <= 2


def test_a_term_only_a_few_selected_texts_have_is_found():
    texts = [f"common{i % 50} filler{i % 7}" for i in range(5000)]
    for row in range(5):
        texts[row] += " wombat"
    first = terms_of(count_terms(texts), np.arange(8), n=1).terms[0]
    assert (first.name, first.n_in, first.n_out) == ("wombat", 5, 0)
    assert first.q < 1e-8
    assert all(math.isfinite(value) for value in dataclasses.astuple(first)[1:-1])
