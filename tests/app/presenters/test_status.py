"""What the status bar says, exactly."""

from __future__ import annotations

import dataclasses
import os

import numpy as np
import pytest

from embexplorer.app import state as states
from embexplorer.app.presenters.items import shown_rows
from embexplorer.app.presenters.status import (
    StatusView,
    n_shown,
    quality_parts,
    quality_sentence,
    status_view,
)
from embexplorer.app.state import Live, State
from embexplorer.core.projection import Projection
from embexplorer.core.selection import Selection

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
CPU = f"CPU · {CORES} core{'' if CORES == 1 else 's'}"
MEASURED = {"neighbors_kept": 0.617, "trustworthiness": 0.934, "k": 15, "sampled": None}


@pytest.fixture
def opened(space) -> State:
    state = states.add_data(State(), space)
    coords = np.zeros((8, 2), np.float32)
    return states.add_projection(state, Projection(space.id, "pca", coords, quality=MEASURED))


def with_quality(state: State, **quality) -> State:
    measured = dataclasses.replace(state.projection, quality=quality)
    return states.replace_projection(state, measured)


def test_without_a_space_it_says_where_things_compute():
    assert status_view(State()) == StatusView("", CPU, "")
    assert n_shown(State()) == 0
    assert shown_rows(State()).tolist() == []


def test_a_measured_map(opened):
    assert status_view(opened) == StatusView(
        "8 of 8 shown",
        f"Neighbors kept 0.62    Trustworthiness 0.93    {CPU}",
        "Share of each item's 15 nearest items that are also among its 15 nearest points, "
        "measured on all items.",
    )


def test_a_map_measured_on_a_sample(opened):
    state = with_quality(opened, **{**MEASURED, "sampled": 1000})
    assert status_view(state).explanation.endswith("measured on 1,000 sampled items.")


def test_a_map_too_small_to_measure_says_no_figures(opened):
    note = "Faithfulness needs 4 items; there are 3."
    state = with_quality(opened, neighbors_kept=None, trustworthiness=None, k=0, notes=[note])
    assert status_view(state) == StatusView("8 of 8 shown", CPU, note)


def test_what_was_noticed_while_measuring_is_said(opened):
    state = with_quality(opened, **MEASURED, notes=["Zero vectors have no cosine; left out: 1."])
    assert status_view(state).explanation.endswith(
        "measured on all items. Zero vectors have no cosine; left out: 1."
    )


def test_a_map_that_is_not_measured_yet(opened):
    assert status_view(with_quality(opened)) == StatusView("8 of 8 shown", CPU, "")


def test_the_quality_of_the_map_before_is_not_that_of_live_frames(opened):
    live = Live(3, opened.active_space, "tsne", {}, 2, 0)
    waiting = dataclasses.replace(opened, live=live)
    assert status_view(waiting).quality.startswith("Neighbors kept 0.62")
    coords = np.ones((8, 2), np.float32)
    moving = dataclasses.replace(opened, live=dataclasses.replace(live, coords=coords))
    assert status_view(moving).quality == CPU
    elsewhere = dataclasses.replace(
        opened, live=dataclasses.replace(live, coords=coords, space_id="other")
    )
    assert status_view(elsewhere).quality.startswith("Neighbors kept 0.62")


def test_selected_items_are_counted(opened):
    chosen = Selection.of(opened.active_space, [1, 2, 3])
    state = dataclasses.replace(opened, selection=chosen)
    assert status_view(state).shown == "8 of 8 shown    3 selected"
    other = dataclasses.replace(opened, selection=Selection.of("other", [1]))
    assert status_view(other).shown == "8 of 8 shown"


def test_hidden_categories_are_not_shown_and_missing_values_are(opened):
    colored = states.restyled(opened, color_by="kind")
    no_persons = dataclasses.replace(colored, hidden=frozenset([0]))
    assert status_view(no_persons).shown == "3 of 8 shown"
    assert shown_rows(no_persons).tolist() == [4, 5, 6]
    no_fruit = dataclasses.replace(colored, hidden=frozenset([1]))
    assert n_shown(no_fruit) == 6
    assert n_shown(dataclasses.replace(colored, hidden=frozenset([0, 1]))) == 1


def test_a_space_encoded_elsewhere_than_on_the_cpu_says_so(opened, space):
    gpu = dataclasses.replace(
        space, provenance=dataclasses.replace(space.provenance, device="CUDA: NVIDIA H100")
    )
    assert status_view(states.add_data(opened, gpu)).quality.endswith(
        "Encoded on CUDA: NVIDIA H100"
    )
    cpu = dataclasses.replace(space, provenance=dataclasses.replace(space.provenance, device="CPU"))
    assert status_view(states.add_data(opened, cpu)).quality.endswith(CPU)


def test_figures_that_are_known():
    coords = np.zeros((2, 2), np.float32)
    half = Projection("s", "pca", coords, quality={"trustworthiness": 1.0, "k": 3})
    assert quality_parts(half) == ("Trustworthiness 1.00",)
    assert quality_sentence(half) == (
        "Share of each item's 3 nearest items that are also among its 3 nearest points, "
        "measured on all items."
    )


def test_items_without_a_place_on_the_map_are_not_shown(opened):
    rows = np.array([0, 2, 4, 5])
    partial = Projection(opened.active_space, "file", np.zeros((4, 2), np.float32), rows=rows)
    state = states.add_projection(opened, partial)
    assert n_shown(state) == 4
    state = dataclasses.replace(states.restyled(state, color_by="kind"), hidden=frozenset([0]))
    assert n_shown(state) == 2  # persons are hidden; of the fruit, 4 and 5 have a place
