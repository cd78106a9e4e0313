"""The figure as one web page that works offline: moved, searched and filtered in a browser."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import Template
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from embexplorer.core.version import VERSION
from embexplorer.operations.export import write_whole
from embexplorer.storage.paths import resource

if TYPE_CHECKING:
    from pathlib import Path

MOST_POINTS = 200_000
"""More points than this are sampled: a browser would read and draw them too slowly."""

STEPS = (1 << 24) - 1  # a coordinate has three bytes: a pixel at ten thousand times the whole
MOST_TEXT = 400  # characters of one value
FULL = 0.997  # the middle share of the points that is shown at first
COLORS = (
    "window", "panel", "map", "raised", "field", "hover", "line", "control", "text", "muted",
    "faint", "accent", "accent_text", "accent_soft", "focus", "warning", "ink", "halo", "shadow",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FigureLegend:
    """What the colors mean.

    Parameters
    ----------
    title
        Name of the column.
    rows
        Palette row, name and number of items of each category, in the order they are listed.
    low, high
        The ends of a ramp as they are read; a ramp has no `rows` and takes the first `steps`
        rows of the palette, from low to high.
    steps
        Colors of the ramp; 0 for categories.
    note
        What must be known, such as ``312 missing``.
    """

    title: str
    rows: tuple[tuple[int, str, int], ...] = ()
    low: str = ""
    high: str = ""
    steps: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """Everything that a page shows, as plain values.

    Parameters
    ----------
    title, caption
        What it is, and one line below it.
    coords
        (n, 2) float; a point that is not finite is left out and counted.
    items
        n texts.
    colors
        (n,) rows of the palettes.
    palette, dark_palette
        (k, 3|4) uint8 for a light and for a dark page, k <= 65,536.
    legend
        None where there is one color.
    columns
        n values each, shown for the item under the cursor; None where one is missing.
    labels
        x, y in the units of the coords, text, and whether it is a strong one; the most important
        first, those without room are left out.
    names_items
        Whether items are named, too, where there is room.
    axes
        What they mean, where they mean something.
    methods, record
        How it was made, in words and as values.
    notes
        What a person must know, one sentence each.
    theme
        The first one; the person may switch.
    """

    title: str
    coords: NDArray[np.floating]
    items: Sequence[str]
    colors: NDArray[np.integer]
    palette: NDArray[np.uint8]
    dark_palette: NDArray[np.uint8]
    caption: str = ""
    legend: FigureLegend | None = None
    columns: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    labels: tuple[tuple[float, float, str, bool], ...] = ()
    names_items: bool = False
    axes: tuple[str, ...] = ()
    methods: str = ""
    record: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    theme: Literal["light", "dark", "system"] = "light"


def write_figure_html(
    figure: Figure, path: Path, *, most_points: int = MOST_POINTS, seed: int = 0
) -> tuple[str, ...]:
    """Write a figure as one .html file, all of it or nothing, and return what was left out.

    Parameters
    ----------
    figure
        What it shows.
    path
        Where to.
    most_points
        A uniform sample of so many points is written where there are more.
    seed
        Of the sample.

    Raises
    ------
    UserError
        When the disk refuses; a file that was there stays.
    ValueError
        When lengths differ, or a color is not in the palettes.
    """
    text, notes = figure_html(figure, most_points=most_points, seed=seed)

    def fill(target: Path) -> None:
        target.write_text(text, encoding="utf-8")

    write_whole(path, fill)
    return notes


def figure_html(
    figure: Figure, *, most_points: int = MOST_POINTS, seed: int = 0
) -> tuple[str, tuple[str, ...]]:
    """Return the page of a figure and what was left out; see `write_figure_html`.

    Raises
    ------
    ValueError
        When lengths differ, or a color is not in the palettes.
    """
    _check(figure)
    rows, left_out = _rows(figure, most_points, seed)
    values, cut = _data(figure, rows)
    notes = (*left_out, *cut)
    shown_notes = "".join(
        f'  <p class="note" dir="auto">{html.escape(note)}</p>\n'
        for note in (*figure.notes, *notes)
    )
    page = Template(_read("figure.html")).substitute(
        theme=figure.theme,
        title=html.escape(figure.title),
        generator=f"embexplorer {VERSION}",
        methods=html.escape(figure.methods),
        caption=html.escape(figure.caption),
        notes=shown_notes,
        colors=_theme_colors(),
        style=_read("figure.css").rstrip(),
        record=_json(dict(figure.record)),
        data=_json(values),
        script=_read("figure.js").rstrip(),
    )
    return page, notes


def _check(figure: Figure) -> None:
    n = len(figure.items)
    if figure.coords.shape != (n, 2) or figure.colors.shape != (n,):
        raise ValueError(f"{n} items, coords {figure.coords.shape}, colors {figure.colors.shape}")
    if wrong := [name for name, values in figure.columns.items() if len(values) != n]:
        raise ValueError(f"{n} items, other lengths in the columns {', '.join(wrong)}")
    k = len(figure.palette)
    if k != len(figure.dark_palette) or not 1 <= k <= 1 << 16:
        raise ValueError(f"palettes of {k} and {len(figure.dark_palette)} colors")
    if n and not 0 <= int(figure.colors.min()) <= int(figure.colors.max()) < k:
        raise ValueError(f"a color lies beyond the {k} of the palette")


def _rows(figure: Figure, most: int, seed: int) -> tuple[NDArray[np.int64], list[str]]:
    """Return the rows that are drawn, ascending, and what is to be said about the others."""
    notes = []
    rows = np.flatnonzero(np.isfinite(figure.coords).all(axis=1))
    if missing := len(figure.items) - len(rows):
        have = "item has" if missing == 1 else "items have"
        notes.append(f"{missing:,} {have} no coordinates and are not shown.")
    rows, sampled = sample_points(rows, most, seed)
    return rows, [*notes, *sampled]


def sample_points(
    rows: NDArray[np.int64], most: int = MOST_POINTS, seed: int = 0
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return a uniform sample of so many rows, ascending, and what is to be said about it."""
    if len(rows) <= most:
        return rows, ()
    note = (
        f"A uniform sample of {most:,} of {len(rows):,} points is shown (seed {seed}):"
        " a page with all of them would be slow."
    )
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False)), (note,)


def _data(figure: Figure, rows: NDArray[np.int64]) -> tuple[dict[str, Any], list[str]]:
    """Return what the script of the page reads, and what was cut."""
    coords = np.asarray(figure.coords, np.float64)[rows]
    low = coords.min(0) if len(coords) else np.zeros(2)
    span = (coords.max(0) if len(coords) else np.zeros(2)) - low
    columns = [_column(name, values, rows) for name, values in figure.columns.items()]
    items = _short([figure.items[row] for row in rows])
    texts = [items, *(column["values"] for column in columns)]
    is_cut = any(text is not None and len(text) > MOST_TEXT for part in texts for text in part)
    values = {
        "bounds": [*low.tolist(), *span.tolist()],
        "shown": _middle(coords),
        "x": _packed_coords(coords[:, 0], low[0], span[0]),
        "y": _packed_coords(coords[:, 1], low[1], span[1]),
        "colors": _packed(np.asarray(figure.colors)[rows]),
        "palettes": {
            "light": _css_colors(figure.palette),
            "dark": _css_colors(figure.dark_palette),
        },
        "legend": _legend(figure.legend),
        "items": items,
        "columns": columns,
        "labels": figure.labels,
        "names": figure.names_items,
        "axes": figure.axes,
    }
    return values, [f"Texts are cut after {MOST_TEXT} characters."] if is_cut else []


def _column(name: str, values: Sequence[str | None], rows: NDArray[np.int64]) -> dict[str, Any]:
    """Return a column; one whose values repeat as each value once, with a code for each row."""
    chosen = _short([values[row] for row in rows])
    distinct = list(dict.fromkeys(chosen))
    if len(distinct) > min(len(chosen) // 2, 1 << 16):
        return {"name": name, "values": chosen, "codes": None}
    code = {value: at for at, value in enumerate(distinct)}
    codes = np.array([code[value] for value in chosen], np.uint16)
    return {"name": name, "values": distinct, "codes": _packed(codes)}


def _short(values: list[Any]) -> list[Any]:
    return [
        value if value is None or len(value) <= MOST_TEXT else f"{value[:MOST_TEXT]}…"
        for value in values
    ]


def _middle(coords: NDArray[np.float64]) -> list[float]:
    """Return left, bottom, width and height of all but the most extreme points."""
    if not len(coords):
        return [0.0, 0.0, 0.0, 0.0]
    tail = 100 * (1 - FULL) / 2
    low, high = np.percentile(coords, [tail, 100 - tail], axis=0)
    return [*low.tolist(), *(high - low).tolist()]


def _packed_coords(values: NDArray[np.float64], low: float, span: float) -> str:
    """Return values as three bytes each, the lowest first, in base64."""
    share = (values - low) / span if span > 0 else np.zeros(len(values))
    steps = np.rint(share * STEPS).astype("<u4")
    return base64.b64encode(steps.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()).decode()


def _packed(codes: NDArray[np.integer]) -> str:
    return base64.b64encode(codes.astype("<u2").tobytes()).decode()


def _css_colors(palette: NDArray[np.uint8]) -> list[str]:
    return ["#{:02x}{:02x}{:02x}".format(*(int(part) for part in color[:3])) for color in palette]


def _legend(legend: FigureLegend | None) -> dict[str, Any] | None:
    if legend is None:
        return None
    return {
        "kind": "ramp" if legend.steps else "category",
        "title": legend.title,
        "rows": legend.rows,
        "low": legend.low,
        "high": legend.high,
        "steps": legend.steps,
        "note": legend.note,
    }


def _json(value: Any) -> str:
    """Return JSON that no text can leave: inside a script element, only ``<`` could end it."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _read(name: str) -> str:
    return resource(f"figure/{name}").read_text(encoding="utf-8")


def _theme_colors() -> str:
    """Return the colors of both themes as CSS: the system's where the page follows it."""
    tokens = json.loads(resource("themes/tokens.json").read_text(encoding="utf-8"))
    light, dark = (
        "".join(f"--{name}:{tokens[mode][name]};" for name in COLORS) for mode in ("light", "dark")
    )
    return (
        f":root{{color-scheme:light;{light}}}\n"
        f":root[data-theme=dark]{{color-scheme:dark;{dark}}}\n"
        "@media (prefers-color-scheme:dark)"
        f"{{:root[data-theme=system]{{color-scheme:dark;{dark}}}}}"
    )
