"""What a project file holds, as values that any process can take: no window, no open array."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from embexplorer.core.derived import Clusters, DerivedColumn
from embexplorer.core.errors import UserError
from embexplorer.core.item_sets import ItemSets
from embexplorer.core.projection import Projection


@dataclass(frozen=True, slots=True)
class KeptData:
    """A space or a corpus of a project.

    Parameters
    ----------
    id
        Hash of its content.
    name
        What the person calls it.
    folder
        The space folder where it lies on this computer, see `storage.space_folder`.
    is_space
        False for a corpus that is not encoded.
    """

    id: str
    name: str
    folder: str
    is_space: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class ProjectContents:
    """Everything in a project.

    Parameters
    ----------
    data
        Spaces and corpora, in the order of the library.
    projections, columns, clusters
        What was worked out about the spaces.
    selections, views
        Plain values of each, by the names of their fields.
    item_sets
        Sets to probe by, of no space.
    styles
        Plain values of the style of each space, by its id.
    moment
        What of the active space is selected, filtered, hidden and on a second map, plain values.
    active
        Ids of the active ``space``, ``texts`` and ``projection``; empty for none.
    extra
        What a file holds beside these: kept as it is, and written again.
    """

    data: tuple[KeptData, ...] = ()
    projections: tuple[Projection, ...] = ()
    columns: tuple[DerivedColumn, ...] = ()
    clusters: tuple[Clusters, ...] = ()
    selections: tuple[Mapping[str, Any], ...] = ()
    views: tuple[Mapping[str, Any], ...] = ()
    item_sets: tuple[ItemSets, ...] = ()
    styles: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    moment: Mapping[str, Any] = field(default_factory=dict)
    active: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    def with_ids(self, ids: Mapping[str, str]) -> ProjectContents:
        """Return the contents with other ids of spaces and corpora, from old to new."""

        def new(old: str) -> str:
            return ids.get(old, old)

        return replace(
            self,
            data=tuple(replace(item, id=new(item.id)) for item in self.data),
            projections=tuple(
                replace(item, space_id=new(item.space_id)) for item in self.projections
            ),
            columns=tuple(replace(item, space_id=new(item.space_id)) for item in self.columns),
            clusters=tuple(replace(item, space_id=new(item.space_id)) for item in self.clusters),
            selections=tuple(
                {**item, "space_id": new(item["space_id"])} for item in self.selections
            ),
            styles={new(name): style for name, style in self.styles.items()},
            active={what: new(name) for what, name in self.active.items()},
        )


@dataclass(frozen=True, slots=True, eq=False)
class OpenedProject:
    """What a project file gave, and what it could not give.

    Parameters
    ----------
    contents
        All of it whose spaces are there.
    problems
        One for each space or corpus that is missing.
    is_embedded
        Whether the file holds the vectors themselves.
    """

    contents: ProjectContents
    problems: tuple[UserError, ...] = ()
    is_embedded: bool = True
