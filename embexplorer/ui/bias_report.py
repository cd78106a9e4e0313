"""Writes a report on bias probes as a web page or a PDF where no window is; PDF alone needs Qt."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from embexplorer.operations.bias_report import write_bias_report
from embexplorer.operations.bias_report_places import opened
from embexplorer.operations.context import Context
from embexplorer.operations.export import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from embexplorer.core.progress import Progress
    from embexplorer.operations.bias_report_parts import Reported
    from embexplorer.operations.bias_report_places import ReportedPlace

PDF = ".pdf"


def write_report_of(parts: Sequence[ReportedPlace], path: Path, progress: Progress) -> str:
    """Write a report by the ending of its file and return what was written: the job of a child.

    Raises
    ------
    UserError
        When there is nothing to report, or the disk refuses.
    CancelledError
        When the person cancelled.
    """
    write_report(opened(parts), path, Context.default(), progress=progress)
    return f"Wrote the report to {path}."


def write_report(
    reported: Sequence[Reported],
    path: Path,
    context: Context,
    *,
    progress: Progress | None = None,
) -> None:
    """Write a report by the ending of its file, all of it or nothing.

    Raises
    ------
    UserError
        When there is nothing to report, or the disk refuses.
    CancelledError
        When the person cancelled.
    """
    if path.suffix.lower() == PDF:
        write_bias_report_pdf(reported, path, context, progress=progress)
    else:
        write_bias_report(reported, path, context, progress=progress)


def write_bias_report_pdf(
    reported: Sequence[Reported],
    path: Path,
    context: Context,
    *,
    on: date | None = None,
    progress: Progress | None = None,
) -> None:
    """Write a report as one PDF file, all of it or nothing.

    Raises
    ------
    UserError
        When there is nothing to report, or the disk refuses.
    CancelledError
        When the person cancelled.
    """
    from PySide6.QtCore import QCoreApplication

    from embexplorer.ui.application import make_application
    from embexplorer.ui.figure.bias_report import draw_bias_report

    if QCoreApplication.instance() is None:
        # Where there is no screen, Qt would end the process.
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        make_application()
    content = draw_bias_report(reported, context, on=on, progress=progress)

    def fill(target: Path) -> None:
        target.write_bytes(content)

    write_whole(path, fill)
