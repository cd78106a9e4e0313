"""Compiled walk through word2vec binary records; import it only where a file is read."""

from __future__ import annotations

import numba as nb  # noqa: TID253  a kernel module, itself imported lazily
import numpy as np

DONE, NEEDS_MORE, BAD_RECORD = 0, 1, 2
LONGEST_ITEM = 4096  # bytes up to which a space is looked for
_NEWLINE, _SPACE = 10, 32


@nb.njit(cache=True, nogil=True)
def _is_plausible(buffer, start, d):  # type: ignore[no-untyped-def]  # compiled
    """Whether d float32 are finite, and zero or of a size that vectors have (1e-17 to 1e17)."""
    for column in range(d):
        at = start + 4 * column
        # Exponent of a little-endian float32: 7 bits of the last byte, 1 of the one before.
        exponent = ((np.int64(buffer[at + 3]) & 0x7F) << 1) | (np.int64(buffer[at + 2]) >> 7)
        is_zero = exponent == 0
        if not is_zero and (exponent < 127 - 56 or exponent > 127 + 56):
            return False
    return True


@nb.njit(cache=True, nogil=True)
def _is_text(buffer, start, stop):  # type: ignore[no-untyped-def]  # compiled
    for at in range(start, stop):  # noqa: SIM110  a compiled loop
        if buffer[at] < 32 or buffer[at] == 127:
            return False
    return True


@nb.njit(cache=True, nogil=True)
def _end_of_item(buffer, start, d, has_newlines, is_last):  # type: ignore[no-untyped-def]  # compiled
    """Return where the item of the record at `start` ends: -1 for nowhere, -2 for more bytes.

    The first space ends it, unless what follows is no vector: then the item holds that space.
    With newlines, a vector is what a newline follows. Without, it is what has plausible numbers;
    where no space has, the first one ends the item.
    """
    end = len(buffer)
    first = -1
    at = start
    stop = min(end, start + LONGEST_ITEM)
    while at < stop:
        if buffer[at] == _SPACE:
            if not _is_text(buffer, start, at):
                break
            after = at + 1 + 4 * d
            if after > end:
                return first if is_last and not has_newlines and first >= 0 else -2
            fits = True
            if has_newlines:
                fits = after == end or buffer[after] == _NEWLINE
            elif not _is_plausible(buffer, at + 1, d):
                fits = False
            if fits:
                return at
            first = at if first < 0 else first
        at += 1
    if first >= 0:
        return -1 if has_newlines else first
    return -1 if at >= start + LONGEST_ITEM or at < stop else -2


@nb.njit(cache=True, nogil=True)
def walk(buffer, d, has_newlines, is_last, out, items):  # type: ignore[no-untyped-def]  # compiled
    """Copy the records of `buffer`; return (rows, where the next begins, status).

    Parameters
    ----------
    buffer
        (bytes,) uint8.
    d
        Numbers of a vector.
    has_newlines
        Whether a newline follows each vector.
    is_last
        Whether no bytes follow `buffer`.
    out
        (rows, 4 d) uint8: the bytes of the vectors; its length is how many are wanted.
    items
        (rows, 2) int64: where each item starts and ends.
    """
    at = 0
    end = len(buffer)
    for row in range(len(out)):
        while at < end and buffer[at] == _NEWLINE:
            at += 1
        stop = _end_of_item(buffer, at, d, has_newlines, is_last)
        if stop == -2:
            return row, at, NEEDS_MORE
        if stop == -1:
            return row, at, BAD_RECORD
        items[row, 0], items[row, 1] = at, stop
        out[row, :] = buffer[stop + 1 : stop + 1 + 4 * d]
        at = stop + 1 + 4 * d
    return len(out), at, DONE
