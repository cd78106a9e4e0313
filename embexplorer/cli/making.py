"""The verbs that make something: encode, project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.cli.arguments import PluginFlags, positive
from embexplorer.cli.placing import place_on_map
from embexplorer.cli.spaces import Source
from embexplorer.core.contracts import Encoder, ProjectionMethod
from embexplorer.core.counted import counted
from embexplorer.core.params import fields_of
from embexplorer.operations.context import Context

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from embexplorer.cli.arguments import Parser
    from embexplorer.cli.console import Console
    from embexplorer.core.projection import Projection

DEVICES = ("auto", "cpu", "cuda", "mps")
QUALITY = ("trustworthiness", "continuity", "neighbors_kept", "k", "sampled")


def encode_verb(parser: Parser, words: Sequence[str], console: Console) -> int:
    """Encode a corpus."""
    context = Context.default()
    source = Source(parser, context, metavar="CORPUS", help_text="texts that a format reads")
    flags = _add_encoder(parser, context)
    arguments = parser.parse(words)
    from embexplorer.operations.encode import encode
    from embexplorer.operations.export import check_space_folder, write_space_folder

    output = Path(arguments.output)
    check_space_folder(output)
    params, notes = _encoder_params(arguments, flags, context)
    texts = source.texts(arguments, console)
    made = encode(
        texts,
        arguments.encoder,
        context,
        params=params,
        device=arguments.device,
        download=arguments.download,
        progress=console.progress("Encoding"),
    )
    write_space_folder(made.space, output)
    values = {
        "n": made.space.n,
        "d": made.space.d,
        "seconds": made.seconds,
        "items_per_second": made.items_per_second,
        "device": made.device,
        "encoder": made.encoder,
        "revision": made.revision,
        "cached": made.cached,
    }
    found = " (found in the cache)" if made.cached else ""
    lines = [
        f"Encoded {counted(made.space.n, 'item')} × {made.space.d} dimensions with {made.encoder}"
        f" on {made.device}{found} to {output}"
    ]
    console.result(values, lines, warnings=[*notes, *made.space.provenance.notes])
    return 0


def _add_encoder(parser: Parser, context: Context) -> PluginFlags:
    """Add what says which encoder, how, and where the space goes."""
    parser.add_argument(
        "--encoder",
        default="minilm",
        metavar="ID_OR_PATH",
        help="encoder, model folder or, with --download, hub id (default: minilm)",
    )
    parser.add_argument(
        "--device", default="auto", choices=DEVICES, help="where it runs (default: auto)"
    )
    parser.add_argument("--download", action="store_true", help="allow a hub id to be downloaded")
    parser.add_argument(
        "--batch-size",
        type=positive,
        metavar="N",
        help="texts encoded at once; fewer need less memory",
    )
    parser.add_argument(
        "-o", "--output", required=True, metavar="SPACE_FOLDER", help="folder to write"
    )
    return PluginFlags(
        parser,
        context.registry.plugins[Encoder.kind].values(),
        "encoder",
        leave_out=("download", "batch_size"),
    )


def _encoder_params(
    arguments: argparse.Namespace, flags: PluginFlags, context: Context
) -> tuple[dict[str, Any], list[str]]:
    """Return the parameters given for the encoder, and what of them changes nothing."""
    from embexplorer.operations.encoder_pool import ANY_MODEL

    encoders = {encoder.id: encoder for encoder in context.registry.all(Encoder)}
    chosen = encoders.get(arguments.encoder, encoders[ANY_MODEL])
    params = flags.values_for(chosen.id, arguments)
    if arguments.batch_size is None:
        return params, []
    if not any(field.name == "batch_size" for field in fields_of(chosen.params)):
        return params, [f"{chosen.id} works without batches: --batch-size changes nothing."]
    return {**params, "batch_size": arguments.batch_size}, []


def project_verb(parser: Parser, words: Sequence[str], console: Console) -> int:
    """Project a space."""
    context = Context.default()
    source = Source(parser, context)
    flags = _add_method(parser, context)
    arguments = parser.parse(words)
    from embexplorer.operations.export import check_coords_target, write_coords
    from embexplorer.operations.project import project

    output = Path(arguments.output)
    check_coords_target(output)
    method = arguments.method or "umap"
    # A map that is there may say itself what made it.
    params = flags.values_for(method, arguments) if arguments.onto is None else {}
    space, _ = source.space(arguments, console)
    if arguments.onto is not None:
        place_on_map(space, flags, arguments, context, console)
        return 0
    projection = project(
        space,
        method,
        context,
        params=params,
        dims=arguments.dims,
        seed=arguments.seed,
        sample=arguments.sample,
        labels_from=arguments.labels_from,
        progress=console.progress("Projecting"),
    )
    write_coords(space, projection, output)
    values = _described(projection)
    lines = [f"Projected {projection.n:,} items with {method} to {output}"]
    if (kept := values["quality"]["neighbors_kept"]) is not None:
        k = values["quality"]["k"]
        lines.append(f"{kept:.1%} of the {k} nearest neighbors are kept on the map")
    if (explained := projection.explained_variance_total) is not None:
        lines.append(f"{explained:.1%} of the variance is shown")
    notes = [*space.provenance.notes, *projection.notes, *projection.quality.get("notes", ())]
    console.result(values, lines, warnings=notes)
    return 0


def _described(projection: Projection) -> dict[str, Any]:
    quality = {name: projection.quality.get(name) for name in QUALITY}
    explained = list(projection.explained_variance) or None
    return {
        "method": projection.method,
        "params": dict(projection.params),
        "n": projection.n,
        "dims": projection.dims,
        "labels_from": projection.labels_from or None,
        "seconds": projection.seconds,
        "quality": {
            **quality,
            "explained_variance": explained,
            "explained_variance_total": projection.explained_variance_total,
        },
    }


def _add_method(parser: Parser, context: Context) -> PluginFlags:
    """Add what says which projection, of how much, and where the coords go."""
    methods = context.registry.plugins[ProjectionMethod.kind]
    parser.add_argument(
        "--method",
        choices=sorted(methods),
        help="projection method (default: umap; with --onto what made the map)",
    )
    parser.add_argument(
        "--dims", type=int, default=2, choices=(2, 3), help="of the map (default: 2)"
    )
    parser.add_argument(
        "--sample", type=positive, metavar="N", help="project a uniform sample of N items"
    )
    parser.add_argument(
        "--labels-from", metavar="COLUMN", help="pull together the items of each group in a column"
    )
    parser.add_argument(
        "--onto",
        nargs=2,
        metavar=("SPACE", "MAP"),
        help="place the items on the map of another space, which stays as it is",
    )
    parser.add_argument(
        "-o", "--output", required=True, metavar="FILE", help=".csv, .tsv, .jsonl, .parquet or .npy"
    )
    return PluginFlags(parser, methods.values(), "method")
