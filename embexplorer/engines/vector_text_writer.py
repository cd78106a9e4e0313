"""How vectors are written as lines of text, each number as short as it can be read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.core.errors import UserError
from embexplorer.core.space import ITEM, Space, blocks_of

if TYPE_CHECKING:
    from pathlib import Path


def write_vector_text(space: Space, path: Path, *, header: bool) -> None:
    """Write ``item number number …`` lines, after ``n d`` where `header` asks for it."""
    check_items(space)
    with path.open("wb") as file:
        if header:
            file.write(f"{space.n} {space.d}\n".encode())
        for start, block in blocks_of(space.vectors):
            columns = [space.table.column(ITEM).slice(start, len(block)).combine_chunks()]
            columns += [
                pc.cast(pa.array(np.ascontiguousarray(block[:, j])), pa.large_string())
                for j in range(space.d)
            ]
            for line in pc.binary_join_element_wise(*columns, pa.scalar(" ", pa.large_string())):
                file.write(line.as_buffer())
                file.write(b"\n")


def check_items(space: Space) -> None:
    """Refuse items that a line of text cannot hold.

    Raises
    ------
    UserError
        Naming the first item that is empty or holds a line break.
    """
    items = space.table.column(ITEM)
    for pattern, fault in ((r"[\n\r]", "holds a line break"), (r"^\s*$", "is empty")):
        found = pc.match_substring_regex(items, pattern)
        row = pc.index(found, pa.scalar(value=True)).as_py()
        if row >= 0:
            raise UserError(
                "An item does not fit",
                f"The item in row {row + 1:,} {fault}; this format cannot hold it.",
                "Write Parquet, CSV or JSON lines instead.",
            )
