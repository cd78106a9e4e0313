"""The threads of one map: bands of a frame side by side, and long work behind the window's back."""

from __future__ import annotations

import threading
import weakref
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6 import QtCore

from embexplorer.ui.scatter.frame import thread_count

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class _Delivery:
    """What a thread hands back: the result of a piece of work, or what it raised."""

    number: int
    result: object
    error: BaseException | None


class Background(QtCore.QObject):
    """Runs the work of one map; every thread is gone when `close` returns.

    Threads start with the first work. Results arrive in the thread that made this object.
    """

    _delivered = QtCore.Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._bands = ThreadPoolExecutor(thread_count(), "map-band")
        self._worker = ThreadPoolExecutor(1, "map-worker")
        self._closed = threading.Event()
        self._waiting: dict[int, weakref.WeakMethod[Callable[[Any], None]]] = {}
        self._number = 0
        self._delivered.connect(self._deliver, QtCore.Qt.ConnectionType.QueuedConnection)

    @property
    def bands(self) -> Executor | None:
        """The threads that share a frame; None once closed, when the caller draws alone."""
        return None if self._closed.is_set() else self._bands

    def submit(
        self, work: Callable[[Callable[[], bool]], object], done: Callable[[Any], None]
    ) -> int:
        """Run ``work(is_stale)`` in the worker, then ``done(result)`` here.

        Parameters
        ----------
        work
            Must not hold on to the item that `done` belongs to.
        done
            A bound method. It is not called when its object is gone, or after `drop`.

        Returns
        -------
        int
            A number for `drop`.
        """
        self._number += 1
        number = self._number
        if self._closed.is_set():
            return number
        self._waiting[number] = weakref.WeakMethod(done)
        self._worker.submit(self._run, number, work)
        return number

    def drop(self, number: int) -> None:
        """Let go of a piece of work: its result is not delivered, its ``is_stale`` turns true."""
        self._waiting.pop(number, None)

    def close(self) -> None:
        """Stop all work and wait for the threads, a few milliseconds."""
        shut_down(self._closed, self._worker, self._bands)
        self._waiting.clear()

    def close_with(self, owner: QtCore.QObject) -> None:
        """Close when ``owner`` is deleted, be it by Qt or by Python."""
        owner.destroyed.connect(self.close)
        weakref.finalize(owner, shut_down, self._closed, self._worker, self._bands)

    def _run(self, number: int, work: Callable[[Callable[[], bool]], object]) -> None:
        """Run in the worker."""

        def is_stale() -> bool:
            return number not in self._waiting or self._closed.is_set()

        if is_stale():
            return
        try:
            delivery = _Delivery(number, work(is_stale), None)
        except BaseException as error:  # noqa: BLE001 raised again where it can be reported
            delivery = _Delivery(number, None, error)
        if not is_stale():
            self._delivered.emit(delivery)

    def _deliver(self, delivery: _Delivery) -> None:
        """Hand a result over, in the thread that made this object."""
        reference = self._waiting.pop(delivery.number, None)
        done = reference() if reference else None
        if delivery.error is not None:
            raise delivery.error
        if done is not None:
            done(delivery.result)


def shut_down(closed: threading.Event, *pools: Executor) -> None:
    """Tell the work to stop and wait until each thread has ended."""
    closed.set()
    for pool in pools:
        pool.shutdown(wait=True, cancel_futures=True)
