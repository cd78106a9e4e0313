"""Which files of a folder a corpus is made of, in natural order, and what is passed over."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embexplorer.core.progress import Progress

SHOWN = 3  # names that a note lists
_DIGITS = re.compile(r"(\d+)")


@dataclass(slots=True)
class FolderFiles:
    """What was found: files to read, and the names of what was passed over, by the reason."""

    paths: list[Path] = field(default_factory=list)
    passed: dict[str, list[str]] = field(default_factory=dict)


def find_files(root: Path, progress: Progress) -> FolderFiles:
    """Return the files below a folder: those of each folder first, then those of the folders in it.

    Names are ordered as a person counts, ``2.txt`` before ``10.txt``. Hidden files and folders,
    links that lead out of the folder, links to folders, and folders that may not be read are
    passed over.
    """
    real = root.resolve()
    found = FolderFiles()
    waiting = [root]
    while waiting:
        progress.raise_if_cancelled()
        folder = waiting.pop()
        try:
            entries = sorted(folder.iterdir(), key=lambda path: natural_key(path.name))
        except OSError:
            _pass(found, root, folder, "cannot be opened")
            continue
        folders = []
        for path in entries:
            if path.name.startswith("."):
                _pass(found, root, path, "hidden")
            elif path.is_symlink() and not (path.is_file() and _is_below(path, real)):
                _pass(found, root, path, "a link to elsewhere or to a folder")
            elif path.is_dir():
                folders.append(path)
            elif path.is_file():
                found.paths.append(path)
            else:
                _pass(found, root, path, "no file but a device or pipe")
        waiting += reversed(folders)
    return found


def natural_key(name: str) -> tuple[list[tuple[int, str]], str]:
    """Return what orders names as a person counts; upper and lower case are alike."""
    pieces = _DIGITS.split(name.lower())
    # Digits alone compare by their number of places, then by themselves: no limit on length.
    ordered = [
        (len(piece.lstrip("0")) + 1, piece.lstrip("0")) if at % 2 else (0, piece)
        for at, piece in enumerate(pieces)
    ]
    return ordered, name


def left_out_note(reason: str, names: Sequence[str]) -> str:
    """Return the note on files that were left out."""
    listed = ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
    files = "1 file was" if len(names) == 1 else f"{len(names):,} files were"
    return f"{files} left out, {reason}: {listed}."


def _pass(found: FolderFiles, root: Path, path: Path, reason: str) -> None:
    found.passed.setdefault(reason, []).append(path.relative_to(root).as_posix())


def _is_below(path: Path, real: Path) -> bool:
    return path.resolve().is_relative_to(real)
