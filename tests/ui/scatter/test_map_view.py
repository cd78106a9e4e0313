"""The map view puts items where its axes say, fits, picks, and is drawn the same at any size."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from embexplorer.ui.scatter.map_view import MapView
from tests.ui.real_window import count_near, settle

BLUE = np.array([[0, 114, 178, 255]], np.uint8)


@pytest.fixture
def coords() -> np.ndarray:
    corners = [(0, 0), (10, 0), (10, 10), (0, 10)]
    inner = np.random.default_rng(1).uniform(1, 9, (40, 2))
    return np.concatenate([corners, inner]).astype(np.float32)


@pytest.fixture
def view(theme, window, coords) -> MapView:
    window.resize(640, 480)
    made = MapView(theme, window)
    made.resize(640, 480)
    window.show()
    made.set_coords(coords)
    made.set_colors(np.zeros(len(coords), np.uint16), BLUE)
    made.fit()
    settle()
    yield made
    made.scatter.close()


def pixels(view: MapView) -> np.ndarray:
    return view.to_pixels(range(view.n_items))


def test_pixels_agree_with_the_view_box(view, coords) -> None:
    for zoom in (1.0, 3.0):
        view.zoom(zoom)
        for row, pixel in enumerate(pixels(view)):
            x, y = (float(value) for value in coords[row])
            mapped = view._box.mapViewToScene(QPointF(x, y))
            assert pixel == pytest.approx((mapped.x(), mapped.y()), abs=1e-3)


def test_points_are_drawn_where_their_pixels_are(view) -> None:
    image = view.picture(1.0)
    color = view.color_of(0)
    for x, y in pixels(view):
        at = image.pixelColor(round(x), round(y))
        assert abs(at.blue() - color.blue()) < 60
        assert at.red() < 200


def test_both_axes_have_the_same_scale(view) -> None:
    left, right, above, _ = pixels(view)[:4]
    assert right[0] - left[0] == pytest.approx(right[1] - above[1], rel=1e-6)


def test_fitting_shows_everything_beside_the_margin(view) -> None:
    for margin in (0, 200):
        view.set_left_margin(margin)
        view.fit()
        places = pixels(view)
        assert places[:, 0].min() >= margin
        assert places[:, 0].max() <= 640
        assert places[:, 1].min() >= 0
        assert places[:, 1].max() <= 480
    assert not view.is_held


def test_a_narrow_map_has_its_points_under_the_legend(view) -> None:
    view.set_left_margin(200)
    view.resize(400, 480)
    settle()
    assert pixels(view)[:, 0].min() < 100
    view.resize(640, 480)
    settle()
    assert pixels(view)[:, 0].min() >= 200


def test_a_fitted_view_stays_fitted_when_it_is_resized(view, window) -> None:
    view.resize(300, 480)
    settle()
    assert pixels(view)[:, 0].max() <= 300
    view.zoom(2)
    assert view.is_held
    held = view._box.viewRect().center()
    view.resize(500, 480)
    settle()
    assert view._box.viewRect().center().x() == pytest.approx(held.x())
    view.fit()
    assert not view.is_held


def test_rows_are_brought_into_view_with_room_around(view) -> None:
    view.flies = False
    view.zoom(40)
    view.show_rows([1, 2])
    places = view.to_pixels([1, 2])
    assert (places > 20).all()
    assert (places < [620, 460]).all()
    view.show_rows([0])  # one item has no extent of its own
    assert (view.to_pixels([0]) > 0).all()
    assert view.to_pixels([0])[0] == pytest.approx((320, 240), abs=3)


def test_picking_finds_the_nearest_item_within_reach(view, qtbot) -> None:
    x, y = (round(float(value)) for value in view.to_pixels([2])[0])
    for dx, expected in ((0, 2), (4, 2), (40, -1)):
        with qtbot.waitSignal(view.item_clicked) as heard:
            at = QPointF(x + dx, y - dx).toPoint()
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
        assert heard.args[0] == expected


def test_hidden_colors_are_neither_drawn_nor_found(view, qtbot) -> None:
    colors = np.zeros(view.n_items, np.uint16)
    colors[2] = 1
    view.set_colors(colors, np.array([[0, 114, 178, 255], [0, 0, 0, 0]], np.uint8))
    x, y = (round(float(value)) for value in view.to_pixels([2])[0])
    assert view.picture(1.0).pixelColor(x, y).lightness() > 240
    with qtbot.waitSignal(view.item_clicked) as heard:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPointF(x, y).toPoint())
    assert heard.args[0] == -1


def test_no_coords_show_nothing_and_are_never_hit(view, qtbot) -> None:
    view.set_coords(np.empty((0, 2), np.float32))
    assert view.n_items == 0
    assert count_near(view.picture(1.0), view.color_of(0), 60) == 0
    view.fit()
    with qtbot.waitSignal(view.item_clicked) as heard:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.rect().center())
    assert heard.args[0] == -1


def test_one_point_and_equal_points_can_be_shown(view) -> None:
    for n in (1, 5):
        view.set_coords(np.full((n, 2), 3.0, np.float32))
        view.set_colors(np.zeros(n, np.uint16), BLUE)
        view.fit()
        settle()
        assert view.to_pixels([0])[0] == pytest.approx((320, 240), abs=25)


def test_axes_have_names_and_a_grid_and_other_maps_neither(view, theme) -> None:
    grid, ink = theme.color("grid"), theme.color("muted")
    assert count_near(view.picture(1.0), grid, 1) == 0
    view.set_axes(("PC 1, 61.2%", "PC 2, 20.1%"))
    image = view.picture(1.0)
    assert count_near(image, grid, 1) > 2000
    lower = image.copy(0, 450, 640, 30)
    right = image.copy(610, 100, 30, 280)
    assert count_near(lower, ink, 40) > 20
    assert count_near(right, ink, 40) > 20
    view.set_axes(())
    assert count_near(view.picture(1.0), grid, 1) == 0


def test_axes_with_units_have_numbers_and_a_line_at_0(view, theme) -> None:
    view.set_axes(("he to she", "row"))
    faint = theme.color("faint")
    plain = count_near(view.picture(1.0).copy(0, 460, 240, 20), faint, 60)
    view.set_axes(("he to she", "row"), (1.0, 0.01))
    image = view.picture(1.0)
    assert count_near(image.copy(0, 460, 240, 20), faint, 60) > plain + 10
    at = round(view.data_to_pixels(np.zeros((1, 2)))[0, 0])
    assert count_near(image.copy(at - 1, 0, 3, 300), theme.color("control"), 2) > 100


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.5])
def test_a_picture_has_as_many_pixels_as_asked(view, scale) -> None:
    image = view.picture(scale)
    assert (image.width(), image.height()) == (round(640 * scale), round(480 * scale))
    area = count_near(image, view.color_of(0), 40)
    plain = count_near(view.picture(1.0), view.color_of(0), 40)
    assert area > 0.9 * plain * scale**2


def test_the_theme_changes_the_ground(view, theme) -> None:
    assert view.picture(1.0).pixelColor(2, 2).name() == theme.color("map").name()
    theme.set_mode("dark")
    assert view.picture(1.0).pixelColor(2, 2).name() == "#111317"
    theme.set_mode("light")
