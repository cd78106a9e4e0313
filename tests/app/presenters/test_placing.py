"""Items of a space on the map of another one: where they may go, the offer, and the step back."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from embexplorer.app.presenters.coords import ground_of
from embexplorer.core.projection import Projection
from embexplorer.core.space import Provenance, make_space, make_table
from embexplorer.operations.keep import on_disk
from embexplorer.operations.repeat import projected

COORDS = np.random.default_rng(1).normal(size=(20, 2)).astype(np.float32)


def space_of(services, name, vectors, encoder="hashing"):
    table = make_table([f"{name} {row}" for row in range(len(vectors))])
    made = make_space(vectors, table, name=name, provenance=Provenance(encoder=encoder))
    return on_disk(made, services.context)


@pytest.fixture
def old(services):
    """A space of 20 items with a map that its file brought."""
    vectors = np.random.default_rng(0).normal(size=(20, 4)).astype(np.float32)
    space = space_of(services, "old", vectors)
    services.library.add(space, Projection(space.id, "file", COORDS, id="map"))
    return space


@pytest.fixture
def new(services, old):
    """Copies of two of its items as a space of their own, which has become the active one."""
    space = space_of(services, "new", old.vectors[[3, 8]])
    services.library.add(space)
    return space


def test_copies_lie_where_their_items_do_and_undo_takes_them_off(services, old, new):
    before = services.store.state.active_projection
    services.placing.place("map")
    state = services.store.state
    np.testing.assert_allclose(state.projection.coords, COORDS[[3, 8]], rtol=1e-6)
    assert (state.projection.space_id, state.projection.onto) == (new.id, "map")
    assert ground_of(state).coords is COORDS
    assert "Placed on a map of “old”, 20 items." in state.message
    assert state.undo_title == "Place on From the file 2-D of “old”"
    services.store.undo()
    assert services.store.state.active_projection == before
    assert ground_of(services.store.state) is None
    services.store.redo()
    assert services.store.state.projection.onto == "map"


def test_the_ground_goes_with_its_space(services, old, new):
    services.placing.place("map")
    services.library.close(old.id)
    state = services.store.state
    assert state.projection.onto == "map"
    assert ground_of(state) is None


def test_maps_of_other_spaces_are_listed_those_that_fit_first(services, old, new):
    services.library.add(space_of(services, "wide", np.eye(5, dtype=np.float32)))
    services.library.activate(new.id)
    first, *others = services.placing.targets()
    assert (first.id, first.title, first.error) == ("map", "From the file 2-D of “old”", None)
    assert first.said == ()
    (wide,) = others
    assert wide.error.detail == "“new” has 4 dimensions, “wide” has 5."
    services.placing.place("map")
    services.library.activate(old.id)
    assert "map" not in [target.id for target in services.placing.targets()]
    assert not any("placed" in target.title for target in services.placing.targets())


def test_a_space_of_another_model_is_a_problem_and_no_map(services, old, new):
    other = space_of(services, "other", np.ones((3, 4)) + np.eye(3, 4), encoder="minilm")
    services.library.add(other)
    services.placing.place("map")
    state = services.store.state
    (problem,) = state.problems
    assert problem.error.detail == "“other” was encoded by minilm, “old” by hashing."
    assert not state.projection.onto


def test_new_items_from_the_same_model_are_offered_the_map_that_was_shown(services, old, new):
    offer = services.store.state.offer
    assert (offer.projection_id, offer.name) == ("map", "new")
    assert offer.title == "From the file 2-D of “old”"


def same_items(space):
    return dataclasses.replace(space, id="moved", vectors=space.vectors[::-1].copy())


@pytest.mark.parametrize(
    "come",
    [
        lambda services, old: space_of(services, "wide", np.eye(5)),
        lambda services, old: space_of(services, "other", np.eye(4), encoder="minilm"),
        lambda services, old: space_of(services, "unknown", np.eye(4), encoder=""),
        lambda services, old: same_items(old),
    ],
)
def test_what_holds_no_new_items_of_the_model_is_offered_nothing(services, old, come):
    services.library.add(come(services, old))
    assert services.store.state.offer is None


def test_a_map_that_runs_is_stopped_and_does_not_come_back(desk):
    services = desk.services
    vectors = np.random.default_rng(0).normal(size=(20, 4)).astype(np.float32)
    old = space_of(services, "old", vectors)
    services.library.add(old, Projection(old.id, "file", COORDS, id="map"))
    services.remembered.hold(method="tsne")
    new = space_of(services, "new", vectors[[3, 8, 9, 10]])
    services.library.add(new)
    desk.run("quick")
    assert services.store.state.live.method == "tsne"
    services.placing.place("map")
    assert services.store.state.live.method == "tsne"  # until its child has heard of it
    desk.run_all()
    state = services.store.state
    assert state.live is None
    assert state.projection.onto == "map"
    made = state.document.projections_of(new.id)
    assert [item.method for item in made] == ["pca", "file"]


def test_no_command_makes_a_placed_map_again(services, old, new):
    services.placing.place("map")
    state = services.store.state
    with pytest.raises(Exception, match="made of other items"):
        projected(state.space, state.projection)
    card = services.gallery.cards(state)[-1]
    assert (card.title, card.can_repeat) == ("From the file 2-D, placed", False)
