"""The verbs that draw: demo, shot."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.cli.arguments import add_plugin_flags
from embexplorer.cli.making import params_of
from embexplorer.cli.spaces import add_reading_flags, add_space, open_space
from embexplorer.core.contracts import Encoder, ProjectionMethod
from embexplorer.core.errors import UserError
from embexplorer.operations.context import Context

if TYPE_CHECKING:
    import argparse

    from embexplorer.cli.console import Console
    from embexplorer.core.space import Space

DEMO_PICTURE = "embexplorer-demo.png"


def demo_verb(parser: argparse.ArgumentParser, words: list[str], console: Console) -> int:
    """Open the sample, or draw it where no window can be shown."""
    from embexplorer.cli.display import has_display

    parser.add_argument(
        "-o", "--output", default=DEMO_PICTURE, help="picture to draw without a display"
    )
    arguments = parser.parse_args(words)
    if has_display():
        from embexplorer.ui.application import run

        return run(sample="demo")
    return _draw_demo(Path(arguments.output), console)


def _draw_demo(output: Path, console: Console) -> int:
    """Encode the sample corpus, project it, and draw the window into a file."""
    from embexplorer.operations.encode import encode
    from embexplorer.operations.read import read_texts
    from embexplorer.storage.paths import resource

    console.say("No display can be used here: drawing the sample into a picture.")
    context = Context.default()
    corpus = read_texts(
        resource("samples/sentences.csv"), context, progress=console.progress("Reading")
    )
    has_model = context.registry.get(Encoder, "hashing").is_available and _is_available(
        context, "minilm"
    )
    encoder = "minilm" if has_model else "hashing"
    encoded = encode(corpus.data, encoder, context, progress=console.progress("Encoding"))
    console.say(f"Encoded {encoded.space.n} texts with {encoder} on {encoded.device}.")
    _draw(encoded.space, output, console, method="umap", options={})
    values = {"file": str(output.resolve()), "n": encoded.space.n, "encoder": encoder}
    console.result(values, [f"Drew the sample into {output.resolve()}"])
    return 0


def _is_available(context: Context, encoder: str) -> bool:
    return next(
        plugin for plugin in context.registry.all(Encoder) if plugin.id == encoder
    ).is_available


def shot_verb(parser: argparse.ArgumentParser, words: list[str], console: Console) -> int:
    """Draw a space into a picture."""
    context = Context.default()
    add_space(parser)
    methods = context.registry.all(ProjectionMethod)
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help=".png, .svg or .pdf")
    parser.add_argument("--size", default="1600x1000", metavar="WxH")
    parser.add_argument("--scale", type=float, default=2.0)
    parser.add_argument("--theme", default="light", choices=("light", "dark"))
    parser.add_argument("--panel", default="window", choices=("map", "window"))
    parser.add_argument("--color-by", metavar="COLUMN")
    parser.add_argument("--method", default="umap", choices=[plugin.id for plugin in methods])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--select", metavar="ITEM", help="select an item and show its neighbors")
    parser.add_argument("--analogy", nargs=3, metavar=("A", "B", "C"), help="show an analogy")
    add_plugin_flags(parser, methods, "parameters of the method")
    add_reading_flags(parser, context)
    arguments = parser.parse_args(words)
    space, coords = open_space(arguments, context, console)
    params = params_of(arguments, methods, arguments.method)
    options = {
        "coords": coords,
        "params": params,
        "size": _size(arguments.size),
        "scale": arguments.scale,
        "theme": arguments.theme,
        "panel": arguments.panel,
        "color_by": arguments.color_by,
        "seed": arguments.seed,
        "select": arguments.select,
        "analogy": arguments.analogy,
    }
    output = Path(arguments.output)
    _draw(space, output, console, method=arguments.method, options=options)
    console.result(
        {"file": str(output.resolve()), "n": space.n}, [f"Drew {space.name} into {output}"]
    )
    return 0


def _draw(
    space: Space, output: Path, console: Console, *, method: str, options: dict[str, Any]
) -> None:
    from embexplorer.ui.shot import Shot, draw

    draw(space, output, Shot(method=method, **options), console.progress("Drawing"))


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit() and int(width) >= 200 and int(height) >= 200):
        raise UserError(
            "Not a size",
            f"--size is {text!r}.",
            "Give width x height in pixels, such as 1600x1000.",
        )
    return int(width), int(height)
