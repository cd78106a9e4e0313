"""The TensorFlow Embedding Projector: vectors and metadata in files beside a configuration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.core.contracts import Format, Parsed, Reading
from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.core.space import ITEM
from embexplorer.engines.delimited import is_number, unique_names
from embexplorer.engines.items_beside import numbered_items, with_item_first
from embexplorer.engines.number_files import Header, copy_vectors
from embexplorer.engines.number_rows import read_number_rows, write_number_rows
from embexplorer.engines.projector_config import (
    Embedding,
    choose,
    file_inside,
    read_config,
)
from embexplorer.engines.sprite_sheet import name_tiles
from embexplorer.engines.table_writing import texts_of
from embexplorer.engines.text_decoding import Utf8Stream
from embexplorer.engines.vector_text_writer import check_items
from embexplorer.engines.written_table import changed_by_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from embexplorer.core.projection import Coords
    from embexplorer.core.space import Space

ENDING = ".pbtxt"
CONFIGS = ("projector_config.pbtxt", "projector_config.json")
TENSORS = ("tensors", "vectors")
METADATA = ("metadata", "labels")
PICTURES = ("image", "picture", "thumbnail")  # names of columns of which pictures are shown


@dataclass(frozen=True)
class Params:
    """What of a projector's folder is read."""

    embedding: Annotated[
        str, Doc("Embedding", "Its name or number in the configuration; the first if empty.")
    ] = ""


def sniff(path: Path, head: bytes) -> float:
    """Return 1 for a configuration, for vectors with metadata beside them, or a folder of these."""
    if path.is_dir():
        return 1.0 if _config_in(path) or _pair_in(path) else 0.0
    if path.suffix.lower() == ENDING:
        return 1.0 if b"tensor_path" in head or b"embeddings" in head else 0.0
    if path.name.endswith(CONFIGS[1]):
        return 1.0 if b'"tensorPath"' in head else 0.0
    first = head.split(b"\n", 1)[0].decode("utf-8", "replace").strip()
    is_pair = bool(first) and all(map(is_number, first.split("\t"))) and _metadata_of(path)
    return 1.0 if is_pair else 0.0


def _config_in(folder: Path) -> Path | None:
    return next((folder / name for name in CONFIGS if (folder / name).is_file()), None)


def _pair_in(folder: Path) -> Path | None:
    """Return the file of vectors that has one of metadata beside it."""
    found = [folder / f"{name}.tsv" for name in TENSORS]
    return next((path for path in found if path.is_file() and _metadata_of(path)), None)


def _metadata_of(path: Path) -> str:
    """Return the name of the metadata beside ``[NAME_]tensors.tsv``, or nothing."""
    if path.suffix.lower() != ".tsv":
        return ""
    start = next((path.stem.removesuffix(end) for end in TENSORS if path.stem.endswith(end)), None)
    names = [f"{start}{end}.tsv" for end in METADATA] if start is not None else []
    return next((name for name in names if path.with_name(name).is_file()), "")


def _told(path: Path, params: Params) -> tuple[Embedding, list[str], Path, str]:
    """Return the chosen embedding, the names of the others, its folder, and who tells of it."""
    config = _config_in(path) if path.is_dir() else path if path.suffix != ".tsv" else None
    if config is not None:
        embedding, others = choose(read_config(config), params.embedding, config.name)
        if not embedding.tensor:
            raise UserError(
                "The vectors are in a checkpoint",
                f"{config.name} names no file of vectors for “{embedding.name}”.",
                "Save them as tensors.tsv, and name it as tensor_path.",
            )
        return embedding, others, config.parent, config.name
    tensors = _pair_in(path) if path.is_dir() else path
    if tensors is None:
        raise UserError(
            "No vectors in this folder",
            f"{path.name} has neither {' nor '.join(CONFIGS)} nor tensors.tsv with metadata.tsv.",
            "Choose a folder of the Embedding Projector.",
        )
    embedding = Embedding(tensors.stem, tensors.name, metadata=_metadata_of(tensors))
    return embedding, [], tensors.parent, path.name


def beside(path: Path, params: Params) -> Sequence[Path]:
    """Return the files of vectors and metadata that are read with a configuration."""
    if path.is_dir():
        return ()
    embedding, _, folder, config = _told(path, params)
    sprite = embedding.sprite.image if embedding.sprite else ""
    told = filter(None, (embedding.tensor, embedding.metadata, sprite))
    return [file_inside(folder, name, config) for name in told]


def read(reading: Reading) -> Parsed:
    """Read the vectors of one embedding, with its items, columns and pictures.

    Raises
    ------
    UserError
        Naming the file and the row that does not fit, or a path that leads out of the folder.
    """
    embedding, others, folder, config = _told(reading.path, reading.params)
    vectors = _vectors(reading, embedding, file_inside(folder, embedding.tensor, config))
    n, notes = len(vectors), []
    if others:
        notes.append(f"{config} also has the embeddings {', '.join(others[:20])}.")
    if embedding.metadata:
        path = file_inside(folder, embedding.metadata, config)
        whole = n if reading.limit is None else None
        table = _metadata(path, n, whole, embedding.tensor)
    else:
        table = numbered_items(n)
        notes.append("The embedding has no metadata; its rows are numbered from 0.")
    if embedding.sprite is not None:
        sprite = embedding.sprite
        sheet = file_inside(folder, sprite.image, config)
        tiles = name_tiles(sheet, sprite.image, n, sprite.width, sprite.height)
        column = next((name for name in PICTURES if name not in table.column_names), None)
        if column is not None:
            table = table.append_column(column, tiles)
            notes.append(f"The pictures are parts of {sprite.image}, in the column “{column}”.")
    if embedding.has_bookmarks:
        notes.append("The bookmarks of the embedding are not read.")
    return Parsed(table, vectors, notes=tuple(notes))


def _vectors(reading: Reading, embedding: Embedding, path: Path) -> NDArray[np.float32]:
    if path.suffix.lower() != ".bytes":
        return read_number_rows(reading, path)
    if len(embedding.shape) != 2 or 0 in embedding.shape:
        raise UserError(
            "The vectors have no shape",
            f"{path.name} holds numbers alone, and no tensor shape says in how many columns.",
            "Add the shape to the configuration: rows, then columns.",
        )
    n, d = embedding.shape
    size = path.stat().st_size
    if size > 4 * n * d:
        raise UserError(
            "The shape does not fit",
            f"{path.name} holds {size:,} bytes; {n:,} × {d:,} numbers are {4 * n * d:,}.",
            "Correct the shape in the configuration.",
        )
    header = Header((n, d), np.dtype("<f4"), is_fortran=False, start=0)
    with path.open("rb") as file:
        return copy_vectors(reading, file, header, path.name, size)


def _metadata(path: Path, n: int, whole: int | None, tensor: str) -> pa.Table:
    """Return the items and columns of the first n rows; `whole` is how many there must be."""
    with Utf8Stream(path) as stream:
        lines = [line.rstrip("\n") for line in stream.as_lines(plain_ends=True)]
    rows = [line.split("\t") for line in lines if line]
    has_header = bool(rows) and len(rows[0]) > 1  # one column has none
    names = unique_names(rows[0]) if has_header else [ITEM]
    body = rows[has_header:]
    if len(body) < n or (whole is not None and len(body) != whole):
        raise UserError(
            "Names and vectors differ in number",
            f"{path.name} has {counted(len(body), 'row')}, {tensor} {n:,}.",
            "Remove the header" if len(names) == 1 else "Give one row for each vector.",
        )
    ragged = next((at for at, row in enumerate(body) if len(row) != len(names)), None)
    if ragged is not None:
        count = len(body[ragged])
        raise UserError(
            f"Row {ragged + 1:,} has {count:,} {'column' if count == 1 else 'columns'}",
            f"{path.name}, row {ragged + 1:,}: the header has {len(names):,}.",
            "Fix the row.",
        )
    columns = zip(*body[:n], strict=True)
    return with_item_first(dict(zip(names, map(list, columns), strict=True)))


def write(space: Space, coords: Coords | None, path: Path) -> Sequence[str]:
    """Write a configuration, and vectors and metadata beside it; return what was changed."""
    check_items(space)
    start = "" if path.name in CONFIGS else f"{path.stem}_"
    tensors, metadata = f"{start}tensors.tsv", f"{start}metadata.tsv"
    write_number_rows(space, path.with_name(tensors))
    changed = _write_metadata(space.table, path.with_name(metadata))
    told = {"tensor_name": space.name, "tensor_path": tensors, "metadata_path": metadata}
    lines = [f"  {name}: {_quoted(value)}" for name, value in told.items()]
    lines += [f"  tensor_shape: {size}" for size in (space.n, space.d)]
    text = "\n".join(("embeddings {", *lines, "}", ""))
    path.write_text(text, encoding="utf-8", newline="\n")
    blanks = (
        [f"Tabs and line breaks became blanks in {counted(changed, 'value')}."] if changed else []
    )
    return [*changed_by_text(space.table), *blanks]


def _write_metadata(table: pa.Table, path: Path) -> int:
    """Write the table without quotes, which the projector does not know; count changed values."""
    changed, columns = 0, []
    for column in map(texts_of, table.columns):
        changed += pc.sum(pc.match_substring_regex(column, r"[\t\r\n]")).as_py() or 0
        columns.append(pc.replace_substring_regex(column, r"[\t\r\n]+", " ").to_pylist())
    with path.open("w", encoding="utf-8", newline="\n") as file:
        if len(columns) > 1:
            file.write("\t".join(" ".join(name.split()) for name in table.column_names) + "\n")
        file.writelines("\t".join(row) + "\n" for row in zip(*columns, strict=True))
    return int(changed)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


plugin = Format(
    id="projector",
    title="Embedding Projector",
    summary="TensorFlow's projector: a configuration, or tensors.tsv with metadata.tsv.",
    params=Params,
    source="https://www.tensorflow.org/tensorboard/tensorboard_projector_plugin",
    extensions=(ENDING,),
    sniff=sniff,
    read=read,
    write=write,
    beside=beside,
)
