"""Equal content has an equal id, however it is laid out; other content has another."""

from __future__ import annotations

import datetime
import decimal
import io

import numpy as np
import pyarrow as pa
import pytest

from embexplorer.core.content_id import content_id, first_content_id
from embexplorer.core.space import make_table

NAN = float("nan")
COLUMNS = {
    "text": pa.array(["a", None, "", "naïve café", "日本", "b"], pa.large_string()),
    "short text": pa.array(["a", None, "", "bc", "日本", "b"], pa.string()),
    "text view": pa.array(["a", None, "", "a long text in a view", "x", "b"], pa.string_view()),
    "bytes": pa.array([b"a", None, b"", b"\0\0", b"\xff", b"b"], pa.binary()),
    "fixed bytes": pa.array([b"ab", None, b"cd", b"\0\0", b"ef", b"gh"], pa.binary(2)),
    "int8": pa.array([1, None, 0, -1, 127, 3], pa.int8()),
    "int64": pa.array([1, None, 0, -1, 2**62, 3], pa.int64()),
    "float": pa.array([1.5, None, 0.0, -0.0, NAN, 3.0], pa.float64()),
    "half": pa.array(np.array([1.5, 2, 0, -0.0, NAN, 3], np.float16)),
    "boolean": pa.array([True, None, False, False, True, False]),
    "decimal": pa.array([decimal.Decimal("1.50"), None, *map(decimal.Decimal, "1234")]),
    "day": pa.array([datetime.date(2020, 1, day) if day != 2 else None for day in range(1, 7)]),
    "moment": pa.array([0, None, 5, 7, 9, 11], pa.timestamp("us", "UTC")),
    "category": pa.array(["x", None, "y", "x", "z", "y"]).dictionary_encode(),
    "list": pa.array([[1, 2], None, [], [None], [3], [4, 5, 6]], pa.list_(pa.int32())),
    "texts": pa.array([["a", "b"], None, [], [None, ""], ["c"], ["d"]], pa.large_list(pa.string())),
    "fixed list": pa.array(
        [[1, 2], None, [3, 4], [5, None], [6, 7], [8, 9]], pa.list_(pa.int8(), 2)
    ),
    "nested": pa.array(
        [{"n": 1, "l": ["p"]}, None, {"n": None, "l": []}, {"n": 2, "l": None}, {}, {"n": 3}],
        pa.struct([("n", pa.int64()), ("l", pa.list_(pa.string()))]),
    ),
    "map": pa.array(
        [[("k", 1)], None, [], [("a", None)], [("b", 2), ("c", 3)], []],
        pa.map_(pa.string(), pa.int64()),
    ),
    "nothing": pa.nulls(6),
}


def id_of(column):
    return content_id(pa.table({"item": pa.array("abcdef", pa.large_string()), "c": column}))


@pytest.mark.parametrize("name", COLUMNS)
def test_chunks_offsets_and_a_way_through_a_file_change_no_id(name):
    column = COLUMNS[name]
    plain = id_of(column)
    assert (
        id_of(pa.chunked_array([column.slice(0, 1), column.slice(1, 3), column.slice(4)])) == plain
    )
    assert id_of(pa.chunked_array([column.slice(0, 0), column])) == plain
    doubled = pa.concat_arrays([column, column])
    assert id_of(doubled.slice(6)) == plain
    assert id_of(doubled.slice(3, 6)) == id_of(pa.concat_arrays([column[3:], column[:3]]))
    assert id_of(pa.concat_arrays([column[:2], column[2:]])) == plain
    sink = io.BytesIO()
    table = pa.table({"c": pa.chunked_array([column[:2], column[2:]])})
    with pa.ipc.new_file(sink, table.schema) as out:
        out.write_table(table)
    assert id_of(pa.ipc.open_file(sink.getvalue()).read_all().column("c")) == plain


@pytest.mark.parametrize("name", sorted({*COLUMNS} - {"nothing", "text view"}))
def test_another_order_and_a_value_less_change_the_id(name):
    column = COLUMNS[name]
    ids = {
        id_of(column),
        id_of(column.take(pa.array([1, 0, 2, 3, 4, 5]))),
        id_of(column.take(pa.array([0, 0, 2, 3, 4, 5]))),
        id_of(column.take(pa.array([0, 1, None, 3, 4, 5], pa.int64()))),
        id_of(column.take(pa.array([0, 1, 2, 3, 4, 0]))),
    }
    assert len(ids) == 5


def test_all_columns_of_the_same_values_but_other_types_differ():
    assert len({id_of(column) for column in COLUMNS.values()}) == len(COLUMNS)
    numbers = [id_of(pa.array([1, 2, 3, 4, 5, 6], kind)) for kind in (pa.int32(), pa.int64())]
    assert numbers[0] != numbers[1]


def test_what_lies_under_a_missing_value_changes_no_id():
    validity = pa.py_buffer(np.packbits([1, 0, 1, 1, 1, 1], bitorder="little"))
    for hidden in (0, 99):
        values = pa.py_buffer(np.array([1, hidden, 3, 4, 5, 6]))
        column = pa.Array.from_buffers(pa.int64(), 6, [validity, values])
        assert id_of(column) == id_of(pa.array([1, None, 3, 4, 5, 6]))
    offsets = pa.py_buffer(np.array([0, 1, 4, 5, 6, 7, 8], np.int32))
    texts = [validity, offsets, pa.py_buffer(b"axyzcdef")]
    hidden_text = pa.Array.from_buffers(pa.string(), 6, texts)
    assert id_of(hidden_text) == id_of(pa.array(["a", None, "c", "d", "e", "f"]))
    child = pa.array(range(8), pa.int8())
    hidden_list = pa.Array.from_buffers(pa.list_(pa.int8()), 6, texts[:2], children=[child])
    assert id_of(hidden_list) == id_of(
        pa.array([[0], None, [4], [5], [6], [7]], pa.list_(pa.int8()))
    )


def test_a_dictionary_of_another_order_changes_no_id():
    column = pa.array(["x", "y", "x", "y", "z", "x"])
    codes = pa.array([1, 0, 1, 0, 2, 1], pa.int32())
    other = pa.DictionaryArray.from_arrays(codes, pa.array(["y", "x", "z", "unused"]))
    assert id_of(other) == id_of(column.dictionary_encode())


def test_every_nan_is_the_same_and_minus_zero_is_not_zero():
    patterns = np.array([0x7FF8000000000000, 0xFFF8000000000001], np.uint64).view(np.float64)
    first, second = (pa.array(np.array([pattern, 1, 2, 3, 4, 5])) for pattern in patterns)
    assert id_of(first) == id_of(second)
    assert id_of(pa.array([0.0] * 6)) != id_of(pa.array([-0.0] * 6))


def test_texts_are_told_apart_where_one_ends_and_the_next_begins():
    assert id_of(pa.array(["ab", "c", "", "", "", ""])) != id_of(
        pa.array(["a", "bc", "", "", "", ""])
    )
    lists = [[[1, 2], [3], [], [], [], []], [[1], [2, 3], [], [], [], []]]
    assert id_of(pa.array(lists[0])) != id_of(pa.array(lists[1]))


def test_vectors_count_whatever_their_layout():
    table = make_table(["a", "b"], {"n": [1, 2]})
    vectors = np.array([[1, 2], [3, 4]], np.float32)
    same = content_id(table, vectors)
    assert len(same) == 32
    assert content_id(make_table(["a", "b"], {"n": [1, 2]}), vectors.copy()) == same
    assert content_id(table, np.asfortranarray(vectors)) == same
    assert content_id(table, np.repeat(vectors, 3, axis=1)[:, ::3]) == same
    others = [
        content_id(make_table(["a", "c"], {"n": [1, 2]}), vectors),
        content_id(make_table(["a", "b"], {"m": [1, 2]}), vectors),
        content_id(table, vectors + 1),
        content_id(table, vectors.reshape(1, 4)),
        content_id(table, vectors[::-1]),
        content_id(table),
    ]
    assert len({same, *others}) == 7


def test_vectors_of_several_blocks_count_to_the_last():
    table = make_table(["a"])
    vectors = np.zeros((9000, 1000), np.float32)
    changed = vectors.copy()
    changed[-1, -1] = 1
    assert content_id(table, vectors) != content_id(table, changed)


def test_the_first_kind_of_id_is_what_it_was():
    table = make_table(["a", "b"], {"n": [1, None]})
    vectors = np.array([[1, 2], [3, 4]], np.float32)
    assert first_content_id(table, vectors) == "698449033b1f8105326e077d5d46e81a"
