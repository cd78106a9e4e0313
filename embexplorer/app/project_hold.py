"""How a window has a project: its disk may not answer, so nobody waits for it."""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING

from embexplorer.storage.owner import this_process
from embexplorer.storage.project_lock import release_lock, touch_lock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PATIENCE = 1.0  # seconds that closing a window waits for the disk of its project


class ProjectHold:
    """Keeps the lock of a project that a window has, and lets go of it."""

    def __init__(self) -> None:
        self.owner = this_process(uuid.uuid4().hex)
        self._toucher: threading.Thread | None = None

    def touch(self, path: Path) -> None:
        """Say to other computers that the project is still open; one that is slow is not asked."""
        if self._toucher is None or not self._toucher.is_alive():
            self._toucher = self._ask_disk(touch_lock, path)

    def let_go(self, path: Path, *, unless: Path | None = None, patience: float = 0.0) -> None:
        """Let others have the project, unless it is the same as another by a link."""
        self._ask_disk(release_lock, path, unless).join(patience)

    def _ask_disk(self, ask: Callable[..., None], path: Path, *more: object) -> threading.Thread:
        thread = threading.Thread(target=ask, args=(path, self.owner, *more), daemon=True)
        thread.start()
        return thread
