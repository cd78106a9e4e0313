"""Starts the command line, or a child process of a frozen application."""

from __future__ import annotations

import faulthandler
import sys

INTERRUPTED = 130


def main() -> int:
    """Run what the arguments ask for and return the exit code."""
    if sys.stderr is not None and not faulthandler.is_enabled():  # no terminal: no stderr
        faulthandler.enable()
    if "--embexplorer-child" in sys.argv[1:2]:
        from embexplorer.jobs.child import main as serve

        serve()
        return 0
    if "--embexplorer-confined" in sys.argv[1:2]:
        from embexplorer.engines.confined import main as answer

        answer()
        return 0
    try:
        from embexplorer.cli.main import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:  # while it was still importing
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
