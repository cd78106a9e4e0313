from __future__ import annotations

import io
import zipfile

import docx
import pytest

from embexplorer.core.errors import UserError
from embexplorer.engines.documents.document import Passage
from embexplorer.engines.documents.docx import read_docx

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def parts(**texts):
    """Return an archive of parts of ``word/``."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(f"word/{name}.xml", text)
    return file.getvalue()


def body(inner):
    return f"<w:document {NAMESPACE}><w:body>{inner}</w:body></w:document>"


def texts_of(data):
    return [passage.text for passage in read_docx(data, "a.docx").passages]


def test_a_document_that_python_docx_wrote_is_read():
    written = docx.Document()
    written.core_properties.title = "Bears"
    written.add_heading("About bears", 0)
    written.add_heading("Food", 1)
    paragraph = written.add_paragraph("They eat ")
    paragraph.add_run("hon").bold = True
    paragraph.add_run("ey.")
    paragraph.add_run(" secret").font.hidden = True
    paragraph = written.add_paragraph("Line one")
    paragraph.add_run().add_break()
    paragraph.add_run("line\ttwo")
    table = written.add_table(2, 2)
    for row, texts in enumerate((("Name", "Age"), ("Bruno", "3"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    written.add_paragraph("A point", style="List Bullet")
    file = io.BytesIO()
    written.save(file)
    document = read_docx(file.getvalue(), "bears.docx")
    assert document.title == "Bears"
    assert document.passages == [
        Passage("About bears", section="About bears"),
        Passage("Food", section="Food"),
        Passage("They eat honey.", section="Food"),
        Passage("Line one\nline two", section="Food"),
        Passage("Name | Age", section="Food"),
        Passage("Bruno | 3", section="Food"),
        Passage("A point", section="Food"),
    ]


def test_footnotes_follow_their_paragraph_and_changes_are_those_accepted():
    main = body(
        '<w:p><w:r><w:t>See</w:t><w:footnoteReference w:id="2"/></w:r>'
        "<w:del><w:r><w:delText> old</w:delText></w:r></w:del><w:ins><w:r><w:t> new</w:t></w:r>"
        "</w:ins></w:p><w:p><w:r><w:t>After</w:t></w:r></w:p>"
    )
    notes = (
        f'<w:footnotes {NAMESPACE}><w:footnote w:type="separator" w:id="0"><w:p><w:r><w:t>-</w:t>'
        '</w:r></w:p></w:footnote><w:footnote w:id="2"><w:p><w:r><w:t>A note.</w:t></w:r></w:p>'
        "</w:footnote></w:footnotes>"
    )
    assert texts_of(parts(document=main, footnotes=notes)) == ["See new", "A note.", "After"]


def test_a_document_type_is_refused_before_its_entities_swell():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]>' + body("<w:p><w:r><w:t>&a;</w:t></w:r></w:p>")
    with pytest.raises(UserError) as caught:
        read_docx(parts(document=bomb), "bomb.docx")
    assert "bomb.docx: word/document.xml has a document type" in caught.value.detail


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04 nothing", "the list of its parts cannot be read"),
        (parts(other="x"), "it has no text of a Word document"),
        (parts(document="<w:p>"), "word/document.xml, line 1: unbound prefix"),
        (parts(document="<p>" * 100_000), "word/document.xml, line 1: no element found"),
    ],
)
def test_what_is_damaged_says_where(data, said):
    with pytest.raises(UserError) as caught:
        read_docx(data, "a.docx")
    assert caught.value.title == "The document is damaged"
    assert f"a.docx: {said}" in caught.value.detail
