"""What the colors of a figure mean: the rows of its legend, or the ends of its ramp."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor

from embexplorer.app.appearance import MISSING, numbers_in
from embexplorer.core.counted import counted
from embexplorer.ui.figure.legend import FigureLegend, LegendRow
from embexplorer.ui.palette import palette_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from embexplorer.app.appearance import Coloring
    from embexplorer.app.style import Style
    from embexplorer.core.space import Space
    from embexplorer.ui.theme import Theme


def legend_of(
    space: Space, coloring: Coloring, style: Style, theme: Theme, hidden: Collection[int] = ()
) -> FigureLegend | None:
    """Return the legend of a coloring without what is hidden; None where there is one color."""
    if coloring.kind == "none":
        return None
    colors = [
        QColor(*(int(part) for part in color[:3])) for color in palette_of(coloring, theme, style)
    ]
    if coloring.kind == "number":
        low, high = ramp_ends(space, coloring)
        ramp = tuple(colors[step] for step in coloring.steps)
        return FigureLegend(coloring.column, (), ramp, low, high, missing_note(coloring))
    rows = [
        LegendRow(colors[code], name, coloring.counts[code])
        for code, name in enumerate(coloring.names)
        if coloring.positions[code] >= 0 and code not in hidden
    ]
    others = [
        coloring.counts[code]
        for code, position in enumerate(coloring.positions)
        if position < 0 and code not in hidden
    ]
    if others:
        rows.append(LegendRow(colors[-1], counted(len(others), "other value"), sum(others)))
    if coloring.n_missing and MISSING not in hidden:
        rows.append(LegendRow(colors[-1], "missing", coloring.n_missing))
    return FigureLegend(coloring.column, tuple(rows))


def ramp_ends(space: Space, coloring: Coloring) -> tuple[str, str]:
    """Return how the ends of a ramp read."""
    numbers = numbers_in(space, coloring.column)
    assert numbers is not None, "a ramp is of numbers"
    return numbers.text(coloring.low), numbers.text(coloring.high)


def missing_note(coloring: Coloring) -> str:
    """Return how many items have no value, or nothing."""
    return f"{coloring.n_missing:,} missing" if coloring.n_missing else ""


def counts_of(coloring: Coloring, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[int]:
    """Return how many of some rows have each color of the palette, missing last."""
    counted_: list[int] = np.bincount(coloring.rows[rows], minlength=coloring.n_colors + 1).tolist()
    return counted_
