"""What a project holds: spaces, corpora, maps, and everything a person made of them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embexplorer.core.derived import Clusters, DerivedColumn
from embexplorer.core.item_sets import ItemSets
from embexplorer.core.projection import Projection
from embexplorer.core.space import Space, Texts


@dataclass(frozen=True, slots=True, eq=False)
class NamedSelection:
    """Items of a space that a person wants to find again: sorted rows, each once, and a color."""

    space_id: str
    name: str
    color: int  # position in the palette of categories
    rows: NDArray[np.int64]
    id: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass(frozen=True, slots=True, eq=False)
class SavedView:
    """A place on a map, as `MapView.camera` gives it, under a name."""

    projection_id: str
    name: str
    camera: Mapping[str, Any]
    id: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass(frozen=True, slots=True)
class Document:
    """Spaces, corpora that wait to be encoded, and what was worked out or chosen about them.

    Derived columns are beside the spaces: a space never changes. Item sets belong to no space; each
    has a name of its own.
    """

    spaces: tuple[Space, ...] = ()
    texts: tuple[Texts, ...] = ()
    projections: tuple[Projection, ...] = ()
    columns: tuple[DerivedColumn, ...] = ()
    clusters: tuple[Clusters, ...] = ()
    selections: tuple[NamedSelection, ...] = ()
    views: tuple[SavedView, ...] = ()
    item_sets: tuple[ItemSets, ...] = ()

    def space(self, space_id: str) -> Space | None:
        """Return the space with this id, as it was read, or None."""
        return next((space for space in self.spaces if space.id == space_id), None)

    def corpus(self, texts_id: str) -> Texts | None:
        """Return the corpus with this id, or None."""
        return next((texts for texts in self.texts if texts.id == texts_id), None)

    def projection(self, projection_id: str) -> Projection | None:
        """Return the projection with this id, or None."""
        return next((item for item in self.projections if item.id == projection_id), None)

    def projections_of(self, space_id: str) -> tuple[Projection, ...]:
        """Return the projections of a space, oldest first."""
        return tuple(item for item in self.projections if item.space_id == space_id)

    def columns_of(self, space_id: str) -> tuple[DerivedColumn, ...]:
        """Return the derived columns of a space, oldest first."""
        return tuple(item for item in self.columns if item.space_id == space_id)

    def clusters_of(self, space_id: str) -> tuple[Clusters, ...]:
        """Return the clusters found in a space, oldest first."""
        return tuple(item for item in self.clusters if item.space_id == space_id)

    def selections_of(self, space_id: str) -> tuple[NamedSelection, ...]:
        """Return the named selections of a space, oldest first."""
        return tuple(item for item in self.selections if item.space_id == space_id)

    def without_data(self, data_id: str) -> Document:
        """Return the document without a space, and all that was made of it, or a corpus."""
        kept = tuple(item for item in self.projections if item.space_id != data_id)
        maps = {item.id for item in kept}
        return Document(
            spaces=tuple(item for item in self.spaces if item.id != data_id),
            texts=tuple(item for item in self.texts if item.id != data_id),
            projections=kept,
            columns=tuple(item for item in self.columns if item.space_id != data_id),
            clusters=tuple(item for item in self.clusters if item.space_id != data_id),
            selections=tuple(item for item in self.selections if item.space_id != data_id),
            views=tuple(item for item in self.views if item.projection_id in maps),
            item_sets=self.item_sets,
        )
