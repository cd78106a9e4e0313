"""Small pictures on one sheet, each named by where it lies: ``sheet.png#xywh=0,28,28,28``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa

from embexplorer.core.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

_PNG = b"\x89PNG\r\n\x1a\n"
_PART = re.compile(r"#xywh=(\d{1,6}),(\d{1,6}),(\d{1,6}),(\d{1,6})$")
PART = r"(#xywh=\d{1,6},\d{1,6},\d{1,6},\d{1,6})?"  # what may stand after the name of a picture


def split_part(name: str) -> tuple[str, tuple[int, int, int, int] | None]:
    """Return the file that a name means, and x, y, width and height of the part, if it has one.

    References
    ----------
    W3C 2012, Media Fragments URI 1.0, section 4.2.2.
    """
    found = _PART.search(name)
    if found is None:
        return name, None
    x, y, width, height = map(int, found.groups())
    return name[: found.start()], (x, y, width, height)


def name_tiles(sheet: Path, name: str, n: int, width: int, height: int) -> pa.Array:
    """Return the names of n pictures that lie on a PNG sheet row by row.

    Parameters
    ----------
    sheet
        The file.
    name
        What it is called where the names are used.
    n
        How many.
    width, height
        Pixels of each.

    Raises
    ------
    UserError
        When the sheet is no PNG, or has no room for as many.
    """
    wide, high = _size_of(sheet)
    columns, rows = wide // width, high // height
    if columns * rows < n:
        raise UserError(
            "The sheet has too few pictures",
            f"{name} has room for {columns * rows:,} of {width} × {height} pixels; "
            f"there are {n:,} items.",
            "Correct single_image_dim, or leave the sprite out.",
        )
    places = ((at % columns * width, at // columns * height) for at in range(n))
    names = [f"{name}#xywh={x},{y},{width},{height}" for x, y in places]
    return pa.array(names, pa.large_string())


def _size_of(sheet: Path) -> tuple[int, int]:
    """Return width and height of a PNG, from the chunk that comes first (RFC 2083, 4.1.1)."""
    with sheet.open("rb") as file:
        head = file.read(24)
    if not head.startswith(_PNG) or len(head) < 24:
        raise UserError(
            "The sheet is no PNG", f"{sheet.name} is another kind of file.", "Save it as PNG."
        )
    return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
