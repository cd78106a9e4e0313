"""The dots of another map: where they are drawn, how opaque, and that many become a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from embexplorer.ui.scatter.layers import ground
from embexplorer.ui.scatter.layers.ground import DENSEST, OPACITY, GroundLayer, opacities
from embexplorer.ui.scatter.map_view import MapView
from tests.ui.real_window import settle

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def view(theme, window) -> Iterator[MapView]:
    made = MapView(theme, window)
    made.resize(300, 200)
    window.show()
    made.set_coords(np.array([[0, 0], [1, 1]], np.float32))
    made.set_colors(np.zeros(2, np.uint16), np.full((2, 4), 255, np.uint8))
    made.fit()
    settle()
    yield made
    made.scatter.close()


def test_a_dot_is_a_disc_and_dots_on_one_another_have_a_limit() -> None:
    found = opacities(np.array([[4.2, 3.9]]), (8, 10), 1.0)
    assert np.argwhere(found > 0).tolist() == [
        [row, column]
        for row in range(2, 5)
        for column in range(3, 6)
        if np.hypot(row - 3, column - 4) < 1.5
    ]
    assert found[3, 4] == pytest.approx(OPACITY)
    assert found[2, 4] == pytest.approx(OPACITY / 2)
    assert found[2, 3] == pytest.approx(OPACITY * (1.5 - np.sqrt(2)))
    two = opacities(np.array([[4.0, 3.0], [4.9, 3.9]]), (8, 10), 1.0)
    assert two[3, 4] == pytest.approx(1 - (1 - OPACITY) ** 2)
    assert opacities(np.full((50, 2), 3.0), (8, 10), 1.0).max() == pytest.approx(DENSEST)


def test_a_dot_at_the_rim_is_cut() -> None:
    found = opacities(np.array([[0.0, 0.0], [9.99, 7.99]]), (8, 10), 1.0)
    assert found[0, 0] == found[7, 9] == pytest.approx(OPACITY)


def painted(layer: GroundLayer, view: MapView) -> np.ndarray:
    image = QImage(300, 200, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    layer.paint(painter, view, [])
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(200, 300, 4)
    return pixels[:, :, 3].copy()


@pytest.mark.parametrize("into_file", [False, True])
def test_dots_lie_at_their_places_on_the_screen_and_in_a_file(theme, view, into_file) -> None:
    layer = GroundLayer(theme)
    places = np.array([[0.5, 0.5], [np.nan, 0], [1e9, 0]], np.float32)
    layer.show(places)
    view.halo_text.draws_outlines = into_file
    rows, columns = np.nonzero(painted(layer, view))
    x, y = view.data_to_pixels(places[:1])[0]
    assert abs(columns.mean() - x) <= 1
    assert abs(rows.mean() - y) <= 1
    assert np.ptp(rows) <= 5
    layer.show(np.zeros((3, 3), np.float32))  # of a 3-D map
    assert not painted(layer, view).any()
    layer.show(None)
    assert layer.points is None


def test_of_many_a_sample_is_drawn_the_same_each_time(theme, view, monkeypatch) -> None:
    monkeypatch.setattr(ground, "MOST", 10)
    layer = GroundLayer(theme)
    layer.show(np.random.default_rng(0).uniform(0, 1, (40, 2)).astype(np.float32))
    assert layer.is_sample
    first = painted(layer, view)
    layer.show(None)
    layer.show(np.random.default_rng(0).uniform(0, 1, (40, 2)).astype(np.float32))
    np.testing.assert_array_equal(painted(layer, view), first)


def test_fitting_shows_the_ground_too(view) -> None:
    view.set_room(np.array([[-9, 0], [9, 5]], np.float32))
    view.fit()
    corners = view.data_to_pixels(np.array([[-9, 0], [9, 5], [1, 1]]))
    assert (corners >= 0).all()
    assert (corners <= (300, 200)).all()
    view.set_room(None)
    view.fit()
    assert view.data_to_pixels(np.array([[-9, 0]]))[0, 0] < 0
    view.set_coords(np.zeros((2, 3), np.float32))
    view.set_room(np.array([[-9, 0, 0], [9, 5, 3]], np.float32))
    view.fit()
    solid = view.data_to_pixels(np.array([[-9, 0, 0], [9, 5, 3]]))
    assert (solid >= 0).all()
    assert (solid <= (300, 200)).all()
