"""The border to what reads a file: whatever a library raises becomes one sentence.

A damaged file makes libraries raise nearly anything. What the person gets is always a `UserError`;
where our own code is at fault, it carries the traceback for the log.
"""

from __future__ import annotations

import errno
import os
import re
import sys
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING

from embexplorer.core.errors import CancelledError, UnreadableError, UserError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAMAGED = "The file is damaged"
MAKE_ROOM = "Free some room, or set EMBEXPLORER_CACHE to a folder on another disk."
AGAIN = "Get the whole file again, or save it again with the program that made it."
MISTAKE = "The reader stopped unexpectedly"
SHOW_LOG = "Help > Show log has what a report needs."
SHOWN = 200  # characters of what a library says
_OURS = "embexplorer"
# Raised by our own code these are mistakes in it; raised by a library they are about the file.
_MISTAKES = (AssertionError, AttributeError, LookupError, NameError, TypeError, ZeroDivisionError)
# Libraries in Rust raise their panics past `except Exception`.
_PANICS = "pyo3_runtime"
# What a disk or share says that does not answer any more; not every system knows each.
_GONE = {
    getattr(errno, name, None)
    for name in ("EIO", "ENXIO", "ENODEV", "ESTALE", "ENOTCONN", "ETIMEDOUT", "EHOSTDOWN")
} - {None}
_TOLD = re.compile(r"\(os error (\d+)\)")  # how libraries in Rust quote the system
# What libraries say of a file that was cut off, and what it means to who has the file.
_IN_PLAIN_WORDS = (
    ("file is not a zip file", "its list of contents, which stands at its end, is missing"),
    ("magic bytes not found in footer", "the description of its columns, at its end, is missing"),
)


@contextmanager
def loading(
    name: str, *, title: str = DAMAGED, hint: str = AGAIN, is_untyped: bool = False
) -> Iterator[None]:
    """Turn what is raised while a file is read into a `UserError` that names the file.

    Cancelling and what is a `UserError` already pass through, and so does an `OSError` of the
    system, such as a full disk, which `os_error` describes.

    Parameters
    ----------
    name
        The file as the message calls it.
    title, hint
        What is wrong where the file is damaged, and the next step.
    is_untyped
        Whether our own code walks through values that the file may give any type, as JSON does: a
        `TypeError` or `KeyError` there is about the file.

    Raises
    ------
    UserError
        With a `trace` where our own code is at fault.
    """
    try:
        yield
    except (UserError, CancelledError):
        raise
    except MemoryError as error:
        raise UserError(
            "Not enough memory",
            f"{name} needs more memory than is free. Nothing was loaded.",
            "Read the first items only, or close other programs; a damaged file may ask for more "
            "than it needs.",
        ) from error
    except BaseException as error:
        raise_if_gone(error)
        if not _is_about_file(error):
            raise
        detail = f"{name}: {_said(error)}. Nothing was loaded."
        if isinstance(error, _MISTAKES) and not is_untyped and _is_ours(error):
            trace = "".join(traceback.format_exception(error))
            raise UserError(MISTAKE, detail, SHOW_LOG, trace=trace) from error
        raise UserError(title, detail, hint) from error


def is_gone(error: BaseException) -> bool:
    """Return whether the disk or share of a file does not answer any more."""
    return isinstance(error, OSError) and error.errno in _GONE


def raise_if_gone(error: BaseException) -> None:
    """Raise what the disk or share said, where a library took it for a damaged file."""
    behind = error.__context__
    if behind is not None and is_gone(behind):
        raise behind from None
    told = None if sys.platform == "win32" else _TOLD.search(str(error))
    if told is not None and int(told[1]) in _GONE:
        raise OSError(int(told[1]), os.strerror(int(told[1]))) from None


def os_error(path: Path, error: OSError) -> UserError:
    """Return the sentence for what the system refused while a file was read into the cache."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return UserError(
            "Not enough room on the disk",
            f"The cache has no room for {path.name}. Nothing was loaded.",
            MAKE_ROOM,
        )
    if isinstance(error, PermissionError) and error.filename in (None, str(path)):
        return UnreadableError(
            "No permission to read this file",
            f"{path}: the system does not let you read it ({error.strerror}).",
            "Ask its owner for access, or change its permissions; then open it again.",
        )
    reason = error.strerror or str(error)
    place = error.filename or path  # the file, or what the cache could not write
    hint = "Check that its disk is there, and that the cache can be written."
    return UnreadableError("The file cannot be read", f"{place}: {reason}.", hint)


def _is_about_file(error: BaseException) -> bool:
    """Return whether it is neither the system that refuses nor a signal to end."""
    if isinstance(error, OSError):
        # Libraries raise it without a number, or as an invalid argument, for bytes that do not fit.
        return error.errno in (None, errno.EINVAL)
    return isinstance(error, Exception) or type(error).__module__ == _PANICS


def _is_ours(error: BaseException) -> bool:
    """Return whether the line that raised it is in our own package."""
    last = None
    for frame, _ in traceback.walk_tb(error.__traceback__):
        last = frame
    return last is not None and last.f_globals.get("__name__", "").split(".")[0] == _OURS


def _said(error: BaseException) -> str:
    """Return what a library says on one line; its class where that is no sentence."""
    if isinstance(error, UnicodeDecodeError):
        return f"a text in it has the byte 0x{error.object[error.start]:02X}, no {error.encoding}"
    text = " ".join(str(error).split())[:SHOWN].rstrip(".")
    for words, plain in _IN_PLAIN_WORDS:
        if words in text.lower():
            return plain
    is_sentence = " " in text and not isinstance(error, LookupError)
    return text if is_sentence else f"{type(error).__name__} {text}".rstrip()
