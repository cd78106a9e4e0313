"""What ``project --onto`` does: new items on a map that exists."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.core.contracts import ProjectionMethod
from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError
from embexplorer.core.projection import Projection

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from embexplorer.cli.arguments import PluginFlags
    from embexplorer.cli.console import Console
    from embexplorer.core.space import Space
    from embexplorer.operations.context import Context
    from embexplorer.operations.map_record import MapRecord

MAKES_A_MAP = {"sample": "--sample", "labels_from": "--labels-from"}
DEFAULT = "umap"  # what a map is taken for whose file does not say


def place_on_map(
    new: Space,
    flags: PluginFlags,
    arguments: argparse.Namespace,
    context: Context,
    console: Console,
) -> None:
    """Write where the items of a new space lie on the map of another one.

    What made the map is read from its file. A file that does not say, such as CSV, is taken for
    a map by the method and the settings that are given, with a warning.

    Parameters
    ----------
    flags, arguments
        Of ``project``.

    Raises
    ------
    UserError
        When the new vectors are none of that space, the map is not of it, the file says that it
        was made in another way, or an option was given that makes a map.
    """
    from embexplorer.operations.coords_of_sample import read_map
    from embexplorer.operations.export import write_coords
    from embexplorer.operations.map_record import read_record
    from embexplorer.operations.place_space import place_space
    from embexplorer.operations.read import read_space

    for name, flag in MAKES_A_MAP.items():
        if getattr(arguments, name) is not None:
            raise UserError(
                "Wrong arguments",
                f"{flag} makes a map, and --onto takes one that is there.",
                "Leave one of the two out.",
            )
    space_path, map_path = arguments.onto[0], Path(arguments.onto[1])
    reading = console.progress("Reading")
    space = read_space(space_path, context, progress=reading).data
    coords, rows = read_map(map_path, space, context, reading)
    record = read_record(map_path)
    if record is not None:
        _check_record(record, space, map_path)
    method = arguments.method or (DEFAULT if record is None else record.method)
    given = flags.values_for(method, arguments)
    if record is not None:
        _check_given(record, method, given, map_path)
        made = Projection(space.id, method, coords, record.params, record.seed, rows=rows)
    else:
        made = Projection(space.id, method, coords, given, arguments.seed, rows=rows)
    lying = place_space(space, made, new, context, progress=console.progress("Placing"))
    output = Path(arguments.output)
    write_coords(new, lying, output)
    values = {
        "method": method,
        "params": dict(made.params),
        "n": new.n,
        "dims": lying.dims,
        "onto": len(coords),
        "seconds": lying.seconds,
    }
    lines = [f"Placed {counted(new.n, 'item')} on the map of {len(coords):,} to {output}"]
    notes = [*new.provenance.notes, *lying.notes]
    if record is None:
        title = context.registry.get(ProjectionMethod, method).title
        notes.insert(
            0,
            f"{map_path.name} does not say what made it, and is taken for a map by {title} with "
            "these settings; a map written as .parquet says it.",
        )
    console.result(values, lines, warnings=notes)


def _check_record(record: MapRecord, space: Space, path: Path) -> None:
    if record.space_id != space.id:
        raise UserError(
            "A map of another space",
            f"{path.name} is a map of other vectors than those of “{space.name}”.",
            "Give the space that the map was made of, read in the same way.",
        )


def _check_given(record: MapRecord, method: str, given: Mapping[str, Any], path: Path) -> None:
    """Refuse what was given on the command line where the file of the map says otherwise."""
    if method != record.method:
        raise UserError(
            "Another method made the map",
            f"{path.name} was made by {record.method}, and --method says {method}.",
            "Leave --method out.",
        )
    for name, value in given.items():
        if name in record.params and record.params[name] != value:
            raise UserError(
                "Other settings made the map",
                f"{path.name} was made with {name} = {record.params[name]}, not {value}.",
                "Leave the setting out.",
            )
