"""Clusters: found as one step, named in column, list and map alike, renamed, merged, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from embexplorer.app.appearance import coloring_of
from embexplorer.app.presenters.contents import contents_of, text_of_contents
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.keep import on_disk

if TYPE_CHECKING:
    from embexplorer.app.services import Services
    from embexplorer.core.space import Space

SIZES = (30, 20, 10)
TOPICS = ("planet orbit telescope", "goal penalty derby", "recipe bread oven")
COLUMN = "Cluster (K-means, vectors)"


@pytest.fixture
def stories() -> Space:
    """Return sixty short texts on three topics of unequal size."""
    rng = np.random.default_rng(0)
    topic = np.repeat(np.arange(3), SIZES)
    vectors = np.eye(3, 6)[topic] * 5 + rng.normal(size=(60, 6)) * 0.3
    items = [f"{TOPICS[k]} number {row}" for row, k in enumerate(topic)]
    return make_space(vectors, make_table(items), name="stories")


@pytest.fixture
def found(services: Services, stories: Space) -> Services:
    services.library.add(on_disk(stories, services.context))
    services.clustering.find("kmeans", {"n_clusters": 3}, on="vectors")
    return services


def names(services: Services) -> list[str]:
    contents = contents_of(services.store.state)
    return [] if contents is None else [row.name for row in contents.rows]


def state_of(services: Services):
    return services.store.state


def test_clusters_become_a_column_colors_and_names_in_one_step(found: Services) -> None:
    state = state_of(found)
    (clusters,) = state.document.clusters
    assert clusters.sizes.tolist() == list(SIZES)
    assert clusters.on == "vectors"
    values = state.space.table.column(COLUMN).to_pylist()
    assert values == [clusters.names[label] for label in clusters.labels]
    assert (state.style.color_by, state.style.labels) == (COLUMN, clusters.id)
    assert state.message == "Found 3 clusters; every item is in a cluster."
    assert state.drawings["labels"].shown.names == clusters.names
    found.store.undo()
    after = state_of(found)
    assert (after.document.clusters, after.document.columns) == ((), ())
    assert (after.style.color_by, after.style.labels) == ("", "")
    found.store.redo()
    assert state_of(found).style.labels == clusters.id


def test_contents_say_what_was_found_on_what_and_how_it_was_named(found: Services) -> None:
    contents = contents_of(state_of(found))
    assert contents.title == COLUMN
    assert [row.size for row in contents.rows] == list(SIZES)
    for row, topic in zip(contents.rows, TOPICS, strict=True):
        assert set(topic.split()) == set(row.name.split(", "))
        assert not set(row.terms.split(", ")) & set(topic.split())
    assert contents.notes[:3] == (
        "Found on the vectors, in the full space.",
        "Every item is in a cluster.",
        "Names are the terms that set the texts of a cluster apart (c-TF-IDF).",
    )
    coloring = coloring_of(state_of(found).space, COLUMN)
    places = dict(zip(coloring.names, coloring.positions, strict=True))
    assert [row.position for row in contents.rows] == [places[row.name] for row in contents.rows]
    text = text_of_contents(contents)
    assert text.splitlines()[0] == "cluster\titems\tterms"
    assert text.splitlines()[1].split("\t")[1] == "30"
    assert "Found on the vectors" in text


def test_clusters_of_a_map_say_that_a_map_invents_gaps(services: Services, stories: Space) -> None:
    services.library.add(on_disk(stories, services.context))
    services.clustering.find("kmeans", {"n_clusters": 2}, on="map")
    state = state_of(services)
    assert state.document.clusters[0].on == state.projection.id
    contents = contents_of(state)
    assert contents.title == "Cluster (K-means, map)"
    assert contents.notes[0] == (
        "Found on the map (PCA 2-D). These are clusters of the map, which has gaps that the "
        "vectors do not have."
    )


def test_clusters_found_again_have_a_column_of_their_own(found: Services) -> None:
    found.clustering.find("kmeans", {"n_clusters": 2}, on="vectors")
    contents = contents_of(state_of(found))
    assert [title for _, title in contents.choices] == [COLUMN, f"{COLUMN} 2"]
    assert state_of(found).style.color_by == f"{COLUMN} 2"
    first = contents.choices[0][0]
    found.clustering.color(first)
    assert contents_of(state_of(found)).clusters_id == first
    assert state_of(found).style.color_by == COLUMN


def test_a_name_changes_everywhere_at_once(found: Services) -> None:
    (clusters,) = state_of(found).document.clusters
    found.clustering.rename(clusters.id, 1, "  Football ")
    state = state_of(found)
    assert names(found)[1] == "Football"
    assert state.space.table.column(COLUMN).to_pylist().count("Football") == 20
    assert state.drawings["labels"].shown.names[1] == "Football"
    assert state.style.labels == clusters.id
    found.store.undo()
    assert names(found) == list(clusters.names)


def test_a_name_that_is_taken_is_a_problem_in_words(found: Services) -> None:
    (clusters,) = state_of(found).document.clusters
    found.clustering.rename(clusters.id, 1, clusters.names[0])
    assert state_of(found).problems[-1].error.title == "The name is taken"
    assert names(found) == list(clusters.names)


def test_merged_clusters_are_one_in_column_list_and_map(found: Services) -> None:
    (before,) = state_of(found).document.clusters
    found.clustering.merge(before.id, [1, 2])
    state = state_of(found)
    (after,) = state.document.clusters
    assert after.sizes.tolist() == [30, 30]
    assert state.style.labels == after.id
    assert len(state.document.columns) == 1
    assert len(set(state.space.table.column(COLUMN).to_pylist())) == 2
    assert len(state.drawings["labels"].shown.names) == 2
    found.store.undo()
    assert state_of(found).document.clusters == (before,)
    assert state_of(found).style.labels == before.id


def test_a_cluster_is_selected_as_far_as_it_is_shown(found: Services) -> None:
    (clusters,) = state_of(found).document.clusters
    found.clustering.select(clusters.id, 2)
    assert state_of(found).selection.indices.tolist() == list(range(50, 60))
    found.clustering.select(clusters.id, 1, "add")
    assert len(state_of(found).selection) == 30
    found.filtering.add_expression('item contains "5"')
    assert len(found.clustering.rows_of(clusters.id, 2)) == 10
    assert len(found.clustering.rows_of(clusters.id, 0)) == 3  # 5, 15 and 25


def test_removed_clusters_leave_nothing(found: Services) -> None:
    (clusters,) = state_of(found).document.clusters
    found.clustering.remove(clusters.id)
    state = state_of(found)
    assert (state.document.clusters, state.document.columns) == ((), ())
    assert (state.style.color_by, state.style.labels) == ("", "")
    assert contents_of(state) is None
    found.store.undo()
    assert names(found) == list(clusters.names)
    assert state_of(found).style.color_by == COLUMN


def test_a_setting_that_is_out_of_range_is_a_problem(found: Services) -> None:
    found.clustering.find("kmeans", {"n_clusters": 1})
    assert state_of(found).problems
    assert len(state_of(found).document.clusters) == 1
