"""What is dragged over the window: local paths, and what dropping them will do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from embexplorer.app.file_kinds import CORPORA, VECTORS

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData


def dropped_paths(data: QMimeData) -> list[Path]:
    """Return the local files and folders of a drag."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def drop_text(paths: list[Path]) -> str:
    """Return what a drop will do, as far as the names tell."""
    return _one(paths[0]) if len(paths) == 1 else _several(paths)


def _one(path: Path) -> str:
    # Not needed before the first paint, and it brings half of the application.
    from embexplorer.app.presenters.project import is_project_file

    if is_project_file(path):
        return f"Open the project {path.stem}"
    if path.is_dir() and not (path / "space.json").exists():
        return "Encode this folder as a corpus"
    if path.suffix.lower() in CORPORA:
        return f"Encode the corpus {path.name}"
    if path.suffix.lower() in VECTORS or path.is_dir():
        return f"Open {path.name} as vectors"
    return f"Open {path.name} as vectors or texts"


def _several(paths: list[Path]) -> str:
    from embexplorer.operations.belonging import same_stem

    pairs = {path: beside for path in paths if (beside := same_stem(path, paths)) is not None}
    rest = [path for path in paths if path not in pairs and path not in pairs.values()]
    if len(pairs) == 1 and not rest:
        ((vectors, items),) = pairs.items()
        return f"Open {vectors.name} with the items of {items.name}"
    endings = {path.suffix.lower() for path in rest}
    if endings and not pairs and endings <= set(CORPORA):
        return f"Open as {len(rest)} corpora to encode"
    if endings <= set(VECTORS):
        return f"Open as {len(pairs) + len(rest)} spaces"
    return f"Open {len(pairs) + len(rest)} files"
