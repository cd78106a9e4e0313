"""How late the window's thread is, and what holds it up: for debugging and for measuring."""

from __future__ import annotations

import faulthandler
import logging
import re
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

BEAT = 5  # ms between two beats
LOOK = 0.004  # seconds between two looks at the clock
LATE = 0.012  # seconds after a beat from which it is looked what runs
FARTHER = 1.3  # times as late it is looked again: that takes a millisecond
LIMIT = 50.0  # ms above which a stall is logged
OURS = str(Path(__file__).parents[1])  # our modules
AROUND = {__file__, str(Path(__file__).with_name("whole_errors.py"))}  # they run whatever runs
DEPTH, BRIEF = 16, 4  # functions of our own that are kept of a stack, and told
DEBUG = "EMBEXPLORER_DEBUG"  # set, the window logs what holds it up

_FRAME = re.compile(r'File "(.*)", line (\d+) in (.*)')
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Beat:
    """One beat.

    Parameters
    ----------
    milliseconds
        How late it was.
    computing
        Milliseconds of that time that the thread computed; the rest it waited for a processor or
        for the interpreter lock.
    stacks
        What ran, each time it was looked.
    """

    milliseconds: float
    computing: float
    stacks: tuple[str, ...]

    @property
    def ran(self) -> str:
        """What ran most often."""
        return Counter(self.stacks).most_common(1)[0][0] if self.stacks else "not caught"

    @property
    def brief(self) -> str:
        """The innermost functions of that."""
        return " > ".join(self.ran.split(" > ")[-BRIEF:])


class Heartbeat(QObject):
    """Beats in the window's thread, while a thread beside it notes what holds up a beat.

    Parameters
    ----------
    parent
        Of the thread that is watched, which is the one that makes this.
    on_beat
        Called with each beat.
    """

    def __init__(self, parent: QObject, on_beat: Callable[[Beat], None]) -> None:
        super().__init__(parent)
        self._on_beat = on_beat
        self._last, self._computed = time.perf_counter(), time.thread_time()
        self._stacks: list[str] = []
        self._thread_id = threading.get_ident()
        self._is_over = threading.Event()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT)
        self._timer.timeout.connect(self._beat)
        self._watchdog = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._last, self._computed = time.perf_counter(), time.thread_time()
        self._timer.start()
        self._watchdog.start()

    def stop(self) -> None:
        """Watch no longer."""
        self._timer.stop()
        self._is_over.set()
        self._watchdog.join()

    def _beat(self) -> None:
        now, computed = time.perf_counter(), time.thread_time()
        late = max(0.0, (now - self._last) * 1000 - BEAT)
        stacks, self._stacks = tuple(self._stacks), []
        self._on_beat(Beat(late, (computed - self._computed) * 1000, stacks))
        self._last, self._computed = time.perf_counter(), time.thread_time()

    def _watch(self) -> None:
        with tempfile.TemporaryFile(buffering=0) as file:
            due = LATE
            while not self._is_over.wait(LOOK):
                late = time.perf_counter() - self._last
                if late < LATE:
                    due = LATE
                elif late > due:
                    due = late * FARTHER
                    self._stacks.append(_own_frames(_running(file, self._thread_id)))


def watch_stalls(window: QObject) -> Heartbeat:
    """Log what holds up the thread of a window until the window is gone."""
    heart = Heartbeat(window, log_stall)
    heart.start()
    return heart


def log_stall(beat: Beat) -> None:
    """Log a beat that was too late."""
    if beat.milliseconds > LIMIT:
        _log.warning(
            "the window was held up for %.0f ms, of which it computed %.0f: %s",
            beat.milliseconds,
            beat.computing,
            beat.brief,
        )


def _running(file: IO[bytes], thread_id: int) -> list[tuple[str, str, str]]:
    """Return file, line and function of all that a thread runs, the innermost first.

    Not by `sys._current_frames`: the thread goes on while its frames are walked, which has ended
    a process on Python 3.11.
    """
    file.seek(0)
    file.truncate()
    faulthandler.dump_traceback(file, all_threads=True)
    file.seek(0)
    text = file.read().decode("ascii", "replace")
    found = re.search(rf"hread 0x0*{thread_id:x}\b.*\n((?:  .*\n)*)", text)
    return [] if found is None else _FRAME.findall(found[1])


def _own_frames(running: list[tuple[str, str, str]]) -> str:
    """Return the innermost of our own functions on a stack, else of all, the innermost last."""
    seen = [frame for frame in reversed(running) if frame[0] not in AROUND]
    told = [frame for frame in seen if frame[0].startswith(OURS)] or seen
    return " > ".join(
        f"{Path(path).name}:{line} {function}" for path, line, function in told[-DEPTH:]
    )
