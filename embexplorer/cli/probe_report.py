"""The document that the verb probe writes: numbers, pictures, sources, and how to repeat them."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from embexplorer.core.errors import UserError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from embexplorer.core.probe_results import ProbeResult
    from embexplorer.core.space import Space
    from embexplorer.operations.context import Context
    from embexplorer.operations.probe_battery import Cell
    from embexplorer.operations.probe_series import SeriesPoint
    from embexplorer.operations.probe_uncertainty import Uncertainty

ENDINGS = (".html", ".pdf")


def check_report(path: Path) -> None:
    """Refuse a document that cannot be written, before the long work.

    Raises
    ------
    UserError
        When its ending is another one.
    """
    if path.suffix.lower() not in ENDINGS:
        raise UserError(
            "Unknown report format",
            f"{path.name} ends in neither of {' and '.join(ENDINGS)}.",
            "Choose one of these.",
        )


def report_one(
    space: Space,
    result: ProbeResult,
    uncertainty: Uncertainty | None,
    arguments: Namespace,
    context: Context,
) -> str:
    """Write a document about one probe, and return where."""
    from embexplorer.operations.bias_report_parts import Reported
    from embexplorer.ui.bias_report import write_report

    command = _command_of(space, result, uncertainty, arguments, context)
    reported = Reported(
        result,
        space,
        uncertainty,
        command=command,
        ignore_case=arguments.ignore_case,
        word_column=arguments.word_column,
    )
    write_report([reported], Path(arguments.report), context)
    return str(arguments.report)


def report_many(
    spaces: Sequence[Space],
    found: Sequence[Cell] | Sequence[SeriesPoint],
    arguments: Namespace,
    context: Context,
) -> str:
    """Write a document about the probes of a battery or a series that have a result; say where."""
    from embexplorer.operations.bias_report_parts import Reported
    from embexplorer.ui.bias_report import write_report

    by_id = {space.id: space for space in spaces}
    reported = [
        Reported(
            one.result,
            by_id[one.space_id],
            interval=getattr(one, "interval", None),
            command=arguments.command,
            ignore_case=arguments.ignore_case,
        )
        for one in found
        if one.result is not None
    ]
    write_report(reported, Path(arguments.report), context)
    return str(arguments.report)


def _command_of(
    space: Space,
    result: ProbeResult,
    uncertainty: Uncertainty | None,
    arguments: Namespace,
    context: Context,
) -> str:
    """Return the command line that gives the same numbers, as it was typed where none is known."""
    from embexplorer.operations.repeat import RunProbe, source_of
    from embexplorer.operations.repeat_command import as_command_line

    if arguments.encoder or arguments.original:
        return str(arguments.command)
    try:
        source = source_of(space)
    except UserError:
        return str(arguments.command)
    action = RunProbe(
        dataclasses.replace(source, limit=arguments.limit),
        result.probe,
        arguments.sets,
        result.params,
        result.seed,
        ignore_case=arguments.ignore_case,
        allow_missing=arguments.allow_missing,
        uncertainty=uncertainty is not None,
        word_column=arguments.word_column,
    )
    return as_command_line(action, context)
