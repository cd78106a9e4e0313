"""How the layers of a map are worked out: each from the items that are shown, in any thread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.app.drawings import (
    SHARES,
    Hulls,
    Pictures,
    Places,
    Sequences,
    Terrain,
    Trail,
)
from embexplorer.app.number_columns import are_numbers, numbers_of
from embexplorer.core.counted import counted
from embexplorer.core.space import ITEM
from embexplorer.engines.sprite_sheet import PART, split_part
from embexplorer.measures.contours import contours_of
from embexplorer.measures.density import density_of, levels_holding
from embexplorer.measures.hulls import hulls_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from embexplorer.app.appearance import Coloring
    from embexplorer.core.progress import Progress
    from embexplorer.core.projection import Coords
    from embexplorer.core.space import Space

    Mask = NDArray[np.bool_] | None

    Made = tuple[object | None, tuple[str, ...]]

MOST_SEGMENTS = 20_000
MOST_PLACES = 500  # names of groups that are placed
MEASURED = 20_000  # items of a group that say where its middle is
SAMPLED = 48  # items of a group that stand in for its middle
LOOKED_AT = 200  # paths of which one must be a file
IMAGE_COLUMNS = frozenset(
    {
        "image", "images", "img", "picture", "photo", "thumbnail", "path", "file", "filename",
        "file_name", "filepath", "file_path", "image_path", "image_file",
    }
)  # fmt: skip
IMAGE_NAME = rf"(?i)\.(png|jpe?g|gif|bmp|webp|tiff?|ppm|pgm|svg){PART}$"


def make_terrain(coords: Coords, mask: Mask, progress: Progress) -> Made:
    """Return the `Terrain` of the shown items, and what must be said."""
    density = density_of(coords if mask is None else coords[mask])
    progress.raise_if_cancelled()
    if density is None:
        return None, ("Density needs two shown items at different places.",)
    lines = tuple(
        tuple(contours_of(density, level)) if level > 0 else ()
        for level in levels_holding(density, SHARES)
    )
    return Terrain(density, lines), ()


def make_hulls(coords: Coords, mask: Mask, coloring: Coloring, progress: Progress) -> Made:
    """Return the `Hulls` of the shown categories, and what must be said."""
    if coloring.kind != "category":
        return None, ("Hulls need a color column of categories.",)
    progress.raise_if_cancelled()
    codes = coloring.codes if mask is None else np.where(mask, coloring.codes, -1)
    hulls = hulls_of(coords, codes)
    positions = tuple(coloring.positions[hull.group] for hull in hulls)
    return Hulls(tuple(hulls), positions), (
        "Each hull holds the middle 95% of the shown items of a category.",
    )


def make_sequences(
    space: Space, coloring: Coloring, order_by: str, mask: Mask, progress: Progress
) -> Made:
    """Return the `Sequences` of the shown items, and what must be said."""
    codes = coloring.codes if coloring.kind == "category" else np.zeros(space.n, np.int32)
    is_in = np.asarray(codes >= 0)
    if mask is not None:
        is_in = is_in & mask
    named = order_by if order_by in sequence_columns(space) else ""
    values = _order_values(space, named)
    is_in &= ~np.isnan(values)
    rows = np.flatnonzero(is_in)
    progress.raise_if_cancelled()
    rows = rows[np.lexsort((rows, values[rows], codes[rows]))]
    sizes = np.bincount(codes[rows]) if len(rows) else np.zeros(0, np.int64)
    parts = np.split(rows, np.cumsum(sizes)[:-1]) if len(sizes) else []
    longest = longest_line(np.maximum(sizes - 1, 0), MOST_SEGMENTS)
    trails = tuple(
        Trail(part[-longest - 1 :], coloring.positions[code] if coloring.positions else 0)
        for code, part in enumerate(parts)
        if longest and len(part) > 1
    )
    order = f"“{named}”" if named else "their order in the space"
    said = f"Lines join items of one color by {order}."
    if coloring.kind != "category":
        said = f"A line joins the items by {order}."
    total = int(np.maximum(sizes - 1, 0).sum())
    drawn = sum(len(trail.rows) - 1 for trail in trails)
    if drawn < total:
        said += f" {drawn:,} of {total:,} segments are drawn: the last {longest:,} of each line."
    return Sequences(trails), (said,)


def longest_line(segments: NDArray[np.int64], most: int) -> int:
    """Return how many segments a line may have so that all of them have at most `most`."""
    if int(segments.sum()) <= most:
        return int(segments.max(initial=0))
    low, high = 0, int(segments.max())
    while low < high:
        middle = (low + high + 1) // 2
        if int(np.minimum(segments, middle).sum()) <= most:
            low = middle
        else:
            high = middle - 1
    return low


def sequence_columns(space: Space) -> tuple[str, ...]:
    """Return the columns that can order items along lines: numbers and dates."""
    return tuple(
        name
        for name, column in space.columns.items()
        if are_numbers(column.type) and column.null_count < len(column)
    )


def _order_values(space: Space, column: str) -> NDArray[np.float64]:
    if not column:
        return np.arange(space.n, dtype=np.float64)
    return np.array(numbers_of(space.table.column(column)))


def make_pictures(space: Space, mask: Mask, progress: Progress) -> Made:
    """Return the `Pictures` of the shown items, and what must be said."""
    folder = _folder_of(space)
    for name in (*(name for name in space.columns if name.lower() in IMAGE_COLUMNS), ITEM):
        progress.raise_if_cancelled()
        column = space.table.column(name)
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            continue
        names = column.cast(pa.large_string())
        is_image = pc.fill_null(pc.match_substring_regex(names, IMAGE_NAME), False).to_numpy()
        rows = np.flatnonzero(is_image)
        files = {split_part(str(names[row].as_py()))[0] for row in rows[:LOOKED_AT]}
        if not any((folder / file).is_file() for file in files):
            continue
        said = f"Pictures are the files in “{name}” of {counted(len(rows), 'item')}"
        said += "." if len(rows) == space.n else f" of {space.n:,}."
        if mask is not None:
            rows = rows[mask[rows]]
        rows = np.random.default_rng(0).permutation(rows)
        return Pictures(rows, names, folder), (said,)
    return None, ("No column of this space names image files that are there.",)


def _folder_of(space: Space) -> Path:
    """Return where relative paths start: at the folder, or beside the file, that was read."""
    source = Path(space.provenance.source or ".")
    return source if source.is_dir() else source.parent


def make_places(
    codes: NDArray[np.int32], names: Sequence[str], coords: Coords, mask: Mask, progress: Progress
) -> Made:
    """Return the `Places` of the groups of which items are shown.

    Parameters
    ----------
    codes
        (n,) the group of each item; below 0 it is in none.
    names
        Of the groups.
    coords
        (n, 2|3).
    """
    is_in = (codes >= 0) & np.isfinite(coords).all(axis=1)
    if mask is not None:
        is_in &= mask
    rows = np.flatnonzero(is_in)
    labels = codes[rows].astype(np.int16 if len(names) < 2**15 else np.int32)
    rows = rows[np.argsort(labels, kind="stable")]
    sizes = np.bincount(codes[rows], minlength=len(names)) if len(rows) else np.zeros(0, np.int64)
    ends = np.cumsum(sizes)
    numbers = np.argsort(-sizes, kind="stable")[:MOST_PLACES]
    numbers = numbers[sizes[numbers] > 0]
    rng = np.random.default_rng(0)
    anchors, samples = [], []
    for number in numbers:
        progress.raise_if_cancelled()
        members = rows[ends[number] - sizes[number] : ends[number]]
        if len(members) > MEASURED:
            members = rng.choice(members, MEASURED, replace=False)
        points = coords[members].astype(np.float64)
        apart = points - np.median(points, axis=0)
        anchors.append(members[np.einsum("ij,ij->i", apart, apart).argmin()])
        samples.append(rng.choice(members, min(SAMPLED, len(members)), replace=False))
    return Places(
        numbers.astype(np.int64),
        tuple(names[number] for number in numbers),
        sizes[numbers].astype(np.int64),
        np.array(anchors, np.int64),
        tuple(samples),
        codes,
    ), ()
