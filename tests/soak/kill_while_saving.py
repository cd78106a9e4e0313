"""Kills a process that saves a project, at random moments: the file is always a whole one.

Run as ``python -m tests.soak.kill_while_saving [KILLS] [SEED]``.
"""

from __future__ import annotations

import dataclasses
import os
import random
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.projection import Projection
from embexplorer.operations.context import Context
from embexplorer.operations.project_file import open_project, save_project
from embexplorer.storage.whole import discard_left
from tests.kept_project import full_contents

if TYPE_CHECKING:
    from embexplorer.core.project import ProjectContents

MAPS = 40
LONGEST = 0.06  # seconds a process saves before it is killed; a save takes about 0.01


@dataclass(frozen=True)
class Found:
    """What was found after the kills.

    Parameters
    ----------
    damaged
        Files that did not open, or held parts of two saves.
    lost
        Files that held neither the last finished save nor the one that was being made.
    in_between
        Kills that came while a save had begun and was not finished.
    left
        Scratch folders that the next save would not have removed.
    """

    kills: int
    damaged: int
    lost: int
    in_between: int
    left: int

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost and nothing left."""
        return not (self.damaged or self.lost or self.left)


def kill_while_saving(folder: Path, kills: int, seed: int = 0) -> Found:
    """Let a process save over and over and kill it, so many times."""
    rng = random.Random(seed)
    file, cache = folder / "thesis.embx", folder / "cache"
    usual = full_contents(Context.default(cache))
    damaged = lost = in_between = finished = 0
    for _ in range(kills):
        finished = _save_until_killed(file, cache, usual, finished, rng.uniform(0, LONGEST))
        in_between += bool(list(folder.glob(".*.part")))
        try:
            number = _number_in(file, cache) if file.exists() else 0
        except Exception as error:  # noqa: BLE001  whatever it is, the file is not whole
            print(error, file=sys.stderr)  # noqa: T201  a script
            damaged += 1
            continue
        lost += number not in (finished, finished + 1)
        finished = number
    discard_left(folder)
    return Found(kills, damaged, lost, in_between, len(list(folder.glob(".*.part"))))


def _save_until_killed(
    file: Path, cache: Path, usual: ProjectContents, number: int, seconds: float
) -> int:
    """Save the numbers after `number` in a process, kill it, and return the last that it saved."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        while True:
            number += 1
            save_project(str(file), _numbered(usual, number), embeds=True, cache_root=str(cache))
            os.write(writer, number.to_bytes(4, "big"))
    os.close(writer)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as said:
        numbers = said.read()
    return int.from_bytes(numbers[-4:], "big") if numbers else number


def _numbered(usual: ProjectContents, number: int) -> ProjectContents:
    """Return a project all of whose maps hold one number: halves of two saves would show."""
    coords = np.full((6, 2), number, np.float32)
    maps = tuple(Projection(usual.data[0].id, "pca", coords) for _ in range(MAPS))
    kept = dict.fromkeys(("columns", "clusters", "selections", "views"), ())
    return dataclasses.replace(usual, projections=maps, extra={"number": number}, **kept)


def _number_in(file: Path, cache: Path) -> int:
    found = open_project(str(file), cache_root=str(cache)).contents
    number = int(found.extra["number"])
    if not all((item.coords == number).all() for item in found.projections):
        raise ValueError(f"the file of save {number} holds another one too")
    if len(found.projections) != MAPS:
        raise ValueError(f"{len(found.projections)} maps")
    return number


def main() -> int:
    """Print what was found; 1 where something was lost."""
    kills, seed = (*map(int, sys.argv[1:]), *(1000, 0)[len(sys.argv) - 1 :])
    with tempfile.TemporaryDirectory() as folder:
        found = kill_while_saving(Path(folder), kills, seed)
    print(found)  # noqa: T201  a script
    return int(not found.is_clean)


if __name__ == "__main__":
    sys.exit(main())
