from __future__ import annotations

import multiprocessing
import os
import platform

import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.memory import (
    GIGABYTE,
    _available,
    _room_of_cgroup,
    check_memory,
    free_memory,
    give_back_memory,
)
from tests.memory_use import make_holes, resident


def test_a_job_may_take_seventy_percent_of_what_is_free():
    check_memory(7 * GIGABYTE, "UMAP", "Use less.", free=10 * GIGABYTE)
    with pytest.raises(UserError) as refused:
        check_memory(7.1 * GIGABYTE, "UMAP of 9 items", "Use less.", free=10 * GIGABYTE)
    assert refused.value.title == "Not enough memory"
    assert refused.value.detail == (
        "UMAP of 9 items needs about 7.1 GB; 10.0 GB are free, of which a job may take 70%."
    )
    assert refused.value.hint == "Use less."


def test_what_the_system_says_is_free_fits_into_what_it_has():
    free = free_memory()
    assert free is not None
    assert 0 < free <= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def test_the_line_of_available_memory_is_found():
    text = "MemTotal:       24000000 kB\nMemFree: 1 kB\nMemAvailable:   22418156 kB\n"
    assert _available(text) == 22418156 * 1024
    assert _available("") is None


@pytest.mark.parametrize(
    ("limit", "room"), [("1000\n", 1000 - 700 + 200), ("max\n", None), ("", None)]
)
def test_a_container_leaves_what_its_limit_does(tmp_path, limit, room):
    (tmp_path / "memory.max").write_text(limit)
    (tmp_path / "memory.current").write_text("700\n")
    (tmp_path / "memory.stat").write_text("anon 400\ninactive_file 200\n")
    assert _room_of_cgroup(tmp_path) == room


def test_no_container_means_no_limit(tmp_path):
    assert _room_of_cgroup(tmp_path) is None


def _with_holes() -> tuple[float, float]:
    make_holes(100)
    before = resident()
    give_back_memory()
    return before, resident()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="what glibc keeps")
def test_what_nothing_uses_goes_back_to_the_system():
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        before, after = pool.apply(_with_holes)
    assert before - after > 80
