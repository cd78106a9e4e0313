"""What every registered projection keeps to, ours or another package's."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import numpy as np
import pytest

from embexplorer.core.contracts import Projected, ProjectionMethod
from embexplorer.core.errors import CancelledError
from embexplorer.core.params import fields_of
from embexplorer.core.progress import Progress
from embexplorer.engines.neighbor_graph import projecting_alone
from embexplorer.plugins import Registry

METHODS = Registry.discover().all(ProjectionMethod)
ITERATIVE = [method for method in METHODS if method.id != "pca"]
HEAVY = ("torch", "umap", "sklearn", "openTSNE", "scipy", "numba")

each_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.id)
each_iterative = pytest.mark.parametrize("method", ITERATIVE, ids=lambda method: method.id)
each_dims = pytest.mark.parametrize("dims", [2, 3])


def blobs(n: int, d: int = 20, groups: int = 5) -> np.ndarray:
    rng = np.random.default_rng(7)
    centers = 3 * rng.normal(size=(groups, d))
    return (centers[np.arange(n) % groups] + rng.normal(size=(n, d))).astype(np.float32)


@cache
def projected(method_id: str, dims: int, seed: int = 0, n: int = 120) -> Projected:
    return run(method_id, blobs(n), dims, seed)


def run(method_id, vectors, dims=2, seed=0, progress=None) -> Projected:
    method = Registry.discover().get(ProjectionMethod, method_id)
    return method.run(projecting_alone(vectors, method.params(), dims, seed, progress))


class Recorded(Progress):
    """Keeps what it is told, and cancels after some frames."""

    def __init__(self, cancel_after: int | None = None) -> None:
        super().__init__()
        self.frames: list[np.ndarray] = []
        self.fractions: list[float] = []
        self.messages: list[str] = []
        self.cancel_after = cancel_after

    def frame(self, coords):
        self.frames.append(coords)
        if len(self.frames) == self.cancel_after:
            self.cancel()

    def report(self, fraction, message=""):
        self.messages.append(message)
        if fraction is not None:
            self.fractions.append(fraction)


def test_the_three_methods_of_the_first_release_are_registered():
    assert {"pca", "tsne", "umap"} <= {method.id for method in METHODS}


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
def test_names_the_metric_it_keeps(method):
    assert method.metric(method.params()) in {"cosine", "euclidean", "manhattan"}


@each_dims
@each_method
def test_coords_are_plain_finite_float32(method, dims):
    result = projected(method.id, dims)
    assert result.coords.shape == (120, dims)
    assert result.coords.dtype == np.float32
    assert result.coords.flags.c_contiguous
    assert type(result.coords) is np.ndarray
    assert np.isfinite(result.coords).all()
    assert (np.ptp(result.coords, axis=0) > 0).all()
    assert len(result.axes) in {0, dims}


@each_dims
@each_method
def test_the_same_seed_gives_the_same_bytes(method, dims):
    again = run(method.id, blobs(120), dims)
    assert again.coords.tobytes() == projected(method.id, dims).coords.tobytes()


@each_iterative
def test_another_seed_gives_another_map(method):
    assert not np.array_equal(projected(method.id, 2).coords, projected(method.id, 2, 1).coords)


@each_method
def test_vectors_are_left_as_they_were(method):
    vectors = blobs(40)
    vectors.flags.writeable = False
    run(method.id, vectors)
    assert np.array_equal(vectors, blobs(40))


@each_iterative
def test_shows_live_frames_that_move_and_progress_that_grows(method):
    progress = Recorded()
    result = run(method.id, blobs(120), progress=progress)
    assert len(progress.frames) >= 3
    assert all(frame.shape == (120, 2) for frame in progress.frames)
    assert all(frame.dtype == np.float32 for frame in progress.frames)
    assert not np.array_equal(progress.frames[0], progress.frames[1])
    assert not np.shares_memory(progress.frames[-1], result.coords)
    assert progress.fractions == sorted(progress.fractions)
    assert 0.9 < progress.fractions[-1] <= 1.0
    assert any(" of " in message for message in progress.messages)


@each_iterative
def test_stops_at_the_step_after_a_cancel(method):
    progress = Recorded(cancel_after=3)
    with pytest.raises(CancelledError):
        run(method.id, blobs(120), progress=progress)
    assert len(progress.frames) == 3


@each_method
def test_stops_at_once_when_cancelled_before(method):
    progress = Recorded()
    progress.cancel()
    with pytest.raises(CancelledError):
        run(method.id, blobs(120), progress=progress)
    assert progress.frames == []


@each_dims
@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6])
@each_method
def test_maps_a_handful_of_items(method, n, dims):
    result = run(method.id, blobs(n), dims)
    assert result.coords.shape == (n, dims)
    assert np.isfinite(result.coords).all()
    if n == 1:
        assert not result.coords.any()
        assert result.notes == ("There is one item, and it lies at the origin.",)
    else:
        assert len(np.unique(result.coords, axis=0)) == n


@each_method
def test_same_vectors_lie_at_one_place_and_a_note_says_so(method):
    result = run(method.id, np.full((30, 8), 0.1, np.float32))
    assert not result.coords.any()
    assert len(result.notes) == 1
    assert "so every item lies at the origin" in result.notes[0]


@each_dims
@each_method
def test_maps_vectors_of_one_dimension(method, dims):
    result = run(method.id, blobs(40, d=1), dims)
    assert result.coords.shape == (40, dims)
    assert np.isfinite(result.coords).all()


@each_method
def test_maps_zero_vectors_beside_others(method):
    vectors = blobs(60)
    vectors[::10] = 0
    result = run(method.id, vectors)
    assert np.isfinite(result.coords).all()
    if method.metric(method.params()) == "cosine":
        assert result.notes[0].startswith("6 items have a zero vector, which has no direction")


@each_method
def test_maps_many_copies_of_two_vectors(method):
    result = run(method.id, np.repeat(blobs(2), 20, axis=0))
    assert np.isfinite(result.coords).all()
    distances = np.linalg.norm(result.coords[:, None] - result.coords[None], axis=2)
    within = max(distances[:20, :20].max(), distances[20:, 20:].max())
    assert distances[0, 20] > 0
    if method in ITERATIVE:
        assert np.median(distances[:20, 20:]) > np.median(distances[:20, :20])
    else:
        assert within == 0


def test_importing_the_methods_loads_no_heavy_library():
    code = (
        "import sys; from embexplorer.plugins import Registry; registry = Registry.discover();"
        "assert set(registry.plugins['projections']) >= {'pca', 'tsne', 'umap'};"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
