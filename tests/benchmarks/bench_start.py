"""How long it takes until a window is painted, until all of it works, until a file is a map.

Every start is a new process with an empty cache; the first one is not counted.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

SCRIPT = Path(__file__).with_name("started_window.py")
ITEMS = 10_000


def start(folder: Path, *paths: Path) -> dict[str, float]:
    """Start a window once; return the seconds until each thing it told of."""
    places = {
        f"EMBEXPLORER_{name}": tempfile.mkdtemp(dir=folder)
        for name in ("CACHE", "CONFIG", "LOGS", "STATE")
    }
    kept = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "pyc"), **places}
    kept.setdefault("QT_QPA_PLATFORM", "offscreen")
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    root = SCRIPT.parents[2]
    kept["PYTHONPATH"] = str(root)
    ran = subprocess.run(
        [sys.executable, str(SCRIPT), repr(time.time()), *map(str, paths)],
        env=kept,
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name: float(seconds) for name, seconds in map(str.split, ran.stdout.splitlines())}


def write_points(path: Path) -> None:
    """Write a table of items with coords and a category."""
    rng = np.random.default_rng(0)
    rows = [
        f"item {k},{x:.4f},{y:.4f},{'abcdefgh'[k % 8]}"
        for k, (x, y) in enumerate(rng.normal(size=(ITEMS, 2)))
    ]
    path.write_text("\n".join(["item,x,y,kind", *rows]), encoding="utf-8")


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two starts of each")
    rounds = 2 if parser.parse_args().quick else 7
    with tempfile.TemporaryDirectory(prefix="embexplorer-start-") as name:
        folder = Path(name)
        table = folder / "points.csv"
        write_points(table)
        start(folder, table)
        empty = [start(folder) for _ in range(rounds)]
        filled = [start(folder, table) for _ in range(rounds)]
    for what, seconds in (
        ("first page painted", [times["painted"] for times in empty]),
        ("all of the window there", [times["ready"] for times in empty]),
        (f"a file of {ITEMS:,} items with coords on the map", [t["map"] for t in filled]),
    ):
        low, middle = min(seconds), statistics.median(seconds)
        sys.stdout.write(f"{what:50}{middle:6.2f} s (at best {low:.2f})\n")


if __name__ == "__main__":
    main()
