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
    thread = threading.Thread(target=load_kernels, name="map-kernels", daemon=True)
    thread.start()
    return thread


def compile_kernels(progress: Progress) -> None:
    """Fill the disk cache: a job for a child process."""
    warm()
