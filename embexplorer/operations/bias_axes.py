"""A map whose x is bias: how far items lie along the direction between two sides, and across it."""

from __future__ import annotations

import time
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embexplorer.core.contracts import Asks
from embexplorer.core.errors import UserError
from embexplorer.core.progress import Progress
from embexplorer.core.projection import BIAS_AXES, Projection
from embexplorer.core.space import ITEM, Space
from embexplorer.engines.principal import find_principal
from embexplorer.measures.along_direction import counted_pairs
from embexplorer.measures.association import unit
from embexplorer.measures.bias_direction import find_direction
from embexplorer.measures.fixed_axes import FixedAxes, across, place, to_length_1
from embexplorer.measures.similarity import small_blocks
from embexplorer.operations.find_groups import find_groups
from embexplorer.operations.probe import as_sets
from embexplorer.storage.space_folder import open_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embexplorer.core.item_sets import ItemSets

Across = Literal["varied", "neutrality", "order"]
SAMPLE = 20_000  # items from which the most varied direction is found
WIDE = 0.6  # height of a map over its width, where its axes have no unit in common
TINY = 1e-9
TITLE = "A map of bias"
FLAT = "The map shows two axes: items that lie together on it may be far apart along all others."


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """A direction (d,) of length 1 from the side `negative` to `positive`, and how it was found."""

    direction: NDArray[np.float64]
    negative: str
    positive: str
    how: str
    notes: tuple[str, ...]


def bias_axes(
    space: Space,
    sets: ItemSets | Mapping[str, Any] | str,
    *,
    by: Across = "varied",
    ignore_case: bool = False,
    allow_missing: bool = False,
    progress: Progress | None = None,
) -> Projection:
    """Return a map of a space: x is bias, y what `by` says.

    Parameters
    ----------
    sets
        As for `embexplorer.operations.probe.probe`. The direction is that of their pairs; without
        pairs it goes from the second to the first of two sets of attributes, or else of targets.
    by
        ``varied``: the direction across that of bias along which the items vary most, both axes
        cosines. ``neutrality``: the length of what of a raw vector lies across the direction, x
        then the length along it. ``order``: the logarithm of the row of the item, which stands for
        frequency where a space is sorted by it.

    Raises
    ------
    UserError
        When the sets have no two sides, or too many of their items are missing.
    CancelledError
        When the person cancelled.

    References
    ----------
    Bolukbasi, Chang, Zou, Saligrama and Kalai 2016, Man is to computer programmer as woman is to
    homemaker? Debiasing word embeddings, NIPS, figure 7, for words over an axis of gender.
    """
    progress = progress or Progress()
    started = time.perf_counter()
    asked = as_sets(sets)
    sides = find_sides(space, asked, ignore_case=ignore_case, allow_missing=allow_missing)
    of = f"the direction from “{sides.negative}” to “{sides.positive}”"
    units, notes = (1.0, 1.0), [f"x is along {of}, {sides.how}"]
    if by == "varied":
        axes, share = with_most_varied(space, sides, progress.part(0.0, 0.4))
        coords = place(space.vectors, axes, progress.part(0.4, 1.0))
        name = f"most varied direction across, {share:.1%} of the rest"
        notes.append(
            "Both axes are cosines; y is the direction across that of bias along which the items "
            f"vary most{_sampled(space)}."
        )
    elif by == "neutrality":
        coords = _lengths(space, sides.direction, progress)
        name = "length across (neutrality)"
        notes.append(
            "Both axes are lengths of raw vectors: y is the length of what lies across the "
            "direction. Where all vectors have one length it says nothing that x does not say."
        )
    else:
        x = place(space.vectors, FixedAxes(sides.direction[None], np.zeros(1)), progress)
        coords = np.column_stack((x, np.log10(np.arange(1.0, space.n + 1))))
        units = (1.0, _unit_of(coords))
        coords[:, 1] /= units[1]
        name = "log₁₀ of the row (rarer)"
        notes.append(
            "x is a cosine; y is the row of the item in the space, 1 at the bottom. It stands for "
            "frequency only where the space is sorted by it, as word vectors mostly are."
        )
    x_name = "length" if by == "neutrality" else "cosine"
    return projection_on(
        space,
        coords,
        method=BIAS_AXES,
        params={"sets": asked.name, "across": by},
        axes=(f"{sides.negative} to {sides.positive} ({x_name})", name),
        units=units,
        notes=(*notes, *sides.notes, FLAT),
        seconds=time.perf_counter() - started,
    )


def bias_axes_to_plain(
    space_folder: str, sets: ItemSets | Mapping[str, Any] | str, progress: Progress, **asked: Any
) -> dict[str, Any]:
    """Make the map of the space in a folder, as the job of a child; `asked` is of `bias_axes`."""
    space, _ = open_folder(Path(space_folder))
    assert isinstance(space, Space), "a corpus has no probes"
    return to_plain(bias_axes(space, sets, progress=progress, **asked))


def to_plain(projection: Projection) -> dict[str, Any]:
    """Return a projection as plain values, for `operations.project.projection_from_plain`."""
    return {field.name: getattr(projection, field.name) for field in fields(projection)}


def axes_table(space: Space, projection: Projection) -> pa.Table:
    """Return where the items of a map lie in the units of its axes: item, x, y."""
    rows = projection.rows
    items = space.table.column(ITEM)
    wide = projection.coords.astype(np.float64) * np.array(projection.units)
    return pa.table(
        {ITEM: items if rows is None else items.take(rows), "x": wide[:, 0], "y": wide[:, 1]}
    )


def find_sides(
    space: Space, sets: ItemSets, *, ignore_case: bool = False, allow_missing: bool = False
) -> Sides:
    """Return the direction between the two sides of item sets, of vectors at length 1.

    Raises
    ------
    UserError
        When there are no two sides, or they lie in the same place.
    """
    asks = _asks(sets)
    groups = find_groups(
        space, sets, asks, TITLE, ignore_case=ignore_case, allow_missing=allow_missing
    )
    if groups.pairs is not None:
        first, second = groups.pairs
        found = find_direction(first.vectors, second.vectors)
        how = (
            f"the first principal axis of {counted_pairs(len(first))} of “{sets.name}”; it holds "
            f"{found.share:.0%} of the differences within them."
        )
        return Sides(found.vector, second.items[0], first.items[0], how, groups.notes)
    first, second = groups.attributes or groups.targets
    apart = unit(first.vectors).mean(axis=0) - unit(second.vectors).mean(axis=0)
    length = float(np.linalg.norm(apart))
    if length <= TINY:
        raise UserError(
            "The sets have no direction",
            f"“{first.name}” and “{second.name}” have the same mean.",
            "Choose other sets.",
        )
    how = f"the difference of their means ({len(first)} and {len(second)} items of length 1)."
    return Sides(apart / length, second.name, first.name, how, groups.notes)


def _asks(sets: ItemSets) -> Asks:
    if sets.pairs:
        return Asks(pairs=True, least=1)
    if len(sets.attributes) == 2:
        return Asks(attributes=2, least=1)
    if len(sets.targets) == 2:
        return Asks(targets=2, least=1)
    raise UserError(
        "No two sides to lie between",
        f"“{sets.name}” has neither pairs, nor two sets of attributes, nor two of targets.",
        "Choose sets with two sides; color the map by the nearest class instead.",
    )


def with_most_varied(
    space: Space, sides: Sides, progress: Progress | None = None
) -> tuple[FixedAxes, float]:
    """Return the axes of bias and of what varies most across it, and the share of the latter.

    The share is of the variance of what lies across the direction, 0 where nothing varies.
    """
    sample = across(sample_of(space), sides.direction)
    found = find_principal(sample.astype(np.float32), 1, progress)
    second = found.axes[0]
    if np.any(second):
        second = across(second[None], sides.direction)[0]  # rounding to float32 turns it a little
        second /= np.linalg.norm(second)
    return FixedAxes(np.stack((sides.direction, second)), np.zeros(2)), float(found.shares[0])


def sample_of(space: Space) -> NDArray[np.float64]:
    """Return vectors (m, d) at length 1 of a uniform sample of the items that have one."""
    rows = np.arange(space.n)
    if space.n > SAMPLE:
        rows = np.sort(np.random.default_rng(0).choice(space.n, SAMPLE, replace=False))
    sample = to_length_1(space.vectors[rows])
    there: NDArray[np.float64] = sample[~np.isnan(sample).any(axis=1)]
    return there


def _sampled(space: Space) -> str:
    """Return what is said of a sample, after a verb."""
    return f", found from a uniform sample of {SAMPLE:,} of them" if space.n > SAMPLE else ""


def projection_on(
    space: Space, coords: NDArray[np.float64], *, notes: tuple[str, ...], **described: Any
) -> Projection:
    """Return coords (n, 2) as a projection; an item that has none is not among its rows."""
    is_placed = np.isfinite(coords).all(axis=1)
    rows = None if is_placed.all() else np.flatnonzero(is_placed)
    placed = np.ascontiguousarray(coords if rows is None else coords[rows], np.float32)
    placed.flags.writeable = False
    if rows is not None:
        left = space.n - len(rows)
        notes = (*notes, f"Items left out, as their vectors are zero: {left:,}.")
    return Projection(
        space.id,
        coords=placed,
        rows=rows,
        notes=notes,
        made_at=datetime.now(tz=UTC).astimezone().strftime("%Y-%m-%dT%H:%M"),
        **described,
    )


def _lengths(
    space: Space, direction: NDArray[np.float64], progress: Progress
) -> NDArray[np.float64]:
    """Return (n, 2) the length of each raw vector along a direction, and of what lies across."""
    found = np.empty((space.n, 2))
    for start, block in small_blocks(space.vectors, progress):
        wide, rows = block.astype(np.float64), slice(start, start + len(block))
        found[rows, 0] = wide @ direction
        found[rows, 1] = np.linalg.norm(across(wide, direction), axis=1)
        progress.report(rows.stop / space.n, f"{rows.stop:,} of {space.n:,} items")
    return found


def _unit_of(coords: NDArray[np.float64]) -> float:
    """Return by what y of (n, 2) is divided so that the map is a little wider than high."""
    low, high = np.nanquantile(coords, (0.005, 0.995), axis=0)
    width, height = (high - low).tolist()
    return height / (WIDE * width) if width > 0 and height > 0 else 1.0
