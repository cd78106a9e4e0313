"""Which format reads a file, and what to do with a file that none reads."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from embexplorer.core.contracts import Format
from embexplorer.core.errors import UserError
from embexplorer.engines.text_decoding import looks_like_text

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.plugins import Registry

HEAD_BYTES = 1 << 16
BY_NAME_ONLY = 0.5  # a format this sure, or less, has seen nothing in the file but its name
_NOT_TRUSTED = "Open it where it comes from, in Python, and save the vectors with numpy.save."
_DECOMPRESS = "Decompress it, then open what is inside."

# First bytes of files that are no vectors, or not yet: (bytes, title, what it is, next step).
_KNOWN: tuple[tuple[bytes, str, str, str], ...] = (
    (
        b"\xba\x16\x4f\x2f",
        "A fastText model, not vectors",
        "a fastText model",
        "Open the .vec file that fastText writes beside it.",
    ),
    (b"\x1f\x8b", "The file is compressed", "a gzip archive", _DECOMPRESS),
    (b"BZh", "The file is compressed", "a bzip2 archive", _DECOMPRESS),
    (b"\xfd7zXZ", "The file is compressed", "an xz archive", _DECOMPRESS),
    (b"\x28\xb5\x2f\xfd", "The file is compressed", "a Zstandard archive", _DECOMPRESS),
    (b"Rar!", "The file is compressed", "a RAR archive", _DECOMPRESS),
    (b"7z\xbc\xaf", "The file is compressed", "a 7-Zip archive", _DECOMPRESS),
    (
        b"\x89HDF\r\n\x1a\n",
        "HDF5 is not read",
        "an HDF5 file",
        "Save its array as .npy, with numpy.save.",
    ),
    (
        b"SQLite format 3",
        "A database, not vectors",
        "an SQLite database",
        "Export its table as CSV or Parquet.",
    ),
    (b"%PDF", "A PDF, not vectors", "a PDF document", "Save its text as .txt to encode it."),
    (b"\x89PNG", "A picture, not vectors", "a PNG picture", "Choose a file of vectors or texts."),
    (
        b"\xff\xd8\xff",
        "A picture, not vectors",
        "a JPEG picture",
        "Choose a file of vectors or texts.",
    ),
)
# Protocols 2 to 5; and protocol 0, which is text: an empty list or dictionary, or a global.
_PICKLE = re.compile(
    rb"\x80[\x02-\x05]|\((lp|dp)\d*\n"
    rb"|c(copy_reg|__builtin__|builtins|collections|posix|nt|os|(numpy|gensim|torch)[\w.]*)\n\w+\n"
)


def find_format(path: Path, registry: Registry, format_id: str | None = None) -> Format:
    """Return the format that reads a file or folder.

    Parameters
    ----------
    path
        The file or folder.
    registry
        The formats there are.
    format_id
        The one to take; None asks each how sure it is.

    Raises
    ------
    UserError
        When the path does not exist, is empty, or is nothing that a format reads: what it is
        instead, and what to do with it.
    """
    head = _head_of(path)
    if format_id is not None:
        return registry.get(Format, format_id)
    scores = {
        plugin.id: plugin.sniff(path, head)
        for plugin in registry.all(Format)
        if plugin.read is not None and plugin.is_available
    }
    best = max(scores, key=lambda plugin_id: scores[plugin_id], default="")
    score = scores.get(best, 0.0)
    known = _recognized(path, head) if score <= BY_NAME_ONLY or _PICKLE.match(head) else None
    if known is not None or score <= 0:
        raise known or _unknown(path, head, registry)
    return registry.get(Format, best)


def _head_of(path: Path) -> bytes:
    if path.is_dir():
        return b""
    if not path.exists():
        raise UserError("No such file", f"There is no {path}.", "Check the name.")
    if not path.is_file():
        raise UserError("Not a file", f"{path} is a device or a pipe.", "Choose a file.")
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise UserError("The file is empty", f"{path.name} has 0 bytes.", "Choose another file.")
    return head


def _recognized(path: Path, head: bytes) -> UserError | None:
    """Return the error for a file whose first bytes say what it is."""
    if _PICKLE.match(head):
        detail = f"{path.name} is a Python pickle: reading it would run code from the file."
        return UserError("A pickle, not vectors", detail, _NOT_TRUSTED)
    if head.startswith(b"PK\x03\x04"):
        return _zip_error(path)
    for start, title, what, hint in _KNOWN:
        if head.startswith(start):
            return UserError(title, f"{path.name} is {what}.", hint)
    return None


def _zip_error(path: Path) -> UserError:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        names = []
    if any(name.endswith("data.pkl") for name in names):
        detail = f"{path.name} is a PyTorch file: reading it would run code from the file."
        return UserError("A PyTorch file, not vectors", detail, _NOT_TRUSTED)
    if names and all(name.endswith(".npy") for name in names):
        detail = f"{path.name} is a NumPy archive."
        return UserError("A NumPy archive, wrongly named", detail, "Rename it to .npz.")
    return UserError("The file is compressed", f"{path.name} is a zip archive.", _DECOMPRESS)


def _unknown(path: Path, head: bytes, registry: Registry) -> UserError:
    if path.is_dir():
        return UserError("Nothing to open in this folder", f"{path} holds no texts.", "")
    if looks_like_text(head):
        return UserError(
            "No vectors in this file",
            f"{path.name} holds text, not items and numbers.",
            "To encode it as a corpus, rename it to .txt and open it again.",
        )
    known = sorted({end for plugin in registry.all(Format) for end in plugin.extensions})
    return UserError(
        "Unknown kind of file",
        f"{path.name} is neither text nor vectors in a format that can be read.",
        f"Choose one of: {', '.join(known)}.",
    )
