"""Work that releases the GIL, spread over threads piece by piece."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Self, TypeVar

from embexplorer.core.processors import processor_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from embexplorer.core.progress import Progress

T = TypeVar("T")


class Threads:
    """Threads that take piece after piece of some work; `with` ends them.

    The caller works too: where others keep the processors busy, it does not wait for a thread.

    Parameters
    ----------
    count
        How many work at once, the caller's own included; None takes as many as there are
        processors.
    progress
        Is looked at before every piece: once cancelled, none is begun.
    """

    def __init__(self, count: int | None = None, progress: Progress | None = None) -> None:
        self.count = processor_count() if count is None else count
        self._progress = progress
        self._pool = ThreadPoolExecutor(self.count - 1, "threads") if self.count > 1 else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    def each(self, pieces: Iterable[T], work: Callable[[T], object]) -> None:
        """Do the work for every piece, and return when all are done.

        Raises
        ------
        CancelledError
            When the person cancelled.
        Exception
            What the work raised; no further piece is begun then.
        """
        there = list(pieces)
        waiting = iter(there)  # the GIL lets every piece be taken by one thread

        def take() -> None:
            try:
                for piece in waiting:
                    if self._progress is not None:
                        self._progress.raise_if_cancelled()
                    work(piece)
            finally:
                for _ in waiting:  # after an error the others find nothing left
                    pass

        helpers = min(self.count, len(there)) - 1
        running = [self._pool.submit(take) for _ in range(helpers)] if self._pool else []
        try:
            take()
        finally:
            for one in running:
                one.exception()  # waits
        for one in running:
            one.result()

    def over(self, n: int, work: Callable[[int, int], object], step: int | None = None) -> None:
        """Call `work(first, last)` for ranges of 0..n, as `each` does.

        Parameters
        ----------
        step
            Length of a range; None makes as many even ones as there are threads.
        """
        step = max(1, -(-n // self.count) if step is None else step)
        self.each(range(0, n, step), lambda first: work(first, min(n, first + step)))
