"""Asking for neighbors and analogies, and what comes of it, early or late."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from embexplorer.app.presenters.asking import (
    RankedRow,
    answer_sentence,
    examples_in,
    overlap_sentence,
    query_of,
    ranked_rows,
)
from embexplorer.app.state import NeighborsKept
from embexplorer.core.results import Ranked
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.encode import encode, texts_of
from embexplorer.operations.keep import on_disk

KING, QUEEN, MAN, WOMAN, APPLE, PEAR, NOTHING, KING_AGAIN = range(8)
TEXTS = ["the bank raised rates", "rain fell all day", "a bank failed", "sun and rain"]


@pytest.fixture
def opened(services, tiny):
    services.library.add(tiny)
    return services


@pytest.fixture
def waiting(desk, tiny):
    """An open space with its map; every further job waits."""
    desk.services.library.add(tiny)
    desk.run_all()
    return desk


@pytest.fixture
def encoded(services):
    return encode(texts_of(TEXTS), "hashing", services.context, name="news").space


def asked(services):
    return services.store.state.neighbors


def found(services) -> list[int]:
    return asked(services).answer.ranked.indices.tolist()


# -- neighbors ---------------------------------------------------------------------------------


def test_asking_for_an_item(opened):
    opened.neighbors.ask("  apple ", k=2, metric="euclidean")
    question = asked(opened)
    assert (question.text, question.k, question.metric) == ("apple", 2, "euclidean")
    assert (question.is_running, question.error) == (False, None)
    assert found(opened)[0] == PEAR
    assert question.answer.ranked.scores[0] == pytest.approx(0.5)
    assert len(question.answer.ranked) == 2


def test_k_and_metric_are_remembered_for_the_next_question(opened):
    opened.neighbors.ask("apple", k=3, metric="dot")
    opened.neighbors.ask("pear")
    assert (asked(opened).k, asked(opened).metric) == (3, "dot")
    assert (opened.remembered.settings.k, opened.remembered.settings.metric) == (3, "dot")


def test_a_remembered_metric_that_does_not_exist_is_the_cosine(opened):
    opened.remembered.hold(metric="jaccard")
    opened.neighbors.ask("apple")
    assert asked(opened).metric == "cosine"
    assert found(opened)[0] == PEAR


def test_an_empty_question_asks_nothing(opened, desk):
    opened.neighbors.ask("   ")
    assert asked(opened) is None
    desk.services.neighbors.ask("king")
    assert asked(desk.services) is None  # no space is open


def test_selecting_an_item_asks_for_its_neighbors(opened):
    opened.selecting.take([APPLE])
    assert asked(opened).text == "apple"
    assert found(opened)[0] == PEAR
    opened.selecting.take([APPLE, PEAR])
    assert asked(opened).text == "apple"
    opened.selecting.take(())
    assert asked(opened).text == "apple"


def test_selecting_a_repeated_item_asks_for_its_row(opened):
    opened.selecting.take([KING_AGAIN])
    assert asked(opened).text == "#7"
    assert found(opened)[0] == KING


def test_an_unknown_item_names_near_spellings(opened):
    opened.neighbors.ask("quen")
    error = asked(opened).error
    assert error.title == "Item not in this space"
    assert error.detail == '"quen" is not among 8 items.'
    assert error.hint == "Did you mean queen?"
    assert asked(opened).answer is None
    assert opened.store.state.problems == ()


def test_clearing_forgets_question_and_answer(opened):
    opened.neighbors.ask("king")
    opened.neighbors.clear()
    assert asked(opened) is None


def test_the_answer_before_stays_until_the_new_one_is_there(waiting):
    services = waiting.services
    services.neighbors.ask("apple")
    assert asked(services).is_running
    assert asked(services).answer is None
    waiting.run_all()
    before = asked(services).answer
    services.neighbors.ask("king")
    assert asked(services).is_running
    assert asked(services).answer is before
    waiting.run_all()
    assert not asked(services).is_running
    assert asked(services).answer.query == "king"


def test_a_late_answer_to_an_old_question_is_dropped(waiting):
    services = waiting.services
    services.neighbors.ask("apple")
    waiting.lanes["quick"].run()  # its answer waits in the window's queue
    services.neighbors.ask("king")
    waiting.pump()
    assert (asked(services).text, asked(services).is_running) == ("king", True)
    waiting.run_all()
    assert found(services)[0] == KING_AGAIN


def test_a_late_answer_with_another_k_or_metric_is_dropped(waiting):
    services = waiting.services
    services.neighbors.ask("apple", k=1, metric="dot")
    waiting.lanes["quick"].run()
    services.neighbors.ask("apple", k=3, metric="cosine")
    waiting.pump()
    assert (asked(services).k, asked(services).answer) == (3, None)
    waiting.run_all()
    assert (len(found(services)), asked(services).answer.metric) == (3, "cosine")


def test_questions_about_an_old_space_go_when_the_space_changes(waiting):
    services = waiting.services
    services.selecting.take([APPLE])
    services.analogy.ask("man", "king", "woman")
    other = make_space(np.eye(4, dtype=np.float32), make_table(list("abcd")), name="letters")
    services.library.add(on_disk(other, services.context))
    assert (asked(services), services.store.state.analogy) == (None, None)
    assert services.store.state.selection is None
    waiting.run_all()  # the late answers about the first space
    assert (asked(services), services.store.state.analogy) == (None, None)
    assert services.store.state.kept is None


def test_an_answer_does_not_come_back_with_its_space(waiting, tiny):
    services = waiting.services
    services.neighbors.ask("apple")
    other = make_space(np.eye(4, dtype=np.float32), make_table(list("abcd")), name="letters")
    services.library.add(on_disk(other, services.context))
    services.library.activate(tiny.id)
    waiting.run_all()
    assert asked(services) is None


def test_the_norms_of_a_closed_space_are_forgotten(opened, tiny):
    opened.neighbors.ask("apple")
    kept = opened.neighbors._norms
    assert list(kept._kept) == [tiny.id]
    opened.library.close(tiny.id)
    assert kept._kept == {}


# -- free text ---------------------------------------------------------------------------------


def test_free_text_is_encoded_with_the_encoder_of_the_space(services, encoded):
    services.library.add(encoded)
    services.neighbors.ask("which bank raised the rates")
    question = asked(services)
    assert question.error is None
    assert found(services)[0] == 0
    assert question.answer.inputs.tolist() == []
    assert question.answer.query == "which bank raised the rates"
    assert len(found(services)) == 4


def test_free_text_in_a_space_without_an_encoder_is_an_unknown_item(opened):
    opened.neighbors.ask("some free text")
    assert asked(opened).error.title == "Item not in this space"


def test_an_encoder_that_is_gone_is_said_under_the_field(services, encoded):
    lost = dataclasses.replace(
        encoded, provenance=dataclasses.replace(encoded.provenance, revision="other")
    )
    services.library.add(lost)
    services.neighbors.ask("free text")
    assert asked(services).error.title == "The encoder has changed"
    assert not asked(services).is_running
    assert services.store.state.problems == ()


@pytest.fixture
def asking_text(desk, encoded):
    """A free text whose encoding waits in the device lane."""
    services = desk.services
    services.library.add(encoded)
    desk.run_all()
    services.neighbors.ask("which bank", k=2)
    desk.run("quick")
    assert desk.lanes["device"].keys == ["encode-query"]
    assert [item.title for item in services.store.state.activity] == ["Encoding the query"]
    return desk


def test_a_text_that_is_encoded_too_late_does_not_disturb_the_question_of_now(asking_text):
    services = asking_text.services
    services.neighbors.ask("sun and rain")
    asking_text.run("device")
    assert asking_text.lanes["quick"].keys == ["neighbors"]  # that of the item alone
    asking_text.run_all()
    assert asked(services).text == "sun and rain"
    assert not asked(services).is_running
    assert asked(services).answer.query == "sun and rain"


def test_cancelling_the_encoding_of_a_query_ends_the_question(asking_text):
    services = asking_text.services
    services.library.cancel(services.store.state.activity[0].job_id)
    asking_text.run_all()
    assert asked(services) is None
    assert services.store.state.problems == ()


def test_asking_the_same_text_again_answers_it(asking_text):
    services = asking_text.services
    services.neighbors.ask("which bank", k=2)
    asking_text.run_all()
    assert not asked(services).is_running
    assert len(found(services)) == 2


def test_asking_the_same_text_with_more_neighbors_answers_the_newer(asking_text):
    services = asking_text.services
    services.neighbors.ask("which bank", k=3)
    asking_text.run("device")
    asking_text.run_all()
    assert (asked(services).k, len(found(services))) == (3, 3)


# -- analogies ---------------------------------------------------------------------------------


def test_an_analogy_is_answered(opened):
    opened.analogy.ask(" man ", "king", "woman", "3cosmul")
    question = opened.store.state.analogy
    assert (question.a, question.b, question.c) == ("man", "king", "woman")
    assert (question.method, question.answer.method) == ("3cosmul", "3cosmul")
    assert question.answer.inputs == (MAN, KING, WOMAN)
    assert question.answer.results.indices[0] == QUEEN
    assert (question.is_running, question.is_on_map) == (False, True)


def test_an_analogy_needs_all_three(opened, desk):
    opened.analogy.ask("man", " ", "woman")
    assert opened.store.state.analogy is None
    desk.services.analogy.ask("man", "king", "woman")
    assert desk.services.store.state.analogy is None


def test_an_unknown_input_of_an_analogy_is_said(opened):
    opened.analogy.ask("man", "king", "womann")
    question = opened.store.state.analogy
    assert question.error.detail == '"womann" is not among 8 items.'
    assert (question.answer, question.is_running) == (None, False)
    assert opened.store.state.problems == ()


def test_a_late_answer_to_an_old_analogy_is_dropped(waiting):
    services = waiting.services
    services.analogy.ask("man", "king", "woman")
    waiting.lanes["quick"].run()
    services.analogy.ask("king", "man", "queen")
    waiting.pump()
    assert services.store.state.analogy.a == "king"
    assert services.store.state.analogy.is_running
    waiting.run_all()
    assert services.store.state.analogy.answer.results.indices[0] == WOMAN


def test_taking_an_analogy_off_the_map_lasts_when_its_answer_comes(waiting):
    services = waiting.services
    services.analogy.ask("man", "king", "woman")
    services.analogy.show_on_map(is_on_map=False)
    waiting.run_all()
    assert services.store.state.analogy.answer is not None
    assert not services.store.state.analogy.is_on_map


def test_clearing_an_analogy(opened):
    opened.analogy.ask("man", "king", "woman")
    opened.analogy.clear()
    opened.analogy.show_on_map(is_on_map=True)
    assert opened.store.state.analogy is None


# -- what the panels say -----------------------------------------------------------------------


def test_the_query_that_means_a_row():
    items = ["plain", "twice", "twice", " padded", "", "#9"]
    space = make_space(np.eye(6), make_table(items))
    assert [query_of(space, row) for row in range(6)] == ["plain", "twice", "#2", "#3", "#4", "#9"]


def test_every_row_can_be_asked_about(services):
    items = ["plain", "twice", "twice", " padded", "", "a - b"]
    space = make_space(np.eye(6), make_table(items), name="odd")
    services.library.add(on_disk(space, services.context))
    for row in range(6):
        services.selecting.take([row])
        assert asked(services).error is None
        assert asked(services).answer.inputs.tolist() == [row]


def ranked(*pairs: tuple[int, float]) -> Ranked:
    indices, scores = zip(*pairs, strict=True)
    return Ranked(np.array(indices, np.int64), np.array(scores, np.float64))


def test_rows_have_ranks_texts_and_bars_that_compare_their_scores(space):
    rows = ranked_rows(space, ranked((PEAR, 0.9), (KING, 0.5), (MAN, 0.1)), (KING,))
    assert rows == (
        RankedRow(1, PEAR, "pear", 0.9, 1.0, False),
        RankedRow(2, KING, "king", 0.5, 0.625, True),
        RankedRow(3, MAN, "man", 0.1, 0.25, False),
    )


def test_the_nearest_has_the_longest_bar_for_distances_too(space):
    rows = ranked_rows(space, ranked((PEAR, 0.5), (KING, 2.0), (MAN, 2.5)))
    assert [row.bar for row in rows] == [1.0, pytest.approx(0.4375), 0.25]


def test_equal_scores_have_equal_full_bars(space):
    assert [row.bar for row in ranked_rows(space, ranked((PEAR, 0.5)))] == [1.0]
    assert [row.bar for row in ranked_rows(space, ranked((PEAR, 0.5), (KING, 0.5)))] == [1.0, 1.0]


def test_no_answer_has_no_rows(space):
    empty = Ranked(np.empty(0, np.int64), np.empty(0))
    assert ranked_rows(space, empty) == ()


def test_examples_are_of_items_that_the_space_has():
    items = ["he", "his", "she", "her", "dog", "dogs", "car", "man", "king"]
    space = make_space(np.eye(9), make_table(items))
    assert examples_in(space) == [("he", "his", "she"), ("dog", "dogs", "car")]
    assert examples_in(space, most=1) == [("he", "his", "she")]


def test_how_an_answer_was_found_is_said(opened):
    opened.neighbors.ask("king", metric="dot")
    said = answer_sentence(asked(opened).answer)
    assert said.startswith("Exact search on the raw vectors, 8 items in ")


def test_the_overlap_with_the_map_is_said_of_the_selected_item_on_this_map(opened):
    opened.selecting.take([APPLE])
    state = opened.store.state
    kept = state.kept
    assert (kept.index, kept.k) == (APPLE, 7)
    assert overlap_sentence(state) == (
        "7 of its 7 nearest items are also among its 7 nearest on the map."
    )

    def said(**changes) -> str:
        return overlap_sentence(dataclasses.replace(state, **changes))

    assert said(kept=None) == ""
    assert said(neighbors=None) == ""
    assert said(kept=NeighborsKept("another map", APPLE, 3, 7)) == ""
    assert said(kept=NeighborsKept(kept.projection_id, PEAR, 3, 7)) == ""
