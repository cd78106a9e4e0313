"""Which kind of document a file is, and what reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from embexplorer.core.errors import UserError
from embexplorer.engines.byte_stream import open_stream
from embexplorer.engines.documents.docx import read_docx
from embexplorer.engines.documents.epub import read_epub
from embexplorer.engines.documents.html import read_html
from embexplorer.engines.documents.markdown import read_markdown
from embexplorer.engines.documents.pdf import read_pdf
from embexplorer.engines.text_decoding import Utf8Stream, looks_like_text

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.core.progress import Progress
    from embexplorer.engines.documents.document import Document

Kind = Literal["html", "markdown", "pdf", "docx", "epub"]
ENDINGS: dict[str, Kind] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".epub": "epub",
}
LARGEST = 1 << 29  # bytes of a file that is read into memory as one; a PDF on disk may be larger
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word 97 to 2003, or a locked DOCX
_PDF_MARK_WITHIN = 1024  # bytes; readers allow something before the mark, a mail's head for one


def kind_of_document(path: Path, head: bytes) -> Kind | None:
    """Return what a file is by its name and its first bytes, or None where it is no document."""
    if b"%PDF-" in head[:_PDF_MARK_WITHIN]:
        return "pdf"
    kind = ENDINGS.get(path.suffix.lower())
    if kind == "docx":
        return kind if head.startswith((b"PK", _OLD_OFFICE)) else None
    if kind == "epub":
        return kind if head.startswith(b"PK") else None
    if kind in ("html", "markdown"):
        return kind if head and looks_like_text(head) else None
    return None


def read_document(path: Path, kind: Kind, encoding: str, progress: Progress) -> Document:
    """Read a document; to be called in a process of its own, see `confined_reading`.

    Parameters
    ----------
    path
        The file, or one inside a compressed file.
    kind
        What it is.
    encoding
        How HTML that does not say so, and Markdown, are read as text.
    progress
        Hears of the pages of a PDF.

    Raises
    ------
    UserError
        When it is damaged, locked, too large, or without text.
    """
    if kind == "pdf":
        source = path if path.is_file() else _bytes_of(path)
        document = read_pdf(source, path.name, progress)
    elif kind == "markdown":
        with Utf8Stream(path, encoding) as stream:
            document = read_markdown(stream.read().decode("utf-8", "replace"))
    elif kind == "html":
        document = read_html(_bytes_of(path), encoding)
    else:
        data = _bytes_of(path)
        if data.startswith(_OLD_OFFICE):
            raise UserError(
                "An old or locked Word file",
                f"{path.name} is a Word 97 document, or one with a password. Nothing was loaded.",
                "Save it as .docx without a password.",
            )
        document = (read_docx if kind == "docx" else read_epub)(data, path.name)
    if not document.passages:
        raise UserError(
            "No text in this document",
            f"{path.name} has no text that a reader would see.",
            "Choose another file.",
        )
    return document


def _bytes_of(path: Path) -> bytes:
    with open_stream(path) as stream:
        # Python takes the memory that is asked for, not what the file has.
        data = stream.read(min(LARGEST, LARGEST if stream.size is None else stream.size) + 1)
    if len(data) > LARGEST:
        raise UserError(
            "The document is too large",
            f"{path.name} has more than {LARGEST >> 20:,} MB. Nothing was loaded.",
            "Split it into several files.",
        )
    return data
