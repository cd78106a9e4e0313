from __future__ import annotations

import threading

import pytest

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.core.threads import Threads


@pytest.mark.parametrize("count", [1, 2, 3, 8])
@pytest.mark.parametrize("n", [0, 1, 2, 7, 100])
def test_ranges_cover_everything_once(count, n):
    seen = []
    with Threads(count) as threads:
        threads.over(n, lambda first, last: seen.extend(range(first, last)))
    assert sorted(seen) == list(range(n))


@pytest.mark.parametrize("count", [1, 3])
def test_all_threads_work_at_once_and_the_caller_is_one(count):
    workers = set()
    meeting = threading.Barrier(count)

    def work(_):
        meeting.wait(timeout=30)  # which only as many threads as pieces can pass
        workers.add(threading.get_ident())

    with Threads(count) as threads:
        threads.each(range(count), work)
    assert threading.get_ident() in workers
    assert len(workers) == count


def test_ranges_are_as_long_as_asked():
    seen = []
    with Threads(2) as threads:
        threads.over(10, lambda first, last: seen.append((first, last)), 4)
    assert sorted(seen) == [(0, 4), (4, 8), (8, 10)]


def test_no_piece_is_begun_after_a_cancel():
    progress = Progress()
    seen = []

    def work(piece):
        seen.append(piece)
        progress.cancel()

    with Threads(1, progress) as threads, pytest.raises(CancelledError):
        threads.each(range(100), work)
    assert seen == [0]


def test_what_a_range_raises_reaches_the_caller():
    def work(first, last):
        if last == 10:
            raise ValueError("the last range")

    with Threads(2) as threads, pytest.raises(ValueError, match="the last range"):
        threads.over(10, work)
