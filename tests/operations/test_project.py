from __future__ import annotations

import json
import pickle

import numpy as np
import pytest

from embexplorer.core.contracts import Projected, ProjectionMethod
from embexplorer.core.errors import CancelledError, UserError
from embexplorer.core.progress import Progress
from embexplorer.core.space import Provenance, make_space, make_table
from embexplorer.engines.neighbor_graph import find_neighbor_graph, projecting_alone
from embexplorer.operations import neighbor_graph
from embexplorer.operations.context import Context
from embexplorer.operations.project import (
    count_repeats,
    project,
    project_to_plain,
    projection_from_plain,
)
from embexplorer.storage.cache import STAMP
from embexplorer.storage.space_folder import write_folder


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


def blobs(n=90, d=12, groups=3):
    rng = np.random.default_rng(0)
    centers = 4 * rng.normal(size=(groups, d))
    return (centers[np.arange(n) % groups] + rng.normal(size=(n, d))).astype(np.float32)


def space_of(vectors):
    return make_space(vectors, make_table([f"item {row}" for row in range(len(vectors))]))


class Recorded(Progress):
    def __init__(self):
        super().__init__()
        self.reports = []
        self.frames = []

    def report(self, fraction, message=""):
        self.reports.append((fraction, message))

    def frame(self, coords):
        self.frames.append(coords)


def test_a_projection_says_how_it_was_made(context):
    space = space_of(blobs())
    found = project(space, "pca", context, params={"whiten": True}, dims=3, seed=5)
    assert found.space_id == space.id
    assert (found.method, found.seed, found.n, found.dims) == ("pca", 5, 90, 3)
    assert found.params == {"unit_length": False, "whiten": True}
    assert 0 < found.seconds < 60
    assert [axis[:5] for axis in found.axes] == ["PC 1,", "PC 2,", "PC 3,"]
    assert [
        f"PC {at}, {share:.1%}" for at, share in enumerate(found.explained_variance, 1)
    ] == list(found.axes)
    assert found.explained_variance_total == pytest.approx(sum(found.explained_variance))
    assert found.notes == ()
    assert found.rows is None


def test_coords_are_those_of_the_method_and_cannot_be_changed(context):
    space = space_of(blobs())
    found = project(space, "pca", context, quality=False)
    method = context.registry.get(ProjectionMethod, "pca")
    expected = method.run(projecting_alone(space.vectors, method.params())).coords
    np.testing.assert_array_equal(found.coords, expected)
    with pytest.raises(ValueError, match="read-only"):
        found.coords[0, 0] = 1


def test_quality_is_measured_with_the_metric_of_the_method(context):
    vectors = blobs() * np.linspace(0.1, 10, 90, dtype=np.float32)[:, None]
    euclidean = project(space_of(vectors), "pca", context).quality
    cosine = project(space_of(vectors), "pca", context, params={"unit_length": True}).quality
    assert euclidean["k"] == cosine["k"] == 15
    assert cosine["trustworthiness"] > 0.85
    assert euclidean["trustworthiness"] > 0.85
    assert project(space_of(vectors), "pca", context, quality=False).quality == {}


def test_what_cannot_be_measured_is_said(context):
    found = project(
        space_of(blobs(40)), "umap", context, params={"metric": "manhattan", "n_epochs": 5}
    )
    assert found.quality == {}
    assert found.notes[-1] == "How well the map keeps manhattan distances is not measured."


def test_a_sample_names_its_rows_and_size(context):
    space = space_of(blobs())
    found = project(space, "pca", context, sample=20, seed=3)
    assert found.n == 20
    assert len(set(found.rows.tolist())) == 20
    assert list(found.rows) == sorted(found.rows)
    assert found.rows.dtype == np.int64
    alone = project(space_of(space.vectors[found.rows]), "pca", context)
    np.testing.assert_array_equal(found.coords, alone.coords)
    assert found.notes == ("A uniform sample of 20 of 90 items; quality is measured within it.",)
    again = project(space, "pca", context, sample=20, seed=3)
    other = project(space, "pca", context, sample=20, seed=4)
    assert np.array_equal(again.rows, found.rows)
    assert not np.array_equal(other.rows, found.rows)


def test_a_sample_as_large_as_the_space_is_the_space(context):
    found = project(space_of(blobs()), "pca", context, sample=90)
    assert found.rows is None
    assert found.notes == ()


def test_repeated_vectors_are_counted_exactly(context):
    vectors = blobs()
    vectors[10] = vectors[3]
    vectors[20:22] = vectors[4]
    assert count_repeats(vectors) == 3
    assert project(space_of(vectors), "pca", context).notes == (
        "3 vectors repeat an earlier one exactly.",
    )
    vectors[20:22] += np.arange(1, 3, dtype=np.float32)[:, None] * 1e-3
    assert project(space_of(vectors), "pca", context).notes == (
        "1 vector repeats an earlier one exactly.",
    )


def test_minus_zero_repeats_zero():
    assert count_repeats(np.array([[0.0], [-0.0], [1.0]], np.float32)) == 1


@pytest.mark.parametrize("method", ["pca", "tsne", "umap"])
@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_a_handful_of_items_has_a_map(context, method, n):
    found = project(space_of(blobs(n)), method, context)
    assert found.coords.shape == (n, 2)
    assert np.isfinite(found.coords).all()
    if n == 1:
        assert found.notes == ("There is one item, and it lies at the origin.",)


def test_all_the_same_is_said_once(context):
    found = project(space_of(np.ones((9, 3), np.float32)), "tsne", context)
    assert found.notes == (
        "All 9 vectors have the same direction, so every item lies at the origin.",
    )


@pytest.mark.parametrize(
    ("settings", "title"),
    [
        ({"method": "lda"}, "Unknown name"),
        ({"params": {"perplexity": 5}}, "Unknown setting"),
        ({"params": {"whiten": 3}}, "Setting of the wrong kind"),
        ({"method": "tsne", "params": {"perplexity": 1000}}, "Setting out of range"),
        ({"dims": 4}, "Maps have 2 or 3 dimensions"),
        ({"seed": -1}, "Seed out of range"),
        ({"seed": 2**32}, "Seed out of range"),
        ({"sample": 0}, "Sample too small"),
    ],
)
def test_what_cannot_be_is_refused_by_name(context, settings, title):
    with pytest.raises(UserError) as caught:
        project(space_of(blobs(5)), **{"method": "pca", "context": context, **settings})
    assert caught.value.title == title
    assert caught.value.hint


def test_progress_runs_from_the_method_to_the_quality(context):
    progress = Recorded()
    project(space_of(blobs()), "tsne", context, progress=progress)
    fractions = [fraction for fraction, _ in progress.reports]
    assert progress.reports[0] == (0.0, "t-SNE")
    assert "Iteration 0 of 750" in [message for _, message in progress.reports]
    assert max(f for f, message in progress.reports if message.startswith("Iteration")) <= 0.9
    assert fractions[-1] > 0.9
    assert len(progress.frames) >= 3


def test_a_cancel_ends_it(context):
    progress = Recorded()
    progress.frame = lambda coords: progress.cancel()
    with pytest.raises(CancelledError):
        project(space_of(blobs()), "tsne", context, progress=progress)


def test_the_job_of_a_child_gives_the_same_projection(context, tmp_path):
    space = space_of(blobs())
    write_folder(
        tmp_path, name="blobs", table=space.table, vectors=space.vectors, provenance=Provenance()
    )
    plain = project_to_plain(str(tmp_path), "pca", {}, 2, 0, True, Progress(), sample=30)
    found = projection_from_plain(pickle.loads(pickle.dumps(plain)))
    here = project(space, "pca", context, sample=30)
    assert found.space_id == space.id
    assert found.coords.tobytes() == here.coords.tobytes()
    assert not found.coords.flags.writeable
    assert found.quality == here.quality
    assert found.axes == here.axes
    assert found.explained_variance == here.explained_variance
    np.testing.assert_array_equal(found.rows, here.rows)


class Asking:
    """A projection method that asks for neighbors and lays nothing out."""

    def __init__(self):
        self.graphs = []

    def __call__(self, projecting):
        for k in (4, 9):
            self.graphs.append(projecting.neighbors(k, "cosine", projecting.progress))
        coords = np.zeros((len(projecting.vectors), projecting.dims), np.float32)
        return Projected(coords, notes=("It lies.",))


def asking(context):
    method = Asking()
    plugin = ProjectionMethod(id="asking", title="Asking", summary="", run=method)
    context.registry.plugins[ProjectionMethod.kind]["asking"] = plugin
    return method


def test_methods_share_the_graph_of_the_space_and_its_notes_are_theirs(context, monkeypatch):
    monkeypatch.setattr(neighbor_graph, "KEPT_FROM", 10)
    space = space_of(blobs())
    method = asking(context)
    found = project(space, "asking", context, quality=False)
    first, second = method.graphs
    assert first.rows.shape == (90, 4)
    np.testing.assert_array_equal(first.rows, second.rows[:, :4])
    assert found.notes == ("It lies.",)
    (folder,) = [path.parent for path in context.cache.root.glob("*/rows.npy")]
    described = json.loads((folder / STAMP).read_text())
    (folder / STAMP).write_text(json.dumps({**described, "recall": 0.9, "notes": ["About."]}))
    assert project(space, "asking", context, quality=False).notes == ("It lies.", "About.")
    assert method.graphs[-1].recall == 0.9


def test_the_graph_of_some_items_is_theirs_and_is_not_kept(context, monkeypatch):
    monkeypatch.setattr(neighbor_graph, "KEPT_FROM", 10)
    space = space_of(blobs())
    method = asking(context)
    rows = np.arange(0, 90, 2)
    project(space, "asking", context, rows=rows, quality=False)
    expected = find_neighbor_graph(space.vectors[rows], 4, "cosine", Progress())
    np.testing.assert_array_equal(method.graphs[0].rows, expected.rows)
    assert not list(context.cache.root.glob("*/rows.npy"))


def test_a_folder_of_texts_is_refused(tmp_path):
    write_folder(
        tmp_path, name="reviews", table=make_table(["a"]), vectors=None, provenance=Provenance()
    )
    with pytest.raises(UserError, match="“reviews” holds texts that are not encoded yet") as caught:
        project_to_plain(str(tmp_path), "pca", {}, 2, 0, True, Progress())
    assert caught.value.hint == "Encode the texts first."


def test_what_would_not_fit_into_memory_is_refused_before_it_begins(tmp_path):
    space = space_of(np.eye(6, dtype=np.float32))

    def run(projecting):
        raise AssertionError("it was begun")

    context = Context.default(tmp_path / "cache")
    huge = ProjectionMethod(
        "huge", "Huge", "Takes much.", run=run, memory=lambda n, d, params: n * 10**15
    )
    context.registry.plugins[ProjectionMethod.kind]["huge"] = huge
    with pytest.raises(UserError, match="Not enough memory") as refused:
        project(space, "huge", context)
    assert refused.value.detail.startswith(f"Huge of {space.n:,} items needs about ")
    assert "a sample" in refused.value.hint


def test_a_map_by_a_column_says_so_and_can_be_made_again(context, tmp_path):
    vectors = blobs()
    table = make_table([f"item {row}" for row in range(90)], {"topic": ["a", "b", "c"] * 30})
    space = make_space(vectors, table)
    params = {"n_epochs": 30}
    found = project(space, "umap", context, params=params, labels_from="topic", quality=False)
    assert found.labels_from == "topic"
    assert found.notes[-1] == (
        "Items were pulled together by the column “topic”: groups of it on the map are no finding."
    )
    alone = project(space, "umap", context, params=params, quality=False)
    assert alone.labels_from == ""
    assert not np.array_equal(found.coords, alone.coords)
    given = np.arange(90, dtype=np.int32) % 3
    derived = project(
        space, "umap", context, params=params, labels_from="Clusters", labels=given, quality=False
    )
    assert derived.coords.tobytes() == found.coords.tobytes()
    folder = tmp_path / "space"
    folder.mkdir()
    write_folder(folder, name="topics", table=table, vectors=space.vectors, provenance=Provenance())
    plain = project_to_plain(
        str(folder), "umap", params, 2, 0, False, Progress(), labels_from="topic"
    )
    made = projection_from_plain(pickle.loads(pickle.dumps(plain)))
    assert made.coords.tobytes() == found.coords.tobytes()
    assert made.labels_from == "topic"


def test_a_sample_takes_the_labels_of_its_items(context):
    table = make_table([f"item {row}" for row in range(90)], {"topic": ["a", "b", "c"] * 30})
    space = make_space(blobs(), table)
    asked = {"params": {"n_epochs": 30}, "quality": False, "labels_from": "topic"}
    found = project(space, "umap", context, sample=40, seed=1, **asked)
    part = make_space(space.vectors[found.rows], table.take(found.rows))
    assert project(part, "umap", context, seed=1, **asked).coords.tobytes() == (
        found.coords.tobytes()
    )


def test_a_method_that_takes_no_labels_refuses_them(context):
    table = make_table([f"item {row}" for row in range(90)], {"topic": ["a", "b", "c"] * 30})
    with pytest.raises(UserError) as caught:
        project(make_space(blobs(), table), "pca", context, labels_from="topic")
    assert caught.value.title == "Method takes no labels"
    assert caught.value.detail == "PCA cannot pull the groups of “topic” together."
