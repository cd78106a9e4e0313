from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import threading
from types import SimpleNamespace

import numpy as np
import pyqtgraph as pg
import pytest
import shiboken6
from PySide6 import QtCore, QtGui

from embexplorer.ui.scatter import first_frame, frame, item2d, kernel_loading, progressive_item
from embexplorer.ui.scatter.item2d import ScatterItem

WHITE = "#ffffff"


def map_threads():
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("map-")]


def pixels_of(image):
    image = image.convertToFormat(QtGui.QImage.Format.Format_ARGB32_Premultiplied)
    data = np.frombuffer(image.constBits(), np.uint8)
    return data.reshape(image.height(), image.width(), 4).astype(int)


@pytest.fixture
def shown(qtbot):
    """A map of 400 x 300 on screen, its view box, and an item without coords."""
    widget = pg.GraphicsView(background=WHITE)
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    box = pg.ViewBox(enableMenu=False, defaultPadding=0)
    widget.setCentralItem(box)
    item = ScatterItem()
    box.addItem(item)
    box.setRange(QtCore.QRectF(-4, -4, 12, 13), padding=0)
    widget.show()
    qtbot.waitExposed(widget)
    yield SimpleNamespace(widget=widget, box=box, item=item, bot=qtbot)
    item.close()


@pytest.fixture
def coords(make_points):
    points = make_points(3000)
    return np.stack([points.x, points.y], axis=1)


@pytest.fixture
def without_kernels(monkeypatch):
    """The state of a window whose kernels are not loaded yet; setting the event loads them."""
    event = threading.Event()
    monkeypatch.setattr(kernel_loading, "_ready", event)
    return event


@pytest.fixture
def tight_budget(monkeypatch):
    monkeypatch.setattr(progressive_item, "FRAME_BUDGET", 1e-9)


def wait_exact(shown):
    shown.bot.waitUntil(shown.item.is_exact, timeout=5000)


def expected_image(item):
    """What a synchronous render of the item's own frame gives."""
    key = item._frame.key
    return frame.render(item._current_scene(), key.view, item._look(key.view, key.pixel_ratio))


def test_a_small_map_is_exact_at_once(shown, coords):
    shown.item.set_coords(coords)
    shown.widget.grab()
    assert shown.item.is_exact()
    picture = pixels_of(shown.widget.grab().toImage())
    assert (picture[:, :, :3].min(2) < 200).sum() > 1000


def test_a_point_appears_under_its_data_coords(shown):
    shown.item.set_coords(np.array([[2.0, 3.0]]))
    picture = pixels_of(shown.widget.grab().toImage())
    ink = 255 - picture[:, :, 1].astype(float)
    rows, columns = np.indices(ink.shape) + 0.5
    center = QtCore.QPointF((ink * columns).sum() / ink.sum(), (ink * rows).sum() / ink.sum())
    ratio = shown.widget.devicePixelRatioF()
    at = shown.box.mapSceneToView(shown.widget.mapToScene(0, 0) + center / ratio)
    assert (at.x(), at.y()) == pytest.approx((2.0, 3.0), abs=0.02)


def test_the_worker_draws_the_bytes_of_the_synchronous_frame(shown, make_points, tight_budget):
    points = make_points(70_000)
    shown.item.set_coords(np.stack([points.x, points.y], axis=1))
    shown.item.set_dimmed(np.arange(70_000) % 3 == 0, (195, 200, 208, 150))
    shown.item.set_emphasized([4, 5, 6])
    shown.widget.grab()
    assert not shown.item.is_exact()
    coarse = shown.item._frame.image.copy()
    with shown.bot.waitSignal(shown.item.exact_frame_drawn, timeout=5000):
        shown.widget.grab()
    assert shown.item.is_exact()
    exact = shown.item._frame.image
    assert np.array_equal(exact, expected_image(shown.item))
    assert not np.array_equal(exact, coarse)


def test_a_stale_exact_frame_is_dropped(shown, make_points, tight_budget):
    points = make_points(70_000)
    shown.item.set_coords(np.stack([points.x, points.y], axis=1))
    shown.widget.grab()
    shown.item._refine()
    shown.box.setRange(QtCore.QRectF(0, 0, 1, 1), padding=0)
    shown.widget.grab()
    wait_exact(shown)
    view = shown.item._frame.key.view
    assert view.width / view.x_scale == pytest.approx(1, rel=0.02)
    assert np.array_equal(shown.item._frame.image, expected_image(shown.item))


def test_a_late_result_of_another_view_changes_nothing(shown, coords):
    shown.item.set_coords(coords)
    shown.widget.grab()
    before = shown.item._frame
    late = progressive_item._Frame(before.key._replace(version=-1), before.image[::-1], exact=True)
    shown.item._show_refined(late)
    assert shown.item._frame is before


def test_live_frames_keep_item_and_colors(shown, coords):
    shown.item.set_coords(coords)
    palette = np.array([[255, 0, 0, 255], [0, 0, 255, 255]])
    shown.item.set_colors(np.arange(3000) % 2, palette)
    shown.item.set_emphasized([7])
    for step in range(5):
        shown.item.set_coords(coords + 0.1 * step)
        shown.widget.grab()
        assert shown.item.is_exact()
    x, y = coords[7] + 0.4
    assert shown.item.pick_data(x, y, 0.01) == 7
    assert shown.item._current_scene().top_cloud.color.tolist() == [1]
    assert shown.item.dataBounds(0) == pytest.approx(
        (coords[:, 0].min() + 0.4, coords[:, 0].max() + 0.4)
    )


def test_another_number_of_points_resets_colors(shown, coords):
    shown.item.set_coords(coords)
    shown.item.set_colors(np.ones(3000, int), np.zeros((2, 4)))
    assert shown.item.pick_data(*coords[0]) == -1
    shown.item.set_coords(coords[:10])
    assert shown.item.pick_data(*coords[0]) == 0


def test_many_points_are_sorted_in_the_worker_and_the_newest_win(shown, coords, monkeypatch):
    monkeypatch.setattr(item2d, "POINTS_AT_ONCE", 1000)
    shown.item.set_coords(coords)
    shown.widget.grab()
    assert not shown.item.is_exact()
    for step in range(1, 6):
        shown.item.set_coords(coords + step)
    shown.item.set_emphasized([3])
    shown.bot.waitUntil(lambda: shown.widget.grab() and shown.item.is_exact(), timeout=5000)
    assert shown.item.pick_data(*(coords[3] + 5), 0.001) == 3
    assert len(shown.item._current_scene().top_cloud.x) == 1
    assert np.array_equal(shown.item._frame.image, expected_image(shown.item))


def test_pick_and_lasso_on_screen(shown, coords):
    shown.item.set_coords(coords)
    row = int(np.argmin(coords[:, 0]))
    scene_pos = shown.box.mapViewToScene(QtCore.QPointF(*coords[row]))
    assert shown.item.pick(scene_pos + QtCore.QPointF(-5.9, 0)) == row
    assert shown.item.pick(scene_pos + QtCore.QPointF(-6.1, 0)) == -1
    square = np.array([[0, 0], [2, 0], [2, 2], [0, 2]])
    inside = ((coords > 0) & (coords < 2)).all(1)
    assert np.array_equal(shown.item.inside(square), np.flatnonzero(inside))
    shown.item.set_visible(np.arange(3000) != row)
    assert shown.item.pick(scene_pos, 1.0) != row
    assert row not in shown.item.inside(coords[row] + 0.1 * (square - 1))


@pytest.mark.parametrize("inverted", [False, True])
def test_scene_positions_are_those_of_the_view_box(shown, coords, inverted):
    shown.box.invertY(inverted)
    shown.box.invertX(inverted)
    shown.item.set_coords(coords)
    found = shown.item.to_scene([0, 7, 2999])
    for place, row in zip(found, (0, 7, 2999), strict=True):
        expected = shown.box.mapViewToScene(QtCore.QPointF(*coords[row]))
        assert place == pytest.approx((expected.x(), expected.y()), abs=1e-6)
        assert shown.item.pick(QtCore.QPointF(*place), 1e-3) == row
    low, high = found[0] - 0.01, found[1] + 0.02
    low, high = np.minimum(low, high), np.maximum(low, high)
    corners = np.array([low, [high[0], low[1]], high, [low[0], high[1]]])
    places = shown.item.to_scene(np.arange(3000))
    inside = ((places > low) & (places < high)).all(1)
    assert np.array_equal(shown.item.inside_scene(corners), np.flatnonzero(inside))


def test_the_arrow_keys_reach_the_next_visible_point(shown):
    # To the right of the first one: hidden, near but aslant, and further but straight ahead.
    shown.item.set_coords(np.array([[0, 0], [0.5, 0], [1, 0.9], [1.2, 0.0], [-1, 0], [np.nan, 0]]))
    shown.item.set_colors(np.array([0, 1, 0, 0, 0, 0]), np.array([[9, 9, 9, 255], [9, 9, 9, 0]]))
    step = shown.item.nearest_in_direction
    assert [step(0, 1, 0), step(0, -1, 0), step(0, 0, 1), step(2, 0, 1)] == [3, 4, -1, 3]
    shown.item.set_visible(np.array([1, 1, 1, 0, 1, 1], bool))
    assert step(0, 1, 0) == 2
    assert step(5, 1, 0) == -1
    with pytest.raises(ValueError, match="row must be 0 to 5"):
        step(6, 1, 0)


def test_points_that_are_not_finite_are_hidden_and_counted(shown, coords):
    broken = coords.copy()
    broken[3], broken[5, 0], broken[8, 1] = np.nan, np.inf, -np.inf
    shown.item.set_coords(broken)
    assert shown.item.n_unplaced == 3
    picture = pixels_of(shown.widget.grab().toImage())
    assert shown.item.is_exact()
    everything = np.array([[-99, -99], [99, -99], [99, 99], [-99, 99]])
    rows = np.delete(np.arange(3000), [3, 5, 8])
    assert np.array_equal(shown.item.inside(everything), rows)
    assert shown.item.pick_data(*coords[3], 1e-6) == -1
    assert shown.item.robust_bounds().isValid()
    assert shown.item.dataBounds(0)[1] == coords[rows, 0].max()
    assert np.isnan(shown.item.to_scene([3])).all()
    shown.item.set_emphasized([3, 4])
    assert shown.item.drawn_points().rows[-1] == 4
    shown.item.set_emphasized([])
    shown.item.set_coords(coords)
    shown.item.set_visible(np.isin(np.arange(3000), rows))
    assert shown.item.n_unplaced == 0
    same = pixels_of(shown.widget.grab().toImage())
    assert (np.abs(picture - same).max(2) > 40).mean() < 0.01  # other points lie on top, no more
    shown.item.set_visible(None)
    assert shown.item.pick_data(*coords[3], 1e-6) == 3


@pytest.mark.parametrize("has_kernels", [True, False])
def test_without_any_finite_point_nothing_is_drawn_or_found(shown, has_kernels, request):
    if not has_kernels:
        request.getfixturevalue("without_kernels")
    shown.item.set_coords(np.full((5, 2), np.nan))
    assert shown.item.n_unplaced == 5
    assert pixels_of(shown.widget.grab().toImage()).min() == 255
    assert shown.item.is_exact() == has_kernels
    assert shown.item.pick_data(0, 0, 1e9) == -1
    assert len(shown.item.inside(np.array([[-99, -99], [99, -99], [99, 99]]))) == 0
    assert shown.item.robust_bounds().isNull()
    assert shown.item.dataBounds(0) == (None, None)


@pytest.mark.parametrize("places", [[[2, 3]], [[2, 3], [5, 7]], [[2, 3]] * 500])
def test_few_points_and_points_on_one_place_are_drawn_and_found(shown, places):
    shown.item.set_coords(np.array(places, float))
    assert pixels_of(shown.widget.grab().toImage()).min() < 200
    assert shown.item.is_exact()
    assert shown.item.pick_data(2, 3, 1.0) >= 0
    around = np.array([[1.9, 2.9], [2.1, 2.9], [2.1, 3.1], [1.9, 3.1]])
    count = sum(place == [2, 3] for place in places)
    assert len(shown.item.inside(around)) == count
    assert len(shown.item.drawn_points().rows) == len(places)


def test_drawn_points_lie_where_and_look_as_on_screen(shown):
    shown.item.set_coords(np.array([[0, 0], [2, 3], [5, 7], [50, 50]]))
    shown.item.set_colors(np.array([0, 1, 0, 0]), np.array([[255, 0, 0, 255], [0, 0, 255, 102]]))
    shown.item.set_radius(3.0)
    shown.item.set_point_opacity(0.5)
    shown.item.set_sizes(np.array([1, 2, 0.5, 4]))
    shown.item.set_opacities(np.array([1, 0.5, 1, 1]))
    shown.item.set_shapes(np.array([0, 5, 1, 1]))
    shown.item.set_emphasized([0])
    drawn = shown.item.drawn_points()
    assert sorted(drawn.rows[:2].tolist()) == [1, 2]
    assert drawn.rows[2] == 0
    np.testing.assert_allclose(drawn.positions, shown.item.to_scene(drawn.rows))
    look = {row: at for at, row in enumerate(drawn.rows.tolist())}
    assert [drawn.radii[look[row]] for row in (0, 1, 2)] == [4.0, 6.0, 1.5]
    assert [drawn.shapes[look[row]] for row in (0, 1, 2)] == [0, 5, 1]
    colors = [[255, 0, 0, 235], [0, 0, 255, 26], [255, 0, 0, 128]]
    for row, color in enumerate(colors):
        assert drawn.colors[look[row]] == pytest.approx(np.array(color), abs=1)


def test_drawn_points_need_no_frame_and_no_kernels_before(shown, coords, without_kernels):
    shown.item.set_coords(coords)
    assert len(shown.item.drawn_points().rows) == len(coords)


@pytest.mark.parametrize("zoom", [1e4, 1e7])
@pytest.mark.parametrize("offset", [0.0, 1000.0])
def test_panning_at_a_deep_zoom_does_not_jitter(shown, zoom, offset):
    spread = np.random.default_rng(5).random((2000, 2)) + offset
    shown.item.set_coords(spread)
    shown.item.set_visible(np.arange(2000) == 1234)  # its neighbors would count as ink
    shown.item.set_radius(4.0)
    x, y = spread[1234]
    width, height = 4 / zoom, 3 / zoom
    for step in range(0, 60, 7):
        left = x - width * (0.3 + step / 400 * 1.37)
        shown.box.setRange(QtCore.QRectF(left, y - height / 2, width, height), padding=0)
        ink = 255 - pixels_of(shown.widget.grab().toImage())[:, :, 1].astype(float)
        columns, rows = np.arange(400) + 0.5, np.arange(300) + 0.5
        at = (ink.sum(0) * columns).sum() / ink.sum(), (ink.sum(1) * rows).sum() / ink.sum()
        expected = shown.item.to_scene([1234])[0]
        assert expected[0] == pytest.approx((x - left) / width * 400, abs=0.02)
        assert at == pytest.approx(tuple(expected), abs=0.2)


def test_robust_bounds_hold_all_but_the_extremes(shown, coords):
    assert shown.item.robust_bounds().isNull()
    assert shown.item.dataBounds(0) == (None, None)
    coords[0] = 1e6
    shown.item.set_coords(coords)
    bounds = shown.item.robust_bounds()
    inside = (coords[:, 0] >= bounds.left()) & (coords[:, 0] <= bounds.right())
    assert 0.995 < inside.mean() < 1
    assert bounds.right() < 10
    assert shown.item.dataBounds(0)[1] == 1e6


@pytest.mark.parametrize("ratio", [1, 2, 4])
def test_an_export_is_exact_and_scales_the_markers(shown, tight_budget, ratio):
    # A square grid of points, far enough apart not to overlap.
    grid = np.stack(np.meshgrid(np.linspace(-3, 7, 12), np.linspace(-3, 8, 12)), -1).reshape(-1, 2)
    shown.item.set_coords(grid)
    shown.item.set_radius(3.0)
    shown.item.set_point_opacity(1.0)
    shown.item.set_palette(np.array([[0, 0, 0, 255]]))
    image = QtGui.QImage(400 * ratio, 300 * ratio, QtGui.QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QtCore.Qt.GlobalColor.white)
    painter = QtGui.QPainter(image)
    source = shown.widget.sceneRect()
    shown.widget.scene().render(painter, QtCore.QRectF(image.rect()), source)
    painter.end()
    ink = (255 - pixels_of(image)[:, :, 1]).sum() / 255
    assert ink == pytest.approx(144 * np.pi * (3.0 * ratio) ** 2, rel=0.03)


HIDPI_CHILD = """
import json, numpy as np, pyqtgraph as pg
from PySide6 import QtCore, QtGui
from embexplorer.ui.scatter.item2d import ScatterItem
from embexplorer.ui.scatter.kernel_loading import load_kernels
load_kernels()
app = pg.mkQApp()
widget = pg.GraphicsView(background="#ffffff"); widget.resize(400, 300)
box = pg.ViewBox(); widget.setCentralItem(box); item = ScatterItem(); box.addItem(item)
item.set_coords(np.array([[2.0, 3.0]])); item.set_radius(5.0); item.set_point_opacity(1.0)
item.set_palette(np.array([[0, 0, 0, 255]]))
box.setRange(QtCore.QRectF(0, 0, 8, 6), padding=0); widget.show(); app.processEvents()
image = widget.grab().toImage().convertToFormat(QtGui.QImage.Format.Format_ARGB32)
data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
ink = 1 - data[:, :, 1] / 255; rows, columns = np.indices(ink.shape) + .5
at = box.mapViewToScene(QtCore.QPointF(2.0, 3.0))
print(json.dumps([list(ink.shape), ink.sum(), (ink * columns).sum() / ink.sum() - 2 * at.x(),
                  (ink * rows).sum() / ink.sum() - 2 * at.y()]))
item.close()
"""


def test_on_a_screen_of_ratio_2_the_frame_has_its_pixels():
    environment = os.environ | {
        "QT_SCALE_FACTOR": "2",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    done = subprocess.run(
        [sys.executable, "-c", HIDPI_CHILD],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    shape, ink, right, down = json.loads(done.stdout)
    assert shape == [600, 800]
    assert ink == pytest.approx(np.pi * 10**2, rel=0.02)
    assert (right, down) == pytest.approx((0, 0), abs=0.2)


def test_a_tall_export_has_no_seams(shown, coords, monkeypatch):
    shown.item.set_coords(coords)

    def export():
        image = QtGui.QImage(800, 600, QtGui.QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(QtCore.Qt.GlobalColor.white)
        painter = QtGui.QPainter(image)
        shown.widget.scene().render(painter, QtCore.QRectF(image.rect()), shown.widget.sceneRect())
        painter.end()
        return pixels_of(image)

    whole = export()
    monkeypatch.setattr(progressive_item, "_EXPORT_ROWS", 37)
    # A disc on the edge of two parts may take another quarter of a pixel in each.
    assert (np.abs(export() - whole).max(2) > 1).mean() < 1e-4
    assert whole.min() < 128


def test_until_the_kernels_are_there_numpy_draws_picks_and_selects(
    shown, coords, without_kernels, monkeypatch
):
    drawn = []
    draw = first_frame.draw
    monkeypatch.setattr(first_frame, "draw", lambda *a: drawn.append(1) or draw(*a))
    shown.item.set_coords(coords)
    before = pixels_of(shown.widget.grab().toImage())
    assert drawn
    assert not shown.item.is_exact()
    assert shown.item.pick_data(*coords[5], 0.001) == 5
    square = np.array([[0, 0], [2, 0], [2, 2], [0, 2]])
    rows = shown.item.inside(square)
    without_kernels.set()
    wait_exact(shown)
    after = pixels_of(shown.widget.grab().toImage())
    assert np.abs(after - before).mean() < 2
    assert np.array_equal(shown.item.inside(square), rows)
    assert shown.item.pick_data(*coords[5], 0.001) == 5
    assert not shown.item._kernel_poll.isActive()


def test_painting_without_coords_draws_nothing(shown):
    picture = pixels_of(shown.widget.grab().toImage())
    assert picture.min() == 255
    assert not shown.item.is_exact()


def test_other_coords_than_n_by_2_are_refused(shown):
    with pytest.raises(ValueError, match="coords must be"):
        shown.item.set_coords(np.empty((0, 2)))


def test_an_error_in_the_worker_reaches_the_main_thread(shown, qtbot):
    with qtbot.captureExceptions() as raised:
        shown.item._background.submit(lambda is_stale: 1 / 0, shown.item._show_refined)
        qtbot.waitUntil(lambda: bool(raised), timeout=5000)
    assert raised[0][0] is ZeroDivisionError


def test_no_thread_outlives_an_item_that_python_lets_go(coords, qapp):
    existing = set(map_threads())
    item = ScatterItem()
    item.set_coords(coords)
    item.inside(np.array([[0, 0], [1, 0], [1, 1]]))
    assert len(map_threads()) > len(existing)
    del item
    gc.collect()
    assert set(map_threads()) <= existing


def test_no_thread_outlives_an_item_that_qt_deletes(shown, make_points, tight_budget):
    points = make_points(200_000)
    shown.item.set_coords(np.stack([points.x, points.y], axis=1))
    shown.widget.grab()
    shown.bot.waitUntil(lambda: shown.item._scene is not None, timeout=5000)
    shown.widget.grab()
    shown.item._refine()
    assert map_threads()
    shiboken6.delete(shown.item)
    assert not map_threads()


def test_a_closed_item_still_draws(shown, coords):
    shown.item.set_coords(coords)
    shown.item.close()
    assert not map_threads()
    shown.widget.grab()
    assert shown.item.is_exact()
