"""What a mitigation changed between two spaces in folders, as a child process works it out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.core.space import Space
from embexplorer.operations.context import Context
from embexplorer.operations.debias_report import report_debias, report_values
from embexplorer.storage.space_folder import open_folder

if TYPE_CHECKING:
    from embexplorer.core.progress import Progress


def report_in_folders(
    before: str, after: str, cache_root: str, progress: Progress, **asked: Any
) -> dict[str, Any]:
    """Return the values of `debias_report.report_debias`; `asked` are its further arguments."""
    context = Context.default(cache_root)
    found = report_debias(_opened(before), _opened(after), context, progress=progress, **asked)
    return report_values(found)


def _opened(folder: str) -> Space:
    space, _ = open_folder(Path(folder))
    assert isinstance(space, Space), f"{folder} holds no vectors"
    return space
