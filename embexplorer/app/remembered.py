"""The settings of this run: changed in one place, saved as they change."""

from __future__ import annotations

import dataclasses
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.app.work import Then
from embexplorer.storage.settings import Recent, Settings, load_settings, save_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from embexplorer.app.work import Work
    from embexplorer.core.progress import Progress
    from embexplorer.jobs.events import Finished

_log = logging.getLogger(__name__)


class Remembered:
    """Holds the `Settings`; every change is written to disk.

    Parameters
    ----------
    work
        Writes beside the window's thread, for which a disk may take too long; None writes at once.
    """

    def __init__(self, work: Work | None = None) -> None:
        self._work = work
        self._saved = load_settings()
        self._written = self._saved
        self._held: dict[str, Any] = {}
        self._listeners: list[Callable[[Settings], None]] = []

    @property
    def settings(self) -> Settings:
        """The settings of the moment."""
        return dataclasses.replace(self._saved, **self._held)

    @property
    def open_folder(self) -> str:
        """Where the last path was opened, and the next one may be; empty where none was."""
        recent = self.settings.recent
        return str(Path(recent[0].path).parent) if recent else ""

    def subscribe(self, listener: Callable[[Settings], None]) -> None:
        """Call `listener(settings)` after every change."""
        self._listeners.append(listener)

    def change(self, **values: Any) -> None:
        """Replace fields and save."""
        before = self.settings
        for name in values:
            self._held.pop(name, None)
        self._save(dataclasses.replace(self._saved, **values))
        self._tell(before)

    def hold(self, **values: Any) -> None:
        """Replace fields until they are changed; what is held is never written to disk."""
        self._held.update(values)

    def opened(self, entry: Recent) -> None:
        """Put a path at the head of the recent ones."""
        before = self.settings
        self._save(self._saved.opened(entry))
        self._tell(before)

    def end(self) -> None:
        """Write now what is not written yet: no job runs any more."""
        if self._written != self._saved:
            self._written = write_settings(self._saved)

    def _save(self, settings: Settings) -> None:
        if settings == self._saved:
            return
        self._saved = settings
        if self._work is None:
            self.end()
            return
        self._work.submit(
            write_settings,
            key="settings",
            title="Saving the settings",
            lane="keep",
            then=Then(finished=self._finished),
            is_shown=False,
            settings=settings,
        )

    def _finished(self, event: Finished) -> None:
        self._written = event.result

    def _tell(self, before: Settings) -> None:
        settings = self.settings
        if settings != before:
            for listener in tuple(self._listeners):
                listener(settings)


def write_settings(settings: Settings, progress: Progress | None = None) -> Settings:
    """Save settings and return them; a disk that refuses must keep no question from its answer."""
    try:
        save_settings(settings)
    except OSError as error:
        _log.info("the settings are not saved: %s", error)
    return settings
