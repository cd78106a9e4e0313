"""How verbs take a SPACE or a CORPUS: the arguments, the reader's flags, and reading it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.cli.arguments import PluginFlags, positive
from embexplorer.core.contracts import Format
from embexplorer.core.errors import UserError

if TYPE_CHECKING:
    import argparse

    import numpy as np
    from numpy.typing import NDArray

    from embexplorer.cli.arguments import Parser
    from embexplorer.cli.console import Console
    from embexplorer.core.results import Ranked
    from embexplorer.core.space import Space, Texts
    from embexplorer.operations.context import Context


class Source:
    """The first argument of most verbs, with ``--limit`` and the parameters of the readers.

    Parameters
    ----------
    parser
        Gets the arguments.
    context
        The readers there are.
    metavar, help_text
        What the verb calls its source: ``SPACE`` or ``CORPUS``.
    is_optional
        Whether it may be left out, for what else a verb can work on.
    """

    def __init__(
        self,
        parser: Parser,
        context: Context,
        *,
        metavar: str = "SPACE",
        help_text: str = "vector file, space folder, or file.embx#space",
        is_optional: bool = False,
    ) -> None:
        self._context = context
        parser.add_argument(
            "source", metavar=metavar, help=help_text, nargs="?" if is_optional else None
        )
        parser.add_argument("--limit", type=positive, metavar="N", help="read the first N items")
        parser.add_argument(
            "--trust",
            metavar="SHA256",
            help="let what a gensim file holds run, with all your rights, if this is its SHA-256",
        )
        self._flags = PluginFlags(parser, context.registry.plugins[Format.kind].values(), "reader")

    def space(
        self, arguments: argparse.Namespace, console: Console
    ) -> tuple[Space, NDArray[np.float32] | None]:
        """Read a space; return it with the coords it brings, or None."""
        from embexplorer.operations.project_file import is_project
        from embexplorer.operations.read import read_space

        if is_project(arguments.source):
            return self._space_of_project(arguments, console)
        opened = read_space(arguments.source, self._context, **self._options(arguments, console))
        return opened.data, opened.coords

    def another(self, source: str, arguments: argparse.Namespace, console: Console) -> Space:
        """Read a second space, with the same limit, by the reader that recognizes it."""
        from embexplorer.operations.project_file import is_project, open_space_of
        from embexplorer.operations.read import read_space

        options = {"limit": arguments.limit, "progress": console.progress("Reading")}
        if is_project(source):
            return open_space_of(source, self._context, **options)[0]
        return read_space(source, self._context, **options).data

    def _space_of_project(
        self, arguments: argparse.Namespace, console: Console
    ) -> tuple[Space, NDArray[np.float32] | None]:
        """Read a space of a project; return it with the map it was left on."""
        from embexplorer.operations.project_file import open_space_of

        if self._flags.are_given(arguments) or arguments.trust:
            raise UserError(
                "Unknown setting",
                "A project has no settings to read it by, and runs nothing.",
                "Leave --trust and the flags of readers out.",
            )
        space, shown = open_space_of(
            arguments.source,
            self._context,
            limit=arguments.limit,
            progress=console.progress("Reading"),
        )
        is_whole = shown is not None and shown.rows is None
        return space, shown.coords if shown is not None and is_whole else None

    def texts(self, arguments: argparse.Namespace, console: Console) -> Texts:
        """Read a corpus."""
        from embexplorer.operations.read import read_texts

        return read_texts(arguments.source, self._context, **self._options(arguments, console)).data

    def _options(self, arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
        if arguments.trust:
            from embexplorer.operations.trusting import trust_content

            trust_content(Path(arguments.source), arguments.trust)
        return {
            "params": self._params(arguments),
            "limit": arguments.limit,
            "progress": console.progress("Reading"),
        }

    def _params(self, arguments: argparse.Namespace) -> dict[str, Any]:
        """Return the reader's parameters; only with them must its name be known beforehand."""
        if not self._flags.are_given(arguments):
            return {}
        from embexplorer.operations.read_sources import SPACE_FOLDER
        from embexplorer.operations.recognize import find_format

        path = Path(arguments.source)
        is_folder = (path / "space.json").is_file()
        reader = SPACE_FOLDER if is_folder else find_format(path, self._context.registry)[0].id
        return self._flags.values_for(reader, arguments)


def rows_of(space: Space, ranked: Ranked) -> list[dict[str, Any]]:
    """Return an answer as the JSON document lists it."""
    items = space.items.take(ranked.indices)
    return [
        {"item": item, "index": int(index), "score": float(score)}
        for item, index, score in zip(items, ranked.indices, ranked.scores, strict=True)
    ]


def listed(rows: list[dict[str, Any]]) -> list[str]:
    """Return an answer as plain lines."""
    return [
        f"{rank:>3}  {row['score']:>10.4f}  {row['item']}" for rank, row in enumerate(rows, start=1)
    ]
