from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from embexplorer.ui.scatter import frame, kernels, picking
from embexplorer.ui.scatter.kernel_loading import kernels_ready

# Draws the same frame in a process of its own and prints its hash.
CHILD = """
import hashlib, sys
import numpy as np
from embexplorer.ui.scatter import frame
from embexplorer.ui.scatter.kernel_loading import kernels_ready, load_kernels_in_background
from embexplorer.ui.scatter.scene import Cloud, Look, View, color_table

assert not kernels_ready() and "numba" not in sys.modules
load_kernels_in_background().join()
assert kernels_ready() and "PySide6" not in sys.modules and "pyqtgraph" not in sys.modules
rng = np.random.default_rng(0)
x, y = rng.normal(size=(2, 5000))
colors = rng.integers(0, 3, 5000).astype(np.uint16)
points = Cloud(x, y, colors, rng.integers(0, 4, 5000).astype(np.uint8))
table = color_table(rng.integers(0, 256, (3, 4)).astype(np.uint8))
view, look = View(-3.0, 3.0, 50.0, -50.0, 300, 300), Look(1.6, 2.6, table, table, table)
image = frame.render(frame.make_scene(points), view, look)
print(hashlib.sha256(image.tobytes()).hexdigest())
"""


@pytest.fixture
def draw_in_child(tmp_path):
    def draw():
        environment = os.environ | {
            "NUMBA_CACHE_DIR": str(tmp_path),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }
        done = subprocess.run(
            [sys.executable, "-c", CHILD],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return draw


def test_a_fresh_compile_and_the_disk_cache_draw_the_same_bytes(draw_in_child, tmp_path):
    compiled = draw_in_child()
    on_disk = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb*")}
    assert len(on_disk) > 10
    assert draw_in_child() == compiled
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb*")} == on_disk


def test_after_warming_no_kernel_compiles_again(make_points, make_look, fit_view, palette):
    assert kernels_ready()
    compiled = {
        name: kernel
        for name, kernel in vars(kernels).items()
        if hasattr(kernel, "signatures") and not name.startswith("_")
    }
    before = {name: list(kernel.signatures) for name, kernel in compiled.items()}
    assert len(before) == 7
    assert all(len(signatures) == 1 for signatures in before.values())
    points = make_points(70_000)
    points.layer[::3], points.layer[1::100] = 1, 3
    scene = frame.make_scene(points)
    frame.render(scene, fit_view((-3, 7, -3, 8), 64, 64), make_look(), levels=1)
    picking.pick(scene, palette, (np.float64(0.0), 0.0), (60, -60), 6)
    picking.inside(scene, palette, [[0, 0], [1, 0], [0, 1]])
    assert {name: list(kernel.signatures) for name, kernel in compiled.items()} == before
