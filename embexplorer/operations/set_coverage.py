"""What a space has of item sets, item by item, before anything is measured."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.core.item_sets import ItemSets
from embexplorer.core.space import ITEM, Space
from embexplorer.measures.common_words import COMMON
from embexplorer.operations.edit_sets import named_items
from embexplorer.operations.query import first_rows
from embexplorer.storage.paths import resource

if TYPE_CHECKING:
    from collections.abc import Mapping

RARE_RANK = 50_000  # from here on, vectors of common collections rest on few examples
RARE_SHARE = 0.05  # of a smaller space: where the least count of its trainer cut it off
LEAST_COMMON = 15  # of the thirty commonest words of a language must be there to tell the order
FIRST_SHARE = 0.1  # and the middle one of them among the first tenth of the rows
LISTED = 8  # items that a note names

DoubtKind = Literal["zero", "rare", "two sets", "case", "homograph"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why an item may not stand for what its set means, in a few words."""

    kind: DoubtKind
    text: str


@dataclass(frozen=True, slots=True)
class ItemCoverage:
    """What a space has of one item.

    Parameters
    ----------
    item
        As it was asked for.
    row
        Where it is in the space; None where it is missing.
    rank
        Its place in the order of frequency, 1 for the most frequent; None where that is unknown.
    found_as
        How the space writes it; differs from `item` where one that differs in case stands in.
    variants
        Other items of the space that differ from it in case alone, in their order.
    doubts
        Why it may not stand for what is meant.
    """

    item: str
    row: int | None = None
    rank: int | None = None
    found_as: str = ""
    variants: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    @property
    def is_found(self) -> bool:
        """Whether the space has it."""
        return self.row is not None


@dataclass(frozen=True, slots=True)
class SetCoverage:
    """What a space has of one set.

    Parameters
    ----------
    key
        How results and the editor call it: T1, T2, A1, …, words or pairs.
    name
        What a person calls it.
    items
        Each once, in the order asked; of pairs both sides, one after the other.
    repeated
        Items that the set names more than once.
    """

    key: str
    name: str
    items: tuple[ItemCoverage, ...]
    repeated: tuple[str, ...] = ()

    @property
    def found(self) -> tuple[str, ...]:
        """The items that the space has."""
        return tuple(one.item for one in self.items if one.is_found)

    @property
    def missing(self) -> tuple[str, ...]:
        """The items that the space does not have."""
        return tuple(one.item for one in self.items if not one.is_found)


@dataclass(frozen=True, slots=True)
class SetsCoverage:
    """What a space has of all sets of a question.

    Parameters
    ----------
    space_id, space_name
        Of the space.
    asked
        The sets that were looked up.
    sets
        Targets, attributes, words and pairs, in this order.
    has_ranks
        Whether the order of the rows is known to be that of frequency.
    order
        How that is known, or why not, in one sentence.
    ignore_case
        Whether items that differ in case alone stood in.
    notes
        What a person must know, one sentence each.
    """

    space_id: str
    space_name: str
    asked: ItemSets
    sets: tuple[SetCoverage, ...]
    has_ranks: bool
    order: str
    ignore_case: bool = False
    notes: tuple[str, ...] = ()

    def of(self, key: str) -> SetCoverage | None:
        """Return the coverage of one set, or None."""
        return next((one for one in self.sets if one.key == key), None)


def cover_sets(space: Space, sets: ItemSets, *, ignore_case: bool = False) -> SetsCoverage:
    """Return which items of the sets a space has, how frequent they are, and what is doubtful.

    Parameters
    ----------
    ignore_case
        An item that is missing as written is found as the first that differs in case alone.
    """
    asked = named_items(sets)
    wanted = {item for _, items in asked.values() for item in items}
    rows = first_rows(space, wanted | {word for words in COMMON.values() for word in words})
    has_ranks, order = _order_of(space, rows)
    variants = _variants(space, wanted)
    homographs = known_homographs(sets.language)
    homes = Counter(item for _, items in asked.values() for item in set(items))

    def cover(item: str, key: str) -> ItemCoverage:
        alike = [row for row in variants.get(item.lower(), ()) if space.items[row] != item]
        row = rows.get(item)
        if row is None and ignore_case and alike:
            row = alike[0]
        if row is None:
            return ItemCoverage(item, variants=_named(space, alike))
        doubts = []
        if not np.any(space.vectors[row]):
            doubts.append(Doubt("zero", "its vector is zero, so it is left out"))
        if has_ranks and row >= rare_from(space.n):
            doubts.append(Doubt("rare", f"rare: rank {row + 1:,} of {space.n:,}"))
        if homes[item] > 1:
            others = [name for k, (name, items) in asked.items() if k != key and item in items]
            doubts.append(Doubt("two sets", f"also in {', '.join(others)}"))
        before = [one for one in alike if one < row] if has_ranks else alike
        if before and item in rows:
            more = " more often" if has_ranks else ""
            listed = ", ".join(_named(space, before))
            doubts.append(Doubt("case", f"the space has{more} {listed}"))
        if item in homographs:
            doubts.append(Doubt("homograph", f"also {homographs[item]}"))
        rank = row + 1 if has_ranks else None
        return ItemCoverage(item, row, rank, space.items[row], _named(space, alike), tuple(doubts))

    found = tuple(
        SetCoverage(
            key,
            name,
            tuple(cover(item, key) for item in dict.fromkeys(items)),
            () if key == "pairs" else _repeated(items),
        )
        for key, (name, items) in asked.items()
    )
    notes = tuple(note for one in found for note in _notes(one))
    return SetsCoverage(space.id, space.name, sets, found, has_ranks, order, ignore_case, notes)


def rare_from(n: int) -> int:
    """Return the first row that counts as rare in a space of n items sorted by frequency."""
    return min(RARE_RANK, n - int(RARE_SHARE * n))


def known_homographs(language: str) -> Mapping[str, str]:
    """Return well-known words of a language with another meaning than the one sets are after.

    The list holds words of the built-in sets; of an unknown language, the words of all.
    """
    known = json.loads(resource("homographs.json").read_text(encoding="utf-8"))
    chosen = [known.get(language, {})] if language else known.values()
    return {word: sense for words in chosen for word, sense in words.items()}


def coverage_values(found: SetsCoverage) -> dict[str, Any]:
    """Return a coverage as the plain values of the command line's JSON."""
    return {
        "space": found.space_name,
        "name": found.asked.name,
        "language": found.asked.language,
        "has_ranks": found.has_ranks,
        "order": found.order,
        "ignore_case": found.ignore_case,
        "sets": {
            one.key: {
                "name": one.name,
                "asked": [item.item for item in one.items],
                "found": list(one.found),
                "missing": list(one.missing),
                "repeated": list(one.repeated),
                "items": [
                    {
                        "item": item.item,
                        "found_as": item.found_as,
                        "index": item.row,
                        "rank": item.rank,
                        "variants": list(item.variants),
                        "doubts": [{"kind": two.kind, "text": two.text} for two in item.doubts],
                    }
                    for item in one.items
                ],
            }
            for one in found.sets
        },
        "missing": list(dict.fromkeys(item for one in found.sets for item in one.missing)),
    }


def _order_of(space: Space, rows: Mapping[str, int]) -> tuple[bool, str]:
    """Return whether rows are in order of frequency, and how that is known.

    No file says so. But the commonest words of a language stand first only where they were sorted
    by frequency: in an alphabet, or in no order at all, they are scattered.
    """
    if space.provenance.encoder:
        return False, "The items were encoded, so their order says nothing about frequency."
    for words in COMMON.values():
        there = [rows[word] for word in words if word in rows]
        if len(there) >= LEAST_COMMON and np.median(there) < FIRST_SHARE * space.n:
            return True, (
                "The rows are in order of frequency: the commonest words stand at the top."
            )
    return False, (
        "Whether the rows are in order of frequency is unknown: the commonest words are missing or "
        "scattered. Rare items are not marked."
    )


def _variants(space: Space, wanted: set[str]) -> dict[str, list[int]]:
    """Return the rows of all items that are a wanted one when case is ignored, by lower case."""
    if not wanted:
        return {}
    column = pc.utf8_lower(space.table.column(ITEM))
    lowered = sorted({item.lower() for item in wanted})
    codes = pc.index_in(column, value_set=pa.array(lowered, column.type))
    at = pc.indices_nonzero(pc.is_valid(codes)).to_numpy()
    found: dict[str, list[int]] = {}
    for row, code in zip(at.tolist(), codes.take(pa.array(at)).to_pylist(), strict=True):
        found.setdefault(lowered[code], []).append(row)
    return found


def _named(space: Space, rows: list[int]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(space.items.take(rows)))


def _repeated(items: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(item for item, count in Counter(items).items() if count > 1)


def _notes(one: SetCoverage) -> list[str]:
    """Return what must be said about a set, the items by kind of doubt."""
    name = one.key if one.name == one.key else f"{one.key} “{one.name}”"
    notes = []
    if one.missing:
        count = f"{len(one.found)} of {len(one.items)} items"
        notes.append(f"{name}: {count} are in this space; missing: {_listed(one.missing)}.")
    if in_other_case := [
        item.variants[0] for item in one.items if not item.is_found and item.variants
    ]:
        notes.append(f"{name}: ignore case to find {_listed(in_other_case)}.")
    if one.repeated:
        notes.append(f"{name} names more than once, counted once: {_listed(one.repeated)}.")
    for kind in ("zero", "rare", "two sets", "case", "homograph"):
        doubtful = [
            f"{item.item} ({doubt.text})"
            for item in one.items
            for doubt in item.doubts
            if doubt.kind == kind
        ]
        if doubtful:
            notes.append(f"{name}: {_listed(doubtful)}.")
    return notes


def _listed(items: list[str] | tuple[str, ...]) -> str:
    more = f" and {len(items) - LISTED} more" if len(items) > LISTED else ""
    return ", ".join(items[:LISTED]) + more
