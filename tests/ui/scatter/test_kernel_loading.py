from __future__ import annotations

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

from embexplorer.ui.scatter import (
    frame,
    kernel_loading,
    kernels,
    kernels_finding,
    picking,
    point_index,
    scene,
    stamps,
)
from embexplorer.ui.scatter.kernel_loading import kernels_ready, load_kernels_in_background

# Draws the same frame in a process of its own and prints its hash.
CHILD = """
import hashlib, sys
import numpy as np
from embexplorer.ui.scatter import frame, kernel_loading
from embexplorer.ui.scatter.scene import Cloud, Look, View, color_table

assert not kernel_loading.kernels_ready() and "numba" not in sys.modules
rng = np.random.default_rng(0)
x, y = rng.normal(size=(2, 5000))
colors = rng.integers(0, 3, 5000).astype(np.uint16)
points = Cloud(x, y, colors, rng.integers(0, 4, 5000).astype(np.uint8))
table = color_table(rng.integers(0, 256, (3, 4)).astype(np.uint8))
view, look = View(-3.0, 3.0, 50.0, -50.0, 300, 300), Look(1.6, 2.6, table, table, table)
image = frame.render(frame.make_scene(points), view, look)
points = points._replace(opacity=rng.integers(0, 256, 5000).astype(np.uint8))
faint = frame.render(frame.make_scene(points), view, look)
assert "numba" in sys.modules and "PySide6" not in sys.modules and "pyqtgraph" not in sys.modules
print(hashlib.sha256(image.tobytes() + faint.tobytes()).hexdigest())
"""


@pytest.fixture
def run_child():
    def run(code, **more):
        paths = os.pathsep.join(filter(None, sys.path))
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONPATH": paths} | more,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run


def test_a_fresh_compile_and_the_disk_cache_draw_the_same_bytes(run_child, tmp_path):
    compiled = run_child(CHILD, NUMBA_CACHE_DIR=str(tmp_path))
    on_disk = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb*")}
    assert len(on_disk) > 4
    assert run_child(CHILD, NUMBA_CACHE_DIR=str(tmp_path)) == compiled
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb*")} == on_disk


def test_a_thread_loads_the_kernels(monkeypatch):
    monkeypatch.setattr(kernel_loading, "_ready", threading.Event())
    assert not kernels_ready()
    load_kernels_in_background().join()
    assert kernels_ready()


def test_constants_in_compiled_code_are_those_of_the_other_modules():
    assert (kernels.BAND, kernels.PHASES) == (point_index.BAND, stamps.PHASES)
    layers = kernels_finding.HIDDEN, kernels.DIMMED, kernels.NORMAL, kernels.EMPHASIZED
    assert layers == (scene.HIDDEN, scene.DIMMED, scene.NORMAL, scene.EMPHASIZED)


def test_after_warming_no_kernel_compiles_again(make_points, make_look, fit_view, palette):
    assert kernels_ready()
    compiled = {
        name: kernel
        for module in (kernels, kernels_finding)
        for name, kernel in vars(module).items()
        if hasattr(kernel, "signatures") and not name.startswith("_")
    }
    before = {name: list(kernel.signatures) for name, kernel in compiled.items()}
    assert len(before) == 7
    assert all(len(signatures) == 1 for signatures in before.values())
    points = make_points(70_000)
    points.layer[::3], points.layer[1::100] = 1, 3
    drawn, view = frame.make_scene(points), fit_view((-3, 7, -3, 8), 64, 64)
    frame.render(drawn, view, make_look(), levels=1)
    varied = points._replace(
        brush=np.full(70_000, scene.PLAIN, np.uint8), opacity=np.full(70_000, 99, np.uint8)
    )
    frame.render(frame.restyled(drawn, varied), view, make_look())
    picking.pick(drawn, palette, (np.float64(0.0), 0.0), (60, -60), 6)
    picking.inside(drawn, palette, [[0, 0], [1, 0], [0, 1]])
    assert {name: list(kernel.signatures) for name, kernel in compiled.items()} == before
