"""FAISS indexes: the vectors that an index keeps, with items in a file beside it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from embexplorer.core.contracts import Format, Parsed, Reading
from embexplorer.core.errors import UserError
from embexplorer.core.memory import check_memory
from embexplorer.core.space import ITEM
from embexplorer.engines.confined import run_confined
from embexplorer.engines.faiss_index import BINARY, Stored, extract_index, has_header, read_flat
from embexplorer.engines.items_beside import ItemsParams, find_items, numbered_items, read_items
from embexplorer.engines.number_files import sink_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

EXTENSIONS = (".faiss", ".index")
MEMORY = 1 << 29
COPIES = 2  # of the file that the library may hold in memory, beside `MEMORY`
SECONDS = 600.0


@dataclass(frozen=True)
class Params(ItemsParams):
    """How an index and the items beside it are read."""


def sniff(path: Path, head: bytes) -> float:
    """Return 0.95 for the first bytes of an index, 0.4 for the extension alone."""
    if has_header(head):
        return 0.95
    return 0.4 if path.suffix.lower() in EXTENSIONS and head else 0.0


def beside(path: Path, params: Params) -> Sequence[Path]:
    """Return the file of items that is read with the index, if there is one."""
    found = find_items(path, params)
    return () if found is None else (found,)


def read(reading: Reading) -> Parsed:
    """Read the vectors of an index and the items beside it.

    Raises
    ------
    UserError
        When it is none, keeps no vectors, needs the library, or has another number of items.
    """
    name = reading.path.name
    with reading.path.open("rb") as file:
        head = file.read(64)
    if not has_header(head) or head.startswith(BINARY):
        what = "holds binary vectors" if has_header(head) else "does not begin as an index does"
        raise UserError(
            "Not an index of vectors", f"{name} {what}.", "Write one with faiss.write_index."
        )
    scratch = [reading.scratch / "index.f32", reading.scratch / "index.i64"]
    try:
        stored = read_flat(reading.path) or _read_confined(reading, *scratch)
        if not stored.n:
            raise UserError("The index is empty", f"{name} has no vector.", "Choose another.")
        wanted = stored.n if reading.limit is None else min(stored.n, reading.limit)
        blocks = stored.blocks(wanted)
        vectors = sink_blocks(reading, blocks, (wanted, stored.d), name)
    finally:
        for path in scratch:
            path.unlink(missing_ok=True)
    table, notes = _items(reading, stored, wanted)
    return Parsed(table, vectors, notes=(*_index_notes(stored), *notes))


def _read_confined(reading: Reading, target: Path, ids_target: Path) -> Stored:
    name = reading.path.name
    if find_spec("faiss") is None:
        raise UserError(
            "FAISS is not installed",
            f"{name} is no flat index: only the library itself can read it.",
            'Run: pip install "embexplorer[faiss]"',
        )
    size = reading.path.stat().st_size
    check_memory(COPIES * size, f"The index {name}", "Write its vectors with numpy.save.")
    told = run_confined(
        extract_index,
        {
            "path": str(reading.path.absolute()),
            "target": str(target),
            "ids_target": str(ids_target),
            "limit": reading.limit,
        },
        name=name,
        progress=reading.progress.part(0.0, 0.6),
        memory=MEMORY + COPIES * size,
        seconds=SECONDS,
    )
    n, d = int(told["n"]), int(told["d"])
    kept = n if reading.limit is None else min(n, reading.limit)
    ids = np.fromfile(ids_target, "<i8") if ids_target.is_file() else None
    written = target.stat().st_size
    if written != 4 * d * kept or (ids is not None and len(ids) != kept):
        raise UserError(
            "The index is damaged", f"{name}: it gave {written:,} bytes.", "Write it again."
        )
    if ids is not None and np.array_equal(ids, np.arange(kept)):
        ids = None
    return Stored(n, d, str(told["metric"]), target, 0, ids, str(told["kind"]))


def _index_notes(stored: Stored) -> tuple[str, ...]:
    notes = []
    if stored.kind:
        notes.append(
            f"The index ({stored.kind}) keeps its vectors compressed: they are read as it "
            "reconstructs them, not as they were."
        )
    if stored.metric:
        notes.append(f"The index searches by {stored.metric}: choose that metric to see the same.")
    return tuple(notes)


def _items(reading: Reading, stored: Stored, wanted: int) -> tuple[pa.Table, tuple[str, ...]]:
    path = find_items(reading.path, reading.params)
    ids = stored.ids
    if path is None and ids is None:
        note = "No file of items lies beside the index; its rows are numbered from 0."
        return numbered_items(wanted), (note,)
    if path is None:
        return pa.table({ITEM: pa.array(ids).cast(pa.large_string()).slice(0, wanted)}), ()
    table = read_items(path, stored.n, reading.path.name, reading.params).slice(0, wanted)
    if ids is None:
        return table, ()
    free = "id" if "id" not in table.column_names else "id of the index"
    return table.append_column(free, pa.array(ids[:wanted])), ()


plugin = Format(
    id="faiss",
    title="FAISS index",
    summary="The vectors of a .faiss or .index file, with items in a file of the same name.",
    params=Params,
    source="https://github.com/facebookresearch/faiss/wiki/Index-IO,-cloning-and-hyper-parameter-tuning",
    extensions=EXTENSIONS,
    sniff=sniff,
    read=read,
    beside=beside,
)
