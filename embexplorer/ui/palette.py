"""The colors of a coloring in the theme of the moment: one RGBA row per code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.app.appearance import PALETTE_SIZE, RAMP_STEPS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QColor

    from embexplorer.app.appearance import Coloring
    from embexplorer.ui.theme import Theme

RAMP = "viridis"
OPAQUE = 255


def palette_of(
    coloring: Coloring, theme: Theme, hidden: frozenset[int] = frozenset(), lit: int = -1
) -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
    """Return each item's row of the palette, and the palette.

    Parameters
    ----------
    coloring
        What the codes mean.
    theme
        Whose colors.
    hidden
        Categories that are not drawn; -1 for missing values.
    lit
        The one category that keeps its color while the others turn dim, or -1.

    Returns
    -------
    tuple
        (n,) rows and (k, 4) RGBA; the last row is the color of missing values.
    """
    if coloring.kind == "none":
        table = [_rgba(theme.category(0))]
        return np.zeros(len(coloring.codes), np.uint16), np.array(table, np.uint8)
    if coloring.kind == "number":
        table = [(*color, OPAQUE) for color in ramp_colors(theme)]
    else:
        table = [
            _category_rgba(theme, k, is_hidden=k in hidden, is_dim=lit not in (-1, k))
            for k in range(len(coloring.names))
        ]
    table.append((0, 0, 0, 0) if -1 in hidden else _rgba(theme.color("other")))
    rows = np.where(coloring.codes < 0, len(table) - 1, coloring.codes)
    return rows.astype(np.uint16), np.array(table, np.uint8)


def category_color(theme: Theme, k: int) -> QColor:
    """Return the color of a category; those beyond the palette share one."""
    return theme.category(k if k < PALETTE_SIZE else -1)


def ramp_colors(theme: Theme) -> list[tuple[int, int, int]]:
    """Return the sequential ramp, low to high; dense is dark on a light map."""
    import pyqtgraph as pg

    table = pg.colormap.get(RAMP).getLookupTable(nPts=RAMP_STEPS)[:, :3]
    ordered = table if theme.is_dark else table[::-1]
    return [(int(red), int(green), int(blue)) for red, green, blue in ordered]


def _category_rgba(theme: Theme, k: int, *, is_hidden: bool, is_dim: bool) -> tuple[int, ...]:
    if is_hidden:
        return (0, 0, 0, 0)
    return _rgba(theme.color("dim")) if is_dim else _rgba(category_color(theme, k))


def _rgba(color: QColor) -> tuple[int, ...]:
    return (color.red(), color.green(), color.blue(), OPAQUE)
