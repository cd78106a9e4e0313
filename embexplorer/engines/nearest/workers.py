"""Threads that share a search, and look before every piece of work whether it is cancelled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from embexplorer.core.processors import processor_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from embexplorer.core.progress import Progress

T = TypeVar("T")

SHARE = 2048  # rows that a thread takes at a time


class Workers:
    """A pool of threads; `run` returns when all are done, and raises what one of them raised."""

    def __init__(self, progress: Progress) -> None:
        self.count = processor_count()
        self._progress = progress
        self._pool = ThreadPoolExecutor(self.count, "nearest")

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown()

    def run(self, work: Callable[[T], object], pieces: Iterable[T]) -> None:
        """Do the work for every piece.

        Raises
        ------
        CancelledError
            When the person cancelled; no further piece is begun.
        """

        def one(piece: T) -> None:
            self._progress.raise_if_cancelled()
            work(piece)

        for _ in self._pool.map(one, pieces):
            pass


def shares(n: int, size: int = SHARE) -> list[tuple[int, int]]:
    """Return the ranges (start, stop) of `size` that n rows fall into."""
    return [(start, min(n, start + size)) for start in range(0, n, size)]
