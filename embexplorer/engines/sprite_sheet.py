"""Small pictures on one sheet, each named by where it lies: ``sheet.png#xywh=0,28,28,28``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa

from embexplorer.core.errors import UserError
from embexplorer.engines.picture_size import picture_size

if TYPE_CHECKING:
    from pathlib import Path

MOST_PIXELS = 8192 * 8192  # 256 MiB, above which Qt decodes no picture
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
    """Return the names of n pictures that lie on a sheet row by row.

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
        When the sheet is no PNG, JPEG or WebP, is too large, or has no room for as many.
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
    size = picture_size(sheet)
    if size is None:
        raise UserError(
            "The sheet is no picture",
            f"{sheet.name} is no PNG, JPEG or WebP, or is cut off.",
            "Save it as PNG, or leave the sprite out.",
        )
    if size[0] * size[1] > MOST_PIXELS:
        raise UserError(
            "The sheet is too large",
            f"{sheet.name} claims {size[0]:,} × {size[1]:,} pixels; {MOST_PIXELS:,} can be shown.",
            "Save it with smaller pictures, or leave the sprite out.",
        )
    return size
