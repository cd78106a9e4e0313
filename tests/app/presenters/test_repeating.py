from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from embexplorer.app import state as states
from embexplorer.app.presenters.repeating import (
    action_of,
    caption_of_map,
    methods_of,
    repeat_text,
)
from embexplorer.app.state import AnalogyQuestion, Live, NeighborsQuestion, State
from embexplorer.app.style import Style
from embexplorer.core.derived import Clusters
from embexplorer.core.errors import UserError
from embexplorer.core.projection import Projection
from embexplorer.operations.context import Context
from embexplorer.operations.explore import analogy, neighbors
from embexplorer.operations.keep import on_disk
from embexplorer.operations.repeat import FindClusters, FindNeighbors, Project, SolveAnalogy


@pytest.fixture
def context():
    return Context.default()


@pytest.fixture
def state(space, context):
    """A state with a space, its map, an answered query and an answered analogy."""
    kept = on_disk(space, context)
    made = Projection(kept.id, "pca", np.zeros((8, 2), np.float32), {"whiten": True}, seed=5)
    filled = states.add_projection(states.add_data(State(), kept), made)
    asked = NeighborsQuestion(kept.id, "king", 3, "dot", neighbors(kept, "king", k=3, metric="dot"))
    words = ("man", "king", "woman")
    solved = AnalogyQuestion(kept.id, *words, "3cosmul", analogy(kept, *words, method="3cosmul"))
    return dataclasses.replace(filled, neighbors=asked, analogy=solved)


def test_each_tab_repeats_its_own_answer_and_the_others_the_map(state):
    query = action_of(state, "Neighbors")
    assert isinstance(query, FindNeighbors)
    assert (query.query, query.k, query.metric, query.encoder) == ("king", 3, "dot", "")
    solved = action_of(state, "Analogy")
    assert isinstance(solved, SolveAnalogy)
    assert (solved.a, solved.b, solved.c, solved.method) == ("man", "king", "woman", "3cosmul")
    made = action_of(state, "Details")
    assert isinstance(made, Project)
    assert (made.method, made.params, made.seed) == ("pca", {"whiten": True}, 5)


def test_the_contents_repeat_the_clusters_that_are_named(state):
    labels = np.zeros(8, np.int32)
    found = Clusters(state.active_space, "kmeans", labels, ("a",), ((),), np.array([0]), seed=2)
    named = dataclasses.replace(
        states.with_document(state, clusters=(found,)),
        styles={state.active_space: Style(labels=found.id)},
    )
    action = action_of(named, "Contents")
    assert isinstance(action, FindClusters)
    assert (action.method, action.seed, action.mapped) == ("kmeans", 2, None)
    on_map = dataclasses.replace(found, on=state.active_projection)
    action = action_of(states.with_document(named, clusters=(on_map,)), "Contents")
    assert action.mapped.seed == 5


def test_the_text_is_a_command_or_python(state, context):
    action = action_of(state, "Neighbors")
    folder = state.space.folder
    assert repeat_text(action, "command", context) == (
        f"embexplorer neighbors {folder} king -k 3 --metric dot"
    )
    assert repeat_text(action, "python", context).endswith(
        "found = ee.neighbors(space, 'king', k=3, metric='dot')\n"
    )


def test_without_a_map_there_is_nothing_to_repeat(state):
    with pytest.raises(UserError, match="Nothing to repeat"):
        action_of(State(), "Details")
    with pytest.raises(UserError, match="no map yet"):
        action_of(dataclasses.replace(state, active_projection=""), "Details")


def test_methods_are_of_the_map_that_is_shown(state, context):
    assert methods_of(State(), context) is None
    methods = methods_of(state, context)
    assert "Map: PCA of 8 items to 2 dimensions (whiten = yes; seed 5;" in methods.text
    assert methods.record["projection"]["seed"] == 5


def test_the_caption_is_about_what_is_on_the_map(state, context):
    assert caption_of_map(state, context).startswith("PCA")
    frame = np.ones((8, 2), np.float32)
    running = Live(1, state.active_space, "umap", {}, 2, 0, frame)
    said = caption_of_map(dataclasses.replace(state, live=running), context)
    assert said == "UMAP of tiny, while it was running: not a finished map."
    assert caption_of_map(State(), context) == ""
