"""What reading an HDF5 file may take: a process of its own, and checks before a dataset is read.

The library trusts what a damaged file says of itself, and may crash, or take any memory, for it.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any, Protocol

from embexplorer.core.errors import UserError
from embexplorer.engines.byte_stream import RATIO, RATIO_FROM
from embexplorer.engines.confined_parsing import parse_confined

if TYPE_CHECKING:
    from collections.abc import Callable

    from embexplorer.core.contracts import Parsed, Reading

# What reading may take, beside so much for each byte of the file: a matrix that is stored by
# columns is held in memory, unpacked, twice.
MEMORY = 3 << 28
SWELLING = 16
# The library can go round in circles in a damaged file, however small.
SECONDS, SLOWEST = 5.0, 2e6  # the latter in bytes per second
CHUNK_SHARE = 4  # of this memory that a packed and an unpacked chunk may take, as its inverse
# Those of the library itself, by H5Z_FILTER_*; others would be code that was installed beside it.
FILTERS = (1, 2, 3, 4, 5, 6, 32000)  # gzip, shuffle, fletcher32, szip, nbit, scaleoffset, lzf


class OpenFile(Protocol):
    """A file that is open, with its name for messages and its size in bytes."""

    name: str
    n_bytes: int


def parse_hdf5(reading: Reading, parse: Callable[[Reading], Parsed]) -> Parsed:
    """Let `parse` read an HDF5 file in a process of its own, with bounds that follow its size.

    Raises
    ------
    UserError
        What `parse` raised, or that the file took more.
    """
    n_bytes = reading.path.stat().st_size
    return parse_confined(
        reading,
        parse,
        memory=memory_for(n_bytes),
        mapped=shutil.disk_usage(reading.scratch).total,  # no array that lies there is larger
        seconds=SECONDS + n_bytes / SLOWEST,
    )


def memory_for(n_bytes: int) -> int:
    """Return the bytes of memory that reading a file of so many bytes may take."""
    return MEMORY + SWELLING * n_bytes


def check_stored(file: OpenFile, path: str, dataset: Any) -> None:
    """Refuse a dataset that is not unpacked here, or of which the file holds next to nothing.

    Raises
    ------
    UserError
        Naming its filter, the size of its chunks, or what it claims and what is stored.
    """
    check_unpackable(file, path, dataset)
    claimed = dataset.size * dataset.dtype.itemsize
    # Chunks may share one place of the file, and then count more than once.
    stored = min(dataset.id.get_storage_size(), file.n_bytes)
    if claimed > max(RATIO_FROM, RATIO * stored):
        sizes = " × ".join(f"{size:,}" for size in dataset.shape)
        raise UserError(
            "The dataset is almost empty",
            f"{file.name}: {path} claims {sizes} values, {claimed:,} bytes, of which {stored:,} "
            "are stored. Nothing was loaded.",
            "Write the whole dataset, or choose another.",
        )


def check_unpackable(file: OpenFile, path: str, dataset: Any) -> None:
    """Refuse a dataset whose chunks are too large, or packed by what is not here.

    Raises
    ------
    UserError
        Naming the filter, or the size of a chunk.
    """
    _check_filters(file, path, dataset)
    _check_chunks(file, path, dataset)


def _check_filters(file: OpenFile, path: str, dataset: Any) -> None:
    plan = dataset.id.get_create_plist()
    for at in range(plan.get_nfilters()):
        code, _, _, name = plan.get_filter(at)
        if code not in FILTERS:
            told = f"“{printable(name)}”, number {code}" if name else f"number {code}"
            raise UserError(
                "An unknown compression",
                f"{file.name}: {path} is packed by the filter {told}. Nothing was loaded.",
                "Write the dataset with gzip or lzf, or without compression, with h5repack.",
            )


def _check_chunks(file: OpenFile, path: str, dataset: Any) -> None:
    """Refuse chunks of which one takes more than a file of this size may."""
    n_bytes = dataset.dtype.itemsize
    for size in dataset.chunks or (0,):
        n_bytes *= size
    if n_bytes > memory_for(file.n_bytes) // CHUNK_SHARE:
        raise UserError(
            "The chunks are too large",
            f"{file.name}: a chunk of {path} claims {n_bytes:,} bytes, the file has "
            f"{file.n_bytes:,}. Nothing was loaded.",
            "Write the dataset in smaller chunks, with h5repack.",
        )


def printable(name: str | bytes) -> str:
    """Return a name without what is no UTF-8 in it."""
    plain = name if isinstance(name, bytes) else name.encode("utf-8", "surrogateescape")
    return plain.decode("utf-8", "replace")
