"""Which pixels are inside an area."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtCore import QRectF


def is_inside(pixels: NDArray[np.float64], area: QRectF) -> NDArray[np.bool_]:
    """Return (m,) which pixels (m, 2) are inside; one that is not finite is not."""
    x, y = pixels[:, 0], pixels[:, 1]
    inside: NDArray[np.bool_] = (
        (x >= area.left()) & (x <= area.right()) & (y >= area.top()) & (y <= area.bottom())
    )
    return inside
