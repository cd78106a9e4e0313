from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import feather, parquet

from embexplorer.formats import parquet as module


def items_of(parsed):
    return parsed.table.column("item").to_pylist()


def save(table, path):
    if path.suffix == ".parquet":
        parquet.write_table(table, path, row_group_size=2)
    elif path.suffix == ".feather":
        feather.write_feather(table, path)
    else:
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as out:
            out.write_table(table, max_chunksize=2)


@pytest.mark.parametrize("name", ["v.parquet", "v.feather", "v.arrow"])
@pytest.mark.parametrize(
    "kind",
    [pa.list_(pa.float32()), pa.list_(pa.float64(), 7), pa.large_list(pa.float32())],
)
def test_list_columns_are_vectors(tmp_path, parse, vectors, name, kind):
    listed = pa.array(vectors.tolist(), kind)
    table = pa.table({"name": list("abcde"), "embedding": listed, "year": [1, 2, 3, 4, 5]})
    save(table, tmp_path / name)
    parsed = parse(module, tmp_path / name)
    assert items_of(parsed) == list("abcde")
    assert parsed.vectors.tobytes() == vectors.tobytes()
    assert parsed.table.column("year").to_pylist() == [1, 2, 3, 4, 5]
    assert parse(module, tmp_path / name, limit=3).vectors.tobytes() == vectors[:3].tobytes()


@pytest.mark.parametrize("kind", [pa.float16(), pa.int8(), pa.decimal128(10, 2)])
def test_other_numbers_in_lists_become_float32(tmp_path, parse, kind):
    values = pa.array([1, 2, 3, 4]).cast(pa.float64())
    values = (
        pa.array(np.array([1, 2, 3, 4], np.float16)) if kind == pa.float16() else values.cast(kind)
    )
    table = pa.table({"w": ["a", "b"], "v": pa.FixedSizeListArray.from_arrays(values, 2)})
    save(table, tmp_path / "v.parquet")
    assert parse(module, tmp_path / "v.parquet").vectors.tolist() == [[1, 2], [3, 4]]


def test_tensor_columns_are_vectors(tmp_path, parse, vectors):
    tensors = pa.FixedShapeTensorArray.from_numpy_ndarray(vectors)
    save(pa.table({"w": list("abcde"), "v": tensors}), tmp_path / "v.parquet")
    assert parse(module, tmp_path / "v.parquet").vectors.tobytes() == vectors.tobytes()


VIEWS = [pa.list_view(pa.float32()), pa.large_list_view(pa.float64())]
NESTED = [
    pa.list_(pa.list_(pa.float32())),
    pa.large_list(pa.list_(pa.float32(), 7)),
    pa.list_(pa.list_(pa.float32(), 7), 1),
]


@pytest.mark.parametrize("name", ["v.parquet", "v.feather", "v.arrow"])
@pytest.mark.parametrize("kind", [*VIEWS, *NESTED])
def test_views_and_lists_of_one_list_are_vectors(tmp_path, parse, vectors, name, kind):
    rows = [[row] if kind in NESTED else row for row in vectors.tolist()]
    table = pa.table({"w": ["n", *"abcde"], "vector": pa.array([None, *rows], kind)})
    save(table, tmp_path / name)
    parsed = parse(module, tmp_path / name, bad_rows="leave out")
    assert items_of(parsed) == list("abcde")
    assert parsed.vectors.tobytes() == vectors.tobytes()


def test_several_vectors_in_a_row_are_refused(tmp_path, refuse, vectors):
    rows = [[row, row] for row in vectors.tolist()]
    save(pa.table({"w": list("abcde"), "vector": rows}), tmp_path / "v.parquet")
    error = refuse(module, tmp_path / "v.parquet")
    assert error.title == "Several vectors in each row"
    assert "the column “vector” holds lists of vectors" in error.detail


def test_a_later_row_of_several_vectors_is_named(tmp_path, refuse):
    table = pa.table(
        {"w": list("abcd"), "vector": [[[1.0, 2]], [[3, 4]], [[5, 6]], [[7, 8], [9, 0]]]}
    )
    save(table, tmp_path / "v.arrow")
    assert refuse(module, tmp_path / "v.arrow").title == "Row 4 has 4 numbers"


@pytest.mark.parametrize("name", ["v.feather", "v.arrow"])
def test_types_that_few_functions_know_become_plain(tmp_path, parse, vectors, name):
    names = pa.array(list("abcde"), pa.string_view())
    tens = pa.array([10, 20, 10, None, 30])
    flags = pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1, 0, None, 1, 0], pa.int8()))
    columns = {f"v{at}": pa.array(vectors[:, at]).dictionary_encode() for at in range(7)}
    told = {
        "kind": pa.RunEndEncodedArray.from_arrays([3, 5], ["x", "y"]),
        "tens": tens.dictionary_encode(),
        "json": pa.array(["{}", "[]", None, "1", "2"], pa.json_()),
        "flag": flags,
    }
    save(pa.table({"word": names, **columns, **told}), tmp_path / name)
    parsed = parse(module, tmp_path / name)
    assert parsed.vectors.tobytes() == vectors.tobytes()
    assert parsed.table.to_pydict() == {
        "item": list("abcde"),
        "kind": ["x", "x", "x", "y", "y"],
        "tens": [10, 20, 10, None, 30],
        "json": ["{}", "[]", None, "1", "2"],
        "flag": [True, False, None, True, False],
    }


@pytest.mark.parametrize("has_vectors", [True, False])
def test_files_of_embedding_atlas_and_latent_scope_bring_their_map(
    tmp_path, parse, vectors, has_vectors
):
    # The columns that Embedding Atlas exports, and those of latent-scope's scope table.
    near = [{"ids": [1, 2], "distances": [0.1, 0.2]}] * 5
    texts = [f"A text that says something, number {at}." for at in range(5)]
    table = {"text": texts, "projection_x": [0.5] * 5, "projection_y": list(range(5))}
    table |= {"neighbors": near, "cluster": [0, 1, 0, 1, 1], "label": list("aabbc")}
    if has_vectors:
        table["vector"] = vectors.tolist()
    save(pa.table(table), tmp_path / "v.parquet")
    parsed = parse(module, tmp_path / "v.parquet")
    assert parsed.coords.tolist() == [[0.5, at] for at in range(5)]
    assert items_of(parsed) == texts
    assert parsed.vectors.shape == (5, 7 if has_vectors else 2)
    assert parsed.table.column("label").to_pylist() == list("aabbc")


def test_numbered_columns_are_vectors_in_the_order_of_their_numbers(tmp_path, parse):
    columns = {f"dim_{at}": [float(at), at + 0.5] for at in (10, 2, 1, 3, 4, 5, 6, 7, 8, 9)}
    save(pa.table({"title": ["a", "b"], **columns, "other": [1.5, 2.5]}), tmp_path / "v.parquet")
    parsed = parse(module, tmp_path / "v.parquet")
    assert parsed.vectors[0].tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert parsed.table.column("other").to_pylist() == [1.5, 2.5]


def test_two_numbered_columns_under_another_prefix_are_no_vector(tmp_path, parse):
    table = pa.table({"text": ["one", "two"], "score1": [0.5, 0.25], "score2": [1.5, 2.5]})
    save(table, tmp_path / "v.parquet")
    parsed = parse(module, tmp_path / "v.parquet")
    assert parsed.vectors is None
    assert parsed.table.column_names == ["item", "score1", "score2"]


def test_decimal_columns_alone_are_the_vectors_and_that_is_said(tmp_path, parse):
    table = pa.table({"species": ["a", "b", "b"], "sepal": [1.5, 2, 3], "petal": [4.0, 5, 6]})
    save(table, tmp_path / "iris.parquet")
    parsed = parse(module, tmp_path / "iris.parquet")
    assert parsed.vectors.tolist() == [[1.5, 4], [2, 5], [3, 6]]
    assert items_of(parsed) == ["0", "1", "2"]
    assert parsed.table.column("species").to_pylist() == ["a", "b", "b"]
    assert parsed.notes == (
        "All columns of decimal numbers are the vectors: sepal, petal.",
        "No column names the items; they are numbered from 0.",
    )


def test_dictionary_text_is_a_corpus(tmp_path, parse):
    texts = pa.array(["A long enough sentence.", "And quite another one."]).dictionary_encode()
    save(pa.table({"blurb": texts, "id": [7, 8]}), tmp_path / "t.parquet")
    parsed = parse(module, tmp_path / "t.parquet")
    assert parsed.vectors is None
    assert items_of(parsed) == ["A long enough sentence.", "And quite another one."]
    assert parsed.table.column("id").to_pylist() == [7, 8]


def test_a_column_called_item_beside_another_item_keeps_its_values(tmp_path, parse):
    table = pa.table({"item": ["p", "q"], "word": ["a", "b"], "vector": [[1.0, 2], [3, 4]]})
    save(table, tmp_path / "v.parquet")
    parsed = parse(module, tmp_path / "v.parquet", item_column="word")
    assert parsed.table.to_pydict() == {"item": ["a", "b"], "item 2": ["p", "q"]}


@pytest.mark.parametrize(
    ("bad", "title"),
    [
        ([1.0], "Row 3 has 1 number"),
        (None, "Row 3 has no vector"),
        ([1.0, float("nan")], "Row 3 is not finite"),
        ([1.0, 1e200], "Row 3 is not finite"),
        ([1.0, None], "Row 3 is not finite"),
    ],
)
def test_a_row_that_does_not_fit_is_named(tmp_path, parse, refuse, bad, title):
    table = pa.table({"w": list("abcd"), "v": [[1.0, 2], [3, 4], bad, [5, 6]]})
    path = tmp_path / "v.parquet"
    save(table, path)
    error = refuse(module, path)
    assert error.title == title
    assert "v.parquet, row 3" in error.detail
    parsed = parse(module, path, bad_rows="leave out")
    assert items_of(parsed) == ["a", "b", "d"]
    assert parsed.vectors.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert parsed.notes == ("1 row was left out: no vector that fits (v.parquet, row 3).",)


def test_an_item_whose_coords_are_missing_has_none(tmp_path, parse):
    table = pa.table({"w": ["a", "b"], "v": [[1.0, 2], [3, 4]], "x": [1.0, None], "y": [1.0, 2]})
    save(table, tmp_path / "v.parquet")
    parsed = parse(module, tmp_path / "v.parquet")
    assert parsed.coords[0].tolist() == [1.0, 1.0]
    assert np.isnan(parsed.coords[1]).all()


def test_an_empty_table_and_one_of_other_types_are_refused(tmp_path, refuse):
    path = tmp_path / "e.parquet"
    save(pa.table({"v": pa.array([], pa.list_(pa.float32()))}), path)
    assert refuse(module, path).title == "The file is empty"
    save(pa.table({"a": [True, False]}), path)
    assert refuse(module, path).title == "No vectors in this file"


@pytest.mark.parametrize("name", ["v.parquet", "v.arrow"])
@pytest.mark.parametrize("kept", [5, 60, -20])
def test_a_truncated_file_is_refused(tmp_path, refuse, name, kept):
    path = tmp_path / name
    save(pa.table({"w": list("ab"), "v": [[1.0, 2], [3, 4]]}), path)
    path.write_bytes(path.read_bytes()[:kept])
    assert refuse(module, path).title == "The table file is damaged"


@pytest.mark.parametrize("name", ["o.parquet", "o.arrow", "o.feather"])
def test_written_space_is_read_back(tmp_path, parse, vectors, name):
    from embexplorer.core.space import make_space, make_table

    items = ["a, b", "", "two\nlines", "né", "x"]
    columns = {
        "tags": [["x"], [], None, ["y"], ["z"]],
        "when": pa.array([1, 2, 3, 4, 5], pa.date32()),
    }
    coords = np.arange(10, dtype=np.float32).reshape(5, 2)
    space = make_space(vectors, make_table(items, columns))
    module.write(space, coords, tmp_path / name)
    parsed = parse(module, tmp_path / name)
    assert parsed.vectors.tobytes() == vectors.tobytes()
    assert parsed.coords.tobytes() == coords.tobytes()
    assert parsed.table.equals(space.table)


def test_a_column_that_is_called_as_the_vector_is_refused(tmp_path, vectors):
    from embexplorer.core.errors import UserError
    from embexplorer.core.space import make_space, make_table

    space = make_space(vectors, make_table(list("abcde"), {"vector": [1, 2, 3, 4, 5]}))
    with pytest.raises(UserError) as caught:
        module.write(space, None, tmp_path / "o.parquet")
    assert caught.value.title == "A column has a taken name"
