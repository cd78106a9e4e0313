"""How verbs take a SPACE or a CORPUS: the arguments, the reader's flags, and reading it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.cli.arguments import add_plugin_flags, given
from embexplorer.core.contracts import Format
from embexplorer.core.space import Space

if TYPE_CHECKING:
    import argparse

    import numpy as np
    from numpy.typing import NDArray

    from embexplorer.cli.console import Console
    from embexplorer.core.results import Ranked
    from embexplorer.operations.context import Context


def add_space(parser: argparse.ArgumentParser) -> None:
    """Add SPACE, the first argument of most verbs."""
    parser.add_argument("space", metavar="SPACE", help="vector file or space folder")


def add_reading_flags(parser: argparse.ArgumentParser, context: Context) -> None:
    """Add --limit and the parameters of all readers."""
    parser.add_argument("--limit", type=int, metavar="N", help="read the first N items")
    add_plugin_flags(parser, context.registry.all(Format), "parameters of the reader")


def reading_params(arguments: argparse.Namespace, context: Context) -> dict[str, Any]:
    """Return the reader's parameters that were given."""
    return given(arguments, context.registry.all(Format))


def open_space(
    arguments: argparse.Namespace, context: Context, console: Console
) -> tuple[Space, NDArray[np.float32] | None]:
    """Read SPACE; return it with the coords it brings, or None."""
    from embexplorer.operations.read import read_space

    opened = read_space(
        Path(arguments.space),
        context,
        params=reading_params(arguments, context),
        limit=arguments.limit,
        progress=console.progress("Reading"),
    )
    assert isinstance(opened.data, Space)  # read_space refuses anything else
    return opened.data, opened.coords


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
