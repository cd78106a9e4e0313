"""A table of numbers whose cells are colored to both sides of zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embexplorer.operations.bias_figures.drawing import (
    FONT,
    MARGIN,
    SMALL,
    Drawing,
    Figure,
    broken,
    is_dark,
    light,
    mixed,
    shortened,
    text_width,
)
from embexplorer.operations.bias_figures.scale import digits_for, number

if TYPE_CHECKING:
    from collections.abc import Sequence

CELL = 20.0  # points
WIDEST = 90.0
NAME = 140.0
HEAD_LINES = 3
STRONGEST = 0.9  # share of the full color that the largest number has


def draw_matrix(
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float | None]],
    *,
    what: str = "mean cosine",
) -> Figure:
    """Draw a number for each row and column; a cell without one has a dash.

    Parameters
    ----------
    rows, columns
        Their names, at least one each.
    values
        (rows, columns); the same distance from zero has the same strength of color.
    what
        What the numbers are.
    """
    drawing, colors = Drawing(), light()
    known = [one for row in values for one in row if one is not None]
    largest = max(map(abs, known), default=0.0) or 1.0
    digits = digits_for(known)
    left = MARGIN + min(NAME, max(map(text_width, rows))) + 8
    wide = min(WIDEST, (drawing.width - left - MARGIN) / len(columns))
    heads = [broken(name, wide - 6, SMALL, HEAD_LINES) for name in columns]
    line = SMALL + 1.5
    y = MARGIN + line * max(map(len, heads)) + 3
    for at, head in enumerate(heads):
        for up, text in enumerate(reversed(head)):
            x = left + wide * (at + 0.5)
            drawing.text(x, y - 4 - up * line, text, size=SMALL, anchor="middle")
    for name, row in zip(rows, values, strict=True):
        drawing.text(left - 6, y + CELL / 2 + FONT * 0.34, shortened(name, NAME), anchor="end")
        for at, value in enumerate(row):
            x = left + wide * at
            color, said = colors["panel"], "–"
            if value is not None:
                side = colors["negative" if value < 0 else "positive"]
                color = mixed(colors["map"], side, STRONGEST * abs(value) / largest)
                said = number(value, digits)
            drawing.rect(x, y, wide - 1, CELL - 1, color)
            ink = colors["map"] if is_dark(color) else colors["ink"]
            middle = x + (wide - 1) / 2
            below = y + CELL / 2 + FONT * 0.34 - 0.5
            drawing.text(middle, below, said, color=ink, anchor="middle")
        y += CELL
    drawing.text(left, y + SMALL + 3, what, size=SMALL, color=colors["muted"])
    sentence = f"{what[:1].upper()}{what[1:]} of each row with each column: " + "; ".join(
        f"“{name}” with "
        + ", ".join(
            f"“{column}” {'none' if value is None else number(value, digits)}"
            for column, value in zip(columns, row, strict=True)
        )
        for name, row in zip(rows, values, strict=True)
    )
    return drawing.finish(y + SMALL + 6 + MARGIN, title, f"{sentence}.")
