from __future__ import annotations

import pickle

import numpy as np
import pytest

from embexplorer.core.contracts import Clustered, Clustering
from embexplorer.core.errors import CancelledError, UserError
from embexplorer.core.progress import Progress
from embexplorer.core.projection import Projection
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.cluster import cluster, cluster_to_plain, clusters_from_plain
from embexplorer.operations.context import Context
from embexplorer.storage.space_folder import write_folder

WORDS = ("apple", "bread", "cider")
SIZES = (40, 30, 20)


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


def groups(d=8):
    rng = np.random.default_rng(0)
    group = rng.permutation(np.repeat([0, 1, 2], SIZES))
    return (9 * np.eye(3, d)[group] + rng.normal(size=(90, d))).astype(np.float32), group


def space_of(vectors, group):
    items = [f"{WORDS[label]} {row}" for row, label in enumerate(group)]
    return make_space(vectors, make_table(items))


@pytest.fixture
def space():
    return space_of(*groups())


@pytest.fixture
def plane(space):
    """A map of the space on which its first two groups are one."""
    _, group = groups()
    rng = np.random.default_rng(1)
    coords = np.array([[0, 0], [0, 0], [50, 0]])[group] + rng.normal(size=(90, 2))
    return Projection(space.id, "test", coords.astype(np.float32))


def kmeans(space, context, n_clusters=3, **options):
    return cluster(space, "kmeans", context, params={"n_clusters": n_clusters}, **options)


def test_clusters_say_how_they_were_found(space, context):
    found = kmeans(space, context, seed=5)
    assert found.space_id == space.id
    assert (found.method, found.seed, found.on, found.k) == ("kmeans", 5, "vectors", 3)
    assert found.params == {"n_clusters": 3, "unit_length": False, "n_init": 3, "max_iter": 100}
    assert found.sizes.tolist() == list(SIZES)
    assert found.n_noise == 0
    assert found.notes == ()
    assert 0 < found.seconds < 60
    assert not found.labels.flags.writeable
    assert np.array_equal(found.labels, groups()[1])


def test_the_medoid_is_the_item_nearest_to_the_mean_of_its_cluster(space, context):
    found = kmeans(space, context)
    for label, medoid in enumerate(found.medoids):
        rows = np.flatnonzero(found.labels == label)
        mean = space.vectors[rows].mean(axis=0)
        assert medoid == rows[np.linalg.norm(space.vectors[rows] - mean, axis=1).argmin()]


def test_on_a_map_the_coords_are_grouped_and_a_note_says_so(space, context, plane):
    found = kmeans(space, context, n_clusters=2, projection=plane)
    assert found.on == plane.id
    assert found.sizes.tolist() == [70, 20]
    assert found.notes == (
        "These are clusters of the map, which has gaps that the vectors do not have.",
    )
    rows = np.flatnonzero(found.labels == 0)
    apart = plane.coords[rows] - plane.coords[rows].mean(axis=0)
    assert found.medoids[0] == rows[np.linalg.norm(apart, axis=1).argmin()]


def test_items_that_are_not_on_the_map_are_in_no_cluster(space, context, plane):
    rows = np.arange(5, 90)
    part = Projection(space.id, "test", plane.coords[5:], rows=rows)
    found = kmeans(space, context, n_clusters=2, projection=part)
    assert found.labels[:5].tolist() == [-1] * 5
    assert (found.labels[5:] >= 0).all()
    assert found.notes[1] == "5 items are not on the map, and so in no cluster."
    coords = plane.coords.copy()
    coords[7] = np.nan
    found = kmeans(space, context, 2, projection=Projection(space.id, "test", coords))
    assert found.labels[7] == -1
    assert found.n_noise == 1
    assert found.notes[1] == "1 item is not on the map, and so in no cluster."
    assert 7 not in found.medoids


def test_a_map_without_any_item_is_refused(space, context):
    coords = np.full((90, 2), np.nan, np.float32)
    with pytest.raises(UserError, match="No item is on the map"):
        kmeans(space, context, projection=Projection(space.id, "test", coords))


def test_noise_is_counted(space, context, plane):
    coords = plane.coords.copy()
    coords[3] = [25, 400]
    found = cluster(space, "hdbscan", context, projection=Projection(space.id, "test", coords))
    assert found.labels[3] == -1
    are = "item is" if found.n_noise == 1 else "items are"
    assert found.notes[-1] == (
        f"{found.n_noise} {are} noise: in no cluster ({found.n_noise / 90:.1%})."
    )


def test_nothing_but_noise_is_an_answer(context):
    vectors = np.random.default_rng(0).uniform(size=(60, 2)).astype(np.float32)
    space = space_of(vectors, np.zeros(60, int))
    found = cluster(space, "hdbscan", context, params={"min_cluster_size": 40})
    assert (found.k, found.n_noise) == (0, 60)
    assert (found.names, found.terms, found.medoids.tolist()) == ((), (), [])
    assert found.notes == ("No cluster was found; try a smaller smallest cluster, or k-means.",)


@pytest.mark.parametrize("unit_length", [False, True])
def test_a_sample_is_grouped_and_the_rest_joins_it(space, context, unit_length):
    params = {"n_clusters": 3, "unit_length": unit_length}
    found = cluster(space, "kmeans", context, params=params, sample=45)
    assert np.array_equal(found.labels, groups()[1])
    assert found.notes == (
        "K-means grouped a uniform sample of 45 of 90 items; each other item joined the sampled "
        "item nearest to it.",
    )
    assert kmeans(space, context, sample=90).notes == ()


def test_a_method_with_a_limit_gets_a_sample(space, context):
    seen = []

    def run(points, params, seed, progress):
        seen.append(len(points))
        return Clustered((points[:, 0] > 5).astype(np.int32))

    limited = Clustering("limited", "Limited", "Takes few.", run=run, limit=lambda params, d: 5 * d)
    context.registry.plugins["clusterings"]["limited"] = limited
    found = cluster(space, "limited", context)
    assert seen == [40]
    assert np.array_equal(found.labels == 1, groups()[1] == 0)
    assert found.notes[0].startswith("Limited grouped a uniform sample of 40 of 90 items;")


def test_a_method_that_breaks_its_promise_is_a_mistake(space, context):
    bad = Clustering("bad", "Bad", "Bad.", run=lambda *_: Clustered(np.zeros(3, np.int32)))
    context.registry.plugins["clusterings"]["bad"] = bad
    with pytest.raises(TypeError, match=r"Bad returned int32 of shape \(3,\)"):
        cluster(space, "bad", context)


@pytest.mark.parametrize(
    ("method", "options", "says"),
    [
        ("dbscan", {}, "“dbscan” is not among the clusterings."),
        ("kmeans", {"params": {"k": 3}}, "k is not a setting here."),
        ("kmeans", {"params": {"n_clusters": 1}}, "Clusters is 1."),
        ("kmeans", {"seed": -1}, "The seed is -1."),
        ("kmeans", {"sample": 0}, "The sample is 0."),
    ],
)
def test_what_does_not_fit_is_refused(space, context, method, options, says):
    with pytest.raises(UserError) as caught:
        cluster(space, method, context, **options)
    assert caught.value.detail == says
    assert caught.value.hint


def test_directions_on_a_map_are_refused(space, context, plane):
    with pytest.raises(UserError, match="A map has no directions"):
        cluster(space, "kmeans", context, params={"unit_length": True}, projection=plane)


def test_a_cancel_ends_it(space, context):
    progress = Progress()
    progress.cancel()
    for sample in (None, 45):
        with pytest.raises(CancelledError):
            kmeans(space, context, sample=sample, progress=progress)


def test_a_child_gets_and_gives_plain_values(space, context, plane, tmp_path):
    folder = tmp_path / "space"
    folder.mkdir()
    write_folder(
        folder, name="s", table=space.table, vectors=space.vectors, provenance=space.provenance
    )
    told = cluster_to_plain(
        str(folder),
        "kmeans",
        {"n_clusters": 2},
        0,
        Progress(),
        coords=plane.coords,
        projection_id="the map",
    )
    found = clusters_from_plain(pickle.loads(pickle.dumps(told)))
    here = kmeans(space, context, n_clusters=2, projection=plane)
    assert found.on == "the map"
    assert np.array_equal(found.labels, here.labels)
    assert (found.names, found.terms) == (here.names, here.terms)
    assert found.medoids.tolist() == here.medoids.tolist()
    assert not found.labels.flags.writeable
    told = cluster_to_plain(str(folder), "kmeans", {"n_clusters": 3}, 0, Progress())
    assert clusters_from_plain(told).sizes.tolist() == list(SIZES)


def test_what_would_not_fit_into_memory_is_refused_before_it_begins(space, context):
    def run(points, params, seed, progress):
        raise AssertionError("it was begun")

    huge = Clustering(
        "huge", "Huge", "Takes much.", run=run, memory=lambda n, d, params: n * 10**15
    )
    context.registry.plugins[Clustering.kind]["huge"] = huge
    with pytest.raises(UserError, match="Not enough memory") as refused:
        cluster(space, "huge", context)
    assert refused.value.detail.startswith("Huge of 90 items needs about ")
