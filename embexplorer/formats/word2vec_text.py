"""Word vectors as text: word2vec, GloVe and fastText, an item and its numbers on each line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from embexplorer.core.contracts import HEAD_BYTES, Format, Parsed, Reading
from embexplorer.core.params import Doc
from embexplorer.engines.text_decoding import Encoding, decode_head, looks_like_text
from embexplorer.engines.vector_text_layout import find_layout
from embexplorer.engines.vector_text_reader import Options, read_vector_text
from embexplorer.engines.vector_text_writer import write_vector_text

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.core.projection import Coords
    from embexplorer.core.space import Space

EXTENSIONS = (".vec", ".glove", ".w2v", ".txt")
OWN_EXTENSIONS = EXTENSIONS[:-1]  # a .txt may as well be prose
TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".md")


@dataclass(frozen=True)
class Params:
    """How a text file of vectors is read."""

    encoding: Annotated[Encoding, Doc("Encoding", "How the bytes of items are read.")] = "utf-8"
    bad_rows: Annotated[
        Literal["refuse", "leave out"],
        Doc("Rows that do not fit", "Refuse the file, or read the rest and say how many."),
    ] = "refuse"
    numbers_in_items: Annotated[
        bool,
        Doc(
            "Items end in numbers", "Allow items such as web 2.0, which look like one number more."
        ),
    ] = False


def sniff(path: Path, head: bytes) -> float:
    """Return 0.9 where most lines are an item and numbers, 0.5 where only the extension says so."""
    if not head or not looks_like_text(head) or path.suffix.lower() in TABLES:
        return 0.0
    text = decode_head(head) if head[:2] in (b"\xff\xfe", b"\xfe\xff") else None
    lines = text.encode() if text is not None else head.removeprefix(b"\xef\xbb\xbf")
    layout = find_layout(lines, is_whole=len(head) < HEAD_BYTES)
    if layout is not None and layout.is_convincing:
        return 0.9
    return 0.5 if path.suffix.lower() in OWN_EXTENSIONS else 0.0


def read(reading: Reading) -> Parsed:
    """Read the items and vectors."""
    params: Params = reading.params
    options = Options(params.encoding, params.bad_rows == "leave out", params.numbers_in_items)
    return read_vector_text(reading, options)


def write(space: Space, coords: Coords | None, path: Path) -> None:
    """Write items and vectors, with a header unless the name ends in ``.glove``."""
    write_vector_text(space, path, header=path.suffix.lower() != ".glove")


plugin = Format(
    id="word2vec-text",
    title="Word vectors as text",
    summary="Lines of an item and its numbers, as word2vec, GloVe and fastText write them.",
    params=Params,
    source="https://code.google.com/archive/p/word2vec/",
    extensions=EXTENSIONS,
    streams=True,
    sniff=sniff,
    read=read,
    write=write,
)
