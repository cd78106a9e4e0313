"""Selection tools: what a drag encloses, how keys combine it, and what a click asks."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from embexplorer.ui.scatter.map_view import MapView
from embexplorer.ui.scatter.tools import CORNERS, Region, how_to_combine
from tests.ui.real_window import settle

KEY = Qt.KeyboardModifier
LEFT = Qt.MouseButton.LeftButton


def region(tool: str, *points: tuple[float, float]) -> np.ndarray:
    made = Region(tool, QPointF(*points[0]))
    for point in points[1:]:
        made.move(QPointF(*point))
    return made.polygon()


@pytest.mark.parametrize(
    ("keys", "how"),
    [
        (KEY.NoModifier, "replace"),
        (KEY.ShiftModifier, "add"),
        (KEY.AltModifier, "remove"),
        (KEY.ShiftModifier | KEY.AltModifier, "intersect"),
    ],
)
def test_keys_say_how_a_region_acts(keys, how):
    assert how_to_combine(keys) == how


def test_a_rectangle_has_the_corners_of_the_drag():
    corners = region("rectangle", (10, 20), (15, 15), (40, 50))
    assert corners.tolist() == [[10, 20], [40, 20], [40, 50], [10, 50]]


def test_a_circle_is_around_where_the_drag_began():
    corners = region("circle", (10, 20), (13, 24))
    assert corners.shape == (CORNERS, 2)
    assert np.hypot(*(corners - [10, 20]).T) == pytest.approx(5.0)


def test_a_lasso_follows_the_mouse_and_leaves_out_tiny_steps():
    corners = region("lasso", (0, 0), (0.5, 0.5), (10, 0), (10, 0.5), (10, 10))
    assert corners.tolist() == [[0, 0], [10, 0], [10, 10]]


@pytest.fixture
def view(theme, window) -> MapView:
    """A map with items at the corners of a square, and one in its middle."""
    window.resize(500, 500)
    made = MapView(theme, window)
    made.resize(500, 500)
    window.show()
    made.set_coords(np.array([(0, 0), (10, 0), (10, 10), (0, 10), (5, 5)], np.float32))
    made.set_colors(np.zeros(5, np.uint16), np.array([[0, 114, 178, 255]], np.uint8))
    made.fit()
    settle()
    yield made
    made.scatter.close()


def drag(view: MapView, *points: tuple[float, float], keys=KEY.NoModifier) -> None:
    first, *others = (QPoint(round(x), round(y)) for x, y in points)
    QTest.mousePress(view.viewport(), LEFT, keys, first)
    for point in others:
        QTest.mouseMove(view.viewport(), point)
    QTest.mouseRelease(view.viewport(), LEFT, keys, others[-1])


def listen(signal) -> list[tuple]:
    heard: list[tuple] = []
    signal.connect(lambda *values: heard.append(values))
    return heard


def around(view: MapView, row: int, reach: float) -> list[tuple[float, float]]:
    x, y = view.to_pixels([row])[0]
    return [(x - reach, y - reach), (x + reach, y + reach)]


def test_a_rectangle_selects_what_it_encloses(view):
    heard = listen(view.region_drawn)
    before = view.camera()
    view.set_tool("rectangle")
    drag(view, *around(view, 4, 30), keys=KEY.ShiftModifier)
    (rows, how), *others = heard
    assert (rows.tolist(), how, others) == ([4], "add", [])
    assert view.camera() == before  # the drag did not pan


def test_a_lasso_around_two_items_selects_both(view):
    heard = listen(view.region_drawn)
    view.set_tool("lasso")
    (x0, y0), (x1, y1) = view.to_pixels([3, 2])  # the upper two
    drag(
        view,
        (x0 - 15, y0 - 15),
        (x1 + 15, y1 - 15),
        (x1 + 15, y1 + 15),
        (x0 - 15, y0 + 15),
        (x0 - 15, y0 - 15),  # where it began
    )
    assert [(rows.tolist(), how) for rows, how in heard] == [([2, 3], "replace")]


def test_a_lasso_of_two_points_says_what_it_needs(view):
    drawn, refused = listen(view.region_drawn), listen(view.region_refused)
    view.set_tool("lasso")
    drag(view, (100, 100), (200, 200))
    assert drawn == []
    assert refused == [("A lasso needs at least three corners: draw around items.",)]


def test_a_click_with_a_region_tool_still_selects_the_item_under_it(view):
    clicked = listen(view.item_clicked)
    view.set_tool("lasso")
    at = QPoint(*(round(part) for part in view.to_pixels([4])[0]))
    QTest.mouseClick(view.viewport(), LEFT, KEY.NoModifier, at)
    assert clicked == [(4, "replace")]


def test_the_nearest_tool_asks_for_the_item_under_a_click(view):
    asked, clicked = listen(view.nearest_requested), listen(view.item_clicked)
    view.set_tool("nearest")
    at = QPoint(*(round(part) for part in view.to_pixels([4])[0]))
    QTest.mouseClick(view.viewport(), LEFT, KEY.AltModifier, at)
    assert (asked, clicked) == ([(4, "remove")], [])


def test_a_region_that_is_cancelled_selects_nothing(view):
    heard = listen(view.region_drawn)
    view.set_tool("rectangle")
    QTest.mousePress(view.viewport(), LEFT, KEY.NoModifier, QPoint(10, 10))
    QTest.mouseMove(view.viewport(), QPoint(400, 400))
    assert view.cancel_region()
    QTest.mouseRelease(view.viewport(), LEFT, KEY.NoModifier, QPoint(400, 400))
    assert heard == []
    assert not view.cancel_region()


def test_a_region_is_drawn_while_it_grows(view):
    before = view.grab().toImage().pixelColor(250, 120)
    view.set_tool("rectangle")
    QTest.mousePress(view.viewport(), LEFT, KEY.NoModifier, QPoint(50, 50))
    QTest.mouseMove(view.viewport(), QPoint(400, 300))
    settle()
    assert view.grab().toImage().pixelColor(250, 120) != before
