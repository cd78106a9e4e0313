"""Kills a process that saves, at random moments: what it leaves is always whole.

Run as ``python -m tests.soak.kill_while_saving [KILLS] [SEED]``: a process that saves a project
over and over, and one that keeps what a window holds, are killed so many times each.
"""

from __future__ import annotations

import dataclasses
import os
import random
import signal
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.projection import Projection
from embexplorer.operations.context import Context
from embexplorer.operations.keep_window import WindowKeeper, discard_window, recover_window
from embexplorer.operations.project_file import open_project, save_project
from embexplorer.storage.kept_windows import Summary, find_left
from embexplorer.storage.owner import this_process
from embexplorer.storage.whole import discard_left
from tests.kept_project import full_contents

if TYPE_CHECKING:
    from embexplorer.core.project import ProjectContents

MAPS = 40
LONGEST = 0.06  # seconds a process goes on saving before it is killed; a save takes about 0.01


@dataclass(frozen=True)
class Found:
    """What was found after the kills.

    Parameters
    ----------
    damaged
        Did not open, or held parts of two saves.
    lost
        Held neither the last finished save nor the one that was being made.
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


class Saving:
    """Saves a project file."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.cache = folder, folder / "cache"
        self.usual = full_contents(Context.default(self.cache))
        self.file = folder / "thesis.embx"

    def begin(self) -> None:
        """Get ready, in the process that will be killed."""

    def save(self, number: int) -> None:
        """Save a number."""
        contents = _numbered(self.usual, number)
        save_project(str(self.file), contents, embeds=True, cache_root=str(self.cache))

    def number(self) -> int | None:
        """Return the number that was saved; None where nothing was."""
        if not self.file.exists():
            return None
        found = open_project(str(self.file), cache_root=str(self.cache))
        return _number_in(found.contents)


class Keeping(Saving):
    """Keeps what a window holds, each time as another window, and recovers it."""

    def begin(self) -> None:
        self.keeper = WindowKeeper(uuid.uuid4().hex, Context.default(self.cache))

    def save(self, number: int) -> None:
        self.keeper.keep(_numbered(self.usual, number), (), Summary("soak", "", 1, MAPS))

    def number(self) -> int | None:
        found = find_left()
        if not found:
            return None
        (left,) = found
        mine = this_process("mine")
        recovered = recover_window(left, mine, cache_root=str(self.cache))
        discard_window(recovered.folder, mine.token, cache_root=str(self.cache))
        return _number_in(recovered.opened.contents)


def kill_while_saving(saving: Saving, kills: int, seed: int = 0) -> Found:
    """Let a process save over and over and kill it, so many times."""
    rng = random.Random(seed)
    damaged = lost = in_between = finished = 0
    for _ in range(kills):
        before = set(saving.folder.rglob(".*.part"))
        finished = _save_until_killed(saving, finished, rng.uniform(0, LONGEST))
        in_between += not before.issuperset(saving.folder.rglob(".*.part"))
        try:
            number = saving.number()
        except Exception as error:  # noqa: BLE001  whatever it is, it is not whole
            print(error, file=sys.stderr)  # noqa: T201  a script
            damaged += 1
            continue
        lost += number not in (finished, finished + 1)
        finished = max(finished, number or 0)
    for place in {path.parent for path in saving.folder.rglob(".*.part")}:
        discard_left(place)
    return Found(kills, damaged, lost, in_between, len(list(saving.folder.rglob(".*.part"))))


def _save_until_killed(saving: Saving, number: int, seconds: float) -> int:
    """Save the numbers after `number` in a process, kill it, and return the last that it saved."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        saving.begin()
        while True:
            number += 1
            saving.save(number)
            os.write(writer, number.to_bytes(4, "big"))
    os.close(writer)
    first = os.read(reader, 4)  # on a busy computer a process takes long to begin
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as said:
        numbers = first + said.read()
    return int.from_bytes(numbers[-4:], "big")


def _numbered(usual: ProjectContents, number: int) -> ProjectContents:
    """Return a project all of whose maps hold one number: halves of two saves would show."""
    coords = np.full((6, 2), number, np.float32)
    maps = tuple(Projection(usual.data[0].id, "pca", coords) for _ in range(MAPS))
    kept = dict.fromkeys(("columns", "clusters", "selections", "views"), ())
    return dataclasses.replace(usual, projections=maps, extra={"number": number}, **kept)


def _number_in(found: ProjectContents) -> int:
    number = int(found.extra["number"])
    if not all((item.coords == number).all() for item in found.projections):
        raise ValueError(f"the file of save {number} holds another one too")
    if len(found.projections) != MAPS:
        raise ValueError(f"{len(found.projections)} maps")
    return number


def main() -> int:
    """Print what was found; 1 where something was lost."""
    kills, seed = (*map(int, sys.argv[1:]), *(1000, 0)[len(sys.argv) - 1 :])
    is_clean = True
    for kind in (Saving, Keeping):
        with tempfile.TemporaryDirectory() as folder:
            os.environ["EMBEXPLORER_STATE"] = f"{folder}/state"
            found = kill_while_saving(kind(Path(folder)), kills, seed)
        print(kind.__name__, found)  # noqa: T201  a script
        is_clean &= found.is_clean
    return int(not is_clean)


if __name__ == "__main__":
    sys.exit(main())
