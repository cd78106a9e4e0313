"""Derived values become columns that color the map, in one step of undo."""

from __future__ import annotations

import numpy as np
import pytest

from embexplorer.app.appearance import coloring_of
from embexplorer.app.presenters.deriving import derived_columns, how_of, name_in_table
from embexplorer.core.projection import Projection
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.item_sets import sets_from
from embexplorer.operations.keep import on_disk


@pytest.fixture
def opened(services, tiny):
    services.library.add(tiny)
    return services


def column_names(services) -> list[str]:
    return list(services.store.state.space.columns)


def test_similarity_to_the_selected_item_colors_the_map(opened):
    opened.styling.toggle((0,))
    opened.selecting.take([0])
    opened.deriving.similarity()
    state = opened.store.state
    assert column_names(opened)[2:] == ["Similarity to “king”"]
    assert state.style.color_by == "Similarity to “king”"
    assert state.hidden == frozenset()
    coloring = coloring_of(state.space, state.style.color_by)
    assert (coloring.kind, coloring.low, coloring.high) == ("number", -0.5, 1.0)
    assert coloring.n_missing == 1
    assert how_of(state, state.style.color_by).startswith("Similarity of each item to “king”")
    assert how_of(state, "kind") == ""
    opened.store.undo()
    assert column_names(opened) == ["kind", "size"]
    assert opened.store.state.style.color_by == "kind"


def test_the_open_query_counts_and_not_the_selection(opened):
    opened.neighbors.ask("king - man + woman")
    opened.deriving.similarity()
    values = opened.store.state.space.columns["Similarity to “king - man + woman”"].to_pylist()
    assert int(np.nanargmax(np.array(values, float))) == 1  # queen


def test_without_a_query_it_says_what_is_needed(opened):
    opened.deriving.similarity()
    (problem,) = opened.store.state.problems
    assert problem.error.title == "Similar to what?"


def test_asking_again_replaces_the_column(opened):
    opened.selecting.take([0])
    opened.deriving.similarity()
    opened.deriving.similarity()
    assert column_names(opened)[2:] == ["Similarity to “king”"]


def test_the_distance_to_neighbors_is_worked_out_by_a_child(desk, tiny):
    services = desk.services
    services.library.add(tiny)
    desk.run_all()
    services.deriving.neighbor_distance()
    assert desk.lanes["files"].keys == ["derive-distance"]
    assert [item.title for item in services.store.state.activity] == ["Distance to neighbors"]
    desk.run_all()
    state = services.store.state
    assert state.style.color_by == "Distance to neighbors"
    (made,) = state.document.columns
    assert made.params["k"] == 6  # one vector is zero: seven can be compared
    services.library.close(tiny.id)
    desk.run_all()


def test_a_column_of_a_space_that_was_closed_is_dropped(desk, tiny):
    services = desk.services
    services.library.add(tiny)
    desk.run_all()
    services.deriving.neighbor_distance()
    desk.lanes["files"].run()
    services.library.close(tiny.id)
    desk.run_all()
    assert services.store.state.document.columns == ()


def test_another_space_on_the_map_keeps_its_own_colors(desk, tiny):
    services = desk.services
    services.library.add(tiny)
    desk.run_all()
    services.deriving.density()
    other = on_disk(
        make_space(np.eye(4, dtype=np.float32), make_table(list("abcd")), name="other"),
        services.context,
    )
    services.library.add(other)
    desk.run_all()
    state = services.store.state
    assert (state.space.name, state.style.color_by) == ("other", "")
    assert state.styles[tiny.id].color_by == "Density on the map"
    assert name_in_table(state, state.document.columns[0]) == "Density on the map"


def test_density_is_of_the_map_that_is_shown(opened, tiny):
    coords = np.zeros((8, 2), np.float32)
    coords[7] = 9
    opened.library.add(tiny, Projection(tiny.id, "file", coords))
    opened.deriving.density()
    (made,) = opened.store.state.document.columns
    assert made.projection_id == opened.store.state.active_projection
    assert made.values.to_pylist()[:7] == [1.0] * 7


def test_a_name_that_a_column_has_gets_a_number(services):
    vectors = np.random.default_rng(0).normal(size=(8, 3)).astype(np.float32)
    table = make_table(list("abcdefgh"), {"Density on the map": ["x", "y"] * 4})
    space = on_disk(make_space(vectors, table, name="named"), services.context)
    services.library.add(space)
    services.deriving.density()
    state = services.store.state
    assert state.style.color_by == "Density on the map 2"
    assert [name for name, _ in derived_columns(state, space.id)] == ["Density on the map 2"]


def test_trust_makes_three_columns_in_one_step(opened):
    opened.deriving.trust("Missing neighbors")
    state = opened.store.state
    names = [column.name for column in state.document.columns]
    assert sorted(names) == ["False neighbors", "Missing neighbors", "Neighbors kept"]
    assert state.style.color_by == "Missing neighbors"
    opened.store.undo()
    assert opened.store.state.document.columns == ()


def test_a_map_of_a_file_cannot_be_repeated(opened, tiny):
    opened.library.add(tiny, Projection(tiny.id, "file", np.zeros((8, 2), np.float32)))
    opened.deriving.stability()
    (problem,) = opened.store.state.problems
    assert problem.error.title == "This map cannot be repeated"


def test_a_method_without_a_seed_says_why_there_is_no_column(opened):
    opened.deriving.stability()  # PCA
    assert opened.store.state.document.columns == ()
    assert "seed" in opened.store.state.message


def test_bias_colors_the_map_apart_from_0_and_undo_takes_it_back(opened):
    opened.styling.toggle((0,))
    sets = sets_from({"name": "gender", "pairs": [["queen", "king"]]}, "sets")
    opened.deriving.bias(opened.bias.find_probe("direction"), sets, {"way": "single"})
    state = opened.store.state
    assert (state.style.color_by, state.style.center) == ("Bias: gender", 0.0)
    coloring = coloring_of(state.space, state.style.color_by, state.style)
    assert (coloring.kind, coloring.n_missing) == ("number", 1)
    values = state.space.columns["Bias: gender"].to_pylist()
    assert values[1] == pytest.approx(-values[0])
    assert values[1] > 0
    assert "direction from “king” to “queen”" in how_of(state, "Bias: gender")
    opened.store.undo()
    assert column_names(opened) == ["kind", "size"]
    assert opened.store.state.style.center is None


def test_bias_without_a_direction_says_why(opened):
    sets = sets_from({"pairs": [["king", "nowhere"]]}, "sets")
    opened.deriving.bias(opened.bias.find_probe("direction"), sets)
    (problem,) = opened.store.state.problems
    assert problem.error.title == "Too few items found"
