"""Saving, opening, and what would be lost without saving."""

from __future__ import annotations

import dataclasses
import pickle
from typing import TYPE_CHECKING

import numpy as np
import pytest

from embexplorer.app import state as states
from embexplorer.app.document import SavedView
from embexplorer.app.filters import RangeFilter, RowsFilter, ValuesFilter
from embexplorer.app.kept_moment import with_moment
from embexplorer.app.project_contents import contents_of, state_of
from embexplorer.app.state import State
from embexplorer.app.style import labels_of_column
from embexplorer.core.projection import Projection
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.keep import on_disk
from tests.kept_project import differences

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.app.services import Services
    from embexplorer.core.space import Space


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "thesis.embx"


def work(services: Services, space: Space) -> None:
    """Do what a person does: select, keep, tag, style, remember a place."""
    services.library.add(space)
    services.map.project("pca", {}, dims=3, seed=4)
    services.selecting.take([1, 3])
    services.selecting.keep("women")
    services.selecting.tag("good")
    services.map.color_by("kind")
    services.map.restyle("Size", size_by="size", limits=(0.0, 4.0), layers=frozenset({"hulls"}))
    services.map.restyle("Names", labels=labels_of_column("kind"), center=1.5)
    shown = services.store.state.active_projection
    view = SavedView(shown, "close", {"center": [0.5, 1.5], "height": 0.25})
    services.store.apply(lambda state: states.with_document(state, views=(view,)), undo="View")


def test_saving_closing_and_opening_gives_everything_back(services, tiny, file) -> None:
    work(services, tiny)
    other = make_space(np.eye(5, dtype=np.float32), make_table(list("abcde")), name="letters")
    services.library.add(on_disk(other, services.context))
    services.library.rename(tiny.id, "my words")
    services.library.activate(tiny.id)
    before = services.store.state
    services.project.save(file)
    for space in before.document.spaces:
        services.library.close(space.id)
    assert services.store.state.document.spaces == ()
    services.project.open(file)
    after = services.store.state
    assert after.problems == ()
    assert differences(before.document, after.document) == []
    assert [space.name for space in after.document.spaces] == ["my words", "letters"]
    assert after.styles == before.styles
    assert (after.active_space, after.active_projection) == (tiny.id, before.active_projection)
    assert not after.document.projections[0].coords.flags.writeable
    assert after.space.columns["Tag"].to_pylist()[:4] == [None, "good", None, "good"]
    assert after.message == "Opened thesis.embx: 2 spaces, 3 maps."


def test_what_goes_to_a_child_and_back_is_plain_and_stays_equal(services, tiny) -> None:
    work(services, tiny)
    contents = contents_of(services.store.state, services.context)
    there = pickle.loads(pickle.dumps(contents))
    assert len(pickle.dumps(contents)) < 20_000  # folders, no vectors
    assert differences(contents, there) == []
    left = state_of(there)
    assert differences(services.store.state.document, left.document) == []
    assert left.styles == services.store.state.styles
    assert left.active_space == tiny.id
    rows = left.document.selections[0].rows
    assert not rows.flags.writeable


def test_selection_filters_and_hidden_categories_come_back(services, tiny, file) -> None:
    services.library.add(tiny)
    services.filtering.add_expression("size >= 0")
    services.filtering.add(RangeFilter("size", 0.5, np.inf))
    services.filtering.add(ValuesFilter("kind", frozenset({"a", None})))
    services.filtering.add(RowsFilter("4 items", np.array([0, 1, 2, 5])))
    services.selecting.take([1, 2])
    services.styling.toggle([1])
    services.project.save(file)
    before = services.store.state
    services.library.close(tiny.id)
    services.project.open(file)
    after = services.store.state
    assert after.selection == before.selection
    assert after.filters[:3] == before.filters[:3]
    assert after.filters[3].title == "4 items"
    assert after.filters[3].rows.tolist() == [0, 1, 2, 5]
    assert after.hidden == before.hidden == {1}


def test_the_second_map_comes_back(services, tiny, file) -> None:
    work(services, tiny)
    services.gallery.toggle_beside()
    before = services.store.state.projection_beside
    assert before is not None
    services.project.save(file)
    services.library.close(tiny.id)
    services.project.open(file)
    assert services.store.state.projection_beside.id == before.id


@pytest.mark.parametrize(
    "moment",
    [
        {},
        {"selection": np.array([99]), "filters": 3, "hidden": [1], "beside": 4},
        {"selection": np.array([0.5]), "filters": [None, {"kind": "other"}], "hidden": {"a"}},
        {"filters": [{"kind": "range", "column": "gone", "low": 0, "high": 1, "is_date": False}]},
        {"filters": [{"kind": "rows", "title": "x", "rows": np.array([-1])}]},
        {"filters": [{"kind": "values", "column": "item", "values": frozenset({3})}]},
    ],
)
def test_a_moment_that_does_not_fit_is_left_out(services, tiny, moment) -> None:
    services.library.add(tiny)
    left = with_moment(services.store.state, moment)
    assert (left.selection, left.filters, left.hidden) == (None, (), frozenset())


def test_a_project_takes_the_place_of_what_was_open(services, tiny, file, tmp_path) -> None:
    services.library.add(tiny)
    services.project.save(file)
    other = make_space(np.eye(4, dtype=np.float32), make_table(list("abcd")), name="letters")
    services.library.add(on_disk(other, services.context))
    services.selecting.take([2])
    services.project.open(file)
    state = services.store.state
    assert [space.name for space in state.document.spaces] == ["tiny"]
    assert (state.selection, state.undo_title, state.live) == (None, "", None)


def test_projects_and_data_may_be_opened_together(services, tiny, file, tmp_path) -> None:
    services.library.add(tiny)
    services.project.save(file)
    table = tmp_path / "more.csv"
    table.write_text("item,x,y\na,1,2\nb,3,4\nc,4,4\n", encoding="utf-8")
    services.project.open_paths([table, file])
    assert {space.name for space in services.store.state.document.spaces} == {"tiny", "more"}


def test_saving_remembers_the_file_and_the_choice(services, tiny, file) -> None:
    services.library.add(tiny)
    assert services.project.embeds_by_default
    services.project.save(file, embeds=False)
    settings = services.remembered.settings
    assert not settings.project_embeds
    assert (settings.recent[0].path, settings.recent[0].summary) == (str(file), "Project, 1 space")
    message = services.store.state.message
    assert message.startswith("Saved thesis.embx, ")
    assert message.endswith("Inside it, as no file gives them again: tiny.")
    services.project.save()  # into the same file, in the same way
    assert services.store.state.project.path == file
    assert not services.store.state.project.is_embedded


def test_a_project_that_was_never_saved_needs_a_file(services, tiny) -> None:
    services.library.add(tiny)
    assert not services.project.can_save_silently
    with pytest.raises(ValueError, match="needs a path"):
        services.project.save()


# -- what would be lost ----------------------------------------------------------------------------


def test_opening_data_and_its_first_map_is_no_loss(services, tiny) -> None:
    assert not services.project.is_unsaved()
    services.library.add(tiny)
    assert services.store.state.projection is not None
    services.map.color_by("size")
    services.selecting.take([1])
    assert not services.project.is_unsaved()
    assert services.project.title().text == "tiny · embexplorer"


def test_each_thing_a_person_makes_would_be_lost_until_it_is_undone(services, tiny) -> None:
    services.library.add(tiny)
    services.selecting.take([1, 3])
    made = (
        lambda: services.selecting.keep("women"),
        lambda: services.selecting.tag("good"),
        lambda: services.map.project("pca", seed=3),
    )
    for make in made[:2]:
        make()
        assert services.project.is_unsaved()
        assert services.project.title().text == "tiny • · embexplorer"
        services.store.undo()
        assert not services.project.is_unsaved()
    made[2]()
    assert services.project.is_unsaved()
    services.map.remove(services.store.state.active_projection)
    assert not services.project.is_unsaved()


def test_after_saving_only_changes_count(services, tiny, file) -> None:
    work(services, tiny)
    assert services.project.is_unsaved()
    services.project.save(file)
    assert not services.project.is_unsaved()
    assert services.project.title().text == "thesis · embexplorer"
    services.selecting.take([0])
    assert not services.project.is_unsaved()
    services.map.color_by("size")
    assert services.project.title().text == "thesis • · embexplorer"
    services.store.undo()
    assert not services.project.is_unsaved()
    services.library.rename(tiny.id, "mine")
    assert services.project.is_unsaved()


def test_opening_a_project_changes_nothing_in_it(services, tiny, file) -> None:
    work(services, tiny)
    services.project.save(file)
    services.project.open(file)
    assert not services.project.is_unsaved()
    services.project.save()
    assert not services.project.is_unsaved()


def test_a_map_of_other_settings_does_not_come_back_by_itself(services) -> None:
    usual = services.project.comes_back
    params = {method.id: method.params for method in services.map.methods()}
    plain = Projection(
        "s", "pca", np.zeros((3, 2), np.float32), dataclasses.asdict(params["pca"]())
    )
    assert usual(plain)
    assert usual(dataclasses.replace(plain, method="file", params={}))
    for change in (
        {"seed": 1},
        {"seconds": 300.0},
        {"rows": np.array([0, 1, 2])},
        {"coords": np.zeros((3, 3), np.float32)},
        {"params": {"center": "no"}},
        {"method": "of a plugin that is gone"},
    ):
        assert not usual(dataclasses.replace(plain, **change)), change


# -- what can go wrong -----------------------------------------------------------------------------


def test_a_damaged_project_leaves_what_is_open(services, tiny, file) -> None:
    work(services, tiny)
    before = services.store.state.document
    file.write_bytes(b"PK no zip at all")
    services.project.open(file)
    state = services.store.state
    assert state.document is before
    assert state.problems[-1].error.title == "The project is damaged"
    assert services.remembered.settings.recent == ()


def test_what_is_missing_is_shown_and_the_file_is_not_written_over_unasked(
    services, tiny, tmp_path, file
) -> None:
    table = tmp_path / "rows.csv"
    table.write_text("item,x,y\na,1,2\nb,3,4\nc,4,4\n", encoding="utf-8")
    services.library.open([table])
    services.library.add(tiny)
    services.project.save(file, embeds=False)
    services.context.cache.clear()
    table.unlink()
    services.project.open(file)
    state = services.store.state
    assert [space.name for space in state.document.spaces] == ["tiny"]
    assert [problem.error.title for problem in state.problems] == ["A source file is missing"]
    assert not services.project.can_save_silently


def test_a_save_that_fails_is_shown_and_stays_unsaved(services, tiny, tmp_path) -> None:
    work(services, tiny)
    done = []
    services.project.save(tmp_path / "no folder" / "a.embx", then=lambda: done.append(1))
    state = services.store.state
    assert state.problems[-1].error.title == "The project cannot be saved"
    assert (state.project, done) == (None, [])
    assert services.project.is_unsaved()


def test_what_changed_while_it_was_saved_stays_unsaved(desk, space, file) -> None:
    services = desk.services
    services.library.add(on_disk(space, services.context))
    desk.run_all()
    services.selecting.take([1])
    services.selecting.keep("one")
    services.project.save(file)
    services.selecting.keep("two")
    desk.run_all()
    assert services.store.state.project.path == file
    assert services.project.is_unsaved()


def test_a_running_map_ends_when_a_project_opens(desk, space, file) -> None:
    services = desk.services
    services.library.add(on_disk(space, services.context))
    desk.run_all()
    services.project.save(file)
    desk.run_all()
    services.map.project("pca", seed=9)
    assert services.store.state.live is not None
    services.project.open(file)
    desk.run("files")
    assert services.store.state.live is None
    desk.run_all()
    assert len(services.store.state.document.projections) == 1


def test_extra_things_of_a_later_version_are_kept(services, tiny, file) -> None:
    services.library.add(tiny)
    services.project.save(file)
    project = services.store.state.project
    later = dataclasses.replace(project, extra={"graphs": [1, 2]})
    services.store.apply(lambda state: dataclasses.replace(state, project=later))
    services.project.save()
    services.project.open(file)
    assert services.store.state.project.extra == {"graphs": [1, 2]}


def test_the_state_starts_without_a_project() -> None:
    assert State().project is None


def test_a_source_that_changes_or_goes_while_it_is_open_loses_nothing(
    services, tmp_path, file
) -> None:
    words = tmp_path / "words.vec"
    words.write_text("3 2\na 1 0\nb 0 1\nc 1 1\n")
    services.library.open([words])
    space = services.store.state.space
    words.write_text("3 2\na 7 7\nb 0 1\nc 1 1\n")
    assert space.vectors[0].tolist() == [1, 0]  # mapped from the cache
    services.project.save(file, embeds=False)
    state = services.store.state
    assert state.message.endswith("Inside it, as no file gives them again: words.")
    words.unlink()
    services.selecting.take([1])
    services.project.save()
    assert services.store.state.problems == ()
    services.context.cache.clear()
    services.library.close(space.id)
    services.project.open(file)
    assert services.store.state.space.id == space.id
    assert services.store.state.space.vectors[0].tolist() == [1, 0]


def test_a_project_is_saved_when_the_cache_has_lost_what_is_open(services, tiny, file) -> None:
    services.library.add(tiny)
    services.context.cache.clear()
    services.project.save(file)
    assert services.store.state.problems == ()
    services.library.close(tiny.id)
    services.context.cache.clear()
    services.project.open(file)
    assert np.array_equal(services.store.state.space.vectors, tiny.vectors)
