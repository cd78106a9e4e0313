"""Which format reads a file, and what to do with a file that none reads."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from embexplorer.core.contracts import HEAD_BYTES, Format
from embexplorer.core.errors import UnreadableError, UserError
from embexplorer.engines.byte_stream import open_stream
from embexplorer.engines.compressed import inner_path, kind_of, open_archive, outer_path
from embexplorer.engines.loader_boundary import loading
from embexplorer.engines.other_files import other_file
from embexplorer.engines.restricted_pickle import is_pickle
from embexplorer.engines.text_decoding import looks_like_text

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.plugins import Registry

CERTAIN = 1.0  # how sure a format must be of a pickle, to read it without running it
_log = logging.getLogger(__name__)

FIRST = 8  # bytes of an unknown file that are said
BY_NAME_ONLY = 0.5  # a format this sure, or less, has seen nothing in the file but its name
_COULD_RUN = "reading it could run a program hidden in it. Nothing of it was run."
_NOT_TRUSTED = "Open it where it comes from, in Python, and save the vectors with numpy.save."
_DECOMPRESS = "Decompress it, then open what is inside."

# Files of programs that are zip archives: (a file inside that tells, what it is, its ending).
_ZIPPED = (
    ("word/document.xml", "a Word document", ".docx"),
    ("META-INF/container.xml", "an EPUB book", ".epub"),
)
_TAR_MARK, _TAR_AT = b"ustar", 257  # POSIX 1003.1, header of a tar archive


def find_format(
    path: Path, registry: Registry, format_id: str | None = None
) -> tuple[Format, Path]:
    """Return the format that reads a file or folder, and the path that it is to open.

    Parameters
    ----------
    path
        The file or folder, or a file inside a zip archive, such as ``words.zip/words.vec``.
    registry
        The formats there are.
    format_id
        The one to take; None asks each how sure it is.

    Returns
    -------
    tuple
        The format, and `path`, or that of the file inside where it is compressed.

    Raises
    ------
    UserError
        When the path does not exist, is empty, or is nothing that a format reads: what it is
        instead, and what to do with it.
    """
    with loading(path.name):
        return _find_format(path, registry, format_id)


def _find_format(path: Path, registry: Registry, format_id: str | None) -> tuple[Format, Path]:
    outer = outer_path(path)
    head = _head_of(path)
    kind = kind_of(head) if outer == path else None
    plugins = [plugin for plugin in registry.all(Format) if plugin.read is not None]
    if format_id is not None:
        plugin = registry.get(Format, format_id)
        is_itself = plugin.sniff(path, head) > BY_NAME_ONLY  # as a Word document is a zip archive
        return plugin, inner_path(path, kind) if kind and plugin.streams and not is_itself else path
    if outer == path:
        surest = _surest(path, head, plugins)
        if surest is not None and (kind is None or surest[1] > BY_NAME_ONLY):
            return surest[0], path
        if kind is None:
            raise _unknown(path, head)
        path = inner_path(path, kind)
        head = _head_of(path)
    return _inside(path, head, plugins, registry), path


def _surest(path: Path, head: bytes, plugins: list[Format]) -> tuple[Format, float] | None:
    """Return the format that is surest of a file and how sure it is, or None where none is.

    Raises
    ------
    UserError
        When the first bytes say that it is something else.
    """
    scores = [(_score(path, head, plugin), plugin) for plugin in plugins if plugin.is_available]
    score, best = max(scores, key=lambda scored: scored[0])
    if score <= BY_NAME_ONLY or (score < CERTAIN and is_pickle(head)):
        known = _recognized(path, head)
        if known is not None:
            raise known
    return (best, score) if score > 0 else None


def _score(path: Path, head: bytes, plugin: Format) -> float:
    """Return how sure a format is of a file; one that fails keeps no other from reading it."""
    try:
        with loading(path.name):
            return float(plugin.sniff(path, head))
    except UserError:
        _log.info("%s does not recognize %s", plugin.id, path.name, exc_info=True)
        return 0.0


def _inside(path: Path, head: bytes, plugins: list[Format], registry: Registry) -> Format:
    """Return the format of a file inside a compressed one.

    Raises
    ------
    UserError
        When none reads it, or none that reads from first byte to last.
    """
    outer = outer_path(path)
    if head[_TAR_AT:].startswith(_TAR_MARK) or kind_of(head) is not None:
        raise UserError(
            "An archive in an archive", f"{outer.name} holds the archive {path.name}.", _DECOMPRESS
        )
    surest = _surest(path, head, [plugin for plugin in plugins if plugin.streams])
    if surest is not None:
        return surest[0]
    others = [plugin for plugin in plugins if not plugin.streams]
    if path.suffix.lower() in {end for plugin in others for end in plugin.extensions}:
        detail = f"{outer.name} holds {path.name}, which is not read while it is compressed."
        raise UserError("The file is compressed", detail, _DECOMPRESS)
    raise _unknown(path, head)


def _head_of(path: Path) -> bytes:
    if path.is_dir():
        return b""
    outer = outer_path(path)
    if not outer.exists():
        raise _missing(path)
    if not outer.is_file():
        raise UnreadableError("Not a file", f"{path} is a device or a pipe.", "Choose a file.")
    with open_stream(path) as stream:
        head = stream.read(HEAD_BYTES)
    if not head:
        raise UnreadableError(
            "The file is empty", f"{path.name} has 0 bytes.", "Choose another file."
        )
    return head


def _missing(path: Path) -> UserError:
    """Return the error for a path where nothing is; a link without its file is still listed."""
    if path.is_symlink():
        return UnreadableError(
            "The link leads nowhere",
            f"{path} is a link to {path.readlink()}, which is not there.",
            "Put that file back, or open the file itself where it is now.",
        )
    return UnreadableError("No such file", f"There is no {path}.", "Check the name.")


def _recognized(path: Path, head: bytes) -> UserError | None:
    """Return the error for a file whose first bytes say what it is."""
    if is_pickle(head):
        detail = f"{path.name} is a Python pickle: {_COULD_RUN}"
        return UnreadableError("A pickle, not vectors", detail, _NOT_TRUSTED)
    if head.startswith(b"PK\x03\x04"):
        return _zip_of_another_kind(path)
    other = other_file(head)
    if other is None:
        return None
    return UnreadableError(other.title, f"{path.name} is {other.what}.", other.hint)


def _zip_of_another_kind(path: Path) -> UserError | None:
    """Return the error for a zip archive that is a file of some program, not an archive of files.

    Raises
    ------
    UserError
        When it is damaged.
    """
    with open_archive(path) as archive:
        names = archive.namelist()
    if any(name.endswith("data.pkl") for name in names):
        detail = f"{path.name} is a PyTorch file: {_COULD_RUN}"
        return UnreadableError("A PyTorch file, not vectors", detail, _NOT_TRUSTED)
    if names and all(name.endswith(".npy") for name in names):
        detail = f"{path.name} is a NumPy archive."
        return UnreadableError("A NumPy archive, wrongly named", detail, "Rename it to .npz.")
    for telling, what, ending in _ZIPPED:
        if telling in names and path.suffix.lower() != ending:
            return UnreadableError(
                f"{what[:1].upper()}{what[1:]}, wrongly named",
                f"{path.name} is {what} by its content, whatever its name says.",
                f"Rename it to {path.stem}{ending}, and open it again.",
            )
    if "[Content_Types].xml" in names:
        detail = f"{path.name} is a file of an office program, and no text document."
        hint = "Save it there as .docx, CSV or text."
        return UnreadableError("An office file, not vectors", detail, hint)
    return None


def _unknown(path: Path, head: bytes) -> UserError:
    if path.is_dir():
        detail = f"{path} holds neither texts nor vectors."
        return UserError("Nothing to open in this folder", detail, "Choose a folder of texts.")
    if looks_like_text(head):
        return UserError(
            "No vectors in this file",
            f"{path.name} holds text, not items and numbers.",
            "To encode it as a corpus, rename it to .txt and open it again.",
        )
    return UserError(
        "Unknown kind of file",
        f"{path.name} is neither text nor a known format of vectors; its first bytes are "
        f"{head[:FIRST].hex(' ').upper()}.",
        "Save it as .npy, .parquet or .csv with the program that made it.",
    )
