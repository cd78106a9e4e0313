"""A space or a corpus as a folder: `vectors.npy`, `table.arrow`, `space.json`, `coords.npy`.

`norms.npy` holds the norms of the vectors: what can be worked out again, but not at once.
`subwords.npy` is there where words that are no items have vectors too.
"""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from embexplorer.core.content_id import content_id
from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError
from embexplorer.core.remarks import Remark
from embexplorer.core.space import Provenance, Space, Texts
from embexplorer.core.subwords import Subwords
from embexplorer.engines.loader_boundary import loading
from embexplorer.engines.number_files import read_header
from embexplorer.measures.similarity import norms as norms_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from embexplorer.measures.similarity import Norms

VERSION = 1
SUBWORDS = "subwords.npy"
DAMAGED, AGAIN = "The space folder is damaged", "Make it again."


def write_folder(
    folder: Path,
    *,
    name: str,
    table: pa.Table,
    vectors: NDArray[np.float32] | None,
    provenance: Provenance,
    coords: NDArray[np.float32] | None = None,
    norms: Norms | None = None,
    subwords: Subwords | None = None,
    remarks: Sequence[Remark] = (),
) -> None:
    """Write the files of a space (or of a corpus, without vectors) into an existing folder.

    Vectors that are mapped from the folder's own ``vectors.npy`` lie there already, and so those of
    subwords in `SUBWORDS`; norms are worked out where they are not given.
    """
    # A map knows its file without the links that lead to it; saving over it would cut it off.
    own = (folder / "vectors.npy").resolve()
    if vectors is not None and getattr(vectors, "filename", None) != own:
        np.save(folder / "vectors.npy", np.ascontiguousarray(vectors, np.float32))
    if vectors is not None:
        write_norms(folder, norms_of(vectors) if norms is None else norms)
    if coords is not None:
        np.save(folder / "coords.npy", np.ascontiguousarray(coords, np.float32))
    with (
        pa.OSFile(str(folder / "table.arrow"), "wb") as sink,
        pa.ipc.new_file(sink, table.schema) as out,
    ):
        out.write_table(table, max_chunksize=1 << 20)
    described = {
        "version": VERSION,
        "id": content_id(table, vectors),
        "name": name,
        "provenance": dataclasses.asdict(provenance),
        "remarks": [dataclasses.asdict(remark) for remark in remarks],
    }
    if subwords is not None:
        if subwords.file != folder / SUBWORDS:
            np.save(folder / SUBWORDS, np.ascontiguousarray(subwords.vectors, np.float32))
        described["subwords"] = {"shortest": subwords.shortest, "longest": subwords.longest}
    text = json.dumps(described, ensure_ascii=False, indent=1, default=str)
    (folder / "space.json").write_text(text, encoding="utf-8")


def open_folder(folder: Path) -> tuple[Space | Texts, NDArray[np.float32] | None]:
    """Map a space or corpus from a folder we wrote, with the coords it brings or None.

    Raises
    ------
    UserError
        When the folder is not one of ours, is damaged, or is from a newer version.
    """
    described = read_description(folder)
    try:
        with loading(str(folder), title=DAMAGED, hint=AGAIN, is_untyped=True):
            with pa.memory_map(str(folder / "table.arrow")) as source:
                table = pa.ipc.open_file(source).read_all()
            vectors = _mapped(folder / "vectors.npy")
            coords = _mapped(folder / "coords.npy")
            subwords = _subwords(folder, described)
            if vectors is not None and subwords is not None:
                _check_width(subwords, vectors)
            provenance = _provenance(described)
    except OSError as error:
        raise UserError(DAMAGED, f"{folder}: {error}", AGAIN) from error
    name, key = str(described["name"]), str(described["id"])
    if vectors is None:
        return Texts(key, name, table, provenance, folder), coords
    if len(vectors) != table.num_rows:
        detail = (
            f"{folder}: {counted(table.num_rows, 'item')} and {counted(len(vectors), 'vector')}."
        )
        raise UserError(DAMAGED, detail, AGAIN)
    return Space(key, name, vectors, table, provenance, folder, subwords), coords


def write_norms(folder: Path, norms: Norms) -> None:
    """Write the norms (n,) of the vectors beside them."""
    np.save(folder / "norms.npy", norms)


def open_norms(folder: Path, n: int) -> Norms | None:
    """Map the norms (n,) of the vectors of a folder of the cache, or None where they are not."""
    try:
        norms: Norms = np.load(folder / "norms.npy", mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return norms if norms.dtype == np.float64 and norms.shape == (n,) else None


def read_remarks(folder: Path) -> tuple[Remark, ...]:
    """Return what is said of single rows of a space or corpus.

    Raises
    ------
    UserError
        When the folder is not one of ours, or is damaged.
    """
    described = read_description(folder)
    with loading(str(folder), title=DAMAGED, hint=AGAIN, is_untyped=True):
        return tuple(
            Remark(
                str(told["reason"]),
                told["outcome"],
                int(told["total"]),
                told["unit"],
                tuple(map(int, told["rows"])),
                tuple(map(str, told["names"])),
            )
            for told in described.get("remarks", ())
        )


def read_description(folder: Path) -> dict[str, Any]:
    """Return `space.json` of a folder, checked.

    Raises
    ------
    UserError
        When it is missing, not JSON, or from a newer version.
    """
    try:
        described = json.loads((folder / "space.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UserError(
            "Not a space folder", f"{folder}: {error}", "Choose a folder that embexplorer wrote."
        ) from error
    if not isinstance(described, dict) or not {"version", "id", "name"} <= set(described):
        raise UserError(
            "Not a space folder",
            f"{folder / 'space.json'} lacks version, id or name.",
            "Make it again.",
        )
    if not isinstance(described["version"], int):
        raise UserError(DAMAGED, f"{folder / 'space.json'}: its version is no number.", AGAIN)
    if described["version"] > VERSION:
        raise UserError(
            "Written by a newer version",
            f"{folder} has the version {described['version']}; this program reads up to {VERSION}.",
            "Update embexplorer to open it.",
        )
    return described


def _mapped(path: Path) -> NDArray[np.float32] | None:
    if not path.exists():
        return None
    try:
        with path.open("rb") as file:
            header = read_header(file, path.name)
    except UserError as error:
        raise ValueError(error.detail) from error
    if header.dtype != np.float32 or len(header.shape) != 2 or header.is_fortran:
        raise ValueError(f"{path.name} holds {header.dtype} of the shape {header.shape}")
    return np.memmap(path, np.float32, "r", header.start, header.shape)


def _subwords(folder: Path, described: dict[str, Any]) -> Subwords | None:
    known, vectors = described.get("subwords"), _mapped(folder / SUBWORDS)
    if known is None or vectors is None:
        return None
    try:
        return Subwords(vectors, int(known["shortest"]), int(known["longest"]))
    except (KeyError, TypeError) as error:
        raise ValueError("space.json does not say how long subwords are") from error


def _check_width(subwords: Subwords, vectors: NDArray[np.float32]) -> None:
    if not len(subwords.vectors) or subwords.vectors.shape[1] != vectors.shape[1]:
        raise ValueError(f"{SUBWORDS} has the shape {subwords.vectors.shape}")


def _provenance(described: dict[str, Any]) -> Provenance:
    known = {field.name for field in dataclasses.fields(Provenance)}
    told = described.get("provenance", {})
    if not isinstance(told, dict):
        raise ValueError("its provenance in space.json is no object")
    values = {name: value for name, value in told.items() if name in known}
    return Provenance(**{**values, "notes": tuple(map(str, values.get("notes") or ()))})
