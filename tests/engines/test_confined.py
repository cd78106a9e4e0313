"""A function in a process of its own: real processes, with every end they can have."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError, UserError
from embexplorer.core.progress import Progress
from embexplorer.engines.confined import limits_memory, run_confined
from embexplorer.jobs.events import Ended, Event, Finished
from embexplorer.jobs.process_lane import ProcessLane
from embexplorer.jobs.runner import Runner

sys.path.insert(0, str(Path(__file__).parent))
import confined_work  # the children import it by this name

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))


class Heard(Progress):
    def __init__(self, *, cancels: bool = False) -> None:
        super().__init__()
        self.reports: list[tuple[float | None, str]] = []
        self.cancelled_at = 0.0
        self._cancels = cancels

    def report(self, fraction: float | None, message: str = "") -> None:
        self.reports.append((fraction, message))
        if self._cancels:
            self.cancelled_at = time.monotonic()
            self.cancel()


def test_a_result_comes_as_plain_values_and_files_from_another_process(tmp_path: Path) -> None:
    heard = Heard()
    arguments = {"number": 1.5, "scratch": str(tmp_path)}
    found = run_confined(confined_work.double, arguments, name="a.kv", progress=heard)
    assert found["twice"] == 3.0
    assert found["process"] != os.getpid()
    assert heard.reports == [(0.5, "half")]
    np.testing.assert_array_equal(np.load(tmp_path / "rows.npy"), np.full((2, 3), 1.5))


def test_what_the_child_says_to_the_person_arrives_unchanged() -> None:
    with pytest.raises(UserError) as caught:
        run_confined(confined_work.refuse, {}, name="a.kv")
    assert caught.value.args == ("Not a model", "words.kv holds a list.", "Choose another.")


def test_a_bug_names_the_file_and_what_was_raised() -> None:
    with pytest.raises(UserError, match=r"a\.kv: KeyError: 'wv'\. Nothing was loaded"):
        run_confined(confined_work.fail, {}, name="a.kv")


@pytest.mark.skipif(sys.platform == "win32", reason="no signals")
def test_a_child_that_dies_is_one_clear_error() -> None:
    with pytest.raises(UserError, match="its reader ended by signal 11"):
        run_confined(confined_work.die, {}, name="a.kv")
    with pytest.raises(UserError, match="its reader ended early"):
        run_confined(confined_work.leave, {}, name="a.kv")


@pytest.mark.skipif(not limits_memory(), reason="no limit of memory on this system")
def test_memory_is_bounded() -> None:
    with pytest.raises(UserError, match=r"Reading a\.kv took more than 0\.2 GB") as caught:
        run_confined(confined_work.fill_memory, {}, name="a.kv", memory=200 << 20)
    assert caught.value.title == "The file needs too much memory"


def test_memory_within_the_bound_is_given() -> None:
    assert run_confined(confined_work.fill_memory, {}, name="a.kv", memory=3 << 30) == 1024


def test_time_is_bounded_and_no_process_is_left(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    with pytest.raises(UserError, match="was not read within 1 seconds"):
        run_confined(confined_work.never_end, {"pid_file": str(pid_file)}, name="a.kv", seconds=1)
    if pid_file.exists():  # it had begun: starting Python may take the second on a busy computer
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid_file.read_text(encoding="utf-8")), 0)


def test_a_cancel_ends_a_child_that_does_not_listen(tmp_path: Path) -> None:
    heard = Heard(cancels=True)
    arguments = {"pid_file": str(tmp_path / "pid")}
    with pytest.raises(CancelledError):
        run_confined(confined_work.never_end, arguments, name="a.kv", progress=heard)
    assert time.monotonic() - heard.cancelled_at < 0.5


def test_an_answer_too_long_is_refused() -> None:
    with pytest.raises(UserError, match="more than a reader may say"):
        run_confined(confined_work.say_much, {}, name="a.kv")


def test_it_works_inside_a_child_of_the_window(tmp_path: Path) -> None:
    heard: queue.SimpleQueue[Event] = queue.SimpleQueue()
    runner = Runner({"files": ProcessLane("files")}, heard.put)
    try:
        runner.submit(
            confined_work.double_twice,
            key="read",
            title="Reading",
            lane="files",
            number=1.0,
            scratch=str(tmp_path),
        )
        while not isinstance(event := heard.get(timeout=20), Ended):
            continue
    finally:
        runner.shutdown()
    assert isinstance(event, Finished)
    assert event.result["twice"] == 4.0


def test_a_script_needs_no_guard_(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import confined_work\n"
        "from embexplorer.engines.confined import run_confined\n"
        f"found = run_confined(confined_work.double, {{'number': 2, 'scratch': r'{tmp_path}'}},"
        " name='a.kv')\n"
        "print(found['twice'])\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout.split() == ["4"]


def test_a_frozen_application_starts_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    launcher = tmp_path / "embexplorer"
    launcher.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -m embexplorer "$@"\n', encoding="utf-8"
    )
    launcher.chmod(0o755)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(launcher))
    arguments = {"number": 1, "scratch": str(tmp_path)}
    assert run_confined(confined_work.double, arguments, name="a.kv")["twice"] == 2


def test_the_child_of_a_caller_that_was_killed_ends_too(tmp_path: Path) -> None:
    code = (
        "import confined_work; from embexplorer.engines.confined import run_confined; "
        f"run_confined(confined_work.never_end, {{'pid_file': r'{tmp_path / 'pid'}'}}, name='a')"
    )
    caller = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE)
    assert caller.stderr is not None
    assert caller.stderr.readline() == b"begun\n"
    caller.kill()
    assert caller.stderr.read() == b""  # the end of file: nobody is left who could write
    caller.wait()
    caller.stderr.close()


def test_a_function_that_no_other_process_can_import_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="cannot be imported"):
        run_confined(lambda progress: None, {}, name="a.kv")
