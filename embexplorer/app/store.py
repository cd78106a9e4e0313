"""The one holder of the state: changes go in, listeners learn old and new."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from embexplorer.app.state import State

if TYPE_CHECKING:
    from collections.abc import Callable

    Listener = Callable[[State, State], None]


class Store:
    """Holds one `State`; `apply` replaces it and tells every listener ``(old, new)``.

    A change that a listener makes waits until all listeners have heard of the one before, so
    everybody sees the same sequence. Only the window's thread calls it.
    """

    def __init__(self, state: State | None = None) -> None:
        self._state = state or State()
        self._listeners: list[Listener] = []
        self._waiting: deque[tuple[State, State]] = deque()
        self._is_telling = False

    @property
    def state(self) -> State:
        """The state of the moment."""
        return self._state

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener(old, new)` after every change; returns how to end that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def apply(self, change: Callable[[State], State]) -> None:
        """Replace the state by ``change(state)``."""
        old, new = self._state, change(self._state)
        if new is old:
            return
        self._state = new
        self._waiting.append((old, new))
        if self._is_telling:
            return
        self._is_telling = True
        try:
            while self._waiting:
                pair = self._waiting.popleft()
                for listener in tuple(self._listeners):
                    listener(*pair)
        finally:
            self._is_telling = False
