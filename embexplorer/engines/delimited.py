"""How a table of comma- or tab-separated values is laid out: delimiter, quotes, header, names."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embexplorer.core.errors import UserError
from embexplorer.engines.column_names import KNOWN_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

DELIMITERS = ",\t;|"
RARE = "^~"  # which must split nearly all rows alike
SAMPLE_ROWS = 50
MOST_COLUMNS = 100_000
LONGEST_FIELD = 1 << 27
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*|[+-]?(nan|inf)", re.IGNORECASE)
_QUOTED = re.compile(r'(^|[\t\n])"[^"]*(""[^"]*)*"(?=[\t\r\n]|$)')


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a delimited table is written, and the names of its columns, each once and as written."""

    delimiter: str
    has_quotes: bool
    has_header: bool
    names: tuple[str, ...]
    written: tuple[str, ...]

    def renamed(self) -> list[str]:
        """Return the names of columns whose own was taken."""
        pairs = zip(self.names, self.written, strict=True)
        return [name for name, written in pairs if written.strip() not in ("", name)]


def find_dialect(
    text: str,
    *,
    file: str,
    is_whole: bool,
    delimiter: str | None = None,
    has_header: bool | None = None,
    decimal: str = ".",
    is_tab: bool = False,
) -> Dialect | None:
    """Return the dialect that the first lines are written in, or None where there is no line.

    The delimiter is the one that splits most of the sample into the same number of fields, of
    those with most fields. Quotes count in tab-separated values only where whole fields are
    quoted, since such files often hold single quotes as text.

    Parameters
    ----------
    text
        Beginning of the file.
    file
        Its name, for messages.
    is_whole
        Whether that is all of it; otherwise its last row does not count.
    delimiter, has_header
        What is known; None finds out.
    decimal
        What stands before the decimals of a number.
    is_tab
        Whether the file's name says tab-separated.

    Raises
    ------
    UserError
        When the first row has too many columns.
    """
    if delimiter is None:
        delimiter = "\t" if is_tab else find_delimiter(text, is_whole=is_whole) or ","
    has_quotes = delimiter != "\t" or (
        text.count('"') % 2 == 0 and _QUOTED.search(text) is not None
    )
    rows = sample_rows(text, delimiter, has_quotes=has_quotes, is_whole=is_whole)
    if not rows:
        return None
    width = len(rows[0])
    if width > MOST_COLUMNS:
        raise UserError(
            "Too many columns",
            f"The first row of {file} has {width:,} columns; {MOST_COLUMNS:,} can be read.",
            "Check its delimiter, or write the vectors as .npy or .parquet.",
        )
    plain = [[cell.replace(decimal, ".") for cell in row] for row in rows]
    if has_header is None:
        has_header = looks_like_header(plain[0], plain[1:])
    names = rows[0] if has_header else name_columns(plain[:SAMPLE_ROWS], width)
    return Dialect(delimiter, has_quotes, has_header, tuple(unique_names(names)), tuple(names))


def sample_rows(text: str, delimiter: str, *, has_quotes: bool, is_whole: bool) -> list[list[str]]:
    """Return the first rows of a table as text."""
    rows = []
    for row in rows_of(io.StringIO(text, newline=""), delimiter, has_quotes=has_quotes):
        rows.append(row)
        if len(rows) > SAMPLE_ROWS:
            return rows[:SAMPLE_ROWS]
    return rows if is_whole or len(rows) < 2 else rows[:-1]


def rows_of(lines: io.TextIOBase, delimiter: str, *, has_quotes: bool) -> Iterator[list[str]]:
    """Return the rows of a table as text; blank lines are passed over."""
    return (row for _, row in numbered_rows(lines, delimiter, has_quotes=has_quotes))


def numbered_rows(
    lines: io.TextIOBase, delimiter: str, *, has_quotes: bool
) -> Iterator[tuple[int, list[str]]]:
    """Return the rows of a table, each with the line it begins on, counted from 1."""
    csv.field_size_limit(LONGEST_FIELD)
    if has_quotes:
        rows = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL)
    else:
        rows = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    line = 1
    for row in rows:
        if row:
            yield line, row
        line = rows.line_num + 1


def find_delimiter(text: str, *, is_whole: bool) -> str | None:
    """Return the character that splits most rows alike, into most fields; None where none does.

    One that splits the first row as the others goes first: commas in texts say nothing.
    """
    best, best_score = None, (False, 0.0, 0)
    for delimiter in DELIMITERS + RARE:
        rows = sample_rows(text, delimiter, has_quotes=True, is_whole=is_whole)
        if not rows:
            continue
        width, count = Counter(map(len, rows)).most_common(1)[0]
        share = round(count / len(rows), 1)
        if delimiter in RARE and (share < 1 or len(rows) < 2):
            continue
        score = (len(rows[0]) == width, share, width)
        if width > 1 and score > best_score:
            best, best_score = delimiter, score
    return best


def is_number(text: str) -> bool:
    """Whether a field is a number; NaN and infinity count."""
    return _NUMBER.fullmatch(text) is not None


def looks_like_header(first: list[str], body: list[list[str]]) -> bool:
    """Whether the first row of a table names its columns.

    It does where no cell is a number and a column below is of numbers; where its numbers count
    the columns (0, 1, 2 … or 1, 2, 3 …) above numbers with decimals; where a cell is a name such
    as text or label; and, in a table of texts alone, where its cells are distinct, short, and
    none is a value of its column.
    """
    if any(cell.strip().lower() in KNOWN_NAMES for cell in first):
        return True
    numeric = [at for at, cell in enumerate(first) if is_number(cell)]
    columns = [[row[at] for row in body if at < len(row)] for at in range(len(first))]
    if numeric:
        counted = [first[at].strip() for at in numeric]
        is_counting = any(counted == [str(i + s) for i in range(len(counted))] for s in (0, 1))
        return is_counting and any("." in cell for at in numeric for cell in columns[at])
    if any(column and all(map(is_number, column)) for column in columns):
        return True
    is_short = all(len(cell) <= 40 for cell in first) and len(set(first)) == len(first)
    is_new = all(cell not in column for cell, column in zip(first, columns, strict=True))
    if len(first) == 1:
        mean = sum(map(len, columns[0])) / max(1, len(columns[0]))
        return is_new and first[0].isidentifier() and mean > 2 * len(first[0])
    return bool(body) and is_short and is_new


def name_columns(rows: list[list[str]], width: int) -> list[str]:
    """Return names for columns without any.

    Numbers are v0, v1 …, or x, y and z where there are only two or three of them; the first
    other column is item, a further one is column 2 …
    """
    names: list[str] = []
    n_numbers = 0
    has_item = False
    for at in range(width):
        cells = [row[at] for row in rows if at < len(row)]
        if all(is_number(cell) for cell in cells) and not (at == 0 and _are_integers(rows)):
            names.append(f"v{n_numbers}")
            n_numbers += 1
        else:
            names.append(f"column {at + 1}" if has_item else "item")
            has_item = True
    if n_numbers in (2, 3):
        axes = dict(zip(("v0", "v1", "v2"), "xyz", strict=True))
        return [axes.get(name, name) for name in names]
    return names


def _are_integers(rows: list[list[str]]) -> bool:
    """Whether the first column counts or names rows, since others have decimals and it has none."""
    first = all("." not in row[0] and "e" not in row[0].lower() for row in rows)
    return first and any("." in cell for row in rows for cell in row[1:])


def unique_names(names: list[str]) -> list[str]:
    """Return the names, each once: empty ones are numbered, repeated ones get a number behind."""
    result: dict[str, None] = {}
    numbers: Counter[str] = Counter()
    for at, name in enumerate(names):
        plain = unique = name.strip() or f"column {at + 1}"
        while unique in result:
            numbers[plain] += 1
            unique = f"{plain} {numbers[plain] + 1}"
        result[unique] = None
    return list(result)
