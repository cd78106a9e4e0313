"""The number that spaCy gives to a string: MurmurHash64A of its UTF-8 bytes, with seed 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# Appleby 2008, MurmurHash2, 64-bit version for 64-bit platforms: multiplier and shift.
_M = np.uint64(0xC6A4A7935BD1E995)
_R = np.uint64(47)
SEED = 1


def hash_strings(strings: Sequence[str], seed: int = SEED) -> NDArray[np.uint64]:
    """Return the hashes (n,) of n strings; those of one length in bytes are hashed at once.

    References
    ----------
    Appleby 2008, https://github.com/aappleby/smhasher, MurmurHash64A.
    """
    # Half of a surrogate pair has no UTF-8; JSON may hold one, and its hash is nobody's.
    encoded = [string.encode("utf-8", "surrogatepass") for string in strings]
    lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
    order = np.argsort(lengths, kind="stable")
    hashes = np.empty(len(encoded), np.uint64)
    starts = np.flatnonzero(np.diff(lengths[order], prepend=-1))
    for rows in np.split(order, starts)[1:]:
        joined = b"".join(encoded[row] for row in rows)
        table = np.frombuffer(joined, np.uint8).reshape(len(rows), lengths[rows[0]])
        hashes[rows] = _hash_rows(table, seed)
    return hashes


def _hash_rows(table: NDArray[np.uint8], seed: int) -> NDArray[np.uint64]:
    """Return the hashes (m,) of rows (m, length) of bytes; products wrap around at 64 bits."""
    m, length = table.shape
    hashes = np.full(m, length, np.uint64) * _M ^ np.uint64(seed)
    n_words, rest = divmod(length, 8)
    words = np.ascontiguousarray(table[:, : 8 * n_words]).view("<u8")
    for at in range(n_words):
        word = words[:, at] * _M
        word ^= word >> _R
        hashes ^= word * _M
        hashes *= _M
    if rest:
        tail = np.zeros((m, 8), np.uint8)
        tail[:, :rest] = table[:, 8 * n_words :]
        hashes ^= tail.view("<u8")[:, 0]
        hashes *= _M
    hashes ^= hashes >> _R
    hashes *= _M
    hashes ^= hashes >> _R
    return hashes
