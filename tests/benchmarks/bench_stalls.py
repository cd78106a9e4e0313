"""Measures how long the window's thread is held up on a tour with many points and a running job."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from embexplorer.core.space import Space, make_space, make_table
from embexplorer.operations.keep import on_disk
from embexplorer.storage.settings import Settings, save_settings
from embexplorer.ui.application import end, make_application, make_window
from embexplorer.ui.scatter.kernel_loading import load_kernels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from embexplorer.ui.main_window import MainWindow

    Wait = float | Callable[[], bool]

BEAT = 5  # ms between two heartbeats
LATE = 0.012  # seconds after a beat from which the watchdog looks what is running
TICK = 20  # ms between two looks whether the next step of the tour can begin
TARGET = 50.0  # ms that a stall may last while a job runs
WORST = 3
DEPTH = 4  # frames of our own that are shown of a stack
IDLE, RUNNING = "no job", "job running"


@dataclass
class Gap:
    """One hold-up: how long, during which step, and what ran."""

    milliseconds: float
    phase: str
    step: str
    stacks: list[str] = field(default_factory=list)


class Heart(QObject):
    """Beats in the window's thread, while a thread beside it notes what holds up a beat."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.gaps: list[Gap] = []
        self.phase, self.step = IDLE, ""
        self._last = time.perf_counter()
        self._stacks: list[str] = []
        self._thread_id = threading.get_ident()
        self._is_over = threading.Event()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT)
        self._timer.timeout.connect(self._beat)
        self._watchdog = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start()
        self._watchdog.start()

    def stop(self) -> None:
        self._timer.stop()
        self._is_over.set()
        self._watchdog.join()

    def _beat(self) -> None:
        now = time.perf_counter()
        late = (now - self._last) * 1000 - BEAT
        stacks, self._stacks = self._stacks, []
        self.gaps.append(Gap(max(0.0, late), self.phase, self.step, stacks))
        self._last = now

    def _watch(self) -> None:
        while not self._is_over.wait(0.004):
            if time.perf_counter() - self._last > LATE:
                running = sys._current_frames().get(self._thread_id)
                if running is not None:
                    self._stacks.append(_own_frames(running))


def _own_frames(running: FrameType) -> str:
    """Return the innermost of our own functions on a stack, the innermost last."""
    found = [
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_stack(running)
        if "embexplorer" in frame.filename and "bench_stalls" not in frame.filename
    ]
    return " > ".join(found[-DEPTH:]) or "Qt itself"


class Tour(QObject):
    """Takes one step after the other, each when what the one before waits for has come."""

    ended = Signal()

    def __init__(self, heart: Heart, steps: Iterator[Wait], window: MainWindow) -> None:
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


def tour(
    window: MainWindow, heart: Heart, space: Space, method: str, rounds: int
) -> Iterator[Wait]:
    """Do what people do; yield seconds to wait, or a condition while which to wait."""
    store, services, map_ = window.services.store, window.services, window.map

    def step(name: str, work: Callable[[], object], wait: float = 0.3) -> float:
        heart.step = name
        work()
        return wait

    def is_busy() -> bool:
        return bool(store.state.activity) or store.state.projection is None

    yield step("open", lambda: services.library.add(space))
    yield is_busy
    for column in ("size", "kind", ""):
        yield step(f"color by {column or 'nothing'}", lambda c=column: services.map.color_by(c))
    yield step("color by kind", lambda: services.map.color_by("kind"))
    yield step("hide a category", lambda: services.styling.toggle_category(2))
    yield step("sort", lambda: services.items.sort_by("size", ascending=False))
    yield step("dark", lambda: window.set_theme("dark"), 0.6)
    yield step("show all", lambda: services.styling.toggle_category(2))
    yield step("select all", lambda: window.actions_.action("edit.select-all").trigger())
    yield step("clear", lambda: services.map.select([]))
    yield from use(window, step)
    yield step(f"project with {method}", lambda: services.map.project(method), 1.0)
    for _ in range(rounds):
        if store.state.live is not None:
            yield from use(window, step)
    yield step("keep the map", services.map.keep_live, 1.0)
    yield step("fit", map_.fit)


def use(window: MainWindow, step: Callable[..., float]) -> Iterator[float]:
    """Select, hover, pan, zoom, highlight a category and look at a group, as people do."""
    map_, view, services = window.map, window.map.view, window.services
    n = view.n_items
    rng = np.random.default_rng(n)
    row = int(rng.integers(n))
    yield step("select an item", lambda: services.map.select([row]))
    for _ in range(8):
        at = QPointF(float(rng.uniform(300, 800)), float(rng.uniform(100, 500)))
        yield step("hover", lambda at=at: _move(view, at), 0.03)
    for delta in (120, 120, -120, -120):
        yield step("zoom by wheel", lambda d=delta: _turn(view, d), 0.03)
    for dx in range(0, 60, 12):
        yield step("pan", lambda dx=dx: view._box.translateBy(x=dx / 1000), 0.03)
    for category in (0, 1, -1):
        yield step(
            "hover the legend", lambda c=category: map_.legend.category_hovered.emit(c), 0.05
        )
    yield step("fit", map_.fit, 0.1)
    group = rng.choice(n, n // 20, replace=False)
    yield step("select a group", lambda: services.map.select(group))
    yield step("clear", lambda: QTest.keyClick(view, Qt.Key.Key_Escape), 0.1)


def _move(view: QObject, at: QPointF) -> None:
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, at, at, none, none, Qt.KeyboardModifier(0))
    QApplication.sendEvent(view.viewport(), event)


def _turn(view: QObject, delta: int) -> None:
    event = QWheelEvent(
        QPointF(500, 400),
        QPointF(500, 400),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier(0),
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


def make_points(n: int, d: int) -> Space:
    """Make n random points in eight groups, with a category, a number and a text each."""
    rng = np.random.default_rng(0)
    group = rng.integers(0, 8, n)
    vectors = rng.normal(size=(8, d))[group] * 2 + rng.normal(size=(n, d))
    columns = {
        "kind": [f"group {k}" for k in group],
        "size": rng.normal(size=n),
        "text": [f"The text of item {k}, which is in group {group[k]}." for k in range(n)],
    }
    table = make_table([f"item {k}" for k in range(n)], columns)
    return make_space(vectors.astype(np.float32), table, name="points")


def report(gaps: list[Gap], phase: str) -> str:
    """Return how late beats were in a phase, and what held up the worst."""
    found = [gap for gap in gaps if gap.phase == phase]
    if not found:
        return f"{phase}: nothing measured\n"
    late = np.array([gap.milliseconds for gap in found])
    lines = [
        f"{phase}: {len(found):,} beats of {BEAT} ms; "
        f"late by p50 {np.percentile(late, 50):.1f}, p99 {np.percentile(late, 99):.1f}, "
        f"worst {late.max():.1f} ms; {int((late > TARGET).sum())} above {TARGET:.0f} ms"
    ]
    for gap in sorted(found, key=lambda gap: -gap.milliseconds)[:WORST]:
        seen = {stack: gap.stacks.count(stack) for stack in gap.stacks}
        running = max(seen, key=seen.__getitem__) if seen else "not caught"
        lines.append(f"  {gap.milliseconds:6.1f} ms  {gap.step}: {running}")
    return "\n".join(lines) + "\n"


def measure(space: Space, method: str, rounds: int) -> list[Gap]:
    """Take the tour in a window of its own and return every gap between two beats."""
    app = make_application()
    load_kernels()
    save_settings(Settings(method="pca", encoder="hashing", theme="light"))
    window = make_window(app)
    window.resize(1600, 1000)
    window.show()
    heart = Heart(window)
    kept = on_disk(space, window.services.context)
    journey = Tour(heart, tour(window, heart, kept, method, rounds), window)
    journey.ended.connect(app.quit)
    heart.start()
    app.exec()
    heart.stop()
    end(window)
    return heart.gaps


def main() -> None:
    """Take the tour and print what held up the window."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=100_000)
    parser.add_argument("--d", type=int, default=32)
    parser.add_argument("--method", default="tsne", choices=("tsne", "umap"))
    parser.add_argument("--rounds", type=int, default=10, help="of the tour while the job runs")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="embexplorer-stalls-") as folder:
        for name in ("CACHE", "CONFIG", "LOGS"):
            os.environ[f"EMBEXPLORER_{name}"] = str(Path(folder) / name)
        gaps = measure(make_points(options.n, options.d), options.method, options.rounds)
    sys.stdout.write(f"{options.n:,} points, {options.method}, {os.cpu_count()} processors\n")
    for phase in (IDLE, RUNNING):
        sys.stdout.write(report(gaps, phase))


if __name__ == "__main__":
    main()
