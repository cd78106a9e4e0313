from __future__ import annotations

import zipfile

import numpy as np
import pytest

from embexplorer.formats import npz as module

ITEMS = ["king", "new york", "né", "0", "x"]


def items_of(parsed):
    return parsed.table.column("item").to_pylist()


@pytest.mark.parametrize("key", ["vectors", "embeddings", "X", "arr_0", "anything"])
@pytest.mark.parametrize("items_key", ["items", "words", "labels", "names"])
def test_usual_names_are_found(tmp_path, parse, vectors, key, items_key):
    np.savez(tmp_path / "a.npz", **{items_key: np.array(ITEMS), key: vectors})
    parsed = parse(module, tmp_path / "a.npz")
    assert items_of(parsed) == ITEMS
    assert parsed.vectors.tobytes() == vectors.tobytes()
    assert parsed.notes == ()


def test_compressed_archives_bring_columns_and_coords(tmp_path, parse, vectors):
    coords = np.arange(10, dtype=np.float32).reshape(5, 2)
    np.savez_compressed(
        tmp_path / "a.npz",
        vectors=vectors,
        words=np.array([item.encode() for item in ITEMS]),
        umap=coords,
        year=np.arange(5),
        kind=np.array(list("abcde")),
        other=np.ones(3),
    )
    parsed = parse(module, tmp_path / "a.npz")
    assert items_of(parsed) == ITEMS
    assert parsed.coords.tolist() == coords.tolist()
    assert parsed.table.column_names == ["item", "year", "kind"]
    assert parsed.table.column("year").to_pylist() == [0, 1, 2, 3, 4]
    limited = parse(module, tmp_path / "a.npz", limit=2)
    assert items_of(limited) == ITEMS[:2]
    assert limited.vectors.tobytes() == vectors[:2].tobytes()
    assert len(limited.coords) == 2


def test_items_beside_and_no_items(tmp_path, parse, vectors):
    np.savez(tmp_path / "a.npz", vectors)
    assert items_of(parse(module, tmp_path / "a.npz")) == ["0", "1", "2", "3", "4"]
    (tmp_path / "a.txt").write_text("\n".join(ITEMS), encoding="utf-8")
    assert items_of(parse(module, tmp_path / "a.npz")) == ITEMS


def test_a_named_array_is_taken_or_missed(tmp_path, parse, refuse, vectors):
    np.savez(tmp_path / "a.npz", vectors=vectors, centered=vectors - 1)
    parsed = parse(module, tmp_path / "a.npz", key="centered")
    assert parsed.vectors.tobytes() == (vectors - 1).tobytes()
    assert refuse(module, tmp_path / "a.npz", key="x").title == "No such array"


def test_object_arrays_are_refused_with_how_to_save_them(tmp_path, refuse, vectors):
    np.savez(tmp_path / "a.npz", vectors=vectors, words=np.array(ITEMS, dtype=object))
    error = refuse(module, tmp_path / "a.npz")
    assert error.title == "Python objects, not text"
    assert "words=np.array(words, dtype=str)" in error.hint
    np.savez(tmp_path / "b.npz", vectors=np.array([[1, "x"]], dtype=object))
    assert refuse(module, tmp_path / "b.npz").title == "Python objects, not numbers"


def test_another_number_of_items_is_refused(tmp_path, refuse, vectors):
    np.savez(tmp_path / "a.npz", vectors=vectors, words=np.array(ITEMS[:4]))
    error = refuse(module, tmp_path / "a.npz")
    assert error.title == "Names and vectors differ in number"
    assert error.detail == "a.npz: words has 4 items for 5 vectors."


def test_an_archive_without_a_matrix_is_refused(tmp_path, refuse):
    np.savez(tmp_path / "a.npz", a=np.ones(3), b=np.ones((2, 2, 2)))
    error = refuse(module, tmp_path / "a.npz")
    assert error.title == "No vectors in this file"
    assert "a float64[3]" in error.detail
    with zipfile.ZipFile(tmp_path / "b.npz", "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert refuse(module, tmp_path / "b.npz").title == "No arrays in this archive"


def test_more_than_the_disk_holds_is_refused_before_it_is_unpacked(
    tmp_path, refuse, vectors, monkeypatch
):
    from embexplorer.engines import vector_sink

    class Usage:
        free = 100

    monkeypatch.setattr(vector_sink.shutil, "disk_usage", lambda folder: Usage)
    np.savez_compressed(tmp_path / "a.npz", vectors=vectors)
    assert refuse(module, tmp_path / "a.npz").title == "Not enough room on the disk"


def test_a_truncated_archive_is_refused(tmp_path, refuse, vectors):
    path = tmp_path / "a.npz"
    np.savez(path, vectors=vectors)
    path.write_bytes(path.read_bytes()[:-40])
    error = refuse(module, path)
    assert error.title == "The archive is damaged"
    assert error.detail == (
        "a.npz: its list of contents, which stands at its end, is missing. Nothing was loaded."
    )


def test_written_space_is_read_back(tmp_path, parse, vectors):
    from embexplorer.core.space import make_space, make_table

    columns = {
        "year": [1, 2, 3, 4, None],
        "file": list("abcde"),
        "note": ["x", None, "y", "z", "z"],
    }
    coords = np.arange(15, dtype=np.float32).reshape(5, 3)
    space = make_space(vectors, make_table(ITEMS, columns))
    notes = module.write(space, coords, tmp_path / "out.npz")
    assert notes == ["Text cannot hold all of note: missing texts come back empty."]
    parsed = parse(module, tmp_path / "out.npz")
    assert items_of(parsed) == ITEMS
    assert parsed.vectors.tobytes() == vectors.tobytes()
    assert parsed.coords.tobytes() == coords.tobytes()
    expected = {**columns, "note": ["x", "", "y", "z", "z"]}
    assert parsed.table.to_pydict() == {"item": ITEMS, **expected}


def test_arrays_that_are_not_read_are_said(tmp_path, parse):
    path = tmp_path / "v.npz"
    made = {"a": np.ones((3, 4)), "items": np.array(["x", "y", "z"]), "b": np.ones((5, 2, 2))}
    np.savez(path, **made, scale=np.float32(2))
    notes = parse(module, path).notes
    assert notes == ("The vectors are the array a; not read: b (5 × 2 × 2), scale (one value).",)
