"""The command line's entry: verbs, or paths to open in the window; errors to exit codes."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from embexplorer import __version__
from embexplorer.cli.console import Console
from embexplorer.cli.verbs import VERBS
from embexplorer.core.errors import CancelledError, UntrustedError, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, BUG, USER_ERROR, INTERRUPTED = 0, 1, 2, 130
DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO)
COMMON = ("--json", "--quiet")  # also understood before the verb
DEBUG = "--debug"

USAGE = """\
usage: embexplorer [PATH ...]            open the window with these files
       embexplorer VERB ... [--help]     work without a window

verbs:
{verbs}

--json prints one JSON document, --quiet no progress, --version the version;
--debug lets the window log what holds it up."""


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    words = list(arguments)
    options = words[: words.index("--")] if "--" in words else words
    console = Console(is_json="--json" in options, is_quiet="--quiet" in options)
    try:
        code = _dispatch(words, console)
        sys.stdout.flush()
    except (KeyboardInterrupt, CancelledError):
        console.say("Interrupted.")
        return INTERRUPTED
    except SystemExit as ended:  # how argparse ends after --help
        return int(ended.code or DONE)
    except BrokenPipeError:  # the reader of our output has gone, such as `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:  # noqa: BLE001  the border of the program: a bug is told, with where to find it
        mendable = _mendable(error)
        if mendable is None:
            _tell_bug(error, console)
            return BUG
        if mendable.trace:
            console.say(_logged(mendable.trace))
        console.error(_with_flag(mendable), **_missing(error))
        return USER_ERROR
    return code


def _missing(error: Exception) -> dict[str, list[str]]:
    """Return the item that was looked up and is not there, where the error is about one."""
    from embexplorer.operations.query import UnknownItemError

    return {"missing": [error.item]} if isinstance(error, UnknownItemError) else {}


def _with_flag(error: UserError) -> UserError:
    """Return an error with the flag that goes on in spite of it, and what that means."""
    if not isinstance(error, UntrustedError):
        return error
    trust = (
        f"Or, where you know who made it, let it run with --trust {error.sha256}: it can then do "
        "anything that you can do on this computer."
    )
    return UserError(error.title, error.detail, f"{error.hint} {trust}")


def _mendable(error: Exception) -> UserError | None:
    """Return what the person can mend about an error; None where it is a bug."""
    if isinstance(error, UserError):
        return error
    if isinstance(error, MemoryError):
        return UserError(
            "Not enough memory",
            "This needs more memory than is free.",
            "Take the first items with --limit N, or close other programs.",
        )
    if isinstance(error, OSError) and error.errno in DISK_ERRORS:
        return UserError(
            "The disk refused",
            f"{error.filename or 'A file'}: {error.strerror}.",
            "Check that there is room and that you may write there.",
        )
    return None


def _dispatch(words: list[str], console: Console) -> int:
    before = next((at for at, word in enumerate(words) if word not in COMMON), len(words))
    first, rest = words[before : before + 1], words[before + 1 :]
    if first and first[0] in VERBS:
        return VERBS[first[0]].run(first[0], rest, console)
    if first in (["-h"], ["--help"]):
        listed = "\n".join(f"  {name:<11}{verb.help}" for name, verb in VERBS.items())
        print(USAGE.format(verbs=listed))
        return DONE
    if first == ["--version"]:
        console.result({}, [f"embexplorer {__version__}"])
        return DONE
    if first and first[0].startswith("-") and first[0] != DEBUG:
        raise UserError(
            "Unknown option", f"{first[0]} is not an option.", "Run embexplorer --help."
        )
    if DEBUG in words:
        os.environ["EMBEXPLORER_DEBUG"] = "1"
    return _open_window([word for word in words if word not in (*COMMON, DEBUG)], console)


def _open_window(words: list[str], console: Console) -> int:
    from embexplorer.cli.display import DisplayProbe
    from embexplorer.cli.window_log import window_log

    missing = [word for word in words if not Path(word).exists()]
    if missing:
        raise UserError(
            "No such file or verb",
            f"{missing[0]} is neither a file here nor a verb.",
            f"The verbs are: {', '.join(VERBS)}.",
        )
    probe = DisplayProbe()  # tries while the window is imported
    with window_log(console):
        from embexplorer.ui.opening import run as run_window

        if not probe.has_display():
            raise UserError(
                "No display",
                "A window cannot be shown here.",
                "Use a verb such as shot, or see embexplorer --help.",
            )
        return run_window([Path(word) for word in words])


def _logged(trace: str) -> str:
    """Keep a traceback in a log; return where."""
    from embexplorer.storage.paths import log_folder

    path = log_folder() / "errors.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{trace}\n")
    except OSError:
        return "It could not be logged."
    return f"It is logged in {path}."


def _tell_bug(error: Exception, console: Console) -> None:
    """Print the traceback and keep it in a log."""
    console.end_progress()
    trace = "".join(traceback.format_exception(error))
    hint = f"This is a bug in embexplorer. {_logged(trace)}"
    print(f"{trace}{hint}", file=sys.stderr)
    console.error_document("Something went wrong", f"{type(error).__name__}: {error}", hint)
