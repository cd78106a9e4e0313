"""Whether a window can be shown: tried in a process of its own, as Qt aborts where it cannot."""

from __future__ import annotations

import os
import subprocess
import sys

TIMEOUT = 30  # seconds
NO_SCREEN = ("offscreen", "minimal", "vnc", "linuxfb")
_PROBE = (
    "import embexplorer.ui; from PySide6.QtWidgets import QApplication, QLabel; "
    "app = QApplication([]); label = QLabel(''); label.winId(); print(app.platformName())"
)


class DisplayProbe:
    """Begins to try in another process, which this one need not wait for until it asks."""

    def __init__(self) -> None:
        on_unix = sys.platform not in ("win32", "darwin")
        has_server = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        self._process: subprocess.Popen[str] | None = None
        if has_server or not on_unix:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _PROBE],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )

    def has_display(self) -> bool:
        """Return whether a window would appear on a screen."""
        if self._process is None:
            return False
        with self._process as process:
            try:
                said, _ = process.communicate(timeout=TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
                return False
        return process.returncode == 0 and said.strip() not in NO_SCREEN


def has_display() -> bool:
    """Return whether a window would appear on a screen."""
    return DisplayProbe().has_display()
