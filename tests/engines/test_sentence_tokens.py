from __future__ import annotations

import numpy as np
import pytest
import torch

from embexplorer.engines.sentence_tokens import SentenceTokens

IDS = {"a": [7], "bb": [1, 2], "BB": [1, 2], "ccc": [3, 4, 5], "": []}


def features(texts, *, side="right"):
    """Return the features that a tokenizer with this vocabulary gives."""
    width = max((len(IDS[text]) for text in texts), default=0)
    rows, masks = [], []
    for text in texts:
        ids, gap = IDS[text], [0] * (width - len(IDS[text]))
        mask = [1] * len(ids)
        rows.append(ids + gap if side == "right" else gap + ids)
        masks.append(mask + gap if side == "right" else gap + mask)
    shape = len(texts), width
    return {
        "input_ids": torch.tensor(rows).reshape(shape),
        "attention_mask": torch.tensor(masks).reshape(shape),
        "modality": "text",
    }


def tokens_of(pieces, owner=None, *, side="right", make=None, passes=None):
    def forward(given):
        assert given["modality"] == "text"
        if passes is not None:
            passes.append(given["input_ids"].tolist())
        ids = (given["input_ids"] * given["attention_mask"]).float()
        return torch.stack([ids.sum(dim=1), torch.ones(len(ids))], dim=1)

    owner = np.arange(len(pieces)) if owner is None else np.array(owner)
    return SentenceTokens(
        pieces,
        owner,
        find_too_long=lambda lengths: np.bincount(owner) > 1,
        features=make or (lambda texts: features(texts, side=side)),
        forward=forward,
        weights=lambda texts: [len(IDS[text]) for text in texts],
        has_unit_length=False,
    )


@pytest.mark.parametrize("side", ["right", "left"])
def test_a_pass_is_no_wider_than_its_longest_piece(side):
    passes: list = []
    tokens = tokens_of(["a", "ccc", "bb"], side=side, passes=passes)
    assert tokens.lengths.tolist() == [1, 3, 2]
    assert tokens.encode(np.array([2, 0]))[:, 0].tolist() == [3, 7]
    assert passes == [[[1, 2], [7, 0] if side == "right" else [0, 7]]]


@pytest.mark.parametrize("side", ["right", "left"])
def test_texts_with_the_same_tokens_have_the_same_key(side):
    keys = tokens_of(["bb", "ccc", "BB", "a"], side=side).keys
    assert keys[0] == keys[2]
    assert len(set(keys)) == 3
    assert tokens_of(["a", "bb"], side=side).keys == [keys[3], keys[0]]


def test_a_text_of_several_pieces_is_their_mean_weighted_by_tokens():
    tokens = tokens_of(["a", "bb", "ccc", "a"], [0, 1, 1, 2])
    vectors = tokens.encode(np.arange(4))
    pooled = tokens.pool(vectors, np.arange(4))
    assert pooled[:, 0].tolist() == pytest.approx([7, (2 * 3 + 3 * 12) / 5, 7])
    assert tokens.pool(vectors[1:], np.arange(1, 4))[:, 0].tolist() == pytest.approx([8.4, 7])
    assert (tokens.pool(vectors[[0, 3]], np.array([0, 3])) == vectors[[0, 3]]).all()
    assert len(set(tokens.keys)) == 2


def test_features_that_cannot_be_taken_apart_are_made_anew_for_each_pass():
    made: list = []

    def flattened(texts):
        made.append(list(texts))
        found = features(texts)
        return {**found, "offsets": torch.zeros(3)}

    tokens = tokens_of(["a", "ccc", "bb"], make=flattened)
    assert tokens.encode(np.array([2, 0]))[:, 0].tolist() == [3, 7]
    assert made == [["a", "ccc", "bb"], ["bb", "a"]]
    assert len(set(tokens.keys)) == 3


def test_a_text_without_tokens_is_passed_whole():
    tokens = tokens_of(["", "bb"])
    assert tokens.encode(np.array([1, 0]))[:, 0].tolist() == [3, 0]
