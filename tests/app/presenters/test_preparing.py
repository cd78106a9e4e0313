"""Large spaces get their copies while nothing else is going on, and searches use them."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from embexplorer.core.space import make_space, make_table
from embexplorer.measures import scan_kernels, scanning
from embexplorer.operations import int8_copies
from embexplorer.operations.int8_copies import Int8Copies
from embexplorer.operations.keep import on_disk


@pytest.fixture(autouse=True)
def worth(monkeypatch):
    """Let a space of this size count as large."""
    monkeypatch.setattr(int8_copies, "WORTH_BYTES", 4 * 300 * 32)


def large_space(context):
    vectors = np.random.default_rng(0).standard_normal((300, 32), dtype=np.float32)
    items = [f"item {row}" for row in range(len(vectors))]
    return on_disk(make_space(vectors, make_table(items), name="large"), context)


def keys(desk):
    return [key for key in desk.lanes["files"].keys if key.startswith("int8:")]


def test_a_large_space_gets_its_copy(desk) -> None:
    space = large_space(desk.services.context)
    desk.services.library.add(space)
    assert keys(desk) == [f"int8:{space.id}"]
    desk.run_all()
    assert Int8Copies().of(space) is not None
    desk.services.library.close(space.id)
    desk.services.library.add(space)
    assert keys(desk) == []


def test_the_copy_gives_way_to_a_job_and_begins_again(desk) -> None:
    space = large_space(desk.services.context)
    desk.services.library.add(space)
    desk.services.map.project("pca", {}, dims=2, seed=1)
    desk.pump()
    assert desk.services.store.state.activity
    assert keys(desk) == []
    assert Int8Copies().of(space) is None
    desk.run_all()
    assert desk.services.store.state.activity == ()
    assert Int8Copies().of(space) is not None


def test_a_copy_that_fails_is_not_tried_again_and_says_nothing(desk) -> None:
    space = large_space(desk.services.context)
    (space.folder / "int8").write_text("in the way", encoding="utf-8")
    desk.services.library.add(space)
    desk.run_all()
    assert Int8Copies().of(space) is None
    assert desk.services.store.state.problems == ()
    desk.services.neighbors.ask("item 3")
    desk.run_all()
    assert len(desk.services.store.state.neighbors.answer.ranked) > 0


def test_a_small_space_gets_no_copy(desk, tiny) -> None:
    desk.services.library.add(tiny)
    while any(lane.waiting for lane in desk.lanes.values()):
        desk.run(next(name for name, lane in desk.lanes.items() if lane.waiting))
        assert keys(desk) == []


def test_an_answer_is_the_same_with_the_copy(services, monkeypatch) -> None:
    monkeypatch.setattr(scanning, "_loaded", threading.Event())
    space = large_space(services.context)
    services.library.add(space)
    services.neighbors.ask("item 7", k=5)
    without = services.store.state.neighbors.answer.ranked
    assert Int8Copies().of(space) is not None
    scan_kernels.load()
    services.neighbors.ask("item 7", k=5)
    ranked = services.store.state.neighbors.answer.ranked
    assert ranked.indices.tolist() == without.indices.tolist()
    assert ranked.scores.tolist() == without.scores.tolist()
    services.library.close(space.id)
