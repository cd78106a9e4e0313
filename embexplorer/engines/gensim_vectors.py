"""Takes the vectors out of a gensim file, in a confined process: `take_vectors` is called there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from embexplorer.core.contracts import Reading
from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError
from embexplorer.core.space import make_table
from embexplorer.engines.gensim_objects import (
    VECTORS,
    Stored,
    columns_of,
    documents_of,
    items_of,
    words_of,
)
from embexplorer.engines.number_files import copy_vectors, read_header
from embexplorer.engines.restricted_pickle import Inert, RunsCodeError, read_inert
from embexplorer.engines.row_errors import Where, not_finite
from embexplorer.engines.subword_vectors import LONGEST
from embexplorer.engines.trusted_pickle import run_pickle
from embexplorer.engines.vector_sink import VectorSink, as_float32

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress

TABLE = "items.arrow"
SUBWORDS = "subwords"  # the folder in which the vectors of n-grams are written
ROWS_AT_ONCE = 1 << 14
SAVE_AGAIN = (
    "Where you trust it, open it in Python with gensim and save its vectors: "
    "model.wv.save_word2vec_format('vectors.bin', binary=True)."
)


def take_vectors(
    path: str, part: str, limit: int | None, scratch: str, progress: Progress, trusted: str = ""
) -> dict[str, Any]:
    """Write vectors, items and subwords of a gensim file into a folder.

    Parameters
    ----------
    part
        ``words``, ``documents``, or ``auto``: documents where the file has them.
    trusted
        SHA-256 of the content that may be run; empty runs nothing.

    Returns
    -------
    dict
        part: which were taken; others: how many the part that was not taken has; shortest,
        longest: characters of n-grams, where their vectors were written; adds_subwords: whether
        they are still to be added to the vectors of the words. Of a pickle that asks for what
        gensim does not need: refused: what to say, and asked: the name.

    Raises
    ------
    UserError
        When the pickle is damaged, or has no vectors.
    """
    place, folder = Path(path), Path(scratch)
    try:
        found = _found_in(place, trusted)
    except RunsCodeError as error:
        return {"refused": error.detail, "asked": error.asked}
    chosen, other, taken = _choose(found, place, part)
    progress.report(0.2, "Vectors")
    items = items_of(chosen)[:limit]
    vectors = chosen.array(*VECTORS)
    subwords = _subwords(chosen)
    own = chosen.array("vectors_vocab") if vectors is None else vectors
    if own is None:
        raise UserError(
            "No vectors in this file", f"{place.name} names items and has no vectors.", SAVE_AGAIN
        )
    if vectors is None and subwords is None and chosen.number("bucket", "num_ngram_vectors") != 0:
        detail = f"{place.name} has subwords of an old kind, which its words are made of."
        raise UserError("An old fastText model", detail, SAVE_AGAIN)
    n, d = _copy(own, place.name, folder, limit, progress.part(0.2, 0.6))
    if n < len(items) or (limit is None and n != len(items)):
        raise UserError(
            "Names and vectors differ in number",
            f"{place.name} has {counted(len(items), 'item')} and {counted(n, 'vector')}. "
            "Nothing was loaded.",
            SAVE_AGAIN,
        )
    whole = len(items_of(chosen))
    columns = {name: values[: len(items)] for name, values in columns_of(chosen, whole).items()}
    _write_table(folder / TABLE, items, columns)
    answer: dict[str, Any] = {"part": taken, "others": 0 if other is None else len(items_of(other))}
    if subwords is not None:
        shortest, longest, ngrams = subwords
        aside = folder / SUBWORDS
        aside.mkdir()
        shape = _copy(ngrams, place.name, aside, None, progress.part(0.6, 1.0))
        if shape != (chosen.number("bucket"), d):
            detail = f"{place.name}: its n-grams have the shape {shape[0]:,} × {shape[1]:,}."
            raise UserError("The file is damaged", detail, SAVE_AGAIN)
        answer |= {"shortest": shortest, "longest": longest, "adds_subwords": vectors is None}
    return answer


def _found_in(place: Path, trusted: str) -> Any:
    if trusted:
        return run_pickle(place, trusted)
    with place.open("rb") as file:
        return read_inert(file, place.name, "gensim", SAVE_AGAIN)


def _choose(found: Any, path: Path, part: str) -> tuple[Stored, Stored | None, str]:
    """Return what is taken, what else there is, and which of words and documents was taken.

    Raises
    ------
    UserError
        When the file has not what is asked for.
    """
    state = found.state if isinstance(found, Inert) else None
    root = Stored(state, path, path.name) if isinstance(state, dict) else None
    words, documents = (None, None) if root is None else (words_of(root), documents_of(root))
    if documents is not None and part != "words":
        return documents, words, "documents"
    if words is not None and part != "documents":
        return words, documents, "words"
    asked = part if part != "auto" else "words or documents"
    what = found.is_of if isinstance(found, Inert) else type(found).__name__
    raise UserError(
        "No vectors in this file",
        f"{path.name} is a pickle of {what}, without vectors of {asked}.",
        "Choose a file of Word2Vec, FastText, Doc2Vec or KeyedVectors.",
    )


def _subwords(words: Stored) -> tuple[int, int, NDArray[Any] | Path] | None:
    """Return the lengths of n-grams and their vectors, where each has the row of its hash."""
    if words.values.get("compatible_hash") is not True:
        return None
    shortest, longest, buckets = (words.number(name) for name in ("min_n", "max_n", "bucket"))
    if not shortest or not longest or not buckets or not 0 < shortest <= longest <= LONGEST:
        return None
    ngrams = words.array("vectors_ngrams")
    if ngrams is None or (isinstance(ngrams, np.ndarray) and ngrams.shape[:1] != (buckets,)):
        return None
    return shortest, longest, ngrams


def _copy(
    source: NDArray[Any] | Path, name: str, folder: Path, limit: int | None, progress: Progress
) -> tuple[int, int]:
    """Write an array, or the file of one, as ``vectors.npy`` of a folder; return its shape.

    Raises
    ------
    UserError
        When it is no array of finite numbers, or its file is damaged.
    """
    if isinstance(source, Path):
        reading = Reading(source, None, folder, progress, limit)
        with source.open("rb") as file:
            header = read_header(file, source.name)
            available = source.stat().st_size - header.start
            copied = copy_vectors(reading, file, header, source.name, available)
        return int(copied.shape[0]), int(copied.shape[1])
    if source.ndim != 2 or 0 in source.shape:
        sizes = " × ".join(map(str, source.shape)) or "a single number"
        detail = f"{name} has vectors of the shape {sizes}; n × d is needed."
        raise UserError("No vectors in this file", detail, SAVE_AGAIN)
    with VectorSink(folder) as sink:
        for start in range(0, len(source[:limit]), ROWS_AT_ONCE):
            progress.report(start / len(source))
            block = source[start : min(start + ROWS_AT_ONCE, limit or len(source))]
            rows, bad = as_float32(block)
            if bad:
                where = Where(name, start + bad[0] + 1, is_line=False)
                raise not_finite(where, f"number {bad[1] + 1:,}", str(block[bad]))
            sink.append(rows)
        sink.finish()
    return sink.rows, sink.d


def _write_table(path: Path, items: list[str], columns: dict[str, NDArray[Any]]) -> None:
    try:
        table = make_table(items, columns)
    except UnicodeEncodeError as error:
        detail = f"Its items hold {error.object[error.start : error.end]!r}, which is no character."
        raise UserError("An item is no text", detail, SAVE_AGAIN) from error
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as out:
        out.write_table(table)
