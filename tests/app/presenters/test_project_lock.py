"""Two windows on one project: the second reads, and says who writes."""

from __future__ import annotations

import dataclasses
import json
import os
from typing import TYPE_CHECKING

import pytest

from embexplorer.app.services import Services, inline_lanes

if TYPE_CHECKING:
    from pathlib import Path


def window() -> Services:
    made = Services.start(inline_lanes(), lambda handle, event: handle(event))
    made.remembered.hold(method="pca")
    return made


@pytest.fixture
def file(services, tiny, tmp_path) -> Path:
    """A project that `services` has open."""
    services.library.add(tiny)
    path = tmp_path / "thesis.embx"
    services.project.save(path)
    return path


def test_the_second_window_opens_it_to_read_and_may_save_it_elsewhere(services, file) -> None:
    second = window()
    second.project.open(file)
    (problem,) = second.store.state.problems
    assert problem.error.title == "Opened to read only"
    mine = services.project.hold.owner
    assert f"thesis.embx is open in a window of {mine.user} on {mine.host}, since " in (
        problem.error.detail
    )
    assert second.project.title().name == "thesis (read only)"
    assert second.store.state.space.name == "tiny"
    assert not second.project.can_save_silently
    assert services.project.can_save_silently
    before = file.read_bytes()
    second.project.save(file)
    assert second.store.state.problems[-1].error.title == "The project is open elsewhere"
    assert file.read_bytes() == before
    other = file.with_name("other.embx")
    second.project.save(other)
    assert second.project.title().name == "other"
    assert second.project.can_save_silently
    assert sorted(path.name for path in file.parent.glob(".*.lock")) == [
        ".other.embx.lock",
        ".thesis.embx.lock",
    ]


def test_closing_the_first_window_lets_the_next_one_have_it(services, file) -> None:
    services.project.end()
    assert not file.with_name(".thesis.embx.lock").exists()
    second = window()
    second.project.open(file)
    assert second.store.state.problems == ()
    assert second.project.can_save_silently
    services.project.end()  # which has it no longer
    assert file.with_name(".thesis.embx.lock").exists()


def test_another_project_in_its_place_lets_go_of_the_first(services, file, tmp_path) -> None:
    other = tmp_path / "other.embx"
    services.project.save(other)
    services.project.open(file)
    services.project.end()
    assert not list(tmp_path.glob(".*.lock"))


def test_a_project_opened_again_by_a_link_stays_ours(services, file, tmp_path) -> None:
    link = tmp_path / "link.embx"
    link.symlink_to(file)
    services.project.open(link)
    services.project.hold.let_go(file, unless=link, patience=60)
    second = window()
    second.project.open(file)
    assert second.store.state.problems[-1].error.title == "Opened to read only"


def test_a_project_that_does_not_open_is_not_kept_from_others(services, tmp_path) -> None:
    path = tmp_path / "broken.embx"
    path.write_text("no zip")
    services.project.open(path)
    assert services.store.state.problems[-1].error.title == "The project is damaged"
    assert [found.name for found in tmp_path.glob("*broken*")] == ["broken.embx"]


def test_every_minute_other_computers_are_told(services, file) -> None:
    lock = file.with_name(".thesis.embx.lock")
    os.utime(lock, (1e9, 1e9))
    services.project.tick()
    services.project.end()  # waits for nothing else than its own
    assert not lock.exists()


def test_a_lock_that_another_computer_took_over_keeps_what_it_writes(services, file) -> None:
    lock = file.with_name(".thesis.embx.lock")
    values = json.loads(lock.read_text())
    theirs = {**values, "host": "lab-3", "realm": "lab-3", "token": "theirs", "user": "anna"}
    lock.write_text(json.dumps(theirs))
    services.project.save()
    error = services.store.state.problems[-1].error
    assert error.title == "The project is open elsewhere"
    assert "a window of anna on lab-3" in error.detail


def test_a_recovered_project_that_another_window_has_is_read_only(services, file) -> None:
    from tests.app.presenters.test_keeping import crash

    services.keeping.begin()
    services.selecting.take([1])
    services.keeping.tick()
    lock = file.with_name(".thesis.embx.lock")
    values = json.loads(lock.read_text())
    lock.write_text(json.dumps({**values, "started": "before"}))
    crash(services)
    second, third = window(), window()
    second.project.open(file)
    assert second.project.can_save_silently
    third.keeping.begin()
    third.keeping.recover(third.store.state.left[0].folder)
    assert third.store.state.problems[-1].error.title == "Opened to read only"
    assert third.store.state.project.path == file
    assert third.store.state.selected == 1
    assert dataclasses.asdict(third.store.state.project.holder)["token"] == (
        second.project.hold.owner.token
    )
