"""Measures the 2-D map beside pyqtgraph's ScatterPlotItem, interleaved, and prints a table."""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
import time
from functools import partial
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
ROUNDS = {10_000: 25, 100_000: 15, 1_000_000: 7}


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


def our_item(coords: np.ndarray, group: np.ndarray) -> ScatterItem:
    """Return our item, every point in its color."""
    item = ScatterItem()
    item.set_coords(coords)
    palette = np.full((COLORS, 4), 255, np.uint8)
    palette[:, :3] = np.random.default_rng(1).integers(0, 200, (COLORS, 3))
    item.set_colors(group, palette)
    item.set_radius(RADIUS)
    item.set_point_opacity(OPACITY)
    return item


def their_item(coords: np.ndarray) -> pg.ScatterPlotItem:
    """Return pyqtgraph's item as it is fastest: one color, no outline, cached symbols."""
    return pg.ScatterPlotItem(
        x=coords[:, 0], y=coords[:, 1], size=2 * RADIUS, pen=None,
        brush=pg.mkBrush(0, 114, 178, round(OPACITY * 255)), useCache=True,
    )  # fmt: skip


def wait_sorted(item: ScatterItem) -> None:
    """Wait until a large map is sorted."""
    app = pg.mkQApp()
    while item._sorting:
        app.processEvents()


def measure_frames(n: int, zooms: Sequence[float]) -> list[tuple[str, float, float]]:
    """Return (what, our milliseconds, theirs) of exact frames, the two items taking turns."""
    coords, group = clusters(n)
    item = our_item(coords, group)
    wait_sorted(item)
    ours, theirs = Plot(item, coords), Plot(their_item(coords), coords)
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
    rows = [("sort for drawing", statistics.median(milliseconds(lambda: make_scene(points))
             for _ in range(7)))]  # fmt: skip
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
    plot.widget.close()
    item.close()
    return [(f"{n:,} points, {name}", taken) for name, taken in rows]


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
    chosen = parser.parse_args(arguments).points
    app = pg.mkQApp()
    load_kernels()
    lines = [
        f"2-D map, {WIDTH} x {HEIGHT}, radius {RADIUS} px, {os.cpu_count()} processors, medians",
        "",
        "| exact frame, axes included | embexplorer ms | ScatterPlotItem ms | ratio |",
        "|---|---|---|---|",
    ]
    for n in chosen:
        for name, ours, theirs in measure_frames(n, (1.0, 10.0) if n >= 1_000_000 else (1.0,)):
            lines.append(f"| {name} | {ours:.1f} | {theirs:.1f} | {theirs / ours:.1f} |")
    lines += ["", "| what | ms |", "|---|---|"]
    rest = [row for n in chosen for row in measure_rest(n)]
    lines += [f"| {name} | {taken:.3f} |" for name, taken in [*rest, measure_labels()]]
    sys.stdout.write("\n".join(lines) + "\n")
    app.processEvents()


if __name__ == "__main__":
    main()
