"""Coloring by typed labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from embexplorer.operations.encode import encode, texts_of

if TYPE_CHECKING:
    from embexplorer.core.space import Space


@pytest.fixture
def encoded(services) -> Space:
    """Return texts encoded by the encoder that needs no model."""
    texts = ["football match", "football goal", "bank money", "money loan", "a football bank"]
    made = encode(texts_of(texts), "hashing", services.context).space
    services.library.add(made)
    return made


def test_items_are_colored_by_the_nearest_typed_label(services, encoded) -> None:
    services.labeling.color("football\nmoney", "{}")
    state = services.store.state
    assert state.problems == ()
    nearest = state.space.columns["Nearest label"].to_pylist()
    assert nearest[:4] == ["football", "football", "money", "money"]
    assert state.style.color_by == "Nearest label"
    assert state.space.columns["Label margin"].null_count == 0
    assert state.message.startswith("5 items labeled. The nearest of 2 typed labels by cosine")
    assert "labels encoded by hashing as “{}”." in state.message
    assert state.undo_title == "Color by typed labels"
    services.store.undo()
    assert "Nearest label" not in services.store.state.space.columns
    assert services.store.state.style.color_by != "Nearest label"


def test_what_was_typed_comes_back_to_be_changed(services, encoded) -> None:
    assert services.labeling.typed_before() == ("", "This text is about {}.")
    services.labeling.color("football\nmoney", "{}\nabout {}")
    assert services.labeling.typed_before() == ("football\nmoney", "{}\nabout {}")
    services.labeling.color("bank\nloan", "{}")
    columns = services.store.state.document.columns
    assert [column.name for column in columns] == ["Nearest label", "Label margin"]


def test_what_is_wrong_with_labels_is_said(services, encoded) -> None:
    assert services.labeling.check("a\nb", "{}") is None
    assert services.labeling.check("a", "{}").title == "Too few labels"
    assert services.labeling.check("a\nb", "no place").title == "No place for the label"


def test_a_space_without_an_encoder_says_what_it_needs(services, tiny) -> None:
    services.library.add(tiny)
    services.labeling.color("football\nmoney")
    assert services.store.state.problems[-1].error.title == "No encoder for free text"
