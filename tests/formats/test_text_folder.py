from __future__ import annotations

import pytest

from embexplorer.formats import text_folder as module


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
        "1 file was left out, another encoding (e.txt, byte 4 is 0xE9. It reads well as "
        "Latin-1.): e.txt.",
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
    assert error.title == "No texts in this folder"
    assert "empty has 0 files" in error.detail


def test_a_space_folder_is_no_corpus(folder):
    assert module.sniff(folder, b"") == 0.6
    (folder / "space.json").write_text("{}")
    assert module.sniff(folder, b"") == 0.0
