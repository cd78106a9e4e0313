"""A whole format read in a confined process: for libraries that trust what a file says of itself.

What was read comes back as files of the scratch folder: vectors, table and coords.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from embexplorer.core.contracts import Parsed, Reading
from embexplorer.core.params import as_dict, build
from embexplorer.engines.confined import SECONDS, run_confined
from embexplorer.engines.vector_sink import FILE

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress

TABLE, COORDS = "parsed.arrow", "parsed-coords.npy"


def parse_confined(
    reading: Reading,
    parse: Callable[[Reading], Parsed],
    *,
    memory: int,
    mapped: int,
    seconds: float = SECONDS,
) -> Parsed:
    """Let `parse` read in a process of its own, and return what it read.

    Parameters
    ----------
    reading
        What is read, with a dataclass of plain values as parameters.
    parse
        Function of an importable module. It says no remarks and no subwords, and its vectors, if
        any, lie in the scratch folder.
    memory, mapped, seconds
        As `run_confined` takes them.

    Raises
    ------
    UserError
        What `parse` raised, or that its process died or went beyond a bound.
    """
    table_path, coords_path = reading.scratch / TABLE, reading.scratch / COORDS
    try:
        told = run_confined(
            parse_here,
            {
                "parse": _name_of(parse),
                "kind": _name_of(type(reading.params)),
                "path": str(reading.path.absolute()),
                "params": as_dict(reading.params),
                "scratch": str(reading.scratch.absolute()),
                "limit": reading.limit,
                "is_glance": reading.is_glance,
            },
            name=reading.path.name,
            progress=reading.progress,
            memory=memory,
            mapped=mapped,
            seconds=seconds,
        )
        # Another process wrote these, which a file may have taken over.
        with pa.OSFile(str(table_path)) as file:
            table = pa.ipc.open_file(file).read_all()
        table.validate(full=True)
        vectors = _rows_of(reading.scratch / FILE, "r") if told["has_vectors"] else None
        coords = _rows_of(coords_path, None) if told["has_coords"] else None
    finally:
        table_path.unlink(missing_ok=True)
        coords_path.unlink(missing_ok=True)
    return Parsed(table, vectors, coords, tuple(map(str, told["notes"])))


def parse_here(
    parse: str,
    kind: str,
    path: str,
    params: dict[str, Any],
    scratch: str,
    limit: int | None,
    is_glance: bool,
    progress: Progress,
) -> dict[str, Any]:
    """Read, and leave what was read in the scratch folder; called in the confined process."""
    settings = build(_named(kind), params)
    folder = Path(scratch)
    parsed = _named(parse)(Reading(Path(path), settings, folder, progress, limit, is_glance))
    assert parsed.subwords is None, "subwords do not come out of a confined process"
    assert not parsed.remarks, "remarks do not come out of a confined process"
    if parsed.vectors is not None:
        place = getattr(parsed.vectors, "filename", None)
        assert place is None or place == (folder / FILE).resolve()
        if place is None:
            np.save(folder / FILE, np.ascontiguousarray(parsed.vectors, np.float32))
    if parsed.coords is not None:
        np.save(folder / COORDS, np.ascontiguousarray(parsed.coords, np.float32))
    with (
        pa.OSFile(str(folder / TABLE), "wb") as sink,
        pa.ipc.new_file(sink, parsed.table.schema) as out,
    ):
        out.write_table(parsed.table, max_chunksize=1 << 20)
    return {
        "has_vectors": parsed.vectors is not None,
        "has_coords": parsed.coords is not None,
        "notes": list(parsed.notes),
    }


def _rows_of(path: Path, mode: Any) -> NDArray[np.float32]:
    rows: NDArray[np.float32] = np.load(path, mmap_mode=mode, allow_pickle=False)
    if rows.dtype != np.float32 or rows.ndim != 2:
        raise ValueError(f"{path.name} holds {rows.dtype} of the shape {rows.shape}")
    return rows


def _name_of(named: Any) -> str:
    return f"{named.__module__}:{named.__qualname__}"


def _named(name: str) -> Any:
    module, _, qualified = name.partition(":")
    return getattr(importlib.import_module(module), qualified)
