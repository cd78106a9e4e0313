"""Measures how long the window's thread is held up on a tour with many points and a running job.

Beside how late each beat was stands how long the thread computed meanwhile: the rest it waited for
a processor, for which other programs on the computer are to blame, or for the interpreter lock.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from window_tour import Steps, Wait, WindowTour, make_points

from embexplorer.operations.keep import on_disk
from embexplorer.storage.settings import Settings, save_settings
from embexplorer.ui.application import make_application
from embexplorer.ui.heartbeat import Beat, Heartbeat
from embexplorer.ui.running import make_window
from embexplorer.ui.scatter.kernel_loading import load_kernels

if TYPE_CHECKING:
    from embexplorer.core.space import Space
    from embexplorer.ui.main_window import MainWindow

TICK = 20  # ms between two looks whether the next step of the tour can begin
TARGET = 50.0  # ms that a stall may last while a job runs
IDLE, RUNNING = "no projection running", "a projection running"


@dataclass(frozen=True, slots=True)
class Gap:
    """One beat: how late it was, in which phase and step."""

    beat: Beat
    phase: str
    step: str


class Heart:
    """Notes every beat of the window's thread with the step of the tour that it is in."""

    def __init__(self, parent: QObject) -> None:
        self.gaps: list[Gap] = []
        self.phase, self.step = IDLE, ""
        self._heart = Heartbeat(parent, self._note)
        self.start, self.stop = self._heart.start, self._heart.stop

    def name_step(self, name: str) -> None:
        """Count what is late from now on to this step."""
        self.step = name

    def _note(self, beat: Beat) -> None:
        self.gaps.append(Gap(beat, self.phase, self.step))


class Tour(QObject):
    """Takes one step after the other, each when what the one before waits for has come."""

    ended = Signal()

    def __init__(self, heart: Heart, steps: Steps, window: MainWindow) -> None:
        super().__init__(window)
        self._heart = heart
        self._window = window
        self._steps = steps
        self._wait: Wait = 0.0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(TICK)

    def _look(self) -> None:
        live = self._window.services.store.state.live
        self._heart.phase = RUNNING if live is not None else IDLE
        if self._wait() if callable(self._wait) else time.perf_counter() < self._wait:
            return
        try:
            wait = next(self._steps)
        except StopIteration:
            self._timer.stop()
            self.ended.emit()
            return
        self._wait = wait if callable(wait) else time.perf_counter() + wait


def report(gaps: list[Gap], phase: str) -> str:
    """Return how late beats were in a phase, and a line for each step that had a stall."""
    found = [gap for gap in gaps if gap.phase == phase]
    if not found:
        return f"{phase}: nothing measured\n"
    late = np.array([gap.beat.milliseconds for gap in found])
    computing = max(gap.beat.computing for gap in found)
    stalls = [gap for gap in found if gap.beat.milliseconds > TARGET]
    lines = [
        f"{phase}: {len(found):,} beats, late by p50 {np.percentile(late, 50):.1f}, "
        f"p99 {np.percentile(late, 99):.1f}, worst {late.max():.1f} ms; "
        f"{len(stalls)} stalls above {TARGET:.0f} ms; computed at most {computing:.1f} ms at a time"
    ]
    by_step: dict[str, list[Gap]] = {}
    for gap in sorted(stalls, key=lambda gap: -gap.beat.milliseconds):
        by_step.setdefault(gap.step, []).append(gap)
    if by_step:
        lines.append(f"  {'step':28}{'stalls':>8}{'worst':>8}{'computing':>11}  what ran then")
    for step, held in by_step.items():
        worst = held[0].beat
        lines.append(
            f"  {step:28}{len(held):>8}{worst.milliseconds:>8.0f}{worst.computing:>11.0f}"
            f"  {worst.brief}"
        )
    return "\n".join(lines) + "\n"


def measure(space: Space, method: str, rounds: int) -> list[Gap]:
    """Take the tour in a window of its own and return every gap between two beats."""
    app = make_application()
    load_kernels()
    save_settings(Settings(method="pca", encoder="hashing", theme="light"))
    window = make_window(app)
    window.asks_before_closing = False
    window.resize(1600, 1000)
    window.show()
    heart = Heart(window)
    kept = on_disk(space, window.services.context)
    steps = WindowTour(window, heart.name_step).steps(kept, method, rounds)
    journey = Tour(heart, steps, window)
    journey.ended.connect(app.quit)
    heart.start()
    app.exec()
    heart.stop()
    window.end()
    return heart.gaps


def main() -> None:
    """Take the tour and print what held up the window."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=100_000)
    parser.add_argument("--d", type=int, default=32)
    parser.add_argument("--method", default="tsne", choices=("tsne", "umap"))
    parser.add_argument("--rounds", type=int, default=1, help="of the tour while the job runs")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="embexplorer-stalls-") as folder:
        for name in ("CACHE", "CONFIG", "LOGS", "STATE"):
            os.environ[f"EMBEXPLORER_{name}"] = str(Path(folder) / name)
        gaps = measure(make_points(options.n, options.d), options.method, options.rounds)
    sys.stdout.write(f"{options.n:,} points, {options.method}, {os.cpu_count()} processors\n")
    for phase in (IDLE, RUNNING):
        sys.stdout.write(report(gaps, phase))


if __name__ == "__main__":
    main()
