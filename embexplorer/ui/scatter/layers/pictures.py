"""Small pictures in place of points: as many as do not overlap, more when the map is zoomed."""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter, QPen

from embexplorer.engines.sprite_sheet import split_part
from embexplorer.ui.scatter.background import Background
from embexplorer.ui.scatter.inside import is_inside

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from embexplorer.app.drawings import Pictures
    from embexplorer.ui.scatter.layer import Surface
    from embexplorer.ui.scatter.map_view import MapView
    from embexplorer.ui.theme import Theme

    Key = tuple[str, int]

MOST = 300  # pictures at once
SIDES = (2.75, 3.75, 5.25, 7.5)  # em; the largest where few are in view
CANDIDATES = 20_000  # items that are looked at
KEPT = 900  # thumbnails in memory
BATCH = 12  # files read before the map shows them
STEPS = (64, 128, 256, 512)  # pixels of a thumbnail


class PicturesLayer:
    """Draws thumbnails that a thread reads.

    Until one is there, and where a file is broken, the point stays.
    """

    def __init__(self, theme: Theme, view: MapView) -> None:
        self._theme = theme
        self._view = view
        self._pictures: Pictures | None = None
        self._kept: OrderedDict[Key, QImage | None] = OrderedDict()
        self._wanted: list[tuple[Key, Path]] = []
        self._is_reading = False
        self._sheets = Sheets()
        self._background = Background()
        self._background.close_with(view)

    def show(self, pictures: Pictures | None) -> None:
        """Draw these; None for none."""
        self._pictures = pictures

    @property
    def n_kept(self) -> int:
        """How many files have been read and are still in memory."""
        return len(self._kept)

    def close(self) -> None:
        """End the thread."""
        self._background.close()

    def paint(self, painter: QPainter, view: Surface, covered: list[QRectF]) -> list[QRectF]:
        """Paint what is there, and ask for the rest."""
        pictures = self._pictures
        if pictures is None or not len(pictures.rows) or pictures.rows.max() >= view.n_items:
            return []
        rows, pixels, side = self._choose(view, pictures.rows)
        transform = painter.deviceTransform()
        ratio = math.hypot(transform.m11(), transform.m12())
        size = next((step for step in STEPS if step >= side * ratio), STEPS[-1])
        reads_now = view.halo_text.draws_outlines  # into a file, which cannot wait
        wanted = []
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for row, spot in zip(rows.tolist(), pixels.tolist(), strict=True):
            path = pictures.file_of(row)
            key = (str(path), size)
            if key not in self._kept and reads_now:
                self._keep(key, read_thumbnail(path, size, self._sheets))
            if key in self._kept:
                self._kept.move_to_end(key)
                self._draw(painter, self._kept[key], spot, side)
            else:
                wanted.append((key, path))
        painter.restore()
        self._wanted = wanted
        self._read_on()
        return []

    def _choose(
        self, view: Surface, rows: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], float]:
        """Return the items that get a picture, their pixels, and the side of the pictures."""
        area = QRectF(view.viewport().rect())
        rows = rows[:CANDIDATES]
        pixels = view.to_pixels(rows)
        seen = is_inside(pixels, area)
        rows, pixels = rows[seen], pixels[seen]
        room = math.sqrt(area.width() * area.height() / max(1, len(rows))) / self._theme.em
        side = max((ems for ems in SIDES if ems <= 0.8 * room), default=SIDES[0]) * self._theme.em
        chosen = apart(pixels, side, MOST)
        return rows[chosen], pixels[chosen], side

    def _draw(
        self, painter: QPainter, image: QImage | None, spot: list[float], side: float
    ) -> None:
        if image is None:
            return  # broken: the point stays
        size = QRectF(image.rect()).size()
        size.scale(side - 4, side - 4, Qt.AspectRatioMode.KeepAspectRatio)
        width, height = size.width(), size.height()
        place = QRectF(spot[0] - width / 2, spot[1] - height / 2, width, height)
        painter.drawImage(place, image)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.color("map"), 1.5))
        painter.drawRect(place)
        painter.setPen(QPen(self._theme.color("control"), 0.75))
        painter.drawRect(place.adjusted(-1, -1, 1, 1))

    # -- reading -------------------------------------------------------------------------------

    def _read_on(self) -> None:
        if self._is_reading or not self._wanted:
            return
        self._is_reading = True
        batch, self._wanted = self._wanted[:BATCH], self._wanted[BATCH:]
        self._background.submit(_reading(batch, self._sheets), self._take)

    def _take(self, read: list[tuple[Key, QImage | None]]) -> None:
        self._is_reading = False
        for key, image in read:
            self._keep(key, image)
        self._view.viewport().update()  # which asks for what is still missing

    def _keep(self, key: Key, image: QImage | None) -> None:
        self._kept[key] = image
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)


def apart(pixels: NDArray[np.float64], side: float, most: int) -> NDArray[np.int64]:
    """Return which squares (m, 2) are kept so that none overlaps another, the first ones first."""
    cells = np.floor(pixels / side).astype(np.int64)
    # Two in one cell always overlap: only the first of each cell can be kept.
    _, first = np.unique(cells, axis=0, return_index=True)
    kept: dict[tuple[int, int], tuple[float, float]] = {}
    chosen: list[int] = []
    for at in np.sort(first).tolist():
        column, row = cells[at].tolist()
        x, y = pixels[at].tolist()
        others = (
            kept.get((column + right, row + down)) for right in (-1, 0, 1) for down in (-1, 0, 1)
        )
        if any(
            other is not None and abs(other[0] - x) < side and abs(other[1] - y) < side
            for other in others
        ):
            continue
        kept[column, row] = (x, y)
        chosen.append(at)
        if len(chosen) == most:
            break
    return np.array(chosen, np.int64)


class Sheets:
    """Sheets of many small pictures: the one that was cut last stays decoded."""

    def __init__(self) -> None:
        self._last: tuple[str, QImage] = "", QImage()

    def cut(self, file: str, part: tuple[int, int, int, int]) -> QImage | None:
        """Return a part (x, y, width, height) of a sheet; None where it has no such part."""
        name, sheet = self._last
        if name != file:
            sheet = QImageReader(file).read()
            self._last = file, sheet
        place = QRect(*part)
        return sheet.copy(place) if sheet.rect().contains(place) else None


def read_thumbnail(path: Path, size: int, sheets: Sheets) -> QImage | None:
    """Return an image file, or a part of one, at most `size` pixels wide and high.

    It is None where the file cannot be read.
    """
    file, part = split_part(str(path))
    if part is not None:
        tile = sheets.cut(file, part)
        if tile is None or max(tile.width(), tile.height()) <= size:
            return tile
        shape, smooth = (
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        return tile.scaled(QSize(size, size), shape, smooth)
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    whole = reader.size()
    if whole.isValid() and max(whole.width(), whole.height()) > size:
        reader.setScaledSize(whole.scaled(QSize(size, size), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image


def _reading(
    batch: list[tuple[Key, Path]], sheets: Sheets
) -> Callable[[Callable[[], bool]], list[tuple[Key, QImage | None]]]:
    """Return the work of the thread: it must not hold on to the layer."""

    def work(is_stale: Callable[[], bool]) -> list[tuple[Key, QImage | None]]:
        return [
            (key, read_thumbnail(path, key[1], sheets)) for key, path in batch if not is_stale()
        ]

    return work
