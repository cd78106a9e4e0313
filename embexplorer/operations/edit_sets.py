"""Changing item sets by value: each function returns other sets and leaves the ones given alone.

Sets are named by their key: T1, T2, … of the targets, A1, A2, … of the attributes, words, pairs.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal

from embexplorer.core.errors import UserError
from embexplorer.core.item_sets import ItemSet, ItemSets

if TYPE_CHECKING:
    from collections.abc import Iterable

Role = Literal["targets", "attributes", "words", "pairs"]
Pairs = tuple[tuple[str, str], ...]

MOST_ITEMS = 100_000  # of a set
WORDS, PAIRS = "words", "pairs"
NEW_NAMES = {"targets": "Target", "attributes": "Attribute", "words": "Words"}
_ROLES: dict[str, Literal["targets", "attributes"]] = {"T": "targets", "A": "attributes"}


def role_of(key: str) -> Role:
    """Return what a set is for.

    Raises
    ------
    ValueError
        When the key is none.
    """
    if key == WORDS:
        return "words"
    if key == PAIRS:
        return "pairs"
    if key[:1] in _ROLES and key[1:].isdecimal():
        return _ROLES[key[0]]
    raise ValueError(f"{key} is no key of a set")


def named_items(sets: ItemSets) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return name and items of each set by its key; of pairs both sides, one after the other."""
    found = {f"T{at}": (one.name, one.items) for at, one in enumerate(sets.targets, 1)}
    found |= {f"A{at}": (one.name, one.items) for at, one in enumerate(sets.attributes, 1)}
    if sets.words is not None:
        found["words"] = (sets.words.name, sets.words.items)
    if sets.pairs:
        found["pairs"] = ("pairs", tuple(item for pair in sets.pairs for item in pair))
    return found


def set_of(sets: ItemSets, key: str) -> ItemSet:
    """Return a set by its key; the pairs have no set of items and are `sets.pairs`.

    Raises
    ------
    KeyError
        When there is none.
    """
    role = role_of(key)
    if role == "words" and sets.words is not None:
        return sets.words
    if role in ("targets", "attributes"):
        there: tuple[ItemSet, ...] = getattr(sets, role)
        at = int(key[1:]) - 1
        if 0 <= at < len(there):
            return there[at]
    raise KeyError(f"there is no set {key}")


def with_set(sets: ItemSets, role: Role, name: str = "") -> tuple[ItemSets, str]:
    """Return the sets with an empty one added, and its key; there is one set of words at most."""
    if role == "pairs":
        return sets, PAIRS
    if role == "words":
        if sets.words is not None:
            return sets, WORDS
        return dataclasses.replace(sets, words=ItemSet(name or NEW_NAMES[role], ())), WORDS
    there: tuple[ItemSet, ...] = getattr(sets, role)
    made = ItemSet(name or f"{NEW_NAMES[role]} {len(there) + 1}", ())
    key = f"{'T' if role == 'targets' else 'A'}{len(there) + 1}"
    return _with_role(sets, role, (*there, made)), key


def without_set(sets: ItemSets, key: str) -> ItemSets:
    """Return the sets without one; the keys of those after it move up."""
    role = role_of(key)
    if role == "pairs":
        return dataclasses.replace(sets, pairs=())
    if role == "words":
        return dataclasses.replace(sets, words=None)
    set_of(sets, key)  # which must be there
    there, at = getattr(sets, role), int(key[1:]) - 1
    return _with_role(sets, role, (*there[:at], *there[at + 1 :]))


def with_set_name(sets: ItemSets, key: str, name: str) -> ItemSets:
    """Return the sets with one called otherwise."""
    return _with(sets, key, dataclasses.replace(set_of(sets, key), name=name))


def with_set_moved(sets: ItemSets, key: str, role: Role) -> tuple[ItemSets, str]:
    """Return the sets with one used for another role, at the end, and its new key.

    Raises
    ------
    ValueError
        For pairs, which are no set of items.
    """
    if PAIRS in (key, role):
        raise ValueError("pairs are no set of items")
    if role_of(key) == role:
        return sets, key
    moved = set_of(sets, key)
    if role == "words" and sets.words is not None:
        merged = with_items(sets, WORDS, moved.items)
        return without_set(merged, key), WORDS
    made, new_key = with_set(without_set(sets, key), role, moved.name)
    return with_items(made, new_key, moved.items), new_key


def with_set_of(sets: ItemSets, other: ItemSets, key: str, role: Role) -> tuple[ItemSets, str]:
    """Return the sets with one of other sets added for a role, and its key here.

    Where these were from nowhere or from elsewhere, citation and license name both sources.

    Raises
    ------
    KeyError
        When the others have no such set.
    UserError
        When a set becomes too large.
    """
    if (key == PAIRS) != (role == PAIRS):
        raise KeyError("pairs stay pairs")
    if key == PAIRS:
        made, new_key = with_pairs(sets, other.pairs), PAIRS
    else:
        taken = set_of(other, key)
        made, new_key = with_set(sets, role, taken.name)
        made = with_items(made, new_key, taken.items)
    return dataclasses.replace(
        made,
        citation=_both(sets.citation, other.citation),
        license=_both(sets.license, other.license),
        language=sets.language or other.language,
    ), new_key


def _both(one: str, other: str) -> str:
    """Return two texts as one, the second only where the first does not hold it."""
    return one if other in one else f"{one}; {other}" if one else other


def with_items(sets: ItemSets, key: str, items: Iterable[str]) -> ItemSets:
    """Return the sets with items at the end of one; those that are there already stay once.

    Raises
    ------
    UserError
        When the set becomes too large.
    """
    before = set_of(sets, key)
    merged = tuple(dict.fromkeys([*before.items, *items]))
    _check_size(len(merged), before.name)
    return sets if merged == before.items else _with(sets, key, ItemSet(before.name, merged))


def without_items(sets: ItemSets, key: str, items: Iterable[str]) -> ItemSets:
    """Return the sets with some items taken out of one."""
    before, gone = set_of(sets, key), set(items)
    kept = tuple(item for item in before.items if item not in gone)
    return sets if kept == before.items else _with(sets, key, ItemSet(before.name, kept))


def with_pairs(sets: ItemSets, pairs: Iterable[tuple[str, str]]) -> ItemSets:
    """Return the sets with pairs added at the end; those that are there already stay once.

    Raises
    ------
    UserError
        When there are too many.
    """
    merged = tuple(dict.fromkeys([*sets.pairs, *pairs]))
    _check_size(len(merged), PAIRS)
    return sets if merged == sets.pairs else dataclasses.replace(sets, pairs=merged)


def without_pairs(sets: ItemSets, pairs: Iterable[tuple[str, str]]) -> ItemSets:
    """Return the sets without some pairs."""
    gone = set(pairs)
    kept = tuple(pair for pair in sets.pairs if pair not in gone)
    return sets if kept == sets.pairs else dataclasses.replace(sets, pairs=kept)


def _with(sets: ItemSets, key: str, changed: ItemSet) -> ItemSets:
    role = role_of(key)
    if role == "words":
        return dataclasses.replace(sets, words=changed)
    there, at = getattr(sets, role), int(key[1:]) - 1
    return _with_role(sets, role, (*there[:at], changed, *there[at + 1 :]))


def _with_role(sets: ItemSets, role: Role, there: tuple[ItemSet, ...]) -> ItemSets:
    if role == "targets":
        return dataclasses.replace(sets, targets=there)
    return dataclasses.replace(sets, attributes=there)


def _check_size(n: int, name: str) -> None:
    if n > MOST_ITEMS:
        raise UserError(
            "Too many items for a set",
            f"“{name}” would have {n:,}; at most {MOST_ITEMS:,} are taken.",
            "Add fewer, or filter the space by them instead.",
        )
