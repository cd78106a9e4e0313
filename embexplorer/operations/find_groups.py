"""What a space has of item sets: their items as groups, and what is missing, said."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embexplorer.core.contracts import Asks, Group
from embexplorer.core.errors import UserError
from embexplorer.core.item_sets import Coverage, ItemSet, ItemSets
from embexplorer.operations.find_rows import find_rows, find_rows_of, items_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embexplorer.core.space import Space

MOST_LOST = 0.2  # share of a set that may be missing (Badilla, Bravo-Marquez and Pérez 2020, WEFE)
LISTED = 8  # items that a note names
ZERO = "its vector is zero"


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """The sets of a question as groups of a space, with what is missing from each."""

    targets: tuple[Group, ...]
    attributes: tuple[Group, ...]
    words: Group | None
    pairs: tuple[Group, Group] | None
    specific: NDArray[np.int64]
    coverage: tuple[Coverage, ...]
    notes: tuple[str, ...]
    equalize: tuple[Group, ...] = ()


def find_groups(
    space: Space,
    sets: ItemSets,
    asks: Asks,
    title: str,
    *,
    ignore_case: bool = False,
    allow_missing: bool = False,
    word_column: str = "",
    rows: Mapping[str, int] | None = None,
    where: str = "this space",
) -> Groups:
    """Return the items of the sets that a space has, as the probe `title` asks for them.

    An item is looked up as it is written; with `ignore_case` the first one that differs in case
    alone stands in. An item that is missing, zero or repeated is left out, and said.

    Parameters
    ----------
    word_column
        Column whose values the sets name, each for all rows that have it; empty for the items.
    rows
        What `find_rows` found, where sets were looked up before.
    where
        What is missing is missing from, in words.

    Raises
    ------
    UserError
        When the sets are not those that the probe asks for, two opposite ones share an item, one
        has too few items in the space, or one lost more than `MOST_LOST` of them and
        `allow_missing` is false; when the probe takes no column, or there is none of this name.
    """
    _check_kinds(sets, asks, title)
    lookup: _Lookup
    if word_column or asks.word_column:
        wanted = items_of(sets)
        rows_of = find_rows_of(space, wanted, asks, title, word_column, ignore_case=ignore_case)
        lookup = _ColumnLookup(space, rows_of)
    else:
        if rows is None:
            rows = find_rows(space, items_of(sets), ignore_case=ignore_case)
        lookup = _Lookup(space, rows)
    lookup.note_stand_ins(items_of(sets))
    is_test = asks.targets == 2 and asks.attributes == 2
    t_keys = ("X", "Y") if is_test else tuple(f"T{at + 1}" for at in range(len(sets.targets)))
    a_keys = ("A", "B") if is_test else tuple(f"A{at + 1}" for at in range(len(sets.attributes)))
    targets, attributes = sets.targets, sets.attributes
    if asks.targets == 0:
        targets = ()
    if asks.attributes == 0:
        attributes = ()
    _refuse_shared(targets, "targets")
    _refuse_shared(attributes, "attributes")
    if asks.are_paired:
        found_targets = lookup.paired(t_keys, targets)
    else:
        found_targets = [lookup.find(key, one) for key, one in zip(t_keys, targets, strict=False)]
    found_attributes = [lookup.find(key, one) for key, one in zip(a_keys, attributes, strict=False)]
    _refuse_same_rows(space, [group for group, _ in found_targets], "targets")
    _refuse_same_rows(space, [group for group, _ in found_attributes], "attributes")
    found_words = None
    if sets.words is not None and asks.words is not False:
        found_words = lookup.find("words", sets.words)
    pairs = lookup.pairs(sets.pairs) if asks.pairs else None
    found = [*found_targets, *found_attributes, *([found_words] if found_words else [])]
    coverage = [one for _, one in found] + ([] if pairs is None else [pairs[2]])
    equalize: tuple[Group, ...] = ()
    if asks.equalize and sets.equalize:
        equalize, whole = lookup.whole(sets.equalize)
        coverage.append(whole)
    notes = list(lookup.notes)
    enough_rows = {
        group.key for group, _ in found if asks.word_column is None and len(group) >= asks.least
    }
    for one in coverage:
        least = 1 if one.key in ("words", "pairs", "equalize", *enough_rows) else asks.least
        notes += _check_coverage(one, sets, title, least, where, allow_missing=allow_missing)
    return Groups(
        tuple(group for group, _ in found_targets),
        tuple(group for group, _ in found_attributes),
        None if found_words is None else found_words[0],
        None if pairs is None else pairs[:2],
        lookup.rows_of(sets.specific),
        tuple(coverage),
        tuple(dict.fromkeys(notes)),
        equalize,
    )


def takes(asks: Asks, sets: ItemSets, title: str = "") -> bool:
    """Return whether sets are of the kinds and numbers that a probe asks for."""
    try:
        _check_kinds(sets, asks, title)
    except UserError:
        return False
    return True


def _check_kinds(sets: ItemSets, asks: Asks, title: str) -> None:
    """Refuse sets of another kind or number than the probe takes."""
    for what, wanted, given in (
        ("target", asks.targets, len(sets.targets)),
        ("attribute", asks.attributes, len(sets.attributes)),
    ):
        if wanted == 0:
            continue
        if (wanted is None and given == 0) or (wanted is not None and given != wanted):
            count = "one or more" if wanted is None else f"{wanted}"
            raise UserError(
                "Other item sets are needed",
                f"{title} takes {count} {what} set{'' if wanted == 1 else 's'}; "
                f"“{sets.name}” has {given}.",
                "Choose other sets; embexplorer probe list says what each probe takes.",
            )
    if asks.pairs and not sets.pairs:
        raise UserError(
            "Pairs are needed",
            f"{title} takes pairs of opposites such as she and he; “{sets.name}” has none.",
            'Give them as {"pairs": [["she", "he"], …]}.',
        )
    if asks.words and sets.words is None:
        raise UserError(
            "Words are needed",
            f"{title} looks at further words one by one; “{sets.name}” has none.",
            'Give them as {"words": ["…"]}.',
        )
    if asks.are_paired and len({len(one.items) for one in sets.targets}) > 1:
        counts = " and ".join(str(len(one.items)) for one in sets.targets)
        raise UserError(
            "Targets are not in pairs",
            f"{title} pairs the targets by their position; these sets have {counts} items.",
            "Give as many items on both sides, each across from its opposite.",
        )


def _refuse_shared(sets: tuple[ItemSet, ...], what: str) -> None:
    for at, one in enumerate(sets):
        if not one.items:
            raise UserError("A set is empty", f"“{one.name}” has no item.", "Add items to it.")
        for other in sets[at + 1 :]:
            if shared := sorted(set(one.items) & set(other.items)):
                raise UserError(
                    "An item is in both sets",
                    f"{', '.join(shared[:5])} of the {what}: in “{one.name}” and “{other.name}”.",
                    "Leave it out of one of them, or of both.",
                )


def _refuse_same_rows(space: Space, groups: list[Group], what: str) -> None:
    """Refuse sets that name one item of the space in different letters."""
    for at, one in enumerate(groups):
        for other in groups[at + 1 :]:
            shared = sorted(set(one.rows.tolist()) & set(other.rows.tolist()))
            if shared:
                raise UserError(
                    "An item is in both sets",
                    f"“{space.items[shared[0]]}” of the {what} stands for an item of “{one.name}” "
                    f"and for one of “{other.name}”.",
                    "Leave it out of one of them, or do not ignore case.",
                )


def _check_coverage(
    one: Coverage, sets: ItemSets, title: str, least: int, where: str, *, allow_missing: bool
) -> list[str]:
    """Return what must be said about a set that lost items; refuse one that lost too many."""
    name = one.key if one.name == one.key else f"{one.key} “{one.name}”"
    lost = [*one.missing, *(item for item, _ in one.left_out)]
    listed = list_some(lost)
    language = f" The sets are in the language “{sets.language}”." if sets.language else ""
    if len(one.used) < least:
        raise UserError(
            "Too few items found",
            f"{len(one.used)} of {len(one.asked)} items of {name} are in {where}; {title} needs "
            f"at least {least}." + (f" Missing: {listed}." if lost else ""),
            f"Choose other sets, or a space that has these.{language}",
        )
    if one.lost > MOST_LOST and not allow_missing:
        raise UserError(
            "Too many items are missing",
            f"{len(lost)} of {len(one.asked)} items of {name} are not in {where}: {listed}.",
            f"Choose other sets, or allow missing items (--allow-missing).{language}",
        )
    notes = []
    if one.lost > MOST_LOST:
        notes.append(
            f"{name} lost {one.lost:.0%} of its items, more than the {MOST_LOST:.0%} up to which "
            "sets count as the same; it was run in spite of that."
        )
    if one.missing:
        notes.append(
            f"{name}: {len(one.used)} of {len(one.asked)} items are in {where}; "
            f"missing: {list_some(list(one.missing))}."
        )
    notes += [f"{name}: {item} was left out, {reason}." for item, reason in one.left_out]
    if one.repeated:
        notes.append(f"{name} names {', '.join(one.repeated)} more than once; each counts once.")
    return notes


def list_some(items: list[str]) -> str:
    """Return the first items, and how many more there are."""
    more = f" and {len(items) - LISTED} more" if len(items) > LISTED else ""
    return ", ".join(items[:LISTED]) + more


class _Lookup:
    """The items that sets name as rows of a space."""

    def __init__(self, space: Space, rows: Mapping[str, int]) -> None:
        self._space = space
        self._rows = rows
        self.notes: list[str] = []

    def note_stand_ins(self, wanted: set[str]) -> None:
        """Say which items are there in another case."""
        found = {item: self._space.items[self._rows[item]] for item in wanted & set(self._rows)}
        if other := [f"{found[item]} for {item}" for item in sorted(found) if found[item] != item]:
            self.notes.append(f"Items that differ in case stand in: {list_some(other)}.")

    def rows_of(self, items: tuple[str, ...]) -> NDArray[np.int64]:
        """Return the rows (m,) of those items that are there."""
        rows = {self._rows[item] for item in items if item in self._rows}
        return np.array(sorted(rows), np.int64)

    def _sort_out(
        self, items: tuple[str, ...]
    ) -> tuple[list[str], list[str], list[tuple[str, str]], list[str]]:
        """Return the items that can be used, the missing, those left out, and the repeated."""
        counts = Counter(items)
        asked = list(counts)
        repeated = [item for item, count in counts.items() if count > 1]
        missing = [item for item in asked if item not in self._rows]
        used: list[str] = []
        left_out: list[tuple[str, str]] = []
        taken: dict[int, str] = {}
        for item in asked:
            if item not in self._rows:
                continue
            row = self._rows[item]
            if row in taken:
                left_out.append((item, f"it is the same item as “{taken[row]}”"))
            elif not np.any(self._space.vectors[row]):
                left_out.append((item, ZERO))
            else:
                used.append(item)
                taken[row] = item
        return used, missing, left_out, repeated

    def _group(self, key: str, name: str, items: list[str]) -> Group:
        rows = np.array([self._rows[item] for item in items], np.int64)
        vectors = np.asarray(self._space.vectors[rows], np.float64)
        return Group(key, name, tuple(items), rows, vectors)

    def find(self, key: str, one: ItemSet) -> tuple[Group, Coverage]:
        """Return a set as a group, and what is missing from it."""
        used, missing, left_out, repeated = self._sort_out(one.items)
        asked = tuple(dict.fromkeys(one.items))
        coverage = Coverage(
            key, one.name, asked, tuple(used), tuple(missing), tuple(left_out), tuple(repeated)
        )
        return self._group(key, one.name, used), coverage

    def paired(
        self, keys: tuple[str, ...], sets: tuple[ItemSet, ...]
    ) -> list[tuple[Group, Coverage]]:
        """Return sets whose items belong together by position; a pair is there whole or not."""
        found = [self.find(key, one) for key, one in zip(keys, sets, strict=True)]
        are_used = [set(coverage.used) for _, coverage in found]
        whole = [
            at
            for at, items in enumerate(zip(*(one.items for one in sets), strict=True))
            if all(item in used for item, used in zip(items, are_used, strict=True))
        ]
        result = []
        for (_, coverage), one in zip(found, sets, strict=True):
            items = list(dict.fromkeys(one.items[at] for at in whole))
            alone = [item for item in coverage.used if item not in items]
            left_out = (*coverage.left_out, *((item, "its opposite is missing") for item in alone))
            changed = Coverage(
                coverage.key,
                coverage.name,
                coverage.asked,
                tuple(items),
                coverage.missing,
                left_out,
                coverage.repeated,
            )
            result.append((self._group(coverage.key, one.name, items), changed))
        return result

    def pairs(self, pairs: tuple[tuple[str, str], ...]) -> tuple[Group, Group, Coverage]:
        """Return both sides of the pairs whose two items are there."""
        sides = [ItemSet("pairs", side) for side in zip(*pairs, strict=True)]
        asked = tuple(f"{first} – {second}" for first, second in pairs)
        usable = [
            at
            for at, pair in enumerate(pairs)
            if all(
                item in self._rows and np.any(self._space.vectors[self._rows[item]])
                for item in pair
            )
            and self._rows[pair[0]] != self._rows[pair[1]]
        ]
        missing = tuple(asked[at] for at in range(len(pairs)) if at not in usable)
        first, second = (
            self._group(key, key, [side.items[at] for at in usable])
            for key, side in zip(("first", "second"), sides, strict=True)
        )
        used = tuple(asked[at] for at in usable)
        return first, second, Coverage("pairs", "pairs", asked, used, missing)

    def whole(self, sets: tuple[tuple[str, ...], ...]) -> tuple[tuple[Group, ...], Coverage]:
        """Return the sets to equalize whose items are all there, each set once.

        Raises
        ------
        UserError
            When an item is in two of them: what is equalized twice is equal in the last set only.
        """
        groups: list[Group] = []
        used: list[str] = []
        missing: list[str] = []
        set_of: dict[int, int] = {}
        asked = tuple(" – ".join(one) for one in sets)
        for items, name in zip(sets, asked, strict=True):
            rows = [self._rows.get(item, -1) for item in dict.fromkeys(items)]
            if -1 in rows or not all(np.any(self._space.vectors[row]) for row in rows):
                missing.append(name)
                continue
            used.append(name)
            if any(set(rows) == set(group.rows.tolist()) for group in groups):
                continue  # the same set in other letters, where case is ignored
            if shared := [row for row in rows if row in set_of]:
                raise UserError(
                    "An item is in two sets",
                    f"“{self._space.items[shared[0]]}” is to be equalized with "
                    f"“{groups[set_of[shared[0]]].name}” and with “{name}”.",
                    "Leave it out of one of them, or make them one set.",
                )
            set_of |= dict.fromkeys(rows, len(groups))
            groups.append(self._group("equalize", name, list(dict.fromkeys(items))))
        return tuple(groups), Coverage(
            "equalize", "sets to equalize", tuple(dict.fromkeys(asked)), tuple(used), tuple(missing)
        )


class _ColumnLookup(_Lookup):
    """The values of a column that sets name, each with all its rows whose vector is not zero."""

    def __init__(self, space: Space, rows_of: Mapping[str, NDArray[np.int64]]) -> None:
        used = {value: rows[space.vectors[rows].any(axis=1)] for value, rows in rows_of.items()}
        firsts = {
            value: int((used[value] if len(used[value]) else rows_of[value])[0]) for value in used
        }
        super().__init__(space, firsts)
        self._rows_of = used
        n_zero = sum(len(rows_of[value]) - len(rows) for value, rows in used.items())
        if n_zero:
            self.notes.append(f"Rows left out, as their vectors are zero: {n_zero:,}.")

    def note_stand_ins(self, wanted: set[str]) -> None:
        """Say nothing: in a column all cases of a value count alike, not the first."""

    def _group(self, key: str, name: str, items: list[str]) -> Group:
        parts = [self._rows_of[item] for item in items]
        rows = np.concatenate([np.empty(0, np.int64), *parts])
        vectors = np.asarray(self._space.vectors[rows], np.float64)
        owner = np.repeat(np.arange(len(items)), [len(part) for part in parts])
        labels = tuple(self._space.items.take(rows))
        return Group(key, name, labels, rows, vectors, tuple(items), owner)
