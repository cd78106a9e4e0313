from __future__ import annotations

import os

import h5py
import numpy as np
import pyarrow as pa
import pytest

from embexplorer.core.contracts import Reading
from embexplorer.core.errors import UserError
from embexplorer.core.space import make_space, make_table
from embexplorer.engines.confined import limits_memory
from embexplorer.formats import hdf5 as module

ITEMS = ["king", "new york", "né", "0", "x"]


def items_of(parsed):
    return parsed.table.column("item").to_pylist()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.h5"


@pytest.mark.parametrize("key", ["vectors", "embeddings", "group/sub/X", "anything"])
@pytest.mark.parametrize("items_key", ["items", "words", "labels"])
def test_usual_names_are_found_in_any_group(path, parse, vectors, key, items_key):
    with h5py.File(path, "w") as file:
        file[key] = vectors
        file[items_key] = ITEMS
    parsed = parse(module, path)
    assert items_of(parsed) == ITEMS
    assert parsed.vectors.tobytes() == vectors.tobytes()
    assert parsed.notes == ()


def test_columns_categories_missing_values_and_coords_come_along(path, parse, vectors):
    with h5py.File(path, "w") as file:
        data = file.create_group("data")
        data.create_dataset(
            "vectors", data=vectors.astype(">f8"), chunks=(2, 3), compression="gzip"
        )
        data["words"] = np.array([item.encode() for item in ITEMS])
        data["year"] = np.arange(5, dtype=">i4")
        data["seen"] = np.array([True, False, True, False, True])
        kind = h5py.enum_dtype({"noun": 1, "verb": 2}, "i1")
        data.create_dataset("pos", data=np.array([1, 2, 1, 1, 2]), dtype=kind)
        data["umap"] = np.arange(10.0).reshape(5, 2)
        topic = data.create_group("topic")
        topic["codes"], topic["categories"] = np.array([1, 0, -1, 1, 0], "i1"), ["art", "law"]
        count = data.create_group("count")
        count["values"], count["mask"] = np.arange(5), np.array([0, 1, 0, 0, 0], bool)
        file["other"] = np.arange(4)
    parsed = parse(module, path)
    assert items_of(parsed) == ITEMS
    narrow = vectors.astype(np.float64).astype(np.float32)
    assert parsed.vectors.tobytes() == narrow.tobytes()
    assert parsed.coords.tolist() == np.arange(10.0).reshape(5, 2).tolist()
    assert {name: parsed.table.column(name).to_pylist() for name in parsed.table.column_names} == {
        "item": ITEMS,
        "year": [0, 1, 2, 3, 4],
        "seen": [True, False, True, False, True],
        "pos": ["noun", "verb", "noun", "noun", "verb"],
        "topic": ["law", "art", None, "law", "art"],
        "count": [0, None, 2, 3, 4],
    }
    limited = parse(module, path, limit=2)
    assert items_of(limited) == ITEMS[:2]
    assert limited.vectors.tobytes() == narrow[:2].tobytes()
    assert len(limited.coords) == 2


def test_all_that_is_written_is_read_again(path, parse, vectors):
    columns = {
        "year": pa.array([1, None, 3, 4, 5]),
        "a/b": pa.array([0.5, None, 1.5, 2.5, 3.5]),
        "topic": pa.array(["x", None, "y", "x", "y"]).dictionary_encode(),
        "said": pa.array(["", None, "a", "b", "né"], pa.large_string()),
        "true": pa.array([True, None, False, True, True]),
        "labels": pa.array([1, 2, 3, 4, 5]),
        "": pa.array(list("abcde"), pa.large_string()),
    }
    space = make_space(vectors, make_table(ITEMS, columns))
    coords = np.arange(15, dtype=np.float32).reshape(5, 3)
    module.write(space, coords, path)
    parsed = parse(module, path)
    assert parsed.table.column_names[0] == "item"
    assert parsed.vectors.tobytes() == vectors.tobytes()
    assert parsed.coords.tolist() == coords.tolist()
    found = {name: parsed.table.column(name).to_pylist() for name in parsed.table.column_names}
    assert found.pop("a/b")[2:] == [1.5, 2.5, 3.5]  # a missing decimal is NaN, as in all HDF5
    assert found == {"item": ITEMS} | {
        name: values.to_pylist() for name, values in columns.items() if name != "a/b"
    }


def test_ann_benchmarks_files_give_train_or_test_and_their_metric(path, parse, vectors):
    with h5py.File(path, "w") as file:
        file.attrs["distance"] = "angular"
        file["test"] = vectors[:2] + 1
        file["train"] = vectors
        file["neighbors"] = np.zeros((2, 100), np.int32)
        file["distances"] = np.zeros((2, 100), np.float32)
    parsed = parse(module, path)
    assert parsed.vectors.tobytes() == vectors.tobytes()
    assert parsed.notes == (
        "The vectors are the dataset train; others are: distances, neighbors, test.",
        "The file has no items; its rows are numbered from 0.",
        "The file measures its neighbors by the distance angular: choose the metric cosine.",
    )
    assert parse(module, path, dataset="test").vectors.tobytes() == (vectors[:2] + 1).tobytes()


def test_a_data_frame_of_pandas_has_its_row_names(path, parse):
    values = np.arange(-6, 6, dtype=np.int8).reshape(4, 3)
    with h5py.File(path, "w") as file:  # as DataFrame.to_hdf writes it
        file["mat/axis0"] = np.arange(3)
        file["mat/axis1"] = np.array([b"/c/en/king", b"/c/en/queen", b"/c/en/n\xc3\xa9", b"/c/x"])
        file["mat/block0_items"] = np.arange(3)
        file["mat/block0_values"] = values
    parsed = parse(module, path)
    assert items_of(parsed) == ["/c/en/king", "/c/en/queen", "/c/en/né", "/c/x"]
    assert parsed.vectors.tolist() == values.tolist()


def test_matrices_of_matlab_are_said_to_lie_on_their_side(path, parse, vectors):
    with h5py.File(path, "w", userblock_size=512) as file:
        file["words"] = vectors
        file["words"].attrs["MATLAB_class"] = np.bytes_("single")
    assert module.sniff(path.with_suffix(".mat"), path.read_bytes()) == 0.9
    assert parse(module, path).notes[0] == (
        "MATLAB stores a matrix with its columns as rows: the items are its columns."
    )


def test_the_largest_matrix_is_taken_where_no_name_helps_and_that_is_said(path, parse):
    with h5py.File(path, "w") as file:
        file["small"], file["big"] = np.ones((2, 2)), np.full((9, 4), 2.0)
    parsed = parse(module, path)
    assert parsed.vectors.shape == (9, 4)
    assert parsed.notes[0] == "The vectors are the dataset big; others are: small."


def test_links_within_the_file_are_followed_and_circles_end(path, parse, vectors):
    with h5py.File(path, "w") as file:
        file["real/array"] = vectors
        file["real/again"] = file["real"]
        file["vectors"] = h5py.SoftLink("/real/array")
        file["broken"] = h5py.SoftLink("/nowhere")
    parsed = parse(module, path)
    assert parsed.vectors.tobytes() == vectors.tobytes()
    assert "broken is a link to /nowhere, which is not in the file: it was left out." in (
        parsed.notes
    )


def secret(folder, vectors):
    with h5py.File(folder / "secret.h5", "w") as file:
        file["vectors"], file["items"] = vectors, ITEMS


def link(file, vectors):
    file["vectors"] = h5py.ExternalLink("secret.h5", "/vectors")


def two_steps(file, vectors):
    file["out"] = h5py.ExternalLink("secret.h5", "/")
    file["vectors"] = h5py.SoftLink("/out/vectors")


def storage(file, vectors):
    file.create_dataset("vectors", (5, 7), "f4", external=[("secret.h5", 0, 140)])


def virtual(file, vectors):
    layout = h5py.VirtualLayout((5, 7), "f4")
    layout[:] = h5py.VirtualSource("secret.h5", "vectors", (5, 7))
    file.create_virtual_dataset("vectors", layout)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (link, "vectors is a link to the file secret.h5"),
        (two_steps, "vectors is a link to /out/vectors, which is not in the file"),
        (storage, "vectors has its numbers in the file secret.h5"),
        (virtual, "vectors is virtual: it is put together of other datasets or files"),
    ],
)
def test_no_dataset_of_another_file_is_read(path, refuse, vectors, make, why):
    secret(path.parent, vectors)
    with h5py.File(path, "w") as file:
        make(file, vectors)
    error = refuse(module, path)
    assert error.title == "A dataset outside this file"
    assert error.detail == f"a.h5: {why}. Other files are not followed."
    if make is not two_steps:
        assert refuse(module, path, dataset="vectors/more").title == error.title


def test_items_behind_a_link_are_left_out_and_that_is_said(path, parse, vectors):
    secret(path.parent, vectors)
    with h5py.File(path, "w") as file:
        file["vectors"] = vectors + 1
        file["items"] = h5py.ExternalLink("secret.h5", "/items")
    parsed = parse(module, path)
    assert items_of(parsed) == list("01234")
    assert "items is a link to the file secret.h5: it was left out." in parsed.notes


def test_vectors_of_this_file_are_read_beside_a_link_of_another_name(path, parse, vectors):
    secret(path.parent, vectors)
    with h5py.File(path, "w") as file:
        file["X"] = vectors + 1
        file["train"] = h5py.ExternalLink("secret.h5", "/vectors")
    parsed = parse(module, path)
    assert parsed.vectors.tobytes() == (vectors + 1).tobytes()
    assert "train is a link to the file secret.h5: it was left out." in parsed.notes


def test_names_that_are_no_utf8_are_shown_as_far_as_they_are(path, parse, vectors):
    with h5py.File(path, "w") as file:
        file["vectors"] = vectors
        file[b"caf\xe9"] = np.arange(5)
    assert parse(module, path).table.column_names == ["item", "caf\ufffd"]


def test_objects_are_refused_by_name(path, refuse, parse, vectors):
    with h5py.File(path, "w") as file:
        ragged = file.create_dataset("vectors", (2,), h5py.vlen_dtype(np.float32))
        ragged[0], ragged[1] = [1, 2], [3]
    error = refuse(module, path)
    assert error.title == "No vectors in this file"
    assert "vectors object[2]" in error.detail
    assert refuse(module, path, dataset="vectors").title == "No vectors in this dataset"


def test_claims_beyond_what_is_stored_are_refused(path, refuse):
    with h5py.File(path, "w") as file:
        file.create_dataset("vectors", (10**12, 8), "f4", chunks=(100, 8))
    error = refuse(module, path)
    assert error.title == "The dataset is almost empty"
    assert "1,000,000,000,000 × 8 values" in error.detail
    assert refuse(module, path, limit=5).title == error.title
    with h5py.File(path, "w") as file:
        bomb = file.create_dataset(
            "vectors", (1 << 26, 8), "f4", chunks=(1 << 20, 8), compression=9
        )
        bomb[: 1 << 20] = 1
    assert refuse(module, path).title == "The dataset is almost empty"


def test_a_chunk_that_does_not_fit_into_memory_is_refused(path, refuse, monkeypatch):
    from embexplorer.core import memory

    with h5py.File(path, "w") as file:
        data = file.create_dataset("vectors", (1000, 8), "f4", chunks=(1000, 8), maxshape=(None, 8))
        data[:] = np.ones((1000, 8))
    monkeypatch.setattr(memory, "free_memory", lambda: 50_000)
    error = refuse(module, path)
    assert error.title == "Not enough memory"
    assert "a.h5: a row of the chunks of vectors" in error.detail


def test_many_long_texts_in_one_place_of_the_file_are_refused(path, refuse, vectors, monkeypatch):
    from embexplorer.engines import hdf5_columns

    monkeypatch.setattr(hdf5_columns, "MAX_TEXT_BYTES", 1000)
    with h5py.File(path, "w") as file:
        file["vectors"] = vectors
        file["items"] = ["x" * 400] * 5
    assert refuse(module, path).title == "The items are too large"


def test_another_number_of_items_is_refused(path, refuse, vectors):
    with h5py.File(path, "w") as file:
        file["vectors"], file["items"] = vectors, ITEMS[:4]
    error = refuse(module, path)
    assert error.title == "Names and vectors differ in number"
    assert error.detail == "a.h5: items has 4 items for 5 vectors."


def test_bad_values_and_texts_are_named(path, refuse, vectors):
    vectors[2, 1] = np.nan
    with h5py.File(path, "w") as file:
        file["vectors"] = vectors
    error = refuse(module, path)
    assert error.title == "Row 3 is not finite"
    assert "a.h5, vectors, row 3, column 2" in error.detail
    with h5py.File(path, "w") as file:
        file["vectors"], file["items"] = vectors[:2], np.array([b"ok", b"\xe9"])
    assert refuse(module, path).title == "An item is not UTF-8"


def test_a_cut_file_and_no_file_are_refused(path, refuse, vectors):
    module.write(make_space(vectors, make_table(ITEMS)), None, path)
    os.truncate(path, 900)
    error = refuse(module, path)
    assert error.title == "The HDF5 file is damaged"
    assert "a.h5" in error.detail


def test_many_rows_are_read_in_blocks_that_follow_the_chunks(path, parse):
    made = np.random.default_rng(3).normal(size=(70_001, 80)).astype(np.float16)
    with h5py.File(path, "w") as file:
        file.create_dataset("vectors", data=made, chunks=(1000, 16))
    parsed = parse(module, path)
    assert parsed.vectors.tobytes() == made.astype(np.float32).tobytes()


def read_apart(path, scratch, **options):
    """Read as the program does, in a process of its own."""
    scratch.mkdir()
    params = module.Params(**options.pop("params", {}))
    return module.plugin.read(Reading(path, params, scratch, **options))


def test_a_process_of_its_own_reads_the_same(path, parse, vectors, tmp_path):
    table = make_table(ITEMS, {"year": list(range(5)), "kind": ["a", None, "b", "a", "b"]})
    module.write(make_space(vectors, table), np.arange(10.0).reshape(5, 2), path)
    for limit in (None, 2):
        here = parse(module, path, limit=limit)
        apart = read_apart(path, tmp_path / f"scratch {limit}", limit=limit)
        assert apart.table.equals(here.table)
        assert apart.vectors.tobytes() == here.vectors.tobytes()
        assert apart.coords.tobytes() == here.coords.tobytes()
        assert apart.notes == here.notes
        assert [left.name for left in (tmp_path / f"scratch {limit}").iterdir()] == ["vectors.npy"]


def test_what_it_refuses_arrives_unchanged_and_nothing_is_left(path, vectors, tmp_path):
    with h5py.File(path, "w") as file:
        file["vectors"], file["items"] = vectors, ITEMS[:4]
    with pytest.raises(UserError, match="items has 4 items for 5 vectors"):
        read_apart(path, tmp_path / "scratch")
    with pytest.raises(UserError, match="has no dataset “missing”"):
        read_apart(path, tmp_path / "other", params={"dataset": "missing"})


@pytest.mark.skipif(not limits_memory(), reason="no limit of memory on this system")
def test_a_small_file_cannot_fill_the_memory(path, tmp_path):
    text = "x" * (1 << 20)  # stored once, claimed 4000 times: 4 GB
    with h5py.File(path, "w") as file:
        file["vectors"] = np.ones((4000, 2), "f4")
        file.create_dataset("items", (4000,), h5py.string_dtype())[0] = text
        place = file["items"].id.get_offset()
    data = bytearray(path.read_bytes())
    data[place : place + 16 * 4000] = data[place : place + 16] * 4000
    path.write_bytes(data)
    with pytest.raises(UserError) as caught:
        read_apart(path, tmp_path / "scratch")
    assert caught.value.title in ("The items are too large", "The file needs too much memory")
    assert "a.h5" in caught.value.detail


def test_a_chunk_beyond_what_the_file_may_take_is_refused(path, refuse):
    with h5py.File(path, "w") as file:
        chunks = (1 << 22, 32)  # 512 MB, packed into half of one
        made = file.create_dataset("vectors", chunks, "f4", chunks=chunks, compression=1)
        made.id.write_direct_chunk((0, 0), b"x" * (1 << 19))
    error = refuse(module, path, limit=3)
    assert error.title == "The chunks are too large"
    assert "a chunk of vectors claims 536,870,912 bytes" in error.detail


def test_a_filter_that_is_not_of_the_library_is_named(path, refuse, vectors):
    plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plan.set_chunk((5, 7))
    plan.set_filter(32015, h5py.h5z.FLAG_OPTIONAL, (3,))  # Zstandard
    with h5py.File(path, "w") as file:
        space = h5py.h5s.create_simple((5, 7))
        made = h5py.h5d.create(file.id, b"vectors", h5py.h5t.IEEE_F32LE, space, plan)
        h5py.Dataset(made)[:] = vectors
    error = refuse(module, path)
    assert error.title == "An unknown compression"
    assert "number 32015" in error.detail
