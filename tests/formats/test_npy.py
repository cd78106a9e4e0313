from __future__ import annotations

import json
import pickle

import numpy as np
import pytest

from embexplorer.formats import npy as module


def items_of(parsed):
    return parsed.table.column("item").to_pylist()


@pytest.fixture
def array(tmp_path, vectors):
    path = tmp_path / "space.npy"
    np.save(path, vectors)
    return path


def test_vectors_without_items_are_numbered_and_said(array, parse, vectors):
    parsed = parse(module, array)
    assert items_of(parsed) == ["0", "1", "2", "3", "4"]
    assert parsed.vectors.tobytes() == vectors.tobytes()
    assert parsed.notes == (
        "No file of items lies beside the array; its rows are numbered from 0.",
    )


@pytest.mark.parametrize(
    ("ending", "content"),
    [
        (".txt", "king\nnew york\nné\n\nx\n"),
        (".items.txt", "king\r\nnew york\r\nné\r\n\r\nx\r\n"),
        (".tsv", "king\nnew york\nné\n \nx\n"),
        (".json", json.dumps(["king", "new york", "né", "", "x"])),
        (".json", json.dumps({"king": 0, "new york": 1, "né": 2, "": 3, "x": 4})),
        (".json", json.dumps({"items": ["king", "new york", "né", "", "x"]})),
    ],
)
def test_items_beside_are_found_by_the_name(array, parse, ending, content):
    array.with_name(f"space{ending}").write_text(content, encoding="utf-8")
    items = [item.strip() for item in items_of(parse(module, array))]
    assert items == ["king", "new york", "né", "", "x"]
    assert [path.name for path in module.beside(array, module.Params())] == [f"space{ending}"]


def test_a_table_beside_gives_items_and_typed_columns(array, parse):
    beside = array.with_name("space.csv")
    beside.write_text('word,year,share,kind\na,1,0.5,"x, y"\nb,2,1,\nc,3,,z\nd,4,2,z\ne,5,3,z\n')
    table = parse(module, array).table
    assert table.column_names == ["item", "year", "share", "kind"]
    assert table.column("item").to_pylist() == ["a", "b", "c", "d", "e"]
    assert table.column("year").to_pylist() == [1, 2, 3, 4, 5]
    assert table.column("share").to_pylist() == [0.5, 1.0, None, 2.0, 3.0]
    assert table.column("kind").to_pylist() == ["x, y", "", "z", "z", "z"]


def test_a_table_with_as_many_rows_as_vectors_has_no_header(array, parse):
    array.with_name("space.csv").write_text("word\nb\nc\nd\ne\n")
    assert items_of(parse(module, array)) == ["word", "b", "c", "d", "e"]


def test_a_named_file_of_items_is_taken_or_missed(array, parse, refuse, tmp_path):
    (tmp_path / "labels.txt").write_text("a\nb\nc\nd\ne")
    assert items_of(parse(module, array, items_file="labels.txt")) == ["a", "b", "c", "d", "e"]
    assert refuse(module, array, items_file="none.txt").title == "The items file is missing"


def test_another_number_of_items_is_refused_with_the_header_in_the_hint(array, parse, refuse):
    array.with_name("space.txt").write_text("word\na\nb\nc\nd\ne\n")
    error = refuse(module, array)
    assert error.title == "Names and vectors differ in number"
    assert error.detail == "space.txt has 6 rows, space.npy 5."
    assert error.hint == "If the first name is a header, choose “First row is a header”."
    assert items_of(parse(module, array, header="yes")) == ["a", "b", "c", "d", "e"]


def test_items_in_another_encoding_name_the_byte(array, parse, refuse):
    array.with_name("space.txt").write_bytes("a\nb\ncafé\nd\ne".encode("latin-1"))
    error = refuse(module, array)
    assert error.title == "The file is not UTF-8"
    assert "space.txt, byte 8 is 0xE9" in error.detail
    assert items_of(parse(module, array, encoding="latin-1"))[2] == "café"


@pytest.mark.parametrize("kind", ["<f2", "<f8", ">f4", "<i4", "|u1", "|b1"])
def test_other_numbers_become_float32(tmp_path, parse, kind):
    made = np.array([[0, 1, 2], [3, 1, 0]]).astype(kind)
    np.save(tmp_path / "k.npy", made)
    parsed = parse(module, tmp_path / "k.npy")
    assert parsed.vectors.dtype == np.float32
    assert parsed.vectors.tolist() == made.astype(np.float32).tolist()


def test_fortran_order_keeps_the_rows(tmp_path, parse, vectors):
    np.save(tmp_path / "f.npy", np.asfortranarray(vectors))
    assert parse(module, tmp_path / "f.npy").vectors.tobytes() == vectors.tobytes()
    assert parse(module, tmp_path / "f.npy", limit=2).vectors.tobytes() == vectors[:2].tobytes()


def test_a_limit_keeps_the_first_rows_and_items(array, parse, vectors):
    array.with_name("space.txt").write_text("a\nb\nc\nd\ne")
    parsed = parse(module, array, limit=2)
    assert items_of(parsed) == ["a", "b"]
    assert parsed.vectors.tobytes() == vectors[:2].tobytes()


def test_an_object_array_is_refused_unread(tmp_path, refuse):
    class Bomb:
        def __reduce__(self):
            return (pytest.fail, ("the file ran code",))

    np.save(tmp_path / "o.npy", np.array([Bomb()], dtype=object), allow_pickle=True)
    error = refuse(module, tmp_path / "o.npy")
    assert error.title == "Python objects, not numbers"
    assert error.detail == (
        "o.npy is an object array: reading it could run a program hidden in it. Nothing of it was "
        "run."
    )


@pytest.mark.parametrize(
    ("made", "detail"),
    [
        (
            np.ones(3),
            "n.npy has the shape 3; vectors are a table, with a row for each item and a column for "
            "each dimension.",
        ),
        (np.ones((2, 2, 2)), "n.npy has the shape 2 × 2 × 2; vectors are a table"),
        (np.ones((0, 4)), "n.npy has the shape 0 × 4; vectors are a table"),
        (np.array(["a", "b"]), "n.npy holds values of the type <U1, not numbers."),
        (np.ones((2, 2), complex), "n.npy holds values of the type complex128, not numbers."),
        (np.zeros((2, 2), [("a", "f4")]), "not numbers."),
    ],
)
def test_what_is_no_matrix_of_numbers_is_refused(tmp_path, refuse, made, detail):
    np.save(tmp_path / "n.npy", made)
    error = refuse(module, tmp_path / "n.npy")
    assert error.title == "No vectors in this file"
    assert detail in error.detail


def test_values_that_float32_cannot_hold_name_their_row(tmp_path, refuse):
    np.save(tmp_path / "big.npy", np.array([[1.0, 2.0], [3.0, 1e300]]))
    error = refuse(module, tmp_path / "big.npy")
    assert error.title == "Row 2 is not finite"
    assert "big.npy, row 2, column 2: “1e+300” is not a finite 32-bit number" in error.detail
    np.save(tmp_path / "nan.npy", np.array([[np.nan, 2.0], [3.0, 4.0]]))
    assert refuse(module, tmp_path / "nan.npy").title == "Row 1 is not finite"


def test_a_truncated_file_names_the_last_whole_row(array, refuse):
    data = array.read_bytes()
    array.write_bytes(data[: len(data) - 30])
    error = refuse(module, array)
    assert error.title == "The file ends early"
    assert "promises 5 × 7 numbers; the last whole row is row 3" in error.detail


def test_a_header_of_a_trillion_rows_allocates_nothing(array, refuse):
    data = array.read_bytes().replace(b"(5, 7), }" + b" " * 20, b"(1000000000000, 7), }".ljust(29))
    array.write_bytes(data)
    error = refuse(module, array)
    assert error.title == "The file ends early"
    assert "promises 1,000,000,000,000 × 7 numbers; the last whole row is row 5" in error.detail


def test_a_pickle_with_the_extension_is_refused(tmp_path, refuse):
    path = tmp_path / "p.npy"
    path.write_bytes(pickle.dumps([1.0]))
    assert refuse(module, path).title == "Not a NumPy file"


def test_a_header_that_is_no_header_is_refused(array, refuse):
    array.write_bytes(array.read_bytes().replace(b"'descr'", b"'descx'"))
    assert refuse(module, array).title == "The NumPy file is damaged"


def test_written_space_is_read_back(tmp_path, parse, vectors):
    from embexplorer.core.space import make_space, make_table

    table = make_table(["a", 'b "b"', "c\nc", "d,d", "né"], {"year": [1, 2, 3, 4, 5]})
    module.write(make_space(vectors, table), None, tmp_path / "out.npy")
    parsed = parse(module, tmp_path / "out.npy")
    assert parsed.vectors.tobytes() == vectors.tobytes()
    assert parsed.table.column("item").to_pylist() == ["a", 'b "b"', "c\nc", "d,d", "né"]
    assert parsed.table.column("year").to_pylist() == [1, 2, 3, 4, 5]
