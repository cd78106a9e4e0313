"""Lines from items to their nearest ones in the full space, the nearest strongest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.ui.scatter.line_drawing import draw_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    from embexplorer.app.drawings import Edges
    from embexplorer.ui.scatter.layer import Surface
    from embexplorer.ui.theme import Theme

WIDTH = 1.0
STRONGEST, FAINTEST = 120, 35  # opacity of 255, by rank
MANY = 800  # edges from which all of them are fainter


class EdgesLayer:
    """Faint straight lines.

    Attributes
    ----------
    is_moving
        Whether lines may be left out because the map moves.
    is_short
        Whether lines were left out when it was painted last.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._edges: Edges | None = None
        self._rows: NDArray[np.int64] = np.empty(0, np.int64)
        self._ranks: NDArray[np.uint8] = np.empty(0, np.uint8)
        self.is_moving = False
        self.is_short = False

    def show(self, edges: Edges | None, mask: NDArray[np.bool_] | None) -> int:
        """Draw edges of which both ends pass a mask (n,); returns how many do not."""
        self._edges = edges
        if edges is None:
            return 0
        starts, ends, ranks = edges.starts, edges.ends, edges.ranks
        if mask is not None:
            kept = mask[starts] & mask[ends]
            starts, ends, ranks = starts[kept], ends[kept], ranks[kept]
        order = np.argsort(-ranks, kind="stable")  # the nearest lie on top
        self._rows = np.concatenate([starts[order], ends[order]])
        self._ranks = ranks[order].astype(np.uint8)
        return len(edges.starts) - len(starts)

    def paint(self, painter: QPainter, view: Surface, covered: list[QRectF]) -> list[QRectF]:
        """Paint all edges."""
        self.is_short = False
        edges = self._edges
        if edges is None or not len(self._ranks) or self._rows.max() >= view.n_items:
            return []
        pixels = view.to_pixels(self._rows)
        half = len(self._ranks)
        fade = min(1.0, np.sqrt(MANY / half))
        opacities = np.linspace(STRONGEST, FAINTEST, max(1, edges.k)) * fade
        colors = [self._theme.color("ink", round(opacity)) for opacity in opacities]
        self.is_short = draw_lines(
            painter, view, pixels[:half], pixels[half:], self._ranks, colors, WIDTH,
            is_moving=self.is_moving,
        )  # fmt: skip
        return []
