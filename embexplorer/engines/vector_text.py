"""Compiled parsing of lines ``item number number …``; import it only where a file is read.

Numbers are rounded exactly as ``numpy.float32(float(text))`` rounds them. A decimal with at most
15 to 16 digits and a power of ten up to 22 is exact in one division (Clinger 1990, *How to read
floating point numbers accurately*). For any other the double is known to within 8 units of its
last place; where both ends of that interval are the same float32, so is the exact value, and
where they are not, Python reads the number again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba as nb  # noqa: TID253  a kernel module, itself imported lazily
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

OK, HARD, BAD = 0, 1, 2

# What a call found out, by index into `report`.
N_ROWS, N_LINES, N_BAD, BAD_LINE, BAD_START, BAD_END, N_HARD = range(7)
REPORT_SIZE = 7

# How a row with one number too many is told from an item with spaces that ends in a number.
ANY_NUMBER, ONLY_DECIMALS, NEVER = 0, 1, 2

_NEWLINE, _RETURN, _SPACE, _TAB, _POINT, _MINUS, _PLUS = 10, 13, 32, 9, 46, 45, 43
_MAX_DIGITS = 18  # of a mantissa that fits into int64
_EXACT_MANTISSA = 1 << 53
_LARGEST = 3.4028235677973366e38  # doubles from here on round to infinity in float32
_SLACK = 2.0**-49
_POWERS = 10.0 ** np.arange(23)


@nb.njit(cache=True, nogil=True)
def _digits(buffer, start, end):  # type: ignore[no-untyped-def]  # compiled
    """Return (mantissa, power of ten, digits seen, first byte that is none) of ``12.34``."""
    mantissa = np.int64(0)
    power = np.int64(0)
    significant = 0
    seen = 0
    after_point = False
    at = start
    while at < end:
        byte = buffer[at]
        if 48 <= byte <= 57:
            if significant < _MAX_DIGITS:
                mantissa = mantissa * 10 + np.int64(byte - 48)
                significant += 1 if mantissa > 0 else 0
                power -= 1 if after_point else 0
            else:
                power += 0 if after_point else 1
            seen += 1
        elif byte == _POINT and not after_point:
            after_point = True
        else:
            break
        at += 1
    return mantissa, power, seen, at


@nb.njit(cache=True, nogil=True)
def _exponent(buffer, start, end):  # type: ignore[no-untyped-def]  # compiled
    """Return (value, whether it is one) of what follows ``e``."""
    at = start
    negative = False
    if at < end and (buffer[at] == _MINUS or buffer[at] == _PLUS):
        negative = buffer[at] == _MINUS
        at += 1
    value = np.int64(0)
    if at >= end:
        return value, False
    while at < end:
        byte = buffer[at]
        if byte < 48 or byte > 57:
            return value, False
        if value < 100000:
            value = value * 10 + np.int64(byte - 48)
        at += 1
    return (-value if negative else value), True


@nb.njit(cache=True, nogil=True)
def _scaled(mantissa, power):  # type: ignore[no-untyped-def]  # compiled
    """Return (value, status) of mantissa x 10^power, the value as a float64."""
    value = np.float64(mantissa)
    if mantissa == 0:
        return value, OK
    exact = mantissa <= _EXACT_MANTISSA and -22 <= power <= 22
    if power < -80:
        return 0.0, OK  # below 10^-62: zero in float32
    if power > 40:
        return value, BAD  # at least 10^41: beyond float32
    while power < 0:
        step = min(22, -power)
        value /= _POWERS[step]
        power += step
    while power > 0:
        step = min(22, power)
        value *= _POWERS[step]
        power -= step
    if value >= _LARGEST:
        return value, BAD
    if exact or np.float32(value * (1.0 - _SLACK)) == np.float32(value * (1.0 + _SLACK)):
        return value, OK
    return value, HARD


@nb.njit(cache=True, nogil=True)
def parse_number(buffer, start, end):  # type: ignore[no-untyped-def]  # compiled
    """Return (value, status) of the bytes ``start:end``, which are one decimal number or BAD."""
    at = start
    negative = False
    if at < end and (buffer[at] == _MINUS or buffer[at] == _PLUS):
        negative = buffer[at] == _MINUS
        at += 1
    mantissa, power, seen, at = _digits(buffer, at, end)
    if seen == 0:
        return 0.0, BAD
    if at < end and (buffer[at] == 101 or buffer[at] == 69):
        exponent, is_valid = _exponent(buffer, at + 1, end)
        if not is_valid:
            return 0.0, BAD
        power += exponent
        at = end
    if at != end:
        return 0.0, BAD
    value, status = _scaled(mantissa, power)
    return (-value if negative else value), status


@nb.njit(cache=True, nogil=True)
def _is_blank(byte):  # type: ignore[no-untyped-def]  # compiled
    return byte in (_SPACE, _TAB)


@nb.njit(cache=True, nogil=True)
def _ends_in_number(buffer, start, end, rule):  # type: ignore[no-untyped-def]  # compiled
    """Whether an item of several parts ends in a number, which may be one of the row's."""
    at = end
    has_point = False
    while at > start and not _is_blank(buffer[at - 1]):
        at -= 1
        has_point = has_point or buffer[at] == _POINT
    if at == start or (rule == ONLY_DECIMALS and not has_point):
        return False
    return parse_number(buffer, at, end)[1] != BAD


@nb.njit(cache=True, nogil=True)
def _parse_row(buffer, start, end, row, has_items, extra, out, hard, n_hard):  # type: ignore[no-untyped-def]  # compiled
    """Fill row `row` of `out` from the right; return (end of the item or -1, n_hard)."""
    at = end
    for column in range(out.shape[1] - 1, -1, -1):
        while at > start and _is_blank(buffer[at - 1]):
            at -= 1
        stop = at
        while at > start and not _is_blank(buffer[at - 1]):
            at -= 1
        if at == stop:
            return -1, n_hard
        value, status = parse_number(buffer, at, stop)
        if status == BAD:
            return -1, n_hard
        if status == HARD:
            if n_hard < len(hard):
                hard[n_hard, 0], hard[n_hard, 1] = row, column
                hard[n_hard, 2], hard[n_hard, 3] = at, stop
            n_hard += 1
        out[row, column] = np.float32(value)
    while at > start and _is_blank(buffer[at - 1]):
        at -= 1
    if has_items and (
        at == start or (extra != NEVER and _ends_in_number(buffer, start, at, extra))
    ):
        return -1, n_hard
    if not has_items and at != start:
        return -1, n_hard
    return at, n_hard


@nb.njit(cache=True, nogil=True)
def parse_rows(  # type: ignore[no-untyped-def]  # compiled
    buffer, start, end, has_items, extra, leave_out, out, items, hard, report
):
    """Parse the lines of ``buffer[start:end]`` into `out`; blank lines are passed over.

    Parameters
    ----------
    buffer
        (bytes,) uint8.
    has_items
        Whether an item stands before the numbers.
    extra
        `ANY_NUMBER`, `ONLY_DECIMALS` or `NEVER`: which part of an item counts as one number too
        many.
    leave_out
        Whether a row that does not fit is passed over; otherwise parsing stops there.
    out
        (rows, d) float32, room for every line.
    items
        (rows, 2) int64: where each item starts and ends.
    hard
        (capacity, 4) int64: row, column, start and end of the numbers to read again. When
        ``report[N_HARD]`` is larger than its length, call again with more room.
    report
        (7,) int64: the counts by the indices above.
    """
    report[:] = 0
    report[BAD_LINE] = -1
    row = 0
    n_hard = 0
    line = 0
    at = start
    while at < end:
        stop = at
        while stop < end and buffer[stop] != _NEWLINE:
            stop += 1
        last = stop
        while last > at and (_is_blank(buffer[last - 1]) or buffer[last - 1] == _RETURN):
            last -= 1
        if last > at:
            before = n_hard
            item_end, n_hard = _parse_row(
                buffer, at, last, row, has_items, extra, out, hard, n_hard
            )
            if item_end >= 0:
                items[row, 0], items[row, 1] = at, item_end
                row += 1
            else:
                n_hard = before
                if report[N_BAD] == 0:
                    report[BAD_LINE], report[BAD_START], report[BAD_END] = line, at, last
                report[N_BAD] += 1
                if not leave_out:
                    break
        line += 1
        at = stop + 1
    report[N_ROWS] = row
    report[N_LINES] = line
    report[N_HARD] = n_hard


@nb.njit(cache=True, nogil=True)
def gather(buffer, items, offsets, out):  # type: ignore[no-untyped-def]  # compiled
    """Copy the bytes of each item (n, 2) into `out`, one after another, ending at `offsets`."""
    at = 0
    offsets[0] = 0
    for row in range(len(items)):
        for source in range(items[row, 0], items[row, 1]):
            out[at] = buffer[source]
            at += 1
        offsets[row + 1] = at


def read_again(
    buffer: NDArray[np.uint8], hard: NDArray[np.int64], out: NDArray[np.float32]
) -> None:
    """Replace the numbers that the kernel could not round for certain by Python's reading."""
    for row, column, start, stop in hard.tolist():
        out[row, column] = np.float32(float(buffer[start:stop].tobytes()))
