from __future__ import annotations

import pickle
from itertools import combinations

import numpy as np
import pytest

from embexplorer.core.contracts import Projected, ProjectionMethod
from embexplorer.core.errors import CancelledError, UserError
from embexplorer.core.progress import Progress
from embexplorer.core.space import Provenance, make_space, make_table
from embexplorer.measures.map_agreement import procrustes_residual
from embexplorer.operations import stability as module
from embexplorer.operations.context import Context
from embexplorer.operations.project import project
from embexplorer.operations.stability import (
    stability,
    stability_from_plain,
    stability_to_plain,
)
from embexplorer.storage.space_folder import write_folder


def first_axes(asked):
    """Show the first dimensions, with noise that the seed makes."""
    noise = np.random.default_rng(asked.seed).normal(size=(len(asked.vectors), asked.dims))
    return Projected((asked.vectors[:, : asked.dims] + 0.1 * noise).astype(np.float32))


@pytest.fixture
def context(tmp_path):
    context = Context.default(tmp_path / "cache")
    method = ProjectionMethod("first-axes", "First axes", "The first dimensions.", run=first_axes)
    context.registry.plugins[ProjectionMethod.kind][method.id] = method
    return context


def space_of(n, d=5):
    vectors = np.random.default_rng(1).normal(size=(n, d)).astype(np.float32)
    return make_space(vectors, make_table([f"item {row}" for row in range(n)]))


def nearest(coords, k):
    wide = coords.astype(np.float64)
    distances = np.linalg.norm(wide[:, None] - wide[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    return [set(row) for row in np.argsort(distances, axis=1)[:, :k].tolist()]


def test_stability_equals_its_definition(context):
    space = space_of(80)
    found = stability(space, "first-axes", context, seeds=3, first_seed=4, k=6)
    maps = [project(space, "first-axes", context, seed=seed).coords for seed in (4, 5, 6)]
    near = [nearest(coords, 6) for coords in maps]
    of_items = np.zeros(80)
    for one, other in combinations(range(3), 2):
        shares = [len(a & b) / 6 for a, b in zip(near[one], near[other], strict=True)]
        assert found.overlaps[one, other] == pytest.approx(np.mean(shares), abs=1e-12)
        assert found.overlaps[other, one] == found.overlaps[one, other]
        assert found.residuals[one, other] == procrustes_residual(maps[one], maps[other])
        of_items += np.array(shares) / 3
    assert np.diag(found.overlaps).tolist() == [1.0] * 3
    assert np.diag(found.residuals).tolist() == [0.0] * 3
    assert found.column.values.to_numpy() == pytest.approx(of_items, abs=1e-12)
    assert found.mean == pytest.approx(of_items.mean(), abs=1e-12)
    assert 0.4 < found.mean < 0.9
    assert found.chance == pytest.approx(6 / 79)
    assert (found.seeds, found.k, found.sampled, found.notes) == ((4, 5, 6), 6, None, ())
    assert found.how == (
        "Stability: mean share of the 6 nearest items on a First axes map that are also nearest on"
        " another, over each two of 3 maps that differ by their seed alone (4 to 6), for 80 items;"
        " 0.076 by chance."
    )
    assert (found.column.name, found.column.how) == ("Stability", found.how)


def test_all_maps_are_of_the_same_sample(context):
    space = space_of(90)
    found = stability(space, "first-axes", context, seeds=2, sample=30, k=4)
    again = stability(space, "first-axes", context, seeds=2, sample=30, k=4)
    assert found.column.values.null_count == 60
    assert found.column.values.equals(again.column.values)
    assert "for 30 items out of 90;" in found.how
    assert any("30 of 90 items" in note for note in found.notes)


def test_above_the_limit_a_sample_is_asked_and_said(context, monkeypatch):
    space = space_of(90)
    whole = stability(space, "first-axes", context, seeds=2, k=4)
    monkeypatch.setattr(module, "EVERY_ITEM", 50)
    monkeypatch.setattr(module, "QUERIES", 20)
    found = stability(space, "first-axes", context, seeds=2, k=4)
    asked = found.column.values.is_valid().to_numpy(zero_copy_only=False)
    assert (found.sampled, asked.sum()) == (20, 20)
    values = found.column.values.to_numpy(zero_copy_only=False)[asked]
    assert values == pytest.approx(whole.column.values.to_numpy()[asked], abs=1e-12)
    assert "for 20 of the 90 items on them;" in found.how
    assert "20 of 90 items were asked for their neighbors." in found.notes


def test_a_method_without_a_seed_is_not_run(context):
    found = stability(space_of(20), "pca", context)
    assert found.notes == ("PCA gives the same map for every seed: there is nothing to compare.",)
    assert (found.mean, found.column, found.overlaps.shape) == (None, None, (0, 0))


def test_equal_maps_are_perfectly_stable_and_it_is_said(context):
    space = make_space(np.ones((12, 4), np.float32), make_table(list("abcdefghijkl")))
    found = stability(space, "tsne", context, seeds=2)
    assert found.mean == 1.0
    assert found.residuals.tolist() == [[0, 0], [0, 0]]
    assert "All 2 maps are equal: with these settings the seed changes nothing." in found.notes
    assert "Compared with 11 neighbors instead of 15: there are 12 items." in found.notes


def test_a_child_measures_the_same_t_sne_as_here(context, tmp_path):
    space = space_of(40)
    (tmp_path / "space").mkdir()
    write_folder(
        tmp_path / "space",
        name="made",
        table=space.table,
        vectors=space.vectors,
        provenance=Provenance(),
    )
    params = {"n_iter": 20, "early_exaggeration_iter": 10, "initialization": "random"}
    plain = stability_to_plain(str(tmp_path / "space"), "tsne", params, 2, 2, Progress(), k=5)
    there = stability_from_plain(pickle.loads(pickle.dumps(plain)))
    here = stability(space, "tsne", context, params=params, seeds=2, k=5)
    assert there.mean == here.mean
    assert there.chance < there.mean < 1
    assert np.array_equal(there.overlaps, here.overlaps)
    assert np.array_equal(there.residuals, here.residuals)
    assert there.column.values.equals(here.column.values)
    assert there.column.params["params"]["n_iter"] == 20
    nothing = stability_to_plain(str(tmp_path / "space"), "pca", {}, 2, 2, Progress())
    assert stability_from_plain(nothing).column is None


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"seeds": 1}, "1 were asked for"),
        ({"first_seed": -1}, "The first seed is -1"),
        ({"first_seed": 2**32 - 1, "seeds": 2}, "The first seed is 4294967295"),
        ({"k": 0}, "k is 0"),
        ({"sample": 2}, "needs 3 items; there are 2"),
        ({"dims": 4}, "4 were asked for"),
        ({"params": {"speed": 3}}, "speed"),
    ],
)
def test_what_does_not_fit_is_refused(context, asked, says):
    with pytest.raises(UserError, match=says):
        stability(space_of(20), "first-axes", context, **asked)


def test_measuring_stability_can_be_cancelled(context):
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        stability(space_of(20), "first-axes", context, progress=progress)


def test_a_supervised_map_is_repeated_with_its_groups(tmp_path):
    """The groups are at random, so that only their labels make the maps agree about them."""
    rng = np.random.default_rng(0)
    groups = [f"group {row % 3}" for row in range(60)]
    vectors = rng.normal(size=(60, 8)).astype(np.float32)
    space = make_space(vectors, make_table([f"i{row}" for row in range(60)], {"group": groups}))
    context = Context.default(tmp_path / "cache")
    asked = {"params": {"n_epochs": 60, "n_neighbors": 10}, "seeds": 2, "k": 19}
    supervised = stability(space, "umap", context, labels_from="group", **asked)
    assert supervised.column.params["labels_from"] == "group"
    assert any("pulled together by the column “group”" in note for note in supervised.notes)
    alone = stability(space, "umap", context, **asked)
    assert "labels_from" not in alone.column.params
    assert supervised.mean > alone.mean + 0.1
