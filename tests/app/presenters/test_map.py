"""Which projection is on the map, and what follows by itself."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from embexplorer.app import state as states
from embexplorer.core.errors import UserError
from embexplorer.core.projection import Projection
from embexplorer.core.space import make_space, make_table
from embexplorer.jobs.events import Failed
from embexplorer.operations.keep import on_disk

FRAME = np.arange(16, dtype=np.float32).reshape(8, 2)
TSNE = {"n_iter": 20, "early_exaggeration_iter": 10}


def letters(services, n: int = 5):
    vectors = np.random.default_rng(1).normal(size=(n, 3))
    table = make_table([chr(97 + row) for row in range(n)])
    return on_disk(make_space(vectors, table, name="letters"), services.context)


def methods(services) -> list[str]:
    return [made.method for made in services.store.state.document.projections]


@pytest.fixture
def running(desk, tiny):
    """A measured PCA map, and a t-SNE that has shown nothing yet."""
    desk.services.library.add(tiny)
    desk.run_all()
    desk.services.map.project("tsne", TSNE)
    return desk


def test_a_new_space_gets_pca_at_once_then_the_chosen_method_by_itself(desk, tiny):
    services = desk.services
    services.remembered.hold(method="tsne")
    services.library.add(tiny)
    assert desk.lanes["quick"].keys == ["first-map"]
    assert services.store.state.projection is None
    desk.run("quick")
    state = services.store.state
    assert state.projection.method == "pca"
    assert [axis.split(",")[0] for axis in state.projection.axes] == ["PC 1", "PC 2"]
    assert (state.live.method, state.live.coords, state.live.dims) == ("tsne", None, 2)
    assert [item.title for item in state.activity] == ["t-SNE of tiny"]
    desk.run("compute")
    state = services.store.state
    assert methods(services) == ["pca", "tsne"]
    assert state.projection.method == "tsne"
    assert state.projection.space_id == tiny.id
    assert state.projection.quality["k"] == 2  # the zero vector has no cosine
    assert state.live is None
    assert state.activity == ()


def test_pca_that_stays_on_the_map_is_measured(services, tiny):
    services.library.add(tiny)
    assert methods(services) == ["pca"]
    assert services.store.state.projection.quality["k"] == 3


def test_three_items_get_pca_only(desk):
    services = desk.services
    services.remembered.hold(method="tsne")
    services.library.add(letters(services, 3))
    desk.run_all()
    assert methods(services) == ["pca"]


def test_a_remembered_method_that_is_gone_is_a_problem_and_pca_stays(services, tiny):
    services.remembered.hold(method="isomap")
    services.library.add(tiny)
    (problem,) = services.store.state.problems
    assert problem.error.title == "Unknown name"
    assert problem.error.detail == "“isomap” is not among the projections."
    assert services.store.state.projection.method == "pca"
    assert services.store.state.projection.quality["k"] == 3


def test_a_wrong_setting_is_a_problem_and_the_map_stays(services, tiny):
    services.library.add(tiny)
    before = services.store.state.projection
    services.map.project("tsne", {"perplexity": 1.0})
    (problem,) = services.store.state.problems
    assert problem.error.title == "Setting out of range"
    assert services.store.state.projection is before
    assert services.store.state.live is None


def test_projecting_remembers_the_method_and_the_settings_it_used(running):
    live = running.services.store.state.live
    assert live.params["n_iter"] == 20
    assert live.params["perplexity"] == 30.0
    assert running.services.remembered.settings.method == "tsne"
    running.run_all()
    assert running.services.store.state.projection.params == live.params


def test_without_a_space_nothing_is_projected(services):
    services.map.project("pca")
    services.map.cancel_live()
    services.map.keep_live()
    assert services.store.state.document.projections == ()


def test_live_frames_are_shown_as_they_come(running):
    state = running.services.store.state
    assert state.live_coords is None
    running.lanes["compute"].frame(FRAME)
    running.pump()
    assert running.services.store.state.live_coords is FRAME
    assert running.services.store.state.projection.method == "pca"
    shown = []
    running.services.store.subscribe(
        lambda _, new: shown.append((new.live is None, new.projection.method))
    )
    running.run_all()
    assert running.services.store.state.live is None
    assert running.services.store.state.projection.method == "tsne"
    assert (True, "pca") not in shown  # the map before does not come back for a moment


def test_a_running_projection_waits_and_goes_on(running):
    services, lane = running.services, running.lanes["compute"]
    services.map.toggle_paused()
    assert services.store.state.live.is_paused
    assert lane.paused == {services.store.state.live.job_id}
    services.map.toggle_paused()
    assert not services.store.state.live.is_paused
    assert lane.paused == set()
    running.run_all()
    services.map.toggle_paused()  # nothing runs, nothing waits
    assert services.store.state.live is None


def test_a_cancelled_projection_brings_back_the_map_before(running):
    services = running.services
    before = services.store.state.projection
    running.lanes["compute"].frame(FRAME)
    running.pump()
    services.map.cancel_live()
    running.run_all()
    state = services.store.state
    assert (state.live, state.activity, state.problems) == (None, (), ())
    assert state.projection is before
    assert methods(services) == ["pca"]


def test_a_projection_that_ends_as_it_is_cancelled_is_dropped(running):
    services = running.services
    before = services.store.state.projection
    running.lanes["compute"].run()  # its end waits in the window's queue
    services.map.cancel_live()
    running.run_all()
    assert services.store.state.live is None
    assert services.store.state.projection is before
    assert methods(services) == ["pca"]
    services.map.project("tsne", TSNE)
    running.run_all()
    assert methods(services) == ["pca", "tsne"]


def test_a_cancelled_first_projection_leaves_pca_which_is_measured_then(desk, tiny):
    services = desk.services
    services.remembered.hold(method="tsne")
    services.library.add(tiny)
    desk.run("quick")
    assert not services.store.state.projection.quality
    services.map.cancel_live()
    desk.pump()
    assert [item.title for item in services.store.state.activity] == ["Quality of tiny"]
    desk.run_all()
    assert services.store.state.projection.method == "pca"
    assert services.store.state.projection.quality["k"] == 3


def test_a_failed_projection_is_a_problem_and_the_map_before_stays(running):
    services = running.services
    before = services.store.state.projection
    job, _, _, emit = running.lanes["compute"].waiting.pop()
    emit(Failed(job, UserError("Ended by the system", "t-SNE was killed.", "Use fewer items.")))
    running.pump()
    state = services.store.state
    assert [problem.error.title for problem in state.problems] == ["Ended by the system"]
    assert (state.live, state.projection) == (None, before)


def test_keeping_takes_the_newest_frame_with_a_note_and_its_quality_comes_later(running):
    services = running.services
    running.lanes["compute"].frame(np.zeros((8, 2), np.float32))
    running.lanes["compute"].frame(FRAME)
    running.pump()
    services.map.keep_live()
    state = services.store.state
    assert state.live is None
    assert state.projection.method == "tsne"
    assert np.array_equal(state.projection.coords, FRAME)
    assert not np.shares_memory(state.projection.coords, FRAME)
    assert state.projection.notes == ("Stopped by hand before the method had finished.",)
    assert state.projection.params["n_iter"] == 20
    assert not state.projection.quality
    kept_id = state.projection.id
    running.run_all()
    state = services.store.state
    assert state.projection.id == kept_id
    assert state.projection.quality["k"] == 2  # by the cosine, as t-SNE has it
    assert methods(services) == ["pca", "tsne"]
    assert state.activity == ()


def test_keeping_as_the_method_ends_gives_one_map_not_two(running):
    services = running.services
    running.lanes["compute"].frame(FRAME)
    running.pump()
    running.lanes["compute"].run()
    services.map.keep_live()
    running.run_all()
    assert methods(services) == ["pca", "tsne"]
    assert np.array_equal(services.store.state.projection.coords, FRAME)


def test_nothing_is_kept_before_the_first_frame(running):
    running.services.map.keep_live()
    assert methods(running.services) == ["pca"]
    assert running.services.store.state.live is not None


def test_a_second_projection_supersedes_the_first_whose_end_leaves_the_second_alone(running):
    services = running.services
    first = services.store.state.live
    services.map.project("tsne", {**TSNE, "perplexity": 5.0}, seed=4)
    second = services.store.state.live
    assert second.job_id != first.job_id
    running.pump()  # the first one's Cancelled
    assert services.store.state.live is second
    assert [item.job_id for item in services.store.state.activity] == [second.job_id]
    running.run_all()
    assert methods(services) == ["pca", "tsne"]
    made = services.store.state.projection
    assert (made.params["perplexity"], made.seed) == (5.0, 4)


def test_frames_of_the_superseded_one_are_dropped(running):
    services = running.services
    running.lanes["compute"].frame(FRAME)  # waits in the window's queue
    services.map.project("tsne", TSNE)
    running.pump()
    assert services.store.state.live.coords is None


def test_closing_the_space_stops_its_projection(running):
    services = running.services
    services.library.close(services.store.state.active_space)
    running.pump()
    assert running.lanes["compute"].waiting == []
    state = services.store.state
    assert (state.live, state.activity, state.document.projections) == (None, (), ())


def test_a_projection_that_ends_after_its_space_was_closed_is_dropped(running):
    services = running.services
    running.lanes["compute"].run()
    services.library.close(services.store.state.active_space)
    running.run_all()
    assert services.store.state.document.projections == ()


def test_another_space_leaves_the_running_projection_to_its_own(running):
    services = running.services
    first = services.store.state.active_space
    services.library.add(letters(services))
    running.lanes["compute"].frame(FRAME)
    running.pump()
    state = services.store.state
    assert state.live.space_id == first
    assert state.live_coords is None
    running.run_all()
    assert services.store.state.space.name == "letters"
    assert services.store.state.projection.n == 5
    services.library.activate(first)
    assert services.store.state.projection.method == "tsne"


def test_a_first_map_that_comes_after_another_space_was_chosen_starts_nothing(desk, tiny):
    services = desk.services
    services.library.add(tiny)
    desk.run_all()
    services.remembered.hold(method="tsne")
    other = letters(services)
    services.library.add(other)
    services.library.activate(tiny.id)
    desk.run_all()
    assert services.store.state.projection.space_id == tiny.id
    assert methods(services) == ["pca", "pca"]
    services.library.activate(other.id)
    desk.run_all()
    assert services.store.state.projection.space_id == other.id
    assert services.store.state.projection.quality


def test_a_first_map_is_on_its_way_until_it_is_made_or_failed(desk, tiny):
    services = desk.services
    services.library.add(tiny)
    assert services.store.state.beginning == tiny.id
    desk.run("quick")
    assert services.store.state.beginning == ""
    other = letters(services)
    services.library.add(other)
    assert services.store.state.beginning == other.id
    job, _, _, emit = desk.lanes["quick"].waiting.pop()
    emit(Failed(job, UserError("No memory", "PCA of letters needs more.", "Use fewer items.")))
    desk.pump()
    state = services.store.state
    assert (state.beginning, state.problems[-1].error.title) == ("", "No memory")


def test_of_two_first_maps_the_later_one_is_on_its_way(desk, tiny):
    services = desk.services
    services.library.add(tiny)
    other = letters(services)
    services.library.add(other)
    desk.pump()
    assert services.store.state.beginning == other.id
    desk.run_all()
    assert services.store.state.beginning == ""


def test_a_map_that_was_never_measured_is_measured_when_it_is_shown(desk, tiny):
    services = desk.services
    services.remembered.hold(method="tsne")
    services.library.add(tiny)
    desk.run_all()
    pca = services.store.state.document.projections[0]
    assert (pca.method, pca.quality) == ("pca", {})
    services.map.show(pca.id)
    services.map.show(pca.id)
    assert [item.title for item in services.store.state.activity] == ["Quality of tiny"]
    desk.run_all()
    assert services.store.state.projection.id == pca.id
    assert services.store.state.projection.quality["k"] == 3


def test_a_map_whose_metric_is_not_measured_is_no_problem(services, tiny):
    params = {"metric": "manhattan"}
    services.library.add(tiny, Projection(tiny.id, "umap", FRAME, params))
    assert services.store.state.problems == ()
    assert services.store.state.projection.quality == {}


def test_coloring_by_a_column_shows_every_category_again(services, tiny):
    services.library.add(tiny)
    assert services.store.state.style.color_by == "kind"
    services.styling.toggle((0,))
    services.map.color_by("size")
    assert services.store.state.style.color_by == "size"
    assert services.store.state.hidden == frozenset()


def test_selecting(services, tiny):
    services.library.add(tiny)
    services.selecting.take([5, 2, 5])
    assert services.store.state.selection.indices.tolist() == [2, 5]
    services.selecting.take(np.array([4]))
    assert services.store.state.selected == 4
    services.selecting.take(())
    assert services.store.state.selection is None


def test_coming_back_to_a_space_keeps_its_colors(services, tiny):
    services.library.add(tiny)
    services.map.color_by("size")
    services.library.add(letters(services))
    assert services.store.state.style.color_by == ""
    services.library.activate(tiny.id)
    assert services.store.state.styles[tiny.id].color_by == "size"


def test_a_note_of_the_method_is_the_message(services, tiny):
    services.library.add(tiny)
    services.map.project("tsne", TSNE)
    said = services.store.state.message
    assert said == " ".join(services.store.state.projection.notes)
    assert "The perplexity is" in said


def test_showing_what_is_not_there_shows_nothing(services, tiny):
    services.library.add(tiny)
    services.map.show("gone")
    assert services.store.state.projection is None
    state = states.add_projection(
        services.store.state, dataclasses.replace(Projection(tiny.id, "pca", FRAME), id="back")
    )
    assert state.projection.id == "back"


def test_the_first_map_of_a_wide_space_is_made_in_a_child(desk):
    services = desk.services
    services.remembered.hold(method="pca")
    vectors = np.random.default_rng(2).normal(size=(1030, 1030)).astype(np.float32)
    wide = make_space(vectors, make_table([str(row) for row in range(1030)]), name="wide")
    kept = on_disk(wide, services.context)
    services.library.add(kept)
    assert desk.lanes["quick"].keys == []
    assert desk.lanes["compute"].keys == ["first-map"]
    desk.run("compute")
    shown = services.store.state.projection
    assert (shown.method, shown.space_id, shown.coords.shape) == ("pca", kept.id, (1030, 2))


def test_dimensions_follow_the_map_and_bring_the_newest_of_its_method(desk, tiny):
    services, store = desk.services, desk.services.store
    assert services.map.dims == 2
    services.remembered.hold(method="pca")
    services.library.add(tiny)
    desk.run_all()
    flat = store.state.projection
    services.map.set_dims(3)
    assert (services.map.dims, store.state.live.dims, store.state.live.method) == (3, 3, "pca")
    desk.run_all()
    solid = store.state.projection
    assert (solid.method, solid.dims, solid.seed, solid.params) == ("pca", 3, 0, flat.params)
    services.map.project("pca", dims=services.map.dims, seed=2)
    desk.run_all()
    newest = store.state.projection
    assert (newest.dims, newest.seed) == (3, 2)
    services.map.set_dims(3)
    assert store.state.live is None
    services.map.set_dims(2)
    assert store.state.projection.id == flat.id
    services.map.set_dims(3)
    assert store.state.projection.id == newest.id


def test_dimensions_of_a_running_map_start_it_anew(running):
    running.services.map.set_dims(3)
    live = running.services.store.state.live
    assert (live.method, live.dims, live.params["n_iter"]) == ("tsne", 3, 20)
    assert running.services.map.dims == 3
    assert running.services.store.state.projection.method == "pca"


def test_groups_are_kept_where_a_supervised_map_is_made_again(desk, tiny):
    services = desk.services
    services.library.add(tiny)
    desk.run_all()
    asked = {"n_epochs": 20, "n_neighbors": 3}
    services.map.project("umap", asked, labels_from="kind")
    assert services.store.state.live.labels_from == "kind"
    desk.run_all()
    flat = services.store.state.projection
    assert flat.labels_from == "kind"
    services.map.project("umap", asked, dims=3)
    desk.run_all()
    services.map.show(flat.id)
    services.map.set_dims(3)  # the 3-D map that is there was made without groups
    desk.run_all()
    solid = services.store.state.projection
    assert (solid.dims, solid.labels_from) == (3, "kind")
    assert len(services.store.state.document.projections) == 4


def test_groups_of_a_column_that_names_none_are_refused_and_the_map_stays(desk, tiny):
    services = desk.services
    services.library.add(tiny)
    desk.run_all()
    before = services.store.state.projection
    services.map.project("umap", labels_from="size")
    (problem,) = services.store.state.problems
    assert problem.error.title == "Column names no groups"
    assert services.store.state.projection is before
    assert services.store.state.live is None
