"""Selecting, keeping, tagging, isolating: intents to state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from embexplorer.app.services import Services, inline_lanes
from embexplorer.measures.expression import ExpressionError
from embexplorer.operations.keep import on_disk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from embexplorer.core.space import Space


@pytest.fixture
def services(space: Space) -> Iterator[Services]:
    made = Services.start(inline_lanes(), lambda handle, event: handle(event))
    made.remembered.hold(method="pca")
    made.library.add(on_disk(space, made.context))
    yield made
    made.runner.shutdown()


def selected(services: Services) -> list[int]:
    chosen = services.store.state.selection
    return [] if chosen is None else chosen.indices.tolist()


def rows(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int64)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("replace", [2, 3]),
        ("add", [1, 2, 3]),
        ("remove", [1]),
        ("intersect", [2]),
    ],
)
def test_a_region_acts_on_the_selection(services: Services, how, expected):
    services.selecting.take(rows(2, 1))
    services.selecting.take(rows(3, 2), how)
    assert selected(services) == expected


def test_all_and_invert_take_what_is_shown(services: Services):
    services.styling.toggle((1,))  # fruit
    services.selecting.take_all()
    assert selected(services) == [0, 1, 2, 3, 6, 7]
    services.selecting.take(rows(0, 1))
    services.selecting.invert()
    assert selected(services) == [2, 3, 6, 7]
    services.selecting.clear()
    assert selected(services) == []
    services.selecting.invert()
    assert selected(services) == [0, 1, 2, 3, 6, 7]


def test_clearing_ends_the_query_about_the_selected_item_and_no_other(services: Services):
    services.selecting.take(rows(0))
    services.neighbors.ask_selected()
    assert services.store.state.neighbors is not None
    services.selecting.clear()
    assert services.store.state.neighbors is None
    services.neighbors.ask("apple")
    services.selecting.take(rows(1, 2))
    services.selecting.clear()
    assert services.store.state.neighbors is not None


def test_by_value(services: Services):
    services.selecting.by_value("kind", "fruit")
    assert selected(services) == [4, 5]
    services.selecting.by_value("kind", None, "add")
    assert selected(services) == [4, 5, 6]
    services.selecting.by_value("size", "8")
    assert selected(services) == [7]


def test_by_expression(services: Services):
    services.selecting.by_expression('size > 2 and kind == "person"')
    assert selected(services) == [2, 3, 7]
    with pytest.raises(ExpressionError):
        services.selecting.by_expression("size >")
    assert selected(services) == [2, 3, 7]


def test_the_nearest_are_those_of_the_space_and_the_item_itself(services: Services):
    services.selecting.nearest(0, k=1)
    assert selected(services) == [0, 7]  # the second king
    services.selecting.nearest(4, k=1, how="add")
    assert selected(services) == [0, 4, 5, 7]


def test_a_selection_is_kept_recalled_changed_and_forgotten(services: Services):
    services.selecting.take(rows(4, 5))
    services.selecting.keep(" fruit ")
    services.selecting.take(rows(1))
    services.selecting.keep("queen")
    fruit, queen = services.store.state.document.selections
    assert [(one.name, one.color, one.rows.tolist()) for one in (fruit, queen)] == [
        ("fruit", 0, [4, 5]),
        ("queen", 1, [1]),
    ]
    services.selecting.recall(fruit.id, "add")
    assert selected(services) == [1, 4, 5]
    services.selecting.change_kept(fruit.id, name="edible", color=7)
    services.selecting.update_kept(fruit.id)
    changed = services.store.state.document.selections[0]
    assert (changed.name, changed.color, changed.rows.tolist()) == ("edible", 7, [1, 4, 5])
    services.selecting.forget(fruit.id)
    assert services.store.state.document.selections == (queen,)
    services.store.undo()
    assert services.store.state.document.selections == (changed, queen)


def test_an_empty_selection_or_name_is_not_kept(services: Services):
    services.selecting.keep("nothing")
    services.selecting.take(rows(1))
    services.selecting.keep("  ")
    assert services.store.state.document.selections == ()


def test_kept_selections_are_a_column_of_the_space(services: Services):
    services.selecting.take(rows(4, 5))
    services.selecting.keep("fruit")
    space = services.store.state.space
    assert space is not None
    assert space.columns["Selections"].to_pylist()[3:6] == [None, "fruit", "fruit"]


def test_tags_add_up_in_one_column_and_are_undone_one_by_one(services: Services):
    services.selecting.take(rows(0, 1))
    services.selecting.tag("royal")
    services.selecting.take(rows(1, 2))
    services.selecting.tag("checked")
    assert tags(services)[:4] == ["royal", "checked", "checked", None]
    services.selecting.take(rows(0))
    services.selecting.tag("")
    assert tags(services)[:2] == [None, "checked"]
    services.store.undo()
    assert tags(services)[:3] == ["royal", "checked", "checked"]


def tags(services: Services) -> list[str | None]:
    space = services.store.state.space
    assert space is not None
    return space.columns["Tag"].to_pylist()


def test_isolating_shows_only_these_until_all_are_shown_again(services: Services):
    services.selecting.take(rows(1, 2))
    services.selecting.isolate()
    visible = services.store.state.visible
    assert visible is not None
    assert np.flatnonzero(visible).tolist() == [1, 2]
    services.selecting.take(rows(2))
    services.selecting.isolate()
    visible = services.store.state.visible
    assert visible is not None
    assert np.flatnonzero(visible).tolist() == [2]
    services.filtering.clear()
    assert services.store.state.visible is None


def test_projecting_only_the_selection_gives_coords_to_these_alone(services: Services):
    services.selecting.take(rows(0, 1, 2, 4))
    services.selecting.project_alone()
    projection = services.store.state.projection
    assert projection is not None
    assert (projection.n, projection.rows.tolist()) == (4, [0, 1, 2, 4])
    assert any("Only 4 of 8 items" in note for note in projection.notes)
