from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.derived import Clusters
from embexplorer.core.errors import UserError
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.edit_clusters import cluster_table, column_of, merge, rename

LABELS = np.array([0, 0, 1, 2, 0, 1, -1, 3, 2, 0, 1, 0], np.int32)


@pytest.fixture
def clusters():
    return Clusters(
        space_id="space",
        method="kmeans",
        labels=LABELS,
        names=("cat, dog, cow", "red, blue", "one, two", "sea"),
        terms=(("cat", "dog", "cow", "pig"), ("red", "blue"), ("one", "two"), ("sea",)),
        medoids=np.array([4, 2, 8, 7]),
        params={"n_clusters": 4, "max_iter": None},
        seed=3,
        notes=("A note.",),
    )


def test_renaming_changes_one_name(clusters):
    found = rename(clusters, 1, "  the \n colors ")
    assert found.names == ("cat, dog, cow", "the colors", "one, two", "sea")
    assert (found.id, found.labels is LABELS) == (clusters.id, True)
    assert rename(clusters, 3, "sea").names == clusters.names
    assert clusters.names[1] == "red, blue"


@pytest.mark.parametrize(("name", "says"), [(" ", "A cluster needs a name"), ("sea", "is taken")])
def test_a_name_that_tells_nothing_apart_is_refused(clusters, name, says):
    with pytest.raises(UserError, match=says) as caught:
        rename(clusters, 1, name)
    assert caught.value.hint


def test_merged_clusters_are_one_and_the_largest_comes_first(clusters):
    found = merge(clusters, [3, 1, 2, 1])
    assert found.labels.tolist() == [1, 1, 0, 0, 1, 0, -1, 0, 0, 1, 0, 1]
    assert found.sizes.tolist() == [6, 5]
    assert found.terms == (("red", "one", "sea", "blue", "two"), ("cat", "dog", "cow", "pig"))
    assert found.names == ("red, one, sea", "cat, dog, cow")
    assert found.medoids.tolist() == [2, 4]
    assert found.notes == ("A note.", "Merged by hand: “red, blue”, “one, two”, “sea”.")
    assert found.id != clusters.id
    assert not found.labels.flags.writeable
    assert clusters.labels.tolist() == LABELS.tolist()


def test_merging_keeps_the_names_that_a_person_gave(clusters):
    found = merge(rename(clusters, 2, "numbers"), [2, 3])
    assert found.names == ("cat, dog, cow", "red, blue", "numbers + sea")
    assert found.sizes.tolist() == [5, 3, 3]


def test_one_cluster_is_nothing_to_merge(clusters):
    with pytest.raises(UserError, match="Nothing to merge"):
        merge(clusters, [1, 1])


def test_a_column_holds_names_and_nothing_for_noise(clusters):
    column = column_of(clusters, "topic")
    assert (column.space_id, column.name, column.projection_id) == ("space", "topic", "")
    assert column.values.to_pylist() == [
        "cat, dog, cow", "cat, dog, cow", "red, blue", "one, two", "cat, dog, cow", "red, blue",
        None, "sea", "one, two", "cat, dog, cow", "red, blue", "cat, dog, cow",
    ]  # fmt: skip
    assert column.how == (
        "Clustered the vectors with kmeans (n_clusters 4, seed 3): 4 clusters, 1 of 12 items in "
        "none."
    )
    assert column.params["method"] == "kmeans"
    assert column.params["clusters_id"] == clusters.id


def test_a_column_of_a_map_names_it():
    clusters = Clusters(
        "s", "hdbscan", np.array([0, -1], np.int32), ("a",), ((),), np.zeros(1), "m"
    )
    column = column_of(clusters)
    assert column.projection_id == "m"
    assert column.how == (
        "Clustered the coordinates of a map with hdbscan (seed 0): 1 cluster, 1 of 2 items in none."
    )


def test_a_table_has_every_item_in_order(clusters):
    space = make_space(np.ones((12, 2), np.float32), make_table(list("abcdefghijkl")))
    table = cluster_table(space, clusters)
    assert table.column_names == ["item", "cluster", "name"]
    assert table.column("item").to_pylist() == list("abcdefghijkl")
    assert table.column("cluster").to_pylist() == LABELS.tolist()
    assert table.column("name").to_pylist()[5:8] == ["red, blue", None, "sea"]
