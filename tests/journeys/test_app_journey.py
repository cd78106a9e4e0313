"""The whole way with real child processes: a corpus becomes a map that answers questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from embexplorer.app.presenters.asking import overlap_sentence
from embexplorer.app.presenters.library import library_view
from embexplorer.app.presenters.marks import marks_of
from embexplorer.app.presenters.status import status_view
from embexplorer.storage.paths import resource
from tests.journeys.app_loop import AppLoop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from embexplorer.app.state import State

ENDLESS = {"n_iter": 10_000}


@pytest.fixture
def window() -> Iterator[AppLoop]:
    made = AppLoop()
    yield made
    made.services.runner.shutdown()


def methods(state: State) -> list[str]:
    return [made.method for made in state.document.projections_of(state.active_space)]


def test_from_a_corpus_to_a_map_and_its_questions(window: AppLoop, tmp_path):
    services = window.services
    assert services.remembered.settings.method == "umap"

    # Open the corpus and encode it.
    services.library.open([resource("samples/sentences.csv")])
    corpus = window.until(lambda state: state.texts).texts
    assert corpus.n == 300
    services.library.encode(corpus.id, "hashing", {"dimensions": 128}, "cpu")
    state = window.until(lambda state: state.space)
    assert (state.space.name, state.space.n, state.space.d) == ("sentences", 300, 128)
    assert state.style.color_by == "topic"

    # PCA at once, then UMAP with live frames.
    state = window.until(lambda state: state.projection)
    assert state.projection.method == "pca"
    assert window.frames == []
    state = window.until(lambda state: state.live is not None and state.live.coords is not None)
    assert status_view(state).quality.startswith("CPU")
    state = window.until(lambda state: state.projection.method == "umap")
    assert methods(state) == ["pca", "umap"]
    assert window.frames
    assert all(frame.shape == (300, 2) for frame in window.frames)
    assert not np.array_equal(window.frames[0], state.projection.coords)
    assert np.isfinite(state.projection.coords).all()
    assert 0.2 < state.projection.quality["neighbors_kept"] <= 1
    assert "Neighbors kept 0." in status_view(state).quality
    for seen in window.fractions.values():
        assert seen == sorted(seen)

    # Select an item: its neighbors and how many of them the map keeps.
    services.selecting.take([17])
    state = window.until(lambda state: state.kept and state.neighbors.answer)
    unit = state.space.vectors / np.linalg.norm(state.space.vectors, axis=1, keepdims=True)
    scores = unit @ unit[17]
    scores[17] = -1
    ranked = state.neighbors.answer.ranked
    assert ranked.indices[0] == scores.argmax()
    assert np.allclose(ranked.scores, np.sort(scores)[::-1][:10], atol=1e-6)
    assert (state.kept.index, state.kept.k) == (17, 15)
    assert overlap_sentence(state).startswith(f"{state.kept.kept} of its 15 nearest items")
    assert marks_of(state).center == 17
    assert list(marks_of(state).ends) == ranked.indices.tolist()

    # Free text goes through the encoder in the device's child.
    services.neighbors.ask("the central bank raised interest rates again")
    state = window.until(lambda state: not state.neighbors.is_running)
    assert "bank" in state.space.text(int(state.neighbors.answer.ranked.indices[0])).lower()

    # Words and an analogy.
    services.remembered.hold(method="pca")
    services.library.open_sample("words")
    state = window.until(lambda state: state.space.name == "words" and state.projection)
    assert (state.neighbors, state.selection) == (None, None)
    services.analogy.ask("man", "king", "woman")
    state = window.until(lambda state: state.analogy and state.analogy.answer)
    assert state.space.items[int(state.analogy.answer.results.indices[0])] == "queen"
    a, b, c = state.analogy.answer.inputs
    assert marks_of(state).arrows[0] == (a, b, False)
    assert marks_of(state).arrows[1][0] == c

    # Take the numbers along.
    services.results.export("analogy", tmp_path / "analogy.csv")
    window.until(lambda state: state.message.startswith("Wrote 10 rows"))
    assert (
        (tmp_path / "analogy.csv")
        .read_text(encoding="utf-8")
        .splitlines()[1]
        .startswith('1,"queen",')
    )

    # Close the words: the sentences and their map come back.
    services.library.close(state.active_space)
    state = window.until_idle()
    assert state.space.name == "sentences"
    assert state.projection.method == "umap"
    assert state.analogy is None
    assert [row.name for row in library_view(state).rows] == ["sentences", "sentences"]


def test_a_projection_is_kept_superseded_and_cancelled_as_it_runs(window: AppLoop):
    services = window.services
    services.remembered.hold(method="pca")
    services.library.open_sample("sentences")
    state = window.until(lambda state: state.projection and state.projection.quality)
    pca = state.projection

    # Keep what there is.
    services.map.project("tsne", ENDLESS)
    first = window.until(
        lambda state: state.live_coords is not None and len(window.frames) > 2
    ).live
    newest = first.coords.copy()
    services.map.keep_live()
    kept = window.state.projection
    assert np.array_equal(kept.coords, newest)
    assert kept.notes == ("Stopped by hand before the method had finished.",)
    assert (window.state.live, kept.quality) == (None, {})
    state = window.until(lambda state: state.projection.quality)
    assert state.projection.id == kept.id
    assert state.projection.quality["k"] == 15
    state = window.until_idle()
    assert methods(state) == ["pca", "tsne"]

    # A second projection takes the place of the first.
    services.map.project("tsne", ENDLESS)
    window.until(lambda state: state.live_coords is not None)
    services.map.project("tsne", {"n_iter": 50, "early_exaggeration_iter": 50}, seed=3)
    second = window.state.live
    state = window.until(lambda state: state.live is None)
    assert state.projection.seed == second.seed == 3
    assert methods(state) == ["pca", "tsne", "tsne"]

    # A cancelled one brings back the map before.
    before = state.projection
    services.map.project("tsne", ENDLESS)
    window.until(lambda state: state.live_coords is not None)
    services.map.cancel_live()
    state = window.until_idle()
    assert state.projection is before
    assert (state.live, state.activity) == (None, ())
    assert methods(state) == ["pca", "tsne", "tsne"]

    # So does closing the space, and nothing is left of it.
    services.map.show(pca.id)
    services.map.project("tsne", ENDLESS)
    window.until(lambda state: state.live_coords is not None)
    services.library.close(state.active_space)
    state = window.until_idle()
    assert (state.live, state.space, state.document.projections) == (None, None, ())
    for seen in window.fractions.values():
        assert seen == sorted(seen)
