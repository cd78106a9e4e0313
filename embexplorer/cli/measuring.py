"""The verbs that measure: quality."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from embexplorer.cli.arguments import positive
from embexplorer.cli.spaces import Source
from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError
from embexplorer.operations.context import Context

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from embexplorer.cli.arguments import Parser
    from embexplorer.cli.console import Console
    from embexplorer.core.projection import Coords
    from embexplorer.core.space import Space, Vectors
    from embexplorer.measures.quality import Faithfulness

NEIGHBORS = 15


def quality_verb(parser: Parser, words: Sequence[str], console: Console) -> int:
    """Measure how faithful a map is."""
    context = Context.default()
    source = Source(parser, context)
    _add_measure(parser)
    arguments = parser.parse(words)
    from embexplorer.engines.table_writing import check_table_extension
    from embexplorer.operations.coords_of_sample import read_map
    from embexplorer.operations.quality import summary_of

    target = None if arguments.per_item is None else Path(arguments.per_item)
    if target is not None:
        check_table_extension(target)
    space, _ = source.space(arguments, console)
    coords, rows = read_map(arguments.coords, space, context, console.progress("Reading"))
    vectors = space.vectors if rows is None else space.vectors[rows]
    result, n, notes = _measure(vectors, coords, arguments, console)
    if rows is not None:
        told = f"Only {len(rows):,} of {space.n:,} items; quality is measured among them."
        notes = (told, *notes)
    if target is not None:
        _write_items(space, rows, result, target)
    measured = summary_of(result, ())
    del measured["notes"]
    values = {
        "n": len(coords),
        "dims": int(coords.shape[1]),
        "metric": arguments.metric,
        "seed": arguments.seed,
        **measured,
        "neighbors_kept_by_chance": result.k / (n - 1),
        "per_item": None if target is None else str(target),
    }
    console.result(values, _lines(values), warnings=[*space.provenance.notes, *notes])
    return 0


def _add_measure(parser: Parser) -> None:
    """Add the map, what is near, and where the items go."""
    from embexplorer.measures.quality import OriginalMetric

    parser.add_argument("coords", metavar="COORDS_FILE", help="map of the space, as project -o")
    parser.add_argument(
        "-k",
        type=positive,
        metavar="N",
        help=f"nearest items looked at, less than half of all (default: {NEIGHBORS})",
    )
    parser.add_argument(
        "--metric",
        default="euclidean",
        choices=get_args(OriginalMetric),
        help="what is near in the space; take that of the projection (default: euclidean)",
    )
    parser.add_argument(
        "--per-item",
        metavar="FILE",
        help="also write item, kept, false and missing: .csv, .tsv, .jsonl or .parquet",
    )


def _measure(
    vectors: Vectors, coords: Coords, arguments: argparse.Namespace, console: Console
) -> tuple[Faithfulness, int, tuple[str, ...]]:
    """Return the faithfulness, the number of items that count, and notes."""
    from embexplorer.measures.quality import largest_k
    from embexplorer.measures.similarity import norms
    from embexplorer.operations.quality import QUERIES, measure_items
    from embexplorer.operations.trust import queries_for

    progress = console.progress("Measuring")
    lengths = norms(vectors, progress)
    n = int(np.count_nonzero(lengths)) if arguments.metric == "cosine" else len(vectors)
    most = largest_k(n)
    if arguments.k is not None and 1 <= most < arguments.k:
        raise UserError(
            "Too many neighbors asked for",
            f"k is {arguments.k:,}; for {counted(n, 'item')} it is at most {most:,}.",
            f"Take -k {most} or less.",
        )
    result, notes = measure_items(
        vectors,
        coords,
        metric=arguments.metric,
        k=arguments.k or NEIGHBORS,
        seed=arguments.seed,
        max_queries=QUERIES if arguments.per_item is None else queries_for(len(vectors)),
        norms=lengths,
        progress=progress,
    )
    if result is None:
        raise UserError("Too few items on the map", notes[-1], "Give the map of more items.")
    return result, n, notes


def _write_items(
    space: Space, rows: NDArray[np.int64] | None, result: Faithfulness, target: Path
) -> None:
    """Write one line an item, in the order of the map; what was not measured is empty."""
    import pyarrow as pa

    from embexplorer.core.space import ITEM
    from embexplorer.operations.export import write_table
    from embexplorer.operations.trust import item_values

    items = space.table.column(ITEM)
    if rows is not None:
        items = items.take(pa.array(rows))
    measured = {
        "kept": result.kept / result.k,
        "false": result.false_neighbors,
        "missing": result.missing_neighbors,
    }
    columns = {
        name: item_values(len(items), result.queries, values) for name, values in measured.items()
    }
    write_table(pa.table({ITEM: items, **columns}), target)


def _lines(values: dict[str, Any]) -> list[str]:
    distance = "cosine" if values["metric"] == "cosine" else "Euclidean"
    asked = counted(values["n"], "item")
    if values["sampled"]:
        asked = f"{counted(values['sampled'], 'sampled item')}, each ranked against all {asked}"
    lines = [
        f"trustworthiness  {values['trustworthiness']:.4f}",
        f"continuity       {values['continuity']:.4f}",
        f"neighbors kept   {values['neighbors_kept']:.4f}"
        f"  ({values['neighbors_kept_by_chance']:.4f} by chance)",
        f"k {values['k']}, {distance} distance in the space, {asked}",
    ]
    return lines if values["per_item"] is None else [*lines, f"Wrote {values['per_item']}"]
