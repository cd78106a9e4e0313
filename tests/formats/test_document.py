from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import docx
import pytest

from embexplorer.core.contracts import Reading
from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.formats import document as module
from embexplorer.operations.recognize import find_format
from embexplorer.plugins import Registry
from tests.engines.documents.making_pdf import lines_from, pdf_of

DATA = Path(__file__).parents[1] / "data" / "documents"


@pytest.fixture
def pdf(tmp_path):
    path = tmp_path / "a.pdf"
    pages = [lines_from(500, ["One is here. Two is there."]), lines_from(500, ["Three."])]
    path.write_bytes(pdf_of(pages, "Numbers"))
    return path


def test_a_document_is_split_with_title_page_and_part(pdf, parse):
    assert parse(module, pdf, split="sentence").table.to_pydict() == {
        "item": ["One is here.", "Two is there.", "Three."],
        "title": ["Numbers"] * 3,
        "page": [1, 1, 2],
        "part": [1, 2, 3],
    }
    assert parse(module, pdf, split="window", words=4, overlap=1).table.to_pydict() == {
        "item": ["One is here. Two", "Two is there. Three."],
        "text": ["One is here. Two", "Two is there.\nThree."],
        "title": ["Numbers"] * 2,
        "page": [1, None],
        "part": [1, 2],
    }
    assert parse(module, pdf, split="document").table.to_pydict() == {
        "item": ["Numbers"],
        "text": ["One is here. Two is there.\n\nThree."],
        "title": ["Numbers"],
    }
    assert parse(module, pdf, limit=1).table.num_rows == 1


def test_each_kind_is_recognized_and_read(tmp_path, parse):
    word = docx.Document()
    word.add_paragraph("Call me Ishmael.")
    word.save(tmp_path / "a.docx")
    (tmp_path / "a.html").write_text("<p>Call me Ishmael.")
    (tmp_path / "a.md").write_text("Call *me* Ishmael.")
    (tmp_path / "a.pdf").write_bytes(pdf_of([[(50, 50, 10, "Call me Ishmael.")]]))
    (tmp_path / "a.md.gz").write_bytes(gzip.compress(b"Call *me* Ishmael."))
    with zipfile.ZipFile(tmp_path / "a.epub", "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("META-INF/container.xml", "<c><rootfile full-path='b/c.opf'/></c>")
        book.writestr(
            "b/c.opf",
            "<p><title>Moby</title><item id='x' href='%C3%A9.html' media-type='text/html'/>"
            "<itemref idref='x'/></p>",
        )
        book.writestr("b/é.html", "<p>Call me Ishmael.")
    registry = Registry.discover()
    for name in ("a.docx", "a.html", "a.md", "a.pdf", "a.md.gz", "a.epub"):
        plugin, place = find_format(tmp_path / name, registry)
        assert plugin.id == "document", name
        assert parse(module, place).table.column("item").to_pylist() == ["Call me Ishmael."]
        assert find_format(tmp_path / name, registry, "document") == (plugin, place)


def test_what_is_not_what_its_name_says_is_refused(tmp_path, refuse):
    for name in ("a.docx", "a.epub", "a.pdf"):
        (tmp_path / name).write_text("just words")
        assert refuse(module, tmp_path / name).title == "Not a document"
    (tmp_path / "old.docx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100))
    assert refuse(module, tmp_path / "old.docx").title == "An old or locked Word file"
    (tmp_path / "blank.html").write_text("<script>x</script>")
    assert refuse(module, tmp_path / "blank.html").title == "No text in this document"
    assert refuse(module, DATA / "locked.pdf").title == "The PDF is locked"


def test_a_cancel_stops_reading(pdf, tmp_path):
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        module.plugin.read(Reading(pdf, module.Params(), tmp_path, progress))
