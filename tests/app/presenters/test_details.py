"""What is known about the selected items."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from embexplorer.app.presenters.details import item_details, selection_details
from embexplorer.app.state import NeighborsKept
from embexplorer.core.projection import Projection
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.keep import on_disk


def kept_by_hand(space, coords, row: int, k: int, *, is_cosine: bool) -> int:
    vectors = space.vectors.astype(np.float64)
    rows = [other for other in range(space.n) if other != row]
    if is_cosine:
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        far = -unit @ unit[row]
    else:
        far = np.linalg.norm(vectors - vectors[row], axis=1)
    on_map = np.linalg.norm(coords - coords[row], axis=1)
    nearest = sorted(rows, key=lambda other: (far[other], other))[:k]
    shown = sorted(rows, key=lambda other: (on_map[other], other))[:k]
    return len(set(nearest) & set(shown))


@pytest.fixture
def random_space(services):
    rng = np.random.default_rng(4)
    # Lengths differ, so that the nearest by angle are not the nearest by distance.
    vectors = rng.normal(size=(60, 6)) * rng.uniform(0.2, 5, size=(60, 1))
    table = make_table([f"item{row}" for row in range(60)])
    return on_disk(make_space(vectors, table, name="random"), services.context)


@pytest.mark.parametrize(
    ("method", "params", "is_cosine"),
    [
        ("tsne", {"metric": "cosine"}, True),
        ("tsne", {"metric": "euclidean"}, False),
        ("pca", {"unit_length": True}, True),
        ("pca", {}, False),
        ("file", {}, False),
    ],
)
def test_neighbors_kept_are_counted_with_the_metric_of_the_map(
    services, random_space, method, params, is_cosine
):
    coords = np.random.default_rng(5).normal(size=(60, 2)).astype(np.float32)
    made = Projection(random_space.id, method, coords, params, quality={"k": 15})
    services.library.add(random_space, made)
    answers = []
    for row in range(12):
        services.selecting.take([row])
        answers.append(services.store.state.kept)
    expected = [
        NeighborsKept(
            made.id, row, kept_by_hand(random_space, coords, row, 15, is_cosine=is_cosine), 15
        )
        for row in range(12)
    ]
    assert answers == expected
    assert len({answer.kept for answer in answers}) > 1


def test_another_map_is_counted_anew(services, random_space):
    rng = np.random.default_rng(5)
    maps = [
        Projection(random_space.id, "file", rng.normal(size=(60, 2)).astype(np.float32))
        for _ in range(2)
    ]
    for made in maps:
        services.library.add(random_space, made)
    services.selecting.take([7])
    assert services.store.state.kept.projection_id == maps[1].id
    services.map.show(maps[0].id)
    kept = services.store.state.kept
    assert kept == NeighborsKept(
        maps[0].id, 7, kept_by_hand(random_space, maps[0].coords, 7, 15, is_cosine=False), 15
    )


def test_a_zero_vector_has_no_neighbors_to_keep(services, tiny):
    coords = np.zeros((8, 2), np.float32)
    services.library.add(tiny, Projection(tiny.id, "tsne", coords, {"metric": "cosine"}))
    services.selecting.take([6])
    assert services.store.state.kept is None
    assert services.store.state.problems == ()


def test_several_items_are_not_counted(services, random_space):
    services.library.add(random_space)
    services.selecting.take([1, 2])
    assert services.store.state.kept is None


def test_details_of_one_item(space):
    details = item_details(space, 5)
    assert details.index == 5
    assert details.text == "pear"
    assert details.place == "Item 6 of 8 · tiny"
    assert details.columns == (("kind", "fruit"), ("size", "6"))
    assert details.norm == pytest.approx(np.sqrt(25.25))


def test_details_show_the_long_text_once_and_name_what_is_missing():
    columns = {
        "text": ["the whole text", None],
        "day": [dt.date(2024, 5, 6), None],
        "score": [1 / 3, None],
        "flag": [True, None],
    }
    space = make_space(np.ones((2, 1)), make_table(["a", "b"], columns), name="s")
    assert item_details(space, 0).text == "the whole text"
    assert item_details(space, 0).columns == (
        ("day", "2024-05-06"),
        ("score", "0.333333"),
        ("flag", "True"),
    )
    assert item_details(space, 1).text == "b"
    assert item_details(space, 1).columns == (
        ("day", "missing"),
        ("score", "missing"),
        ("flag", "missing"),
    )


def test_details_of_several_items(space):
    rows = np.array([0, 1, 4, 6])
    details = selection_details(space, rows, "kind")
    assert (details.n, details.share, details.space_name) == (4, 0.5, "tiny")
    assert details.column == "kind"
    assert details.composition == (("person", 2), ("fruit", 1), ("missing", 1))


def test_several_items_without_a_column(space):
    details = selection_details(space, np.array([0, 1]), "")
    assert (details.n, details.composition) == (2, ())


def test_yes_and_no_are_named_as_in_the_legend():
    flags = [True, False, True, None]
    space = make_space(np.ones((4, 1)), make_table(list("abcd"), {"flag": flags}))
    made_of = selection_details(space, np.arange(4), "flag").composition
    assert made_of == (("true", 2), ("false", 1), ("missing", 1))


def test_numbers_on_a_ramp_are_no_composition(space):
    assert selection_details(space, np.arange(8), "size").composition == ()


def test_the_composition_has_eight_rows_at_most():
    kinds = [f"k{min(row, 9)}" for row in range(30)]
    space = make_space(np.ones((30, 1)), make_table(kinds, {"kind": kinds}))
    made_of = selection_details(space, np.arange(30), "kind").composition
    assert made_of[0] == ("k9", 21)
    assert len(made_of) == 8
