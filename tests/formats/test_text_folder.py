from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from embexplorer.engines.documents.folder_files import natural_key
from embexplorer.formats import text_folder as module
from tests.engines.documents.making_pdf import pdf_of

DATA = Path(__file__).parents[1] / "data" / "documents"


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "news"
    (root / "sport").mkdir(parents=True)
    (root / "b.txt").write_text("Second file.\nIt has two lines.")
    (root / "a.md").write_text("First file.")
    (root / "sport" / "100.5").write_text("Third file.")
    (root / "sport" / "z").write_text("Fourth file.")
    return root


def test_each_file_is_a_document_named_by_its_path(folder, parse):
    parsed = parse(module, folder)
    assert parsed.table.to_pydict() == {
        "item": ["a", "b", "sport/100.5", "sport/z"],
        "text": ["First file.", "Second file.\nIt has two lines.", "Third file.", "Fourth file."],
        "file": ["a.md", "b.txt", "sport/100.5", "sport/z"],
        "folder": [".", ".", "sport", "sport"],
    }
    assert parsed.notes == ()


def test_files_can_be_split_further(folder, parse):
    parsed = parse(module, folder, split="line")
    assert parsed.table.column("item").to_pylist() == [
        "First file.",
        "Second file.",
        "It has two lines.",
        "Third file.",
        "Fourth file.",
    ]
    assert parsed.table.column("file").to_pylist()[1:3] == ["b.txt", "b.txt"]
    assert parse(module, folder, split="line", limit=2).table.num_rows == 2


def test_what_is_no_text_is_left_out_and_named(folder, parse):
    (folder / "c.txt").write_bytes(b"\x00\x01\x02" * 50)
    (folder / "d.pdf").write_bytes(b"%PDF-1.4")
    (folder / "e.txt").write_bytes("café".encode("latin-1"))
    (folder / "f.txt").write_text("  \n")
    (folder / ".hidden").write_text("hidden")
    parsed = parse(module, folder)
    assert parsed.table.num_rows == 4
    assert parsed.notes == (
        "1 file was left out, hidden: .hidden.",
        "1 file was left out, no text: c.txt.",
        "1 file was left out, the PDF is damaged: d.pdf.",
        "1 file was left out, the file is not UTF-8 (open it as Latin-1): e.txt.",
        "1 file was left out, blank: f.txt.",
    )
    assert parse(module, folder, encoding="latin-1").table.num_rows == 5


def test_links_out_of_the_folder_are_not_followed(folder, parse, tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "linked").symlink_to(tmp_path / "other")
    (folder / "again.txt").symlink_to(folder / "b.txt")
    assert parse(module, folder).table.column("file").to_pylist() == [
        "a.md",
        "again.txt",
        "b.txt",
        "sport/100.5",
        "sport/z",
    ]


def test_a_folder_without_text_is_refused(tmp_path, refuse):
    (tmp_path / "empty").mkdir()
    error = refuse(module, tmp_path / "empty")
    assert (error.title, error.detail) == ("The folder is empty", "empty has no files in it.")
    (tmp_path / "empty" / "a.exe").write_bytes(b"MZ")
    error = refuse(module, tmp_path / "empty")
    assert error.title == "No texts in this folder"
    assert error.detail == (
        "empty has 1 file, and none with text in it: 1 file was left out, of another kind: a.exe."
    )


def test_files_in_another_encoding_share_one_note(folder, parse):
    for name in ("x.txt", "y.txt"):
        (folder / name).write_bytes(f"{name} café".encode("latin-1"))
    assert parse(module, folder).notes == (
        "2 files were left out, the file is not UTF-8 (open it as Latin-1): x.txt, y.txt.",
    )


def test_a_space_folder_is_no_corpus(folder):
    assert module.sniff(folder, b"") == 0.6
    (folder / "space.json").write_text("{}")
    assert module.sniff(folder, b"") == 0.0


def test_all_kinds_are_one_corpus_in_natural_order(folder, parse):
    (folder / "10.html").write_text("<title>Ten</title><h1>X</h1><p>Tenth file.")
    (folder / "9.pdf").write_bytes(pdf_of([[(50, 50, 10, "Ninth file.")]], "Nine"))
    (folder / "photo.png").write_bytes(b"\x89PNG")
    parsed = parse(module, folder, split="paragraph")
    assert parsed.table.select(["item", "file", "folder", "title", "page"]).to_pylist()[:4] == [
        {"item": item, "file": file, "folder": ".", "title": title, "page": page}
        for item, file, title, page in (
            ("Ninth file.", "9.pdf", "Nine", 1),
            ("X", "10.html", "Ten", None),
            ("Tenth file.", "10.html", "Ten", None),
            ("First file.", "a.md", None, None),
        )
    ]
    assert parsed.table.column("section").to_pylist()[:3] == [None, "X", "X"]
    assert parsed.table.column("part").to_pylist()[:4] == [1, 1, 2, 1]
    assert parsed.notes == ("1 file was left out, of another kind: photo.png.",)


def test_a_locked_document_is_left_out_alone(folder, parse):
    shutil.copy(DATA / "locked.pdf", folder / "3.pdf")
    (folder / "4.html").write_text("<p>After.")
    parsed = parse(module, folder)
    assert parsed.table.column("item").to_pylist()[:2] == ["4", "a"]
    assert parsed.notes == ("1 file was left out, the PDF is locked: 3.pdf.",)


def test_what_cannot_be_followed_is_noted(folder, parse, tmp_path):
    (folder / "loop").symlink_to(folder)
    (folder / "broken").symlink_to(tmp_path / "nothing")
    os.mkfifo(folder / "pipe")
    notes = parse(module, folder).notes
    assert "2 files were left out, a link to elsewhere or to a folder: broken, loop." in notes
    assert "1 file was left out, no file but a device or pipe: pipe." in notes


def test_names_are_ordered_as_a_person_counts():
    names = ["b10", "b9", "B1", "a", "b09", "9" * 5000]
    assert sorted(names, key=natural_key) == ["9" * 5000, "a", "B1", "b09", "b9", "b10"]
