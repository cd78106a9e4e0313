"""The one holder of the state: changes go in, listeners learn old and new."""

from __future__ import annotations

import dataclasses
from collections import deque
from typing import TYPE_CHECKING

from embexplorer.app.history import History, step_between
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
        self.history = History()

    @property
    def state(self) -> State:
        """The state of the moment."""
        return self._state

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener(old, new)` after every change; returns how to end that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def apply(
        self, change: Callable[[State], State], *, undo: str = "", merges: bool = False
    ) -> None:
        """Replace the state by ``change(state)``.

        Parameters
        ----------
        undo
            What the person did, as undo names it; empty for what cannot be taken back.
        merges
            Whether steps of the same name in a row count as one: a slider that is dragged.
        """
        old, new = self._state, change(self._state)
        if new is old:
            return
        step = step_between(old, new, undo) if undo else None
        if step is not None:
            self.history.add(step, merges=merges)
        if new.document.spaces is not old.document.spaces:
            self.history.forget_closed(new.document)
        self._replace(old, new)

    def undo(self) -> None:
        """Take the last step back."""
        self._go(self.history.undo)

    def redo(self) -> None:
        """Make the step again that was taken back last."""
        self._go(self.history.redo)

    def _go(self, move: Callable[[State], State]) -> None:
        old, new = self._state, move(self._state)
        if new is not old:
            self._replace(old, new)

    def _replace(self, old: State, new: State) -> None:
        titles = self.history.undo_title, self.history.redo_title
        if (new.undo_title, new.redo_title) != titles:
            new = dataclasses.replace(new, undo_title=titles[0], redo_title=titles[1])
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
