from __future__ import annotations

import datetime
import zipfile

import numpy as np
import openpyxl
import pytest

from embexplorer.formats import workbook as module

HEADER = ["word", "v0", "v1", "when"]
ROWS = [
    ["king", 1, 2.5, datetime.datetime(2020, 1, 2)],
    ["new york", -1, 1e-30, datetime.datetime(2021, 1, 2, 3, 4)],
    ["né", 3, 0.1, None],
]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.xlsx"


def save(path, sheets, change=lambda book: None):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    change(book)
    book.save(path)


def items_of(parsed):
    return parsed.table.column("item").to_pylist()


def test_a_table_of_vectors_has_its_items_dates_and_exact_numbers(path, parse):
    save(path, {"Tabelle 1": [HEADER, *ROWS]})
    parsed = parse(module, path)
    assert items_of(parsed) == ["king", "new york", "né"]
    assert parsed.vectors.tobytes() == np.array([row[1:3] for row in ROWS], np.float32).tobytes()
    assert parsed.table.column("when").to_pylist() == [row[3] for row in ROWS]
    assert parsed.notes == ()
    assert parse(module, path, limit=2).vectors.shape == (2, 2)


def test_the_first_sheet_with_rows_is_read_and_the_others_are_named(path, parse, refuse):
    def hide(book):
        book["notes"].sheet_state = "hidden"

    two = [["word", "x", "y"], ["b", 5, 6]]
    sheets = {"empty": [], "notes": [["a"]], "one": [HEADER, *ROWS], "two": two}
    save(path, sheets, hide)
    parsed = parse(module, path)
    assert len(parsed.vectors) == 3
    assert parsed.notes[-1] == "The sheet is “one”; others are: “empty”, “two”, “notes”."
    assert parse(module, path, sheet="two").vectors.tolist() == [[5, 6]]
    error = refuse(module, path, sheet="Three")
    assert (error.title, error.hint) == ("No such sheet", "Its sheets are: empty, one, two, notes.")
    assert refuse(module, path, sheet="empty").title == "No rows in this workbook"


def test_a_table_may_begin_anywhere_and_rows_are_named_as_the_sheet_does(path, parse, refuse):
    def change(book):
        sheet = book["s"]
        sheet.insert_rows(1, 3)
        sheet.insert_cols(1, 2)
        sheet["E7"] = "n/a"

    save(path, {"s": [HEADER[:3], *(row[:3] for row in ROWS)]}, change)
    error = refuse(module, path)
    assert error.title == "Not a number in row 7"
    assert error.detail == "a.xlsx, row 7, column v1: “n/a”. Nothing was loaded."
    parsed = parse(module, path, bad_rows="leave out")
    assert items_of(parsed) == ["king", "new york"]
    assert parsed.notes == ("1 row was left out: no vector that fits (a.xlsx, row 7).",)


def test_errors_formulas_without_value_and_merged_cells_are_counted(path, parse):
    def change(book):
        sheet = book['R&D "x"']
        for cell, error in (("D2", "#N/A"), ("D3", "#DIV/0!")):
            sheet[cell] = error
            sheet[cell].data_type = "e"
        sheet["E2"] = "=1+1"
        sheet["F2"] = "both"
        sheet.merge_cells("F2:F3")

    rows = [["word", "vec0", "vec1", "score", "sum", "group"], ["a", 1, 2], ["b", 3, 4]]
    save(path, {'R&D "x"': [*rows, ["c", 5, 6, 0.5, 1, "own"]]}, change)
    parsed = parse(module, path)
    assert parsed.notes == (
        "2 cells hold an error such as #N/A and are taken as missing.",
        "1 formula has no stored value and is taken as missing.",
        "1 merged area has its value in the first cell only; the other cells are missing.",
    )
    assert parsed.table.to_pydict() == {
        "item": ["a", "b", "c"],
        "score": [None, None, 0.5],
        "sum": [None, None, 1],
        "group": ["both", "", "own"],
    }


def test_values_of_formulas_are_read(path, parse):
    save(path, {"s": [HEADER[:3], *(row[:3] for row in ROWS)]})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert b'<c r="C2" t="n"><v>2.5</v></c>' in sheet
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(
        b'<c r="C2" t="n"><v>2.5</v></c>', b'<c r="C2"><f>1+2</f><v>3</v></c>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    parsed = parse(module, path)
    assert parsed.vectors[0].tolist() == [1, 3]
    assert parsed.notes == ()


def test_texts_are_a_corpus_and_numbers_as_text_are_numbers(path, parse):
    rows = [
        ["A first text of some length.", "1", True],
        ["And quite another one here.", "2", False],
    ]
    save(path, {"s": [["text", "stars", "seen"], *rows]})
    parsed = parse(module, path)
    assert parsed.vectors is None
    assert parsed.table.to_pydict() == {
        "item": [row[0] for row in rows],
        "stars": [1, 2],
        "seen": [True, False],
    }


def test_a_sheet_without_header_is_read_as_one(path, parse):
    save(path, {"s": [["a", 0.5, 1.5, 2.5, 3.5], ["b", 1, 2, 3, 4]]})
    assert parse(module, path).vectors.tolist() == [[0.5, 1.5, 2.5, 3.5], [1, 2, 3, 4]]
    assert items_of(parse(module, path, header="yes")) == ["b"]


def replace_sheet(path, xml):
    save(path, {"s": [[1]]})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = xml
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def sheet_of(rows):
    return b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + (
        b"<sheetData>" + rows + b"</sheetData></worksheet>"
    )


def test_two_cells_that_claim_all_between_them_are_refused(path, refuse):
    corners = b'<row r="1"><c r="A1"><v>1</v></c></row>'
    corners += b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    replace_sheet(path, sheet_of(corners))
    error = refuse(module, path)
    assert error.title in ("This file cannot be read", "The file needs too much memory")
    assert "a.xlsx" in error.detail


def test_a_bomb_is_refused(path, refuse, monkeypatch):
    monkeypatch.setattr(module, "MEMORY", 1 << 26)
    cell = b'<c t="inlineStr"><is><t>' + b"x" * 1000 + b"</t></is></c>"
    replace_sheet(path, sheet_of(b"".join(b"<row>" + cell * 10 + b"</row>" for _ in range(8_000))))
    assert path.stat().st_size < 2_000_000
    error = refuse(module, path)
    assert error.title in ("This file cannot be read", "The file needs too much memory")


def test_what_is_no_workbook_is_refused(path, refuse):
    path.write_bytes(b"PK\x03\x04 and nothing more")
    error = refuse(module, path)
    assert error.title == "The workbook is damaged"
    assert "a.xlsx" in error.detail
    assert not list(path.parent.glob("**/sheet.arrow"))


def test_it_is_recognized_by_content(path, tmp_path):
    save(path, {"s": [HEADER, *ROWS]})
    head = path.read_bytes()[: 1 << 16]
    assert module.sniff(tmp_path / "a.bin", head) == 0.95
    assert module.sniff(tmp_path / "a.zip", b"PK\x03\x04 words.vec") == 0
