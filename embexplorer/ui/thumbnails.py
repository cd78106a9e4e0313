"""Small pictures of maps, drawn in plain numpy beside the window's thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QSize, QTimer, Signal
from PySide6.QtGui import QImage

from embexplorer.app.work import Then

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.core.progress import Progress
    from embexplorer.core.projection import Projection
    from embexplorer.jobs.events import Finished
    from embexplorer.ui.theme import Theme

    Colors = tuple[NDArray[np.uint16], NDArray[np.uint8]]

WIDE, HIGH = 3.5, 2.5  # em
MOST_POINTS = 20_000  # a uniform sample of more
CUT = 0.4  # percent of the points at each side that may lie outside
DELAY = 120  # ms after a change: several changes draw once
SPREAD = 2  # picture pixels that a point takes
OPACITY = 0.75  # of one point, where there are few

# The sides from which a 3-D map is seen: turned a third of a right angle, and from above.
_TURN = np.array([[0.87, 0.0, 0.5], [-0.17, 0.94, 0.3]])


class Thumbnails(QObject):
    """Pictures of the maps of the active space, in the colors of the map.

    Parameters
    ----------
    colors
        Returns the colors of the map: (n,) rows of a (k, 4) RGBA palette.

    Signals
    -------
    drawn()
        Some pictures are new.
    """

    drawn = Signal()

    def __init__(
        self, theme: Theme, services: Services, colors: Callable[[], Colors], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._services = services
        self._colors = colors
        self._pictures: dict[str, QImage] = {}
        self._drawn: dict[str, tuple[object, ...]] = {}
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(DELAY)
        self._later.timeout.connect(self.draw)
        theme.changed.connect(self._later.start)
        services.store.subscribe(self._changed)

    def of(self, projection_id: str) -> QImage | None:
        """Return the picture of a map, or None while it is not drawn."""
        return self._pictures.get(projection_id)

    def size(self) -> QSize:
        """Return the size of a picture in logical pixels."""
        return QSize(self._theme.px(WIDE), self._theme.px(HIGH))

    def draw(self) -> None:
        """Draw the pictures that are not there or no longer right."""
        state = self._services.store.state
        space = state.space
        if space is None:
            return
        colors, palette = self._colors()
        looks = (len(colors), palette.tobytes(), self._theme.color("map").name())
        made = state.document.projections_of(space.id)
        wanted = [item for item in made if self._drawn.get(item.id) != looks]
        self._drawn = {item.id: looks for item in made}
        self._pictures = {k: v for k, v in self._pictures.items() if k in self._drawn}
        if wanted:
            size = self.size() * 2  # sharp on every screen
            self._services.work.submit(
                draw_thumbnails,
                key="thumbnails",
                title="Drawing small maps",
                lane="quick",
                then=Then(finished=self._finished),
                is_shown=False,
                maps=wanted,
                colors=colors if len(colors) == space.n else np.zeros(space.n, np.uint16),
                palette=palette if len(palette) else np.full((1, 4), 128, np.uint8),
                size=(size.width(), size.height()),
            )

    def _finished(self, event: Finished) -> None:
        for projection_id, pixels in event.result.items():
            height, width = pixels.shape[:2]
            picture = QImage(
                pixels.tobytes(), width, height, QImage.Format.Format_ARGB32_Premultiplied
            ).copy()
            picture.setDevicePixelRatio(2.0)
            self._pictures[projection_id] = picture
        self.drawn.emit()

    def _changed(self, old: State, new: State) -> None:
        seen = ("active_space", "styles", "document", "hidden")
        if any(getattr(old, name) is not getattr(new, name) for name in seen):
            self._later.start()


def draw_thumbnails(
    maps: Sequence[Projection],
    colors: NDArray[np.uint16],
    palette: NDArray[np.uint8],
    size: tuple[int, int],
    progress: Progress,
) -> dict[str, NDArray[np.uint8]]:
    """Return the picture of each map by its id, (height, width, 4) premultiplied BGRA."""
    pictures = {}
    for made in maps:
        progress.raise_if_cancelled()
        mine = colors if made.rows is None else colors[made.rows]
        pictures[made.id] = draw_thumbnail(made.coords, palette[mine], size)
    return pictures


def draw_thumbnail(
    coords: NDArray[np.float32], colors: NDArray[np.uint8], size: tuple[int, int]
) -> NDArray[np.uint8]:
    """Return the picture of coords (n, 2|3) in RGBA colors (n, 4).

    Where points overlap their colors mix; the more there are, the more opaque.
    """
    width, height = size
    chosen = np.flatnonzero(np.isfinite(coords).all(axis=1) & (colors[:, 3] > 0))
    if len(chosen) > MOST_POINTS:
        chosen = np.sort(np.random.default_rng(0).choice(chosen, MOST_POINTS, replace=False))
    picture = np.zeros((height, width, 4), np.float64)
    if len(chosen):
        x, y = _places(coords[chosen].astype(np.float64), width, height)
        _splat(picture, x, y, colors[chosen].astype(np.float64))
    weight = picture[..., 3:]
    alpha = 1 - (1 - OPACITY) ** weight
    premultiplied = picture[..., :3] / np.maximum(weight, 1) * alpha
    out = np.empty((height, width, 4), np.uint8)
    out[..., :3] = premultiplied[..., ::-1] + 0.5
    out[..., 3] = alpha[..., 0] * 255 + 0.5
    return out


def _places(
    points: NDArray[np.float64], width: int, height: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pixel columns and lines of points, the middle of the map in the middle."""
    if points.shape[1] == 3:
        points = (points - points.mean(axis=0)) @ _TURN.T
    low, high = np.percentile(points, (CUT, 100 - CUT), axis=0)
    span = np.maximum(high - low, 1e-30)
    inside = np.array([width, height]) - 3 * SPREAD
    scale = (inside / span).min() if (high > low).any() else 1.0
    placed = (points - (low + high) / 2) * scale
    x = np.floor(width / 2 + placed[:, 0]).astype(np.int64)
    y = np.floor(height / 2 - placed[:, 1]).astype(np.int64)
    return x, y


def _splat(
    picture: NDArray[np.float64],
    x: NDArray[np.int64],
    y: NDArray[np.int64],
    colors: NDArray[np.float64],
) -> None:
    """Add points of a few pixels each: their colors, and how many they are."""
    height, width = picture.shape[:2]
    sums = picture.reshape(-1, 4)
    for down in range(SPREAD):
        for right in range(SPREAD):
            column, line = x + right, y + down
            is_inside = (column >= 0) & (column < width) & (line >= 0) & (line < height)
            cells = line[is_inside] * width + column[is_inside]
            for channel in range(3):
                weights = colors[is_inside, channel]
                sums[:, channel] += np.bincount(cells, weights, width * height)
            sums[:, 3] += np.bincount(cells, minlength=width * height)
