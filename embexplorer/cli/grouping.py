"""The verb that groups items: cluster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.cli.arguments import PluginFlags, positive
from embexplorer.cli.spaces import Source
from embexplorer.core.contracts import Clustering
from embexplorer.core.counted import counted
from embexplorer.core.projection import Projection
from embexplorer.operations.context import Context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embexplorer.cli.arguments import Parser
    from embexplorer.cli.console import Console
    from embexplorer.core.derived import Clusters
    from embexplorer.core.space import Space

VECTORS = "vectors"
LISTED = 20  # clusters on the terminal; the JSON document and the file have all


def cluster_verb(parser: Parser, words: Sequence[str], console: Console) -> int:
    """Group the items of a space."""
    context = Context.default()
    source = Source(parser, context)
    flags = _add_method(parser, context)
    arguments = parser.parse(words)
    from embexplorer.operations.cluster import cluster
    from embexplorer.operations.edit_clusters import cluster_table
    from embexplorer.operations.export import check_table_target, write_table

    output = Path(arguments.output)
    check_table_target(output)
    params = flags.values_for(arguments.method, arguments)
    space, _ = source.space(arguments, console)
    projection = None
    if arguments.on != VECTORS:
        projection = _read_map(arguments.on, space, context, console)
    clusters = cluster(
        space,
        arguments.method,
        context,
        projection=projection,
        params=params,
        seed=arguments.seed,
        sample=arguments.sample,
        progress=console.progress("Clustering"),
    )
    write_table(cluster_table(space, clusters), output)
    notes = [*space.provenance.notes, *clusters.notes]
    values = _described(space, clusters, arguments.on)
    console.result(values, _lines(clusters, output), warnings=notes)
    return 0


def _add_method(parser: Parser, context: Context) -> PluginFlags:
    """Add what says how, of what, and where the groups go."""
    methods = context.registry.plugins[Clustering.kind]
    parser.add_argument(
        "--method",
        default="hdbscan",
        choices=sorted(methods),
        help="clustering method (default: hdbscan)",
    )
    parser.add_argument(
        "--on",
        default=VECTORS,
        metavar="vectors|COORDS_FILE",
        help="what is grouped: the vectors, or a map as project -o writes it (default: vectors)",
    )
    parser.add_argument(
        "--sample",
        type=positive,
        metavar="N",
        help="group a uniform sample of N items; the others join the sampled item nearest to them",
    )
    parser.add_argument(
        "-o", "--output", required=True, metavar="FILE", help=".csv, .tsv, .jsonl or .parquet"
    )
    return PluginFlags(parser, methods.values(), "method")


def _read_map(path: str, space: Space, context: Context, console: Console) -> Projection:
    from embexplorer.operations.coords_of_sample import read_map

    coords, rows = read_map(path, space, context, console.progress("Reading"))
    if rows is not None:
        order = np.argsort(rows)
        coords, rows = coords[order], rows[order]
    return Projection(space.id, "file", coords, rows=rows)


def _described(space: Space, clusters: Clusters, on: str) -> dict[str, Any]:
    medoids = space.items.take(clusters.medoids)
    sizes = clusters.sizes.tolist()
    return {
        "method": clusters.method,
        "params": dict(clusters.params),
        "seed": clusters.seed,
        "on": on,
        "n": space.n,
        "n_clusters": clusters.k,
        "noise": clusters.n_noise,
        "sizes": sizes,
        "labels": [
            {
                "cluster": label,
                "terms": list(clusters.terms[label]),
                "name": clusters.names[label],
                "medoid": medoids[label],
                "size": sizes[label],
            }
            for label in range(clusters.k)
        ],
        "seconds": clusters.seconds,
    }


def _lines(clusters: Clusters, output: Path) -> list[str]:
    found = f"{counted(clusters.k, 'cluster')} of {counted(len(clusters.labels), 'item')}"
    lines = [f"Found {found} with {clusters.method}, written to {output}"]
    shown = list(zip(clusters.sizes, clusters.names, strict=True))[:LISTED]
    lines += [f"{label:>4}  {size:>9,}  {name}" for label, (size, name) in enumerate(shown)]
    if clusters.k > LISTED:
        lines.append(f"      … and {clusters.k - LISTED:,} more")
    return lines
