"""Children that are killed or short of memory in the middle of every kind of real job."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from embexplorer.app.state import new_problems
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.keep import on_disk
from tests.jobs import work_to_do
from tests.journeys.app_loop import AppLoop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from embexplorer.app.state import State
    from embexplorer.core.space import Space
    from embexplorer.jobs.process_lane import ProcessLane

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are of POSIX")

ROOT = Path(__file__).parents[2]  # where children find `work_to_do`
LATEST = 0.4  # seconds after which a child is killed at the latest
SEED = int(os.environ.get("EMBEXPLORER_FAULT_SEED", "0"))
ALL = "EMBEXPLORER_FAULT_SEED" in os.environ
N, D = 600, 32


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[AppLoop]:
    """The application, whose children can run `work_to_do` too, and which leaves none."""
    before = set(children())
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    made = AppLoop(may_fail=True)
    made.services.remembered.hold(method="pca")
    yield made
    asked = time.monotonic()
    made.services.runner.shutdown()
    assert time.monotonic() - asked < 2
    assert set(children()) <= before


def open_points(app: AppLoop) -> None:
    """Give the application a space and its first map."""
    app.services.library.add(on_disk(make_points(), app.services.context))
    app.until_idle()


def make_points() -> Space:
    rng = np.random.default_rng(0)
    group = rng.integers(0, 6, N)
    vectors = rng.normal(size=(6, D))[group] * 2 + rng.normal(size=(N, D))
    table = make_table(
        [f"item {k}" for k in range(N)],
        {
            "kind": [f"group {k}" for k in group],
            "size": rng.normal(size=N),
            "text": [f"Text {k} of the group {group[k]}" for k in range(N)],
        },
    )
    return make_space(vectors.astype(np.float32), table, name="points")


def children() -> dict[int, str]:
    """Return the state of each child of this process, by its id."""
    found = {}
    for task in Path(f"/proc/{os.getpid()}/task").iterdir():
        with contextlib.suppress(FileNotFoundError):  # it has ended meanwhile
            for pid in (task / "children").read_text().split():
                stat = Path(f"/proc/{pid}/stat").read_text()
                found[int(pid)] = stat.rpartition(")")[2].split()[0]
    return found


def until_no_zombie() -> bool:
    """Give the reader of a child that was killed time to see it, and return whether it has."""
    end = time.monotonic() + 5
    while "Z" in children().values():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def lane_of(app: AppLoop, name: str) -> ProcessLane:
    return app.services.runner._lanes[name]  # type: ignore[return-value]


def kill(app: AppLoop, lane: str) -> None:
    child = lane_of(app, lane)._child
    assert child is not None
    os.kill(child.pid, signal.SIGKILL)


def pump(app: AppLoop, seconds: float) -> None:
    """Take events for some time."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        app.take(left)


def scratch(app: AppLoop) -> list[str]:
    """Return what half-written folders and files lie in the cache."""
    return [str(path) for path in app.services.context.cache.root.rglob(".*")]


def save(app: AppLoop) -> None:
    path = app.services.context.cache.root.parent / "saved.embx"
    app.services.project.save(path, embeds=True)


JOBS: dict[str, tuple[str, Callable[[AppLoop], object], Callable[[State], object]]] = {
    "pca": (
        "compute",
        lambda app: app.services.map.project("pca", {}, dims=3),
        lambda state: state.projection.dims == 3,
    ),
    "tsne": (
        "compute",
        lambda app: app.services.map.project("tsne", {"n_iter": 250}),
        lambda state: state.projection.method == "tsne",
    ),
    "umap": (
        "compute",
        lambda app: app.services.map.project("umap", {"n_epochs": 50}),
        lambda state: state.projection.method == "umap",
    ),
    "kmeans": (
        "files",
        lambda app: app.services.clustering.find("kmeans"),
        lambda state: len(state.document.clusters) >= 1,
    ),
    "hdbscan": (
        "files",
        lambda app: app.services.clustering.find("hdbscan"),
        lambda state: len(state.document.clusters) >= 1,
    ),
    "trust": (
        "files",
        lambda app: app.services.deriving.trust(),
        lambda state: state.style.color_by == "False neighbors",
    ),
    "stability": (
        "files",
        lambda app: app.services.deriving.stability(),
        lambda state: state.undo_title == "Stability",
    ),
    "neighbor distance": (
        "files",
        lambda app: app.services.deriving.neighbor_distance(),
        lambda state: state.style.color_by == "Distance to neighbors",
    ),
    "explain": (
        "files",
        lambda app: app.services.explaining.ask(),
        lambda state: state.explained is not None and state.explained.answer is not None,
    ),
    "save": ("files", save, lambda state: state.project is not None),
}
# One for each presenter that is told of the end: a child that starts again costs seconds.
KINDS = tuple(JOBS) if ALL else ("tsne", "kmeans", "trust", "explain", "save")


def test_a_job_whose_child_is_killed_says_so_and_the_next_one_runs(app: AppLoop) -> None:
    open_points(app)
    app.services.selecting.take(range(100))
    rng = random.Random(SEED)
    for kind in KINDS:
        lane, start, is_done = JOBS[kind]
        if kind == "stability":
            app.services.map.project("tsne", {"n_iter": 250})
        app.until_idle()
        before = app.state
        start(app)
        pump(app, rng.uniform(0, LATEST))
        kill(app, lane)
        state = app.until_idle()
        problems = new_problems(before.problems, state.problems)
        assert problems or is_done(state), f"{kind} was killed, and nobody was told"
        for problem in problems:
            assert problem.error.title == "Ended by the system", kind
            assert "What was there before still stands." in problem.error.detail
        assert (state.live, state.activity) == (None, ()), kind
        assert set(state.document.projections) >= set(before.document.projections), kind
        assert state.document.spaces == before.document.spaces
        assert np.array_equal(state.selection.indices, before.selection.indices)
        start(app)
        again = app.until_idle()
        assert again.problems == state.problems, kind
        assert is_done(again), kind
        assert until_no_zombie(), kind
    assert scratch(app) == []


def test_an_encoding_whose_child_is_killed_says_what_is_kept_and_ends_the_next_time(
    app: AppLoop, tmp_path: Path
) -> None:
    path = tmp_path / "many.csv"
    rows = "\n".join(f"text {k} of very many that are encoded,{k % 7}" for k in range(40_000))
    path.write_text(f"text,kind\n{rows}\n", encoding="utf-8")
    library = app.services.library
    library.open([path])
    pump(app, 0.3)
    kill(app, "files")
    app.until_idle()
    if app.state.texts is None:  # the reading was killed in time
        assert app.state.problems[-1].error.title == "Ended by the system"
        library.open([path])
    texts = app.until(lambda state: state.texts).texts
    assert texts is not None
    library.encode(texts.id, "hashing", {"dimensions": 64}, "cpu")
    app.until(lambda state: any((one.fraction or 0) > 0.3 for one in state.activity))
    kill(app, "device")
    error = app.until_idle().problems[-1].error
    assert error.title == "Ended by the system"
    assert "of 40,000" in error.detail
    assert error.detail.endswith("Texts that were encoded some seconds before are kept.")
    assert error.hint.startswith("Encode again to go on from there")
    library.encode(texts.id, "hashing", {"dimensions": 64}, "cpu")
    space = app.until(lambda state: state.space).space
    assert space is not None
    assert space.n == 40_000


def test_reading_that_gets_no_memory_says_so_and_the_rest_stays(
    app: AppLoop, tmp_path: Path
) -> None:
    open_points(app)
    path = tmp_path / "large.npy"
    np.lib.format.open_memmap(path, "w+", np.float64, (2_000_000, 32)).flush()
    app.services.runner.submit(
        work_to_do.limit_memory, key="limit", title="Limit", lane="files", room=1 << 28
    )
    app.services.library.open([path])
    state = app.until_idle()
    assert state.problems[-1].error.title == "Not enough memory", state.problems
    assert [space.name for space in state.document.spaces] == ["points"]
    assert scratch(app) == []


@pytest.mark.parametrize("kind", ["tsne", "hdbscan", "save"])
def test_closing_in_the_middle_of_a_job_takes_no_two_seconds(app: AppLoop, kind: str) -> None:
    open_points(app)
    JOBS[kind][1](app)
    app.until(lambda state: state.activity)
