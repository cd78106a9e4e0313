"""Which texts of a corpus an earlier encoding in the cache has, so that only new ones are encoded.

Beside the vectors of an encoded corpus lies a file of 128-bit hashes of its texts. A corpus that
has grown finds its old texts there, whatever else has changed in its table.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.errors import UserError
from embexplorer.storage.space_folder import read_description

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Vectors
    from embexplorer.operations.corpus import Corpus
    from embexplorer.operations.encoder_pool import ChosenEncoder
    from embexplorer.storage.cache import Cache
    from embexplorer.storage.part_store import PartStore

FILE = "texts.npy"
# Of a different text: its hash in two halves, the row of its vector, its mark in the part store.
TEXT = np.dtype([("low", "<u8"), ("high", "<u8"), ("row", "<i8"), ("mark", "u1")])
ROWS_AT_ONCE = 4096


def write_known(folder: Path, corpus: Corpus, marks: NDArray[np.uint8]) -> None:
    """Write which texts the vectors in a folder are of."""
    known = np.empty(len(corpus.texts), TEXT)
    known["low"], known["high"] = _hashes(corpus.texts)
    known["row"], known["mark"] = corpus.first_item, marks
    np.save(folder / FILE, known)


def take_known(
    corpus: Corpus,
    chosen: ChosenEncoder,
    cache: Cache,
    part: PartStore,
    mark: int,
    progress: Progress,
) -> None:
    """Put the vectors of texts that the same encoder has encoded before into the part store.

    Parameters
    ----------
    mark
        Bit that is set in the marks of their rows, beside those they had.

    Raises
    ------
    CancelledError
        When the person cancelled.
    """
    sources = [folder for folder in cache.entries() if _is_of(folder, chosen)]
    if not sources:
        return
    low, high = _hashes(corpus.texts)
    for folder in sources:
        progress.raise_if_cancelled()
        todo = np.flatnonzero(part.marks == 0)
        if not len(todo):
            return
        opened = _open(folder)
        if opened is None:
            continue
        known, vectors = opened
        known = known[np.argsort(known["low"])]
        at = np.searchsorted(known["low"], low[todo])
        at[at == len(known)] = 0
        is_here = (known["low"][at] == low[todo]) & (known["high"][at] == high[todo])
        rows, found = todo[is_here], known[at[is_here]]
        for start in range(0, len(rows), ROWS_AT_ONCE):
            progress.raise_if_cancelled()
            some = found[start : start + ROWS_AT_ONCE]
            block = np.asarray(vectors[some["row"]])
            part.put(rows[start : start + ROWS_AT_ONCE], block, some["mark"] | np.uint8(mark))


def _hashes(texts: list[str]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    digests = b"".join(
        hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        for text in texts
    )
    halves = np.frombuffer(digests, "<u8").reshape(-1, 2)
    return halves[:, 0], halves[:, 1]


def _is_of(folder: Path, chosen: ChosenEncoder) -> bool:
    if not (folder / FILE).is_file():
        return False
    try:
        made_by: dict[str, Any] = read_description(folder).get("provenance", {})
    except UserError:
        return False
    return (made_by.get("encoder"), made_by.get("revision")) == (chosen.plugin.id, chosen.revision)


def _open(folder: Path) -> tuple[NDArray[Any], Vectors] | None:
    """Return the texts and vectors of an earlier encoding, or None when it is damaged."""
    try:
        known = np.load(folder / FILE, allow_pickle=False)
        vectors: Vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    if known.dtype != TEXT or vectors.ndim != 2 or vectors.dtype != np.float32 or not len(known):
        return None
    return (known, vectors) if int(known["row"].max()) < len(vectors) else None
