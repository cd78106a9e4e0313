"""Texts in groups of about equal length, each tokenized while the one before is encoded."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.contracts import TokenEncoder

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from concurrent.futures import Future

    from numpy.typing import NDArray

    from embexplorer.core.contracts import LoadedEncoder, Tokens
    from embexplorer.core.space import Vectors

TEXTS_AT_ONCE = 1024
CHARACTERS_AT_ONCE = 400_000  # about 0.1 s of a tokenizer, so that a cancel is heard
CHARACTERS_PER_TEXT = 16  # what a text costs beside its characters


class CharacterTokens:
    """Texts of an encoder without tokens; see `embexplorer.core.contracts.Tokens`.

    A character stands for a token, and each text is one piece.
    """

    keys: Sequence[bytes] = ()  # nothing is known beyond that the texts differ

    def __init__(self, encoder: LoadedEncoder, texts: Sequence[str]) -> None:
        self._encoder = encoder
        self._texts = texts
        self.owner = np.arange(len(texts))
        self.lengths = np.array([len(text) + CHARACTERS_PER_TEXT for text in texts], np.int64)
        self.is_too_long = _find_too_long(encoder, texts)

    def encode(self, pieces: NDArray[np.int64]) -> Vectors:
        """Return the vectors (k, d) of k texts."""
        return self._encoder.encode([self._texts[piece] for piece in pieces], len(pieces))

    def pool(self, vectors: Vectors, pieces: NDArray[np.int64]) -> Vectors:
        """Return the vectors as they are."""
        return vectors


def read_ahead(
    encoder: LoadedEncoder, texts: Sequence[str], rows: NDArray[np.int64]
) -> Generator[tuple[NDArray[np.int64], Tokens]]:
    """Yield rows of the texts in the order given, in groups, with their tokens.

    A `TokenEncoder` reads a group in a thread while the one before is encoded.
    """
    groups = _groups(np.array([len(texts[row]) for row in rows], np.int64), rows)
    if not isinstance(encoder, TokenEncoder):
        for group in groups:
            yield group, CharacterTokens(encoder, [texts[row] for row in group])
        return
    with ThreadPoolExecutor(1, thread_name_prefix="tokenize") as thread:

        def read(group: NDArray[np.int64]) -> Future[Tokens]:
            return thread.submit(encoder.tokenize, [texts[row] for row in group])

        ahead = deque(map(read, groups[:1]))
        for index, group in enumerate(groups):
            tokens = ahead.popleft().result()
            ahead.extend(map(read, groups[index + 1 : index + 2]))
            yield group, tokens


def _groups(lengths: NDArray[np.int64], rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return consecutive runs of rows, of so many texts and characters at most."""
    ends = np.cumsum(lengths)
    groups = []
    start = 0
    while start < len(rows):
        room = CHARACTERS_AT_ONCE + (ends[start - 1] if start else 0)
        end = min(int(np.searchsorted(ends, room, side="right")), start + TEXTS_AT_ONCE)
        groups.append(rows[start : max(start + 1, end)])
        start += len(groups[-1])
    return groups


def _find_too_long(encoder: LoadedEncoder, texts: Sequence[str]) -> NDArray[np.bool_]:
    """Return which texts are longer than the encoder reads; groups are mostly all or none."""
    count = encoder.count_cut(texts)
    if count in (0, len(texts)):
        return np.full(len(texts), count > 0)
    middle = len(texts) // 2
    halves = [_find_too_long(encoder, half) for half in (texts[:middle], texts[middle:])]
    return np.concatenate(halves)
