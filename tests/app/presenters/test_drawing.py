"""What layers show follows the state: the newest counts, and nothing is made that is not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from embexplorer.app.style import ITEM_NAMES, labels_of_column
from embexplorer.core.projection import Projection
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.keep import on_disk

if TYPE_CHECKING:
    from embexplorer.app.services import Services
    from embexplorer.core.space import Space
    from tests.app.conftest import Desk

N = 60


@pytest.fixture
def groups() -> Space:
    """Return sixty items of three kinds, in three places."""
    rng = np.random.default_rng(0)
    kind = np.arange(N) % 3
    vectors = np.eye(3, 5)[kind] * 4 + rng.normal(size=(N, 5)) * 0.2
    table = make_table(
        [f"item {row}" for row in range(N)],
        {"kind": [f"kind {k}" for k in kind], "year": np.arange(N) % 7 + 2000.5},
    )
    return make_space(vectors, table, name="groups")


@pytest.fixture
def shown(services: Services, groups: Space) -> Services:
    services.library.add(on_disk(groups, services.context))
    return services


def drawn(services: Services, kind: str):
    drawing = services.store.state.drawings.get(kind)
    return None if drawing is None else drawing.shown


def test_a_layer_is_made_when_it_is_switched_on_and_goes_when_off(shown: Services) -> None:
    assert shown.store.state.drawings == {}
    shown.map.toggle_layer("density")
    assert drawn(shown, "terrain").density.n == N
    shown.map.toggle_layer("contours")  # of the same grid
    shown.map.toggle_layer("density")
    assert drawn(shown, "terrain").density.n == N
    shown.map.toggle_layer("contours")
    assert shown.store.state.drawings == {}


def test_hidden_categories_and_filters_leave_a_layer(shown: Services) -> None:
    shown.map.toggle_layer("density")
    shown.map.toggle_layer("hulls")
    shown.styling.toggle((0,))
    assert drawn(shown, "terrain").density.n == 40
    assert [hull.group for hull in drawn(shown, "hulls").hulls] == [1, 2]
    shown.filtering.add_expression("year < 2004")
    assert drawn(shown, "terrain").density.n == int(
        (np.arange(N) % 7 + 2000.5 < 2004)[np.arange(N) % 3 != 0].sum()
    )


def test_another_map_gives_another_terrain_and_a_solid_one_none(
    shown: Services, groups: Space
) -> None:
    shown.map.toggle_layer("density")
    before = drawn(shown, "terrain")
    shown.map.toggle_layer("hulls")
    coords = np.random.default_rng(1).normal(size=(N, 2)).astype(np.float32)
    shown.store.apply(lambda state: add(state, Projection(groups.id, "file", coords)))
    assert drawn(shown, "terrain") is not before
    solid = np.random.default_rng(1).normal(size=(N, 3)).astype(np.float32)
    shown.store.apply(lambda state: add(state, Projection(groups.id, "file", solid)))
    assert shown.store.state.drawings == {}


def add(state, projection):
    from embexplorer.app.state import add_projection

    return add_projection(state, projection)


def test_edges_start_from_all_items_where_they_are_few_else_from_the_selection(
    shown: Services,
) -> None:
    shown.map.toggle_layer("edges")
    edges = drawn(shown, "edges")
    assert (len(edges.starts), edges.k) == (N * 5, 5)
    assert (edges.starts % 3 == edges.ends % 3).all()  # items of one kind are near
    (note,) = shown.store.state.drawings["edges"].notes
    assert note == "Edges join every item to the 5 nearest in the full space (cosine)."
    shown.selecting.take(np.array([3, 7]))
    assert sorted(set(drawn(shown, "edges").starts.tolist())) == [3, 7]
    (note,) = shown.store.state.drawings["edges"].notes
    assert note.startswith("Edges join the 2 selected items to the 5 nearest")
    shown.selecting.take(np.array([3]))  # one item has its own marks
    assert len(drawn(shown, "edges").starts) == N * 5


def test_edges_of_too_many_items_are_refused_in_words(services: Services) -> None:
    n = 3001
    vectors = np.random.default_rng(0).normal(size=(n, 3)).astype(np.float32)
    many = make_space(vectors, make_table([str(row) for row in range(n)]))
    services.library.add(on_disk(many, services.context))
    services.map.toggle_layer("edges")
    drawing = services.store.state.drawings["edges"]
    assert drawing.shown is None
    assert drawing.notes == (
        "Edges start from at most 3,000 items, and there are 3,001: select fewer to see theirs.",
    )
    services.selecting.take(np.array([1, 2]))
    assert len(drawn(services, "edges").starts) == 10


def test_sequences_follow_their_column_and_the_colors(shown: Services) -> None:
    shown.map.toggle_layer("sequences")
    assert len(drawn(shown, "sequences").trails) == 3
    shown.map.restyle("Order", sequence_by="year")
    years = np.arange(N) % 7
    for trail in drawn(shown, "sequences").trails:
        assert (np.diff(years[trail.rows]) >= 0).all()
    shown.styling.color_by("")
    assert [len(trail.rows) for trail in drawn(shown, "sequences").trails] == [N]


def test_labels_of_a_column_are_its_categories(shown: Services) -> None:
    shown.clustering.show(labels_of_column("kind"))
    places = drawn(shown, "labels")
    assert sorted(places.names) == ["kind 0", "kind 1", "kind 2"]
    assert [int(row) % 3 for row in places.anchors] == [int(name[-1]) for name in places.names]
    shown.clustering.show(ITEM_NAMES)
    assert "labels" not in shown.store.state.drawings
    shown.clustering.show("")
    assert shown.store.state.drawings == {}


def test_what_came_meanwhile_is_made_when_the_job_has_ended(desk: Desk, groups: Space) -> None:
    services = desk.services
    services.library.add(on_disk(groups, services.context))
    desk.run_all()
    services.map.toggle_layer("density")
    for code in (0, 1):
        services.styling.toggle((code,))
    assert desk.lanes["quick"].keys == ["drawing:terrain"]  # one is open, however much changes
    desk.run("quick")
    assert services.store.state.drawings["terrain"].shown.density.n == N
    assert desk.lanes["quick"].keys == ["drawing:terrain"]
    desk.run("quick")
    assert services.store.state.drawings["terrain"].shown.density.n == 20
    assert desk.lanes["quick"].keys == []


def test_what_is_switched_off_meanwhile_is_not_shown(desk: Desk, groups: Space) -> None:
    services = desk.services
    services.library.add(on_disk(groups, services.context))
    desk.run_all()
    services.map.toggle_layer("density")
    services.map.toggle_layer("density")
    desk.run_all()
    assert services.store.state.drawings == {}


def test_edges_of_a_new_selection_take_the_place_of_those_being_found(
    desk: Desk, groups: Space
) -> None:
    services = desk.services
    services.library.add(on_disk(groups, services.context))
    desk.run_all()
    services.map.toggle_layer("edges")
    services.selecting.take(np.array([1, 2]))
    assert desk.lanes["quick"].keys == ["drawing:edges"]
    desk.run_all()
    edges = services.store.state.drawings["edges"].shown
    assert sorted(set(edges.starts.tolist())) == [1, 2]


def test_a_space_that_is_closed_takes_its_layers_along(shown: Services, groups: Space) -> None:
    shown.map.toggle_layer("density")
    shown.library.close(groups.id)
    assert shown.store.state.drawings == {}


def test_what_a_person_cancels_is_not_begun_again_by_itself(desk: Desk, groups: Space) -> None:
    services = desk.services
    services.library.add(on_disk(groups, services.context))
    desk.run_all()
    services.map.toggle_layer("edges")
    job = desk.lanes["quick"].waiting[0][0]
    services.work.cancel(job.id)
    desk.pump()
    assert desk.lanes["quick"].keys == []
    (note,) = services.store.state.drawings["edges"].notes
    assert note == "Canceled; switch the layer off and on to begin again."
    services.map.toggle_layer("edges")
    services.map.toggle_layer("edges")
    assert desk.lanes["quick"].keys == ["drawing:edges"]
