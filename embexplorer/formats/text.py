"""Corpora in one file of plain text: one item a line, sentence, paragraph, window, or file."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from embexplorer.core.contracts import Format, Parsed, Reading
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.core.remarks import MOST_ROWS, Remark
from embexplorer.engines.text_decoding import (
    ENCODING_TITLES,
    Encoding,
    Utf8Stream,
    looks_like_text,
)
from embexplorer.engines.text_items import table_of_texts
from embexplorer.engines.text_splitting import Split, SplitParams, check_split, split_lines

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

EXTENSIONS = (".txt", ".text", ".cor")
GLANCE_BYTES = 1 << 18
ALSO = (".rst", ".log", "")


@dataclass(frozen=True)
class Params(SplitParams):
    """How a text file is read."""

    split: Annotated[Split, Doc("One item is", "What each text of the corpus is.")] = "line"
    encoding: Annotated[Encoding, Doc("Encoding", "How the bytes are read as text.")] = "utf-8"


def sniff(path: Path, head: bytes) -> float:
    """Return 0.6 for text under a text's extension; a file of vectors is surer of itself."""
    is_text = path.suffix.lower() in EXTENSIONS + ALSO and looks_like_text(head)
    return 0.6 if is_text and head else 0.0


def read(reading: Reading) -> Parsed:
    """Read the texts.

    Raises
    ------
    UserError
        When there is no text, or naming the byte that the encoding does not allow.
    """
    params: Params = reading.params
    check_split(params)
    texts: list[str] = []
    blanks: list[int] = []
    is_cut = False
    with Utf8Stream(
        reading.path, params.encoding, progress=reading.progress, room=reading.scratch
    ) as stream:
        for text in split_lines(_lines(stream, is_glance=reading.is_glance), params):
            if reading.limit is not None and len(texts) >= reading.limit:
                is_cut = True
                break
            if text:
                texts.append(text)
            else:
                blanks.append(len(texts) + len(blanks) + 1)
        encoding = stream.encoding
    if not texts:
        raise UserError(
            "No texts in this file", f"{reading.path.name} is blank.", "Choose another file."
        )
    notes = []
    remarks = []
    if blanks and not is_cut:
        lines = "1 blank line was" if len(blanks) == 1 else f"{len(blanks):,} blank lines were"
        notes.append(f"{lines} left out.")
        rows = tuple(blanks[:MOST_ROWS]) if params.split == "line" else ()
        remarks.append(Remark("blank line", "left out", len(blanks), "line", rows))
    if encoding != params.encoding:
        notes.append(f"Read as {ENCODING_TITLES[encoding]}, as its byte-order mark says.")
    return Parsed(table_of_texts(texts), notes=tuple(notes), remarks=tuple(remarks))


def _lines(stream: Utf8Stream, *, is_glance: bool) -> Iterable[str]:
    if not is_glance:
        return stream.as_lines(plain_ends=True)
    # A sentence or a document may go on to the end of the file.
    return io.StringIO(stream.read(GLANCE_BYTES).decode("utf-8", "ignore"), newline=None)


plugin = Format(
    id="text",
    title="Text",
    summary="A text file to encode: one item a line, sentence, paragraph or window.",
    params=Params,
    source="https://www.unicode.org/versions/latest/",
    extensions=EXTENSIONS,
    streams=True,
    sniff=sniff,
    read=read,
)
