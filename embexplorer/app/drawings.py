"""What the layers of a map show beside its points, as plain values that were worked out before."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embexplorer.measures.density import Density
from embexplorer.measures.hulls import Hull

Kind = Literal["terrain", "hulls", "edges", "sequences", "pictures", "arrows", "labels"]
SHARES = (0.25, 0.5, 0.75, 0.9)  # of the points that contours hold


@dataclass(frozen=True, slots=True, eq=False)
class Terrain:
    """The density of the points on a map, and closed lines (m, 2) around each of `SHARES`."""

    density: Density
    contours: tuple[tuple[NDArray[np.float64], ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Hulls:
    """A hull of each category, and the place of each in the palette of categories."""

    hulls: tuple[Hull, ...]
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Lines between items: (m,) rows where they start and end, and the rank of the end, from 0."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    ranks: NDArray[np.int64]
    k: int


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """Items in their order, joined by a line, and its place in the palette of categories."""

    rows: NDArray[np.int64]
    position: int


@dataclass(frozen=True, slots=True, eq=False)
class Sequences:
    """Lines through items."""

    trails: tuple[Trail, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """Items that are image files.

    Parameters
    ----------
    rows
        (m,) the items, in the order in which they get room.
    names
        n paths of files, each perhaps with the part of it that is meant (`engines.sprite_sheet`).
    folder
        Where a path that is relative starts.
    """

    rows: NDArray[np.int64]
    names: pa.ChunkedArray
    folder: Path

    def file_of(self, row: int) -> Path:
        """Return the image file of an item, with the part that is meant behind its name."""
        return self.folder / str(self.names[row].as_py())


@dataclass(frozen=True, slots=True, eq=False)
class Arrows:
    """Where items were before: (m,) rows, the one that moved farthest first, and (m, k) places.

    `names` (m,) are the items as they are called.
    """

    rows: NDArray[np.int64]
    starts: NDArray[np.float32]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where the names of groups belong.

    Parameters
    ----------
    numbers
        (k,) the groups of which items are shown, the largest first.
    names, sizes
        What they are called, and how many of their items are shown.
    anchors
        (k,) rows: the item nearest to the middle of each on the map.
    samples
        For each, rows drawn at random that stand in where the middle is out of view.
    codes
        (n,) the group of each item; below 0 it is in none.
    """

    numbers: NDArray[np.int64]
    names: tuple[str, ...]
    sizes: NDArray[np.int64]
    anchors: NDArray[np.int64]
    samples: tuple[NDArray[np.int64], ...]
    codes: NDArray[np.int32]

    def held_by(self, rows: NDArray[np.int64]) -> frozenset[int]:
        """Return the groups of which at least half of the shown items are among rows."""
        codes = self.codes[rows]
        counts = np.bincount(codes[codes >= 0], minlength=int(self.numbers.max(initial=-1)) + 1)
        is_held = 2 * counts[self.numbers] >= self.sizes
        return frozenset(self.numbers[is_held].tolist())


Shown = Terrain | Hulls | Edges | Sequences | Pictures | Arrows | Places


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """What a layer shows.

    Parameters
    ----------
    space_id
        The space whose items it shows.
    made_of
        What it was worked out from: it holds as long as these are the same.
    shown
        Nothing where it could not be made.
    notes
        What is drawn and what is left out, one sentence each.
    """

    space_id: str
    made_of: tuple[object, ...]
    shown: Shown | None
    notes: tuple[str, ...] = ()


def is_same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Return whether two drawings are made of the same: arrays are compared by identity."""
    return len(one) == len(other) and all(
        a is b or (isinstance(a, str | int | frozenset) and a == b)
        for a, b in zip(one, other, strict=True)
    )
