"""Vectors that gensim saved: Word2Vec, FastText, Doc2Vec and KeyedVectors, as pickles.

Nothing that such a file names is called or imported (`engines.restricted_pickle`), unless the
person trusts its content; it is read in a process of its own with bounds on memory and time
(`engines.confined`).
"""

from __future__ import annotations

import glob
import shlex
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import pyarrow as pa

from embexplorer.core.contracts import Format, Parsed, Reading
from embexplorer.core.counted import counted
from embexplorer.core.errors import UnreadableError, UntrustedError
from embexplorer.core.memory import SHARE, free_memory
from embexplorer.core.params import Doc
from embexplorer.core.space import ITEM
from embexplorer.engines import gensim_vectors
from embexplorer.engines.confined import limits_memory, run_confined
from embexplorer.engines.restricted_pickle import is_pickle
from embexplorer.engines.subword_vectors import add_subwords, take_subwords
from embexplorer.engines.trusted_pickle import sha256_of
from embexplorer.engines.vector_sink import check_room

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NAMED_EARLY = 256  # bytes in which a pickle names the class of what it holds
LEAST_MEMORY = 1 << 30
MEMORY_PER_BYTE = 12  # of the pickle: gensim 3 keeps an object for each word
LEAST_SECONDS = 60.0
BYTES_PER_SECOND = 2e6  # a tenth of what one core reads
REFUSED = "The file would run code"
ASK_FOR_VECTORS = "Ask who made it for its vectors as a plain file, such as .npy or .vec."
ATTACK = "Delete it, unless you know why it does that: no file of vectors has a reason to."
# Modules of which no model needs anything: a pickle that asks for them is an attack, and no choice
# is offered. What the list lacks is still refused until a person says otherwise.
NEVER = frozenset([
    "__builtin__", "builtins", "code", "commands", "ctypes", "importlib", "marshal", "nt", "os",
    "pickle", "pkgutil", "posix", "pty", "runpy", "shutil", "socket", "subprocess", "sys",
])  # fmt: skip
ASIDE = "gensim"  # folder in the scratch folder for what the confined process writes


@dataclass(frozen=True)
class Params:
    """Which vectors of a model are read."""

    part: Annotated[
        Literal["auto", "words", "documents"],
        Doc("Vectors of", "A Doc2Vec model has both; auto takes documents where there are some."),
    ] = "auto"


def sniff(path: Path, head: bytes) -> float:
    """Return 1 for a pickle that names gensim or is called like a file of it."""
    if not is_pickle(head):
        return 0.0
    is_named = path.suffix.lower() in plugin.extensions
    return 1.0 if is_named or b"gensim" in head[:NAMED_EARLY] else 0.0


def beside(path: Path, params: Params) -> Sequence[Path]:
    """Return the files in which gensim keeps the large arrays of this one."""
    return sorted(path.parent.glob(f"{glob.escape(path.name)}.*.npy"))


def read(reading: Reading) -> Parsed:
    """Read items, vectors, counts and subwords.

    Raises
    ------
    UserError
        When it asks for what no gensim file needs, is damaged, has no vectors, lacks a file beside
        it, or takes too much memory or time.
    """
    path, scratch = reading.path, reading.scratch
    size = path.stat().st_size
    whole = size + sum(file.stat().st_size for file in beside(path, reading.params))
    check_room(scratch, whole)
    aside = scratch / ASIDE
    aside.mkdir()
    arguments = {
        "path": str(path.absolute()),
        "part": reading.params.part,
        "limit": reading.limit,
        "scratch": str(aside),
    }
    trusted = ""

    def take() -> dict[str, Any]:
        told: dict[str, Any] = run_confined(
            gensim_vectors.take_vectors,
            {**arguments, "trusted": trusted},
            name=path.name,
            progress=reading.progress.part(0.0, 0.7),
            memory=_memory(size),
            seconds=LEAST_SECONDS + whole / BYTES_PER_SECOND,
        )
        return told

    told = take()
    if "refused" in told:
        trusted = _trusted_hash(path, told, reading.trusted)
        told = take()
    table = _table(aside / gensim_vectors.TABLE)
    vectors_path = (aside / "vectors.npy").rename(scratch / "vectors.npy")
    subwords = None
    if "shortest" in told:
        parts = aside / gensim_vectors.SUBWORDS
        subwords = take_subwords(parts, scratch, int(told["shortest"]), int(told["longest"]))
    shutil.rmtree(aside)
    if subwords is not None and told["adds_subwords"]:
        words = table.column(ITEM).combine_chunks()
        vectors = add_subwords(vectors_path, words, subwords, reading.progress.part(0.7, 1.0))
    else:
        vectors = np.load(vectors_path, mmap_mode="r", allow_pickle=False)
    return Parsed(table, vectors, notes=_notes(path, told, trusted), subwords=subwords)


def _memory(size: int) -> int:
    """Return the bytes that reading a pickle of this size may take."""
    wanted, free = LEAST_MEMORY + MEMORY_PER_BYTE * size, free_memory()
    return wanted if free is None else min(wanted, max(LEAST_MEMORY, int(SHARE * free)))


def _table(path: Path) -> pa.Table:
    with pa.OSFile(str(path), "rb") as source:  # read, not mapped: the file goes
        table = pa.ipc.open_file(source).read_all()
    table.validate(full=True)
    return table


def _trusted_hash(path: Path, told: dict[str, Any], trusted: frozenset[str]) -> str:
    """Return the SHA-256 of a file that was refused, where the person trusts this content.

    Raises
    ------
    UserError
        When not: an `UntrustedError` where one may choose to.
    """
    refused = told["refused"]
    if told["asked"].partition(".")[0] in NEVER:
        raise UnreadableError(REFUSED, refused, ATTACK)
    with path.open("rb") as file:
        if b"gensim" not in file.read(NAMED_EARLY):
            raise UnreadableError(REFUSED, refused, ASK_FOR_VECTORS)
    sha256 = sha256_of(path)
    if sha256 not in trusted:
        raise UntrustedError(REFUSED, refused, ASK_FOR_VECTORS, sha256=sha256)
    return sha256


def _notes(path: Path, told: dict[str, Any], trusted: str) -> tuple[str, ...]:
    kept = f"{path.stem}.parquet"
    command = shlex.join(["embexplorer", "convert", path.name, "-o", kept])
    ran = f"that was run, since its content is trusted (SHA-256 {trusted})"
    how = f"A pickle {ran}." if trusted else "A pickle, read without running it."
    notes = [f"{how} To keep its vectors as a plain file: {command}."]
    if not limits_memory():
        notes.append("This system does not bound the memory of a process: time alone was bounded.")
    if told["others"]:
        other = "words" if told["part"] == "documents" else "documents"
        notes.append(f"The file has {counted(told['others'], 'vector')} of {other} too.")
    return tuple(notes)


plugin = Format(
    id="gensim",
    title="gensim model",
    summary="Word2Vec, FastText, Doc2Vec and KeyedVectors of gensim, read without running them.",
    params=Params,
    source="https://radimrehurek.com/gensim/models/keyedvectors.html",
    extensions=(".kv", ".model", ".wordvectors"),
    sniff=sniff,
    read=read,
    beside=beside,
)
