"""Every format that can be written, converted into every other: what is kept, what is said."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pyarrow as pa
import pytest

from embexplorer.core.contracts import Format
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.context import Context
from embexplorer.operations.export import write_space
from embexplorer.operations.read import read_space
from embexplorer.plugins import Registry

ITEMS = ["king", "new york", "né", 'say "x, y"', "東京; a|b", "007"]
DAYS = [dt.date(2020, 1, day) for day in range(1, 7)]
COLUMNS = {
    "year": pa.array([1999, 2001, None, -4, 5, 6]),
    "whole": pa.array([1, 2, 3, 4, 5, 6], pa.int32()),
    "score": pa.array([0.1, 2.5, -1e-9, 1e300, None, 3]),
    "flag": pa.array([True, False, True, True, False, True]),
    "kind": pa.array(["a", "b", "a", "b", "c", "a"]).dictionary_encode(),
    "code": pa.array(["01", "02", "03", "04", "05", "06"]),
    "note": pa.array(["x", 'q"q', "a, b", " c ", "", "None"]),
    "when": pa.array([dt.datetime(2020, 1, day, 23, 59, 1) for day in range(1, 7)]),
    "day": pa.array(DAYS),
    "odd": pa.array(["tab\there", "two\nlines", "a", "b", "c", "d"]),
    "maybe": pa.array(["x", None, "y", "z", "v", "w"]),
    "digits": pa.array(["1", "2", "3", "4", "5", "6"]),
    "tags": pa.array([["a"], ["b", "c"], [], ["é"], ["e"], ["f"]]),
}
COORDS = np.array([[at / 7, -at * 1e9] for at in range(6)], np.float32)
COORDS[2] = np.nan

FORMATS = [plugin for plugin in Registry.discover().all(Format) if plugin.write]
PLACES = {"space-folder": "folder", **{one.id: f"a{one.extensions[0]}" for one in FORMATS}}
WITHOUT_COLUMNS = ("word2vec-text", "word2vec-binary")
WITHOUT_COORDS = (*WITHOUT_COLUMNS, "npy", "projector")


def as_text(columns):
    """Return what comes back from cells of text."""
    return columns | {
        name: made(columns[name])
        for name, made in (
            ("maybe", lambda values: [value or "" for value in values]),
            ("tags", lambda values: list(map(as_json, values))),
        )
    }


def as_json(value):
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def through(format_id, columns):
    """Return the columns that come back from a format."""
    if format_id in WITHOUT_COLUMNS or not columns:
        return {}
    if format_id == "hdf5":  # it keeps missing texts
        moments = {name: list(map(str, columns[name])) for name in ("when", "day")}
        return columns | moments | {"tags": as_text(columns)["tags"]}
    if format_id in ("csv", "npy", "projector", "npz", "safetensors"):
        columns = as_text(columns)
    if format_id in ("csv", "npy", "projector", "safetensors"):
        columns = columns | {"digits": list(map(int, columns["digits"]))}
    if format_id == "projector":
        blank = {ord(sign): " " for sign in "\t\n"}
        columns = columns | {"odd": [value.translate(blank) for value in columns["odd"]]}
    if format_id == "jsonl":  # a day there is its first moment
        columns = columns | {"day": [dt.datetime.combine(day, dt.time()) for day in DAYS]}
    return columns


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    return Context.default(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def original():
    vectors = np.random.default_rng(5).normal(0, 0.3, (6, 9)).astype(np.float32)
    vectors[3] = 0
    vectors[1, :3] = np.float32([1e-38, 3.4e38, 1 / 3])
    return make_space(vectors, make_table(ITEMS, COLUMNS), name="made")


@pytest.fixture(scope="module")
def convert(context, original, tmp_path_factory):
    """Return ``convert(format_id, space, coords, columns)``, which checks what comes back."""

    def run(format_id, space, coords, columns):
        path = tmp_path_factory.mktemp("out") / PLACES[format_id]
        notes = " ".join(write_space(space, path, context, coords=coords))
        opened = read_space(path, context)
        assert opened.format == format_id
        assert opened.data.items[:] == ITEMS
        assert opened.data.vectors.tobytes() == original.vectors.tobytes()
        expected = through(format_id, columns)
        found = {name: column.to_pylist() for name, column in opened.data.columns.items()}
        if format_id == "hdf5" and columns:
            found["when"] = [value.removesuffix(".000000") for value in found["when"]]
        assert found == expected
        holds_coords = coords is not None and format_id not in WITHOUT_COORDS
        assert (opened.coords is not None) == holds_coords
        if holds_coords:
            assert opened.coords.tobytes() == COORDS.tobytes()
        lost = [name for name, values in columns.items() if expected.get(name) != values]
        said = [name for name in lost if name in notes or "Tabs" in notes]
        assert said == [name for name in lost if name != "day" or format_id != "jsonl"]
        assert ("coordinates" in notes) == (coords is not None and not holds_coords)
        assert bool(notes) == bool(said or (coords is not None and not holds_coords))
        return opened.data, opened.coords, expected

    return run


@pytest.fixture(scope="module", params=[name for name in PLACES if name != "hdf5"])
def first(request, convert, original):
    """The space after it went through one format: space, coords and columns.

    From the dates that HDF5 holds as texts other formats make dates again: it comes second only.
    """
    columns = {name: values.to_pylist() for name, values in COLUMNS.items()}
    return convert(request.param, original, COORDS, columns)


@pytest.mark.parametrize("second", PLACES)
def test_a_space_comes_through_every_pair_of_formats(first, second, convert):
    convert(second, *first)


def test_reserved_names_are_said_to_be_left_out(tmp_path, context):
    columns = {"coords": [1, 2], "labels": ["a", "b"], "year": [3, 4]}
    space = make_space(np.eye(2, dtype=np.float32), make_table(["a", "b"], columns))
    notes = write_space(space, tmp_path / "a.npz", context)
    assert notes == ("Left out, since their names mean another array: coords, labels.",)
    assert [*read_space(tmp_path / "a.npz", context).data.columns] == ["year"]


@pytest.mark.parametrize("name", ["a.csv", "a.npy", "a.npz", "a.pbtxt"])
def test_how_columns_change_by_way_of_text_is_said(tmp_path, context, name):
    columns = {
        "raw": pa.array([b"\xff\0", b"a"]),
        "tags": pa.array([["a"], []]),
        "maybe": pa.array(["a", None]),
        "same": pa.array([1.5, None]),
    }
    space = make_space(np.eye(2, dtype=np.float32), make_table(["a", "b"], columns))
    notes = write_space(space, tmp_path / name, context)
    assert notes == (
        "Text cannot hold all of raw, tags, maybe: bytes come back as hexadecimal digits, "
        "lists come back as JSON, missing texts come back empty.",
    )
    found = read_space(tmp_path / name, context).data.columns
    assert {key: found[key].to_pylist() for key in columns} == {
        "raw": ["ff00", "61"],
        "tags": ['["a"]', "[]"],
        "maybe": ["a", ""],
        "same": [1.5, None],
    }


def test_numbers_that_decimals_would_round_stay_digits(tmp_path, context):
    large = pa.array([2**60 + 1, None])
    space = make_space(np.eye(2, dtype=np.float32), make_table(["a", "b"], {"large": large}))
    notes = write_space(space, tmp_path / "a.npz", context)
    assert notes == ("Text cannot hold all of large: values come back as text.",)
    found = read_space(tmp_path / "a.npz", context).data.columns["large"]
    assert found.to_pylist() == [str(2**60 + 1), ""]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
def test_columns_that_will_be_taken_for_something_else_are_said(tmp_path, context, name):
    columns = {
        "x": pa.array([1.5, 2.5]),
        "y": pa.array([3.5, 4.5]),
        "abstract": pa.array(["A long text about something.", "Another text, longer still."]),
    }
    space = make_space(np.eye(2, dtype=np.float32), make_table(["a", "b"], columns))
    notes = write_space(space, tmp_path / name, context)
    assert notes == (
        "Opened again, “x”, “y” will be taken for the coordinates: choose the columns then.",
        "Opened again, “abstract” will be taken for the text: choose the columns then.",
    )
    assert read_space(tmp_path / name, context).coords.tolist() == [[1.5, 3.5], [2.5, 4.5]]


def test_lists_that_csv_would_take_for_the_vectors_are_said(tmp_path, context):
    columns = {"place": pa.array([[1, 2], [3, 4]])}
    space = make_space(np.eye(2, dtype=np.float32), make_table(["a", "b"], columns))
    notes = write_space(space, tmp_path / "a.csv", context)
    assert notes[1] == (
        "Opened again, “place” will be taken for the vectors: choose the columns then."
    )
    assert write_space(space, tmp_path / "a.parquet", context) == ()
    assert read_space(tmp_path / "a.parquet", context).data.vectors.tolist() == [[1, 0], [0, 1]]
