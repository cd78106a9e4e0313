"""Measures the map beside pyqtgraph's ScatterPlotItem and GLScatterPlotItem, and prints a table.

The programs take turns, and medians of several frames after a first one count.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph as pg

from embexplorer.ui.scatter import progressive_item
from embexplorer.ui.scatter.frame import make_scene
from embexplorer.ui.scatter.item2d import ScatterItem
from embexplorer.ui.scatter.kernel_loading import load_kernels
from embexplorer.ui.scatter.labels import Box, Label, place_labels
from embexplorer.ui.scatter.scene import NORMAL, Cloud

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WIDTH, HEIGHT = 1200, 900
RADIUS, OPACITY = 1.5, 0.5
COLORS = 12
BUDGET = progressive_item.FRAME_BUDGET
# Frames measured of each item, fewer where ScatterPlotItem takes long.
ROUNDS = {10_000: 25, 100_000: 15, 1_000_000: 7, 5_000_000: 3}
VARIED = (100_000, 1_000_000)  # also measured with sizes, opacities and shapes of their own
SYMBOLS = ("o", "s", "t1", "d", "t", "+")  # pyqtgraph's names of our six shapes
SOLID = 1_000_000  # points of the 3-D map


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def clusters(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return coords in groups of unequal width, and the group of each point."""
    rng = np.random.default_rng(0)
    group = rng.integers(0, COLORS, n)
    centers = rng.normal(size=(COLORS, 2)) * 3
    widths = rng.uniform(0.2, 1.2, COLORS)
    return centers[group] + rng.normal(size=(n, 2)) * widths[group][:, None], group


class Plot:
    """A plot with axes that shows one item and is drawn anew on each call of `frame`."""

    def __init__(self, item: pg.GraphicsObject, coords: np.ndarray) -> None:
        self.widget = pg.PlotWidget(background="w")
        self.widget.resize(WIDTH, HEIGHT)
        self.widget.addItem(item)
        low, high = np.percentile(coords, [0.15, 99.85], axis=0)
        self.low, self.span = low, high - low
        self.frames = 0
        self.widget.show()

    def frame(self, zoom: float = 1.0) -> None:
        """Pan by a pixel and draw everything, axes included."""
        self.frames += 1
        width, height = self.span / zoom
        left = self.low[0] + (self.span[0] - width) / 2 + self.frames % 7 * width / WIDTH
        bottom = self.low[1] + (self.span[1] - height) / 2
        self.widget.setXRange(left, left + width, padding=0)
        self.widget.setYRange(bottom, bottom + height, padding=0)
        self.widget.grab()


def our_item(coords: np.ndarray, group: np.ndarray, is_varied: bool = False) -> ScatterItem:
    """Return our item, every point in its color, or in its own size, opacity and shape too."""
    item = ScatterItem()
    item.set_coords(coords)
    palette = np.full((COLORS, 4), 255, np.uint8)
    palette[:, :3] = np.random.default_rng(1).integers(0, 200, (COLORS, 3))
    item.set_colors(group, palette)
    item.set_radius(RADIUS)
    item.set_point_opacity(OPACITY)
    if is_varied:
        sizes, opacities, shapes = variety(len(coords))
        item.set_sizes(sizes)
        item.set_opacities(opacities)
        item.set_shapes(shapes)
    return item


def their_item(
    coords: np.ndarray, group: np.ndarray, is_varied: bool = False
) -> pg.ScatterPlotItem:
    """Return pyqtgraph's item as it is fastest: one color, no outline, cached symbols.

    Or with points as varied as ours.
    """
    brush, size, symbol = pg.mkBrush(0, 114, 178, round(OPACITY * 255)), 2 * RADIUS, "o"
    if is_varied:
        sizes, opacities, shapes = variety(len(coords))
        size, symbol = 2 * RADIUS * sizes, [SYMBOLS[shape] for shape in shapes]
        # A symbol is cached per brush, so opacities come in 16 steps.
        table = [pg.mkBrush(0, 114, 178, round(OPACITY * 255 * k / 16)) for k in range(17)]
        brush = [table[step] for step in np.rint(opacities * 16).astype(int)]
    return pg.ScatterPlotItem(
        x=coords[:, 0], y=coords[:, 1], size=size, pen=None,
        brush=brush, symbol=symbol, useCache=True,
    )  # fmt: skip


def variety(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return sizes in steps of a quarter octave, opacities, and shapes."""
    rng = np.random.default_rng(4)
    sizes = 2 ** (rng.integers(-4, 5, n) / 4)
    return sizes, rng.uniform(0.2, 1, n), rng.integers(0, len(SYMBOLS), n)


def wait_sorted(item: ScatterItem) -> None:
    """Wait until a large map is sorted."""
    app = pg.mkQApp()
    while item._sorting:
        app.processEvents()


def measure_frames(
    n: int, zooms: Sequence[float], is_varied: bool = False
) -> list[tuple[str, float, float]]:
    """Return (what, our milliseconds, theirs) of exact frames, the two items taking turns."""
    coords, group = clusters(n)
    item = our_item(coords, group, is_varied)
    wait_sorted(item)
    ours, theirs = Plot(item, coords), Plot(their_item(coords, group, is_varied), coords)
    rows = []
    progressive_item.FRAME_BUDGET = math.inf
    for zoom in zooms:
        times: tuple[list[float], list[float]] = ([], [])
        for turn in range(ROUNDS[n] + 1):
            for plot, seconds in zip((ours, theirs), times, strict=True):
                taken = milliseconds(partial(plot.frame, zoom))
                if turn:  # the first turn warms up
                    seconds.append(taken)
        name = f"{n:,} points, " + (f"zoomed {zoom:g}x" if zoom > 1 else "the whole map")
        name += ", sizes, opacities, shapes" if is_varied else ""
        rows.append((name, statistics.median(times[0]), statistics.median(times[1])))
    ours.widget.close()
    theirs.widget.close()
    item.close()
    return rows


def measure_rest(n: int) -> list[tuple[str, float]]:
    """Return (what, milliseconds) of everything that has no counterpart."""
    coords, group = clusters(n)
    x, y = coords[:, 0].copy(), coords[:, 1].copy()
    points = Cloud(x, y, group.astype(np.uint16), np.full(n, NORMAL, np.uint8))
    make_scene(points)
    sorting = [milliseconds(lambda: make_scene(points)) for _ in range(ROUNDS[n])]
    rows = [("sort for drawing, in a thread", statistics.median(sorting))]
    item = our_item(coords, group)
    wait_sorted(item)
    plot = Plot(item, coords)
    progressive_item.FRAME_BUDGET = BUDGET
    coarse = [milliseconds(plot.frame) for _ in range(15)]
    rows.append(("first frame of a move", statistics.median(coarse[5:])))
    spots = np.random.default_rng(2).uniform(plot.low, plot.low + plot.span, (2000, 2))
    picks = [milliseconds(lambda spot=spot: item.pick_data(*spot)) for spot in spots]
    rows.append(("pick, median", statistics.median(picks)))
    rows.append(("pick, 99 of 100 below", float(np.percentile(picks, 99))))
    angle = np.linspace(0, 2 * np.pi, 300)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1) * plot.span / 3
    loop = circle + plot.low + plot.span / 2
    lasso = statistics.median(milliseconds(lambda: item.inside(loop)) for _ in range(9))
    rows.append((f"lasso of {len(item.inside(loop)):,} points", lasso))
    rows.append(("select one item and dim the rest", measure_dimming(item)))
    plot.widget.close()
    item.close()
    return [(f"{n:,} points, {name}", taken) for name, taken in rows]


def measure_dimming(item: ScatterItem) -> float:
    """Return how long it takes until points that are dimmed anew can be drawn."""
    n = item._appearance.n
    masks = [np.arange(n) != row for row in range(8)]

    def select(row: int) -> None:
        item.set_dimmed(masks[row], (195, 200, 208, 120))
        item.set_emphasized([row])
        item._current_scene()

    return statistics.median(milliseconds(partial(select, row)) for row in range(8))


def resident_megabytes() -> float:
    """Return how much memory the process has now, where the system tells."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith("VmRSS"))
    return int(kilobytes) / 1024


def print_memory(n: int) -> None:
    """Print how many megabytes an empty plot grows by when it shows n points, drawn exactly."""
    load_kernels()
    coords, group = clusters(n)
    coords, group = coords.astype(np.float32), group.astype(np.uint16)
    few = our_item(coords[:1000], group[:1000])
    plot = Plot(few, coords[:1000])
    plot.frame()
    before = resident_megabytes()
    item = our_item(coords, group)
    wait_sorted(item)
    plot.widget.addItem(item)
    progressive_item.FRAME_BUDGET = math.inf
    plot.frame()
    sys.stdout.write(f"{resident_megabytes() - before:.0f}\n")
    item.close()
    few.close()


def measure_memory(n: int) -> str:
    """Return a line about memory, measured in a process of its own."""
    if not Path("/proc/self/status").exists():
        return "Memory is measured on Linux only."
    command = [sys.executable, __file__, "--memory-of", str(n)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return f"{n:,} points on screen take {done.stdout.strip()} MB more than a thousand."


def measure_turning(n: int) -> list[str]:
    """Return the lines about the 3-D map, measured under Xvfb where OpenGL needs a screen."""
    missing = [
        name
        for name in ("OpenGL", "embexplorer.ui.scatter.item3d")
        if importlib.util.find_spec(name) is None
    ]
    if missing:
        return [f"The 3-D map is not measured: {' and '.join(missing)} cannot be imported."]
    command = [sys.executable, str(Path(__file__).with_name("turning_map.py")), str(n)]
    environment = dict(os.environ)
    if sys.platform == "linux":
        environment["QT_QPA_PLATFORM"] = "xcb"  # offscreen has no OpenGL
        if shutil.which("xvfb-run"):
            command = ["xvfb-run", "-a", "-s", "-screen 0 1600x1200x24", *command]
        elif not os.environ.get("DISPLAY"):
            return ["The 3-D map is not measured: there is no X server, nor xvfb-run."]
    else:
        environment.pop("QT_QPA_PLATFORM", None)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        return [f"The 3-D map is not measured: {reason}"]
    found = json.loads(done.stdout.splitlines()[-1])
    ours, theirs = found["ours"], found["theirs"]
    return [
        f"3-D map, exact frame, turning; OpenGL by {found['renderer']}",
        "",
        "| what | embexplorer ms | GLScatterPlotItem ms | ratio |",
        "|---|---|---|---|",
        f"| {n:,} points | {ours:.1f} | {theirs:.1f} | {theirs / ours:.1f} |",
        *(f"| {n:,} points, {name} | {taken:.3f} | | |" for name, taken in found["rest"].items()),
    ]


def measure_labels() -> tuple[str, float]:
    """Return how long 200 labels take to place."""
    rng = np.random.default_rng(3)
    spots = rng.uniform((0, 0), (WIDTH, HEIGHT), (200, 2))
    labels = [Label(x, y, 30 + 9 * k % 110, 16.0, -k) for k, (x, y) in enumerate(spots)]
    area = Box(0.0, 0.0, WIDTH, HEIGHT)
    taken = [milliseconds(lambda: place_labels(labels, area)) for _ in range(15)]
    return "200 labels placed", statistics.median(taken)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, nargs="*", choices=list(ROUNDS), default=list(ROUNDS))
    parser.add_argument("--memory-of", type=int, help="print the memory of so many points alone")
    options = parser.parse_args(arguments)
    app = pg.mkQApp()
    if options.memory_of:
        print_memory(options.memory_of)
        return
    load_kernels()
    lines = [
        f"2-D map, {WIDTH} x {HEIGHT}, radius {RADIUS} px, {os.cpu_count()} processors, medians",
        "",
        "| exact frame, axes included | embexplorer ms | ScatterPlotItem ms | ratio |",
        "|---|---|---|---|",
    ]
    for n in options.points:
        rows = measure_frames(n, (1.0, 10.0) if n >= 1_000_000 else (1.0,))
        if n in VARIED:
            rows += measure_frames(n, (1.0,), is_varied=True)
        for name, ours, theirs in rows:
            lines.append(f"| {name} | {ours:.1f} | {theirs:.1f} | {theirs / ours:.1f} |")
    lines += ["", "| what | ms |", "|---|---|"]
    rest = [row for n in options.points for row in measure_rest(n)]
    lines += [f"| {name} | {taken:.3f} |" for name, taken in [*rest, measure_labels()]]
    if SOLID in options.points:
        lines += ["", measure_memory(SOLID), "", *measure_turning(SOLID)]
    sys.stdout.write("\n".join(lines) + "\n")
    app.processEvents()


if __name__ == "__main__":
    main()
