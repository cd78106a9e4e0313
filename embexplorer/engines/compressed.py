"""What a compressed file holds: how it is told by its first bytes, and which file inside is meant.

The file inside has a path of its own, below the compressed one as if that were a folder:
``words.vec.gz/words.vec``. `engines.byte_stream` opens such a path.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Literal

from embexplorer.core.errors import UnreadableError, UserError
from embexplorer.engines.loader_boundary import raise_if_gone

if TYPE_CHECKING:
    from pathlib import Path

Kind = Literal["gzip", "bz2", "xz", "zstd", "zip"]
ENDINGS = (".gz", ".bz2", ".xz", ".zst", ".zip")
CLEARLY = 10  # times as large as all other files of an archive together is the one that is meant
NAMED = 5  # files of an archive that a message lists
_STARTS: tuple[tuple[Kind, re.Pattern[bytes]], ...] = (
    ("gzip", re.compile(rb"\x1f\x8b\x08")),
    # A block, or the end of a file of none: text may begin with BZh.
    ("bz2", re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)", re.DOTALL)),
    ("xz", re.compile(rb"\xfd7zXZ\0")),
    ("zstd", re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18", re.DOTALL)),
    ("zip", re.compile(rb"PK(\x03\x04|\x05\x06)")),
)
_BYSTANDER = re.compile(r"(readme|licen[cs]e|__macosx|\.[^.])", re.IGNORECASE)


def kind_of(head: bytes) -> Kind | None:
    """Return how a file is compressed, by its first bytes, or None where it is not."""
    return next((kind for kind, start in _STARTS if start.match(head)), None)


def outer_path(path: Path) -> Path:
    """Return the file on disk that a path lies in: itself, or the compressed file above it."""
    if path.exists():
        return path
    return next((parent for parent in path.parents if parent.is_file()), path)


def inner_path(path: Path, kind: Kind) -> Path:
    """Return the path of the file that a compressed one holds.

    Raises
    ------
    UserError
        When an archive holds several files of which none is clearly meant, or cannot be read.
    """
    if kind == "zip":
        with open_archive(path) as archive:
            return path / _base(find_member(path, archive))
    is_ending = path.suffix.lower() in ENDINGS
    return path / (path.stem if is_ending else path.name)


def open_archive(path: Path, file: IO[bytes] | None = None) -> zipfile.ZipFile:
    """Open a zip archive, by its path or as a file that is open already.

    Raises
    ------
    UserError
        When its list of files is damaged, which stands at its end.
    """
    try:
        return zipfile.ZipFile(file or path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise_if_gone(error)
        raise UnreadableError(
            "The compressed file is damaged",
            f"{path.name}: the list of files at its end cannot be read. Nothing was loaded.",
            "Get the whole file again.",
        ) from error


def find_member(path: Path, archive: zipfile.ZipFile, name: str = "") -> zipfile.ZipInfo:
    """Return the file of a zip archive that is meant.

    Parameters
    ----------
    path
        The archive, for messages.
    archive
        The same, open.
    name
        Name of the file, without folders; empty for the only one, or the one that is ten times as
        large as all others together. Hidden files, read-me and license texts count only where
        there is nothing else.

    Raises
    ------
    UserError
        When there is none, several could be meant (they are listed), or it is locked.
    """
    members = [info for info in archive.infolist() if not info.is_dir() and _base(info).strip(".")]
    if name:
        members = [info for info in members if _base(info) == name]
    else:
        members = [info for info in members if _is_data(info)] or members
    if not members:
        what = f"no file {name}" if name else "no file"
        raise UserError("Nothing in this archive", f"{path.name} holds {what}.", "Open another.")
    members.sort(key=lambda info: info.file_size, reverse=True)
    largest = members[0]
    others = sum(info.file_size for info in members[1:])
    if others and largest.file_size < CLEARLY * others:
        raise _several(path, members)
    if largest.flag_bits & 1:
        raise UserError(
            "The archive is locked",
            f"{path.name}: {_base(largest)} needs a password.",
            "Extract it, then open what is inside.",
        )
    return largest


def note_on_choice(path: Path) -> tuple[str, ...]:
    """Return the note on a file inside an archive that holds others too; no note on another."""
    outer = outer_path(path)
    if outer == path or not zipfile.is_zipfile(outer):
        return ()
    with open_archive(outer) as archive:
        others = sum(not info.is_dir() for info in archive.infolist()) - 1
    if not others:
        return ()
    left = "1 other file was" if others == 1 else f"{others:,} other files were"
    return (f"Of the archive {outer.name}, {path.name} was read; {left} not.",)


def _base(info: zipfile.ZipInfo) -> str:
    return PurePosixPath(info.filename.replace("\\", "/")).name


def _is_data(info: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(info.filename.replace("\\", "/")).parts
    return not any(map(_BYSTANDER.match, parts))


def _several(path: Path, members: list[zipfile.ZipInfo]) -> UserError:
    names = [_base(info) for info in members]
    listed = ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")
    return UserError(
        "Several files in this archive",
        f"{path.name} holds {len(names):,} files: {listed}.",
        f"Name one of them, such as {path.name}/{names[0]}, or extract it.",
    )
