"""The ramps of colors there are, and their steps in the theme of the moment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embexplorer.app.ramp_scale import DIVERGING, STEPS

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

    from embexplorer.app.style import Style
    from embexplorer.ui.theme import Theme

Steps = NDArray[np.uint8]  # (256, 3)


@dataclass(frozen=True, slots=True)
class Ramp:
    """One ramp of colors.

    Parameters
    ----------
    id
        What a style keeps.
    title
        As the menu shows it.
    source
        pyqtgraph's name of it; empty for the one made of the theme's own colors.
    first, last
        Where it begins on a dark map, and where it ends on a light one, to stand out from it.
    is_sequential
        Whether it runs from dark to light: on a light map it is reversed, so that much is dark.
    """

    id: str
    title: str
    source: str
    first: float = 0.0
    last: float = 1.0
    is_sequential: bool = True


RAMPS = (
    Ramp("viridis", "Viridis", "viridis", 0.1, 0.97),
    Ramp("cividis", "Cividis", "cividis", 0.1, 0.97),
    Ramp("magma", "Magma", "magma", 0.24, 0.9),
    # Kovesi (2015), Good colour maps: how to design them; perceptually uniform.
    Ramp("blues", "Blue, green, yellow", "CET-L9", 0.0, 0.86),
    Ramp(DIVERGING, "Orange, gray, blue (diverging)", "", is_sequential=False),
    Ramp("cyclic", "Cyclic", "CET-C2", is_sequential=False),
)
DEFAULT = RAMPS[0]
MIDDLE = "dim"  # the token in the middle of the diverging ramp


def ramp_of(style: Style) -> Ramp:
    """Return the ramp of a style; a style with a center diverges."""
    wanted = DIVERGING if style.center is not None else style.ramp
    return next((ramp for ramp in RAMPS if ramp.id == wanted), DEFAULT)


def ramp_steps(theme: Theme, style: Style) -> Steps:
    """Return the 256 colors of a style's ramp, low to high."""
    ramp = ramp_of(style)
    if ramp.id == DIVERGING:
        steps = diverging_steps(theme)
    else:
        steps = _read(ramp.source, *((ramp.first, 1.0) if theme.is_dark else (0.0, ramp.last)))
    is_reversed = ramp.is_sequential and not theme.is_dark
    return steps[::-1] if is_reversed != style.is_inverted else steps


def diverging_steps(theme: Theme) -> Steps:
    """Return 256 colors from what is negative over gray to what is positive."""
    ends = (theme.color(name) for name in ("negative", MIDDLE, "positive"))
    return _between(*(_rgb(color) for color in ends))


@cache
def _read(source: str, first: float, last: float) -> Steps:
    import pyqtgraph as pg

    colors = pg.colormap.get(source).map(np.linspace(first, last, STEPS), mode="byte")
    steps: Steps = colors[:, :3].astype(np.uint8)
    steps.flags.writeable = False
    return steps


def _rgb(color: QColor) -> tuple[int, int, int]:
    return color.red(), color.green(), color.blue()


@cache
def _between(
    low: tuple[int, int, int], middle: tuple[int, int, int], high: tuple[int, int, int]
) -> Steps:
    """Return steps from one color over another to a third, even in OKLab."""
    labs = [_to_oklab(np.array([color], float) / 255)[0] for color in (low, middle, high)]
    at = np.linspace(0, 2, STEPS)
    mixed = np.column_stack([np.interp(at, [0, 1, 2], [lab[k] for lab in labs]) for k in range(3)])
    steps: Steps = np.rint(255 * np.clip(_from_oklab(mixed), 0, 1)).astype(np.uint8)
    steps.flags.writeable = False
    return steps


# Ottosson (2020), A perceptual color space for image processing.
_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def _to_oklab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    lab: NDArray[np.float64] = np.cbrt(linear @ _TO_CONES.T) @ _TO_LAB.T
    return lab


def _from_oklab(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    cones = (lab @ np.linalg.inv(_TO_LAB).T) ** 3
    linear = np.clip(cones @ np.linalg.inv(_TO_CONES).T, 0, 1)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
