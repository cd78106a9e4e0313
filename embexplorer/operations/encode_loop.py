"""The loop that encodes a corpus: each text once, longest first, resumable, never out of memory."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.contracts import TokenEncoder
from embexplorer.core.errors import UserError
from embexplorer.operations.read_ahead import CHARACTERS_PER_TEXT, read_ahead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from embexplorer.core.contracts import LoadedEncoder, Tokens
    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Vectors
    from embexplorer.operations.corpus import Corpus
    from embexplorer.storage.part_store import PartStore

# Bits of the marks in the part store: of a row that is done, of one whose text was cut or split,
# of one whose tokens are those of another row, and of one that was encoded with another corpus.
DONE, TOO_LONG, SAME_TOKENS, KNOWN = 1, 2, 4, 8
CHARACTERS_PER_TOKEN = 6  # a generous guess, to plan with
FIRST_CHARACTERS = (
    8192  # of the first pass, before the speed is known, of an encoder without tokens
)
LEAST_CHARACTERS = 2048  # smaller passes starve the matrix products and are slower in all
LEAST_SHARE = 4  # of the tokens an encoder works fastest with, a pass has this part at least
SECONDS_PER_PASS = 0.3  # at most, so that a cancel is heard soon, and progress is smooth


class EncodeLoop:
    """Encodes what a part store lacks of a corpus.

    A pass takes as many pieces of text as fit into a budget of tokens, padding included. The
    budget is what the encoder works fastest with, less where a pass would take too long, and is
    halved when the device has no room.

    Parameters
    ----------
    corpus
        The texts.
    encoder
        What encodes them.
    part
        Where the vectors go; what it has already is not encoded again.
    batch_size
        Texts given to the encoder at once, at most.
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
        self._batch_size = batch_size
        self._row_with: dict[bytes, int] = {}  # the first row with these tokens
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
        if isinstance(encoder, TokenEncoder):
            self._budget = self._most = float(encoder.tokens_at_once)
            self._least = self._most / LEAST_SHARE
        else:
            self._budget, self._least = float(FIRST_CHARACTERS), float(LEAST_CHARACTERS)
            self._most = float("inf")
        self._is_out_of_room = False

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person must know about how it went."""
        if not self._is_out_of_room:
            return ()
        unit = "tokens" if isinstance(self._encoder, TokenEncoder) else "characters"
        return (f"Batches of {self._most:,.0f} {unit} were used: the device had no room for more.",)

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
        try:
            with closing(read_ahead(self._encoder, self._corpus.texts, todo)) as groups:
                for rows, tokens in groups:
                    for _ in self._encode_group(rows, tokens, progress):
                        self.seconds = time.perf_counter() - started
                        self._report(progress)
        finally:
            self._part.flush()

    def _encode_group(
        self, rows: NDArray[np.int64], tokens: Tokens, progress: Progress
    ) -> Iterator[None]:
        """Encode texts that were read together; yield after each pass."""
        same = self._rows_with_same_tokens(rows, tokens)
        is_twin = same != rows
        pieces = np.flatnonzero(~is_twin[tokens.owner])
        pieces = pieces[np.argsort(-tokens.lengths[pieces], kind="stable")]
        left = np.bincount(tokens.owner, minlength=len(rows))  # pieces of each text to do
        vectors: Vectors | None = None
        start = 0
        while start < len(pieces):
            progress.raise_if_cancelled()
            some = pieces[start : start + self._fitting(int(tokens.lengths[pieces[start]]))]
            found = self._pass(tokens, some)
            if found is None:
                continue
            self._check_finite(found, rows[tokens.owner[some]])
            if vectors is None:
                vectors = np.empty((len(tokens.owner), found.shape[1]), np.float32)
            vectors[some] = found
            start += len(some)
            np.subtract.at(left, tokens.owner[some], 1)
            touched = np.unique(tokens.owner[some])
            self._put(rows, tokens, vectors, touched[left[touched] == 0])
            yield
        if is_twin.any():
            twins = np.flatnonzero(is_twin)
            self._keep(
                rows[twins],
                self._part.vectors[same[twins]],
                _marks(tokens.is_too_long[twins]) | np.uint8(SAME_TOKENS),
            )
            yield

    def _rows_with_same_tokens(self, rows: NDArray[np.int64], tokens: Tokens) -> NDArray[np.int64]:
        """Return for each row the first row of this run that has the same tokens."""
        if not tokens.keys:
            return rows
        pairs = zip(tokens.keys, rows.tolist(), strict=True)
        return np.array([self._row_with.setdefault(key, row) for key, row in pairs], np.int64)

    def _fitting(self, longest: int) -> int:
        """Return how many pieces, none longer than this, fit into a pass; at least one."""
        return max(1, min(int(self._budget) // max(1, longest), self._batch_size))

    def _pass(self, tokens: Tokens, pieces: NDArray[np.int64]) -> Vectors | None:
        """Return the vectors of one pass, or None when the device had no room for it."""
        cost = len(pieces) * int(tokens.lengths[pieces[0]])
        started = time.perf_counter()
        try:
            vectors = tokens.encode(pieces)
        except MemoryError as error:
            if len(pieces) == 1:
                raise self._no_room() from error
            self._is_out_of_room = True
            self._most = self._budget = cost / 2
            self._least = min(self._least, self._most)
            return None
        if 2 * cost >= self._budget:  # small passes say little about the speed
            speed = cost / max(1e-6, time.perf_counter() - started)
            wanted = (self._budget + SECONDS_PER_PASS * speed) / 2
            self._budget = min(self._most, max(self._least, wanted))
        return vectors

    def _put(
        self,
        rows: NDArray[np.int64],
        tokens: Tokens,
        vectors: Vectors,
        finished: NDArray[np.int64],
    ) -> None:
        """Keep the texts of a group whose pieces are all done."""
        if len(finished):
            pieces = np.flatnonzero(np.isin(tokens.owner, finished))
            pooled = tokens.pool(vectors[pieces], pieces)
            self._keep(rows[finished], pooled, _marks(tokens.is_too_long[finished]))

    def _keep(self, rows: NDArray[np.int64], vectors: Vectors, marks: NDArray[np.uint8]) -> None:
        self._part.put(rows, vectors, marks)
        items = int(self._corpus.times[rows].sum())
        self.n_encoded += items
        self._items_done += items
        self._work_done += int(self._work[rows].sum())

    def _check_finite(self, vectors: Vectors, rows: NDArray[np.int64]) -> None:
        is_finite = np.isfinite(vectors).all(axis=1)
        if not is_finite.all():
            text = self._corpus.texts[rows[is_finite.argmin()]]
            raise UserError(
                "The encoder gave no numbers",
                f"The vector of “{text[:60]}” holds a value that is not finite.",
                "Choose another encoder, or encode on the CPU.",
            )

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


def _marks(is_too_long: NDArray[np.bool_]) -> NDArray[np.uint8]:
    marks: NDArray[np.uint8] = np.where(is_too_long, DONE | TOO_LONG, DONE).astype(np.uint8)
    return marks
