"""How the map of a space is drawn, as the person chose it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scale = Literal["linear", "quantile", "log"]
Layer = Literal["density", "contours", "hulls", "edges", "sequences", "pictures", "arrows"]
LAYERS: tuple[Layer, ...] = (
    "density", "contours", "hulls", "edges", "sequences", "pictures", "arrows",
)  # fmt: skip

ITEM_NAMES = "items"
"""As `Style.labels`: items are named, where they find room, and nothing else."""

_BY_COLUMN = "column:"


def labels_of_column(column: str) -> str:
    """Return what `Style.labels` is where the categories of a column are named."""
    return _BY_COLUMN + column


def column_labelled(labels: str) -> str:
    """Return the column whose categories are named on the map; empty where there is none."""
    return labels.removeprefix(_BY_COLUMN) if labels.startswith(_BY_COLUMN) else ""


@dataclass(frozen=True, slots=True)
class Style:
    """What columns decide about the points of a map, and what is drawn besides them.

    Parameters
    ----------
    color_by, size_by, opacity_by, shape_by
        Names of columns; empty for the same everywhere.
    ramp
        Color ramp of numbers.
    scale
        How numbers are spread over the ramp.
    center
        The number in the middle of a diverging ramp; None for a sequential one.
    is_inverted
        Whether the ramp runs the other way.
    limits
        Ends of the ramp as the person set them; None for the extremes of the column.
    point_size
        Factor on the size of all points.
    point_opacity
        0 to 1; None follows the density of the view.
    labels
        Id of the clusters whose names are on the map, `ITEM_NAMES`, or what `labels_of_column`
        returns; empty for no names at all.
    layers
        What is drawn besides points.
    sequence_by
        Column whose values order the items along lines; items of one color are one line.
    most_arrows
        Items that have an arrow from where they were before, those that moved farthest.
    """

    color_by: str = ""
    size_by: str = ""
    opacity_by: str = ""
    shape_by: str = ""
    ramp: str = "viridis"
    scale: Scale = "linear"
    center: float | None = None
    is_inverted: bool = False
    limits: tuple[float, float] | None = None
    point_size: float = 1.0
    point_opacity: float | None = None
    labels: str = ""
    layers: frozenset[Layer] = frozenset()
    sequence_by: str = ""
    most_arrows: int = 50
