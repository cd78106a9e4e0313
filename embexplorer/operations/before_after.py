"""Two maps on the same axes: a space, and what a mitigation of bias made of it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from embexplorer.core.errors import UserError
from embexplorer.core.progress import Progress
from embexplorer.core.projection import BIAS_AXES, SHARED_AXES
from embexplorer.core.space import Space
from embexplorer.engines.principal import find_principal
from embexplorer.measures.fixed_axes import FixedAxes, movement, place
from embexplorer.operations.bias_axes import (
    FLAT,
    find_sides,
    projection_on,
    sample_of,
    to_plain,
    with_most_varied,
)
from embexplorer.operations.item_sets import sets_from
from embexplorer.storage.space_folder import open_folder

if TYPE_CHECKING:
    from embexplorer.core.projection import Projection

Basis = Literal["bias", "pca"]
BEFORE = "before"
"""Parameter of a map that is to be compared: the id of the map of the space before."""
HIDDEN = (
    "What moves across them cannot be seen here, and a short arrow is no proof that information "
    "is gone."
)


def origin_of(space: Space) -> str:
    """Return the id of the space that a mitigation made a space of; empty for other spaces."""
    of = space.provenance.params.get("of") if space.provenance.params else None
    is_made = space.provenance.reader.startswith("debias ") and isinstance(of, dict)
    return str(of.get("id", "")) if is_made and of is not None else ""


def place_before_after(
    before: Space, after: Space, basis: Basis = "bias", progress: Progress | None = None
) -> tuple[Projection, Projection]:
    """Return a map of each space on axes that were found from the one before alone.

    All vectors are brought to length 1 first, so that what moves has turned. The second map names
    the first in its parameter `BEFORE`.

    Parameters
    ----------
    before, after
        A space, and what `operations.debias` made of it: the same items in the same order.
    basis
        ``bias``: the direction of the item sets that were debiased by, and what varies most across
        it. ``pca``: the two principal axes.

    Raises
    ------
    UserError
        When the one was not made of the other, or the sets have no two sides.
    CancelledError
        When the person cancelled.
    """
    progress = progress or Progress()
    started = time.perf_counter()
    if origin_of(after) != before.id or before.vectors.shape != after.vectors.shape:
        raise UserError(
            "Not made of this space",
            f"“{after.name}” was not made of “{before.name}” by debiasing.",
            "Open the space that it was made of.",
        )
    axes, names, how = _axes(before, after, basis, progress.part(0.0, 0.2))
    old = place(before.vectors, axes, progress.part(0.2, 0.5))
    new = place(after.vectors, axes, progress.part(0.5, 0.8))
    moved = movement(before.vectors, after.vectors, axes, progress.part(0.8, 1.0))
    described: dict[str, Any] = {
        "method": BIAS_AXES if basis == "bias" else SHARED_AXES,
        "axes": names,
        "units": (1.0, 1.0),
        "seconds": time.perf_counter() - started,
    }
    said = (how, "All vectors are brought to length 1 first.")
    first = projection_on(before, old, params={"basis": basis}, notes=(*said, FLAT), **described)
    shown = (
        f"Of all movement (squared, from “{before.name}”), {moved.share:.0%} is along these axes."
    )
    second = projection_on(
        after,
        new,
        params={"basis": basis, BEFORE: first.id},
        notes=(*said, f"{shown} {HIDDEN}", FLAT),
        **described,
    )
    return first, second


def before_after_to_plain(
    before_folder: str, after_folder: str, basis: Basis, progress: Progress
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make both maps of spaces in folders and return them as plain values, for a child process."""
    (before, _), (after, _) = (open_folder(Path(one)) for one in (before_folder, after_folder))
    assert isinstance(before, Space), "it was debiased"
    assert isinstance(after, Space), "it was made of a space"
    first, second = place_before_after(before, after, basis, progress)
    return to_plain(first), to_plain(second)


def _axes(
    before: Space, after: Space, basis: Basis, progress: Progress
) -> tuple[FixedAxes, tuple[str, str], str]:
    """Return the axes, what they are called, and how they were found."""
    if basis == "bias":
        sets = sets_from(after.provenance.params["sets"], "sets")
        sides = find_sides(before, sets, allow_missing=True)
        axes, share = with_most_varied(before, sides, progress)
        return (
            axes,
            (
                f"{sides.negative} to {sides.positive} before (cosine)",
                f"most varied direction across before, {share:.1%} of the rest",
            ),
            f"x is along the direction of “{before.name}” from “{sides.negative}” to "
            f"“{sides.positive}”, {sides.how} y is what varies most across it there.",
        )
    sample = sample_of(before)
    found = find_principal(sample.astype(np.float32), 2, progress)
    axes = FixedAxes(found.axes, found.axes @ sample.mean(axis=0))
    names = [f"PC {at + 1} before, {share:.1%}" for at, share in enumerate(found.shares)]
    how = f"Both axes are the principal axes of “{before.name}”, from {len(sample):,} of its items."
    return axes, (names[0], names[1]), how
