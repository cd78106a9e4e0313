"""Editing item sets: a draft that is changed in named steps."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from embexplorer.app import state as states
from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError
from embexplorer.core.item_sets import ItemSets
from embexplorer.operations import edit_sets as edits
from embexplorer.operations.item_sets import find_sets, write_sets
from embexplorer.operations.pasted_items import (
    items_in_file,
    pairs_in_file,
    read_file,
    read_items,
    read_pairs,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from embexplorer.app.presenters.known_sets import KnownSets
    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.operations.edit_sets import Role

NEW = "My item sets"
MOST_SELECTED = 1_000  # items that a selection may add at once: more is a slip of the lasso


class EditingSets:
    """Intents of the editor of item sets.

    What is edited is `State.draft`; every change of it is a step that undo names and takes back.
    Sets are named by key, see `operations.edit_sets`. An intent that gets something it cannot read
    raises `UserError` and changes nothing.
    """

    def __init__(self, store: Store, known: KnownSets) -> None:
        self._store = store
        self._known = known

    # -- which sets are edited -----------------------------------------------------------------

    @property
    def built_in(self) -> dict[str, ItemSets]:
        """The sets that come with the application, by name."""
        return self._known.built_in

    def start(self, sets: ItemSets | None = None) -> None:
        """Edit sets, or new ones with a single empty target."""
        if sets is None:
            sets, _ = edits.with_set(ItemSets(NEW), "targets")
        self._step(sets, f"Edit “{sets.name}”")

    def open(self, name: str) -> None:
        """Edit the sets of the project of this name, or built-in ones.

        Raises
        ------
        UserError
            When there are none.
        """
        kept = self._kept(name)
        self.start(find_sets(name) if kept is None else kept)

    def open_file(self, path: Path) -> None:
        """Edit the sets in a .txt, .csv, .tsv or .json file.

        Raises
        ------
        UserError
            When it cannot be read as such.
        """
        self.start(read_file(path))

    def close(self) -> None:
        """Edit nothing."""
        if self._store.state.draft is not None:
            self._step(None, "Close item sets")

    # -- what is in them -----------------------------------------------------------------------

    def rename(self, name: str) -> None:
        """Call the sets otherwise; nothing is saved under it yet."""
        if name.strip():
            self._edit(
                lambda draft: dataclasses.replace(draft, name=name.strip()),
                f"Rename to “{name.strip()}”",
            )

    def describe(
        self,
        *,
        citation: str | None = None,
        language: str | None = None,
        license: str | None = None,  # noqa: A002 - the name of the field
        note: str | None = None,
    ) -> None:
        """Say where the sets are from, their language, what they may be used for, and more."""

        def changed(draft: ItemSets) -> ItemSets:
            return dataclasses.replace(
                draft,
                citation=draft.citation if citation is None else citation.strip(),
                language=draft.language if language is None else language.strip(),
                license=draft.license if license is None else license.strip(),
                note=draft.note if note is None else note.strip(),
            )

        self._edit(changed, "Describe item sets")

    def add_set(self, role: Role, name: str = "") -> str:
        """Add an empty set and return its key; starts new sets where none are edited."""
        draft = self._store.state.draft or ItemSets(NEW)
        changed, key = edits.with_set(draft, role, name.strip())
        self._step(changed, f"Add {role[:-1]} set" if role != "pairs" else "Add pairs")
        return key

    def remove_set(self, key: str) -> None:
        """Remove a set; the keys of those after it move up."""
        self._edit(lambda draft: edits.without_set(draft, key), f"Remove “{self._name(key)}”")

    def move_set(self, key: str, role: Role) -> str:
        """Use a set for another role and return its new key; a second set of words joins the first.

        The pairs cannot be moved.
        """
        draft = self._store.state.draft
        if draft is None:
            return key
        changed, new_key = edits.with_set_moved(draft, key, role)
        self._step(changed, f"Use “{self._name(key)}” as {role}")
        return new_key

    def copy_set(self, name: str, key: str, role: Role) -> str:
        """Add a set of the project's or built-in sets called `name`; return its key in the draft.

        Citation and license then name both sources.

        Raises
        ------
        UserError
            When there are no such sets, or a set becomes too large.
        """
        kept = self._kept(name)
        other = find_sets(name) if kept is None else kept
        draft = self._store.state.draft or ItemSets(NEW)
        changed, new_key = edits.with_set_of(draft, other, key, role)
        taken = "pairs" if key == edits.PAIRS else f"“{edits.set_of(other, key).name}”"
        self._step(changed, f"Add {taken} of “{name}”")
        return new_key

    def rename_set(self, key: str, name: str) -> None:
        """Call a set otherwise; the pairs have no name."""
        if name.strip() and key != edits.PAIRS:
            self._edit(
                lambda draft: edits.with_set_name(draft, key, name.strip()),
                f"Rename “{self._name(key)}”",
            )

    def add(self, key: str, items: Iterable[str]) -> None:
        """Add items to a set; those that are there already are said, and stay once.

        Raises
        ------
        UserError
            When the set becomes too large.
        """
        draft = self._store.state.draft
        wanted = tuple(dict.fromkeys(item.strip() for item in items if item.strip()))
        if draft is None or not wanted:
            return
        changed = edits.with_items(draft, key, wanted)
        n_new = len(edits.set_of(changed, key).items) - len(edits.set_of(draft, key).items)
        self._added(changed, n_new, len(wanted), key, "item")

    def remove(self, key: str, items: Iterable[str]) -> None:
        """Take items out of a set."""
        gone = tuple(items)
        title = f"Remove {counted(len(gone), 'item')} from “{self._name(key)}”"
        self._edit(lambda draft: edits.without_items(draft, key, gone), title)

    def add_pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Add pairs of opposites.

        Raises
        ------
        UserError
            When there become too many.
        """
        draft, wanted = self._store.state.draft, tuple(dict.fromkeys(pairs))
        if draft is None or not wanted:
            return
        changed = edits.with_pairs(draft, wanted)
        n_new = len(changed.pairs) - len(draft.pairs)
        self._added(changed, n_new, len(wanted), edits.PAIRS, "pair")

    def remove_pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Take pairs out."""
        gone = tuple(pairs)
        self._edit(
            lambda draft: edits.without_pairs(draft, gone), f"Remove {counted(len(gone), 'pair')}"
        )

    def paste(self, key: str, text: str) -> None:
        """Add what a text holds: items by lines, commas or tabs, or pairs by two columns.

        Raises
        ------
        UserError
            When it holds nothing, or a line of pairs has not two items.
        """
        if key == edits.PAIRS:
            self.add_pairs(read_pairs(text))
        else:
            self.add(key, read_items(text).items)

    def add_file(self, key: str, path: Path) -> None:
        """Add all items, or pairs, of a file to one set.

        Raises
        ------
        UserError
            When it cannot be read as such.
        """
        if key == edits.PAIRS:
            self.add_pairs(pairs_in_file(path))
        else:
            self.add(key, items_in_file(path))

    def add_selected(self, key: str) -> None:
        """Add the items that are selected on the map; for the pairs, two items as one pair.

        Raises
        ------
        UserError
            When there are more than a set of items can be meant to have.
        """
        state = self._store.state
        space, chosen = state.space, state.selection
        if space is None or chosen is None or chosen.space_id != space.id:
            return
        is_pair = key == edits.PAIRS
        if len(chosen) > MOST_SELECTED or (is_pair and len(chosen) != 2):
            wanted = "2 are needed for a pair" if is_pair else f"{MOST_SELECTED:,} can join at once"
            raise UserError(
                "Select fewer items" if len(chosen) > 2 else "Select two items",
                f"{counted(len(chosen), 'item')} selected; {wanted}.",
                "Change the selection on the map.",
            )
        items = space.items.take(chosen.indices)
        if is_pair:
            self.add_pairs([(items[0], items[1])])
        else:
            self.add(key, items)

    # -- what is kept --------------------------------------------------------------------------

    def save(self, name: str = "") -> None:
        """Keep the sets in the project, under another name if one is given.

        Sets that have this name already are replaced, which undo takes back.
        """
        draft = self._store.state.draft
        if draft is None:
            return
        kept = dataclasses.replace(draft, name=name.strip() or draft.name)

        def change(state: State) -> State:
            there = state.document.item_sets
            at = next((k for k, one in enumerate(there) if one.name == kept.name), len(there))
            changed = states.with_document(state, item_sets=(*there[:at], kept, *there[at + 1 :]))
            return dataclasses.replace(changed, draft=kept)

        self._store.apply(change, undo=f"Save “{kept.name}”")

    def forget(self, name: str) -> None:
        """Keep sets in the project no more."""
        left = tuple(one for one in self._store.state.document.item_sets if one.name != name)
        self._store.apply(
            lambda state: states.with_document(state, item_sets=left), undo=f"Remove “{name}”"
        )

    def write(self, path: Path) -> None:
        """Write the sets to a JSON file that the command line reads too.

        Raises
        ------
        UserError
            When it cannot be written.
        """
        draft = self._store.state.draft
        if draft is not None:
            write_sets(draft, path)
            said = f"Wrote “{draft.name}” to {path.name}."
            self._store.apply(lambda state: dataclasses.replace(state, message=said))

    # -- steps ---------------------------------------------------------------------------------

    def _kept(self, name: str) -> ItemSets | None:
        kept = self._store.state.document.item_sets
        return next((one for one in kept if one.name == name), None)

    def _name(self, key: str) -> str:
        draft = self._store.state.draft
        return key if draft is None or key == edits.PAIRS else edits.set_of(draft, key).name

    def _added(self, changed: ItemSets, n_new: int, n_asked: int, key: str, noun: str) -> None:
        known = n_asked - n_new
        said = f"Added {counted(n_new, noun)} to “{self._name(key)}”."
        if known:
            said += f" {known:,} {'was' if known == 1 else 'were'} there already."
        title = f"Add {counted(n_new, noun)} to “{self._name(key)}”"
        self._step(changed, title, said)

    def _edit(self, change: Callable[[ItemSets], ItemSets], title: str) -> None:
        draft = self._store.state.draft
        if draft is not None:
            self._step(change(draft), title)

    def _step(self, draft: ItemSets | None, title: str, message: str = "") -> None:
        """Let this be the draft, as a step for undo where that changes something."""

        def change(state: State) -> State:
            said = message or state.message
            if draft == state.draft and said == state.message:
                return state
            same = state.draft if draft == state.draft else draft
            return dataclasses.replace(state, draft=same, message=said)

        self._store.apply(change, undo=title)
