from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core import space as module
from embexplorer.core.errors import UserError
from embexplorer.core.space import (
    Items,
    Space,
    Texts,
    blocks_of,
    check_finite,
    make_space,
    make_table,
    zero_rows,
)


def test_vectors_become_float32_in_c_order_and_read_only():
    made = make_space(np.asfortranarray([[1, 2], [3, 4]]), make_table(["a", "b"]))
    assert made.vectors.dtype == np.float32
    assert made.vectors.flags.c_contiguous
    assert not made.vectors.flags.writeable
    assert (made.n, made.d, repr(made)) == (2, 2, "<Space 'space': 2 × 2>")


def test_the_callers_array_stays_writeable():
    mine = np.ones((2, 2), np.float32)
    made = make_space(mine, make_table(["a", "b"]))
    assert made.vectors.base is mine
    mine[0, 0] = 2  # the space shares the memory, as it is told


@pytest.mark.parametrize("shape", [(3,), (0, 2), (2, 0), (2, 2, 2)])
def test_what_is_no_matrix_is_refused(shape):
    with pytest.raises(UserError) as caught:
        make_space(np.ones(shape), make_table([]))
    assert caught.value.title == "No vectors"
    assert str(shape) in caught.value.detail


def test_lengths_must_agree():
    with pytest.raises(UserError) as caught:
        make_space(np.ones((3, 2)), make_table(["a", "b"]))
    assert caught.value.detail == "There are 2 items and 3 vectors."


def test_zero_rows_have_no_number_but_zero(monkeypatch):
    monkeypatch.setattr(module, "BLOCK_BYTES", 16)  # two rows a block
    vectors = np.array([[0, 0], [0, 1], [1, 0], [-0.0, 0], [2, 3]], np.float32)
    assert zero_rows(vectors).tolist() == [0, 3]
    assert zero_rows(vectors[:, ::-1]).tolist() == [0, 3]
    assert zero_rows(vectors[:0]).tolist() == []


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_not_finite_names_its_row_and_item(value, monkeypatch):
    monkeypatch.setattr(module, "BLOCK_BYTES", 16)  # two rows a block
    vectors = np.ones((7, 2), np.float32)
    vectors[5, 1] = value
    with pytest.raises(UserError) as caught:
        check_finite(vectors, list("abcdefg"))
    assert caught.value.title == "Row 6 is not finite"
    assert caught.value.detail == f"The vector of “f” holds {value}."


def test_blocks_are_views_that_cover_all_rows(monkeypatch):
    monkeypatch.setattr(module, "BLOCK_BYTES", 16)
    vectors = np.arange(14, dtype=np.float32).reshape(7, 2)
    blocks = blocks_of(vectors)
    assert [(start, len(block)) for start, block in blocks] == [(0, 2), (2, 2), (4, 2), (6, 1)]
    assert all(block.base is vectors or block.base is vectors.base for _, block in blocks)


def test_items_are_read_by_row_slice_and_name():
    items = Items(make_table(["king", "queen", "king", "東京"]).column("item"))
    assert (len(items), items[1], items[-1]) == (4, "queen", "東京")
    assert items[1:3] == ["queen", "king"]
    assert items[::-2] == ["東京", "queen"]
    assert items.take([3, 0, 3]) == ["東京", "king", "東京"]
    assert (items.index_of("king"), items.index_of("quen")) == (0, -1)
    assert repr(items) == "<4 items: 'king', 'queen', 'king', …>"
    with pytest.raises(IndexError):
        items[4]


def test_columns_leave_the_items_out_and_texts_fall_back_to_the_label():
    table = make_table(["a", "b"], {"text": ["the full text", None], "year": [1, 2]})
    made = Texts("id", "corpus", table)
    assert list(made.columns) == ["text", "year"]
    assert (made.text(0), made.text(1)) == ("the full text", "b")
    assert repr(made) == "<Texts 'corpus': 2 texts>"
    assert Space("id", "s", np.ones((1, 1), np.float32), make_table(["x"])).text(0) == "x"


def test_a_column_cannot_be_called_item():
    with pytest.raises(ValueError, match="cannot be called item"):
        make_table(["a"], {"item": [1]})
