"""Corpora in one document: a Markdown, HTML, PDF, DOCX or EPUB file, split into passages."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Annotated

from embexplorer.core.contracts import HEAD_BYTES, Format, Parsed, Reading
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.engines.byte_stream import open_stream
from embexplorer.engines.documents.confined_reading import read_documents
from embexplorer.engines.documents.corpus_rows import CorpusRows
from embexplorer.engines.documents.kinds import ENDINGS, kind_of_document
from embexplorer.engines.text_decoding import Encoding
from embexplorer.engines.text_splitting import Split, SplitParams, check_split, split_passages

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Params(SplitParams):
    """How a document is read."""

    split: Annotated[Split, Doc("One item is", "What each text of the corpus is.")] = "paragraph"
    encoding: Annotated[
        Encoding, Doc("Encoding", "How Markdown, and HTML that does not say so, is read as text.")
    ] = "utf-8"


def sniff(path: Path, head: bytes) -> float:
    """Return 0.9 for what its first bytes say too, 0.7 for text under a document's extension."""
    kind = kind_of_document(path, head)
    return 0.0 if kind is None else 0.7 if kind in ("html", "markdown") else 0.9


def read(reading: Reading) -> Parsed:
    """Read the document.

    Raises
    ------
    UserError
        When it is damaged, locked or of another kind, or has no text.
    """
    params: Params = reading.params
    check_split(params)
    with open_stream(reading.path) as stream:
        kind = kind_of_document(reading.path, stream.read(HEAD_BYTES))
    if kind is None:
        raise UserError(
            "Not a document",
            f"{reading.path.name} is not what its name says. Nothing was loaded.",
            f"Choose a file of one of these kinds: {', '.join(plugin.extensions)}.",
        )
    files = [(reading.path, kind)]
    (document,) = read_documents(files, params.encoding, reading.scratch, reading.progress)
    if isinstance(document, UserError):
        raise document
    rows = CorpusRows()
    pieces = split_passages(document.passages, params)
    item = (document.title or reading.path.stem) if params.split == "document" else None
    rows.add(islice(pieces, reading.limit), title=document.title, item=item)
    notes = tuple(f"{reading.path.name} {note}." for note in document.notes)
    return Parsed(rows.table(), notes=notes)


plugin = Format(
    id="document",
    title="Document",
    summary="A Markdown, HTML, PDF, Word or EPUB file to encode, split into passages.",
    params=Params,
    source="https://www.iso.org/standard/75839.html",
    modules=("lxml", "markdown_it", "pypdfium2"),
    extensions=tuple(ENDINGS),
    streams=True,
    sniff=sniff,
    read=read,
)
