"""The project: saving and opening it, and what would be lost without saving."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.app.document import Document, NamedSelection, SavedView
from embexplorer.app.history import History
from embexplorer.app.state import Problem, ProjectFile, State
from embexplorer.app.style import Style
from embexplorer.app.wording import counted, duration
from embexplorer.app.work import Then
from embexplorer.core.contracts import ProjectionMethod
from embexplorer.core.params import as_dict, build
from embexplorer.core.project import KeptData, ProjectContents
from embexplorer.core.space import Space, Texts
from embexplorer.operations import project_file as files
from embexplorer.operations.keep import on_disk
from embexplorer.storage.project_file import ENDING
from embexplorer.storage.settings import Recent
from embexplorer.storage.space_folder import open_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from embexplorer.app.presenters.library import Library
    from embexplorer.app.presenters.map import Map
    from embexplorer.app.remembered import Remembered
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.project import OpenedProject
    from embexplorer.core.projection import Projection
    from embexplorer.jobs.events import Finished
    from embexplorer.operations.context import Context

MADE_AGAIN = 60.0  # seconds up to which a map of default settings counts as made by itself


@dataclass(frozen=True, slots=True)
class ProjectTitle:
    """What the title of the window says."""

    name: str
    is_unsaved: bool

    @property
    def text(self) -> str:
        """Return ``thesis • · embexplorer``."""
        named = f"{self.name} •" if self.is_unsaved and self.name else self.name
        return f"{named} · embexplorer" if named else "embexplorer"


class Project:
    """Intents of saving and opening projects.

    Parameters
    ----------
    library
        Opens what is no project.
    map_
        Its running projection ends when another project opens.
    """

    def __init__(
        self,
        store: Store,
        work: Work,
        context: Context,
        remembered: Remembered,
        library: Library,
        map_: Map,
    ) -> None:
        self._store = store
        self._work = work
        self._context = context
        self._remembered = remembered
        self._library = library
        self._map = map_
        methods = context.registry.all(ProjectionMethod)
        self._defaults = {method.id: as_dict(build(method.params, {})) for method in methods}

    @property
    def file(self) -> ProjectFile | None:
        """The project that is open, or None while nothing was saved."""
        return self._store.state.project

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open each path: a project, or data as if it was dropped on the window."""
        for path in paths:
            if is_project_file(path):
                self.open(path)
        self._library.open([path for path in paths if not is_project_file(path)])

    def open(self, path: Path) -> None:
        """Open a project in place of all that is open."""
        self._work.submit(
            files.open_project,
            key="project",
            title=f"Opening {path.name}",
            lane="files",
            then=Then(finished=partial(self._opened, path.resolve())),
            path=str(path.resolve()),
            cache_root=str(self._context.cache.root),
        )

    def save(
        self,
        path: Path | None = None,
        *,
        embeds: bool | None = None,
        then: Callable[[], None] | None = None,
    ) -> None:
        """Save everything as a project.

        Parameters
        ----------
        path
            The file; the one that is open by default.
        embeds
            Whether the vectors go into the file; as it was saved before by default.
        then
            Called when it is saved.
        """
        state = self._store.state
        before = state.project
        target = path or (before.path if before is not None else None)
        if target is None:
            raise ValueError("a project that was never saved needs a path")
        if embeds is None:
            embeds = before.is_embedded if before is not None else self.embeds_by_default
        self._remembered.change(project_embeds=embeds)
        saved = ProjectFile(
            target.resolve(),
            embeds,
            made_in(state, self.comes_back),
            extra=before.extra if before is not None and before.path == target else {},
        )
        self._work.submit(
            files.save_project,
            key="save-project",
            title=f"Saving {target.name}",
            lane="files",
            then=Then(finished=partial(self._saved, saved, then)),
            path=str(saved.path),
            contents=contents_of(state, self._context, saved.extra),
            embeds=embeds,
            cache_root=str(self._context.cache.root),
        )

    @property
    def embeds_by_default(self) -> bool:
        """Whether vectors go into a project that is saved for the first time."""
        return self._remembered.settings.project_embeds

    @property
    def can_save_silently(self) -> bool:
        """Whether there is a file that may be written over without asking."""
        return self.file is not None and self.file.is_whole

    def is_unsaved(self) -> bool:
        """Return whether closing would lose something that a person made."""
        return is_unsaved(self._store.state, self.comes_back)

    def title(self) -> ProjectTitle:
        """Return what the title of the window says."""
        state = self._store.state
        name = state.space.name if state.space is not None else ""
        if state.project is not None:
            name = state.project.name
        return ProjectTitle(name, self.is_unsaved())

    def comes_back(self, projection: Projection) -> bool:
        """Return whether opening the data again makes the same map in a short time."""
        if projection.method == "file":
            return True
        usual = self._defaults.get(projection.method)
        is_quick = projection.seconds <= MADE_AGAIN and projection.rows is None
        is_plain = projection.seed == 0 and projection.dims == 2
        return is_quick and is_plain and dict(projection.params) == usual

    # -- what jobs bring -----------------------------------------------------------------------

    def _saved(self, saved: ProjectFile, then: Callable[[], None] | None, event: Finished) -> None:
        self._remember(saved.path)
        result: Mapping[str, Any] = event.result
        said = (
            f"Saved {saved.path.name}, {_size(result['bytes'])} in {duration(result['seconds'])}."
        )
        inside = result["embedded"]
        if inside and not saved.is_embedded:
            said += f" Inside it, as no file gives them again: {', '.join(inside)}."
        self._store.apply(lambda state: dataclasses.replace(state, project=saved, message=said))
        if then is not None:
            then()

    def _opened(self, path: Path, event: Finished) -> None:
        opened: OpenedProject = event.result
        document, styles, active = document_of(opened.contents)
        self._map.cancel_live()
        self._store.history = History()

        def change(state: State) -> State:
            shown = State(
                document=document,
                styles=styles,
                active_space=active.get("space", ""),
                active_texts=active.get("texts", ""),
                active_projection=active.get("projection", ""),
                activity=state.activity,
                problems=(*state.problems, *map(Problem, opened.problems)),
                message=_summary(path, document),
            )
            file = ProjectFile(
                path,
                opened.is_embedded,
                made_in(shown, self.comes_back),
                is_whole=not opened.problems,
                extra=opened.contents.extra,
            )
            return dataclasses.replace(shown, project=file)

        self._store.apply(change)
        self._remember(path)

    def _remember(self, path: Path) -> None:
        spaces = counted(len(self._store.state.document.spaces), "space")
        today = datetime.now(tz=UTC).date().isoformat()
        self._remembered.opened(Recent(str(path), f"Project, {spaces}", today))


def is_project_file(path: Path) -> bool:
    """Return whether a path is named as a project is."""
    return path.suffix.lower() == ENDING


def made_in(state: State, comes_back: Callable[[Projection], bool]) -> tuple[object, ...]:
    """Return what a person has made: equal as long as nothing was added, changed or removed."""
    document = state.document
    return (
        tuple((item.id, item.name) for item in _data(document)),
        tuple(item.id for item in document.projections if not comes_back(item)),
        document.columns,
        document.clusters,
        document.selections,
        document.views,
        {item.id: state.styles.get(item.id) for item in document.spaces},
    )


def is_unsaved(state: State, comes_back: Callable[[Projection], bool]) -> bool:
    """Return whether closing would lose something that a person made.

    What opening the files again brings back, such as the first map of a space, is no loss.
    """
    *made, styles = made_in(state, comes_back)
    if state.project is None:
        return any(made[1:])  # data alone is opened again
    *before, styles_before = state.project.saved
    assert isinstance(styles, dict), "made_in ends with the styles"
    assert isinstance(styles_before, dict), "made_in ends with the styles"
    # A space that is shown for the first time gets a style that nobody chose.
    restyled = any(styles_before.get(name) not in (None, style) for name, style in styles.items())
    return made != before or restyled


# -- document and contents -------------------------------------------------------------------------


def contents_of(
    state: State, context: Context, extra: Mapping[str, Any] | None = None
) -> ProjectContents:
    """Return what a project file holds of the state, its spaces as folders."""
    document = state.document
    on_map, texts = state.projection, state.texts
    return ProjectContents(
        data=tuple(_kept(item, context) for item in _data(document)),
        projections=document.projections,
        columns=document.columns,
        clusters=document.clusters,
        selections=tuple(map(_fields, document.selections)),
        views=tuple(map(_fields, document.views)),
        styles={name: _fields(style) for name, style in state.styles.items()},
        active={
            "space": state.active_space,
            "texts": texts.id if texts is not None else "",
            "projection": on_map.id if on_map is not None else "",
        },
        extra=extra or {},
    )


def document_of(
    contents: ProjectContents,
) -> tuple[Document, dict[str, Style], dict[str, str]]:
    """Return the document, styles and active ids of a project; its folders are mapped."""
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
    )
    styles = {
        name: Style(**_style_values(values, document, name))
        for name, values in contents.styles.items()
    }
    return document, styles, _active(contents.active, document)


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


def _data(document: Document) -> tuple[Space | Texts, ...]:
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


def _style_values(values: Mapping[str, Any], document: Document, space_id: str) -> dict[str, Any]:
    """Return the fields of a style that have a value of the right kind."""
    default = Style()
    known = _known(Style, values)
    for name, value in tuple(known.items()):
        usual = getattr(default, name)
        if usual is not None and not isinstance(value, type(usual)):
            del known[name]
    groups = {item.id for item in document.clusters_of(space_id)}
    if known.get("labels", "") not in groups:
        known.pop("labels", None)
    return known


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


def _summary(path: Path, document: Document) -> str:
    maps = counted(len(document.projections), "map")
    return f"Opened {path.name}: {counted(len(document.spaces), 'space')}, {maps}."


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 1e5 else f"{count / 1e3:,.0f} kB"
