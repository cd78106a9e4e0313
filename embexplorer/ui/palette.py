"""The colors of a coloring in the theme of the moment: one RGBA row per code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.app.appearance import MISSING
from embexplorer.ui.ramps import ramp_steps

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray
    from PySide6.QtGui import QColor

    from embexplorer.app.appearance import Coloring
    from embexplorer.app.style import Style
    from embexplorer.ui.theme import Theme

OPAQUE = 255
INVISIBLE = (0, 0, 0, 0)


def palette_of(
    coloring: Coloring,
    theme: Theme,
    style: Style,
    hidden: frozenset[int] = frozenset(),
    lit: Collection[int] = (),
) -> NDArray[np.uint8]:
    """Return the palette of a coloring, for its `rows`.

    Parameters
    ----------
    coloring
        What the codes mean.
    theme
        Whose colors.
    style
        Its ramp, for numbers.
    hidden
        Codes that are not drawn; -1 for missing values.
    lit
        The codes that keep their color while the others turn dim; none dims nothing.

    Returns
    -------
    NDArray
        (k, 4) RGBA; the last row is the color of missing values.
    """
    table = np.full((coloring.n_colors + 1, 4), OPAQUE, np.uint8)
    if coloring.kind == "none":
        table[:] = _rgba(theme.category(0))
        return table
    table[-1] = _rgba(theme.color("other"))
    if coloring.kind == "number":
        table[:-1, :3] = ramp_steps(theme, style)
    else:
        own = np.array([_rgba(theme.category(k)) for k in range(theme.n_categories)], np.uint8)
        positions = np.array(coloring.positions, np.intp)
        table[:-1] = np.where(positions[:, None] < 0, table[-1], own[positions % len(own)])
    if lit:
        dimmed = np.ones(len(table), bool)
        dimmed[list(lit)] = False  # -1 is the last row
        table[dimmed] = _rgba(theme.color("dim"))
    gone = [code for code in hidden if MISSING <= code < coloring.n_colors]
    table[gone] = INVISIBLE
    return table


def _rgba(color: QColor) -> tuple[int, ...]:
    return (color.red(), color.green(), color.blue(), OPAQUE)
