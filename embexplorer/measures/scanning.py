"""Whether the compiled scans can be used at once, and running one on all processors.

Loading them from numba's disk cache takes a good part of a second, compiling several. The window
loads them in the background after its first paint; who did not ask for them, such as a command that
asks one question, is answered by NumPy.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from embexplorer.core.threads import Threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress

_T = TypeVar("_T", bound=np.generic)

_PART_BYTES = 1 << 23  # of one call: large enough to be worth it, small enough to cancel soon

# Compiled code belongs to the process, as imported modules do; so does the note that it is there.
_loaded = threading.Event()


class QueryTerms(NamedTuple):
    """What of a query its bounds are made of, in the letters of `int8_copy`.

    `scale` is t, `norm` |q|, `error` |h|, `center_norm` |m|, `center_product` m·q. What float64
    rounds, here and in the exact scores, is not more than `relative` times the lengths.
    """

    scale: float
    norm: float
    error: float
    center_norm: float
    center_product: float
    relative: float


def is_loaded() -> bool:
    """Return whether the compiled scans can be used without waiting."""
    return _loaded.is_set()


def note_loaded() -> None:
    """Remember that the compiled scans can be used from now on; `scan_kernels.load` says so."""
    _loaded.set()


def scan(
    kernel: Callable[[int, int], None], n: int, row_bytes: int, progress: Progress | None = None
) -> None:
    """Call ``kernel(first, last)`` for parts of n rows, on all processors.

    Parameters
    ----------
    kernel
        Releases the GIL and writes the results of its rows alone.
    row_bytes
        How much of the memory a row reads.

    Raises
    ------
    CancelledError
        When the person cancelled.
    """
    with Threads(progress=progress) as threads:
        threads.over(n, kernel, max(1, _PART_BYTES // row_bytes))


def read_only(array: NDArray[_T]) -> NDArray[_T]:
    """Return a plain read-only view: the one type that inputs of the scans are compiled for."""
    view = array.view(np.ndarray)
    view.flags.writeable = False
    return view
