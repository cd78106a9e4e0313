"""Measures the 3-D map beside pyqtgraph's GLScatterPlotItem, and prints milliseconds as JSON.

`bench_map.py` runs it in a process of its own, on a screen that has OpenGL.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from pyqtgraph import opengl
from PySide6 import QtGui

from embexplorer.ui.scatter import progressive_item
from embexplorer.ui.scatter.item3d import Scatter3DItem
from embexplorer.ui.scatter.kernel_loading import load_kernels

if TYPE_CHECKING:
    from collections.abc import Callable

WIDTH, HEIGHT = 1200, 900
RADIUS, OPACITY = 1.5, 0.5
COLORS = 12
ROUNDS = 9
STEP = 6  # pixels that the mouse turns the map by, from frame to frame
BUDGET = progressive_item.FRAME_BUDGET


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def clusters(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return coords in groups of unequal width, and the group of each point."""
    rng = np.random.default_rng(0)
    group = rng.integers(0, COLORS, n)
    centers = rng.normal(size=(COLORS, 3)) * 3
    widths = rng.uniform(0.2, 1.2, COLORS)
    return centers[group] + rng.normal(size=(n, 3)) * widths[group][:, None], group


class OurMap:
    """Our item in a plain view."""

    def __init__(self, coords: np.ndarray, group: np.ndarray, palette: np.ndarray) -> None:
        self.widget = pg.GraphicsView(background="w")
        self.widget.resize(WIDTH, HEIGHT)
        box = pg.ViewBox(enableMenu=False)
        self.widget.setCentralItem(box)
        self.item = Scatter3DItem()
        box.addItem(self.item)
        self.item.set_coords(coords)
        self.item.set_colors(group, palette)
        self.item.set_radius(RADIUS)
        self.item.set_point_opacity(OPACITY)
        self.widget.show()
        while self.item._sorting:
            pg.mkQApp().processEvents()
        size = self.item.view_size()
        self.item.set_camera(self.item.camera.fit(self.item.ball(), size))

    def turn(self) -> None:
        """Draw the next frame of a turn."""
        self.item.set_camera(self.item.camera.orbit(STEP, 0, self.item.view_size()))
        self.widget.grab()

    def measure_finding(self) -> dict[str, float]:
        """Return how long a pick, the first one of a view and a lasso take."""
        rng = np.random.default_rng(2)
        picks, firsts = [], []
        for turn in range(6):
            self.turn()
            for number, (x, y) in enumerate(rng.uniform(0, (WIDTH, HEIGHT), (100, 2))):
                taken = milliseconds(partial(self.item.pick, pg.QtCore.QPointF(x, y)))
                if turn:  # the first turn warms up
                    (picks if number else firsts).append(taken)
        angle = np.linspace(0, 2 * np.pi, 300)
        loop = np.stack([600 + 350 * np.cos(angle), 450 + 300 * np.sin(angle)], axis=1)
        lasso = [milliseconds(lambda: self.item.inside_scene(loop)) for _ in range(7)]
        return {
            "first pick of a view": statistics.median(firsts),
            "pick, 99 of 100 below": float(np.percentile(picks, 99)),
            f"lasso of {len(self.item.inside_scene(loop)):,} points": statistics.median(lasso),
        }


class TheirMap:
    """pyqtgraph's item, points of a fixed size in pixels."""

    def __init__(self, coords: np.ndarray, group: np.ndarray, palette: np.ndarray) -> None:
        self.widget = opengl.GLViewWidget()
        self.widget.setBackgroundColor("w")
        self.widget.resize(WIDTH, HEIGHT)
        colors = palette[group] / 255 * (1, 1, 1, OPACITY)
        item = opengl.GLScatterPlotItem(
            pos=coords.astype(np.float32), color=colors.astype(np.float32), size=2 * RADIUS
        )
        item.setGLOptions("translucent")
        self.widget.addItem(item)
        self.widget.setCameraPosition(distance=20)
        self.widget.show()

    def turn(self) -> None:
        """Draw the next frame of a turn."""
        self.widget.orbit(2, 0)
        image = self.widget.grabFramebuffer()
        if (image.width(), image.height()) != (WIDTH, HEIGHT):
            raise RuntimeError(f"OpenGL drew {image.width()} x {image.height()} pixels")

    def renderer(self) -> str:
        """Return what draws."""
        self.widget.makeCurrent()
        functions = QtGui.QOpenGLContext.currentContext().functions()
        return str(functions.glGetString(0x1F01))  # GL_RENDERER


def main() -> None:
    """Measure as many points as the argument says, the two maps taking turns."""
    n = int(sys.argv[1])
    app = pg.mkQApp()
    load_kernels()
    coords, group = clusters(n)
    palette = np.full((COLORS, 4), 255, np.uint8)
    palette[:, :3] = np.random.default_rng(1).integers(0, 200, (COLORS, 3))
    ours, theirs = OurMap(coords, group, palette), TheirMap(coords, group, palette)
    app.processEvents()
    progressive_item.FRAME_BUDGET = math.inf
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(ROUNDS + 1):
        for plot, taken in zip((ours, theirs), times, strict=True):
            seconds = milliseconds(plot.turn)
            if turn:  # the first turn warms up
                taken.append(seconds)
    progressive_item.FRAME_BUDGET = BUDGET
    coarse = [milliseconds(ours.turn) for _ in range(15)]
    found = {
        "ours": statistics.median(times[0]),
        "theirs": statistics.median(times[1]),
        "renderer": theirs.renderer(),
        "rest": {"first frame of a turn": statistics.median(coarse[5:])} | ours.measure_finding(),
    }
    ours.item.close()
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
