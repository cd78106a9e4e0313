"""What a running job says: started, progressed, showed a frame, finished, failed, was cancelled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embexplorer.core.errors import UserError


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work: `key` says what it is about (a newer job of the same key supersedes it)."""

    id: int
    key: str
    title: str
    lane: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something a job said."""

    job: Job


@dataclass(frozen=True, slots=True)
class Started(Event):
    """The job left its queue."""


@dataclass(frozen=True, slots=True)
class Progressed(Event):
    """How far it is: a fraction or None, a message, and the seconds left where they can be told."""

    fraction: float | None
    message: str
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class Framed(Event):
    """Intermediate coords (n, 2|3) of a projection."""

    coords: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ended(Event):
    """The last thing a job says."""


@dataclass(frozen=True, slots=True)
class Finished(Ended):
    """It is done, with its result."""

    result: Any


@dataclass(frozen=True, slots=True)
class Failed(Ended):
    """It failed; `details` is the traceback of a bug, empty where the person can mend it.

    With `is_child_gone` its process ended, whatever the function did.
    """

    error: UserError
    details: str = ""
    is_child_gone: bool = False


@dataclass(frozen=True, slots=True)
class Cancelled(Ended):
    """It was cancelled or superseded. Not an error."""


Emit = Callable[[Event], None]
