"""The items table: its rows, their order, their scores."""

from __future__ import annotations

import numpy as np
import pytest

from embexplorer.app.presenters.items import scores_of, shown_rows, sorted_rows
from embexplorer.app.state import State
from embexplorer.core.progress import Progress


@pytest.fixture
def opened(services, tiny):
    services.library.add(tiny)
    return services


def test_rows_are_in_the_order_of_the_space_at_first(opened):
    assert shown_rows(opened.store.state).tolist() == list(range(8))
    assert shown_rows(State()).tolist() == []


def test_rows_are_sorted_with_ties_in_their_order_and_missing_values_last(space):
    def rows(column: str, *, ascending: bool) -> list[int]:
        return sorted_rows(space, column, ascending, Progress()).tolist()

    assert rows("kind", ascending=True) == [4, 5, 0, 1, 2, 3, 7, 6]
    assert rows("kind", ascending=False) == [0, 1, 2, 3, 7, 4, 5, 6]
    assert rows("size", ascending=False) == [7, 6, 5, 4, 3, 2, 1, 0]
    assert rows("item", ascending=True) == [4, 0, 7, 2, 6, 5, 1, 3]


def test_hidden_categories_leave_the_table_in_its_order(opened):
    opened.items.sort_by("size", ascending=False)
    opened.styling.toggle((0,))
    assert shown_rows(opened.store.state).tolist() == [6, 5, 4]
    opened.items.sort_by("", ascending=True)
    assert shown_rows(opened.store.state).tolist() == [4, 5, 6]


def test_an_order_that_comes_after_it_was_undone_is_dropped(desk, tiny):
    services = desk.services
    services.library.add(tiny)
    desk.run_all()
    services.items.sort_by("size", ascending=False)
    services.items.sort_by("", ascending=True)
    desk.run_all()
    assert services.store.state.order is None
    services.items.sort_by("size", ascending=False)
    desk.run_all()
    assert shown_rows(services.store.state)[0] == 7


def test_the_order_of_another_space_does_not_count(opened, desk, tiny):
    opened.items.sort_by("size", ascending=False)
    opened.library.close(tiny.id)
    assert shown_rows(opened.store.state).tolist() == []
    opened.items.sort_by("size", ascending=True)  # no space is open


def test_scores_are_those_of_the_neighbors(opened):
    assert scores_of(opened.store.state) is None
    opened.neighbors.ask("king", k=2, metric="dot")
    scores = scores_of(opened.store.state)
    assert (scores[7], scores[2]) == (2.0, 1.0)
    assert np.isnan(scores[[0, 1, 3, 4, 5, 6]]).all()
    opened.neighbors.ask("unknown")
    assert scores_of(opened.store.state) is None
