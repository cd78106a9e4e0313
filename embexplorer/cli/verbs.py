"""The table of verbs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from embexplorer.cli.arguments import Parser
from embexplorer.cli.asking import analogy_verb, neighbors_verb
from embexplorer.cli.console import Console
from embexplorer.cli.grouping import cluster_verb
from embexplorer.cli.looking import convert_verb, info_verb, plugins_verb
from embexplorer.cli.making import encode_verb, project_verb
from embexplorer.cli.measuring import quality_verb
from embexplorer.cli.pictures import demo_verb, shot_verb


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb: ``run(parser, words, console)`` adds arguments, works, returns the exit code."""

    help: str
    run: Callable[[Parser, Sequence[str], Console], int]


VERBS: dict[str, Verb] = {
    "demo": Verb("open the bundled sample; with no display, draw it to a PNG", demo_verb),
    "info": Verb("describe a space", info_verb),
    "plugins": Verb("list formats, encoders, projection and clustering methods", plugins_verb),
    "convert": Verb("write a space in another format", convert_verb),
    "encode": Verb("encode a corpus into a space folder", encode_verb),
    "project": Verb("project a space to 2-D or 3-D coords", project_verb),
    "quality": Verb("measure how faithful a map of a space is", quality_verb),
    "cluster": Verb("group the items of a space or a map", cluster_verb),
    "neighbors": Verb("find the nearest items of a query", neighbors_verb),
    "analogy": Verb("solve A is to B as C is to ?", analogy_verb),
    "shot": Verb("draw a space into a picture", shot_verb),
}


def make_parser(name: str) -> Parser:
    """Return the parser of a verb with the options that all verbs have."""
    parser = Parser(f"embexplorer {name}", VERBS[name].help)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--quiet", action="store_true", help="print no progress and no messages")
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="of what is random (default: 0)"
    )
    return parser
