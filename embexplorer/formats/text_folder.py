"""Corpora in a folder: each text file below it is a document."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pyarrow as pa

from embexplorer.core.contracts import Format, Parsed, Reading
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.core.remarks import remark_on_files
from embexplorer.engines.text_decoding import Encoding, Utf8Stream, looks_like_text
from embexplorer.engines.text_items import label_of, table_of_texts
from embexplorer.engines.text_splitting import Split, split_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

EXTENSIONS = (".txt", ".text", ".md", ".cor", ".rst", "")
SPACE_FILE = "space.json"  # a folder with this file is a space of ours
SHOWN = 3  # names that a note lists


@dataclass(frozen=True)
class Params:
    """How a folder of texts is read."""

    split: Annotated[Split, Doc("One item is", "What each text of the corpus is.")] = "document"
    encoding: Annotated[Encoding, Doc("Encoding", "How the bytes are read as text.")] = "utf-8"


def sniff(path: Path, head: bytes) -> float:
    """Return 0.6 for a folder that is not a space."""
    return 0.6 if path.is_dir() and not (path / SPACE_FILE).exists() else 0.0


@dataclass(slots=True)
class _Corpus:
    texts: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)


def read(reading: Reading) -> Parsed:
    """Read the text files of a folder and of the folders in it, in the order of their names.

    Links that lead out of the folder are not followed, and hidden files are passed over. A file
    that is not text, or not in the chosen encoding, is left out and named in the notes.

    Raises
    ------
    UserError
        When the folder holds no text.
    """
    root = reading.path
    paths = list(_files(root))
    corpus = _Corpus()
    skipped: dict[str, list[str]] = {}
    for number, path in enumerate(paths):
        reading.progress.raise_if_cancelled()
        reading.progress.report(number / len(paths))
        if reading.limit is not None and len(corpus.texts) >= reading.limit:
            break
        reason = _take(path, root, reading.params, corpus)
        if reason:
            skipped.setdefault(reason, []).append(path.relative_to(root).as_posix())
    if not corpus.texts:
        raise UserError(
            "No texts in this folder",
            f"{root.name} has {len(paths):,} files, and none with text in it.",
            "Choose a folder of .txt or .md files, or another encoding.",
        )
    remarks = tuple(remark_on_files(reason, names) for reason, names in skipped.items())
    notes = tuple(map(_note, skipped.items()))
    return Parsed(_table(corpus, reading.limit), notes=notes, remarks=remarks)


def _files(root: Path) -> Iterator[Path]:
    real = root.resolve()
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder, name)
            is_inside = path.resolve().is_relative_to(real)
            if not name.startswith(".") and is_inside and path.is_file():
                yield path


def _take(path: Path, root: Path, params: Params, corpus: _Corpus) -> str:
    """Add the texts of one file; return why it is left out, or nothing."""
    suffix = path.suffix.lower()
    # The number in a name such as 20news/alt.atheism/49960.1 is no extension.
    if suffix not in EXTENSIONS and not suffix[1:].isdigit():
        return "no text files"
    with path.open("rb") as file:
        if not looks_like_text(file.read(1 << 16)):
            return "no text"
    try:
        with Utf8Stream(path, params.encoding) as stream:
            lines = stream.as_lines(plain_ends=True)
            texts = [text for text in split_lines(lines, params.split) if text]
    except UserError as error:
        return f"another encoding ({error.detail.removesuffix(' Nothing was loaded.')})"
    if not texts:
        return "blank"
    relative = path.relative_to(root)
    stem = relative.with_suffix("") if suffix in EXTENSIONS else relative
    corpus.texts += texts
    corpus.items += [stem.as_posix()] if params.split == "document" else map(label_of, texts)
    corpus.files += [relative.as_posix()] * len(texts)
    corpus.folders += [relative.parent.as_posix()] * len(texts)
    return ""


def _table(corpus: _Corpus, limit: int | None) -> pa.Table:
    columns = {"file": pa.array(corpus.files, pa.large_string())}
    if any(folder != "." for folder in corpus.folders):
        columns["folder"] = pa.array(corpus.folders, pa.large_string())
    table = table_of_texts(corpus.texts, columns, corpus.items)
    return table if limit is None else table.slice(0, limit)


def _note(reason_and_names: tuple[str, list[str]]) -> str:
    reason, names = reason_and_names
    listed = ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
    files = "1 file was" if len(names) == 1 else f"{len(names):,} files were"
    return f"{files} left out, {reason}: {listed}."


plugin = Format(
    id="text-folder",
    title="Folder of texts",
    summary="A folder to encode: each .txt or .md file in it is a document.",
    params=Params,
    source="https://www.unicode.org/versions/latest/",
    sniff=sniff,
    read=read,
)
