"""Bias on an axis of the map, and arrows from before to after, and what is undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from embexplorer.app.presenters.bias_map import is_debiased
from embexplorer.app.presenters.library import projection_title
from embexplorer.app.state import activate
from embexplorer.core.projection import BIAS_AXES, SHARED_AXES
from embexplorer.operations.keep import on_disk
from tests.app.presenters.test_mitigating import SETS, make_words

if TYPE_CHECKING:
    from embexplorer.app.services import Services


@pytest.fixture
def opened(services: Services) -> Services:
    services.library.add(on_disk(make_words(), services.context))
    return services


@pytest.fixture
def debiased(opened: Services) -> Services:
    opened.mitigating.make(opened.store.state.active_space, "hard", SETS)
    assert is_debiased(opened.store.state)
    return opened


def test_the_map_of_the_last_probe_has_bias_on_x(opened: Services) -> None:
    opened.bias_map.show_axes()  # no probe was asked
    assert opened.store.state.projection.method == "pca"
    opened.bias.ask("direct-bias", SETS)
    assert opened.store.state.bias.error is None
    for by in ("varied", "neutrality", "order"):
        opened.bias_map.show_axes(by)
        shown = opened.store.state.projection
        assert (shown.method, shown.params["across"]) == (BIAS_AXES, by)
        assert projection_title(shown) == "Bias axes 2-D"
        assert shown.quality["k"] > 0  # it says how little of the neighbors it keeps


def test_arrows_lead_from_the_space_before(debiased: Services) -> None:
    debiased.bias_map.show_changes()
    state = debiased.store.state
    assert state.style.layers == {"arrows"}
    assert state.projection.method == BIAS_AXES
    before = state.document.projection(state.projection.params["before"])
    assert before.space_id != state.active_space
    arrows = state.drawings["arrows"].shown
    assert len(arrows.rows) == 50
    np.testing.assert_array_equal(arrows.starts, before.coords[arrows.rows])
    debiased.map.restyle("Number of arrows", most_arrows=20)
    assert len(debiased.store.state.drawings["arrows"].shown.rows) == 20
    debiased.selecting.take(np.array([10, 11, 12]))
    assert set(debiased.store.state.drawings["arrows"].shown.rows) == {10, 11, 12}


def test_undo_takes_the_arrows_back_and_the_maps_stay(debiased: Services) -> None:
    debiased.bias_map.show_changes("pca")
    assert debiased.store.state.projection.method == SHARED_AXES
    assert debiased.store.state.undo_title == "Arrows on the map"
    debiased.store.undo()
    state = debiased.store.state
    assert state.style.layers == frozenset()
    assert state.projection.method == SHARED_AXES


def test_arrows_on_another_map_say_what_they_need(debiased: Services) -> None:
    debiased.map.toggle_layer("arrows")
    drawing = debiased.store.state.drawings["arrows"]
    assert drawing.shown is None
    assert drawing.notes[0].startswith("Arrows need a map on the axes of the space before")
    debiased.bias_map.show_changes()
    lost = debiased.store.state.projection.params["before"]
    debiased.map.remove(lost)
    assert (
        debiased.store.state.drawings["arrows"].notes[0].startswith("The map of the space before")
    )


def test_without_the_space_before_it_says_which_is_needed(debiased: Services) -> None:
    made = debiased.store.state.active_space
    debiased.library.close(
        next(space.id for space in debiased.store.state.document.spaces if space.id != made)
    )
    debiased.bias_map.show_changes()
    problem = debiased.store.state.problems[-1]
    assert problem.error.title == "The space before is not open"
    assert "“words”" in problem.error.detail


def test_a_space_that_was_not_debiased_has_no_before(opened: Services) -> None:
    assert not is_debiased(opened.store.state)
    before = opened.store.state.document
    opened.bias_map.show_changes()
    assert opened.store.state.document is before


def test_another_space_stays_on_the_map(desk) -> None:
    services = desk.services
    services.library.add(on_disk(make_words(), services.context))
    desk.run_all()
    first = services.store.state.active_space
    services.mitigating.make(first, "hard", SETS)
    desk.run_all()
    services.bias_map.show_changes()
    services.store.apply(lambda state: activate(state, first))
    shown = services.store.state.active_projection
    desk.run_all()
    state = services.store.state
    assert (state.active_space, state.active_projection) == (first, shown)


def test_a_project_keeps_maps_arrows_and_columns(debiased: Services, tmp_path) -> None:
    debiased.bias.ask("direct-bias", SETS, allow_missing=True)
    debiased.bias.color_by_scores()
    debiased.bias_map.show_changes()
    before = debiased.store.state
    debiased.project.save(tmp_path / "study.embx")
    debiased.project.open(tmp_path / "study.embx")
    state = debiased.store.state
    assert state.projection.units == (1.0, 1.0)
    assert state.projection.axes == before.projection.axes
    assert state.style == before.style
    np.testing.assert_array_equal(
        state.drawings["arrows"].shown.rows, before.drawings["arrows"].shown.rows
    )
    assert state.document.columns[0].params["sides"] == ["he", "she"]
