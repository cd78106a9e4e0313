"""Word vectors that are means of a word's own vector and of its subwords, made in place on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.subwords import Subwords
from embexplorer.core.threads import Threads

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress

FILE = "subwords.npy"
LONGEST = 256  # characters of an n-gram that a model may have
WORDS_AT_ONCE = 1 << 12


def take_subwords(aside: Path, scratch: Path, shortest: int, longest: int) -> Subwords:
    """Move the vectors that a `VectorSink` wrote in the folder `aside` to their place; map them."""
    place = (aside / "vectors.npy").rename(scratch / FILE)
    aside.rmdir()
    mapped = np.load(place, mmap_mode="r", allow_pickle=False)
    return Subwords(mapped, shortest, longest)


def add_subwords(
    path: Path, words: pa.LargeStringArray, subwords: Subwords, progress: Progress
) -> NDArray[np.float32]:
    """Make the vectors of words the means of them and of their n-grams'; return them mapped.

    Parameters
    ----------
    path
        ``.npy`` file of the words' own vectors (n, d), which is changed.
    words
        n of them; they need not be valid UTF-8.
    """
    from embexplorer.engines import subword_kernels

    _, offsets, data = words.buffers()
    ends = np.frombuffer(offsets, np.int64)[words.offset : words.offset + len(words) + 1]
    text = np.frombuffer(data if data is not None else b"", np.uint8)
    rows = np.load(path, mmap_mode="r+", allow_pickle=False)
    ngrams = np.ascontiguousarray(subwords.vectors)  # mapped as it is, not read

    def work(first: int, last: int) -> None:
        progress.report(first / len(rows), "Adding subwords")
        subword_kernels.add_subwords(
            rows[first:last], text, ends[first : last + 1],
            ngrams, subwords.shortest, subwords.longest,
        )  # fmt: skip

    with Threads(progress=progress) as threads:
        threads.over(len(rows), work, WORDS_AT_ONCE)
    rows.flush()
    mapped: NDArray[np.float32] = np.load(path, mmap_mode="r", allow_pickle=False)
    return mapped
