"""The document that the verb probe writes: numbers, pictures, sources, and how to repeat them."""

from __future__ import annotations

import dataclasses
import shlex
from typing import TYPE_CHECKING, Any

from embexplorer.core.errors import UserError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from embexplorer.core.space import Space
    from embexplorer.operations.bias_report_parts import Reported
    from embexplorer.operations.context import Context

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


def write_report(reported: Sequence[Reported], path: Path, context: Context) -> None:
    """Write a document about some probes, by its ending.

    Raises
    ------
    UserError
        When the disk refuses.
    """
    if path.suffix.lower() == ".pdf":
        from embexplorer.ui.bias_report import write_bias_report_pdf

        write_bias_report_pdf(reported, path, context)
        return
    from embexplorer.operations.bias_report import write_bias_report

    write_bias_report(reported, path, context)


def command_of(
    space: Space,
    params: Mapping[str, Any],
    arguments: Namespace,
    context: Context,
    *,
    uncertainty: bool,
) -> str:
    """Return the command line that gives the same numbers; nothing for a space without a file."""
    from embexplorer.operations.repeat import RunProbe, source_of
    from embexplorer.operations.repeat_command import as_command_line

    try:
        source = source_of(space)
    except UserError:
        return ""
    action = RunProbe(
        dataclasses.replace(source, limit=arguments.limit),
        arguments.probe,
        arguments.sets,
        params,
        arguments.seed,
        ignore_case=arguments.ignore_case,
        allow_missing=arguments.allow_missing,
        uncertainty=uncertainty,
    )
    line = as_command_line(action, context)
    if arguments.original:
        line += f" --original {shlex.quote(arguments.original)}"
    return line
