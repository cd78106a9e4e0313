"""Numbers written with a decimal comma, as 1,5 is in most of Europe."""

from __future__ import annotations

import re

from embexplorer.engines.delimited import MOST_COLUMNS, is_number

_WITH_COMMA = re.compile(r"[+-]?(\d*),(\d+)([eE][+-]?\d+)?")
THOUSANDS = 3  # digits behind a comma that may also divide thousands


def have_decimal_commas(rows: list[list[str]]) -> bool:
    """Return whether the numbers of a table have decimal commas.

    In one of its columns every value is a number once its comma is a point, and one of them cannot
    be a whole number whose comma divides thousands: 1,5 and 0,125 cannot, 1,250 can. No column has
    decimals with points.
    """
    width = max(map(len, rows), default=0)
    if width > MOST_COLUMNS:  # which is refused
        return False
    columns = [[row[at].strip() for row in rows if at < len(row)] for at in range(width)]
    bodies = [[cell for cell in column[1:] if cell] for column in columns]
    if any(all(map(is_number, body)) and any("." in cell for cell in body) for body in bodies):
        return False
    return any(
        all(is_number(cell.replace(",", ".", 1)) for cell in body) and any(map(_is_decimal, body))
        for body in bodies
    )


def _is_decimal(cell: str) -> bool:
    found = _WITH_COMMA.fullmatch(cell)
    if found is None:
        return False
    return len(found[2]) != THOUSANDS or found[1].lstrip("0") == "" or found[3] is not None
