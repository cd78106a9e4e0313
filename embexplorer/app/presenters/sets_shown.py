"""What the editor of item sets shows: each item with what the active space has of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from embexplorer.app.presenters.covering import is_current
from embexplorer.core.counted import counted
from embexplorer.operations.edit_sets import PAIRS, Role, named_items, role_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from embexplorer.app.state import State
    from embexplorer.core.item_sets import ItemSets
    from embexplorer.operations.set_coverage import ItemCoverage


@dataclass(frozen=True, slots=True)
class ItemMark:
    """An item of a set.

    Parameters
    ----------
    text
        As the set has it.
    is_found
        Whether the active space has it; None while that is looked up, or where no space is open.
    row
        Where it is in the space, or None.
    variants
        Other items of the space that differ from it in case alone.
    doubts
        Why it may not stand for what is meant, in a few words each.
    """

    text: str
    is_found: bool | None = None
    row: int | None = None
    variants: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetShown:
    """A set of the draft: its key, what it is for, and a line such as ``7 of 8 found, 2 rare``."""

    key: str
    role: Role
    name: str
    items: tuple[ItemMark, ...]
    line: str


@dataclass(frozen=True, slots=True)
class PairShown:
    """A pair of opposites."""

    first: ItemMark
    second: ItemMark


@dataclass(frozen=True, slots=True)
class SetsShown:
    """The draft as the editor shows it.

    Parameters
    ----------
    name, language, citation, license, note
        Of the sets.
    sets
        Targets, attributes and words.
    pairs, pairs_line
        The pairs, and how many of them the space has.
    is_kept
        Whether the project has the sets as they are.
    order
        Whether rare items are marked, in one sentence; empty while nothing is known.
    notes
        What a person must know about the items, one sentence each.
    """

    name: str
    language: str
    citation: str
    license: str
    note: str
    sets: tuple[SetShown, ...]
    pairs: tuple[PairShown, ...]
    pairs_line: str
    is_kept: bool
    order: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetsChoice:
    """Item sets that can be chosen: of the project, or built in; `line` says what they hold."""

    name: str
    line: str
    is_built_in: bool


def sets_shown(state: State) -> SetsShown | None:
    """Return the draft with what the active space has of it; None where nothing is edited.

    While the newest change is looked up, items keep the marks that they had.
    """
    draft = state.draft
    if draft is None:
        return None
    covered = state.covered
    is_mine = covered is not None and covered.space_id == state.active_space
    known = {
        (one.key, item.item): item
        for one in (covered.sets if covered is not None and is_mine else ())
        for item in one.items
    }
    asked = named_items(draft)
    sets = tuple(
        _set_shown(key, name, items, known) for key, (name, items) in asked.items() if key != PAIRS
    )
    pairs = tuple(
        PairShown(_mark(PAIRS, first, known), _mark(PAIRS, second, known))
        for first, second in draft.pairs
    )
    return SetsShown(
        draft.name,
        draft.language,
        draft.citation,
        draft.license,
        draft.note,
        sets,
        pairs,
        _pairs_line(pairs),
        draft in state.document.item_sets,
        covered.order if covered is not None and is_current(covered, state) else "",
        covered.notes if covered is not None and is_current(covered, state) else (),
    )


def sets_to_choose(state: State, built_in: Iterable[ItemSets]) -> tuple[SetsChoice, ...]:
    """Return the sets of the project, then the built-in ones whose names these do not take."""
    kept = state.document.item_sets
    taken = {one.name for one in kept}
    return (
        *(SetsChoice(one.name, contents_line(one), is_built_in=False) for one in kept),
        *(
            SetsChoice(one.name, contents_line(one), is_built_in=True)
            for one in built_in
            if one.name not in taken
        ),
    )


def contents_line(sets: ItemSets) -> str:
    """Return what sets hold, such as ``male names (8), female names (8), 10 pairs``."""
    every = [*sets.targets, *sets.attributes, *([sets.words] if sets.words else [])]
    parts = [f"{one.name} ({len(one.items):,})" for one in every]
    parts += [counted(len(sets.pairs), "pair")] if sets.pairs else []
    return ", ".join(parts)


def _set_shown(
    key: str, name: str, items: tuple[str, ...], known: Mapping[tuple[str, str], ItemCoverage]
) -> SetShown:
    marks = tuple(_mark(key, item, known) for item in items)
    parts = [counted(len(marks), "item")]
    if marks and all(mark.is_found is not None for mark in marks):
        parts = [f"{sum(mark.is_found is True for mark in marks):,} of {len(marks):,} found"]
    rare = sum(any(text.startswith("rare") for text in mark.doubts) for mark in marks)
    parts += [f"{rare:,} rare"] if rare else []
    return SetShown(key, role_of(key), name, marks, ", ".join(parts))


def _pairs_line(pairs: tuple[PairShown, ...]) -> str:
    if not pairs:
        return ""
    both = [(pair.first.is_found, pair.second.is_found) for pair in pairs]
    if any(None in pair for pair in both):
        return counted(len(pairs), "pair")
    return f"{sum(all(pair) for pair in both):,} of {len(pairs):,} found"


def _mark(key: str, item: str, known: Mapping[tuple[str, str], ItemCoverage]) -> ItemMark:
    found = known.get((key, item))
    if found is None:
        return ItemMark(item)
    doubts = tuple(one.text for one in found.doubts)
    return ItemMark(item, found.is_found, found.row, found.variants, doubts)
