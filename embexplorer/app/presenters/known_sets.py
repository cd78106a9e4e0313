"""The item sets there are to choose: those of the project, and those that come along."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from embexplorer.operations.find_groups import takes
from embexplorer.operations.item_sets import built_in_sets

if TYPE_CHECKING:
    from embexplorer.app.store import Store
    from embexplorer.core.contracts import Asks
    from embexplorer.core.item_sets import ItemSets


class KnownSets:
    """Those that come along are read once, when they are first asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def kept(self) -> tuple[ItemSets, ...]:
        """The sets of the project."""
        return self._store.state.document.item_sets

    @cached_property
    def built_in(self) -> dict[str, ItemSets]:
        """The sets that come with the application, by their names."""
        return built_in_sets()

    def kept_for(self, asks: Asks) -> tuple[ItemSets, ...]:
        """Return the sets of the project that a probe or a mitigation takes."""
        return tuple(sets for sets in self.kept if takes(asks, sets))

    def built_in_for(self, asks: Asks) -> dict[str, ItemSets]:
        """Return the sets that come along and that a probe or a mitigation takes."""
        return {name: sets for name, sets in self.built_in.items() if takes(asks, sets)}

    def is_built_in(self, sets: ItemSets) -> bool:
        """Return whether sets come along, unchanged."""
        return self.built_in.get(sets.name) == sets
