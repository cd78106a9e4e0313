"""A small valid file of every format, from which damaged ones are made.

A format that writes is its own maker. One that only reads needs a function here; without it the
fuzz tests fail. A seed is a folder of files, all of which are damaged in turn, and the path in it
that is opened.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.space import make_space, make_table
from tests.compressing import ENDINGS, compressed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from embexplorer.core.contracts import Format
    from embexplorer.core.space import Space

ITEMS = ["king", "new york", "né", *(f"w{at}" for at in range(9))]
COORDS = np.arange(2 * len(ITEMS), dtype=np.float32).reshape(-1, 2)
PROSE = "One text. Another né.\n\nAnd 東京, the last one…\n"


def _text(folder: Path) -> Path:
    path = folder / "a.txt"
    path.write_text(PROSE * 5, encoding="utf-8")
    return path


def _text_folder(folder: Path) -> Path:
    (folder / "corpus" / "deep").mkdir(parents=True)
    (folder / "corpus" / "a.txt").write_text(PROSE, encoding="utf-8")
    (folder / "corpus" / "deep" / "b.md").write_text(PROSE[::-1], encoding="utf-8")
    return folder / "corpus"


# Makers of formats that are only read, by their id: folder in, path to open out.
MAKERS: dict[str, Callable[[Path], Path]] = {
    "text": _text,
    "text-folder": _text_folder,
}

# How many times fewer damages a format gets, by its id: where each file starts a process.
SLOWER: dict[str, int] = {}


def seeds_of(plugin: Format, folder: Path) -> list[Path]:
    """Write the seeds of a format, each into a folder of its own; return the paths to open."""
    numbers = itertools.count()

    def fresh() -> Path:
        path = folder / str(next(numbers))
        path.mkdir(parents=True)
        return path

    seeds = []
    if plugin.id in MAKERS:
        seeds.append(MAKERS[plugin.id](fresh()))
    if plugin.write is not None:
        for extension in plugin.extensions:
            seeds.append(fresh() / f"a{extension}")
            plugin.write(small_space(), COORDS, seeds[-1])
    assert seeds, f"{plugin.id} only reads: give it a maker in tests/fuzz/seeds.py"
    if plugin.streams:
        plain = seeds[0]
        for ending in ENDINGS:
            path = fresh() / f"{plain.name}{ending}"
            path.write_bytes(compressed(plain.read_bytes(), ending, plain.name))
            seeds.append(path)
    return seeds


def small_space() -> Space:
    """Return twelve items, some of several words or letters beyond ASCII, with columns."""
    vectors = np.random.default_rng(1).normal(0, 0.3, (len(ITEMS), 6)).astype(np.float32)
    columns = {"year": list(range(len(ITEMS))), "kind": ["person", None] * (len(ITEMS) // 2)}
    return make_space(vectors, make_table(ITEMS, columns))
