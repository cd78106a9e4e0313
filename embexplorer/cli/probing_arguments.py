"""The arguments of the verb probe, and which of them go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embexplorer.cli.arguments import PluginFlags
from embexplorer.cli.asking import IGNORE_CASE
from embexplorer.cli.making import DEVICES
from embexplorer.core.contracts import Probe
from embexplorer.core.errors import UserError

if TYPE_CHECKING:
    import argparse

    from embexplorer.cli.arguments import Parser
    from embexplorer.operations.context import Context


def add_probe(parser: Parser, context: Context) -> PluginFlags:
    """Add what is measured, by which sets."""
    probes = context.registry.plugins[Probe.kind]
    parser.add_argument(
        "--probe", default="weat", choices=sorted(probes), help="bias probe (default: weat)"
    )
    parser.add_argument(
        "--sets",
        metavar="NAME_OR_FILE",
        help="built-in item sets, as embexplorer probe sets lists them, or a JSON file",
    )
    parser.add_argument(
        "--battery",
        nargs="+",
        metavar="NAME_OR_FILE",
        help="many item sets instead: names, files, or beginnings of names such as weat",
    )
    parser.add_argument(
        "--probes",
        nargs="+",
        default=[],
        choices=sorted(probes),
        metavar="ID",
        help="probes of a battery (default: the one of --probe)",
    )
    parser.add_argument(
        "--with",
        dest="others",
        nargs="+",
        default=[],
        metavar="SPACE",
        help="further spaces: with --sets a series in this order, with --battery more columns",
    )
    parser.add_argument(
        "--word-column",
        default="",
        metavar="COLUMN",
        help="column that names the word, or the folder, of each row (for seat and ceat: word)",
    )
    parser.add_argument(
        "--encoder",
        metavar="ID_OR_PATH",
        help="make sentences of the words and encode them, instead of a space (for seat)",
    )
    parser.add_argument(
        "--device", default="auto", choices=DEVICES, help="where an encoder runs (default: auto)"
    )
    parser.add_argument("--download", action="store_true", help="allow a hub id to be downloaded")
    parser.add_argument(
        "--coverage",
        action="store_true",
        help="run nothing; say what the space has of the sets, and which items are doubtful",
    )
    parser.add_argument("--ignore-case", action="store_true", help=IGNORE_CASE)
    parser.add_argument(
        "--allow-missing",
        action="store_true",
        help="run in spite of a set that lost over 20 %% of its items",
    )
    parser.add_argument(
        "--original",
        metavar="SPACE",
        help="the space before bias was taken out of it, for probes that compare with it",
    )
    parser.add_argument(
        "--column",
        metavar="FILE",
        help="also write what the probe says of every item, also of those in no set, as a table",
    )
    parser.add_argument(
        "--axes",
        metavar="FILE",
        help="also write a map of bias as a table: item, x along the direction of the sets, y",
    )
    parser.add_argument(
        "--across",
        default="varied",
        choices=["varied", "neutrality", "order"],
        help="y of --axes: the direction across along which items vary most, the length across, "
        "or the logarithm of the row (default: varied)",
    )
    parser.add_argument(
        "--uncertainty",
        action="store_true",
        help="add intervals, the number without each item, random sets of like frequency, and "
        "neutral words",
    )
    parser.add_argument(
        "--report",
        metavar="FILE",
        help="also write all of it with pictures and sources, as .html or .pdf, uncertainty too",
    )
    return PluginFlags(parser, probes.values(), "probe")


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
