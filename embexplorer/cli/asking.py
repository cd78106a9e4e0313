"""The verbs that ask: neighbors, analogy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from embexplorer.cli.arguments import positive
from embexplorer.cli.spaces import Source, listed, rows_of
from embexplorer.core.results import ANALOGY_METHODS, METRICS
from embexplorer.operations.context import Context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embexplorer.cli.arguments import Parser
    from embexplorer.cli.console import Console
    from embexplorer.core.space import Space, Vectors

IGNORE_CASE = "take the first item that differs in case alone, where there is none as written"


def neighbors_verb(parser: Parser, words: Sequence[str], console: Console) -> int:
    """Find the nearest items of a query."""
    context = Context.default()
    source = Source(parser, context)
    _add_query(parser)
    arguments = parser.parse(words)
    from embexplorer.operations.explore import neighbors

    space, _ = source.space(arguments, console)
    vector, notes = None, list(space.provenance.notes)
    if arguments.encoder is not None:
        vector, noticed = _query_vector(arguments.query, arguments.encoder, space, context)
        notes.extend(noticed)
    found = neighbors(
        space,
        arguments.query,
        k=arguments.k,
        metric=arguments.metric,
        include_inputs=arguments.include_inputs,
        ignore_case=arguments.ignore_case,
        vector=vector,
        progress=console.progress("Searching"),
    )
    rows = rows_of(space, found.ranked)
    values = {
        "query": found.query,
        "metric": found.metric,
        "higher_is_nearer": found.higher_is_nearer,
        "exact": found.exact,
        "seconds": found.seconds,
        "neighbors": rows,
        "missing": [],
    }
    console.result(values, listed(rows), warnings=[*notes, *found.notes])
    return 0


def _add_query(parser: Parser) -> None:
    """Add the query and what its neighbors are."""
    parser.add_argument(
        "query",
        metavar="QUERY",
        help="item, #17 (row), 'king - man + woman', or free text with --encoder",
    )
    parser.add_argument("-k", type=positive, default=10, metavar="N", help="how many (default: 10)")
    parser.add_argument(
        "--metric", default="cosine", choices=METRICS, help="what is near (default: cosine)"
    )
    parser.add_argument(
        "--index", default="exact", choices=("exact",), help="exact compares every item"
    )
    parser.add_argument(
        "--correction", default="none", choices=("none",), help="none leaves the scores as they are"
    )
    parser.add_argument(
        "--include-inputs", action="store_true", help="keep the items that QUERY is made of"
    )
    parser.add_argument("--ignore-case", action="store_true", help=IGNORE_CASE)
    parser.add_argument("--encoder", metavar="ID_OR_PATH", help="encode QUERY as free text")


def _query_vector(
    text: str, encoder: str, space: Space, context: Context
) -> tuple[Vectors, list[str]]:
    """Encode free text, and say where another encoder made the space than is asked for.

    The encoder that made the space encodes the query with the parameters it had then.
    """
    from embexplorer.operations.encode import encode_query, encode_text

    made_by = space.provenance.encoder
    model = str(Path(encoder).resolve()) if Path(encoder).is_dir() else encoder
    if made_by and (encoder == made_by or model == space.provenance.params.get("model")):
        return encode_query(text, space.provenance, context), []
    note = f"The space was encoded with {made_by}, the query with {encoder}."
    if not made_by:
        note = f"Nothing says that {encoder} made the vectors of this space."
    return encode_text(text, encoder, context), [note]


def analogy_verb(parser: Parser, words: Sequence[str], console: Console) -> int:
    """Solve an analogy."""
    context = Context.default()
    source = Source(parser, context)
    for name, help_text in (("a", "item"), ("b", "item"), ("c", "A is to B as C is to ?")):
        parser.add_argument(name, metavar=name.upper(), help=help_text)
    parser.add_argument(
        "--method", default="3cosadd", choices=ANALOGY_METHODS, help="formula (default: 3cosadd)"
    )
    parser.add_argument("-k", type=positive, default=10, metavar="N", help="how many (default: 10)")
    parser.add_argument("--ignore-case", action="store_true", help=IGNORE_CASE)
    arguments = parser.parse(words)
    from embexplorer.operations.explore import analogy

    space, _ = source.space(arguments, console)
    answer = analogy(
        space,
        arguments.a,
        arguments.b,
        arguments.c,
        method=arguments.method,
        k=arguments.k,
        ignore_case=arguments.ignore_case,
        progress=console.progress("Searching"),
    )
    rows = rows_of(space, answer.results)
    values = {
        "method": answer.method,
        "excluded": space.items.take([row for row in answer.inputs if row >= 0]),
        "results": rows,
        "results_with_inputs": rows_of(space, answer.results_with_inputs),
        "missing": [],
    }
    console.result(values, listed(rows), warnings=[*space.provenance.notes, *answer.notes])
    return 0
