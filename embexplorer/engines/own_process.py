"""How a further process of this program is started: from the same files, frozen or not."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# What libraries read to send no usage data: a process is asked for work, never for a network.
SILENT = {"DO_NOT_TRACK": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DISABLE_TELEMETRY": "1"}


def command(module: str, flag: str) -> list[str]:
    """Return the command line of a process that calls ``main()`` of a module of ours.

    Neither depends on the script that runs here, so none needs an ``if __name__`` guard. A frozen
    application is its own interpreter: `__main__` knows it by its `flag`.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, flag]
    return [sys.executable, "-c", f"from {module} import main; main()"]


def environment() -> dict[str, str]:
    """Let the process import the same embexplorer, whatever folder it starts in."""
    root = str(Path(__file__).resolve().parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, **SILENT, "PYTHONPATH": os.pathsep.join(paths)}
