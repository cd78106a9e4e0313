"""The neighbor graph is what comparing all pairs in float64 gives, whatever the data."""

from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core import threads as pools
from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.engines.nearest import search
from embexplorer.engines.neighbor_graph import find_neighbor_graph, find_neighbors_of

METRICS = ("cosine", "euclidean", "manhattan")
K = 9


def all_pairs(vectors, k, metric):
    """Return (n, k) rows and float32 distances, by distance as shown, then by row."""
    wide = vectors.astype(np.float64)
    n = len(wide)
    if metric == "cosine":
        lengths = np.linalg.norm(wide, axis=1)
        is_zero = lengths == 0
        wide = np.column_stack([wide / np.where(is_zero, 1, lengths)[:, None], is_zero])
    rows, distances = [], []
    for item in range(n):
        gaps = wide - wide[item]
        apart = np.abs(gaps).sum(axis=1)
        if metric != "manhattan":
            apart = np.sqrt((gaps * gaps).sum(axis=1))
        if metric == "cosine":
            apart[apart < 1e-14] = 0  # what rounding leaves of parallel vectors
        shown = apart.astype(np.float32)
        others = np.delete(np.arange(n), item)
        order = others[np.lexsort((others, shown[others]))][:k]
        rows.append(order)
        distances.append(shown[order])
    return np.array(rows).reshape(n, -1), np.array(distances).reshape(n, -1)


def odd_vectors():
    rng = np.random.default_rng(0)
    normal = rng.normal(size=(400, 20))
    repeated = rng.normal(size=(400, 7))
    repeated[rng.integers(0, 400, 150)] = repeated[5]
    repeated[10:40] = 0
    mixed = rng.normal(size=(300, 8))
    mixed[::2] *= 1e-30
    mixed[3] *= 1e30
    tight = np.repeat(rng.normal(size=(6, 64)), 70, axis=0) + rng.normal(size=(420, 64)) * 1e-4
    return {
        "normal": normal,
        "one dimension": rng.normal(size=(400, 1)),
        "a grid, full of ties": rng.integers(0, 20, (400, 2)),
        "bits": rng.integers(0, 2, (400, 24)),
        "one-hot": np.eye(150)[rng.integers(0, 150, 400)],
        "heavy tails": rng.standard_cauchy((400, 33)),
        "lengths far apart": normal * rng.lognormal(0, 2, (400, 1)),
        "repeats and zero vectors": repeated,
        "tight groups": tight,
        "far from the origin": normal + 1000,
        "large": normal * 1e30,
        "small": normal * 1e-30,
        "large and small": mixed,
        "parallel": np.outer(rng.random(400) + 0.1, rng.normal(size=20)),
        "all the same": np.ones((300, 5)),
        "signed zeros": np.where(rng.random((300, 3)) < 0.5, 0.0, -0.0),
        "more columns than are turned at once": rng.normal(size=(300, 300)),
    }


ODD = {name: values.astype(np.float32) for name, values in odd_vectors().items()}


@pytest.fixture(params=["at once", "int8", "float32"])
def way(request, monkeypatch):
    """Search in each way: which one it is must never show."""
    if request.param != "at once":
        monkeypatch.setattr(search, "FEW", 64)
        monkeypatch.setattr(search, "pays_int8", lambda m, width: request.param == "int8")
    if request.param == "int8":
        pytest.importorskip("torch")
    return request.param


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("name", ODD)
def test_the_neighbors_are_those_of_all_pairs(name, metric, way):
    graph = find_neighbor_graph(ODD[name], K, metric, Progress())
    rows, distances = all_pairs(ODD[name], K, metric)
    tolerance = 1e-6 if name == "parallel" else 1e-37  # a cosine near 1 keeps few digits
    np.testing.assert_allclose(graph.distances, distances, rtol=2e-6, atol=tolerance)
    np.testing.assert_array_equal(graph.rows, rows)
    assert (graph.rows.dtype, graph.distances.dtype) == (np.int32, np.float32)
    assert (graph.k, graph.metric, graph.recall, graph.notes) == (K, metric, 1.0, ())
    assert (graph.rows != np.arange(len(rows))[:, None]).all()


def test_the_distances_of_a_square_are_its_sides_and_its_diagonal():
    corners = np.array([[0, 0], [0, 3], [3, 3], [3, 0]], np.float32)
    graph = find_neighbor_graph(corners, 3, "euclidean", Progress())
    assert graph.rows.tolist() == [[1, 3, 2], [0, 2, 3], [1, 3, 0], [0, 2, 1]]
    assert graph.distances[0].tolist() == pytest.approx([3, 3, 18**0.5])
    steps = find_neighbor_graph(corners, 3, "manhattan", Progress())
    assert steps.distances[0].tolist() == [3, 3, 6]


def test_zero_vectors_are_at_a_right_angle_to_all_but_each_other():
    vectors = np.array([[2, 0], [0, 0], [0, 0], [-1, 0]], np.float32)
    graph = find_neighbor_graph(vectors, 3, "cosine", Progress())
    assert graph.rows.tolist() == [[1, 2, 3], [2, 0, 3], [1, 0, 3], [1, 2, 0]]
    assert graph.distances[0].tolist() == pytest.approx([2**0.5, 2**0.5, 2])
    assert graph.distances[1].tolist() == pytest.approx([0, 2**0.5, 2**0.5])


@pytest.mark.parametrize("n", [1, 2, 5])
@pytest.mark.parametrize("metric", METRICS)
def test_more_neighbors_than_others_are_all_others(n, metric):
    vectors = np.random.default_rng(n).normal(size=(n, 3)).astype(np.float32)
    graph = find_neighbor_graph(vectors, 10, metric, Progress())
    assert graph.rows.shape == graph.distances.shape == (n, n - 1)
    np.testing.assert_array_equal(graph.rows, all_pairs(vectors, 10, metric)[0])


def test_a_memory_map_is_read_and_left_as_it_is(tmp_path, way):
    vectors = ODD["normal"]
    np.save(tmp_path / "vectors.npy", vectors)
    mapped = np.load(tmp_path / "vectors.npy", mmap_mode="r")
    graph = find_neighbor_graph(mapped, K, "cosine", Progress())
    expected = find_neighbor_graph(vectors, K, "cosine", Progress())
    assert graph.rows.tobytes() == expected.rows.tobytes()
    assert vectors.flags.writeable


@pytest.mark.parametrize("metric", METRICS)
def test_any_number_of_threads_finds_the_same_bytes(metric, way, monkeypatch):
    graphs = []
    for threads in (1, 2, 5):
        monkeypatch.setattr(pools, "processor_count", lambda threads=threads: threads)
        graphs.append(find_neighbor_graph(ODD["heavy tails"], K, metric, Progress()))
    for other in graphs[1:]:
        assert graphs[0].rows.tobytes() == other.rows.tobytes()
        assert graphs[0].distances.tobytes() == other.distances.tobytes()


@pytest.mark.parametrize("metric", METRICS)
def test_some_items_find_what_all_find(metric):
    vectors = ODD["repeats and zero vectors"]
    items = np.array([3, 12, 5, 399])
    graph = find_neighbor_graph(vectors, K, metric, Progress())
    some = find_neighbors_of(vectors, items, K, metric, Progress())
    np.testing.assert_array_equal(some.rows, graph.rows[items])
    np.testing.assert_array_equal(some.distances, graph.distances[items])


def test_items_that_are_all_the_same_are_neighbors_in_the_order_of_rows():
    some = find_neighbors_of(ODD["all the same"], np.array([0, 2]), 3, "euclidean", Progress())
    assert some.rows.tolist() == [[1, 2, 3], [0, 1, 3]]
    assert not some.distances.any()


class Watched(Progress):
    def __init__(self, cancel_at=2.0):
        super().__init__()
        self.fractions = []
        self.cancel_at = cancel_at

    def report(self, fraction, message=""):
        self.fractions.append(fraction)
        assert message.startswith("Finding neighbors")
        if fraction >= self.cancel_at:
            self.cancel()


@pytest.mark.parametrize("metric", METRICS)
def test_progress_rises_and_a_cancel_ends_the_search(metric, way, monkeypatch):
    monkeypatch.setattr(search, "COLUMNS", 64)
    watched = Watched()
    find_neighbor_graph(ODD["normal"], K, metric, watched)
    assert len(watched.fractions) > 3
    assert watched.fractions == sorted(watched.fractions)
    assert watched.fractions[-1] <= 1
    stopped = Watched(cancel_at=0.3)
    with pytest.raises(CancelledError):
        find_neighbor_graph(ODD["normal"], K, metric, stopped)
    assert stopped.fractions[-1] < watched.fractions[-1]
