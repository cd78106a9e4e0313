"""Jobs on real threads and real child processes."""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from embexplorer.jobs.child_end import ChildEnd
from embexplorer.jobs.events import (
    Cancelled,
    Ended,
    Event,
    Failed,
    Finished,
    Framed,
    Job,
    Progressed,
    Started,
)
from embexplorer.jobs.inline_lane import InlineLane
from embexplorer.jobs.process_lane import SUSPENDED, ProcessLane
from embexplorer.jobs.runner import Runner
from embexplorer.jobs.thread_lane import ThreadLane
from embexplorer.storage.log_file import log_to_file
from embexplorer.storage.paths import log_folder
from tests.jobs import work_to_do

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]  # where children find `work_to_do`
PATIENCE = 20.0  # seconds a test waits at most
on_posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are of POSIX")


class Listener:
    """Collects events and lets a test wait for one."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changed = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait(self, condition: Callable[[Event], bool]) -> Event:
        with self._changed:
            assert self._changed.wait_for(lambda: any(map(condition, self.events)), PATIENCE), (
                self.events
            )
            return next(event for event in self.events if condition(event))

    def end_of(self, job_id: int) -> Any:
        return self.wait(lambda event: isinstance(event, Ended) and event.job.id == job_id)


def wait_until(condition: Callable[[], bool]) -> bool:
    """Look until a condition holds, and return whether it came to."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def runner(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runner]:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    lanes = {
        "process": ProcessLane("process"),
        "thread": ThreadLane("thread"),
        "inline": InlineLane(),
    }
    made = Runner(lanes, listener)
    yield made
    made.shutdown()


def submit(
    runner: Runner, function: Callable[..., Any], lane: str = "process", **arguments: Any
) -> int:
    key = arguments.pop("key", function.__name__)
    return runner.submit(function, key=key, title="Work", lane=lane, **arguments).id


@pytest.mark.parametrize("lane", ["process", "thread", "inline"])
def test_a_job_ends_with_its_result(runner: Runner, listener: Listener, lane: str) -> None:
    ended = listener.end_of(submit(runner, work_to_do.add, lane, a=2, b=3))
    assert isinstance(ended, Finished)
    assert ended.result == 5
    assert runner.is_idle


def test_a_child_that_rests_ends_and_the_next_job_gets_another(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    lane = ProcessLane("resting", rest=0.05)
    runner = Runner({"process": lane}, listener)
    try:
        first = listener.end_of(submit(runner, work_to_do.process_id, key="one")).result
        assert wait_until(lambda: lane._child is None)
        second = listener.end_of(submit(runner, work_to_do.process_id, key="two")).result
        assert first != second
    finally:
        runner.shutdown()


@pytest.mark.parametrize("lane", ["process", "thread"])
def test_reports_and_frames_arrive_before_the_end(
    runner: Runner, listener: Listener, lane: str, capfd: pytest.CaptureFixture[str]
) -> None:
    listener.end_of(submit(runner, work_to_do.show_frames, lane))
    reports = [event for event in listener.events if isinstance(event, Progressed)]
    frames = [event for event in listener.events if isinstance(event, Framed)]
    assert [(event.fraction, event.message) for event in reports] == [(0.5, "half")]
    assert np.array_equal(frames[0].coords, np.full((2, 2), 7))
    assert isinstance(listener.events[-1], Finished)


def test_jobs_of_a_process_lane_share_one_warm_child(runner: Runner, listener: Listener) -> None:
    first = listener.end_of(submit(runner, work_to_do.process_id)).result
    second = listener.end_of(submit(runner, work_to_do.process_id)).result
    assert first == second
    assert listener.end_of(submit(runner, work_to_do.count_calls)).result == 1
    assert listener.end_of(submit(runner, work_to_do.count_calls)).result == 2


@pytest.mark.skipif(sys.platform == "win32", reason="nice is of POSIX")
def test_a_child_steps_back_behind_the_window(runner: Runner, listener: Listener) -> None:
    child = listener.end_of(submit(runner, work_to_do.niceness)).result
    assert child == min(19, os.nice(0) + 10)


@pytest.mark.parametrize("lane", ["process", "thread"])
def test_cancel_is_cooperative_first(runner: Runner, listener: Listener, lane: str) -> None:
    job = submit(runner, work_to_do.until_cancelled, lane)
    listener.wait(lambda event: isinstance(event, Progressed))
    runner.cancel(job)
    assert isinstance(listener.end_of(job), Cancelled)


@pytest.mark.parametrize("lane", ["process", "thread"])
def test_a_paused_job_waits_until_it_is_resumed(
    runner: Runner, listener: Listener, lane: str
) -> None:
    job = submit(runner, work_to_do.steps, lane, key="layout")
    listener.wait(lambda event: isinstance(event, Progressed))
    runner.pause("another")
    runner.pause("layout")
    listener.wait(lambda event: isinstance(event, Framed))
    assert not runner.is_idle
    runner.resume("layout")
    ended = listener.end_of(job)
    assert isinstance(ended, Finished)
    assert ended.result >= 0


@pytest.mark.parametrize("lane", ["process", "thread"])
def test_a_paused_job_can_be_cancelled_and_superseded(
    runner: Runner, listener: Listener, lane: str
) -> None:
    before = listener.end_of(submit(runner, work_to_do.process_id, lane)).result
    for end in ("cancel", "supersede"):
        listener.events.clear()
        job = submit(runner, work_to_do.steps, lane, key="layout")
        listener.wait(lambda event: isinstance(event, Progressed))
        runner.pause("layout")
        listener.wait(lambda event: isinstance(event, Framed))
        if end == "cancel":
            runner.cancel(job)
        else:
            submit(runner, work_to_do.add, lane, key="layout", a=1, b=1)
        assert isinstance(listener.end_of(job), Cancelled)
    # It ended by itself: the child is still the same.
    assert listener.end_of(submit(runner, work_to_do.process_id, lane)).result == before


@pytest.mark.parametrize("lane", ["process", "thread"])
def test_a_queued_job_that_is_paused_waits_once_it_has_begun(
    runner: Runner, listener: Listener, lane: str
) -> None:
    running = submit(runner, work_to_do.until_cancelled, lane)
    queued = submit(runner, work_to_do.steps, lane, key="layout")
    runner.pause("layout")
    runner.cancel(running)
    listener.wait(lambda event: isinstance(event, Framed))
    runner.resume("layout")
    assert isinstance(listener.end_of(queued), Finished)


def test_a_child_that_does_not_listen_is_ended_and_the_spare_goes_on(
    runner: Runner, listener: Listener
) -> None:
    before = listener.end_of(submit(runner, work_to_do.process_id)).result
    job = submit(runner, work_to_do.never_listens)
    listener.wait(lambda event: isinstance(event, Progressed))
    asked = time.monotonic()
    runner.cancel(job)
    assert isinstance(listener.end_of(job), Cancelled)
    assert time.monotonic() - asked < 5
    after = listener.end_of(submit(runner, work_to_do.process_id)).result
    assert after != before


def test_a_killed_child_is_a_message_and_the_next_job_runs(
    runner: Runner, listener: Listener
) -> None:
    ended = listener.end_of(submit(runner, work_to_do.killed))
    assert isinstance(ended, Failed)
    assert ended.error.title == "Ended by the system"
    assert "memory" in ended.error.detail
    assert listener.end_of(submit(runner, work_to_do.add, a=1, b=1)).result == 2


def test_a_child_that_leaves_is_named_with_its_exit_code(
    runner: Runner, listener: Listener
) -> None:
    ended = listener.end_of(submit(runner, work_to_do.exits))
    assert ended.error.title == "Stopped unexpectedly"
    assert "exit code 3" in ended.error.detail


@on_posix
def test_a_killed_child_says_how_far_it_was(runner: Runner, listener: Listener) -> None:
    ended = listener.end_of(submit(runner, work_to_do.reports_and_dies, number=signal.SIGKILL))
    assert ended.is_child_gone
    assert ended.error.detail == (
        "Work was killed at “epoch 212 of 500”, most likely for want of memory. "
        "What was there before still stands."
    )
    ended = listener.end_of(submit(runner, work_to_do.reports_and_dies, number=signal.SIGTERM))
    assert ended.error.title == "Stopped unexpectedly"
    assert "ended by the signal SIGTERM at “epoch 212 of 500”" in ended.error.detail


def test_a_kill_that_the_system_counts_is_said_to_be_for_want_of_memory() -> None:
    error = ChildEnd("UMAP of news", -9, "epoch 212 of 500", is_out_of_memory=True).error()
    assert (error.title, error.hint) == (
        "Not enough memory",
        "Close other programs, or use fewer items.",
    )
    assert error.detail == (
        "UMAP of news was ended by the system, out of memory at “epoch 212 of 500”. "
        "What was there before still stands."
    )


@pytest.fixture
def small_group() -> Iterator[Path]:
    """Return a control group of 256 MiB, where this account may make one."""
    root = Path("/sys/fs/cgroup/memory")
    if not (root / "memory.limit_in_bytes").exists():
        root = Path("/sys/fs/cgroup")
    group = root / f"embexplorer-test-{os.getpid()}"
    try:
        group.mkdir()
        limits = ("memory.limit_in_bytes", "memory.max")
        limit = next((group / name for name in limits if (group / name).exists()), None)
        if limit is not None:
            limit.write_text(str(256 << 20), encoding="ascii")
    except OSError as error:
        pytest.skip(f"no control group can be made: {error}")
    try:
        if limit is None:
            pytest.skip("control groups bound no memory here")
        yield group
    finally:
        with contextlib.suppress(OSError):
            group.rmdir()


def test_a_child_that_the_kernel_kills_for_want_of_memory_says_so_and_the_next_job_runs(
    runner: Runner, listener: Listener, small_group: Path
) -> None:
    ended = listener.end_of(submit(runner, work_to_do.fill_group, group=str(small_group)))
    assert isinstance(ended, Failed)
    assert ended.error.title == "Not enough memory"
    assert "ended by the system, out of memory at “block 3 of 9”" in ended.error.detail
    assert listener.end_of(submit(runner, work_to_do.add, a=1, b=1)).result == 2


@on_posix
def test_a_child_whose_mapped_file_is_cut_off_says_so_and_the_next_job_runs(
    runner: Runner, listener: Listener, tmp_path: Path
) -> None:
    np.save(tmp_path / "a.npy", np.ones((1 << 16, 4), np.float32))
    path = str(tmp_path / "a.npy")
    ended = listener.end_of(submit(runner, work_to_do.reads_what_is_cut_off, path=path))
    assert (ended.error.title, ended.is_child_gone) == ("A file was cut off", True)
    assert "Work ended at “row 7”: a file that it was reading became shorter" in ended.error.detail
    assert listener.end_of(submit(runner, work_to_do.add, a=1, b=1)).result == 2


@on_posix
def test_a_crash_comes_with_its_stack(runner: Runner, listener: Listener) -> None:
    with log_to_file():
        ended = listener.end_of(submit(runner, work_to_do.crashes))
    assert "by the signal SIGSEGV" in ended.error.detail
    assert "Fatal Python error: Segmentation fault" in ended.details
    assert "work_to_do.py" in ended.details
    log = (log_folder() / "child-process.log").read_text(encoding="utf-8")
    assert log.count("begins") == 1


@on_posix
def test_a_job_that_gets_no_memory_says_so_and_its_child_goes_on(
    runner: Runner, listener: Listener
) -> None:
    before = listener.end_of(submit(runner, work_to_do.process_id)).result
    ended = listener.end_of(submit(runner, work_to_do.take_memory))
    assert ended.error.title == "Not enough memory"
    assert ended.error.hint == "Close other programs, or use fewer items."
    assert listener.end_of(submit(runner, work_to_do.process_id)).result == before


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="what glibc keeps")
def test_a_child_gives_back_what_a_job_used(runner: Runner, listener: Listener) -> None:
    before = listener.end_of(submit(runner, work_to_do.leave_holes)).result
    after = listener.end_of(submit(runner, work_to_do.megabytes)).result
    assert before - after > 80


@on_posix
def test_an_idle_child_that_is_killed_leaves_no_zombie_and_is_replaced(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    lane = ProcessLane("process", has_spare=True)
    runner = Runner({"process": lane}, listener)
    first = listener.end_of(submit(runner, work_to_do.process_id)).result
    assert wait_until(lambda: lane._spare is not None)
    spare = lane._spare.pid
    for pid in (first, spare):
        os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: not Path(f"/proc/{first}").exists())
    assert wait_until(lambda: not Path(f"/proc/{spare}").exists())
    after = listener.end_of(submit(runner, work_to_do.process_id))
    assert isinstance(after, Finished)
    assert after.result not in (first, spare)
    runner.shutdown()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells that a process is stopped")
def test_a_suspended_child_is_said_to_be_and_goes_on(runner: Runner, listener: Listener) -> None:
    child = listener.end_of(submit(runner, work_to_do.process_id)).result
    job = submit(runner, work_to_do.until_cancelled)
    listener.wait(lambda event: isinstance(event, Progressed))
    os.kill(child, signal.SIGSTOP)
    listener.wait(lambda event: getattr(event, "message", "") == SUSPENDED)
    listener.events.clear()
    os.kill(child, signal.SIGCONT)
    listener.wait(lambda event: getattr(event, "message", "") == "waiting")
    os.kill(child, signal.SIGSTOP)
    asked = time.monotonic()
    runner.cancel(job)
    assert isinstance(listener.end_of(job), Cancelled)
    assert time.monotonic() - asked < 0.5
    assert listener.end_of(submit(runner, work_to_do.add, a=1, b=1)).result == 2


@on_posix
def test_nobody_waits_for_a_child_that_does_not_read(runner: Runner, listener: Listener) -> None:
    child = listener.end_of(submit(runner, work_to_do.process_id)).result
    os.kill(child, signal.SIGSTOP)
    job = submit(runner, work_to_do.take, data=bytes(1 << 24))  # more than a pipe holds
    listener.wait(lambda event: isinstance(event, Started) and event.job.id == job)
    asked = time.monotonic()
    runner.cancel(job)
    assert isinstance(listener.end_of(job), Cancelled)
    assert time.monotonic() - asked < 0.5


def test_an_answer_that_cannot_be_read_ends_the_job(
    runner: Runner, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    ended = listener.end_of(submit(runner, work_to_do.returns_what_cannot_be_read))
    assert isinstance(ended, Failed)
    assert "what a child said could not be read" in caplog.text
    caplog.clear()
    assert listener.end_of(submit(runner, work_to_do.add, a=1, b=1)).result == 2


@pytest.mark.parametrize("lane", ["process", "thread", "inline"])
def test_an_error_for_the_person_passes_unchanged(
    runner: Runner, listener: Listener, lane: str
) -> None:
    ended = listener.end_of(submit(runner, work_to_do.refuses, lane))
    error = ended.error
    assert (error.title, error.hint, ended.details) == ("Row 7 has 3 numbers", "Mend the row.", "")


def test_a_bug_becomes_a_message_with_its_traceback(runner: Runner, listener: Listener) -> None:
    ended = listener.end_of(submit(runner, work_to_do.has_a_bug))
    assert ended.error.title == "Something went wrong"
    assert "KeyError: 'surprise'" in ended.details


def test_the_newest_job_of_a_key_wins(runner: Runner, listener: Listener) -> None:
    old = submit(runner, work_to_do.until_cancelled, "thread", key="search")
    listener.wait(lambda event: isinstance(event, Progressed))
    new = submit(runner, work_to_do.add, "thread", key="search", a=1, b=2)
    assert listener.end_of(new).result == 3
    ends = [event for event in listener.events if isinstance(event, Ended)]
    assert [(type(event), event.job.id) for event in ends] == [(Cancelled, old), (Finished, new)]
    after = listener.events[listener.events.index(ends[0]) + 1 :]
    assert all(event.job.id == new for event in after)


def test_a_queued_job_is_cancelled_at_once(runner: Runner, listener: Listener) -> None:
    running = submit(runner, work_to_do.until_cancelled)
    queued = submit(runner, work_to_do.add, a=1, b=2)
    runner.cancel(queued)
    assert isinstance(listener.end_of(queued), Cancelled)
    runner.cancel(running)
    assert isinstance(listener.end_of(running), Cancelled)


def test_shutdown_ends_children_and_threads(listener: Listener) -> None:
    lane = ProcessLane("process")
    runner = Runner({"process": lane}, listener)
    lane.warm()
    submit(runner, work_to_do.never_listens)
    started = time.monotonic()
    runner.shutdown()
    assert time.monotonic() - started < 5


def test_a_thread_lane_that_was_shut_down_starts_nothing():
    lane, heard = ThreadLane("shut"), []
    lane.shutdown(1.0)
    job = Job(1, "key", "A job", "shut")
    lane.start(job, lambda progress: 1, {}, heard.append)
    assert heard == [Cancelled(job)]


class StubbornLane(InlineLane):
    """Ends when it is let."""

    def __init__(self) -> None:
        self.may_end, self.has_ended = threading.Event(), threading.Event()

    def shutdown(self, timeout: float) -> None:
        assert self.may_end.wait(PATIENCE)
        self.has_ended.set()


def test_nobody_waits_for_a_lane_that_is_retired(listener: Listener) -> None:
    lane = StubbornLane()
    runner = Runner({"kernels": lane}, listener)
    runner.retire("kernels")
    assert not lane.has_ended.is_set()
    lane.may_end.set()
    runner.shutdown()
    assert lane.has_ended.is_set()
    assert not [one for one in threading.enumerate() if one.name == "retire-kernels"]
