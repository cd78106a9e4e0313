"""A project as a folder of parts beside its manifest, where only what is new is written."""

from __future__ import annotations

import contextlib
import itertools
import os
import zipfile
from typing import IO, TYPE_CHECKING, Any

from embexplorer.core.progress import Progress
from embexplorer.storage.project_file import MANIFEST
from embexplorer.storage.project_parts import PartsWriter
from embexplorer.storage.project_writing import write_parts
from embexplorer.storage.whole import write_file

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

    from embexplorer.core.project import ProjectContents
    from embexplorer.storage.project_file import Reference


class KeptParts(PartsWriter):
    """Writes a project into a folder again and again; what it wrote before is only named.

    Values that are the same object as before are known. The manifest takes the place of the one
    before when all that it names is on the disk; what it no longer names goes then.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(self._create, 1, Progress())
        self.folder = folder
        self._numbers = itertools.count(1)
        self._known: dict[Hashable, tuple[object, dict[str, Any]]] = {}
        self._named: dict[Hashable, tuple[object, dict[str, Any]]] = {}

    def write(
        self, contents: ProjectContents, references: Mapping[str, Reference], written_by: str
    ) -> None:
        """Write a project, which refers to all its data.

        Raises
        ------
        OSError
            When the disk refuses; what was written before is unchanged.
        """
        self._named = {}
        write_parts(self, contents, references, written_by)
        self._known = self._named
        named = {described["file"] for _, described in self._known.values()}
        for path in self.folder.glob("*/*.*"):
            if path.relative_to(self.folder).as_posix() not in named:
                with contextlib.suppress(OSError):  # it goes another time
                    path.unlink(missing_ok=True)

    def array(self, name: str, values: NDArray[Any]) -> dict[str, Any]:
        """Name an array, written if it is new."""
        write = super().array
        return self._once(id(values), values, lambda number: write(number, values))

    def table(self, name: str, table: pa.Table) -> dict[str, Any]:
        """Name a table, written if it is new."""
        write = super().table
        return self._once(_memory_of(table), table, lambda number: write(number, table))

    def text(self, path: str, text: str) -> None:
        """Put a text in the place of the one before."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_file(self.folder / path, lambda scratch: scratch.write_text(text, encoding="utf-8"))

    def _once(
        self, key: Hashable, values: object, write: Callable[[str], dict[str, Any]]
    ) -> dict[str, Any]:
        known = self._known.get(key)
        if known is None or not (self.folder / known[1]["file"]).exists():  # somebody cleared up
            described = write(f"part-{next(self._numbers)}")
            _sync(self.folder / described["file"])
            self._known[key] = (values, described)
        self._named[key] = self._known[key]
        return self._known[key][1]

    def _create(self, path: str) -> IO[bytes]:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        return place.open("wb")


def pack(folder: Path, file: Path) -> None:
    """Write what a folder holds as a project file, which is then read as any other.

    Raises
    ------
    OSError
        When something is missing, or the disk refuses.
    """
    names = [MANIFEST, *(path.relative_to(folder).as_posix() for path in folder.glob("*/*.*"))]

    def fill(scratch: Path) -> None:
        with zipfile.ZipFile(scratch, "x", zipfile.ZIP_STORED) as archive:
            for name in names:
                archive.write(folder / name, name)

    write_file(file, fill)


def _memory_of(table: pa.Table) -> Hashable:
    """Return where the values of a table lie: the same place, the same values."""
    chunks = [chunk for column in table.columns for chunk in column.chunks]
    whole = [*chunks, *(chunk.dictionary for chunk in chunks if hasattr(chunk, "dictionary"))]
    places = [
        (chunk.offset, len(chunk), *(part and part.address for part in chunk.buffers()))
        for chunk in whole
    ]
    return (str(table.schema), *places)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
