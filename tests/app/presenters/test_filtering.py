"""Filters of the window: added, replaced, taken away, undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from embexplorer.app.filters import RangeFilter, ValuesFilter
from embexplorer.app.services import Services, inline_lanes
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


def shown(services: Services) -> list[int]:
    visible = services.store.state.visible
    return list(range(8)) if visible is None else np.flatnonzero(visible).tolist()


def test_filters_add_up_and_one_of_a_column_replaces_the_one_before(services: Services):
    services.filtering.add(RangeFilter("size", 2, 5))
    assert shown(services) == [1, 2, 3, 4]
    services.filtering.add(ValuesFilter("kind", frozenset(["person"])))
    assert shown(services) == [1, 2, 3]
    services.filtering.add(RangeFilter("size", 1, 2))
    assert shown(services) == [0, 1]
    services.filtering.remove_column("kind")
    services.filtering.remove_column("size")
    assert shown(services) == list(range(8))


def test_a_dragged_range_is_one_step(services: Services):
    for high in (3, 4, 5):
        services.filtering.add(RangeFilter("size", 2, high))
    services.store.undo()
    assert shown(services) == list(range(8))
    services.store.redo()
    assert shown(services) == [1, 2, 3, 4]


def test_an_expression_is_checked_before_it_filters(services: Services):
    error = services.filtering.check("sise > 2")
    assert error is not None
    assert "sise" in error.detail
    assert services.filtering.check("size > 2") is None
    services.filtering.add_expression("size > 6")
    assert shown(services) == [6, 7]


def test_showing_all_again_clears_filters_and_the_legend(services: Services):
    services.styling.toggle((0,))
    services.filtering.add_expression("size > 6")
    services.filtering.clear()
    assert (shown(services), services.store.state.hidden) == (list(range(8)), frozenset())
    services.store.undo()
    assert (shown(services), services.store.state.hidden) == ([6, 7], frozenset([0]))


def test_a_filter_on_tags_follows_the_tags(services: Services):
    services.selecting.take(np.array([1, 2]))
    services.selecting.tag("good")
    services.filtering.add_expression('Tag == "good"')
    assert shown(services) == [1, 2]
    services.selecting.take(np.array([2]))
    services.selecting.tag("bad")
    assert shown(services) == [1]
