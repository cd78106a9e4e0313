"""How many items of each of many sets a space has, from one look at its items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from embexplorer.core.contracts import Asks
from embexplorer.operations.find_groups import MOST_LOST
from embexplorer.operations.find_rows import find_rows, find_rows_of, items_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from embexplorer.core.item_sets import ItemSets
    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Space

EACH = 4  # sets whose counts are told one by one; more are counted together


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Which of the `asked` items a space has; the first three say where they were looked up."""

    space_id: str
    word_column: str
    ignore_case: bool
    asked: frozenset[str]
    found: frozenset[str]


@dataclass(frozen=True, slots=True)
class SetsReach:
    """What a space has of the sets that a probe takes.

    `counts` reads ``8/8 8/8``; `lacks` says of which sets too much is missing, empty where the
    probe would run.
    """

    counts: str
    lacks: str


def find_reach(
    space: Space,
    many: Iterable[ItemSets],
    *,
    word_column: str = "",
    ignore_case: bool = False,
    progress: Progress | None = None,
) -> Reach:
    """Return which items of all the sets a space has, or a column of it.

    Raises
    ------
    UserError
        When there is no such column, or it names no words.
    """
    if progress is not None:
        progress.raise_if_cancelled()
    asked = frozenset[str]().union(*map(items_of, many))
    found: Iterable[str]
    if word_column:
        asks = Asks(word_column=True)
        case = {"ignore_case": ignore_case}
        found = find_rows_of(space, set(asked), asks, "The list", word_column, **case)
    else:
        found = find_rows(space, set(asked), ignore_case=ignore_case)
    return Reach(space.id, word_column, ignore_case, asked, frozenset(found))


def reach_of(sets: ItemSets, asks: Asks, reach: Reach) -> SetsReach | None:
    """Return what was found of the sets that a probe takes; None where they were not looked up."""
    if not items_of(sets) <= reach.asked:
        return None
    used = [*(sets.targets if asks.targets != 0 else ())]
    used += sets.attributes if asks.attributes != 0 else ()
    used += [sets.words] if sets.words is not None and asks.words is not False else []
    counted = [
        (one.name, sum(item in reach.found for item in set(one.items)), len(set(one.items)), least)
        for one in used
        for least in (1 if one is sets.words else asks.least,)
    ]
    if asks.pairs:
        there = sum(reach.found.issuperset(pair) for pair in sets.pairs)
        counted.append(("pairs", there, len(sets.pairs), 1))
    lacks = [
        f"{name}: {there:,} of {asked:,} are in this space"
        for name, there, asked, least in counted
        if there < least or asked - there > MOST_LOST * asked
    ]
    told = [(there, asked) for _, there, asked, _ in counted]
    if len(told) > EACH:
        told = [(sum(there for there, _ in told), sum(asked for _, asked in told))]
    return SetsReach("  ".join(f"{there:,}/{asked:,}" for there, asked in told), "; ".join(lacks))
