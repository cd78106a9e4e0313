"""The command line's entry: verbs, or paths to open in the window; errors to exit codes."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from embexplorer import __version__
from embexplorer.cli.console import Console
from embexplorer.cli.verbs import VERBS
from embexplorer.core.errors import CancelledError, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

USER_ERROR, BUG, INTERRUPTED = 2, 1, 130

USAGE = """\
usage: embexplorer [PATH ...]            open the window with these files
       embexplorer VERB ... [--help]     work without a window

verbs:
{verbs}

--json prints one JSON document, --quiet no progress, --version the version."""


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    words = list(arguments)
    console = Console(is_json="--json" in words, is_quiet="--quiet" in words)
    try:
        return _dispatch(words, console)
    except UserError as error:
        console.error(error)
        return USER_ERROR
    except (KeyboardInterrupt, CancelledError):
        console.end_progress()
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone, such as `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:  # noqa: BLE001  the border of the program: a bug is told, with where to find it
        console.end_progress()
        _tell_bug()
        return BUG


def _dispatch(words: list[str], console: Console) -> int:
    if words and words[0] in VERBS:
        verb = VERBS[words[0]]
        parser = argparse.ArgumentParser(
            prog=f"embexplorer {words[0]}", description=verb.help, exit_on_error=True
        )
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument("--quiet", action="store_true", help="print no progress")
        return verb.run(parser, words[1:], console)
    if words and words[0] in ("-h", "--help"):
        listed = "\n".join(f"  {name:<11}{verb.help}" for name, verb in VERBS.items())
        print(USAGE.format(verbs=listed))
        return 0
    if words and words[0] == "--version":
        print(f"embexplorer {__version__}")
        return 0
    if words and words[0].startswith("-"):
        raise UserError(
            "Unknown option", f"{words[0]} is not an option.", "Run embexplorer --help."
        )
    return _open_window(words)


def _open_window(words: list[str]) -> int:
    from embexplorer.cli.display import has_display

    missing = [word for word in words if not Path(word).exists()]
    if missing:
        raise UserError(
            "No such file or verb",
            f"{missing[0]} is neither a file here nor a verb.",
            f"The verbs are: {', '.join(VERBS)}.",
        )
    if not has_display():
        raise UserError(
            "No display",
            "A window cannot be shown here.",
            "Use a verb such as shot, or see embexplorer --help.",
        )
    from embexplorer.ui.application import run as run_window

    return run_window([Path(word) for word in words])


def _tell_bug() -> None:
    from embexplorer.storage.paths import log_folder

    traceback.print_exc()
    path = log_folder() / "errors.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as log:
        log.write(traceback.format_exc() + "\n")
    logging.getLogger(__name__).info("logged to %s", path)
    print(f"This is a bug in embexplorer. It is logged in {path}.", file=sys.stderr)
