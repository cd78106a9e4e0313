"""Datasets that the datasets library wrote: saved folders, and its cache."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pytest

from embexplorer.core.space import Texts
from embexplorer.formats import hf_dataset as module
from embexplorer.operations.context import Context
from embexplorer.operations.read import read, read_space

DATA = Path(__file__).parents[1] / "data" / "hf_datasets"
HASH = "*/*/*/dataset_info.json"


@pytest.fixture
def saved(tmp_path):
    return Path(shutil.copytree(DATA / "saved", tmp_path / "saved"))


@pytest.fixture
def cache(tmp_path):
    return Path(shutil.copytree(DATA / "cache" / "json", tmp_path / "json"))


def test_the_files_of_a_split_are_read_in_order_with_the_names_of_classes(parse):
    parsed = parse(module, DATA / "saved")
    assert parsed.vectors is None
    assert parsed.table.to_pydict() == {
        "item": [f"Sentence number {at} is about something." for at in range(7)],
        "topic": ["sport", "art", None, "art", "sport", "art", "sport"],
        "id": list(range(7)),
    }
    assert parsed.notes == (
        "“train” was read; other splits: test.",
        "Columns of pictures or sounds were left out: image.",
    )


def test_a_split_is_chosen_by_name_or_by_its_folder(parse, refuse):
    chosen = parse(module, DATA / "saved", split_name="test")
    alone = parse(module, DATA / "saved" / "test")
    assert chosen.table.to_pydict() == alone.table.to_pydict()
    assert chosen.table.column("id").to_pylist() == [7, 8, 9]
    assert chosen.notes[0] == "“test” was read; other splits: train."
    assert len(alone.notes) == 1
    error = refuse(module, DATA / "saved", split_name="dev")
    assert (error.title, error.hint) == ("No such split", "There are: train, test.")


def test_a_column_of_lists_makes_a_space(tmp_path):
    opened = read_space(DATA / "vectors", Context.default(tmp_path / "cache"))
    assert opened.format == "hf-dataset"
    assert opened.data.items[:] == ["king", "queen", "né"]
    assert opened.data.vectors.tolist() == [
        [at / 8 for at in range(start, start + 4)] for start in (0, 4, 8)
    ]


def test_the_cache_is_read_from_the_folder_of_the_dataset_down(cache, tmp_path, parse):
    context = Context.default(tmp_path / "cache")
    folder = next(cache.glob(HASH)).parent
    for path in (cache, folder.parents[1], folder.parent, folder):
        opened = read(path, context)
        assert opened.format == "hf-dataset"
        assert isinstance(opened.data, Texts)
        assert opened.data.items[:] == [
            *(f"Line {at} of the file a is here." for at in range(3)),
            *(f"Line {at} of the file b is here." for at in range(2)),
        ]
        assert opened.data.columns["label"].to_pylist() == ["no", "yes", "no", "no", "yes"]
        assert opened.data.provenance.notes == ("“train” was read; other splits: test.",)
    assert parse(module, cache, split_name="test").table.num_rows == 2
    assert parse(module, cache, limit=4).table.num_rows == 4


def test_what_a_map_left_in_the_cache_is_not_the_data(cache, parse):
    folder = next(cache.glob(HASH)).parent
    (folder / "cache-0123456789abcdef.arrow").write_bytes(b"of another table")
    assert parse(module, cache).table.num_rows == 5


def test_configurations_are_told_apart(cache, parse, refuse):
    folder = next(cache.glob(HASH)).parent
    other = Path(shutil.copytree(folder, cache / "other" / "1.0.0" / "abc"))
    info = json.loads((other / "dataset_info.json").read_text())
    for name in ("other", "default"):
        info["config_name"] = name
        (other / "dataset_info.json").write_text(json.dumps(info))
        place = folder.relative_to(cache).as_posix() if name == "default" else "default"
        first = parse(module, cache)
        there = "other" if name == "other" else "other/1.0.0/abc"
        assert first.notes[-1] == f"“{place}” was read; other configurations: {there}."
        second = parse(module, cache, config_name=there)
        assert second.notes[-1] == f"“{there}” was read; other configurations: {place}."
    assert refuse(module, cache, config_name="third").title == "No such configuration"


def test_missing_files_are_refused(saved, cache, refuse):
    (saved / "train" / "data-00001-of-00003.arrow").unlink()
    error = refuse(module, saved)
    assert error.title == "The dataset is not whole"
    assert "data-00001-of-00003.arrow is not there" in error.detail
    folder = next(cache.glob(HASH)).parent
    (folder / "json-train-00000-of-00002.arrow").unlink()
    assert "1 of 2 files of “train” are there" in refuse(module, cache).detail


@pytest.mark.parametrize(
    ("file", "content", "title"),
    [
        ("dataset_dict.json", b"{", "The JSON file is damaged"),
        ("dataset_dict.json", b'{"splits": []}', "No dataset in this folder"),
        ("dataset_dict.json", b'{"splits": ["../saved/train"]}', "The dataset is not whole"),
        ("train/state.json", b"{}", "The dataset is not whole"),
        (
            "train/state.json",
            b'{"_data_files": [{"filename": "../test/data-00000-of-00001.arrow"}]}',
            "The dataset is not whole",
        ),
        ("train/data-00000-of-00003.arrow", b"\xff\xff\xff\xff\x10", "The dataset is damaged"),
        ("train/data-00000-of-00003.arrow", b"", "The dataset is damaged"),
        (
            "train/dataset_info.json",
            b'{"features": {"topic": {"_type": "ClassLabel", "names": ["sport"]}}}',
            "A label has no name",
        ),
    ],
)
def test_damaged_files_are_refused(saved, refuse, file, content, title):
    (saved / file).write_bytes(content)
    error = refuse(module, saved)
    assert error.title == title
    assert "saved" in error.detail


def test_a_split_without_rows_is_refused(saved, refuse):
    path = saved / "test" / "data-00000-of-00001.arrow"
    with pa.ipc.open_stream(path.read_bytes()) as stream:
        schema = stream.schema
    with pa.ipc.new_stream(str(path), schema):
        pass
    assert refuse(module, saved, split_name="test").title == "The dataset is empty"
