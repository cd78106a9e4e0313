"""What the window works with, put together once."""

from __future__ import annotations

import subprocess
import sys

from embexplorer.app.services import LANES, inline_lanes, process_lanes
from embexplorer.app.state import State


def test_every_kind_of_lanes_has_the_same_names():
    assert tuple(inline_lanes()) == tuple(process_lanes()) == LANES


def test_services_share_one_store_that_starts_empty(services):
    assert services.store.state == State()
    assert services.runner.is_idle


def test_importing_the_application_loads_neither_qt_nor_a_heavy_library():
    heavy = ("PySide6", "pyqtgraph", "torch", "umap", "openTSNE", "sklearn", "scipy", "numba")
    code = (
        "import sys; import embexplorer.app.commands, embexplorer.app.services;"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
