"""The verbs that look at what is there: info, plugins, convert."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.cli.spaces import add_reading_flags, add_space, open_space
from embexplorer.core.contracts import Encoder, Format, Plugin, ProjectionMethod
from embexplorer.core.params import fields_of
from embexplorer.operations.context import Context

if TYPE_CHECKING:
    import argparse

    from embexplorer.cli.console import Console

HEAD = 10  # items that info lists


def info_verb(parser: argparse.ArgumentParser, words: list[str], console: Console) -> int:
    """Describe a space."""
    context = Context.default()
    add_space(parser)
    add_reading_flags(parser, context)
    arguments = parser.parse_args(words)
    space, _ = open_space(arguments, context, console)
    from embexplorer.operations.describe import describe

    values = describe(space, HEAD)
    lines = [
        f"{space.name}: {space.n:,} items × {space.d} dimensions",
        f"items: {', '.join(values['items_head'])}",
        f"columns: {', '.join(column['name'] for column in values['columns']) or 'none'}",
        f"zero vectors: {values['zero_vectors']}, duplicate items: {values['duplicate_items']}",
    ]
    console.result({**values, "warnings": list(space.provenance.notes)}, lines)
    return 0


def plugins_verb(parser: argparse.ArgumentParser, words: list[str], console: Console) -> int:
    """List the plugins."""
    kinds = {kind.kind: kind for kind in (Format, Encoder, ProjectionMethod)}
    parser.add_argument(
        "kind", nargs="?", choices=list(kinds), metavar="KIND", help=", ".join(kinds)
    )
    arguments = parser.parse_args(words)
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
    console.result({**values, "warnings": broken}, lines)
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
            "help": field.doc.help or field.doc.label,
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


def convert_verb(parser: argparse.ArgumentParser, words: list[str], console: Console) -> int:
    """Write a space in another format."""
    context = Context.default()
    add_space(parser)
    parser.add_argument(
        "-o", "--output", required=True, metavar="FILE", help="file or folder to write"
    )
    add_reading_flags(parser, context)
    arguments = parser.parse_args(words)
    from embexplorer.operations.export import write_space

    space, coords = open_space(arguments, context, console)
    output = Path(arguments.output)
    notes = write_space(space, output, context, coords=coords, progress=console.progress("Writing"))
    values = {"file": str(output), "n": space.n, "d": space.d, "warnings": list(notes)}
    console.result(values, [f"Wrote {space.n:,} × {space.d} to {output}"])
    return 0
