"""How far items lie along the direction of pairs, and what such a direction is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np

from embexplorer.core.contracts import ItemScale
from embexplorer.core.params import Doc
from embexplorer.measures.bias_direction import BiasDirection, DirectionMethod, find_direction
from embexplorer.measures.similarity import small_blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.contracts import Group, Probing
    from embexplorer.core.progress import Progress

Way = Annotated[
    DirectionMethod,
    Doc(
        "Direction",
        "pca: the first principal axis of the pairs; mean: their mean difference; single: the "
        "difference of the first pair; sum: the difference of the sums of both sides.",
    ),
]
Scale = Literal["cosine", "raw"]
FIRST = Doc(
    "First items",
    "Look at the first so many items of the space only; word vectors are mostly sorted by "
    "frequency.",
    min=10,
)


def direction_of(probing: Probing, way: DirectionMethod) -> BiasDirection:
    """Return the direction of the pairs of a question, from vectors of length 1.

    Raises
    ------
    UserError
        When they have none.
    """
    first, second = pairs_of(probing)
    return find_direction(first.vectors, second.vectors, way)


def pairs_of(probing: Probing) -> tuple[Group, Group]:
    """Return both sides of the pairs of a probe that asks for pairs."""
    assert probing.pairs is not None, "the probe asks for pairs"
    return probing.pairs


def direction_scale(probing: Probing) -> ItemScale:
    """Return how far any item lies along the direction of the pairs of a question.

    The parameters `way`, `projection` and `unit_length` of the probe say how, where it has them.
    """
    first, second = pairs_of(probing)
    way: DirectionMethod = getattr(probing.params, "way", "pca")
    scale: Scale = getattr(probing.params, "projection", "cosine")
    is_unit: bool = getattr(probing.params, "unit_length", True)
    found = find_direction(first.vectors, second.vectors, way, unit_length=is_unit)
    positive, negative = first.items[0], second.items[0]
    what = "Cosine" if scale == "cosine" else "Length along it of the raw vector"
    length = "of length 1" if is_unit else "as they are"
    return ItemScale(
        f"{what} of each item with the direction from “{negative}” to “{positive}”, found by {way} "
        f"from {counted_pairs(len(first))}, vectors {length}; it holds {found.share:.0%} of the "
        f"differences within them. Positive is the side of “{positive}”.",
        lambda vectors: along(vectors, found.vector, scale),
        (negative, positive),
        scores_zero=scale == "raw",
    )


def counted_pairs(count: int) -> str:
    """Return ``1 pair`` or ``3 pairs``."""
    return f"{count} pair{'' if count == 1 else 's'}"


def pair_names(probing: Probing) -> list[str]:
    """Return what the pairs are called, such as ``she – he``."""
    first, second = pairs_of(probing)
    return [f"{one} – {other}" for one, other in zip(first.items, second.items, strict=True)]


def along(
    vectors: NDArray[Any],
    direction: NDArray[np.float64],
    scale: Scale = "cosine",
    progress: Progress | None = None,
) -> NDArray[np.float64]:
    """Return how far each vector of (n, d) lies along a direction (d,) of length 1.

    Parameters
    ----------
    vectors
        May be a memory map: it is read in blocks, accumulated in float64.
    scale
        ``cosine`` with the direction, -1 to 1, NaN for a zero vector; or ``raw``, the length of the
        projection.

    Raises
    ------
    CancelledError
        When the person cancelled.
    """
    found = np.empty(len(vectors))
    for start, block in small_blocks(vectors, progress):
        wide = block.astype(np.float64)
        part = np.vecdot(wide, direction)
        if scale == "cosine":
            lengths = np.sqrt(np.vecdot(wide, wide))
            zero = lengths == 0
            part = np.clip(part / np.where(zero, 1.0, lengths), -1.0, 1.0)
            part[zero] = np.nan
        found[start : start + len(block)] = part
        if progress is not None:
            progress.report((start + len(block)) / len(vectors), f"{start + len(block):,} items")
    return found
