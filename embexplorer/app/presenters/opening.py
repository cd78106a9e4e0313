"""Opening a file with options: what it would become, asked again at each change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from embexplorer.app.work import Then
from embexplorer.core.contracts import Format
from embexplorer.operations.preview import preview_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from embexplorer.app.presenters.library import Library
    from embexplorer.app.work import Work
    from embexplorer.core.errors import UserError
    from embexplorer.jobs.events import Job
    from embexplorer.operations.context import Context
    from embexplorer.operations.preview import Preview


class Opening:
    """Intents of the dialog that opens a file with options."""

    def __init__(self, work: Work, context: Context, library: Library) -> None:
        self._work = work
        self._context = context
        self._library = library
        self._listeners: dict[Path, Callable[[Preview | UserError], None]] = {}
        self._jobs: dict[Path, Job] = {}

    def preview(
        self,
        path: Path,
        params: Mapping[str, Any],
        format_id: str | None,
        then: Callable[[Preview | UserError], None],
    ) -> None:
        """Look into a file as it would be read; only the newest question of it is answered."""
        self._listeners[path] = then

        def tell(answer: Preview | UserError) -> None:
            if self._listeners.get(path) is then:
                then(answer)

        self._jobs[path] = self._work.submit(
            preview_file,
            key=f"preview:{path}",
            title=f"Looking into {path.name}",
            lane="files",
            then=Then(
                finished=lambda event: tell(event.result), failed=lambda event: tell(event.error)
            ),
            is_shown=False,
            path=str(path),
            cache_root=str(self._context.cache.root),
            params=dict(params),
            format_id=format_id,
        )

    def stop(self, path: Path) -> None:
        """Give up what is not answered yet of a file: nobody waits for it any more."""
        self._listeners.pop(path, None)
        job = self._jobs.pop(path, None)
        if job is not None:
            self._work.cancel(job.id)

    def open(
        self, path: Path, params: Mapping[str, Any], format_id: str, limit: int | None
    ) -> None:
        """Read the file with these parameters into a space or a corpus."""
        self._library.open([path], params, format_id=format_id, limit=limit)

    def formats(self) -> list[Format]:
        """Return the formats that read files, by title."""
        found = [
            plugin
            for plugin in self._context.registry.all(Format)
            if plugin.read is not None and plugin.is_available
        ]
        return sorted(found, key=lambda plugin: plugin.title.lower())
