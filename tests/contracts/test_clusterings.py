"""What every registered clustering keeps to, ours or another package's."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import numpy as np
import pytest

from embexplorer.core.contracts import Clustered, Clustering
from embexplorer.core.errors import CancelledError
from embexplorer.core.params import fields_of
from embexplorer.core.progress import Progress
from embexplorer.plugins import Registry

METHODS = Registry.discover().all(Clustering)
HEAVY = ("torch", "umap", "sklearn", "fast_hdbscan", "scipy", "numba", "pynndescent")
SIZES = (70, 50, 40)

each_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.id)
each_d = pytest.mark.parametrize("d", [2, 3, 40])


def groups(d: int) -> tuple[np.ndarray, np.ndarray]:
    """Three groups of different sizes, far apart, in a random order; and which each point is of."""
    rng = np.random.default_rng(3)
    group = rng.permutation(np.repeat([2, 0, 1], SIZES))
    centers = 30 * np.eye(3, d) if d > 2 else np.array([[30, 0], [0, 30], [-30, 0]])
    points = centers[group] + rng.normal(size=(sum(SIZES), d))
    return points.astype(np.float32), group


def run(method, points, seed=0, progress=None, **params) -> Clustered:
    settings = {name: value for name, value in params.items() if name in names_of(method)}
    return method.run(points, method.params(**settings), seed, progress or Progress())


def names_of(method) -> set[str]:
    return {field.name for field in fields_of(method.params)}


@cache
def clustered(method, d: int) -> Clustered:
    return run(method, groups(d)[0], n_clusters=3)


class Recorded(Progress):
    """Keeps what it is told, and cancels after some reports."""

    def __init__(self, cancel_after: int | None = None) -> None:
        super().__init__()
        self.fractions: list[float] = []
        self.cancel_after = cancel_after

    def report(self, fraction, message=""):
        if fraction is not None:
            self.fractions.append(fraction)
        if len(self.fractions) == self.cancel_after:
            self.cancel()


def test_the_two_methods_are_registered():
    assert {"hdbscan", "kmeans"} <= {method.id for method in METHODS}


@each_method
def test_is_described_for_a_person(method):
    assert method.title
    assert method.summary.endswith(".")
    assert any(year in method.source for year in map(str, range(1900, 2100)))
    for field in fields_of(method.params):
        assert field.doc.label
        assert field.doc.help.endswith(".")


@each_method
def test_default_parameters_lie_in_their_ranges(method):
    for field in fields_of(method.params):
        if field.default is None:
            assert field.optional
            continue
        assert isinstance(field.default, field.type)
        assert not field.choices or field.default in field.choices
        assert field.doc.min is None or field.default >= field.doc.min
        assert field.doc.max is None or field.default <= field.doc.max


@each_method
def test_names_its_metric_and_its_limit(method):
    params = method.params()
    assert method.metric(params) == "euclidean"
    for d in (2, 300):
        limit = method.limit(params, d)
        assert limit is None or limit >= 1000
    if "unit_length" in names_of(method):
        assert method.metric(method.params(unit_length=True)) == "cosine"


@each_d
@each_method
def test_finds_groups_that_lie_apart_the_largest_first(method, d):
    found = clustered(method, d)
    _, group = groups(d)
    assert found.labels.dtype == np.int32
    assert type(found.labels) is np.ndarray
    assert found.labels.shape == group.shape
    is_in = found.labels >= 0
    assert is_in.mean() > 0.9
    sizes = np.bincount(found.labels[is_in])
    assert sizes.tolist() == sorted(sizes.tolist(), reverse=True)
    # The groups were made in the order 2, 0, 1 of their sizes.
    assert np.array_equal(np.array([2, 0, 1])[found.labels[is_in]], group[is_in])


@each_d
@each_method
def test_the_same_seed_gives_the_same_bytes(method, d):
    again = run(method, groups(d)[0], n_clusters=3)
    assert again.labels.tobytes() == clustered(method, d).labels.tobytes()


@each_method
def test_where_the_origin_lies_and_what_is_a_unit_changes_nothing(method):
    points, _ = groups(2)
    for moved in (points + np.float32(1e4), points * np.float32(1e25), points * np.float32(1e-30)):
        assert np.array_equal(run(method, moved, n_clusters=3).labels, clustered(method, 2).labels)


@each_method
def test_only_directions_count_with_unit_length(method):
    points, group = groups(40)
    factors = np.random.default_rng(1).uniform(0.01, 100, size=(len(points), 1))
    found = run(method, (points * factors).astype(np.float32), n_clusters=3, unit_length=True)
    is_in = found.labels >= 0
    assert is_in.mean() > 0.9
    assert np.array_equal(np.array([2, 0, 1])[found.labels[is_in]], group[is_in])


@each_method
def test_points_are_left_as_they_were(method):
    points, _ = groups(3)
    points.flags.writeable = False
    run(method, points)
    assert np.array_equal(points, groups(3)[0])


@each_method
def test_progress_grows(method):
    progress = Recorded()
    run(method, groups(40)[0], progress=progress)
    assert progress.fractions
    assert progress.fractions == sorted(progress.fractions)
    assert progress.fractions[-1] <= 1.0


@pytest.mark.parametrize("d", [2, 40])
@each_method
def test_stops_when_cancelled(method, d):
    progress = Recorded()
    progress.cancel()
    with pytest.raises(CancelledError):
        run(method, groups(d)[0], progress=progress)
    with pytest.raises(CancelledError):
        run(method, groups(d)[0], progress=Recorded(cancel_after=1))


@each_d
@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6, 12])
@each_method
def test_groups_a_handful_of_items(method, n, d):
    found = run(method, groups(d)[0][:n])
    assert found.labels.shape == (n,)
    assert found.labels.dtype == np.int32
    assert -1 <= found.labels.min() <= found.labels.max() < n
    assert found.notes or n == 12
    if n == 1:
        assert found.labels.tolist() == [0]
        assert found.notes == ("There is one item, and it is one cluster.",)


@pytest.mark.parametrize("unit_length", [False, True])
@each_method
def test_same_points_are_one_cluster_and_a_note_says_so(method, unit_length):
    points = np.full((30, 8), 0.1, np.float32)
    if unit_length:
        points *= np.arange(1, 31, dtype=np.float32)[:, None]
    found = run(method, points, unit_length=unit_length)
    assert found.labels.tolist() == [0] * 30
    assert found.notes == ("All 30 items lie at one place, so they are one cluster.",)


@each_d
@each_method
def test_groups_many_copies_of_a_few_points(method, d):
    points = np.repeat(groups(d)[0][:3], [40, 30, 20], axis=0)
    found = run(method, points, n_clusters=10)
    assert found.labels.tolist() == [0] * 40 + [1] * 30 + [2] * 20


@each_method
def test_groups_zero_vectors_beside_others(method):
    points, _ = groups(40)
    points[::10] = 0
    found = run(method, points, unit_length=True)
    assert found.notes[0].startswith("16 items have a zero vector, which has no direction")
    assert len(set(found.labels[::10].tolist())) == 1


def test_importing_the_methods_loads_no_heavy_library():
    code = (
        "import sys; from embexplorer.plugins import Registry; registry = Registry.discover();"
        "assert set(registry.plugins['clusterings']) >= {'hdbscan', 'kmeans'};"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
