"""The verbs that ask: neighbors, analogy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from embexplorer.cli.spaces import add_reading_flags, add_space, listed, open_space, rows_of
from embexplorer.core.results import ANALOGY_METHODS, METRICS
from embexplorer.operations.context import Context

if TYPE_CHECKING:
    import argparse

    from embexplorer.cli.console import Console


def neighbors_verb(parser: argparse.ArgumentParser, words: list[str], console: Console) -> int:
    """Find the nearest items of a query."""
    context = Context.default()
    add_space(parser)
    parser.add_argument(
        "query", metavar="QUERY", help="item, #17 (row), king - man + woman, or text with --encoder"
    )
    parser.add_argument("-k", type=int, default=10)
    parser.add_argument("--metric", default="cosine", choices=METRICS)
    parser.add_argument("--index", default="exact", choices=("exact",))
    parser.add_argument("--correction", default="none", choices=("none",))
    parser.add_argument("--include-inputs", action="store_true")
    parser.add_argument("--ignore-case", action="store_true")
    parser.add_argument("--encoder", metavar="ID_OR_PATH", help="encode QUERY as free text")
    add_reading_flags(parser, context)
    arguments = parser.parse_args(words)
    from embexplorer.operations import explore

    space, _ = open_space(arguments, context, console)
    vector = None
    if arguments.encoder:
        from embexplorer.operations.encode import encode_text

        vector = encode_text(arguments.query, arguments.encoder, context)
    found = explore.neighbors(
        space,
        arguments.query,
        k=arguments.k,
        metric=arguments.metric,
        include_inputs=arguments.include_inputs,
        ignore_case=arguments.ignore_case,
        vector=vector,
    )
    values: dict[str, Any] = {
        "query": found.query,
        "metric": found.metric,
        "higher_is_nearer": found.higher_is_nearer,
        "exact": found.exact,
        "seconds": found.seconds,
        "neighbors": rows_of(space, found.ranked),
        "missing": [],
        "warnings": list(found.notes),
    }
    console.result(values, listed(values["neighbors"]))
    return 0


def analogy_verb(parser: argparse.ArgumentParser, words: list[str], console: Console) -> int:
    """Solve an analogy."""
    context = Context.default()
    add_space(parser)
    parser.add_argument("a", metavar="A")
    parser.add_argument("b", metavar="B")
    parser.add_argument("c", metavar="C", help="A is to B as C is to ?")
    parser.add_argument("--method", default="3cosadd", choices=ANALOGY_METHODS)
    parser.add_argument("-k", type=int, default=10)
    parser.add_argument("--ignore-case", action="store_true")
    add_reading_flags(parser, context)
    arguments = parser.parse_args(words)
    from embexplorer.operations import explore

    space, _ = open_space(arguments, context, console)
    answer = explore.analogy(
        space,
        arguments.a,
        arguments.b,
        arguments.c,
        method=arguments.method,
        k=arguments.k,
        ignore_case=arguments.ignore_case,
    )
    values: dict[str, Any] = {
        "method": answer.method,
        "excluded": [space.items[row] for row in answer.inputs],
        "results": rows_of(space, answer.results),
        "results_with_inputs": rows_of(space, answer.results_with_inputs),
        "seconds": answer.seconds,
        "missing": [],
        "warnings": list(answer.notes),
    }
    console.result(values, listed(values["results"]))
    return 0
