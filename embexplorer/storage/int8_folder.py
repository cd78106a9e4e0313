"""Where the copy of vectors with a byte a number lies: `int8/`, in the folder of its space."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.measures.int8_copy import Int8Copy, choose_center, quantized
from embexplorer.measures.similarity import small_blocks
from embexplorer.storage.whole import write_folder

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Vectors

FOLDER = "int8"


def write_copy(folder: Path, vectors: Vectors, progress: Progress) -> None:
    """Write the copy of a space into its folder in the cache; it appears when it is whole.

    Raises
    ------
    OSError
        When the disk refuses.
    CancelledError
        When the person cancelled.
    """

    def fill(scratch: Path) -> None:
        n, d = vectors.shape
        center = choose_center(vectors)
        codes = np.lib.format.open_memmap(scratch / "codes.npy", "w+", np.int8, (n, d))
        scales, errors = np.empty(n, np.float32), np.empty(n, np.float32)
        for start, block in small_blocks(vectors, progress):
            part = slice(start, start + len(block))
            codes[part], scales[part], errors[part] = quantized(block, center)
            progress.report(part.stop / n, f"{part.stop:,} of {n:,}")
        codes.flush()
        del codes  # some systems rename no folder that holds a mapped file
        for name, values in (("scales", scales), ("errors", errors), ("center", center)):
            np.save(scratch / f"{name}.npy", values)

    write_folder(folder / FOLDER, fill)


def open_copy(folder: Path, n: int, d: int) -> Int8Copy | None:
    """Map the copy of a space of n items and d dimensions, or None where there is none."""
    place = folder / FOLDER
    if not place.is_dir():
        return None
    try:
        codes, scales, errors, center = (
            np.load(place / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in ("codes", "scales", "errors", "center")
        )
    except (OSError, ValueError, EOFError):
        return None
    found = [(part.dtype, part.shape) for part in (codes, scales, errors, center)]
    shapes = [(np.int8, (n, d)), (np.float32, (n,)), (np.float32, (n,)), (np.float32, (d,))]
    return Int8Copy(codes, scales, errors, center) if found == shapes else None
