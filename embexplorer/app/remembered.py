"""The settings of this run: changed in one place, saved as they change."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from embexplorer.storage.settings import Recent, Settings, load_settings, save_settings

if TYPE_CHECKING:
    from collections.abc import Callable


class Remembered:
    """Holds the `Settings`; every change is written to disk at once."""

    def __init__(self) -> None:
        self._settings = load_settings()
        self._listeners: list[Callable[[Settings], None]] = []

    @property
    def settings(self) -> Settings:
        """The settings of the moment."""
        return self._settings

    def subscribe(self, listener: Callable[[Settings], None]) -> None:
        """Call `listener(settings)` after every change."""
        self._listeners.append(listener)

    def change(self, **values: Any) -> None:
        """Replace fields and save."""
        self._replace(dataclasses.replace(self._settings, **values))

    def hold(self, **values: Any) -> None:
        """Replace fields for this run only."""
        self._settings = dataclasses.replace(self._settings, **values)

    def opened(self, entry: Recent) -> None:
        """Put a path at the head of the recent ones."""
        self._replace(self._settings.opened(entry))

    def _replace(self, settings: Settings) -> None:
        if settings == self._settings:
            return
        self._settings = settings
        save_settings(settings)
        for listener in self._listeners:
            listener(settings)
