"""Each item gets the label whose prompts point its way."""

from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.space import Provenance, make_space, make_table
from embexplorer.operations.zero_shot import (
    label_items,
    prompts_of,
    read_labels,
    read_templates,
)


@pytest.fixture
def space():
    vectors = np.array([[3, 0], [0, 2], [4, 3], [0, 0], [-1, 0]], np.float32)
    table = make_table(["x", "y", "both", "nothing", "back"])
    return make_space(vectors, table, provenance=Provenance(encoder="minilm"))


def test_labels_and_templates_are_read_line_by_line() -> None:
    assert read_labels(" sport \n\npolitics  and law\nsport\n") == ("sport", "politics and law")
    assert read_templates("About {}.\n{}\n") == ("About {}.", "{}")
    assert read_templates("  \n") == ("{}",)
    assert prompts_of(["a", "b"], ["{}", "{} {}!"]) == ["a", "a a!", "b", "b b!"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Too few labels: 0 different labels"),
        ("one\none", "Too few labels: 1 different label is typed"),
        ("\n".join(map(str, range(51))), "Too many labels: 51 different"),
    ],
)
def test_two_to_fifty_labels_are_needed(text, said) -> None:
    with pytest.raises(UserError, match=said):
        read_labels(text)


def test_a_template_needs_a_place_for_the_label() -> None:
    with pytest.raises(UserError, match="“About this” does not say where the label goes"):
        read_templates("{}\nAbout this")


def test_each_item_gets_the_nearest_label_and_its_margin(space) -> None:
    vectors = np.array([[10, 0], [0, 0.1]], np.float32)  # lengths play no role
    nearest, margin = label_items(space, ["right", "up"], ["{}"], vectors)
    assert nearest.values.to_pylist() == ["right", "up", "right", None, "up"]
    found = margin.values.to_pylist()
    assert found[:3] == pytest.approx([1.0, 1.0, 0.8 - 0.6])
    assert found[3] is None
    assert found[4] == pytest.approx(1.0)  # 0 against -1
    assert (nearest.name, margin.name) == ("Nearest label", "Label margin")
    assert nearest.how == (
        "The nearest of 2 typed labels by cosine in all 2 dimensions; "
        "labels encoded by minilm as “{}”."
    )
    assert nearest.params["labels"] == ["right", "up"]


def test_prompts_of_a_label_are_averaged_as_unit_vectors(space) -> None:
    prompts = np.array([[100, 0], [0, 1], [-1, 0], [-5, 0]], np.float32)
    nearest, margin = label_items(space, ["diagonal", "left"], ["{}", "a {}"], prompts)
    assert nearest.values.to_pylist() == ["diagonal", "diagonal", "diagonal", None, "left"]
    half = np.sqrt(0.5)
    assert margin.values.to_pylist()[:2] == pytest.approx([half + 1, half], rel=1e-6)


def test_many_items_agree_with_the_plain_formula() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(1000, 16)).astype(np.float32)
    labels = rng.normal(size=(7, 16)).astype(np.float32)
    space = make_space(vectors, make_table([str(k) for k in range(1000)]))
    nearest, _ = label_items(space, list("abcdefg"), ["{}"], labels)
    unit = labels / np.linalg.norm(labels, axis=1, keepdims=True)
    cosines = vectors / np.linalg.norm(vectors, axis=1, keepdims=True) @ unit.T
    expected = ["abcdefg"[k] for k in cosines.argmax(axis=1)]
    assert nearest.values.to_pylist() == expected


def test_a_label_without_a_direction_is_named(space) -> None:
    with pytest.raises(UserError, match="gives “up” a zero vector"):
        label_items(space, ["right", "up"], ["{}"], np.array([[1, 0], [0, 0]], np.float32))
