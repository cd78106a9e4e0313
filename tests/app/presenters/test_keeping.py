"""What a window holds is kept as it changes, and comes back after a crash."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from embexplorer.app.presenters.keeping import KEPT, LeftView, left_views
from embexplorer.app.services import Services, inline_lanes
from embexplorer.core.space import Space, make_space, make_table
from embexplorer.operations.keep import on_disk
from embexplorer.storage.kept_windows import OWNER, find_left, window_folder
from embexplorer.storage.space_folder import open_folder
from tests.app.presenters.test_project import work
from tests.kept_project import differences


def another() -> Services:
    """Return the services of another window, as after a new start."""
    made = Services.start(inline_lanes(), lambda handle, event: handle(event))
    made.remembered.hold(method="pca")
    return made


def offered() -> tuple[Services, LeftView]:
    """Return another window, and the one that it offers to recover."""
    after = another()
    after.keeping.begin()
    (view,) = left_views(after.store.state)
    return after, view


def crash(services: Services) -> None:
    """Make a window's process one that has ended."""
    path = window_folder(services.keeping.token) / OWNER
    values = json.loads(path.read_text())
    path.write_text(json.dumps({**values, "started": "before"}))


def files_of(services: Services) -> dict[str, int]:
    folder = window_folder(services.keeping.token)
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def crashed(services: Services, tiny: Space) -> Services:
    """A window with something of everything, whose process is gone."""
    services.keeping.begin()
    work(services, tiny)
    services.keeping.tick()
    crash(services)
    return services


def test_everything_comes_back_after_a_crash(crashed) -> None:
    before = crashed.store.state
    after, view = offered()
    assert view.text.startswith("“tiny” was not closed, ")
    assert view.text.endswith(": 1 space, 2 maps.")
    after.keeping.recover(view.folder)
    state = after.store.state
    assert not state.problems
    assert state.message == "Recovered tiny: 1 space, 2 maps."
    for name in KEPT:
        assert differences(getattr(before, name), getattr(state, name), name) == []
    assert np.array_equal(state.space.vectors, before.space.vectors)
    assert after.project.is_unsaved()
    # It is kept anew, and what was left is gone: nobody is offered it again.
    assert files_of(after)["project/manifest.json"]
    assert not window_folder(crashed.keeping.token).exists()
    assert find_left() == ()
    crash(after)
    (again,) = find_left()
    assert again.summary.name == "tiny"


def test_only_what_is_new_is_written_and_vectors_never(services, tiny) -> None:
    services.keeping.begin()
    work(services, tiny)
    services.keeping.tick()
    before = files_of(services)
    services.keeping.tick()
    assert files_of(services) == before  # nothing has changed, nothing was written
    services.selecting.take([2])
    assert files_of(services) == before  # a selection waits for the next tick
    services.keeping.tick()
    after = files_of(services)
    same = [name for name in before if after.get(name) == before[name]]
    assert len([name for name in after if name.startswith("project/arrays/")]) >= 3
    new = set(after) - set(same)
    assert len([name for name in new if name.startswith("project/arrays/")]) == 1  # the selection
    assert "project/tables" not in " ".join(new)
    manifest = json.loads(
        (window_folder(services.keeping.token) / "project/manifest.json").read_text()
    )
    (data,) = manifest["document"]["data"]
    assert "vectors" not in data
    assert data["folder"] == tiny.folder.name


def test_a_window_that_was_closed_or_emptied_leaves_nothing(services, tiny) -> None:
    services.keeping.begin()
    services.library.add(tiny)
    folder = window_folder(services.keeping.token)
    assert folder.is_dir()
    assert services.context.cache.marked() == {tiny.folder.name}
    services.library.close(tiny.id)
    assert not folder.exists()
    services.library.add(tiny)
    services.keeping.end()
    assert not folder.exists()
    assert services.context.cache.marked() == frozenset()


def test_a_running_window_is_never_taken_and_several_crashed_ones_are_offered(
    crashed, tiny
) -> None:
    second, third = another(), another()
    for services in (second, third):
        services.keeping.begin()
        services.library.add(tiny)
    crash(second)
    fresh = another()
    fresh.keeping.begin()
    assert len(fresh.store.state.left) == 2  # the third runs
    other = another()
    other.keeping.begin()
    folder = fresh.store.state.left[0].folder
    fresh.keeping.recover(folder)
    other.keeping.recover(folder)
    assert other.store.state.problems[-1].error.title == "Another window has it"
    other.keeping.discard(other.store.state.left[0].folder)
    assert other.store.state.left == ()
    assert find_left() == ()
    fresh.keeping.later()
    assert fresh.store.state.left == ()


def test_a_window_with_a_corpus_alone_is_offered_by_its_name(services, tmp_path) -> None:
    (tmp_path / "diary.txt").write_text("The first day.\nThe second day.\n")
    services.keeping.begin()
    services.library.open([tmp_path / "diary.txt"])
    services.keeping.tick()
    crash(services)
    after, view = offered()
    assert view.text.startswith("“diary” was not closed, ")
    assert view.text.endswith(": 1 corpus.")
    after.keeping.recover(view.folder)
    assert after.store.state.message == "Recovered diary: 1 corpus."
    (texts,) = after.store.state.document.texts
    assert list(texts.items) == ["The first day.", "The second day."]


def test_later_leaves_it_for_the_next_start(crashed) -> None:
    after = another()
    after.keeping.begin()
    after.keeping.later()
    assert after.store.state.left == ()
    assert len(find_left()) == 1


def test_a_window_that_crashes_while_it_recovers_leaves_both(crashed, tiny) -> None:
    from embexplorer.operations.keep_window import recover_window

    taker = another()
    taker.keeping.begin()
    taker.library.add(tiny)
    (left,) = find_left()
    recover_window(left, taker.project.hold.owner, cache_root=str(taker.context.cache.root))
    crash(taker)
    assert {one.summary.maps for one in find_left()} == {1, 2}


def test_a_space_that_the_cache_dropped_is_read_from_its_file_again(services, tmp_path) -> None:
    file = tmp_path / "words.vec"
    file.write_text("3 2\na 1 0\nb 0 1\nc 1 1\n")
    services.keeping.begin()
    services.library.open([file])
    space = services.store.state.space
    crash(services)
    services.context.cache.clear()
    after = another()
    after.keeping.begin()
    after.keeping.recover(after.store.state.left[0].folder)
    assert after.store.state.problems == ()
    assert after.store.state.space.id == space.id
    assert len(after.store.state.document.projections) == 1


def test_where_file_and_cache_are_gone_the_rest_still_opens(services, tiny, tmp_path) -> None:
    file = tmp_path / "words.vec"
    file.write_text("3 2\na 1 0\nb 0 1\nc 1 1\n")
    services.keeping.begin()
    services.library.add(tiny)
    services.library.open([file])
    crash(services)
    services.context.cache.remove(services.store.state.space.folder.name)
    file.unlink()
    after = another()
    after.keeping.begin()
    after.keeping.recover(after.store.state.left[0].folder)
    (problem,) = after.store.state.problems
    assert problem.error.title == "A source file is missing"
    assert "words.vec" in problem.error.detail
    assert [space.name for space in after.store.state.document.spaces] == ["tiny"]


def test_what_was_never_in_a_file_and_is_gone_is_said(services, tiny) -> None:
    other = make_space(np.eye(5, dtype=np.float32), make_table(list("abcde")), name="letters")
    services.keeping.begin()
    services.library.add(tiny)
    services.library.add(on_disk(other, services.context))
    crash(services)
    services.context.cache.remove(tiny.folder.name)
    after = another()
    after.keeping.begin()
    after.keeping.recover(after.store.state.left[0].folder)
    assert after.store.state.problems[0].error.title == "A space is not in the cache"
    assert after.store.state.space.name == "letters"


def test_what_the_cache_loses_while_it_is_open_is_written_again(services, tiny) -> None:
    services.keeping.begin()
    services.library.add(tiny)
    services.context.cache.clear()
    assert not tiny.folder.exists()
    services.selecting.take([1])
    services.keeping.tick()
    assert services.store.state.message == "Written into the cache again, which had lost it: tiny."
    found, _ = open_folder(tiny.folder)
    assert found.id == tiny.id
    assert np.array_equal(found.vectors, tiny.vectors)


def test_what_is_open_is_never_evicted(services, tiny) -> None:
    cache = services.context.cache
    services.keeping.begin()
    services.library.add(tiny)
    cache.limit = 1
    os.utime(tiny.folder / "space.json", (1, 1))
    cache.write("other", lambda folder: (folder / "space.json").write_text("{}"))
    cache.write("third", lambda folder: (folder / "space.json").write_text("{}"))
    assert tiny.folder.is_dir()
    assert cache.find("other") is None
    services.keeping.end()
    cache.write("other", lambda folder: (folder / "space.json").write_text("{}"))
    assert not tiny.folder.exists()


def test_a_disk_that_refuses_is_said_once(services, tiny, tmp_path, monkeypatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("EMBEXPLORER_STATE", str(tmp_path / "file" / "state"))
    services.keeping.begin()
    services.library.add(tiny)
    services.selecting.take([1])
    services.keeping.tick()
    (problem,) = services.store.state.problems
    assert problem.error.title == "The window is not kept"
    assert "not a directory" in problem.error.detail


def test_a_process_that_is_killed_is_recovered(tmp_path) -> None:
    code = (
        "import sys, time\n"
        "from embexplorer.app.services import Services, inline_lanes\n"
        "from pathlib import Path\n"
        "made = Services.start(inline_lanes(), lambda handle, event: handle(event))\n"
        "made.remembered.hold(method='pca')\n"
        "made.keeping.begin()\n"
        "made.library.open([Path(sys.argv[1])])\n"
        "print('ready', flush=True)\n"
        "time.sleep(600)\n"
    )
    file = tmp_path / "words.vec"
    file.write_text("3 2\na 1 0\nb 0 1\nc 1 1\n")
    command = [sys.executable, "-c", code, str(file)]
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout.readline() == "ready\n"
        assert find_left() == ()
        process.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
    (left,) = find_left()
    assert (left.summary.name, left.summary.spaces, left.summary.maps) == ("words", 1, 1)
