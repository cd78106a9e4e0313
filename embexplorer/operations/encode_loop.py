"""The loop that encodes a corpus: each text once, longest first, resumable, never out of memory."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from embexplorer.core.contracts import LoadedEncoder
    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Vectors
    from embexplorer.operations.corpus import Corpus
    from embexplorer.storage.part_store import PartStore

DONE, DONE_TOO_LONG = 1, 2  # marks of the rows in the part store
CHARACTERS_PER_TOKEN = 6  # a generous guess, to plan with
CHARACTERS_PER_TEXT = 16  # what a text costs beside its characters
FIRST_CHARACTERS = 8192  # of the first batch, before the speed is known
LEAST_CHARACTERS = 2048  # smaller batches starve the matrix products and are slower in all
SECONDS_PER_BATCH = 0.3  # so that a cancel is heard soon, and progress is smooth


class EncodeLoop:
    """Encodes what a part store lacks of a corpus.

    Parameters
    ----------
    corpus
        The texts.
    encoder
        What encodes them.
    part
        Where the vectors go; what it has already is not encoded again.
    batch_size
        Texts given to the encoder at once, at most; halved when the device has no room.
    is_split
        Whether the encoder reads texts of any length whole.
    """

    def __init__(
        self,
        corpus: Corpus,
        encoder: LoadedEncoder,
        part: PartStore,
        *,
        batch_size: int,
        is_split: bool,
    ) -> None:
        self._corpus = corpus
        self._encoder = encoder
        self._part = part
        self.batch_size = self._asked = batch_size
        self.n_encoded = 0  # items whose text was encoded in this run
        self.seconds = 0.0  # that it took
        lengths = np.array([len(text) for text in corpus.texts], np.int64)
        if encoder.max_tokens is not None and not is_split:
            lengths = np.minimum(lengths, CHARACTERS_PER_TOKEN * encoder.max_tokens)
        self._work = lengths + CHARACTERS_PER_TEXT
        is_done = part.marks > 0
        self._items_done = int(corpus.times[is_done].sum())
        self._work_done = int(self._work[is_done].sum())
        self._work_in_all = int(self._work.sum())
        self._characters = float(FIRST_CHARACTERS)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person must know about how it went."""
        if self.batch_size == self._asked:
            return ()
        smaller = f"{self.batch_size:,} instead of {self._asked:,}"
        return (f"Batches of {smaller} texts were used: the device had no room for more.",)

    def run(self, progress: Progress) -> None:
        """Encode all that is left.

        Raises
        ------
        CancelledError
            When the person cancelled; what is encoded by then stays in the part store.
        UserError
            When the device has no room for a single text, or a vector is not finite.
        """
        started = time.perf_counter()
        todo = np.flatnonzero(self._part.marks == 0)
        todo = todo[np.argsort(-self._work[todo], kind="stable")]
        start = 0
        try:
            while start < len(todo):
                progress.raise_if_cancelled()
                rows = self._next_batch(todo[start : start + self.batch_size])
                if self._encode(rows):
                    start += len(rows)
                self.seconds = time.perf_counter() - started
                self._report(progress)
        finally:
            self._part.flush()

    def _next_batch(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return as many of the rows as are done in the time for a batch, at least one."""
        room = int(np.searchsorted(np.cumsum(self._work[rows]), self._characters, side="right"))
        return rows[: max(1, room)]

    def _encode(self, rows: NDArray[np.int64]) -> bool:
        """Encode a batch; return False when the device had no room, and batches are now smaller."""
        texts = [self._corpus.texts[row] for row in rows]
        started = time.perf_counter()
        try:
            vectors = self._encoder.encode(texts, self.batch_size)
        except MemoryError as error:
            if len(rows) == 1:
                raise self._no_room() from error
            self.batch_size = len(rows) // 2
            return False
        _check_finite(vectors, texts)
        marks = np.where(_find_too_long(self._encoder, texts), DONE_TOO_LONG, DONE)
        self._part.put(rows, vectors, marks.astype(np.uint8))
        items, work = int(self._corpus.times[rows].sum()), int(self._work[rows].sum())
        self.n_encoded += items
        self._items_done += items
        self._work_done += work
        speed = work / max(1e-6, time.perf_counter() - started)
        wanted = (self._characters + SECONDS_PER_BATCH * speed) / 2
        self._characters = max(LEAST_CHARACTERS, wanted)
        return True

    def _no_room(self) -> UserError:
        return UserError(
            "Not enough memory for this batch",
            f"{self._encoder.device} has no room for a single text. "
            f"{self._items_done:,} of {self._corpus.n:,} items are done and kept.",
            "Choose another device, shorter texts or a smaller encoder, and encode again.",
        )

    def _report(self, progress: Progress) -> None:
        rate = self.n_encoded / max(1e-6, self.seconds)
        speed = f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"
        message = f"{self._items_done:,} of {self._corpus.n:,} · {speed} per s"
        progress.report(self._work_done / self._work_in_all, message)


def _find_too_long(encoder: LoadedEncoder, texts: Sequence[str]) -> NDArray[np.bool_]:
    """Return which texts are longer than the encoder reads; batches are mostly all or none."""
    count = encoder.count_cut(texts)
    if count in (0, len(texts)):
        return np.full(len(texts), count > 0)
    middle = len(texts) // 2
    halves = [_find_too_long(encoder, half) for half in (texts[:middle], texts[middle:])]
    return np.concatenate(halves)


def _check_finite(vectors: Vectors, texts: Sequence[str]) -> None:
    is_finite = np.isfinite(vectors).all(axis=1)
    if not is_finite.all():
        text = texts[int(is_finite.argmin())]
        raise UserError(
            "The encoder gave no numbers",
            f"The vector of “{text[:60]}” holds a value that is not finite.",
            "Choose another encoder, or encode on the CPU.",
        )
