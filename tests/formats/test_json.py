from __future__ import annotations

import json

import pytest

from embexplorer.formats import json as module

NAMES = ["king", "queen"]
VECTORS = [[0.5, 1, 2], [3, 4, -5]]
ROWS = [list(row) for row in zip(NAMES, VECTORS, strict=True)]


def items_of(parsed):
    return parsed.table.column("item").to_pylist()


@pytest.mark.parametrize(
    ("value", "items"),
    [
        ([{"word": "king", "emb": VECTORS[0]}, {"word": "queen", "emb": VECTORS[1]}], "names"),
        ({"king": VECTORS[0], "queen": VECTORS[1]}, "names"),
        ({"text": VECTORS[0], "title": VECTORS[1]}, ["text", "title"]),
        ({"king": {"vector": VECTORS[0]}, "queen": {"vector": VECTORS[1]}}, "names"),
        ({"word": ["king", "queen"], "vector": VECTORS}, "names"),
        ({"word": {"0": "king", "1": "queen"}, "v": {"0": VECTORS[0], "1": VECTORS[1]}}, "names"),
        ({"columns": ["word", "v"], "index": [0, 1], "data": ROWS}, "names"),
        ({"object": "list", "data": [{"embedding": row} for row in VECTORS]}, ["0", "1"]),
        ({"data": [{"word": word, "v": row} for word, row in ROWS]}, "names"),
        ({"word": NAMES, "v": VECTORS, "about": [{"a": 1}, {"a": 2}]}, "names"),
        (VECTORS, ["0", "1"]),
    ],
)  # fmt: skip
def test_what_programs_write_is_read(tmp_path, parse, value, items):
    path = tmp_path / "v.json"
    path.write_text(json.dumps(value, indent=2))
    assert module.sniff(path, path.read_bytes()) == 0.9
    parsed = parse(module, path)
    assert items_of(parsed) == (NAMES if items == "names" else items)
    assert parsed.vectors.tolist() == VECTORS


def test_what_is_not_read_of_an_answer_is_said(tmp_path, parse):
    path = tmp_path / "v.json"
    path.write_text(json.dumps({"data": [{"item": "a", "vector": [1, 2]}], "model": "m", "n": 3}))
    assert parse(module, path).notes == ("Read from “data”; not read: model, n.",)


def test_numbers_by_axis_are_coordinates(tmp_path, parse):
    path = tmp_path / "v.json"
    path.write_text(json.dumps({"x": [1, 2, 3], "y": [4, 5, 6]}))
    assert parse(module, path).coords.tolist() == [[1, 4], [2, 5], [3, 6]]


def test_a_list_of_texts_is_a_corpus(tmp_path, parse):
    path = tmp_path / "t.json"
    path.write_text(json.dumps(["A first sentence.", "", "Another one."]))
    parsed = parse(module, path)
    assert parsed.vectors is None
    assert items_of(parsed) == ["A first sentence.", "Another one."]


def test_lines_of_objects_are_left_to_json_lines(tmp_path):
    path = tmp_path / "v.json"
    lines = b'{"item": "a", "vector": [1]}\n{"item": "b", "vector": [2]}\n'
    assert module.sniff(path, lines) == 0.3
    assert module.sniff(tmp_path / "v.txt", b"[1] Smith, J. A paper.") == 0
    assert module.sniff(tmp_path / "v.txt", b'[{"item": "a"}]') == 0.55


@pytest.mark.parametrize(
    ("text", "title", "detail"),
    [
        ('[\n{"a": [1, 2}\n]', "The file is not JSON", "v.json, line 2: a comma, or the end of"),
        ("[" * 100_000, "The file is not JSON", "nested too deeply"),
        ('{"a": [1, 2], "a": [3, 4]}', "A name stands twice", "names “a” twice"),
        ('{"theme": "dark", "size": 4}', "Not a table of vectors or texts", "theme, size."),
        ('{"X": ["a"], "name": "sets"}', "Not a table of vectors or texts", "X, name."),
        ('[{"a": 1}, 7]', "Not a table of vectors or texts", "row 2, “7”, is not of the kind"),
        ('{"train": [{"a": 1}], "test": [{"a": 2}]}', "Not a table of vectors or texts", "several"),
        ("[7]", "Not a table of vectors or texts", "its first row is “7”"),
        (
            '{"columns": ["a"], "index": [0], "data": [7]}',
            "Not a table of vectors or texts",
            "row 1",
        ),
        ('[{"v": []}, {"v": []}]', "No vectors in this file", "0 columns of text and none of"),
        ("[]", "The file is empty", "no item"),
        ('{"w": ["a", "b"], "v": [[1, 2]]}', "Not a table of vectors or texts", "w 2, v 1."),
        ('[{"v": [1, 2]}, {"v": [1]}]', "Row 2 has 1 number", "v.json, row 2"),
        ('[{"v": [1, 2]}, {"v": [1, NaN]}]', "Row 2 is not finite", "number 2 of 2"),
    ],
)
def test_what_is_no_table_says_why(tmp_path, refuse, text, title, detail):
    path = tmp_path / "v.json"
    path.write_text(text)
    error = refuse(module, path)
    assert error.title == title
    assert detail in error.detail
    assert ("Bias" in error.hint) == ('"X"' in text)


def test_rows_that_do_not_fit_can_be_left_out(tmp_path, parse):
    path = tmp_path / "v.json"
    path.write_text('[{"item": "a", "v": [1, 2]}, {"item": "b", "v": [1]}, {"item": "c"}]')
    parsed = parse(module, path, bad_rows="leave out")
    assert items_of(parsed) == ["a"]
    assert parsed.notes == ("2 rows were left out: no vector that fits (v.json, row 2 first).",)
    path.write_text(json.dumps([VECTORS[0]] * 5))
    assert items_of(parse(module, path, limit=2)) == ["0", "1"]
