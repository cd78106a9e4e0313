"""The project: saving and opening it, and what would be lost without saving."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.app.history import History
from embexplorer.app.project_contents import contents_of, data_of, state_of
from embexplorer.app.project_hold import PATIENCE, ProjectHold
from embexplorer.app.state import Problem, ProjectFile, State, with_problems
from embexplorer.app.wording import duration, held
from embexplorer.app.work import Then
from embexplorer.core.contracts import ProjectionMethod
from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError
from embexplorer.core.params import as_dict, build
from embexplorer.operations.keep import is_lost, write_again
from embexplorer.operations.project_window import (
    open_for_window,
    save_for_window,
    words_of,
)
from embexplorer.storage.project_file import ENDING
from embexplorer.storage.settings import Recent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from embexplorer.app.document import Document
    from embexplorer.app.presenters.library import Library
    from embexplorer.app.presenters.map import Map
    from embexplorer.app.remembered import Remembered
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.project import OpenedProject
    from embexplorer.core.projection import Projection
    from embexplorer.jobs.events import Finished
    from embexplorer.operations.context import Context
    from embexplorer.operations.project_window import OpenedForWindow
    from embexplorer.storage.kept_windows import Summary
    from embexplorer.storage.owner import Owner

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
        self.hold = ProjectHold()
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
            open_for_window,
            key="project",
            title=f"Opening {path.name}",
            lane="files",
            then=Then(finished=partial(self._opened, path.absolute())),
            path=str(path.absolute()),  # its disk may not answer this thread
            owner=self.hold.owner,
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
        root = self._context.cache.root
        if any(is_lost(item, root) for item in data_of(state.document)):
            self._work.submit(
                write_again,
                key="save-project",
                title="Writing into the cache again",
                lane="keep",
                then=Then(finished=lambda _: self.save(path, embeds=embeds, then=then)),
                data=data_of(state.document),
                cache_root=root,
            )
            return
        self._remembered.change(project_embeds=embeds)
        saved = ProjectFile(
            target.absolute(),
            embeds,
            made_in(state, self.comes_back),
            extra=before.extra if before is not None and before.path == target else {},
        )
        self._work.submit(
            save_for_window,
            key="save-project",
            title=f"Saving {target.name}",
            lane="files",
            then=Then(finished=partial(self._saved, saved, then)),
            path=str(saved.path),
            owner=self.hold.owner,
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
        return self.file is not None and self.file.is_whole and self.file.holder is None

    def is_unsaved(self) -> bool:
        """Return whether closing would lose something that a person made."""
        return is_unsaved(self._store.state, self.comes_back)

    def title(self) -> ProjectTitle:
        """Return what the title of the window says."""
        state = self._store.state
        shown = state.space or state.texts
        name = "" if shown is None else shown.name
        if state.project is not None:
            name = state.project.name + (" (read only)" if state.project.holder else "")
        return ProjectTitle(name, self.is_unsaved())

    def comes_back(self, projection: Projection) -> bool:
        """Return whether opening the data again makes the same map in a short time."""
        if projection.method == "file":
            return True
        usual = self._defaults.get(projection.method)
        is_quick = projection.seconds <= MADE_AGAIN and projection.rows is None
        is_plain = projection.seed == 0 and projection.dims == 2
        return is_quick and is_plain and dict(projection.params) == usual

    def tick(self) -> None:
        """Say to other computers that the project is still open: called every minute."""
        if self.file is not None and self.file.holder is None:
            self.hold.touch(self.file.path)

    def end(self) -> None:
        """Let go of the project: the window has closed."""
        self._let_go_unless(None, patience=PATIENCE)

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
        self._let_go_unless(saved.path)
        self._store.apply(lambda state: dataclasses.replace(state, project=saved, message=said))
        if then is not None:
            then()

    def _opened(self, path: Path, event: Finished) -> None:
        found: OpenedForWindow = event.result
        opened, holder = found.opened, found.lock.holder
        shown = state_of(opened.contents)
        file = ProjectFile(
            path,
            opened.is_embedded,
            made_in(shown, self.comes_back),
            is_whole=not opened.problems,
            extra=opened.contents.extra,
            holder=holder,
        )
        said = _summary(f"Opened {path.name}", shown.document)
        if holder is None and not found.lock.is_beside:
            said += " Its folder is read-only: other accounts are not told that it is open."
        self._show(opened, shown, file, said)
        self._remember(path)

    def take_recovered(
        self, opened: OpenedProject, summary: Summary, holder: Owner | None = None
    ) -> None:
        """Show what a crashed window held, in place of all that is open; it counts as unsaved."""
        shown = state_of(opened.contents)
        file = None
        if summary.project:
            file = ProjectFile(
                Path(summary.project),
                summary.is_embedded,
                made_in(State(), self.comes_back),
                is_whole=not opened.problems,
                extra=opened.contents.extra,
                holder=holder,
            )
        self._show(opened, shown, file, _summary(f"Recovered {summary.name}", shown.document))

    def _show(
        self, opened: OpenedProject, shown: State, file: ProjectFile | None, said: str
    ) -> None:
        self._map.cancel_live()
        self._store.history = History()
        self._let_go_unless(file.path if file is not None else None)
        problems = list(opened.problems)
        if file is not None and file.holder is not None:
            problems.append(_read_only(file, file.holder))

        def change(state: State) -> State:
            after = dataclasses.replace(
                shown,
                activity=state.activity,
                left=state.left,
                problems=state.problems,
                message=said,
                project=file,
            )
            return with_problems(after, *map(Problem, problems))

        self._store.apply(change)

    def _let_go_unless(self, path: Path | None, *, patience: float = 0.0) -> None:
        """Let go of the project that was open, unless it is the same."""
        before = self.file
        if before is not None and before.holder is None and before.path != path:
            self.hold.let_go(before.path, unless=path, patience=patience)

    def _remember(self, path: Path) -> None:
        spaces = counted(len(self._store.state.document.spaces), "space")
        today = datetime.now(tz=UTC).date().isoformat()
        self._remembered.opened(Recent(str(path), f"Project, {spaces}", today))


def _read_only(file: ProjectFile, holder: Owner) -> UserError:
    return UserError(
        "Opened to read only",
        f"{file.path.name} is open in {words_of(holder)}. What you change here is not saved there.",
        "Save it under another name to keep changes.",
    )


def is_project_file(path: Path) -> bool:
    """Return whether a path is named as a project is."""
    return path.suffix.lower() == ENDING


def made_in(state: State, comes_back: Callable[[Projection], bool]) -> tuple[object, ...]:
    """Return what a person has made: equal as long as nothing was added, changed or removed."""
    document = state.document
    return (
        tuple((item.id, item.name) for item in data_of(document)),
        tuple(item.id for item in document.projections if not comes_back(item)),
        document.columns,
        document.clusters,
        document.selections,
        document.views,
        document.item_sets,
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


def _summary(what: str, document: Document) -> str:
    spaces, texts, maps = document.spaces, document.texts, document.projections
    return f"{what}: {held(len(spaces), len(texts), len(maps))}."


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 1e5 else f"{count / 1e3:,.0f} kB"
