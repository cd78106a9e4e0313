"""The map view in 3-D: it turns, pans, zooms, picks, selects and is drawn like the 2-D one."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from embexplorer.ui.scatter import space_view
from embexplorer.ui.scatter.camera import Camera
from embexplorer.ui.scatter.item2d import ScatterItem
from embexplorer.ui.scatter.item3d import Scatter3DItem
from embexplorer.ui.scatter.map_view import MapView
from embexplorer.ui.scatter.marks import Arrow, Marks, Name
from embexplorer.ui.scatter.quaternion import rotation_matrix
from tests.ui.real_window import count_near, settle

COLORS = np.array([[0, 114, 178, 255], [213, 94, 0, 255]], np.uint8)
LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def coords() -> np.ndarray:
    """Points on a cube and in it, the first eight at its corners."""
    corners = np.array([(x, y, z) for x in (0, 10) for y in (0, 10) for z in (0, 10)])
    inner = np.random.default_rng(1).uniform(1, 9, (40, 3))
    return np.concatenate([corners, inner]).astype(np.float32)


@pytest.fixture
def view(theme, window, coords) -> MapView:
    window.resize(640, 480)
    made = MapView(theme, window)
    made.resize(640, 480)
    made.flies = False
    window.show()
    made.set_coords(coords)
    made.set_colors(np.zeros(len(coords), np.uint16), COLORS)
    made.fit()
    settle()
    yield made
    made.scatter.close()


def camera(view: MapView) -> Camera:
    return Camera.from_plain(view.camera())


def drag(view: MapView, start: QPoint, end: QPoint, button=LEFT, keys=None) -> None:
    keys = keys or Qt.KeyboardModifier.NoModifier
    port = view.viewport()
    QTest.mousePress(port, button, keys, start)
    QTest.mouseMove(port, (start + end) / 2)
    QTest.mouseMove(port, end)
    QTest.mouseRelease(port, button, keys, end)


def spot(view: MapView, row: int) -> QPoint:
    return QPointF(*view.to_pixels([row])[0]).toPoint()


def test_three_axes_bring_a_3d_item_and_two_take_it_away(view, coords) -> None:
    assert isinstance(view.scatter, Scatter3DItem)
    assert view.dims == 3
    view.set_coords(coords[:, :2])
    assert isinstance(view.scatter, ScatterItem)
    assert view.dims == 2
    view.fit()
    settle()
    before = view.to_pixels([0])
    view.zoom(2)
    assert not np.array_equal(view.to_pixels([0]), before)
    assert view.is_held
    view.set_coords(coords)
    assert view.dims == 3
    assert not view.is_held


def test_looks_stay_when_dimensions_change(view, coords) -> None:
    colors = np.ones(len(coords), np.uint16)
    view.set_colors(colors, COLORS)
    view.scatter.set_visible(np.arange(len(coords)) != 3)
    for dims in (2, 3):
        view.set_coords(coords[:, :dims])
        view.fit()
        settle()
        drawn = view.scatter.drawn_points()
        assert 3 not in drawn.rows
        assert len(drawn.rows) == len(coords) - 1
        assert (np.abs(drawn.colors[-1, :3].astype(int) - COLORS[1, :3]) < 60).all()
    assert count_near(view.picture(1.0), view.color_of(0), 90) > 50


def test_a_fit_shows_every_item_right_of_the_margin(view) -> None:
    view.set_left_margin(200)
    view.fit()
    places = view.to_pixels(range(view.n_items))
    assert (places > [200, 0]).all()
    assert (places < [640, 480]).all()


def test_points_are_drawn_where_their_pixels_are(view) -> None:
    view.set_camera(camera(view).orbit(70, 40, (640, 480)).to_plain())
    image, color = view.picture(1.0), view.color_of(0)
    for x, y in view.to_pixels(range(8)):
        at = image.pixelColor(round(x), round(y))
        assert at.blue() - at.red() > 0.3 * (color.blue() - color.red())  # in the fog at most 60 %


def test_a_drag_with_the_pointer_turns_and_selects_nothing(view, qtbot) -> None:
    heard = []
    view.item_clicked.connect(lambda *args: heard.append(args))
    before = camera(view)
    drag(view, QPoint(300, 200), QPoint(360, 240))
    after = camera(view)
    assert rotation_matrix(after.rotation) == pytest.approx(
        rotation_matrix(before.orbit(60, 40, (640, 480)).rotation), abs=1e-9
    )
    assert (after.center, after.span) == (before.center, before.span)
    assert heard == []
    assert view.is_held


@pytest.mark.parametrize(
    ("button", "keys"),
    [(Qt.MouseButton.RightButton, None), (Qt.MouseButton.MiddleButton, None), (LEFT, CTRL)],
)
def test_other_buttons_and_ctrl_pan(view, button, keys) -> None:
    before = camera(view)
    drag(view, QPoint(300, 200), QPoint(360, 240), button, keys)
    after = camera(view)
    assert after.rotation == before.rotation
    assert after.center == pytest.approx(before.pan(60, 40, (640, 480)).center)


def test_space_held_pans_until_it_is_let_go(view) -> None:
    view.setFocus()
    before = camera(view)
    QTest.keyPress(view, Qt.Key.Key_Space)
    drag(view, QPoint(300, 200), QPoint(330, 200))
    assert camera(view).rotation == before.rotation
    QTest.keyRelease(view, Qt.Key.Key_Space)
    drag(view, QPoint(300, 200), QPoint(330, 200))
    assert camera(view).rotation != before.rotation


def turn_wheel(view: MapView, at: QPointF, steps: int) -> None:
    wheel = QWheelEvent(
        at, view.viewport().mapToGlobal(at), QPoint(), QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), wheel)


def test_the_wheel_zooms_about_the_cursor(view) -> None:
    before = camera(view)
    turn_wheel(view, QPointF(500, 120), 3)
    after = camera(view)
    expected = before.zoom(1.02**45, (500, 120), (640, 480))
    assert after.center == pytest.approx(expected.center)
    assert after.span == pytest.approx(expected.span)
    for steps in (400, -1000):  # neither into a point nor out of sight
        turn_wheel(view, QPointF(320, 240), steps)
    ball = view.scatter.ball()
    assert camera(view).span == pytest.approx(40 * ball.radius)


def test_clicks_and_hovering_find_the_item_in_front(view, qtbot) -> None:
    view.look_along(2)
    front, back = 1, 0  # of the two corners at x = y = 0, the one with z = 10 is nearer
    assert view.scatter.depth_of([front])[0] < view.scatter.depth_of([back])[0]
    for row in (front, 7):
        with qtbot.waitSignal(view.item_clicked) as heard:
            QTest.mouseClick(view.viewport(), LEFT, pos=spot(view, row))
        assert heard.args == [row, "replace"]
    with qtbot.waitSignal(view.item_hovered) as heard:
        QTest.mouseMove(view.viewport(), spot(view, 5))
    assert heard.args[0] == 5


@pytest.mark.parametrize("tool", ["rectangle", "lasso"])
def test_regions_select_what_is_seen_inside(view, qtbot, tool) -> None:
    view.set_tool(tool)
    before = camera(view)
    path = [QPoint(200, 100), QPoint(420, 100), QPoint(420, 330), QPoint(200, 330)]
    path = path if tool == "lasso" else path[:3]
    with qtbot.waitSignal(view.region_drawn) as heard:
        port = view.viewport()
        QTest.mousePress(port, LEFT, pos=path[0])
        for point in path[1:]:
            QTest.mouseMove(port, point)
        QTest.mouseRelease(port, LEFT, pos=path[-1])
    rows, how = heard.args
    places = view.to_pixels(range(view.n_items))
    inside = ((places > [200, 100]) & (places < [420, 330])).all(1)
    assert rows.tolist() == np.flatnonzero(inside).tolist()
    assert how == "replace"
    assert camera(view) == before
    assert 0 < len(rows) < view.n_items


def test_arrows_walk_over_the_screen_and_with_keys_pan_and_turn(view, qtbot) -> None:
    view.setFocus()
    with qtbot.waitSignal(view.item_clicked) as heard:
        QTest.keyClick(view, Qt.Key.Key_Right)
    start = heard.args[0]
    middle = np.linalg.norm(view.to_pixels(range(view.n_items)) - [320, 240], axis=1)
    assert middle[start] < 60
    view.set_marks(Marks(center=start))
    with qtbot.waitSignal(view.item_clicked) as heard:
        QTest.keyClick(view, Qt.Key.Key_Up)
    assert heard.args[0] == view.scatter.nearest_in_direction(start, 0, -1)
    assert view.to_pixels([heard.args[0]])[0, 1] < view.to_pixels([start])[0, 1]
    before = camera(view)
    QTest.keyClick(view, Qt.Key.Key_Left, CTRL)
    assert camera(view).center != before.center
    assert camera(view).rotation == before.rotation
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    turned = rotation_matrix(camera(view).rotation) @ rotation_matrix(before.rotation).T
    assert np.arccos((np.trace(turned) - 1) / 2) == pytest.approx(space_view.STEP)


def test_a_place_can_be_kept_and_shown_again(view) -> None:
    view.set_camera(camera(view).orbit(100, 30, (640, 480)).zoom(2, (1, 1), (640, 480)).to_plain())
    place, places = view.camera(), view.to_pixels(range(8))
    view.fit()
    assert not np.allclose(view.to_pixels(range(8)), places)
    view.set_camera(place)
    assert view.to_pixels(range(8)) == pytest.approx(places)
    assert view.is_held
    flat = {"center": [0.0, 0.0], "height": 1.0}
    with pytest.raises(ValueError, match="rotation"):
        view.set_camera(flat)


def test_a_flat_map_refuses_a_place_in_space(view, coords) -> None:
    place = view.camera()
    view.set_coords(coords[:, :2])
    with pytest.raises(ValueError, match="2-D map has no such place"):
        view.set_camera(place)


def test_rows_are_flown_to(view, qtbot) -> None:
    view.flies = True
    view.show_rows([1, 2])
    goal = view.camera()
    assert camera(view).span < 30
    qtbot.waitUntil(lambda: view.scatter.camera.to_plain() == goal, timeout=3000)
    places = view.to_pixels([1, 2])
    assert ((places > 10) & (places < [630, 470])).all()
    view.show_rows([3])
    drag(view, QPoint(300, 200), QPoint(310, 200))  # the next input wins
    assert view.scatter.camera.to_plain() == view.camera()


def test_it_turns_by_itself_only_when_told(view, qtbot) -> None:
    before = camera(view)
    settle()
    assert camera(view) == before
    assert not view.is_rotating
    view.set_rotating(True)
    assert view.is_rotating
    qtbot.waitUntil(lambda: camera(view).rotation != before.rotation, timeout=2000)
    view.set_rotating(False)
    held = camera(view)
    settle()
    assert camera(view) == held
    assert held.center == before.center


def test_marks_on_items_behind_the_eye_are_left_out(view) -> None:
    eye_inside = Camera(center=(10, 10, 0), span=1.0)
    view.set_camera(eye_inside.to_plain())
    gone = np.flatnonzero(np.isnan(view.to_pixels(range(view.n_items))[:, 0]))
    kept = np.flatnonzero(np.isfinite(view.to_pixels(range(view.n_items))[:, 0]))
    far, near = int(gone[0]), int(kept[0])
    names = (Name(far, "gone"), Name(near, "here"))
    marks = Marks(near, (near, far), names, (Arrow(near, far),), far, (near,))
    view.set_marks(marks)
    assert view._placed_marks() == Marks(near, (near,), (Name(near, "here"),), (), None, (near,))
    view.picture(1.0)
    view.set_marks(Marks())


def test_axes_have_a_gizmo_always_and_a_grid_where_they_mean_something(view, theme) -> None:
    image = view.picture(1.0)
    assert count_near(image.copy(540, 380, 100, 100), theme.color("ink"), 40) > 10
    assert count_near(image, theme.color("grid"), 2) < 40
    view.set_axes(("PC 1, 40.0%", "PC 2, 20.0%", "PC 3, 10.0%"))
    assert count_near(view.picture(1.0), theme.color("grid"), 2) > 500


def test_far_points_fade_into_the_map_of_either_theme(view, theme) -> None:
    for mode in ("light", "dark"):
        theme.set_mode(mode)
        settle()
        ground = theme.color("map")
        expected = (ground.red(), ground.green(), ground.blue())
        assert view.scatter._background_color == expected
    theme.set_mode("light")
