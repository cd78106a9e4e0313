from __future__ import annotations

import json

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.space import make_space, make_table
from embexplorer.measures.quality import measure_faithfulness
from embexplorer.operations.quality import (
    measure_quality,
    neighbors_of_item,
)


def random_pair(n, d=8):
    rng = np.random.default_rng(19)
    vectors = rng.standard_normal((n, d)).astype(np.float32)
    return vectors, (vectors[:, :2] + 0.2 * rng.standard_normal((n, 2))).astype(np.float32)


def kept_of(*about, **options):
    """Return how many neighbors the map keeps, and of how many."""
    found = neighbors_of_item(*about, **options)
    return found.kept, found.k


def test_quality_is_what_a_project_file_keeps():
    vectors, coords = random_pair(200)
    quality = measure_quality(vectors, coords, metric="cosine", k=10)
    found = measure_faithfulness(vectors, coords, metric="cosine", k=10)
    assert json.loads(json.dumps(quality)) == {
        "trustworthiness": found.trustworthiness,
        "continuity": found.continuity,
        "neighbors_kept": found.neighbors_kept,
        "k": 10,
        "sampled": None,
        "notes": [],
    }
    assert 0.5 < quality["trustworthiness"] < 1
    assert 0 < quality["neighbors_kept"] < 1


def test_the_metric_of_the_space_matters():
    vectors, coords = random_pair(200)
    vectors *= np.linspace(0.01, 10, 200, dtype=np.float32)[:, None]
    by_cosine = measure_quality(vectors, coords, metric="cosine")
    by_distance = measure_quality(vectors, coords, metric="euclidean")
    assert by_cosine["trustworthiness"] > by_distance["trustworthiness"] + 0.05


def test_large_spaces_are_sampled_and_it_is_said():
    vectors, coords = random_pair(2500)
    quality = measure_quality(vectors, coords, max_queries=300)
    assert quality["sampled"] == 300
    whole = measure_faithfulness(vectors, coords, max_queries=2500)
    assert not whole.is_sampled
    assert quality["trustworthiness"] == pytest.approx(whole.trustworthiness, abs=0.02)
    assert quality["neighbors_kept"] == pytest.approx(whole.neighbors_kept, abs=0.02)
    assert measure_quality(vectors, coords, max_queries=300) == quality


@pytest.mark.parametrize(("n", "k"), [(31, 14), (32, 15), (4, 1), (5, 1)])
def test_few_items_reduce_k_and_it_is_said(n, k):
    vectors, coords = random_pair(n)
    quality = measure_quality(vectors, coords)
    assert quality["k"] == k
    assert 0 <= quality["trustworthiness"] <= 1
    counted = "1 neighbor" if k == 1 else f"{k} neighbors"
    expected = [f"Measured with {counted} instead of 15: there are {n} items."]
    assert quality["notes"] == (expected if k < 15 else [])


@pytest.mark.parametrize("n", [1, 2, 3])
def test_too_few_items_have_no_quality(n):
    vectors, coords = random_pair(n)
    quality = measure_quality(vectors, coords)
    assert (quality["trustworthiness"], quality["neighbors_kept"], quality["k"]) == (None, None, 0)
    assert quality["notes"] == [
        f"Faithfulness needs 4 items; there {'is' if n == 1 else 'are'} {n}."
    ]


def test_zero_vectors_are_counted_in_a_note():
    vectors, coords = random_pair(60)
    vectors[[4, 9]] = 0
    quality = measure_quality(vectors, coords, metric="cosine")
    assert quality["notes"] == ["Zero vectors have no cosine; left out: 2."]
    assert measure_quality(vectors, coords, metric="euclidean")["notes"] == []


def test_coords_that_do_not_fit_are_refused():
    vectors, coords = random_pair(50)
    broken = coords.copy()
    broken[7, 1] = np.nan
    for bad, title in (
        (coords[:49], "Coords and items differ in number"),
        (coords[:, 0], "Coords and items differ in number"),
        (broken, "Coords of row 8 are not finite"),
    ):
        with pytest.raises(UserError) as caught:
            measure_quality(vectors, bad)
        assert caught.value.title == title
    with pytest.raises(UserError, match="manhattan"):
        measure_quality(vectors, coords, metric="manhattan")
    with pytest.raises(UserError, match="The seed is -1"):
        measure_quality(vectors, coords, seed=-1)
    with pytest.raises(UserError, match="k is 0"):
        measure_quality(vectors, coords, k=0)


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_one_item_keeps_what_the_whole_measure_counts(metric):
    vectors, coords = random_pair(120)
    space = make_space(vectors, make_table([str(i) for i in range(120)]))
    whole = measure_faithfulness(vectors, coords, metric=metric, k=15)
    for index in (0, 60, 119):
        kept = kept_of(space, coords, index, 15, metric=metric)
        assert kept == (whole.kept[index], 15)


def test_one_item_among_few_or_without_direction():
    vectors, coords = random_pair(5)
    vectors[3] = 0
    space = make_space(vectors, make_table(list("abcde")))
    assert kept_of(space, coords, 0, 15) == (4, 4)
    assert kept_of(space, coords, 0, 15, metric="cosine") == (3, 3)
    assert kept_of(space, coords, 3, 15, metric="cosine") == (0, 0)
    alone = make_space(vectors[:1], make_table(["a"]))
    assert kept_of(alone, coords[:1], 0, 15) == (0, 0)


def test_the_neighbors_of_one_item_are_rows_nearest_first():
    vectors, coords = random_pair(60)
    space = make_space(vectors, make_table([str(i) for i in range(60)]))
    found = neighbors_of_item(space, coords, 7, 5)
    distances = np.linalg.norm(vectors.astype(float) - vectors[7], axis=1)
    assert found.in_space.tolist() == np.argsort(distances)[1:6].tolist()
    on_map = np.linalg.norm(coords.astype(float) - coords[7], axis=1)
    assert found.on_map.tolist() == np.argsort(on_map)[1:6].tolist()
    both = set(found.in_space.tolist()) & set(found.on_map.tolist())
    assert (found.kept, found.k) == (len(both), 5)


def test_on_the_map_of_a_sample_only_its_items_are_neighbors():
    vectors, coords = random_pair(60)
    vectors[9] = 0
    rows = np.arange(3, 60, 3)
    space = make_space(vectors, make_table([str(i) for i in range(60)]))
    part = make_space(vectors[rows], make_table([str(i) for i in rows]))
    found = neighbors_of_item(space, coords[rows], 30, 4, metric="cosine", rows=rows)
    alone = neighbors_of_item(part, coords[rows], 9, 4, metric="cosine")
    assert found.in_space.tolist() == rows[alone.in_space].tolist()
    assert found.on_map.tolist() == rows[alone.on_map].tolist()
    for elsewhere in (31, 9):  # not on the map; without a direction
        assert (
            neighbors_of_item(space, coords[rows], elsewhere, 4, metric="cosine", rows=rows).k == 0
        )
