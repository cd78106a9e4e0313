"""Gets the compiled kernels ready: a child fills the disk cache, the window loads from it.

Compiling takes several seconds, loading from numba's disk cache about half of one. A child process
therefore calls `warm` first (nothing here imports Qt), and the window calls
`load_kernels_in_background` after its first paint; until then `first_frame` draws.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from embexplorer.core.progress import Progress

# Compiled code belongs to the process, as imported modules do; so does the note that it is there.
_ready = threading.Event()
_loading = threading.Lock()


def warm() -> None:
    """Compile every kernel for the types it is used with, or load it from the disk cache."""
    _warm_flat()
    _warm_solid()
    _warm_lines()


def _warm_flat() -> None:
    """Use every kernel of a 2-D map."""
    from embexplorer.ui.scatter import frame, picking
    from embexplorer.ui.scatter.scene import DIMMED, EMPHASIZED, NORMAL, Cloud, Look, View
    from embexplorer.ui.scatter.scene import color_table as make_table

    corners = np.array([0.0, 1.0, 0.5])
    layers = np.array([DIMMED, NORMAL, EMPHASIZED], np.uint8)
    scene = frame.make_scene(Cloud(corners, corners[::-1].copy(), np.zeros(3, np.uint16), layers))
    palette = np.full((1, 4), 255, np.uint8)
    table = make_table(palette)
    view = View(0.0, 1.0, 8.0, -8.0, 8, 8)
    frame.render(scene, view, Look(1.5, 2.5, table, table, table))
    picking.pick(scene, palette, (0.5, 0.5), (8.0, -8.0), 2.0)
    picking.inside(scene, palette, np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]))


def _warm_solid() -> None:
    """Use every kernel of a 3-D map."""
    from embexplorer.ui.scatter import frame3d, picking3d
    from embexplorer.ui.scatter.ball import Ball
    from embexplorer.ui.scatter.camera import Camera
    from embexplorer.ui.scatter.depth_look import make_brush, make_discs
    from embexplorer.ui.scatter.scene import EMPHASIZED, NORMAL, OPAQUE, PLAIN, Look
    from embexplorer.ui.scatter.scene import color_table as make_table
    from embexplorer.ui.scatter.scene3d import Solid, make_scene, make_sight

    corners, layers = np.array([0.0, 0.5]), np.array([NORMAL, EMPHASIZED], np.uint8)
    brushes, opacities = np.array([PLAIN], np.uint8), np.array([OPAQUE], np.uint8)
    colors = np.zeros(2, np.uint16)
    scene = make_scene(Solid(corners, corners, corners, colors, layers, brushes, opacities))
    palette = np.full((1, 4), 255, np.uint8)
    table = make_table(palette)
    look, lens, ball = (
        Look(1.5, 2.5, table, table, table),
        Camera().lens((8, 8)),
        Ball((0, 0, 0), 1),
    )
    sight = make_sight(lens, ball, 8, 8)
    frame3d.render(scene, sight, make_brush(look, lens, ball, (0, 0, 0)))
    index = picking3d.index_screen(scene, sight, palette, make_discs(look, lens, ball))
    picking3d.pick(index, scene, (0.0, 0.0), 2.0)
    picking3d.inside(scene, sight, palette, np.array([[0.0, 0.0], [8.0, 0.0], [8.0, 8.0]]))


def _warm_lines() -> None:
    """Use the kernel that draws lines, with the types of `line_drawing`."""
    from embexplorer.ui.scatter import kernels_lines

    kernels_lines.draw_lines(
        np.zeros((2, 2, 4), np.uint8),
        np.array([[0, 0, 2, 2]], np.float32),
        np.zeros(1, np.uint8),
        np.full((1, 4), 255, np.int32),
        1.0,
    )


def kernels_ready() -> bool:
    """Return whether the kernels can be used without waiting."""
    return _ready.is_set()


def load_kernels() -> None:
    """Load the kernels now, unless they are there: seconds where no disk cache exists."""
    with _loading:
        if not _ready.is_set():
            warm()
            _ready.set()


def load_kernels_in_background() -> threading.Thread:
    """Start to load the kernels; items that are shown notice by themselves when it is done."""
    thread = threading.Thread(target=_load_all, name="map-kernels", daemon=True)
    thread.start()
    return thread


def compile_kernels(progress: Progress) -> None:
    """Fill the disk cache: a job for a child process."""
    warm()
    _warm_scans()


def _load_all() -> None:
    load_kernels()
    _warm_scans()


def _warm_scans() -> None:
    """Get the scans of neighbor searches ready, which until then are NumPy's."""
    from embexplorer.measures import scan_kernels

    scan_kernels.load()
