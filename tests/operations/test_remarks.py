from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.project import KeptData, ProjectContents
from embexplorer.core.remarks import MOST_ROWS
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.context import Context
from embexplorer.operations.encode import encode, texts_of
from embexplorer.operations.export import write_space
from embexplorer.operations.project_file import open_space_of, save_project
from embexplorer.operations.read import read
from embexplorer.operations.remarks import remarks_on, remarks_table

LEAVE_OUT = {"bad_rows": "leave out"}
CSV = "item,v0,v1\na,0.5,1.5\na,1.5,2.5\nb,nan,1\nc,1,2,3\nd,0,0\ne,x,1\n\nf,1.5,1\n"


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


def rows_of(data):
    table = remarks_table(data).drop_columns(["total"])
    return [tuple(row.values()) for row in table.to_pylist()]


def test_rows_of_a_table_are_named_by_their_lines(tmp_path, context):
    path = tmp_path / "a.csv"
    path.write_text(CSV)
    opened = read(path, context, params=LEAVE_OUT)
    bad = "a number is missing or not finite"
    assert rows_of(opened.data) == [
        (4, "line", "b", "left out", bad),
        (7, "line", "e", "left out", bad),
        (5, "line", "c", "left out", "another number of columns"),
        (0, "item", "a", "kept", "item occurs more than once"),
        (1, "item", "a", "kept", "item occurs more than once"),
        (2, "item", "d", "kept", "zero vector"),
    ]
    assert "1 row with another number of columns was left out." in opened.data.provenance.notes
    assert remarks_table(opened.data).column("total").to_pylist() == [2, 2, 1, 2, 2, 1]
    assert remarks_on(read(path, context, params=LEAVE_OUT).data) == remarks_on(opened.data)


def test_lines_of_json_are_counted_with_the_blank_ones(tmp_path, context):
    path = tmp_path / "a.jsonl"
    path.write_text(
        '{"item": "a", "vector": [1, 0.5]}\n\n{"item": "b", "vector": [1]}\n'
        '{"item": "c", "vector": [1, NaN]}\n{"item": "d", "vector": [2, 0.5]}\n'
    )
    assert rows_of(read(path, context, params=LEAVE_OUT).data) == [
        (3, "line", "b", "left out", "no vector of the length of the others"),
        (4, "line", "c", "left out", "a number is missing or not finite"),
    ]


def test_lines_of_vectors_are_named_as_they_begin(tmp_path, context):
    path = tmp_path / "a.vec"
    path.write_text("king 0.5 1.5\nqueen 1.5\nnew york 1.5 2.5\n \nbad row x 1\nman 0.5 0.5\n")
    assert rows_of(read(path, context, params=LEAVE_OUT).data) == [
        (2, "line", "queen 1.5", "left out", "no item and 2 numbers"),
        (5, "line", "bad row x 1", "left out", "no item and 2 numbers"),
    ]


def test_many_rows_are_counted_and_the_first_named(tmp_path, context):
    path = tmp_path / "a.vec"
    n = MOST_ROWS + 50
    path.write_text("".join(f"w{at} 0.5 1.5\nbad{at} 1.5\n" for at in range(n)))
    (remark,) = remarks_on(read(path, context, params=LEAVE_OUT).data)
    assert (remark.total, len(remark.rows), len(remark.names)) == (n, MOST_ROWS, MOST_ROWS)
    assert remark.rows[-1] == 2 * MOST_ROWS
    assert remark.names[-1] == f"bad{MOST_ROWS - 1} 1.5"


def test_blank_lines_and_files_of_a_corpus_are_named(tmp_path, context):
    (tmp_path / "a.txt").write_text("one text\n\nanother\n \n")
    assert rows_of(read(tmp_path / "a.txt", context).data) == [
        (2, "line", None, "left out", "blank line"),
        (4, "line", None, "left out", "blank line"),
    ]
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text("one text")
    (folder / "b.png").write_bytes(b"\x89PNG\0")
    assert rows_of(read(folder, context).data) == [
        (None, "file", "b.png", "left out", "of another kind")
    ]


def test_encoding_keeps_what_was_said_of_the_file_and_adds_its_own(context):
    encoded = encode(texts_of(["one text", " ", "one text"]), "hashing", context)
    assert (
        rows_of(encoded.space)
        == [
            (0, "item", "one text", "kept", "item occurs more than once"),
            (2, "item", "one text", "kept", "item occurs more than once"),
            (1, "item", " ", "kept", "empty text"),
            (1, "item", " ", "kept", "zero vector"),
            (2, "item", "one text", "kept", "text repeats an earlier one"),
        ][2:]
    )


def test_what_was_left_out_goes_along_into_folders_and_projects(tmp_path, context):
    path = tmp_path / "a.csv"
    path.write_text(CSV)
    space = read(path, context, params=LEAVE_OUT).data
    write_space(space, tmp_path / "copy", context)
    assert remarks_on(read(tmp_path / "copy", context).data) == remarks_on(space)
    kept = KeptData(space.id, "a", str(space.folder), is_space=True)
    project = tmp_path / "a.embx"
    root = str(context.cache.root)
    save_project(str(project), ProjectContents((kept,)), embeds=True, cache_root=root)
    elsewhere = Context.default(tmp_path / "elsewhere")
    opened, _ = open_space_of(str(project), elsewhere)
    assert Path(tmp_path / "elsewhere") in opened.folder.parents
    assert remarks_on(opened) == remarks_on(space)


def test_a_space_in_memory_has_nothing_to_say():
    space = make_space(np.eye(2), make_table(["a", "a"]))
    assert remarks_table(space).num_rows == 0


@pytest.mark.parametrize("damage", [{"reason": "x"}, 3, {"total": "many"}])
def test_a_damaged_description_is_refused(tmp_path, context, damage):
    path = tmp_path / "a.csv"
    path.write_text(CSV)
    space = read(path, context, params=LEAVE_OUT).data
    write_space(space, tmp_path / "copy", context)
    description = tmp_path / "copy" / "space.json"
    text = description.read_text()
    at = text.index('"remarks"')
    description.write_text(f'{text[:at]}"remarks": [{json.dumps(damage)}]}}')
    with pytest.raises(UserError) as caught:
        remarks_on(dataclasses.replace(space, folder=tmp_path / "copy"))
    assert caught.value.title == "The space folder is damaged"
