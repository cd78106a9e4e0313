"""Where the vectors of a FAISS index are: a flat one is read as it lies, others by the library.

The library trusts what it reads, and ends its process where an index cannot be reconstructed, so
it runs in a process of its own. It writes the vectors to a plain file of float32.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embexplorer.core.errors import UserError
from embexplorer.engines.number_files import BLOCK_BYTES
from embexplorer.engines.vector_sink import check_room

if TYPE_CHECKING:
    from collections.abc import Iterator

    from embexplorer.core.progress import Progress

FAMILIES = (b"Ix", b"Iw", b"IH", b"IN", b"IP", b"IS", b"IB", b"Ib", b"Il", b"Ir")
FLAT = (b"IxFI", b"IxF2", b"IxFl")
NUMBERED = (b"IxMp", b"IxM2")  # an index with a number of the person's for each vector
BINARY = b"IB"
METRICS = {0: "dot product", 1: "Euclidean", 2: "Manhattan"}
MAX_D = 1 << 20
# Indexes that keep the vectors as they were.
EXACT = ("IndexFlat", "IndexFlatL2", "IndexFlatIP", "IndexIVFFlat", "IndexIVFFlatDedup")
# magic, d, n, two numbers that say nothing, is_trained, metric
_HEADER = struct.Struct("<4siqqq?i")


@dataclass(frozen=True, slots=True)
class Stored:
    """Vectors in a plain file, and their numbers.

    Parameters
    ----------
    n, d
        How many vectors, of how many numbers.
    metric
        What the index compares them by, in our words; empty for what we have no word for.
    path, start
        The file, and where its float32 rows begin.
    ids
        (n,) int64, or None where they are numbered from 0.
    kind
        The class of the index, where it does not keep the vectors as they were.
    """

    n: int
    d: int
    metric: str
    path: Path
    start: int = 0
    ids: NDArray[np.int64] | None = None
    kind: str = ""

    def blocks(self, wanted: int) -> Iterator[NDArray[np.float32]]:
        """Return the first rows in blocks."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            step = _rows_at_once(self.d)
            for start in range(0, wanted, step):
                rows = min(step, wanted - start)
                block = np.fromfile(file, "<f4", rows * self.d)
                yield block.reshape(rows, self.d)


def _rows_at_once(d: int) -> int:
    return max(1, BLOCK_BYTES // (4 * d))


def has_header(head: bytes) -> bool:
    """Whether a file begins as an index does."""
    if len(head) < _HEADER.size or not head.startswith(FAMILIES):
        return False
    d, n = struct.unpack_from("<iq", head, 4)
    return head[:4].isalnum() and 0 < d <= MAX_D and (0 <= n < 1 << 48 or head[:2] == BINARY)


def read_flat(path: Path) -> Stored | None:
    """Return where the vectors of a flat index lie in its file, or None where it is another.

    Raises
    ------
    UserError
        When the file ends before they do.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        magic, d, n, metric = _header(file)
        has_ids = magic in NUMBERED
        if has_ids:
            magic, d, n, metric = _header(file)
        if magic not in FLAT:
            return None
        count = _count(file)
        start = file.tell()
        if count != n * d or start + 4 * count > size:
            raise _damaged(path, f"its header promises {n:,} × {d:,} numbers")
        ids = None
        if has_ids:
            file.seek(start + 4 * count)
            if _count(file) != n or file.tell() + 8 * n > size:
                raise _damaged(path, f"its header promises {n:,} numbers of vectors")
            ids = np.fromfile(file, "<i8", n)
    return Stored(n, d, METRICS.get(metric, ""), path, start, ids)


def _header(file: IO[bytes]) -> tuple[bytes, int, int, int]:
    data = file.read(_HEADER.size)
    if len(data) < _HEADER.size:
        return b"", 0, 0, 0
    magic, d, n, _, _, _, metric = _HEADER.unpack(data)
    if metric > 1:
        file.read(4)  # an argument of the metric
    return magic, d, n, metric


def _count(file: IO[bytes]) -> int:
    return int.from_bytes(file.read(8), "little")


def _damaged(path: Path, reason: str) -> UserError:
    return UserError(
        "The index is damaged",
        f"{path.name}: {reason}. Nothing was loaded.",
        "Write it again with faiss.write_index.",
    )


def extract_index(
    path: str, target: str, ids_target: str, limit: int | None, progress: Progress
) -> dict[str, Any]:
    """Write the vectors of an index, and their numbers, to plain files.

    Parameters
    ----------
    path
        The index.
    target, ids_target
        Files for the vectors as float32 and the numbers as int64.
    limit
        Write the first so many vectors only.

    Returns
    -------
    dict
        n and d, the metric, and the kind of an index that does not keep its vectors as they were.

    Raises
    ------
    UserError
        When the library cannot read it, or it has no vectors to give back.
    """
    import faiss

    name = Path(path).name
    try:
        whole = faiss.read_index(path)
    except RuntimeError as error:
        raise _damaged(Path(path), " ".join(str(error).split())[-200:]) from error
    index, ids, changes = _unwrap(whole)
    n, d = int(whole.ntotal), int(whole.d)
    kept = n if limit is None else min(n, limit)
    check_room(Path(target).parent, 4 * d * kept)
    if n and (index.ntotal != n or (ids is not None and len(ids) != n)):
        raise _damaged(Path(path), f"it has {n:,} vectors and its parts {index.ntotal:,}")
    order = None
    if isinstance(index, faiss.IndexIVF):
        order, own = _in_lists(index)
        ids = own if ids is None else ids[own]
    try:
        with open(target, "wb") as file:  # noqa: PTH123  a plain path from another process
            step = _rows_at_once(d)
            for start in range(0, kept, step):
                stop = min(kept, start + step)
                block = _reconstruct(index, order, start, stop)
                for change in reversed(changes):
                    block = _undo(change, block)
                block.astype("<f4").tofile(file)
                progress.report(stop / kept)
    except RuntimeError as error:
        raise UserError(
            "The index keeps no vectors",
            f"{name} is an {type(index).__name__}, from which they cannot be reconstructed.",
            "Open the vectors that it was made of.",
        ) from error
    if ids is not None:
        np.asarray(ids[:kept], "<i8").tofile(ids_target)
    kind = type(changes[0] if changes else index).__name__
    return {
        "n": n,
        "d": d,
        "metric": METRICS.get(whole.metric_type, ""),
        "kind": "" if kind in EXACT else kind,
    }


def _unwrap(whole: Any) -> tuple[Any, NDArray[np.int64] | None, list[Any]]:
    """Return the index that holds the vectors, their numbers, and how they were changed before."""
    import faiss

    index, ids, changes = faiss.downcast_index(whole), None, []
    while True:
        if isinstance(index, faiss.IndexIDMap):
            ids, index = faiss.vector_to_array(index.id_map), index.index
        elif isinstance(index, faiss.IndexRefine):
            index = index.refine_index
        elif isinstance(index, faiss.IndexPreTransform):
            changes.append(index)
            index = index.index
        elif isinstance(index, faiss.IndexHNSW):
            index = index.storage
        else:
            return index, ids, changes
        index = faiss.downcast_index(index)


def _in_lists(index: Any) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return list and place of each vector of an inverted file, (n, 2), by its number, and that."""
    import faiss

    lists, places, numbers = [], [], []
    for at in range(index.nlist):
        size = index.invlists.list_size(at)
        if size:
            pointer = index.invlists.get_ids(at)
            numbers.append(faiss.rev_swig_ptr(pointer, size).copy())
            index.invlists.release_ids(at, pointer)
            lists.append(np.full(size, at))
            places.append(np.arange(size))
    if not numbers:
        return np.empty((0, 2), np.int64), np.empty(0, np.int64)
    ids = np.concatenate(numbers)
    by_number = np.argsort(ids, kind="stable")
    order = np.column_stack([np.concatenate(lists), np.concatenate(places)])[by_number]
    return order, ids[by_number]


def _reconstruct(
    index: Any, order: NDArray[np.int64] | None, start: int, stop: int
) -> NDArray[np.float32]:
    """Return some vectors; one is asked for alone first, since several end the process."""
    import faiss

    block = np.empty((stop - start, index.d), np.float32)
    if order is None:
        index.reconstruct(start, block[0])
        index.reconstruct_n(start, stop - start, block)
        return block
    for row, (at, place) in enumerate(order[start:stop].tolist()):
        index.reconstruct_from_offset(at, place, faiss.swig_ptr(block[row]))
    return block


def _undo(change: Any, block: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return vectors as they were before a transform, as nearly as it can be undone."""
    import faiss

    before = np.empty((len(block), change.d), np.float32)
    change.reverse_chain(len(block), faiss.swig_ptr(block), faiss.swig_ptr(before))
    return before
