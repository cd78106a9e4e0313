"""Writes a report on bias probes as PDF, where no window is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from embexplorer.operations.export import write_whole
from embexplorer.ui.application import make_application
from embexplorer.ui.figure.bias_report import draw_bias_report

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from embexplorer.operations.bias_report_parts import Reported
    from embexplorer.operations.context import Context


def write_bias_report_pdf(
    reported: Sequence[Reported], path: Path, context: Context, *, on: date | None = None
) -> None:
    """Write a report as one PDF file, all of it or nothing.

    Raises
    ------
    UserError
        When there is nothing to report, or the disk refuses.
    """
    # Where there is no screen, Qt would end the process.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    make_application()
    content = draw_bias_report(reported, context, on=on)

    def fill(target: Path) -> None:
        target.write_bytes(content)

    write_whole(path, fill)
