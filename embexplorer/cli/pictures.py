"""The verbs that draw: demo, shot."""

from __future__ import annotations

import argparse
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING

from embexplorer.cli.arguments import PluginFlags, flag_of, positive
from embexplorer.cli.spaces import Source
from embexplorer.core.contracts import Encoder, ProjectionMethod
from embexplorer.core.errors import UserError
from embexplorer.operations.context import Context

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from embexplorer.cli.arguments import Parser
    from embexplorer.cli.console import Console

DEMO_PICTURE = "embexplorer-demo.png"
SMALLEST, LARGEST = 200, 8192  # logical pixels of a side
MOST_PIXELS = 16_384  # of a side, scaled; above, Qt paints nothing
METHOD = "umap"
PAPER: dict[str, tuple[Callable[[str], float], str, str]] = {
    "width_mm": (float, "MM", "width on paper; makes it a figure of the map"),
    "height_mm": (float, "MM", "height on paper (default: as the map of the window)"),
    "dpi": (positive, "N", "pixels per inch (default: 300 with --width-mm, else 192)"),
    "font_pt": (float, "PT", "size of text on paper (default: 8 with --width-mm)"),
}
SWITCHES = {
    "legend": (True, "the legend (default: yes)"),
    "labels": (True, "names on the map (default: yes)"),
    "caption": (True, "the line with method and quality (default: yes)"),
    "transparent": (False, "leave the ground out (default: no)"),
}


def demo_verb(parser: Parser, words: Sequence[str], console: Console) -> int:
    """Open the sample, or draw it where no window can be shown."""
    parser.add_argument(
        "-o",
        "--output",
        default=DEMO_PICTURE,
        metavar="FILE",
        help=f"picture to draw without a display (default: {DEMO_PICTURE})",
    )
    arguments = parser.parse(words)
    from embexplorer.cli.display import has_display

    if not has_display():
        _draw_demo(Path(arguments.output), arguments.seed, console)
        return 0
    from embexplorer.cli.window_log import window_log

    with window_log(console):
        from embexplorer.ui.opening import run

        code = run(sample="demo")
    console.result({"file": None}, [])
    return code


def _draw_demo(output: Path, seed: int, console: Console) -> None:
    """Encode the sample corpus, project it, and draw the window into a file."""
    from embexplorer.operations.encode import encode
    from embexplorer.operations.read import read_texts
    from embexplorer.storage.paths import resource
    from embexplorer.ui.shot import Shot, draw

    console.say("No display can be used here: drawing the sample into a picture.")
    context = Context.default()
    corpus = read_texts(
        resource("samples/sentences.csv"), context, progress=console.progress("Reading")
    )
    encoders = {encoder.id: encoder for encoder in context.registry.all(Encoder)}
    encoder = "minilm" if encoders["minilm"].is_available else "hashing"
    encoded = encode(corpus.data, encoder, context, progress=console.progress("Encoding"))
    console.say(f"Encoded {encoded.space.n} texts with {encoder} on {encoded.device}.")
    notes = draw(encoded.space, output, Shot(method=METHOD, seed=seed), console.progress("Drawing"))
    path = output.resolve()
    values = {"file": str(path), "n": encoded.space.n, "encoder": encoder, "method": METHOD}
    lines = [f"Drew the sample, {encoded.space.n} texts, into {path}"]
    console.result(values, lines, warnings=[*encoded.space.provenance.notes, *notes])


def shot_verb(parser: Parser, words: Sequence[str], console: Console) -> int:
    """Draw a space into a picture."""
    context = Context.default()
    source = Source(parser, context)
    methods = context.registry.plugins[ProjectionMethod.kind]
    _add_looks(parser)
    parser.add_argument(
        "--method",
        choices=sorted(methods),
        help=f"projection method (default: the coordinates in the file, or {METHOD})",
    )
    flags = PluginFlags(parser, methods.values(), "method")
    arguments = parser.parse(words)
    size, output = _size(arguments.size, arguments.scale), Path(arguments.output)
    params = flags.values_for(arguments.method or METHOD, arguments)
    space, coords = source.space(arguments, console)
    from embexplorer.operations.project_file import is_project, split_name
    from embexplorer.ui.shot import Shot, draw

    is_method_given = arguments.method is not None or bool(params)
    is_left_as_it_was = is_project(arguments.source) and arguments.limit is None
    shot = Shot(
        project=Path(split_name(arguments.source)[0]) if is_left_as_it_was else None,
        method=arguments.method or METHOD,
        params=params,
        seed=arguments.seed,
        coords=None if is_method_given else coords,
        size=size,
        scale=arguments.scale,
        theme=arguments.theme,
        panel=arguments.panel,
        color_by=arguments.color_by,
        select=arguments.select,
        analogy=None if arguments.analogy is None else tuple(arguments.analogy),
        **{name: getattr(arguments, name) for name in (*PAPER, *SWITCHES)},
    )
    notes = draw(space, output, shot, console.progress("Drawing"))
    path = output.resolve()
    console.result(
        {"file": str(path), "n": space.n},
        [f"Drew {space.name}, {space.n:,} items, into {path}"],
        warnings=[*space.provenance.notes, *notes],
    )
    return 0


def _add_looks(parser: Parser) -> None:
    """Add what says how the picture looks."""
    parser.add_argument(
        "-o", "--output", required=True, metavar="FILE", help=".png, .svg, .pdf or .html"
    )
    parser.add_argument(
        "--size", default="1600x1000", metavar="WxH", help="of the window (default: 1600x1000)"
    )
    parser.add_argument(
        "--scale",
        type=float,
        default=2.0,
        metavar="X",
        help="pixels for each of them (default: 2)",
    )
    parser.add_argument(
        "--theme", default="light", choices=("light", "dark"), help="colors (default: light)"
    )
    parser.add_argument(
        "--panel", default="window", choices=("map", "window"), help="what is drawn"
    )
    parser.add_argument("--color-by", metavar="COLUMN", help="column of the colors")
    parser.add_argument("--select", metavar="ITEM", help="select an item and show its neighbors")
    parser.add_argument("--analogy", nargs=3, metavar=("A", "B", "C"), help="show an analogy")
    _add_paper(parser)


def _add_paper(parser: Parser) -> None:
    """Add what makes a figure of the map for a paper."""
    group = parser.add_argument_group("figures of the map alone")
    for name, (kind, metavar, help_text) in PAPER.items():
        group.add_argument(flag_of(name), type=kind, metavar=metavar, help=help_text)
    for name, (default, help_text) in SWITCHES.items():
        group.add_argument(
            flag_of(name), action=argparse.BooleanOptionalAction, default=default, help=help_text
        )


def _size(text: str, scale: float) -> tuple[int, int]:
    """Return width and height, checked with the scale they are drawn at."""
    width, _, height = text.lower().partition("x")
    sides = [int(side) if re.fullmatch(r"[0-9]{3,4}", side) else 0 for side in (width, height)]
    if not all(SMALLEST <= side <= LARGEST for side in sides):
        raise UserError(
            "Not a size",
            f"--size is {text}.",
            f"Give width x height, {SMALLEST} to {LARGEST} each, such as 1600x1000.",
        )
    if not (math.isfinite(scale) and scale > 0 and 1 <= max(sides) * scale <= MOST_PIXELS):
        raise UserError(
            "Scale out of range",
            f"--scale is {scale:g}.",
            f"Choose one above 0 that gives at most {MOST_PIXELS:,} pixels on a side.",
        )
    return sides[0], sides[1]
