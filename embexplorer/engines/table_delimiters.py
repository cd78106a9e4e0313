"""What stands between two values of a table: a character, one with spaces around it, or spaces."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from embexplorer.engines.column_names import KNOWN_NAMES
from embexplorer.engines.delimited import (
    DELIMITERS,
    RARE,
    find_delimiter,
    is_number,
    looks_like_header,
    sample_rows,
)
from embexplorer.engines.text_decoding import Utf8Stream

SPACES = "  "  # two or more
LEAST_ROWS = 3  # from which a table is told that its name does not tell
NEARLY_ALL = 0.95
MOST_HELD = 1 << 20  # bytes of a run of spaces; a longer one is no delimiter


class Rewriter:
    """Puts one character in the place of what stands between two values, block by block.

    Spaces at the ends of lines go, and line breaks stay where they are. Within quotes nothing
    changes, unless spaces are the delimiter, where quotes are text.

    Parameters
    ----------
    delimiter
        A character, whose spaces on both sides go, or `SPACES`, which become tabs.
    """

    def __init__(self, delimiter: str) -> None:
        self._has_quotes = delimiter != SPACES
        mark = delimiter.encode()
        self.delimiter = "\t" if delimiter == SPACES else delimiter
        self._ends = b" \r\n" if delimiter == SPACES else b" \r\n" + mark
        # Each run of spaces is taken whole, so that no pattern is tried again inside it.
        one = re.escape(mark)
        self._between = re.compile(
            b" {2,}" if delimiter == SPACES else b" +(?:%b *)?|%b +" % (one, one)
        )
        self._mark = mark
        self._held = b"\n"  # before the first line, as before all others
        self._is_inside = False
        self._is_first = True

    def rewrite(self, data: bytes, *, is_last: bool) -> bytes:
        """Return the next bytes as they are to be read."""
        data = self._held + data
        cut = len(data) if is_last else len(data.rstrip(self._ends))
        if len(data) - cut > MOST_HELD:
            cut = len(data)
        data, self._held = data[:cut], data[cut:]
        parts = data.split(b'"') if self._has_quotes else [data]
        for at, part in enumerate(parts):
            if (at % 2 == 1) == self._is_inside:
                parts[at] = self._outside(part)
        self._is_inside ^= len(parts) % 2 == 0
        done = b'"'.join(parts)
        if is_last:
            done = done.rstrip(b" \t") if self.delimiter == "\t" else done
        if self._is_first and done:
            self._is_first = False
            done = done[1:]
        return done

    def _outside(self, part: bytes) -> bytes:
        part = self._between.sub(self._replace, part)
        part = re.sub(rb"(?<=\n)[ \t]", b"", part)
        return re.sub(rb"[ \t](?=\r?\n)", b"", part)

    def _replace(self, found: re.Match[bytes]) -> bytes:
        run = found[0]
        if self._mark in run:
            return self.delimiter.encode()
        return run


class RewrittenStream(Utf8Stream):
    """A text whose delimiters are rewritten."""

    def __init__(self, *arguments: Any, delimiter: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._rewriter = Rewriter(delimiter)

    def _next(self, size: int) -> bytes:
        data = super()._next(size)
        return self._rewriter.rewrite(data, is_last=self._has_ended)


def rewritten(text: str, delimiter: str, *, is_whole: bool) -> str:
    """Return the beginning of a table with one character between values."""
    data = Rewriter(delimiter).rewrite(text.encode("utf-8", "replace"), is_last=is_whole)
    return data.decode("utf-8", "replace")


def choose_delimiter(text: str, *, is_whole: bool) -> str:
    """Return the delimiter of a table, `SPACES` where nothing else splits its rows alike."""
    found = find_delimiter(text, is_whole=is_whole)
    if found is not None:
        return found
    rows = _rows(text, SPACES, is_whole=is_whole)
    return SPACES if len(rows) >= LEAST_ROWS and _width(rows) > 1 else ","


def is_padded(text: str, delimiter: str, *, is_whole: bool) -> bool:
    """Whether spaces stand on both sides of nearly every delimiter."""
    if delimiter in ("\t", SPACES):
        return False
    lines = text.split("\n")[: None if is_whole else -1][:50]
    outside = "\n".join(re.sub(r'"[^"]*"', '""', line) for line in lines)
    count = outside.count(delimiter)
    return count > 0 and outside.count(f" {delimiter} ") >= NEARLY_ALL * count


def looks_like_table(text: str, *, is_whole: bool) -> bool:
    """Whether a text is a table though its name does not say so.

    Nearly all of its rows have the same number of values, and it has a header with a usual name or
    at least half of its columns are numbers. Prose, verse, code and logs are not such.
    """
    for delimiter in (*DELIMITERS, *RARE, SPACES):
        rows = _rows(text, delimiter, is_whole=is_whole)
        width = _width(rows)
        if len(rows) < LEAST_ROWS or width < 2 or len(rows[0]) != width:
            continue
        body = [row for row in rows[1:] if len(row) == width]
        numbers = sum(all(is_number(row[at]) for row in body) for at in range(width))
        is_named = any(cell.strip().lower() in KNOWN_NAMES for cell in rows[0])
        if is_named and looks_like_header(rows[0], body):
            return True
        if 2 * numbers >= width:
            return True
    return False


def _rows(text: str, delimiter: str, *, is_whole: bool) -> list[list[str]]:
    if delimiter == SPACES:
        text, delimiter = rewritten(text, SPACES, is_whole=is_whole), "\t"
        return sample_rows(text, delimiter, has_quotes=False, is_whole=is_whole)
    return sample_rows(text, delimiter, has_quotes=True, is_whole=is_whole)


def _width(rows: list[list[str]]) -> int:
    """Return the number of values that nearly all rows have, 0 where they differ."""
    if not rows:
        return 0
    width, count = Counter(map(len, rows)).most_common(1)[0]
    return width if count >= NEARLY_ALL * len(rows) else 0
