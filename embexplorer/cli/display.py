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


def has_display() -> bool:
    """Return whether a window would appear on a screen."""
    on_unix = sys.platform not in ("win32", "darwin")
    if on_unix and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    try:
        probe = subprocess.run(
            [sys.executable, "-c", _PROBE],
            capture_output=True,
            timeout=TIMEOUT,
            text=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return probe.returncode == 0 and probe.stdout.strip() not in NO_SCREEN
