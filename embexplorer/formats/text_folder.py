"""Corpora in a folder: each text file and document below it, whole or split into pieces."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from embexplorer.core.contracts import HEAD_BYTES, Format, Parsed, Reading
from embexplorer.core.counted import counted
from embexplorer.core.errors import UnreadableError, UserError
from embexplorer.core.params import Doc
from embexplorer.core.remarks import remark_on_files
from embexplorer.engines.documents.confined_reading import read_documents
from embexplorer.engines.documents.corpus_rows import CorpusRows
from embexplorer.engines.documents.document import Document, Passage
from embexplorer.engines.documents.folder_files import find_files, left_out_note
from embexplorer.engines.documents.kinds import ENDINGS, Kind, kind_of_document
from embexplorer.engines.text_decoding import Encoding, Utf8Stream, looks_like_text
from embexplorer.engines.text_splitting import SplitParams, check_split, split_lines, split_passages

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXTS = (".txt", ".text", ".cor", ".rst", "")
SPACE_FILE = "space.json"  # a folder with this file is a space of ours
OTHER_FOLDER = "Choose a folder of texts, web pages, PDF or Word files."
NOTED = 5  # documents whose own notes are shown


@dataclass(frozen=True)
class Params(SplitParams):
    """How a folder of texts is read."""

    encoding: Annotated[
        Encoding,
        Doc("Encoding", "How text files, and HTML that does not say so, are read as text."),
    ] = "utf-8"


def sniff(path: Path, head: bytes) -> float:
    """Return 0.6 for a folder that is not a space."""
    return 0.6 if path.is_dir() and not (path / SPACE_FILE).exists() else 0.0


@dataclass(slots=True)
class _Corpus:
    root: Path
    params: Params
    rows: CorpusRows = field(default_factory=CorpusRows)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def leave_out(self, path: Path, reason: str) -> None:
        self.left_out.setdefault(reason, []).append(path.relative_to(self.root).as_posix())

    def add(self, path: Path, pieces: Iterator[Passage], title: str = "") -> None:
        relative = path.relative_to(self.root)
        known = path.suffix.lower() in (*TEXTS, *ENDINGS)
        stem = relative.with_suffix("") if known else relative
        count = self.rows.add(
            pieces,
            title=title,
            file=relative.as_posix(),
            folder=relative.parent.as_posix(),
            item=stem.as_posix() if self.params.split == "document" else None,
        )
        if not count:
            self.leave_out(path, "blank")


def read(reading: Reading) -> Parsed:
    """Read the texts and documents of a folder and of the folders in it, see `find_files`.

    A file that is of no kind that is read, damaged, locked, blank, or not in the chosen encoding
    is left out and named in the notes.

    Raises
    ------
    UserError
        When the folder holds no text.
    """
    params: Params = reading.params
    check_split(params)
    found = find_files(reading.path, reading.progress)
    corpus = _Corpus(reading.path, params, left_out=dict(found.passed))
    kinds: dict[Path, Kind | None] = {}
    for path in found.paths:
        reading.progress.raise_if_cancelled()
        try:
            kinds[path] = _kind_of(path)
        except UserError as error:
            corpus.leave_out(path, _reason(error))
    _read_all(corpus, kinds, reading)
    if not found.paths and not corpus.left_out:
        raise UnreadableError(
            "The folder is empty", f"{reading.path.name} has no files in it.", OTHER_FOLDER
        )
    if not corpus.rows.texts:
        count = len(found.paths)
        files = counted(count, "file")
        what = "; ".join(left_out_note(*left).rstrip(".") for left in corpus.left_out.items())
        raise UserError(
            "No texts in this folder",
            f"{reading.path.name} has {files}, and none with text in it"
            f"{f': {what}' if what else ''}.",
            OTHER_FOLDER,
        )
    more = len(corpus.notes) - NOTED
    notes = [
        *(left_out_note(*left) for left in corpus.left_out.items()),
        *corpus.notes[:NOTED],
        *([f"{more:,} more such notes on other files are not shown."] if more > 0 else []),
    ]
    remarks = tuple(remark_on_files(reason, names) for reason, names in corpus.left_out.items())
    return Parsed(corpus.rows.table(reading.limit), notes=tuple(notes), remarks=remarks)


def _read_all(corpus: _Corpus, kinds: dict[Path, Kind | None], reading: Reading) -> None:
    """Read files in their order; documents are read ahead by a process of their own."""
    files = [(path, kind) for path, kind in kinds.items() if kind is not None]
    documents = read_documents(files, corpus.params.encoding, reading.scratch, reading.progress)
    for number, (path, kind) in enumerate(kinds.items(), start=1):
        if reading.limit is not None and len(corpus.rows.texts) >= reading.limit:
            break
        reading.progress.raise_if_cancelled()
        if kind is None:
            _add_text(corpus, path)
        else:
            _add_document(corpus, path, next(documents))
        reading.progress.report(number / len(kinds), f"{number:,} of {len(kinds):,} files")


def _kind_of(path: Path) -> Kind | None:
    """Return the kind of a document, None for plain text.

    Raises
    ------
    UserError
        When it is neither; its title is the reason.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise UserError("It cannot be opened", str(error)) from error
    if not head:
        raise UserError("Blank")
    kind = kind_of_document(path, head)
    suffix = path.suffix.lower()
    # The number in a name such as 20news/alt.atheism/49960.1 is no extension.
    if kind is not None:
        return kind
    if suffix in ENDINGS:
        raise UserError("Not what the name says")
    if suffix not in TEXTS and not suffix[1:].isdigit():
        raise UserError("Of another kind")
    if not looks_like_text(head):
        raise UserError("No text")
    return None


def _add_text(corpus: _Corpus, path: Path) -> None:
    try:
        with Utf8Stream(path, corpus.params.encoding) as stream:
            lines = stream.as_lines(plain_ends=True)
            texts = [text for text in split_lines(lines, corpus.params) if text]
    except UserError as error:
        corpus.leave_out(path, f"{_reason(error)} ({_in_sentence(error.hint.partition(',')[0])})")
        return
    corpus.add(path, (Passage(text) for text in texts))


def _add_document(corpus: _Corpus, path: Path, document: Document | UserError) -> None:
    if isinstance(document, UserError):
        corpus.leave_out(path, _reason(document))
        return
    corpus.add(path, split_passages(document.passages, corpus.params), document.title)
    name = path.relative_to(corpus.root).as_posix()
    corpus.notes += [f"{name} {note}." for note in document.notes]


def _reason(error: UserError) -> str:
    return _in_sentence(error.title)


def _in_sentence(text: str) -> str:
    return text[:1].lower() + text[1:]


plugin = Format(
    id="text-folder",
    title="Folder of texts",
    summary="A folder to encode: each text, web page, PDF or Word file in it is a document.",
    params=Params,
    source="https://www.unicode.org/versions/latest/",
    modules=("lxml", "markdown_it", "pypdfium2"),
    version=3,
    sniff=sniff,
    read=read,
)
