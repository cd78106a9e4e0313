from __future__ import annotations

import threading

import pytest

from embexplorer.engines.threads import Threads


@pytest.mark.parametrize("count", [1, 2, 3, 8])
@pytest.mark.parametrize("n", [0, 1, 2, 7, 100])
def test_ranges_cover_everything_once(count, n):
    seen = []
    with Threads(count) as threads:
        threads.over(n, lambda first, last: seen.extend(range(first, last)))
    assert sorted(seen) == list(range(n))


def test_the_caller_works_too_and_one_thread_is_the_caller_alone():
    for count in (1, 3):
        workers = set()
        with Threads(count) as threads:
            threads.over(9, lambda first, last, to=workers: to.add(threading.get_ident()))
        assert threading.get_ident() in workers
        assert len(workers) <= count


def test_what_a_range_raises_reaches_the_caller():
    def work(first, last):
        if last == 10:
            raise ValueError("the last range")

    with Threads(2) as threads, pytest.raises(ValueError, match="the last range"):
        threads.over(10, work)
