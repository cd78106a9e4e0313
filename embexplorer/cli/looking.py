"""The verbs that look at what is there: info, plugins, convert."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.cli.spaces import Source
from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError
from embexplorer.core.params import fields_of
from embexplorer.operations.context import Context
from embexplorer.plugins import KINDS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from embexplorer.cli.arguments import Parser
    from embexplorer.cli.console import Console
    from embexplorer.core.contracts import Plugin
    from embexplorer.core.space import Space


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
    parser.add_argument(
        "--join", metavar="TABLE", help="file whose columns are added, matched by a key"
    )
    parser.add_argument(
        "--on", metavar="COLUMN", help="column of TABLE that is the key (default: the best match)"
    )
    arguments = parser.parse(words)
    from embexplorer.operations.export import check_space_target, write_space

    if arguments.on is not None and arguments.join is None:
        raise UserError("Nothing to join", "--on names a column of a table.", "Add --join TABLE.")
    output = Path(arguments.output)
    check_space_target(output, context)
    space, coords = source.space(arguments, console)
    joined: dict[str, Any] = {}
    if arguments.join is not None:
        space, joined = _with_joined(space, arguments, context, console)
    notes = write_space(space, output, context, coords=coords, progress=console.progress("Writing"))
    values = {"file": str(output), "n": space.n, "d": space.d}
    lines = [f"Wrote {counted(space.n, 'item')} × {space.d} dimensions to {output}"]
    said = joined.pop("notes", [])
    lines += [f"Joined {', '.join(joined['joined']['columns'])}", *said] if joined else []
    warnings = [*space.provenance.notes, *said, *notes]
    console.result({**values, **joined}, lines, warnings=warnings)
    return 0


def _with_joined(
    space: Space, arguments: argparse.Namespace, context: Context, console: Console
) -> tuple[Space, dict[str, Any]]:
    """Return the space with the columns of a table, and what the JSON document says of it."""
    from embexplorer.operations.join import (
        join,
        joinable_columns,
        match,
        read_columns,
        with_columns,
    )

    table = read_columns(arguments.join, context, progress=console.progress("Reading the table"))
    matching = match(space, table, arguments.on)
    made = join(space, table, matching, arguments.join)
    _, left_out = joinable_columns(table, matching.on)
    described = {
        "table": arguments.join,
        "on": matching.on,
        "key": matching.key,
        "asked": matching.asked,
        "found": matching.found,
        "unused": matching.unused,
        "repeated": list(matching.repeated),
        "columns": [column.name for column in made],
    }
    missing = space.items.take(np.flatnonzero(matching.rows < 0))
    notes = [*matching.notes, *left_out]
    return with_columns(space, made), {"joined": described, "missing": missing, "notes": notes}
