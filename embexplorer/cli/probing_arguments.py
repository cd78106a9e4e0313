"""Which arguments of the verb probe go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embexplorer.core.errors import UserError

if TYPE_CHECKING:
    import argparse


def check_asked(arguments: argparse.Namespace) -> None:
    """Refuse arguments that do not go together.

    Raises
    ------
    UserError
        Naming them.
    """
    if bool(arguments.sets) == bool(arguments.battery):
        raise UserError(
            "Which item sets?",
            "Give one of --sets and --battery.",
            "Run embexplorer probe sets to see what there is.",
        )
    if arguments.source is None and arguments.encoder is None:
        raise UserError(
            "Which space?",
            "No space is given, and no encoder that reads sentences.",
            "Put the space first: embexplorer probe SPACE --sets weat-6; or give --encoder.",
        )
    given = {
        "a space": arguments.source,
        "--battery": arguments.battery,
        "--probes": arguments.probes,
        "--with": arguments.others,
        "--limit": arguments.limit,
        "--word-column": arguments.word_column,
        "--ignore-case": arguments.ignore_case,
        "--uncertainty": arguments.uncertainty,
        "--device": arguments.device != "auto",
        "--download": arguments.download,
        "--coverage": arguments.coverage,
        "--original": arguments.original,
        "--column": arguments.column,
        "--axes": arguments.axes,
        "--report": arguments.report,
    }
    single = {"--coverage", "--original", "--column", "--axes"}
    if arguments.encoder is not None:
        what, apart = (
            "--encoder",
            set(given) - {"--uncertainty", "--device", "--download", "--report"},
        )
    elif arguments.battery:
        what, apart = "--battery", {"--uncertainty", "--device", "--download", *single}
    elif arguments.others:
        what = "--with"
        apart = {"--probes", "--word-column", "--uncertainty", "--device", "--download", *single}
    elif arguments.coverage:
        what, apart = "--coverage", {"--probes", "--device", "--download", "--report"}
    else:
        what, apart = "--sets", {"--probes", "--device", "--download"}
    if both := [name for name, value in given.items() if value and name in apart]:
        raise UserError(
            "Arguments that do not go together",
            f"{both[0]} has no meaning beside {what} here.",
            "Leave one of them out; embexplorer probe --help says what each is for.",
        )
