"""The table of verbs; the module of a verb is imported when it runs."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embexplorer.cli.arguments import Parser
    from embexplorer.cli.console import Console


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb, and the module beside this one whose ``NAME_verb`` does it."""

    help: str
    module: str

    def run(self, name: str, words: Sequence[str], console: Console) -> int:
        """Let the verb add its arguments, work, and return the exit code."""
        from embexplorer.storage.usable import use_temporary_cache

        for sentence in use_temporary_cache():
            console.warn(sentence)
        module = importlib.import_module(f"embexplorer.cli.{self.module}")
        code: int = getattr(module, f"{name}_verb")(make_parser(name), words, console)
        return code


VERBS: dict[str, Verb] = {
    "demo": Verb("open the bundled sample; with no display, draw it to a PNG", "pictures"),
    "info": Verb("describe a space", "looking"),
    "plugins": Verb(
        "list formats, encoders, projection and clustering methods, probes, mitigations", "looking"
    ),
    "convert": Verb("write a space in another format", "looking"),
    "encode": Verb("encode a corpus into a space folder", "making"),
    "project": Verb("project a space to 2-D or 3-D coords", "making"),
    "quality": Verb("measure how faithful a map of a space is", "measuring"),
    "cluster": Verb("group the items of a space or a map", "grouping"),
    "probe": Verb(
        "measure bias by item sets; probe list and probe sets list what there is", "probing"
    ),
    "debias": Verb("mitigate bias into a new space, and report what changed", "debiasing"),
    "neighbors": Verb("find the nearest items of a query", "asking"),
    "analogy": Verb("solve A is to B as C is to ?", "asking"),
    "trusted": Verb("list the files whose content may run, or withdraw that", "trusting"),
    "shot": Verb("draw a space into a picture", "pictures"),
}


def make_parser(name: str) -> Parser:
    """Return the parser of a verb with the options that all verbs have."""
    from embexplorer.cli.arguments import Parser

    parser = Parser(f"embexplorer {name}", VERBS[name].help)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--quiet", action="store_true", help="print no progress and no messages")
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="of what is random (default: 0)"
    )
    return parser
