from __future__ import annotations

import json

import numpy as np
import pytest

from embexplorer.formats import jsonl as module


def items_of(parsed):
    return parsed.table.column("item").to_pylist()


def write_rows(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_vectors_and_columns_are_read_to_the_last_bit(tmp_path, parse, vectors):
    path = tmp_path / "v.jsonl"
    write_rows(
        path,
        [
            {"word": f"w{at}", "embedding": row.tolist(), "x": at, "y": 2 * at, "year": 2000 + at}
            for at, row in enumerate(vectors)
        ],
    )
    parsed = parse(module, path)
    assert items_of(parsed) == ["w0", "w1", "w2", "w3", "w4"]
    assert parsed.vectors.tobytes() == vectors.tobytes()
    assert parsed.coords.tolist() == [[at, 2 * at] for at in range(5)]
    assert parsed.table.column("year").to_pylist() == [2000, 2001, 2002, 2003, 2004]


def test_blocks_keep_their_order_and_lines(tmp_path, parse, refuse, monkeypatch):
    monkeypatch.setattr(module, "BLOCK_BYTES", 200)
    rows = [{"item": f"w{at}", "vector": [at / 7, 1, -at]} for at in range(100)]
    path = tmp_path / "v.jsonl"
    write_rows(path, rows)
    parsed = parse(module, path)
    assert items_of(parsed) == [f"w{at}" for at in range(100)]
    expected = np.array([row["vector"] for row in rows]).astype(np.float32)
    assert parsed.vectors.tobytes() == expected.tobytes()
    rows[71]["vector"] = [1, 2]
    write_rows(path, rows)
    assert refuse(module, path).title == "Row 72 has 2 numbers"


def test_texts_become_a_corpus(tmp_path, parse):
    path = tmp_path / "t.jsonl"
    write_rows(path, [{"text": "A sentence.", "n": 1}, {"text": "  "}, {"text": "Another one."}])
    parsed = parse(module, path)
    assert parsed.vectors is None
    assert items_of(parsed) == ["A sentence.", "Another one."]
    assert parsed.table.column("n").to_pylist() == [1, None]
    assert parsed.notes == ("1 row without text was left out (t.jsonl, line 2).",)


@pytest.mark.parametrize(
    ("line", "title", "detail"),
    [
        ('{"item": "c", "vector": [1, 2', "Row 4 is not JSON", "v.jsonl, line 4:"),
        ("[1, 2]", "Row 4 is not JSON", "“[1, 2]” is no object"),
        (
            '{"item": "c"} {"item": "d"}',
            "Row 4 is not JSON",
            "more follows the end of the object at character 15",
        ),
        ('{"item": "c", "vector": [1, 2}', "Row 4 is not JSON", "line 4: a comma, or the end of a"),
        ('{"item": "c', "Row 4 is not JSON", "a text has no end that begins at character 10"),
        ('{"item": "c", "vector": [1]}', "Row 4 has 1 number", "rows before it have 2"),
        ('{"item": "c", "vector": []}', "Row 4 has 0 numbers", "line 4"),
        ('{"item": "c", "vector": null}', "Row 4 has no vector", "line 4"),
        ('{"item": "c"}', "Row 4 has no vector", "line 4"),
        ('{"item": "c", "vector": [1, NaN]}', "Row 4 is not finite", "number 2 of 2: “nan”"),
        ('{"item": "c", "vector": [1, 1e400]}', "Row 4 is not finite", "number 2 of 2: “inf”"),
        ('{"item": "c", "vector": [1, "x"]}', "Not a number in row 4", "vector: “x”"),
        ('{"item": "c", "vector": [1, null]}', "Row 4 is not finite", "number 2 of 2: “nan”"),
        ('{"item": "c", "vector": {"a": 1}}', "Not a number in row 4", "vector"),
    ],
)
def test_a_line_that_does_not_fit_is_named(tmp_path, refuse, line, title, detail):
    path = tmp_path / "v.jsonl"
    path.write_text(
        '{"item": "a", "vector": [0.5, 2]}\n\n{"item": "b", "vector": [3, 4]}\n'
        f'{line}\n{{"item": "d", "vector": [5, 6]}}\n'
    )
    error = refuse(module, path)
    assert error.title == title
    assert detail in error.detail


def test_rows_that_do_not_fit_can_be_left_out(tmp_path, parse):
    path = tmp_path / "v.jsonl"
    write_rows(
        path,
        [
            {"item": "a", "vector": [1, 2]},
            {"item": "b", "vector": [1]},
            {"item": "c", "vector": ["x", 2]},
            {"item": "d", "vector": [3, 4]},
        ],
    )
    parsed = parse(module, path, bad_rows="leave out")
    assert items_of(parsed) == ["a", "d"]
    assert parsed.vectors.tolist() == [[1, 2], [3, 4]]
    assert parsed.notes == ("2 rows were left out: no vector that fits (v.jsonl, line 2 first).",)


def test_a_column_that_changes_its_type_is_text(tmp_path, parse, monkeypatch):
    monkeypatch.setattr(module, "BLOCK_BYTES", 64)
    rows = [
        {"item": f"w{at}", "vector": [1, at], "k": at if at < 5 else f"k{at}"} for at in range(9)
    ]
    write_rows(tmp_path / "v.jsonl", rows)
    kinds = parse(module, tmp_path / "v.jsonl").table.column("k").to_pylist()
    assert kinds == ["0", "1", "2", "3", "4", "k5", "k6", "k7", "k8"]


def test_dates_stay_as_they_are_written_in_items(tmp_path, parse):
    rows = [{"item": f"2020-01-0{at}", "vector": [1, at]} for at in range(1, 5)]
    write_rows(tmp_path / "v.jsonl", rows)
    assert items_of(parse(module, tmp_path / "v.jsonl"))[0] == "2020-01-01"


def test_a_blank_file_is_empty(tmp_path, refuse):
    path = tmp_path / "b.jsonl"
    path.write_text("\n\n")
    assert refuse(module, path).title == "The file is empty"


def test_objects_are_recognized_without_the_extension(tmp_path):
    path = tmp_path / "data"
    assert module.sniff(path, b'{"item": "a"}\n') == 0.6
    assert module.sniff(path, b"{prose}\n") == 0.0


def test_written_space_is_read_back(tmp_path, parse, vectors):
    from embexplorer.core.space import make_space, make_table

    items = ["a, b", 'say "x"', "two\nlines", "né", "\u2028"]
    columns = {"share": [0.5, float("nan"), 1.0, None, 2.0]}
    coords = np.arange(15, dtype=np.float32).reshape(5, 3)
    module.write(make_space(vectors, make_table(items, columns)), coords, tmp_path / "o.jsonl")
    parsed = parse(module, tmp_path / "o.jsonl")
    assert items_of(parsed) == items
    assert parsed.vectors.tobytes() == vectors.tobytes()
    assert parsed.coords.tobytes() == coords.tobytes()
    assert parsed.table.column("share").to_pylist() == [0.5, None, 1.0, None, 2.0]
