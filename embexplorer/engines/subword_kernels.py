"""Compiled sums of the subwords of many words; import it only where a file is read.

The rules are those of `core.subwords`, whose constants are written again here.
"""

from __future__ import annotations

import numba as nb  # noqa: TID253  a kernel module, itself imported lazily
import numpy as np

_OPEN, _CLOSE = 60, 62  # "<" and ">", the ends of a word


@nb.njit(cache=True, nogil=True)
def _byte(text, start, length, at):  # type: ignore[no-untyped-def]  # compiled
    """Return a byte of ``<word>``, whose word begins at `start` of the text."""
    if at == 0:
        return np.uint8(_OPEN)
    if at == length - 1:
        return np.uint8(_CLOSE)
    return text[start + at - 1]


@nb.njit(cache=True, nogil=True)
def add_subwords(rows, text, ends, ngrams, shortest, longest):  # type: ignore[no-untyped-def]  # compiled
    """Make rows of words the means of them and of their n-grams' vectors, in place.

    Parameters
    ----------
    rows
        (m, d) float32: the vectors of the words alone.
    text
        (bytes,) uint8: the words in UTF-8, one after the other.
    ends
        (m + 1,) int64: where each word ends, from the second value on; the first is its start.
    ngrams
        (b, d) float32.
    shortest, longest
        Characters of an n-gram.
    """
    d = rows.shape[1]
    for word in range(len(rows)):
        start = ends[word]
        length = ends[word + 1] - start + 2
        count = 1
        for left in range(length):
            if _byte(text, start, length, left) & 0xC0 == 0x80:
                continue  # inside a character
            value = np.uint32(2166136261)
            right = left
            size = 1
            while right < length and size <= longest:
                while True:
                    byte = np.uint32(np.int32(np.int8(_byte(text, start, length, right))))
                    value = np.uint32((value ^ byte) * np.uint32(16777619))
                    right += 1
                    if right >= length or _byte(text, start, length, right) & 0xC0 != 0x80:
                        break
                if size >= shortest and not (size == 1 and (left == 0 or right == length)):
                    row = np.int64(value) % len(ngrams)
                    for column in range(d):
                        rows[word, column] += ngrams[row, column]
                    count += 1
                size += 1
        for column in range(d):
            rows[word, column] /= np.float32(count)


@nb.njit(cache=True, nogil=True)
def walk_words(buffer, wanted, text, ends, counts, kinds):  # type: ignore[no-untyped-def]  # compiled
    """Take entries of a dictionary: text, zero byte, count (int64), kind (int8).

    Returns how many are whole in the buffer, where the next begins, and the bytes of their texts.

    Parameters
    ----------
    buffer
        (bytes,) uint8.
    wanted
        How many to take at most.
    text
        (bytes,) uint8 that gets the texts, one after the other; as long as `buffer`.
    ends
        (wanted + 1,) int64 that gets where each text ends, from the second value on.
    counts, kinds
        (wanted,) int64 and int8.
    """
    at = 0
    used = 0
    ends[0] = 0
    for word in range(wanted):
        stop = at
        while stop < len(buffer) and buffer[stop] != 0:
            stop += 1
        if stop + 10 > len(buffer):
            return word, at, used
        for place in range(at, stop):
            text[used] = buffer[place]
            used += 1
        count = np.int64(0)
        for place in range(8):
            count |= np.int64(buffer[stop + 1 + place]) << np.int64(8 * place)
        counts[word], kinds[word] = count, buffer[stop + 9]
        ends[word + 1] = used
        at = stop + 10
    return wanted, at, used
