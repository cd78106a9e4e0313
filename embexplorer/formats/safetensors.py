"""safetensors: an n × d tensor of vectors, its items in a file beside it or in its metadata."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pyarrow as pa

from embexplorer.core.contracts import Format, Parsed, Reading
from embexplorer.core.errors import UserError
from embexplorer.core.memory import check_memory
from embexplorer.core.params import Doc
from embexplorer.core.space import ITEM
from embexplorer.engines.array_names import COORDS_KEYS, ITEM_KEYS, VECTOR_KEYS
from embexplorer.engines.items_beside import (
    ItemsParams,
    find_items,
    numbered_items,
    read_items,
    write_items,
)
from embexplorer.engines.number_files import BLOCK_BYTES, as_coords, sink_blocks
from embexplorer.engines.safetensors_files import (
    BFLOAT16,
    Tensor,
    has_header,
    read_tensors,
    write_tensors,
)
from embexplorer.engines.written_table import changed_by_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from embexplorer.core.projection import Coords
    from embexplorer.core.space import Space

LISTED = 5  # tensors that a message names


@dataclass(frozen=True)
class Params(ItemsParams):
    """How a safetensors file is read."""

    key: Annotated[str, Doc("Vectors", "Name of the tensor of vectors; found if empty.")] = ""


def sniff(path: Path, head: bytes) -> float:
    """Return 0.95 for a header that says where its data are, 0.5 for the extension alone."""
    if has_header(head) and b'"data_offsets"' in head:
        return 0.95
    return 0.5 if path.suffix.lower() == ".safetensors" and head else 0.0


def beside(path: Path, params: Params) -> Sequence[Path]:
    """Return the file of items that may be read with the file."""
    found = find_items(path, params)
    return () if found is None else (found,)


def read(reading: Reading) -> Parsed:
    """Read the vectors, the items, and the tensors that give something to each of them.

    Raises
    ------
    UserError
        When no tensor is clearly the vectors, or the file is damaged.
    """
    tensors, metadata = read_tensors(reading.path)
    chosen = _choose(tensors, reading.params.key, reading.path.name)
    n, d = chosen.shape
    wanted = n if reading.limit is None else min(n, reading.limit)
    step = max(1, BLOCK_BYTES // (8 * d))
    check_memory(16 * step * d, f"A row of {chosen}", "Choose another tensor.")
    blocks = (
        chosen.read(reading.path, start, min(wanted, start + step))
        for start in range(0, wanted, step)
    )
    vectors = sink_blocks(reading, blocks, (wanted, d), f"{reading.path.name}, {chosen.name}")
    table, notes = _items(reading, metadata, n)
    table = table.slice(0, wanted)
    coords = None
    for name, tensor in tensors.items():
        if tensor.shape in ((n, 2), (n, 3)) and name in COORDS_KEYS and tensor != chosen:
            coords = as_coords(tensor.read(reading.path, 0, wanted))
        elif tensor.shape == (n,) and tensor.kind != BFLOAT16:
            free = name if name not in table.column_names else f"{name} 2"
            table = table.append_column(free, pa.array(tensor.read(reading.path, 0, wanted)))
    return Parsed(table, vectors, coords, notes)


def _choose(tensors: Mapping[str, Tensor], key: str, file: str) -> Tensor:
    matrices = [tensor for tensor in tensors.values() if tensor.is_matrix]
    if key:
        if key not in tensors or not tensors[key].is_matrix:
            what = f"is {tensors[key]}" if key in tensors else "is not there"
            raise UserError(
                "No such matrix",
                f"{file}: the tensor “{key}” {what}; n × d numbers are needed.",
                f"Choose one of: {', '.join(map(str, matrices[:LISTED])) or 'none'}.",
            )
        return tensors[key]
    named = [tensors[known] for known in VECTOR_KEYS if known in tensors]
    found = [tensor for tensor in named if tensor.is_matrix]
    found = found or [tensor for tensor in matrices if tensor.name not in COORDS_KEYS] or matrices
    if not found:
        raise UserError(
            "No vectors in this file",
            f"{file} has {len(tensors):,} tensors, and none of n × d numbers.",
            "Save the vectors as a tensor called vectors.",
        )
    if len(found) > 1 and not named:
        likely = [tensor for tensor in found if "embed" in tensor.name.lower()] or found
        likely.sort(key=lambda tensor: -tensor.shape[0])
        more = ", …" if len(likely) > LISTED else ""
        raise UserError(
            "A model's weights, not vectors",
            f"{file} has {len(tensors):,} tensors. Vectors could be: "
            f"{', '.join(map(str, likely[:LISTED]))}{more}.",
            "Name one of them as the vectors (key), or choose the folder as an encoder.",
        )
    return found[0]


def _items(
    reading: Reading, metadata: Mapping[str, str], n: int
) -> tuple[pa.Table, tuple[str, ...]]:
    beside_it = find_items(reading.path, reading.params)
    if beside_it is not None:
        return read_items(beside_it, n, reading.path.name, reading.params), ()
    for key in ITEM_KEYS:
        try:
            told = json.loads(metadata.get(key, ""))
        except (ValueError, RecursionError):
            continue
        if isinstance(told, list) and len(told) == n:
            items = [value if isinstance(value, str) else json.dumps(value) for value in told]
            return pa.table({ITEM: pa.array(items, pa.large_string())}), ()
    note = "No file of items lies beside the vectors; the rows are numbered from 0."
    return numbered_items(n), (note,)


def write(space: Space, coords: Coords | None, path: Path) -> Sequence[str]:
    """Write the tensors vectors and coords, and items and columns to ``NAME.items.csv``.

    A header holds 100 MB at most, which is too little for the items of a large space.
    """
    arrays: dict[str, NDArray[Any]] = {"vectors": np.asarray(space.vectors)}
    if coords is not None:
        arrays["coords"] = np.asarray(coords)
    write_tensors(path, arrays)
    write_items(space, path)
    return changed_by_text(space.table)


plugin = Format(
    id="safetensors",
    title="safetensors",
    summary="A tensor of vectors in .safetensors, with items in a file of the same name.",
    params=Params,
    source="https://huggingface.co/docs/safetensors/index#format",
    extensions=(".safetensors",),
    sniff=sniff,
    read=read,
    write=write,
    beside=beside,
)
