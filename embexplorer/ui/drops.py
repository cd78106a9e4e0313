"""What is dragged over the window: local paths, and what dropping them will do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData

CORPORA = (".txt", ".md", ".cor", ".text", ".html", ".htm", ".pdf", ".docx", ".epub")


def dropped_paths(data: QMimeData) -> list[Path]:
    """Return the local files and folders of a drag."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def drop_text(paths: list[Path]) -> str:
    """Return what a drop will do."""
    # Not needed before the first paint, and it brings half of the application.
    from embexplorer.app.presenters.project import is_project_file

    if len(paths) > 1:
        return f"Open {len(paths)} files"
    path = paths[0]
    if is_project_file(path):
        return f"Open the project {path.stem}"
    if path.is_dir() and not (path / "space.json").exists():
        return "Read this folder as a corpus"
    if path.suffix.lower() in CORPORA:
        return f"Open {path.name}"
    return f"Open {path.name} as vectors or texts"
