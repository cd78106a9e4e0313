"""Vectors of words that a space does not have, from the character n-grams they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_OFFSET, _PRIME = 2166136261, 16777619  # of FNV-1a with 32 bits


class Composed(NamedTuple):
    """The vector (d,) of a word that is not in the space, and how many subwords it is made of."""

    vector: NDArray[np.float32]
    n_subwords: int


@dataclass(frozen=True, slots=True, eq=False)
class Subwords:
    """The vectors of character n-grams, by the hash of the n-gram.

    Parameters
    ----------
    vectors
        (b, d) float32, usually a memory map: each n-gram has the row that its hash modulo b says.
    shortest, longest
        Characters of an n-gram, with ``<`` and ``>`` for the ends of the word.

    References
    ----------
    Bojanowski, Grave, Joulin, Mikolov 2017, Enriching Word Vectors with Subword Information, 3.2.
    """

    vectors: NDArray[np.float32]
    shortest: int
    longest: int

    @property
    def file(self) -> Path | None:
        """Where the vectors are mapped from; None in memory."""
        found = getattr(self.vectors, "filename", None)
        return None if found is None else Path(found)

    def compose(self, word: str) -> Composed | None:
        """Return the mean of the vectors of a word's n-grams, or None where it has none.

        A word holds no space: text with spaces is several words.
        """
        if not word or any(character.isspace() for character in word):
            return None
        rows = [
            hash_of(ngram) % len(self.vectors)
            for ngram in ngrams_of(word, self.shortest, self.longest)
        ]
        if not rows:
            return None
        # One after the other in float32, as the programs that train such vectors do.
        total = np.zeros(self.vectors.shape[1], np.float32)
        for row in rows:
            total += self.vectors[row]
        return Composed(total / np.float32(len(rows)), len(rows))


def ngrams_of(word: str, shortest: int, longest: int) -> list[str]:
    """Return the n-grams of a word between ``<`` and ``>``; the two signs alone are none."""
    marked = f"<{word}>"
    n = len(marked)
    return [
        marked[start : start + length]
        for start in range(n)
        for length in range(shortest, min(longest, n - start) + 1)
        if length > 1 or 0 < start < n - 1
    ]


def hash_of(ngram: str) -> int:
    """Return the 32-bit FNV-1a hash of an n-gram, in which bytes count as signed.

    That is how fastText has hashed since its first release: bytes above 127 flip the upper bits
    too. See `Dictionary::hash` of fastText.
    """
    value = _OFFSET
    for byte in ngram.encode("utf-8", "surrogatepass"):
        signed = byte | 0xFFFFFF00 if byte > 127 else byte
        value = (value ^ signed) * _PRIME & 0xFFFFFFFF
    return value
