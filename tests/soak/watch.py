"""Notes what must not happen while a window is used: errors, warnings, stalls, lost memory."""

from __future__ import annotations

import gc
import logging
import sys
import time
import traceback
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from embexplorer.app.state import new_problems
from embexplorer.ui.application import OFFSCREEN_LACKS
from embexplorer.ui.heartbeat import Beat, Heartbeat
from embexplorer.ui.resting import REST
from embexplorer.ui.whole_errors import forget_handled
from tests.memory_use import resident

if TYPE_CHECKING:
    from embexplorer.app.state import Problem, State
    from embexplorer.ui.main_window import MainWindow
    from tests.soak.random_user import RandomUser

LIMIT = 50.0  # ms that the window's thread may compute at a stretch
PATIENCE = 10.0  # seconds for jobs to end before the memory is measured

# What may hold the window up longer, by a part of what ran then, and why.
KNOWN_STALLS = {
    "ask_files": "Qt builds its dialog of files, 60 to 120 ms",
    "ask_file": "the same",
    "_file": "the same, for what is exported",
    "dressing.py": "Qt gives a dock its style sheet at a stretch: 41 ms for 334 widgets, at rest",
    "plugins.py": "a dialog that opens before they are imported in the background",
    "real_window.py": "the test itself waits for a drop",
    "_make > second_map.py": "the second map is built when it is first asked for",
    "_bias_panel": "so are the panel of bias and its sets",
    "showEvent > bias.py": "that panel shows all of its answer when its tab is turned to",
    "stage.py": "so is the map of a figure",
    "publishing.py": "a figure that was asked for is drawn whole, with every point",
    "pictures.py": "a picture of the window that was asked for has every point, and lines by Qt",
    "memory.py": "at rest, hundreds of megabytes that were closed go back to the system",
}
# Besides, up to a length: another space or map comes, and every panel and the whole map show it.
TURNED = ("active_space", "active_projection")
LONG_TURN = 150.0  # ms


class SoakError(AssertionError):
    """Something that must not happen, with the steps that led to it."""


class Watch(QObject):
    """Notes what must not happen: errors, warnings, stalls."""

    def __init__(self, window: MainWindow, user: RandomUser) -> None:
        super().__init__(window)
        self.user = user
        self.stalls: Counter[str] = Counter()
        self.worst: dict[str, float] = {}
        self.known: set[str] = set()
        self.late = 0
        self.is_off = False  # while it measures
        self._told: tuple[Problem, ...] = ()
        self._has_turned = False
        self._forget = window.services.store.subscribe(self._changed)
        self._calm = min(_exercise() for _ in range(100))
        self._handler = _Records(user.faults)
        logging.getLogger("embexplorer").addHandler(self._handler)
        self._before = qInstallMessageHandler(self._qt_said)
        self._hook = sys.excepthook
        sys.excepthook = self._raised
        self.heart = Heartbeat(window, self._beat)
        self.heart.start()

    def close(self) -> None:
        self.heart.stop()
        self._forget()
        sys.excepthook = self._hook
        qInstallMessageHandler(self._before)
        logging.getLogger("embexplorer").removeHandler(self._handler)

    def check(self) -> None:
        """Raise what has gone wrong since."""
        problems = self.user.state.problems
        for problem in new_problems(self._told, problems):
            error = problem.error
            if problem.details or error.title in ("Something went wrong", "Stopped unexpectedly"):
                self.user.faults.append(f"{error}\n{problem.details}")
        self._told = problems
        if self.user.faults:
            raise SoakError("\n".join(self.user.faults))

    def measure(self) -> float:
        """Close everything, and return the megabytes that the window takes then."""
        window, library = self.user.window, self.user.services.library
        self.is_off = True
        for activity in self.user.state.activity:
            library.cancel(activity.job_id)
        patience = time.monotonic() + PATIENCE
        while self.user.state.activity and time.monotonic() < patience:
            QTest.qWait(20)
        for dialog in window.findChildren(QDialog):
            dialog.close()
        document = self.user.state.document
        for data in [*document.spaces, *document.texts]:
            library.close(data.id)
        while window.toast.message is not None:
            window.toast.dismiss()
        gc.collect()
        QTest.qWait(REST + 500)
        self.is_off = False
        return resident()

    def unlisted(self, limit: float) -> list[str]:
        """Return the stalls of more milliseconds that are not known."""
        return [ran for ran in self.worst if self.worst[ran] > limit and ran not in self.known]

    def _qt_said(self, kind: Any, context: Any, text: str) -> None:
        if not text.startswith(OFFSCREEN_LACKS):
            self.user.faults.append(f"Qt said: {text}")

    def _raised(self, kind: Any, error: Any, trace: Any) -> None:
        forget_handled(error)
        self.user.faults.append("".join(traceback.format_exception(kind, error, trace)))

    def _changed(self, old: State, new: State) -> None:
        self._has_turned |= any(getattr(old, name) != getattr(new, name) for name in TURNED)

    def _beat(self, beat: Beat) -> None:
        has_turned, self._has_turned = self._has_turned, False
        if beat.milliseconds > LIMIT and not self.is_off:
            self.late += 1
            computing = beat.computing / self._slowness()
            if computing > LIMIT:
                step = self.user.last[-1][0] if self.user.last else "start"
                is_known = any(known in beat.ran for known in KNOWN_STALLS)
                is_known |= has_turned and computing <= LONG_TURN
                ran = f"{step}{', listed' * is_known}: {beat.brief}"
                if is_known:
                    self.known.add(ran)
                self.stalls[ran] += 1
                self.worst[ran] = max(self.worst.get(ran, 0.0), computing)

    def _slowness(self) -> float:
        """Return how much longer the same work takes now than at best.

        Who shares a processor's caches and arithmetic lengthens even the time that is computed.
        """
        now = min(_exercise() for _ in range(3))
        self._calm = min(self._calm, now)
        return now / self._calm


def _exercise() -> float:
    """Return the seconds that a small fixed work takes this thread."""
    start = time.thread_time()
    sum(number * number for number in range(5000))
    return time.thread_time() - start


class _Records(logging.Handler):
    def __init__(self, faults: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._faults = faults

    def emit(self, record: logging.LogRecord) -> None:
        self._faults.append(f"logged: {record.getMessage()}")


def growth(memory: list[float]) -> float:
    """Return which share of its memory a window has gained since its warm-up, a third of it.

    Of a line through the rest, whose slope is the median of those between any two (Theil and Sen):
    a part that happens to end with a map in 3-D says nothing of the others.
    """
    warm = np.array(memory[len(memory) // 3 :])
    first, second = np.triu_indices(len(warm), 1)
    if not len(first):
        return 0.0
    slope = np.median((warm[second] - warm[first]) / (second - first))
    steps = np.arange(len(warm))
    return float(slope * steps[-1] / np.median(warm - slope * steps))


def report(user: RandomUser, watch: Watch, memory: list[float]) -> str:
    """Return what was done, and what held the window up."""
    done = ", ".join(f"{name} {count}" for name, count in user.counts.most_common())
    taken = ", ".join(f"{megabytes:.0f}" for megabytes in memory)
    lines = [
        f"{user.counts.total():,} steps: {done}",
        f"MB after each part, all closed: {taken}; grown by {growth(memory):.1%} since a third",
    ]
    lines.append(
        f"{watch.late} beats more than {LIMIT:.0f} ms late; the thread computed so long, by the "
        f"speed of a processor of its own, {sum(watch.stalls.values())} times:"
    )
    for ran, count in watch.stalls.most_common():
        lines.append(f"  {count:4} times, worst {watch.worst[ran]:.0f} ms: {ran}")
    return "\n".join(lines) + "\n"
