"""What layers share: who is in view, pictures that are kept while it stays, notes that fit."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from embexplorer.ui.scatter.inside import is_inside
from embexplorer.ui.scatter.layers import in_view, item_names
from embexplorer.ui.scatter.layers.cached import SLOW, CachedLayers
from embexplorer.ui.scatter.layers.in_view import few_in_view, spread_in_view, view_key
from embexplorer.ui.scatter.layers.item_names import ItemNamesLayer
from embexplorer.ui.scatter.layers.notes import NotesLayer, _broken
from embexplorer.ui.scatter.layers.room import HALO
from embexplorer.ui.scatter.map_view import MapView
from tests.ui.real_window import settle

if TYPE_CHECKING:
    from collections.abc import Iterator

N = 3000


@pytest.fixture
def view(theme, window) -> Iterator[MapView]:
    window.resize(640, 480)
    made = MapView(theme, window)
    made.resize(640, 480)
    window.show()
    coords = np.random.default_rng(0).uniform(-5, 5, (N, 2)).astype(np.float32)
    made.set_coords(coords)
    made.set_colors(np.zeros(N, np.uint16), np.full((2, 4), 255, np.uint8))
    made.fit()
    settle()
    yield made
    made.scatter.close()


def paint(layer, view: MapView) -> list[QRectF]:
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    taken: list[QRectF] = layer.paint(painter, view, [])
    painter.end()
    return taken


def inside(view: MapView) -> np.ndarray:
    area = QRectF(view.viewport().rect())
    return np.flatnonzero(is_inside(view.to_pixels(range(N)), area))


@pytest.mark.parametrize("few", [20_000, 100])
def test_few_items_in_view_are_found_and_many_are_not(view, monkeypatch, few: int) -> None:
    monkeypatch.setattr(in_view, "FEW", few)  # by all pixels, and by a sample and the index
    assert few_in_view(view, None, 40) is None
    view.zoom(11)
    expected = inside(view)
    assert 2 < len(expected) <= 40
    assert few_in_view(view, None, 40).tolist() == expected.tolist()
    mask = np.arange(N) % 2 == 0
    kept = few_in_view(view, mask, 40)
    assert kept.tolist() == expected[expected % 2 == 0].tolist()
    assert few_in_view(view, mask[:5], 40) is None  # of another space


@pytest.mark.parametrize("few", [20_000, 100])
def test_the_first_item_of_each_cell_is_found_and_panning_keeps_it(
    view, monkeypatch, few: int
) -> None:
    monkeypatch.setattr(in_view, "FEW", few)
    mask = np.arange(N) % 3 == 1
    found = spread_in_view(view, mask, (80.0, 60.0))
    looked_at = np.flatnonzero(mask) if few > N else np.flatnonzero(mask)[:few]
    first: dict[tuple[int, int], int] = {}
    origin = view.to_pixels([0])[0]
    for row in inside(view):
        if row in looked_at:
            x, y = np.floor((view.to_pixels([row])[0] - origin) / (80.0, 60.0)).astype(int)
            first.setdefault((x, y), row)
    assert found.tolist() == sorted(first.values())
    assert len(found) > 40
    view._viewpoint.pan(17.0, 9.0)
    after = spread_in_view(view, mask, (80.0, 60.0))
    assert len(set(found) & set(after)) > 0.8 * len(found)  # but those at the rim
    assert spread_in_view(view, mask[:5], (80.0, 60.0)).tolist() == []  # of another space


def test_the_key_of_a_view_changes_with_the_place_and_with_the_map(view) -> None:
    before = view_key(view)
    assert view_key(view) == before
    view.zoom(1.01)
    zoomed = view_key(view)
    assert zoomed != before
    view.set_coords(np.random.default_rng(1).uniform(-5, 5, (N, 2)).astype(np.float32))
    assert view_key(view) != zoomed


class Counting:
    def __init__(self) -> None:
        self.count = 0

    def paint(self, painter: QPainter, view: MapView, covered: list[QRectF]) -> list[QRectF]:
        self.count += 1
        return []


def test_a_picture_is_kept_until_the_view_or_what_it_shows_changes(view, theme) -> None:
    layer = Counting()
    cached = CachedLayers(theme, (layer,))
    paint(cached, view)
    assert layer.count == 0  # off
    cached.renew(is_on=True)
    for _ in range(3):
        paint(cached, view)
    assert layer.count == 1
    view.zoom(1.1)
    paint(cached, view)
    assert layer.count == 2
    cached.renew(is_on=True)
    paint(cached, view)
    assert layer.count == 3
    view.picture(1.0)  # of other layers: this one is not on the map
    view.halo_text.draws_outlines = True  # into a file it goes as it is
    paint(cached, view)
    assert layer.count == 4


class SlowDot:
    """A dot at a place of the map, which takes long to paint."""

    place = np.array([[1.5, -2.0]])

    def __init__(self) -> None:
        self.count = 0

    def paint(self, painter: QPainter, view: MapView, covered: list[QRectF]) -> list[QRectF]:
        self.count += 1
        time.sleep(2 * SLOW)
        painter.setBrush(QColor("black"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(QPointF(*view.data_to_pixels(self.place)[0]), 4, 4)
        return []


def middle_of_dot(cached: CachedLayers, view: MapView) -> np.ndarray:
    image = QImage(view.viewport().size(), QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    cached.paint(painter, view, [])
    painter.end()
    pixels = np.frombuffer(image.bits(), np.uint8).reshape(image.height(), -1)[:, : image.width()]
    ink = 255.0 - pixels
    y, x = np.indices(ink.shape) + 0.5
    return np.array([(x * ink).sum(), (y * ink).sum()]) / ink.sum()


def test_a_map_that_moves_takes_the_picture_of_slow_layers_along(view, theme) -> None:
    dot = SlowDot()
    cached = CachedLayers(theme, (dot,))
    cached.renew(is_on=True)
    for is_moving, count, is_short in ((False, 1, False), (True, 1, True), (False, 2, False)):
        cached.is_moving = is_moving
        if is_moving:
            view.zoom(1.3)
            view._viewpoint.pan(23.0, -11.0)
        expected = view.data_to_pixels(dot.place)[0]
        assert np.abs(middle_of_dot(cached, view) - expected).max() < 0.6
        assert (dot.count, cached.is_short) == (count, is_short)
    cached.is_moving = True
    view.zoom(0.8)
    cached.renew(is_on=True)  # it shows something else now
    paint(cached, view)
    assert (dot.count, cached.is_short) == (3, False)


def test_names_of_items_go_along_with_a_map_that_moves(view, theme, monkeypatch) -> None:
    monkeypatch.setattr(item_names, "KEPT", 60.0)  # however busy the computer is
    layer = ItemNamesLayer(theme)
    layer.is_spread = True
    layer.show("letters", lambda rows: [f"row {row}" for row in rows], None)
    paint(layer, view)
    before = dict(layer.written)
    assert len(before) > 30
    rows = [int(text.split()[1]) for text in before]
    spots = view.to_pixels(rows)
    layer.is_moving = True
    view.zoom(1.3)
    view._viewpoint.pan(23.0, -11.0)
    moved = paint(layer, view)
    assert layer.is_short
    steps = view.to_pixels(rows) - spots
    for rect, old, (x, y) in zip(moved, before.values(), steps, strict=True):
        assert rect.center().x() == pytest.approx(old.center().x() + x)
        assert rect.center().y() == pytest.approx(old.center().y() + y)
    view.zoom(0.3)
    moved = paint(layer, view)
    assert layer.is_short
    assert 10 < len(moved) < len(before)  # those that came to lie on others are left out
    names = [rect.adjusted(HALO, 0, -HALO, 0) for rect in moved]
    assert not any(a.intersects(b) for a in names for b in names if a is not b)
    layer.show("letters", lambda rows: [f"row {row}" for row in rows], np.arange(N) < 300)
    paint(layer, view)  # others are shown now: new names at once
    assert not layer.is_short
    assert {int(text.split()[1]) for text, _ in layer.written} <= set(range(300))
    layer.is_moving = False
    view.zoom(1.3)
    paint(layer, view)
    inside_now = set(inside(view).tolist())
    assert {int(text.split()[1]) for text, _ in layer.written} <= inside_now


def test_notes_are_broken_between_words_and_say_where_they_are(view, theme) -> None:
    metrics = QFontMetricsF(theme.font("caption"))
    line = "one two three four five six seven eight"
    room = metrics.horizontalAdvance("one two three four")
    parts = _broken(line, metrics, room)
    assert " ".join(parts) == line
    assert len(parts) >= 2
    assert all(metrics.horizontalAdvance(part) <= room for part in parts)
    layer = NotesLayer(theme)
    layer.lines = ("A note.", "Another.")
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    taken = layer.paint(painter, view, [])
    painter.end()
    assert len(taken) == 2
    assert taken[0].bottom() <= taken[1].top() + 0.01
    assert taken[1].bottom() < 480
