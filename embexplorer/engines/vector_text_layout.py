"""How a text file of vectors is laid out, guessed from its first lines, and what breaks it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embexplorer.engines.row_errors import (
    Where,
    no_vector,
    not_a_number,
    not_finite,
    ragged_row,
    shown,
)

if TYPE_CHECKING:
    from embexplorer.core.errors import UserError

SAMPLE_LINES = 50
ENOUGH = 0.5  # share of the first lines that must fit for a text to be vectors
_HEADER = re.compile(rb"\s*(\d{1,15})[ \t]+(\d{1,9})\s*")
_NUMBER = re.compile(
    rb"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?(nan|inf|infinity)", re.IGNORECASE
)
_FINITE = re.compile(rb"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of a text file of vectors.

    Parameters
    ----------
    d
        Numbers of a row.
    header
        (rows, numbers of a row) as the first line says, or None where it is a row itself.
    has_items
        Whether an item stands before the numbers.
    only_integers
        Whether no number of the first lines has a decimal point.
    share
        How many of the first lines fit, 0 to 1.
    """

    d: int
    header: tuple[int, int] | None
    has_items: bool
    only_integers: bool
    share: float

    @property
    def is_convincing(self) -> bool:
        """Whether this is a file of vectors rather than prose."""
        return self.share >= ENOUGH and (self.d > 1 or self.header is not None)


def find_layout(head: bytes, *, is_whole: bool) -> Layout | None:
    """Return the layout that most of the first lines share, or None where no line has numbers.

    A first line of two integers is a header. Numbers are counted from the right, so that items
    may hold spaces; a row keeps at least one part for its item, unless every part of every line
    is a number and the first of some line has a decimal point: such rows have no items.

    Parameters
    ----------
    head
        First bytes of the file, UTF-8 without byte-order mark.
    is_whole
        Whether that is all of it; otherwise the last line is cut off and does not count.
    """
    lines = head.split(b"\n")
    if not is_whole and len(lines) > 1:
        lines.pop()
    rows = [line.split() for line in lines[: 4 * SAMPLE_LINES] if line.strip()][: SAMPLE_LINES + 1]
    if not rows:
        return None
    matched = _HEADER.fullmatch(lines[0])
    header = (int(matched[1]), int(matched[2])) if matched else None
    body = rows[1:] if header else rows
    if not body:
        return Layout(header[1], header, True, False, 0.0) if header else None
    numbers = [_count_numbers(row) for row in body]
    has_items = not _are_bare_numbers(body, numbers)
    widths = [min(count, len(row) - has_items) for row, count in zip(body, numbers, strict=True)]
    d = Counter(widths).most_common(1)[0][0]
    if header and (header[1] in widths or _end_in_integers(body, widths, header[1])):
        d = header[1]
    if d < 1:
        return Layout(header[1], header, True, False, 0.0) if header else None
    fitting = [row for row, width in zip(body, widths, strict=True) if width >= d]
    only_integers = not any(b"." in part for row in fitting for part in row[-d:])
    return Layout(d, header, has_items, only_integers, len(fitting) / len(body))


def _count_numbers(row: list[bytes]) -> int:
    count = 0
    for part in reversed(row):
        if not _NUMBER.fullmatch(part):
            break
        count += 1
    return count


def _end_in_integers(body: list[list[bytes]], widths: list[int], d: int) -> bool:
    """Whether most rows have more than `d` numbers since their items end in one, as route 66."""
    longer = [row for row, width in zip(body, widths, strict=True) if width > d > 0]
    return len(longer) >= ENOUGH * len(body) and not any(b"." in row[-d - 1] for row in longer)


def _are_bare_numbers(body: list[list[bytes]], numbers: list[int]) -> bool:
    every = all(len(row) == count for row, count in zip(body, numbers, strict=True))
    return every and len(set(numbers)) == 1 and any(b"." in row[0] for row in body)


def row_error(line: bytes, layout: Layout, where: Where) -> UserError:
    """Return what is wrong with a row that does not fit the layout."""
    parts = line.split()
    count = _count_numbers(parts)
    said_by = "the header" if layout.header and layout.header[1] == layout.d else ""
    numeric = [part for part in parts[layout.has_items :] if _NUMBER.fullmatch(part)]
    if not numeric:
        return no_vector(where) if len(parts) == 1 else _no_numbers(line, where)
    if len(parts) < layout.d + layout.has_items:
        return ragged_row(where, len(numeric), layout.d, said_by)
    values = parts[-layout.d :]
    bad = [at for at, part in enumerate(values) if not _is_finite(part)]
    if not bad:
        return ragged_row(where, count, layout.d, said_by)
    column = f"number {bad[0] + 1:,} of {layout.d:,}"
    text = values[bad[0]].decode("utf-8", "replace")
    if _NUMBER.fullmatch(values[bad[0]]):
        return not_finite(where, column, text)
    if count and not any(_NUMBER.fullmatch(part) for part in values[: bad[0]]):
        return ragged_row(where, count, layout.d, said_by)  # the item only reaches further
    return not_a_number(where, column, text)


def _no_numbers(line: bytes, where: Where) -> UserError:
    return not_a_number(where, "the whole line", shown(line.decode("utf-8", "replace")))


def _is_finite(part: bytes) -> bool:
    return _FINITE.fullmatch(part) is not None and abs(float(part)) < 3.4028235677973366e38
