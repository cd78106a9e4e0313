"""Vectors and the file that names their items are found among files that were dropped together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.operations.belonging import find_pairs, may_belong
from embexplorer.operations.context import Context
from embexplorer.operations.read import read

N = 12


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    np.save(tmp_path / "v.npy", np.eye(N, dtype=np.float32))
    lines = [f"w{row}" for row in range(N)]
    (tmp_path / "v.txt").write_text("\n".join(lines))
    (tmp_path / "labels.csv").write_text(
        "\n".join(["word,year", *[f"{w},{2000 + len(w)}" for w in lines]])
    )
    (tmp_path / "other.txt").write_text("one\ntwo\n")
    rows = ["\t".join(f"{row}.{at}" for at in range(4)) for row in range(N)]
    (tmp_path / "vectors.tsv").write_text("\n".join(rows) + "\n")
    (tmp_path / "numbers.tsv").write_text("\n".join(rows) + "\n")
    (tmp_path / "metadata.tsv").write_text("\n".join(["word\tkind", *[f"{w}\tk" for w in lines]]))
    (tmp_path / "alone.tsv").write_text("\n".join(lines) + "\n")
    return tmp_path


def pairs(folder: Path, *names: str) -> dict[str, str]:
    paths = [str(folder / name) for name in names]
    found = find_pairs(paths, str(folder / "cache"))
    return {Path(one.path).name: Path(one.items).name for one in found}


def test_files_of_one_name_belong_together(folder) -> None:
    assert pairs(folder, "v.txt", "v.npy", "other.txt") == {"v.npy": "v.txt", "other.txt": ""}


def test_else_the_only_file_with_as_many_rows(folder) -> None:
    (folder / "v.txt").unlink()
    assert pairs(folder, "other.txt", "labels.csv", "v.npy") == {
        "other.txt": "",
        "v.npy": "labels.csv",
    }


def test_two_that_fit_are_not_guessed(folder) -> None:
    (folder / "v.txt").rename(folder / "names.txt")
    found = pairs(folder, "names.txt", "labels.csv", "v.npy")
    assert found == {"names.txt": "", "labels.csv": "", "v.npy": ""}


@pytest.mark.parametrize("items", ["metadata.tsv", "alone.tsv"])
def test_a_table_of_numbers_takes_its_metadata(folder, items) -> None:
    assert pairs(folder, items, "numbers.tsv") == {"numbers.tsv": items}
    (found,) = find_pairs([str(folder / items), str(folder / "numbers.tsv")], str(folder / "c"))
    space = read(found.path, Context.default(), params=found.params).data
    assert list(space.items[:2]) == ["w0", "w1"]
    assert space.vectors[2].tolist() == pytest.approx([2.0, 2.1, 2.2, 2.3])
    assert space.provenance.notes == (f"Items from {items}.",)
    limited = read(found.path, Context.default(), params=found.params, limit=2).data
    assert list(limited.items) == ["w0", "w1"]


def test_items_that_differ_in_number_are_refused(folder) -> None:
    with pytest.raises(UserError, match="Names and vectors differ in number"):
        read(folder / "numbers.tsv", Context.default(), params={"items_file": "other.txt"})


def test_the_cache_notices_that_the_items_changed(folder) -> None:
    params = {"items_file": "alone.tsv"}
    read(folder / "numbers.tsv", Context.default(), params=params)
    (folder / "alone.tsv").write_text("".join(f"new{row}\n" for row in range(N)))
    again = read(folder / "numbers.tsv", Context.default(), params=params)
    assert (again.cached, again.data.items[0]) == (False, "new0")


def test_what_a_format_reads_together_is_one(folder) -> None:
    assert pairs(folder, "metadata.tsv", "vectors.tsv") == {"vectors.tsv": "metadata.tsv"}


def test_a_file_that_does_not_read_stops_no_other(folder) -> None:
    (folder / "broken.npy").write_bytes(b"\x93NUMPY broken")
    names = ("broken.npy", "gone.tsv", "vectors.tsv", "metadata.tsv")
    assert pairs(folder, *names) == {
        "broken.npy": "",
        "gone.tsv": "",
        "vectors.tsv": "metadata.tsv",
    }


def test_names_tell_whether_it_is_worth_a_look() -> None:
    assert may_belong([Path("a.npy"), Path("b.txt")])
    assert may_belong([Path("a.tsv"), Path("b.tsv")])
    assert not may_belong([Path("a.npy"), Path("b.npy")])
    assert not may_belong([Path("a.txt"), Path("b.txt")])
    assert not may_belong([Path("a.csv")])
