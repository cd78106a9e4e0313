"""Which items the map rings, joins and names."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from embexplorer.app.presenters.marks import MapMarks, NamedItem, marks_of
from embexplorer.app.presenters.results import text_of
from embexplorer.app.state import Live
from embexplorer.core.space import make_space, make_table
from embexplorer.core.subwords import Subwords
from embexplorer.operations.keep import on_disk

KING, QUEEN, MAN, WOMAN, APPLE, PEAR, NOTHING, KING_AGAIN = range(8)


@pytest.fixture
def opened(services, tiny):
    services.library.add(tiny)
    return services


def marks(services) -> MapMarks:
    return marks_of(services.store.state)


def strong(row: int, text: str, *, has_dot: bool = False) -> NamedItem:
    return NamedItem(row, text, is_strong=True, has_dot=has_dot)


def weak(row: int, text: str, *, has_dot: bool = False) -> NamedItem:
    return NamedItem(row, text, is_strong=False, has_dot=has_dot)


def test_nothing_selected_marks_nothing(opened):
    assert marks(opened) == MapMarks()


def test_without_a_space_or_a_map_nothing_is_marked(services, desk, tiny):
    assert marks(services) == MapMarks()
    desk.services.library.add(tiny)
    desk.services.selecting.take([APPLE])
    assert desk.services.store.state.projection is None
    assert marks(desk.services) == MapMarks()


def test_a_selected_item_is_ringed_and_joined_to_all_its_neighbors_of_which_four_are_named(opened):
    opened.neighbors.ask("apple", k=6, metric="euclidean")
    opened.selecting.take([APPLE])
    found = marks(opened)
    assert found.center == APPLE
    assert set(found.ends) == {KING, QUEEN, MAN, WOMAN, PEAR, NOTHING}
    assert found.ends[0] == PEAR
    assert found.names[:2] == (strong(APPLE, "apple"), weak(PEAR, "pear"))
    assert [name.row for name in found.names[1:]] == list(found.ends[:4])
    assert not any(name.has_dot for name in found.names)
    assert found.arrows == ()


def test_several_selected_items_have_no_ring(opened):
    opened.selecting.take([APPLE, PEAR])
    assert marks(opened) == MapMarks()


def test_neighbors_of_an_expression_are_named_with_its_inputs_and_not_joined(opened):
    opened.neighbors.ask("king - man + woman", k=2)
    found = marks(opened)
    assert (found.center, found.ends, found.arrows) == (None, (), ())
    assert found.names[:4] == (
        strong(KING, "king", has_dot=True),
        strong(MAN, "man", has_dot=True),
        strong(WOMAN, "woman", has_dot=True),
        weak(QUEEN, "queen", has_dot=True),
    )
    assert len(found.names) == 5


def test_an_item_that_is_selected_and_asked_about_is_named_once(opened):
    opened.selecting.take([QUEEN])
    opened.neighbors.ask("king - man + woman", k=2)
    found = marks(opened)
    assert found.center == QUEEN
    assert found.ends == ()
    assert found.names[0] == strong(QUEEN, "queen")
    assert [name.row for name in found.names][1:4] == [KING, MAN, WOMAN]
    assert [name.row for name in found.names].count(QUEEN) == 1


def test_a_question_about_another_item_leaves_the_selected_one_ringed_but_unjoined(opened):
    opened.selecting.take([APPLE])
    opened.neighbors.ask("king", k=1)
    found = marks(opened)
    assert (found.center, found.ends) == (APPLE, ())
    assert found.names == (
        strong(APPLE, "apple"),
        strong(KING, "king", has_dot=True),
        weak(KING_AGAIN, "king", has_dot=True),
    )


def test_an_unknown_item_leaves_the_ring_alone(opened):
    opened.selecting.take([APPLE])
    opened.neighbors.ask("unknown")
    assert marks(opened) == MapMarks(center=APPLE, names=(strong(APPLE, "apple"),))


def test_the_answer_before_is_not_shown_around_a_newly_selected_item(desk, tiny):
    services = desk.services
    services.library.add(tiny)
    desk.run_all()
    services.selecting.take([APPLE])
    desk.run_all()
    assert marks(services).ends[0] == PEAR
    services.selecting.take([KING])
    assert services.store.state.neighbors.is_running
    assert services.store.state.neighbors.answer is not None  # the list shows it, dimmed
    assert marks(services) == MapMarks(center=KING, names=(strong(KING, "king"),))
    desk.run_all()
    assert marks(services).ends[0] == KING_AGAIN


def test_an_analogy_is_two_arrows_and_its_items_with_names(opened):
    opened.analogy.ask("man", "king", "woman")
    found = marks(opened)
    assert (found.center, found.ends) == (None, ())
    assert found.arrows == ((MAN, KING, False), (WOMAN, QUEEN, True))
    assert found.names[:4] == (
        strong(MAN, "man", has_dot=True),
        strong(KING, "king", has_dot=True),
        strong(WOMAN, "woman", has_dot=True),
        strong(QUEEN, "queen", has_dot=True),
    )
    assert {name.row for name in found.names[4:]} == {APPLE, PEAR, KING_AGAIN}
    assert not any(name.is_strong for name in found.names[4:])


def test_a_composed_word_of_an_analogy_has_no_point(services, tiny):
    subwords = Subwords(np.random.default_rng(3).normal(size=(20, tiny.d)).astype(np.float32), 3, 4)
    services.library.add(dataclasses.replace(tiny, subwords=subwords))
    services.analogy.ask("man", "king", "womanly")
    services.analogy.show_on_map(is_on_map=True)
    answer = services.store.state.analogy.answer
    assert answer.inputs == (MAN, KING, -1)
    assert "“womanly” is not in this space" in answer.notes[1]
    found = marks(services)
    assert found.arrows == ((MAN, KING, False),)
    assert {name.row for name in found.names} >= {MAN, KING}
    assert -1 not in {name.row for name in found.names}
    assert text_of(services.store.state, "Analogy").startswith("man is to king as womanly is to ?")


def test_the_neighbors_of_a_composed_word_are_named(services, tiny):
    subwords = Subwords(np.ones((20, tiny.d), np.float32), 3, 4)
    services.library.add(dataclasses.replace(tiny, subwords=subwords))
    services.neighbors.ask("kingly", k=3)
    assert services.store.state.neighbors.answer.notes[0] == (
        "“kingly” is not in this space; its vector is composed from 11 subwords."
    )
    found = marks(services)
    assert len(found.names) == 3
    assert found.ends == ()


def test_an_analogy_taken_off_the_map_gives_way_to_the_neighbors(opened):
    opened.selecting.take([APPLE])
    opened.analogy.ask("man", "king", "woman")
    assert marks(opened).arrows
    opened.analogy.show_on_map(is_on_map=False)
    assert marks(opened).arrows == ()
    assert marks(opened).ends[0] == PEAR
    opened.analogy.show_on_map(is_on_map=True)
    assert marks(opened).arrows == ((MAN, KING, False), (WOMAN, QUEEN, True))


def test_the_selected_item_stays_ringed_beside_an_analogy(opened):
    opened.analogy.ask("man", "king", "woman")
    opened.selecting.take([NOTHING])
    found = marks(opened)
    assert found.center == NOTHING
    assert found.names[-1] == strong(NOTHING, "nothing")
    opened.selecting.take([QUEEN])
    assert marks(opened).center == QUEEN
    assert [name.row for name in marks(opened).names].count(QUEEN) == 1


def test_a_failed_analogy_gives_way_to_the_neighbors(opened):
    opened.selecting.take([APPLE])
    opened.analogy.ask("man", "king", "nobody")
    assert opened.store.state.analogy.error.title == "Item not in this space"
    assert marks(opened).arrows == ()
    assert marks(opened).center == APPLE


def test_marks_show_on_live_frames_of_this_space_only(opened):
    opened.selecting.take([APPLE])
    coords = np.zeros((8, 2), np.float32)
    live = Live(9, opened.store.state.active_space, "tsne", {}, 2, 0, coords)
    bare = dataclasses.replace(opened.store.state, active_projection="")
    assert marks_of(dataclasses.replace(bare, live=live)).center == APPLE
    assert marks_of(dataclasses.replace(bare, live=None)) == MapMarks()
    other = dataclasses.replace(live, space_id="other")
    assert marks_of(dataclasses.replace(bare, live=other)) == MapMarks()


def test_long_names_are_cut(services):
    table = make_table(["A sentence that goes on and on for a while", "short", "other"])
    vectors = np.eye(3, dtype=np.float32)
    services.library.add(on_disk(make_space(vectors, table), services.context))
    services.selecting.take([0])
    (name, *_) = marks(services).names
    assert name.text == "A sentence that goes on and…"
    assert len(name.text) <= 28
