"""What a legend shows, as plain values: categories, a ramp, or a sentence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CategoryLegend:
    """The legend of a column of categories; the code of a category is its place.

    Parameters
    ----------
    title
        Name of the column.
    names, counts, positions
        Of each category, ordered by count: its name, its items and its place in the palette; -1
        for those that share a color.
    hidden
        Codes that the map leaves out.
    missing
        Items without a value.
    note
        What must be known.
    tip
        How the column was worked out.
    """

    title: str
    names: tuple[str, ...]
    counts: tuple[int, ...]
    positions: tuple[int, ...]
    hidden: frozenset[int] = frozenset()
    missing: int = 0
    note: str = ""
    tip: str = ""


@dataclass(frozen=True, slots=True)
class PlainLegend:
    """The legend of points in one color, where there is something to say."""

    title: str
    note: str = ""
    tip: str = ""


@dataclass(frozen=True, slots=True)
class RampLegend:
    """The legend of a numeric column.

    Parameters
    ----------
    title
        Name of the column.
    ticks
        Shares between the ends, 0 to 1, and what stands there; the first two are the ends, those
        after them are left out where there is no room.
    colors
        ``#RRGGBB`` from low to high, at equal distances; at least two.
    counts
        How many items fall into each of equally wide bins, from low to high.
    chosen
        Shares of the ends of the range that is shown.
    chosen_texts
        The numbers at these ends.
    missing
        Items without a number.
    is_missing_hidden
        Whether the map leaves them out.
    note
        What must be known.
    tip
        How the column was worked out.
    """

    title: str
    ticks: tuple[tuple[float, str], ...]
    colors: tuple[str, ...]
    counts: tuple[int, ...] = ()
    chosen: tuple[float, float] = (0.0, 1.0)
    chosen_texts: tuple[str, str] = ("", "")
    missing: int = 0
    is_missing_hidden: bool = False
    note: str = ""
    tip: str = ""

    @property
    def is_chosen(self) -> bool:
        """Whether less than everything is shown."""
        return bool(self.chosen_texts[0] or self.chosen_texts[1])
