"""A selection explains itself: words and values with effect, shares and q; acting on them."""

from __future__ import annotations

import numpy as np
import pytest

from embexplorer.app.filters import ValuesFilter
from embexplorer.app.presenters.explaining import (
    ASSUMES,
    explanation_of,
    summary_of,
    values_of,
    words_of,
)
from embexplorer.app.presenters.results import text_of
from embexplorer.core.progress import Progress
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.explain import explain_folder, explain_selection
from embexplorer.operations.keep import on_disk

N = 200


@pytest.fixture
def corpus():
    """Fifty texts about goals, then 150 about bread, in two topics, older ones first."""
    texts = [f"a goal by the striker number {k}" for k in range(50)]
    texts += [f"bread from the oven number {k}" for k in range(50, N)]
    topics = ["sport"] * 50 + ["food"] * 150
    vectors = np.random.default_rng(0).normal(size=(N, 3))
    table = make_table(texts, {"topic": topics, "year": np.arange(N)})
    return make_space(vectors, table, name="corpus")


@pytest.fixture
def chosen(services, corpus):
    """The first forty, of which the goals speak, selected and explained."""
    services.library.add(corpus)
    services.selecting.take(np.arange(40))
    services.explaining.ask()
    return services


def test_words_and_values_stand_out_with_shares_and_q(chosen) -> None:
    answer = explanation_of(chosen.store.state)
    words = words_of(answer)
    assert {word.title for word in words} == {"goal", "striker"}
    expected = explain_selection(chosen.store.state.space, np.arange(40)).terms[0]
    assert words[0].figure == f"+{expected.log_odds:.1f}"
    assert words[0].note == "100% here, 6.2% elsewhere · q < 0.001"
    assert (words[0].share_in, words[0].share_out) == (1.0, 10 / 160)
    by_title = {value.title: value for value in values_of(answer)}
    assert by_title["topic = sport"].figure == "+0.94"
    assert by_title["year"].figure == "−1.00"
    assert by_title["year"].note == "mean 19.5 here, 119.5 elsewhere · q < 0.001"
    assert by_title["year"].is_number
    assert ASSUMES in summary_of(answer)


def test_an_old_answer_stays_until_the_new_one_is_there(desk, corpus) -> None:
    services = desk.services
    services.library.add(corpus)
    desk.run_all()
    services.selecting.take(np.arange(40))
    services.explaining.ask()
    services.explaining.ask()
    assert desk.lanes["quick"].keys.count("explain") == 1
    desk.run_all()
    first = services.store.state.explained.answer
    services.selecting.take(np.arange(100, 140))
    services.explaining.ask()
    assert services.store.state.explained.answer is first
    assert explanation_of(services.store.state) is None
    services.selecting.take(np.arange(60, 90))
    services.explaining.ask()
    desk.run_all()
    assert explanation_of(services.store.state).n_in == 30


def test_one_item_none_and_all_are_not_explained(services, corpus) -> None:
    services.library.add(corpus)
    for rows in ([3], [], range(N)):
        services.selecting.take(np.array(rows, np.int64))
        services.explaining.ask()
        assert services.store.state.explained is None


def test_a_word_selects_and_a_value_filters(chosen) -> None:
    answer = explanation_of(chosen.store.state)
    told = []
    goal = next(word for word in words_of(answer) if word.title == "goal")
    chosen.explaining.point_at(goal, told.append)
    assert told[0].tolist() == list(range(50))
    chosen.explaining.select(goal)
    assert len(chosen.store.state.selection) == 50
    sport = next(value for value in values_of(answer) if value.title == "topic = sport")
    chosen.explaining.filter_by(sport)
    assert chosen.store.state.filters == (ValuesFilter("topic", frozenset(["sport"])),)
    chosen.explaining.select(sport, "remove")
    assert chosen.store.state.selection is None


def test_everything_can_be_copied_with_its_method(chosen) -> None:
    lines = text_of(chosen.store.state, "Details").split("\n")
    assert lines[0].startswith("What sets 40 selected items of corpus apart from 160 others. 40 ")
    assert "Benjamini" in lines[0]
    assert lines[2].split("\t")[:5] == ["word", "n_in", "n_out", "share_in", "share_out"]
    words = {line.split("\t")[0]: line.split("\t")[1:3] for line in lines[3:] if "\t" in line}
    assert words["goal"] == ["40", "10"]
    chosen.selecting.take(np.arange(10))
    assert "What sets" not in text_of(chosen.store.state, "Details")


def test_a_child_process_explains_the_same(services, corpus) -> None:
    kept = on_disk(corpus, services.context)
    rows = np.arange(40)
    further = make_table([""] * N, {"Tag": ["x"] * 40 + [None] * 160}).select(["Tag"])
    found = explain_folder(kept.folder, rows, Progress(), n=5, further=further)
    here = explain_selection(corpus, rows, n=5)
    assert found.terms == here.terms
    assert "Tag" in {value.column for value in found.values}


def test_equal_shares_do_not_stand_out(services, corpus) -> None:
    services.library.add(corpus)
    services.selecting.take(np.arange(0, N, 2))
    services.explaining.ask()
    answer = explanation_of(services.store.state)
    assert words_of(answer) == ()
    assert values_of(answer) == ()
