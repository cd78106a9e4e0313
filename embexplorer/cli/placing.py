"""What ``project --onto`` does: new items on a map that exists."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.core.contracts import ProjectionMethod
from embexplorer.core.errors import UserError
from embexplorer.core.projection import Projection

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from embexplorer.cli.console import Console
    from embexplorer.core.space import Space
    from embexplorer.operations.context import Context

MAKES_A_MAP = {"sample": "--sample", "labels_from": "--labels-from"}


def place_on_map(
    new: Space,
    params: Mapping[str, Any],
    arguments: argparse.Namespace,
    context: Context,
    console: Console,
) -> None:
    """Write where the items of a new space lie on the map of another one.

    `arguments` are those of ``project``; the method and its parameters are what made the map.

    Raises
    ------
    UserError
        When the new vectors are none of that space, the map is not of it, or an option was given
        that makes a map.
    """
    from embexplorer.operations.coords_of_sample import read_map
    from embexplorer.operations.export import write_coords
    from embexplorer.operations.place_items import place_items
    from embexplorer.operations.read import read_space

    for name, flag in MAKES_A_MAP.items():
        if getattr(arguments, name) is not None:
            raise UserError(
                "Wrong arguments",
                f"{flag} makes a map, and --onto takes one that is there.",
                "Leave one of the two out.",
            )
    space_path, map_path = arguments.onto
    reading = console.progress("Reading")
    space = read_space(space_path, context, progress=reading).data
    coords, rows = read_map(Path(map_path), space, context, reading)
    made = Projection(space.id, arguments.method, coords, params, arguments.seed, rows=rows)
    placed = place_items(space, made, new.vectors, context, progress=console.progress("Placing"))
    output = Path(arguments.output)
    lying = Projection(new.id, arguments.method, placed.coords, params, arguments.seed)
    write_coords(new, lying, output)
    values = {
        "method": arguments.method,
        "params": dict(params),
        "n": new.n,
        "dims": lying.dims,
        "onto": len(coords),
        "seconds": placed.seconds,
    }
    lines = [f"Placed {new.n:,} items on the map of {len(coords):,} to {output}"]
    title = context.registry.get(ProjectionMethod, arguments.method).title
    taken = f"{Path(map_path).name} is taken for a map by {title} with these settings."
    console.result(values, lines, warnings=[taken, *new.provenance.notes, *placed.notes])
