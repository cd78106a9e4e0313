"""Changes of the state: what is added, activated and closed, and what goes with it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from embexplorer.app import state as states
from embexplorer.app.state import (
    MOST_PROBLEMS,
    AnalogyQuestion,
    Live,
    NeighborsKept,
    NeighborsQuestion,
    Problem,
    State,
)
from embexplorer.core.errors import UserError
from embexplorer.core.projection import Projection
from embexplorer.core.selection import Selection
from embexplorer.core.space import Space, Texts, make_space, make_table


def space_of(name: str, n: int = 3) -> Space:
    table = make_table([f"{name}{row}" for row in range(n)])
    return make_space(np.eye(n, dtype=np.float32), table, name=name, space_id=name)


def texts_of(name: str) -> Texts:
    return Texts(name, name, make_table(["one", "two"]))


def coords_of(space_id: str, projection_id: str) -> Projection:
    return Projection(space_id, "pca", np.zeros((3, 2), np.float32), id=projection_id)


@pytest.fixture
def two() -> State:
    state = states.add_data(states.add_data(State(), space_of("a")), space_of("b"))
    for projection in (coords_of("a", "a1"), coords_of("a", "a2"), coords_of("b", "b1")):
        state = states.add_projection(state, projection)
    return state


def names(state: State) -> list[str]:
    return [space.name for space in state.document.spaces]


def test_an_empty_state_has_nothing():
    state = State()
    assert state.space is None
    assert state.texts is None
    assert state.projection is None
    assert state.selected is None
    assert state.live_coords is None


def test_the_newest_space_is_active_and_only_its_projections_go_on_the_map(two: State):
    assert names(two) == ["a", "b"]
    assert (two.active_space, two.active_projection) == ("b", "b1")
    assert [item.id for item in two.document.projections] == ["a1", "a2", "b1"]
    assert [item.id for item in two.document.projections_of("a")] == ["a1", "a2"]


def test_adding_a_space_again_replaces_it_in_its_place(two: State):
    again = dataclasses.replace(two.document.spaces[0], name="again")
    state = states.add_data(two, again)
    assert names(state) == ["again", "b"]
    assert (state.active_space, state.active_projection) == ("a", "a2")


def test_activating_a_space_shows_its_newest_map_and_lets_go_of_what_was_asked(two: State):
    full = dataclasses.replace(
        two,
        selection=Selection.of("b", [1]),
        hidden=frozenset([0]),
        neighbors=NeighborsQuestion("b", "b0", 10, "cosine"),
        analogy=AnalogyQuestion("b", "b0", "b1", "b2", "3cosadd"),
        kept=NeighborsKept("b1", 1, 2, 3),
        active_texts="corpus",
    )
    state = states.activate(full, "a")
    assert (state.active_space, state.active_projection) == ("a", "a2")
    assert (state.selection, state.neighbors, state.analogy, state.kept) == (None,) * 4
    assert state.hidden == frozenset()
    assert state.active_texts == ""


def test_activating_the_active_space_only_closes_the_encode_form(two: State):
    asked = dataclasses.replace(
        two, neighbors=NeighborsQuestion("b", "b0", 10, "cosine"), active_texts="corpus"
    )
    state = states.activate(asked, "b")
    assert state == dataclasses.replace(asked, active_texts="")
    assert states.activate(state, "b") is state


def test_activating_the_active_space_before_its_first_map_keeps_what_was_asked():
    state = states.add_data(State(), space_of("a"))
    asked = dataclasses.replace(state, neighbors=NeighborsQuestion("a", "a0", 10, "cosine"))
    assert states.activate(asked, "a") is asked


def test_closing_the_active_space_activates_the_last_one_left(two: State):
    three = states.add_data(two, space_of("c"))
    state = states.close_data(three, "c")
    assert names(state) == ["a", "b"]
    assert (state.active_space, state.active_projection) == ("b", "b1")


def test_closing_a_space_takes_its_projections_with_it(two: State):
    state = states.close_data(two, "a")
    assert names(state) == ["b"]
    assert [item.id for item in state.document.projections] == ["b1"]
    assert (state.active_space, state.active_projection) == ("b", "b1")


def test_closing_the_last_space_leaves_nothing_active(two: State):
    state = states.close_data(states.close_data(two, "a"), "b")
    assert (state.active_space, state.active_projection) == ("", "")
    assert state.space is None
    assert state.document.projections == ()


def test_closing_a_space_ends_its_running_projection_and_no_other(two: State):
    live = Live(7, "a", "tsne", {}, 2, 0, np.zeros((3, 2), np.float32))
    running = dataclasses.replace(two, live=live)
    assert states.close_data(running, "b").live is live
    assert states.close_data(running, "a").live is None


def test_frames_are_shown_on_the_map_of_their_space_only(two: State):
    coords = np.zeros((3, 2), np.float32)
    running = dataclasses.replace(two, live=Live(7, "a", "tsne", {}, 2, 0, coords))
    assert running.live_coords is None
    assert states.activate(running, "a").live_coords is coords


def test_closing_a_corpus_closes_its_form(two: State):
    state = states.add_data(two, texts_of("corpus"))
    assert state.texts is not None
    assert state.active_space == "b"
    closed = states.close_data(state, "corpus")
    assert closed.texts is None
    assert closed.document.texts == ()
    assert closed.active_space == "b"


def test_a_projection_of_a_closed_space_is_dropped(two: State):
    assert states.add_projection(two, coords_of("gone", "g1")) is two


def test_a_projection_of_another_space_leaves_the_map_where_it_is(two: State):
    state = states.add_projection(two, coords_of("a", "a3"))
    assert [item.id for item in state.document.projections_of("a")] == ["a1", "a2", "a3"]
    assert state.active_projection == "b1"


def test_replacing_a_projection_leaves_the_map_and_the_order_where_they_are(two: State):
    measured = dataclasses.replace(two.document.projections[1], quality={"k": 15})
    state = states.replace_projection(two, measured)
    assert [item.id for item in state.document.projections] == ["a1", "a2", "b1"]
    assert state.document.projections[1].quality == {"k": 15}
    assert state.active_projection == "b1"


def test_one_selected_item_is_one_item_of_the_active_space(two: State):
    def selected(space_id: str, rows: list[int]) -> int | None:
        chosen = Selection.of(space_id, rows)
        return dataclasses.replace(two, selection=chosen).selected

    assert selected("b", [2]) == 2
    assert selected("b", [1, 2]) is None
    assert selected("a", [2]) is None


def test_the_newest_problems_are_kept_and_each_is_new_once():
    problems = [Problem(UserError(f"Problem {number}")) for number in range(MOST_PROBLEMS + 2)]
    full = states.with_problems(State(), *problems[:-1])
    assert full.problems == tuple(problems[1:-1])
    after = states.with_problems(full, problems[-1])
    assert len(after.problems) == MOST_PROBLEMS
    assert states.new_problems(full.problems, after.problems) == problems[-1:]
    assert states.new_problems(after.problems, after.problems) == []
