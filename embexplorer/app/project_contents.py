"""Between the state of the window and what a project file holds of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.app.document import Document, NamedSelection, SavedView
from embexplorer.app.kept_moment import moment_of, with_moment
from embexplorer.app.state import State
from embexplorer.app.style import Style
from embexplorer.core.project import KeptData, ProjectContents
from embexplorer.core.space import Space, Texts
from embexplorer.operations.keep import on_disk
from embexplorer.storage.space_folder import open_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from embexplorer.core.projection import Projection
    from embexplorer.operations.context import Context


def contents_of(
    state: State, context: Context, extra: Mapping[str, Any] | None = None
) -> ProjectContents:
    """Return what a project file holds of the state, its spaces as folders."""
    document = state.document
    on_map, texts = state.projection, state.texts
    return ProjectContents(
        data=tuple(_kept(item, context) for item in data_of(document)),
        projections=document.projections,
        columns=document.columns,
        clusters=document.clusters,
        selections=tuple(map(_fields, document.selections)),
        views=tuple(map(_fields, document.views)),
        item_sets=document.item_sets,
        styles={name: _fields(style) for name, style in state.styles.items()},
        moment=moment_of(state),
        active={
            "space": state.active_space,
            "texts": texts.id if texts is not None else "",
            "projection": on_map.id if on_map is not None else "",
        },
        extra=extra or {},
    )


def state_of(contents: ProjectContents) -> State:
    """Return the state that a project was left in; its folders are mapped."""
    found = [_mapped(item) for item in contents.data]
    spaces = tuple(item for item in found if isinstance(item, Space))
    texts = tuple(item for item in found if isinstance(item, Texts))
    document = Document(
        spaces=spaces,
        texts=texts,
        projections=tuple(map(_frozen_projection, contents.projections)),
        columns=contents.columns,
        clusters=tuple(
            dataclasses.replace(item, labels=_frozen(item.labels), medoids=_frozen(item.medoids))
            for item in contents.clusters
        ),
        selections=tuple(_selection(values) for values in contents.selections),
        views=tuple(SavedView(**_known(SavedView, values)) for values in contents.views),
        item_sets=contents.item_sets,
    )
    active = _active(contents.active, document)
    state = State(
        document=document,
        styles={name: Style(**_style_values(values)) for name, values in contents.styles.items()},
        active_space=active["space"],
        active_texts=active["texts"],
        active_projection=active["projection"],
    )
    was_active = contents.active.get("space") == state.active_space
    return with_moment(state, contents.moment) if was_active else state


def _active(wanted: Mapping[str, str], document: Document) -> dict[str, str]:
    """Return the active ids that exist; another space takes the place of one that is missing."""
    space = document.space(wanted.get("space", ""))
    if space is None and document.spaces:
        space = document.spaces[-1]
    texts = document.corpus(wanted.get("texts", ""))
    maps = document.projections_of(space.id) if space is not None else ()
    shown = next((item for item in maps if item.id == wanted.get("projection")), None)
    return {
        "space": space.id if space is not None else "",
        "texts": texts.id if texts is not None else "",
        "projection": shown.id if shown is not None else maps[-1].id if maps else "",
    }


def data_of(document: Document) -> tuple[Space | Texts, ...]:
    """Return the spaces and corpora of a document."""
    return *document.spaces, *document.texts


def _kept(item: Space | Texts, context: Context) -> KeptData:
    folder = on_disk(item, context).folder if isinstance(item, Space) else item.folder
    assert folder is not None, "a corpus lies in the cache"
    return KeptData(item.id, item.name, str(folder), isinstance(item, Space))


def _mapped(item: KeptData) -> Space | Texts:
    found, _ = open_folder(Path(item.folder))
    return dataclasses.replace(found, name=item.name)


def _fields(item: Any) -> dict[str, Any]:
    return {field.name: getattr(item, field.name) for field in dataclasses.fields(item)}


def _known(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in dataclasses.fields(kind)}
    return {name: value for name, value in values.items() if name in names}


def _style_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a style that have a value of the right kind."""
    default = Style()
    known = _known(Style, values)
    for name, value in tuple(known.items()):
        usual = getattr(default, name)
        if usual is not None and not isinstance(value, type(usual)):
            del known[name]
    for name in ("center", "point_opacity"):
        if not isinstance(known.get(name), int | float | None):
            del known[name]
    if not _are_limits(known.get("limits")):
        known.pop("limits", None)
    return known


def _are_limits(value: object) -> bool:
    """Return whether a value is two numbers."""
    if not isinstance(value, tuple) or len(value) != 2:
        return False
    return all(isinstance(part, int | float) for part in value)


def _selection(values: Mapping[str, Any]) -> NamedSelection:
    known = _known(NamedSelection, values)
    return NamedSelection(**{**known, "rows": _frozen(known["rows"])})


def _frozen_projection(item: Projection) -> Projection:
    rows = None if item.rows is None else _frozen(item.rows)
    return dataclasses.replace(item, coords=_frozen(item.coords), rows=rows)


def _frozen(values: NDArray[np.generic]) -> NDArray[Any]:
    """Return an array that cannot be written to, which pickling forgets."""
    values.flags.writeable = False
    return values
