"""The verbs that make something: encode, project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.cli.arguments import add_plugin_flags, flag_of, given
from embexplorer.cli.spaces import add_reading_flags, add_space, open_space, reading_params
from embexplorer.core.contracts import Encoder, ProjectionMethod
from embexplorer.core.errors import UserError
from embexplorer.core.params import fields_of
from embexplorer.operations.context import Context

if TYPE_CHECKING:
    import argparse

    from embexplorer.cli.console import Console


def encode_verb(parser: argparse.ArgumentParser, words: list[str], console: Console) -> int:
    """Encode a corpus."""
    context = Context.default()
    encoders = context.registry.all(Encoder)
    parser.add_argument("corpus", metavar="CORPUS", help="texts that a format reads")
    parser.add_argument(
        "--encoder", default="minilm", metavar="ID_OR_PATH", help="encoder, model folder or hub id"
    )
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    parser.add_argument("--download", action="store_true", help="allow a hub id to be downloaded")
    parser.add_argument("-o", "--output", required=True, metavar="SPACE_FOLDER")
    add_reading_flags(parser, context)
    add_plugin_flags(parser, encoders, "parameters of the encoder")
    arguments = parser.parse_args(words)
    from embexplorer.operations.encode import encode
    from embexplorer.operations.export import write_space
    from embexplorer.operations.read import read_texts

    corpus = read_texts(
        Path(arguments.corpus),
        context,
        params=reading_params(arguments, context),
        limit=arguments.limit,
        progress=console.progress("Reading"),
    )
    made = encode(
        corpus.data,
        arguments.encoder,
        context,
        params=given(arguments, encoders),
        device=arguments.device,
        download=arguments.download,
        progress=console.progress("Encoding"),
    )
    write_space(made.space, Path(arguments.output), context)
    values = {
        "n": made.space.n,
        "d": made.space.d,
        "seconds": made.seconds,
        "items_per_second": made.items_per_second,
        "device": made.device,
        "encoder": made.encoder,
        "revision": made.revision,
        "cached": made.cached,
        "warnings": list(made.space.provenance.notes),
    }
    console.result(
        values,
        [f"Encoded {made.space.n:,} items × {made.space.d} on {made.device} to {arguments.output}"],
    )
    return 0


def project_verb(parser: argparse.ArgumentParser, words: list[str], console: Console) -> int:
    """Project a space."""
    context = Context.default()
    add_space(parser)
    methods = context.registry.all(ProjectionMethod)
    parser.add_argument("--method", default="umap", choices=[plugin.id for plugin in methods])
    parser.add_argument("--dims", type=int, default=2, choices=(2, 3))
    parser.add_argument(
        "--sample", type=int, metavar="N", help="project a uniform sample of N items"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "-o", "--output", required=True, metavar="FILE", help=".csv, .tsv, .jsonl, .parquet or .npy"
    )
    add_plugin_flags(parser, methods, "parameters of the method")
    add_reading_flags(parser, context)
    arguments = parser.parse_args(words)
    from embexplorer.operations.export import write_coords
    from embexplorer.operations.project import project

    space, _ = open_space(arguments, context, console)
    projection = project(
        space,
        arguments.method,
        context,
        params=params_of(arguments, methods, arguments.method),
        dims=arguments.dims,
        seed=arguments.seed,
        sample=arguments.sample,
        progress=console.progress("Projecting"),
    )
    output = Path(arguments.output)
    write_coords(space, projection, output)
    values = {
        "method": projection.method,
        "params": dict(projection.params),
        "n": projection.n,
        "dims": projection.dims,
        "seconds": projection.seconds,
        "seed": projection.seed,
        "quality": dict(projection.quality),
        "file": str(output),
        "warnings": [*space.provenance.notes, *projection.notes],
    }
    kept = projection.quality.get("neighbors_kept")
    said = "" if kept is None else f", neighbors kept {kept:.3f}"
    console.result(
        values, [f"Projected {projection.n:,} items with {arguments.method}{said} to {output}"]
    )
    return 0


def params_of(
    arguments: argparse.Namespace, plugins: list[ProjectionMethod], wanted: str
) -> dict[str, Any]:
    """Return the flags given for the wanted plugin; a flag of another one alone is refused."""
    plugin = next(plugin for plugin in plugins if plugin.id == wanted)
    mine = {field.name for field in fields_of(plugin.params)}
    values = given(arguments, plugins)
    if others := sorted(set(values) - mine):
        listed = ", ".join(flag_of(name) for name in others)
        raise UserError(
            "Unknown setting",
            f"{listed} is not a setting of {wanted}.",
            "Run embexplorer project --help.",
        )
    return values
