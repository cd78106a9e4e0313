"""Cards of maps, the second map, and views that are kept."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from embexplorer.app.presenters.gallery import MapCard, ViewRow
from embexplorer.core.projection import Projection


@pytest.fixture
def opened(services, tiny):
    services.library.add(tiny)
    return services


def made(opened) -> Projection:
    return opened.store.state.projection


def test_a_card_says_title_quality_and_what_sets_a_map_apart(opened) -> None:
    params = {"n_neighbors": 30, "min_dist": 0.1, "metric": "cosine"}
    usual = opened.map.methods()
    umap = next(method for method in usual if method.id == "umap")
    shown = Projection(
        opened.store.state.active_space,
        "umap",
        np.zeros((8, 2), np.float32),
        {**dataclasses.asdict(umap.params()), **params},
        seed=3,
        quality={"neighbors_kept": 0.617, "trustworthiness": 0.9, "continuity": None},
        seconds=12.3,
        notes=("Exact neighbors.",),
        made_at="2026-11-22T18:30",
        id="m",
    )
    assert opened.gallery.detail(shown) == "neighbors 30 · seed 3 · 12 s"
    lines = opened.gallery.about(shown).splitlines()
    assert lines[0] == "UMAP 2-D"
    assert {"Neighbors: 30", "Seed: 3", "Neighbors kept: 0.617", "Trustworthiness: 0.900"} <= set(
        lines
    )
    assert lines[-2:] == ["Made: 2026-11-22 18:30", "Exact neighbors."]
    assert "Continuity" not in " ".join(lines)


def test_cards_follow_the_state(opened) -> None:
    first = made(opened)
    opened.map.project("pca", seed=5)
    second = made(opened)
    opened.gallery.show_beside(first.id)
    opened.gallery.keep_view("close", {"center": [0, 0], "height": 1})
    cards = opened.gallery.cards(opened.store.state)
    assert [(card.id, card.is_active, card.is_beside) for card in cards] == [
        (first.id, False, True),
        (second.id, True, False),
    ]
    view = opened.store.state.document.views[0]
    assert [card.views for card in cards] == [(), (ViewRow(view.id, "close"),)]
    assert all(card.can_repeat for card in cards)
    assert isinstance(cards[0], MapCard)


def test_a_map_that_a_file_brought_cannot_run_again(opened) -> None:
    brought = Projection(opened.store.state.active_space, "file", np.zeros((8, 2), np.float32))
    opened.library.add(opened.store.state.document.spaces[0], brought)
    assert not opened.gallery.cards(opened.store.state)[-1].can_repeat
    assert opened.gallery.detail(brought) == ""


def test_settings_are_copied_as_json(opened) -> None:
    settings = json.loads(opened.gallery.settings_text(made(opened).id))
    assert settings["method"] == "pca"
    assert (settings["dims"], settings["seed"]) == (2, 0)
    assert settings["params"] == dict(made(opened).params)
    assert opened.gallery.settings_text("nothing") == ""


# -- the second map --------------------------------------------------------------------------------


def test_another_map_comes_beside_and_goes(opened) -> None:
    first = made(opened)
    opened.gallery.toggle_beside()
    assert opened.store.state.projection_beside is first  # the only one there is
    opened.gallery.toggle_beside()
    assert opened.store.state.projection_beside is None
    opened.map.project("pca", seed=5)
    opened.gallery.toggle_beside()
    assert opened.store.state.projection_beside is first
    opened.gallery.swap()
    assert opened.store.state.projection is first
    assert opened.store.state.projection_beside.seed == 5


def test_a_map_that_is_removed_leaves_the_second_place(opened) -> None:
    first = made(opened)
    opened.map.project("pca", seed=5)
    opened.gallery.show_beside(first.id)
    opened.map.remove(first.id)
    assert opened.store.state.projection_beside is None


# -- views -----------------------------------------------------------------------------------------


def test_views_are_kept_renamed_removed_and_undone(opened) -> None:
    def names() -> list[str]:
        return [view.name for view in opened.store.state.document.views]

    opened.gallery.keep_view("  close ", {"center": [1, 2], "height": 0.5})
    opened.gallery.keep_view("far", {"center": [0, 0], "height": 9})
    opened.gallery.keep_view(" ", {})
    assert names() == ["close", "far"]
    first = opened.store.state.document.views[0]
    assert first.projection_id == made(opened).id
    assert first.camera == {"center": [1, 2], "height": 0.5}
    opened.gallery.rename_view(first.id, "closer")
    assert names() == ["closer", "far"]
    assert opened.store.state.undo_title == "Rename the view “close”"
    opened.gallery.remove_view(first.id)
    assert names() == ["far"]
    opened.store.undo()
    opened.store.undo()
    assert names() == ["close", "far"]
    opened.gallery.remove_view("nothing")
    assert names() == ["close", "far"]


def test_a_view_needs_a_map(services) -> None:
    services.gallery.keep_view("close", {})
    assert services.store.state.document.views == ()
