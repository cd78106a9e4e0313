"""The verbs that look at what is there: info, plugins, convert."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.app.wording import counted
from embexplorer.cli.spaces import Source
from embexplorer.core.params import fields_of
from embexplorer.operations.context import Context
from embexplorer.plugins import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embexplorer.cli.arguments import Parser
    from embexplorer.cli.console import Console
    from embexplorer.core.contracts import Plugin


def info_verb(parser: Parser, words: Sequence[str], console: Console) -> int:
    """Describe a space."""
    source = Source(parser, Context.default())
    parser.add_argument(
        "--report",
        metavar="FILE",
        help="write which rows were left out, cut or repeated, as .csv, .tsv, .jsonl or .parquet",
    )
    arguments = parser.parse(words)
    from embexplorer.operations.describe import describe
    from embexplorer.operations.export import write_table
    from embexplorer.operations.remarks import remarks_table

    space, _ = source.space(arguments, console)
    values = describe(space)
    if arguments.report:
        write_table(remarks_table(space), Path(arguments.report))
        values["report"] = arguments.report
    columns = [f"{column['name']} ({column['kind']})" for column in values["columns"]]
    head = [*values["items_head"], *(["…"] if space.n > len(values["items_head"]) else [])]
    lines = [
        f"{space.name}: {counted(space.n, 'item')} × {space.d} dimensions",
        f"items: {', '.join(head)}",
        f"columns: {', '.join(columns) or 'none'}",
        f"zero vectors: {values['zero_vectors']:,}, duplicate items: {values['duplicate_items']:,}",
    ]
    console.result(values, lines, warnings=space.provenance.notes)
    return 0


def plugins_verb(parser: Parser, words: Sequence[str], console: Console) -> int:
    """List the plugins."""
    kinds = {kind.kind: kind for kind in KINDS}
    parser.add_argument("kind", nargs="?", choices=kinds, metavar="KIND", help=", ".join(kinds))
    arguments = parser.parse(words)
    registry = Context.default().registry
    chosen = [arguments.kind] if arguments.kind else list(kinds)
    values: dict[str, Any] = {
        kind: [_described(plugin) for plugin in registry.all(kinds[kind])] for kind in chosen
    }
    lines = [
        f"{kind:<12} {plugin['id']:<22} {plugin['summary']}"
        for kind in chosen
        for plugin in values[kind]
    ]
    broken = [f"{name} does not load: {why}" for name, why in registry.broken.items()]
    console.result(values, lines, warnings=broken)
    return 0


def _described(plugin: Plugin) -> dict[str, Any]:
    params = [
        {
            "name": field.name,
            "type": field.type.__name__,
            "default": field.default,
            "min": field.doc.min,
            "max": field.doc.max,
            "choices": list(field.choices),
            "help": field.help or field.doc.label,
        }
        for field in fields_of(plugin.params)
    ]
    return {
        "id": plugin.id,
        "title": plugin.title,
        "summary": plugin.summary,
        "params": params,
        "source": plugin.source,
        "needs": plugin.needs or None,
        "available": plugin.is_available,
    }


def convert_verb(parser: Parser, words: Sequence[str], console: Console) -> int:
    """Write a space in another format."""
    context = Context.default()
    source = Source(parser, context)
    parser.add_argument(
        "-o", "--output", required=True, metavar="FILE", help="file or folder to write"
    )
    arguments = parser.parse(words)
    from embexplorer.operations.export import check_space_target, write_space

    output = Path(arguments.output)
    check_space_target(output, context)
    space, coords = source.space(arguments, console)
    notes = write_space(space, output, context, coords=coords, progress=console.progress("Writing"))
    values = {"file": str(output), "n": space.n, "d": space.d}
    lines = [f"Wrote {space.n:,} items × {space.d} dimensions to {output}"]
    console.result(values, lines, warnings=[*space.provenance.notes, *notes])
    return 0
