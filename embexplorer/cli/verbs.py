"""The table of verbs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embexplorer.cli.asking import analogy_verb, neighbors_verb
from embexplorer.cli.looking import convert_verb, info_verb, plugins_verb
from embexplorer.cli.making import encode_verb, project_verb
from embexplorer.cli.pictures import demo_verb, shot_verb

if TYPE_CHECKING:
    import argparse

    from embexplorer.cli.console import Console

Run = Callable[["argparse.ArgumentParser", list[str], "Console"], int]


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb: ``run(parser, words, console)`` adds arguments, works, returns the exit code."""

    help: str
    run: Run


VERBS: dict[str, Verb] = {
    "demo": Verb("open the bundled sample; with no display, draw it to a PNG", demo_verb),
    "info": Verb("describe a space", info_verb),
    "plugins": Verb("list formats, encoders and projection methods", plugins_verb),
    "convert": Verb("write a space in another format", convert_verb),
    "encode": Verb("encode a corpus into a space folder", encode_verb),
    "project": Verb("project a space to 2-D or 3-D coords", project_verb),
    "neighbors": Verb("find the nearest items of a query", neighbors_verb),
    "analogy": Verb("solve A is to B as C is to ?", analogy_verb),
    "shot": Verb("draw a space into a picture", shot_verb),
}
