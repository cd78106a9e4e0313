"""What the legend and the menus do to the state."""

from __future__ import annotations

import numpy as np
import pytest

from embexplorer.app.appearance import SLOW_NUMBERS, coloring_of
from embexplorer.app.filters import RangeFilter, ValuesFilter
from embexplorer.core.space import make_space, make_table


@pytest.fixture
def styled(services, tiny):
    """Services with the small space, colored by kind: person, fruit, and one without."""
    services.library.add(tiny)
    return services


def hidden(services) -> set[int]:
    return set(services.store.state.hidden)


def test_a_click_hides_and_another_shows(styled):
    styled.styling.toggle((1,))
    assert hidden(styled) == {1}
    styled.styling.toggle((0, 1))  # the rest of a group joins what is hidden
    assert hidden(styled) == {0, 1}
    styled.styling.toggle((0, 1))
    assert hidden(styled) == set()
    styled.styling.toggle((-1,))
    assert hidden(styled) == {-1}


def test_only_one_is_shown_and_then_all(styled):
    styled.styling.solo((0,))
    assert hidden(styled) == {-1, 1}
    styled.styling.solo((1,))
    assert hidden(styled) == {-1, 0}
    styled.styling.solo((1,))
    assert hidden(styled) == set()


def test_a_double_click_is_one_step_of_undo(styled):
    styled.styling.toggle((1,))  # its first click
    styled.styling.solo((1,), after_click=True)
    assert hidden(styled) == {-1, 0}
    styled.store.undo()
    assert hidden(styled) == set()
    assert styled.store.state.undo_title != "Hide or show a category"


def test_ctrl_adds_to_what_is_isolated(styled):
    styled.styling.add((0,))
    assert hidden(styled) == {-1, 1}
    styled.styling.add((-1,))
    assert hidden(styled) == {1}
    styled.styling.add((0,))
    assert hidden(styled) == {0, 1}
    styled.styling.show_all()
    assert hidden(styled) == set()


def test_another_column_shows_everything_again(styled):
    styled.styling.toggle((0,))
    styled.styling.restyle("Limits", limits=(0.0, 1.0), center=0.5)
    styled.styling.color_by("size")
    state = styled.store.state
    assert (state.style.color_by, state.style.limits, state.style.center) == ("size", None, None)
    assert state.hidden == frozenset()
    assert state.undo_title == "Color by size"
    styled.store.undo()
    assert styled.store.state.style.color_by == "kind"
    assert hidden(styled) == {0}


def test_items_of_a_category_are_selected_as_far_as_they_are_shown(styled):
    styled.styling.select((1, -1))
    assert styled.store.state.selection.indices.tolist() == [4, 5, 6]
    styled.filtering.add(RangeFilter("size", 6.0, 8.0))
    styled.styling.select((0, 1))
    assert styled.store.state.selection.indices.tolist() == [5, 7]


def test_a_category_becomes_a_filter(styled):
    styled.styling.filter_by((1, -1))
    assert styled.store.state.filters == (ValuesFilter("kind", frozenset(["fruit", None])),)
    assert np.flatnonzero(styled.store.state.visible).tolist() == [4, 5, 6]


def test_dragging_the_ends_is_one_step_and_filters_live(styled):
    styled.styling.color_by("size")
    for low in (2.0, 3.0, 4.0):
        styled.styling.filter_range(low, 6.0)
        assert styled.store.state.visible.sum() == 6.0 - low + 1
    styled.store.undo()
    assert styled.store.state.filters == ()
    styled.store.redo()
    styled.styling.clear_range()
    assert styled.store.state.filters == ()


def test_points_grow_and_shrink_within_bounds(styled):
    styled.styling.make_larger()
    assert styled.store.state.style.point_size == 1.25
    styled.styling.make_smaller()
    assert styled.store.state.style.point_size == 1.0
    for _ in range(20):
        styled.styling.make_larger()
    assert styled.store.state.style.point_size == 4.0
    styled.store.undo()  # all in a row are one step
    assert styled.store.state.style.point_size == 1.0


def test_a_column_that_takes_long_is_read_before_anything_changes(desk):
    n = SLOW_NUMBERS
    table = make_table([""] * n, {"score": np.arange(float(n))})
    space = make_space(np.ones((n, 1), np.float32), table, space_id="large")
    services = desk.services
    services.library.add(space)
    desk.lanes["quick"].waiting.clear()
    services.styling.color_by("score")
    assert services.store.state.style.color_by == ""
    assert desk.lanes["quick"].keys == ["coloring"]
    desk.run("quick")
    assert services.store.state.style.color_by == "score"
    assert coloring_of(services.store.state.space, "score").codes[-1] == 255
    services.styling.restyle("Size", size_by="score")
    assert services.store.state.style.size_by == ""
    desk.run("quick")
    assert services.store.state.style.size_by == "score"
    services.styling.restyle("Size", point_size=2.0)  # what is known waits for nothing
    assert services.store.state.style.point_size == 2.0
