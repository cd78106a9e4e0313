"""One graph of a space and a metric is kept, serves any smaller k, and is found anew if damaged."""

from __future__ import annotations

import json

import numpy as np
import pytest

from embexplorer.core.progress import Progress
from embexplorer.core.space import make_space, make_table
from embexplorer.engines.neighbor_graph import find_neighbor_graph
from embexplorer.operations import neighbor_graph as module
from embexplorer.operations.context import Context
from embexplorer.operations.neighbor_graph import neighbor_graph
from embexplorer.storage.cache import STAMP

N = 120


@pytest.fixture
def context(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "KEPT_FROM", 50)
    return Context.default(tmp_path / "cache")


def space_of(seed=0, n=N):
    vectors = np.random.default_rng(seed).normal(size=(n, 6))
    return make_space(vectors, make_table([f"item{row}" for row in range(n)]))


class Searched(Progress):
    """Counts how often a search began."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def report(self, fraction, message=""):
        self.count += fraction == 0


def ask(context, k, metric="cosine", space=None):
    """Return the graph, and whether it had to be searched for."""
    progress = Searched()
    return neighbor_graph(space or space_of(), k, metric, context, progress), progress.count > 0


def folders(context):
    return sorted(path.parent for path in context.cache.root.glob("*/rows.npy"))


def test_a_kept_graph_serves_any_k_that_is_not_larger(context):
    first, searched = ask(context, 4)
    assert searched
    expected = find_neighbor_graph(space_of().vectors, 15, "cosine", Progress())
    for k in (15, 9, 4, 1):
        graph, searched = ask(context, k)
        assert not searched
        assert graph.k == k
        np.testing.assert_array_equal(graph.rows, expected.rows[:, :k])
        np.testing.assert_array_equal(graph.distances, expected.distances[:, :k])
        assert graph.rows.flags.c_contiguous
        assert not graph.rows.flags.writeable
        assert not graph.distances.flags.writeable
    assert first.rows.tobytes() == ask(context, 4)[0].rows.tobytes()


def test_a_larger_k_takes_its_place(context):
    ask(context, 4)
    graph, searched = ask(context, 40)
    assert searched
    assert graph.k == 40
    assert not ask(context, 16)[1]
    assert len(folders(context)) == 1


def test_each_space_and_metric_has_its_own(context):
    ask(context, 4)
    assert ask(context, 4, "euclidean")[1]
    assert ask(context, 4, space=space_of(1))[1]
    assert len(folders(context)) == 3
    assert not ask(context, 4)[1]


def test_more_neighbors_than_others_are_all_others(context):
    graph, _ = ask(context, 1000)
    assert graph.k == N - 1
    assert not ask(context, N)[1]


def test_a_small_space_is_not_worth_a_file(context):
    small = space_of(n=49)
    assert ask(context, 4, space=small)[0].k == 4
    assert ask(context, 4, space=small)[1]
    assert folders(context) == []


def test_what_was_measured_of_a_graph_is_kept_with_it(context):
    ask(context, 4)
    (folder,) = folders(context)
    described = json.loads((folder / STAMP).read_text())
    (folder / STAMP).write_text(json.dumps({**described, "recall": 0.5, "notes": ["Half."]}))
    graph, searched = ask(context, 3)
    assert not searched
    assert (graph.recall, graph.notes, graph.metric) == (0.5, ("Half.",), "cosine")


def cut(path):
    path.write_bytes(path.read_bytes()[:-100])


def spoil_rows(path):
    rows = np.load(path)
    rows[5, 3] = N
    np.save(path, rows)


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / STAMP).write_text("{"),
        lambda folder: (folder / STAMP).write_text("[]"),
        lambda folder: (folder / STAMP).write_text('{"metric": "euclidean"}'),
        lambda folder: (folder / "rows.npy").unlink(),
        lambda folder: (folder / "rows.npy").write_bytes(b""),
        lambda folder: cut(folder / "distances.npy"),
        lambda folder: spoil_rows(folder / "rows.npy"),
        lambda folder: np.save(folder / "distances.npy", np.zeros((N, 3), np.float32)),
        lambda folder: np.save(folder / "rows.npy", np.zeros((N, 15))),
    ],
)
def test_a_damaged_graph_is_found_again(context, damage):
    whole = ask(context, 15)[0].rows.copy()
    (folder,) = folders(context)
    damage(folder)
    graph, searched = ask(context, 15)
    assert searched
    np.testing.assert_array_equal(graph.rows, whole)
    assert not ask(context, 15)[1]


def test_a_cache_that_cannot_be_written_costs_the_keeping_alone(context):
    context.cache.root.parent.mkdir(exist_ok=True)
    context.cache.root.write_text("a file where the folder should be")
    graph, searched = ask(context, 4)
    assert searched
    assert graph.k == 4
