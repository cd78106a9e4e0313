"""What an HDF5 file holds, found without leaving it, and its rows, read in blocks.

A dataset may lie in another file: behind an external link, in external storage, or as a virtual
dataset. A file from elsewhere could show any file of this computer so, and none is followed.
"""

from __future__ import annotations

import posixpath
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from embexplorer.core.errors import UserError
from embexplorer.core.memory import check_memory, is_want_of_memory
from embexplorer.engines.confined import MADE_TO_FILL, TOO_MUCH
from embexplorer.engines.hdf5_limits import check_stored, printable
from embexplorer.engines.loader_boundary import is_gone
from embexplorer.engines.number_files import BLOCK_BYTES, sink_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from embexplorer.core.contracts import Reading

MAGIC = b"\x89HDF\r\n\x1a\n"
MAX_OBJECTS = 10_000
LISTED = 20  # datasets that a message names
# What the library raises for damaged files, types without a NumPy name and missing filters.
_FAILURES = (
    OSError,
    EOFError,
    KeyError,
    ValueError,
    TypeError,
    RuntimeError,
    OverflowError,
    SystemError,
    NotImplementedError,
    AttributeError,
    IndexError,
)


def is_hdf5(head: bytes) -> bool:
    """Whether a file begins as HDF5 does, at 0 or behind a block of the user's (MATLAB)."""
    starts = [0, *(1 << power for power in range(9, 16))]
    return any(head[start : start + len(MAGIC)] == MAGIC for start in starts)


class Hdf5File:
    """The groups and datasets of one open HDF5 file, by their path without the first slash.

    Parameters
    ----------
    path
        The file.
    root
        The same, open.

    Attributes
    ----------
    outside
        Why a path is not read, as ``is a link to the file x.h5``.
    """

    def __init__(self, path: Path, root: Any) -> None:
        self.name = path.name
        self.n_bytes = path.stat().st_size
        self.root = root
        self.groups: dict[str, Any] = {"": root}
        self.datasets: dict[str, Any] = {}
        self.outside: dict[str, str] = {}
        soft: dict[str, str] = {}
        self._walk(soft)
        for at, target in soft.items():
            found = posixpath.normpath(posixpath.join("/", posixpath.dirname(at), target))[1:]
            if found in self.datasets:
                self.datasets[at] = self.datasets[found]
            else:
                self.outside[at] = f"is a link to {target}, which is not in the file"

    def _walk(self, soft: dict[str, str]) -> None:
        import h5py

        waiting = [("", self.root)]
        seen = {h5py.h5o.get_info(self.root.id).addr}
        while waiting:
            above, group = waiting.pop()
            for name in group.id:  # as bytes, and no link is followed to find them
                at = posixpath.join(above, printable(name))
                if len(self.groups) + len(self.datasets) + len(self.outside) > MAX_OBJECTS:
                    raise UserError(
                        "Too many datasets",
                        f"{self.name} has over {MAX_OBJECTS:,} groups and datasets.",
                        "Save the vectors in a file of their own.",
                    )
                kind = group.id.links.get_info(name).type
                if kind == h5py.h5l.TYPE_SOFT:
                    soft[at] = printable(group.id.links.get_val(name))
                elif kind == h5py.h5l.TYPE_EXTERNAL:
                    other = printable(group.id.links.get_val(name)[0])
                    self.outside[at] = f"is a link to the file {other}"
                elif kind != h5py.h5l.TYPE_HARD:
                    self.outside[at] = "is a link of an unknown kind"
                else:
                    found = h5py.h5o.open(group.id, name)
                    if isinstance(found, h5py.h5d.DatasetID):
                        self._take(at, h5py.Dataset(found))
                    elif isinstance(found, h5py.h5g.GroupID):
                        place = h5py.h5o.get_info(found).addr
                        if place not in seen:  # a group may hold itself
                            seen.add(place)
                            self.groups[at] = h5py.Group(found)
                            waiting.append((at, self.groups[at]))

    def _take(self, at: str, dataset: Any) -> None:
        plan = dataset.id.get_create_plist()
        if plan.get_external_count():
            other = plan.get_external(0)[0]
            self.outside[at] = f"has its numbers in the file {printable(other)}"
        elif dataset.is_virtual:
            self.outside[at] = "is virtual: it is put together of other datasets or files"
        else:
            try:
                dataset.dtype  # noqa: B018  asked for once, here
            except TypeError as error:
                self.outside[at] = f"has a type without a name in NumPy ({error})"
            else:
                self.datasets[at] = dataset

    def dataset(self, path: str) -> Any:
        """Return a dataset.

        Raises
        ------
        UserError
            When there is none of this path, or it lies in another file.
        """
        path = path.strip("/")
        for at, why in self.outside.items():
            if path == at or path.startswith(f"{at}/"):
                raise UserError(
                    "A dataset outside this file",
                    f"{self.name}: {at} {why}. Other files are not followed.",
                    "Write the numbers into the file itself, with h5py or h5repack.",
                )
        if path not in self.datasets:
            raise UserError(
                "No such dataset",
                f"{self.name} has no dataset “{path}”.",
                f"Its datasets are: {', '.join(list(self.datasets)[:LISTED])}.",
            )
        return self.datasets[path]

    def described(self) -> str:
        """Return the datasets with type and shape, as many as a message can hold."""
        parts = [
            f"{path} {dataset.dtype}{list(dataset.shape or ())}"
            for path, dataset in self.datasets.items()
        ]
        parts += [f"{path} ({why})" for path, why in self.outside.items()]
        return f"{', '.join(parts)[:300]}" if parts else "nothing"

    def outside_notes(self) -> tuple[str, ...]:
        """Return a note for each path that was not followed."""
        return tuple(f"{at} {why}: it was left out." for at, why in self.outside.items())


@contextmanager
def open_hdf5(path: Path) -> Iterator[Hdf5File]:
    """Open an HDF5 file for reading and say in plain words what the library fails at.

    Raises
    ------
    UserError
        When it is none or is damaged, also while it is read in the block below.
    """
    import h5py

    try:
        with h5py.File(path, "r", locking="best-effort") as root:
            yield Hdf5File(path, root)
    except BlockingIOError as error:
        raise UserError(
            "Another program writes this file",
            f"{path.name} is locked. Nothing was loaded.",
            "Close it there, then open it again.",
        ) from error
    except _FAILURES as error:
        if is_gone(error):
            raise
        reason = " ".join(str(error).split())[:200]
        if is_want_of_memory(error):
            raise UserError(
                TOO_MUCH, f"{path.name}: {reason}. Nothing was loaded.", MADE_TO_FILL
            ) from error
        raise UserError(
            "The HDF5 file is damaged",
            f"{path.name} does not read as HDF5: {reason}. Nothing was loaded.",
            "Get the whole file again, or save its arrays with numpy.savez.",
        ) from error


def is_matrix(dataset: Any) -> bool:
    """Whether a dataset is n × d real numbers, with n and d above 0."""
    shape = dataset.shape or ()
    return dataset.dtype.kind in "fiub" and len(shape) == 2 and 0 not in shape


def copy_rows(reading: Reading, file: Hdf5File, path: str) -> NDArray[np.float32]:
    """Copy the rows of a dataset into the scratch folder as float32.

    Raises
    ------
    UserError
        When it is no n × d dataset of numbers, claims far more than the file holds, needs more
        memory or disk than there is, or a value is not finite.
    """
    dataset = file.dataset(path)
    if not is_matrix(dataset):
        raise UserError(
            "No vectors in this dataset",
            f"{file.name}: {path} holds {dataset.dtype} of the shape {dataset.shape}; n × d "
            "numbers are needed.",
            f"The file holds: {file.described()}.",
        )
    check_stored(file, path, dataset)
    n, d = dataset.shape
    wanted = n if reading.limit is None else min(n, reading.limit)
    step = _rows_at_once(file, path, dataset, wanted)
    blocks = (dataset[start : min(wanted, start + step)] for start in range(0, wanted, step))
    return sink_blocks(reading, blocks, (wanted, d), f"{file.name}, {path}")


def _rows_at_once(file: Hdf5File, path: str, dataset: Any, wanted: int) -> int:
    """Return how many rows are read at a time: whole chunks, so that each is unpacked once.

    Raises
    ------
    UserError
        When a row of chunks does not fit into memory.
    """
    row_bytes = dataset.shape[1] * dataset.dtype.itemsize
    chunks = dataset.chunks or (1, 1)
    rows: int = min(wanted, chunks[0] * max(1, BLOCK_BYTES // (chunks[0] * row_bytes)))
    chunk_bytes = chunks[0] * chunks[1] * dataset.dtype.itemsize
    check_memory(
        # The block, the same as float32, and a chunk packed and unpacked.
        rows * (row_bytes + 4 * dataset.shape[1]) + 2 * chunk_bytes,
        f"{file.name}: a row of the chunks of {path}",
        "Write the dataset in smaller chunks, with h5repack.",
    )
    return rows
