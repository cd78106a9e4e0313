from __future__ import annotations

import gc
import threading
from types import SimpleNamespace

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6 import QtCore, QtGui

from embexplorer.ui.scatter import (
    first_frame,
    frame3d,
    item3d,
    kernel_loading,
    progressive_item,
)
from embexplorer.ui.scatter.camera import Camera
from embexplorer.ui.scatter.depth_look import FOG, make_brush
from embexplorer.ui.scatter.item3d import Scatter3DItem
from tests.ui.scatter.solids import coords_of, make_solid

WHITE = "#ffffff"


def map_threads():
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("map-")}


def pixels_of(image):
    image = image.convertToFormat(QtGui.QImage.Format.Format_ARGB32_Premultiplied)
    data = np.frombuffer(image.constBits(), np.uint8)
    return data.reshape(image.height(), image.width(), 4).astype(int)


@pytest.fixture(params=[False, True], ids=["y-up", "y-down"])
def shown(qtbot, request):
    """A map of 400 x 300 on screen whose range is that of other data, and an item."""
    widget = pg.GraphicsView(background=WHITE)
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    box = pg.ViewBox(enableMenu=False, defaultPadding=0, invertY=request.param)
    widget.setCentralItem(box)
    item = Scatter3DItem()
    box.addItem(item)
    box.setRange(QtCore.QRectF(-4.3, 17, 12, 13), padding=0)
    widget.show()
    qtbot.waitExposed(widget)
    yield SimpleNamespace(widget=widget, box=box, item=item, bot=qtbot)
    item.close()


@pytest.fixture
def coords():
    return coords_of(make_solid(3000))


@pytest.fixture
def without_kernels(monkeypatch):
    event = threading.Event()
    monkeypatch.setattr(kernel_loading, "_ready", event)
    return event


@pytest.fixture
def tight_budget(monkeypatch):
    monkeypatch.setattr(progressive_item, "FRAME_BUDGET", 1e-9)


def fitted(shown):
    shown.item.set_camera(Camera().fit(shown.item.ball(), shown.item.view_size()))


def expected_image(item):
    """What a synchronous render of the item's own frame gives."""
    view, ratio, _ = item._frame.key
    scene = item._current_scene()
    brush = make_brush(
        item._look(ratio), item._lens(), item.ball(), item._background_color, len(scene.top.x) > 0
    )
    return frame3d.render(scene, item._image_sight(view), brush)


def test_a_small_map_is_exact_at_once(shown, coords):
    shown.item.set_coords(coords)
    fitted(shown)
    shown.widget.grab()
    assert shown.item.is_exact()
    assert (pixels_of(shown.widget.grab().toImage())[:, :, :3].min(2) < 200).sum() > 1000


def test_a_point_appears_where_the_item_says(shown):
    shown.item.set_coords(np.array([[2.0, 3.0, 1.0]]))
    shown.item.set_camera(Camera(center=(0.5, 2.2, 0.0), span=8.0).orbit(30, 50, (400, 300)))
    picture = pixels_of(shown.widget.grab().toImage())
    ink = 255 - picture[:, :, 1].astype(float)
    rows, columns = np.indices(ink.shape) + 0.5
    center = np.array([(ink * columns).sum(), (ink * rows).sum()]) / ink.sum()
    center /= shown.widget.devicePixelRatioF()
    assert shown.item.to_scene([0])[0] == pytest.approx(center, abs=0.15)
    x, y, depth = shown.item.camera.lens((400, 300)).project([[2.0, 3.0, 1.0]])
    assert center == pytest.approx([x[0], y[0]], abs=0.15)
    assert shown.item.depth_of([0]) == pytest.approx(depth)


def test_the_worker_draws_the_bytes_of_the_synchronous_frame(shown, tight_budget):
    shown.item.set_coords(coords_of(make_solid(70_000)))
    shown.item.set_dimmed(np.arange(70_000) % 3 == 0, (195, 200, 208, 150))
    shown.item.set_emphasized([4, 5, 6])
    shown.item.set_background(10, 20, 30)
    fitted(shown)
    shown.widget.grab()
    assert not shown.item.is_exact()
    coarse = shown.item._frame.image.copy()
    with shown.bot.waitSignal(shown.item.exact_frame_drawn, timeout=5000):
        shown.widget.grab()
    assert shown.item.is_exact()
    exact = shown.item._frame.image
    assert np.array_equal(exact, expected_image(shown.item))
    assert not np.array_equal(exact, coarse)


def test_turning_the_camera_drops_a_stale_exact_frame(shown, tight_budget):
    shown.item.set_coords(coords_of(make_solid(70_000)))
    fitted(shown)
    shown.widget.grab()
    shown.item._refine()
    shown.item.set_camera(shown.item.camera.orbit(50, 20, (400, 300)))
    shown.widget.grab()
    shown.bot.waitUntil(shown.item.is_exact, timeout=5000)
    assert np.array_equal(shown.item._frame.image, expected_image(shown.item))
    version = shown.item._version
    shown.item.set_camera(shown.item.camera)
    assert shown.item._version == version


def test_live_frames_keep_item_colors_and_camera(shown, coords):
    shown.item.set_coords(coords)
    shown.item.set_colors(np.arange(3000) % 2, np.array([[255, 0, 0, 255], [0, 0, 255, 255]]))
    shown.item.set_emphasized([7])
    fitted(shown)
    camera = shown.item.camera
    for step in range(4):
        shown.item.set_coords(coords + 0.1 * step)
        shown.widget.grab()
        assert shown.item.is_exact()
    assert shown.item.camera == camera
    assert shown.item._current_scene().top.color.tolist() == [1]
    assert shown.item._current_scene().top.x == pytest.approx(coords[7:8, 0] + 0.3)
    shown.item.set_coords(coords[:10])
    assert len(shown.item._current_scene().top.x) == 0


def test_many_points_are_shuffled_in_the_worker_and_the_newest_win(shown, coords, monkeypatch):
    monkeypatch.setattr(item3d, "POINTS_AT_ONCE", 1000)
    shown.item.set_coords(coords)
    fitted(shown)
    shown.widget.grab()
    assert not shown.item.is_exact()
    for step in range(1, 6):
        shown.item.set_coords(coords + step)
    shown.bot.waitUntil(lambda: shown.widget.grab() and shown.item.is_exact(), timeout=5000)
    assert np.array_equal(shown.item._current_scene().points.y, coords[:, 1] + 5)
    assert np.array_equal(shown.item._frame.image, expected_image(shown.item))


def test_pick_and_lasso_on_screen(shown, coords):
    shown.item.set_coords(coords)
    fitted(shown)
    places = shown.item.to_scene(np.arange(3000))
    row = int(np.argmin(places[:, 0]))
    at = QtCore.QPointF(*places[row])
    assert shown.item.pick(at + QtCore.QPointF(-5.9, 0)) == row
    assert shown.item.pick(at + QtCore.QPointF(-6.1, 0)) == -1
    square = np.array([[120, 90], [260, 90], [260, 200], [120, 200]])
    inside = ((places > (120, 90)) & (places < (260, 200))).all(1)
    assert np.array_equal(shown.item.inside_scene(square), np.flatnonzero(inside))
    shown.item.set_visible(np.arange(3000) != row)
    assert shown.item.pick(at, 1.0) != row
    turned = shown.item.camera.orbit(0, 100, (400, 300))
    shown.item.set_camera(turned)
    assert shown.item.pick(QtCore.QPointF(*shown.item.to_scene([5])[0]), 1.0) >= 0
    inside = shown.item.inside_scene(square)
    assert not np.array_equal(shown.item.to_scene([row])[0], places[row])
    assert 0 < len(inside) < 3000


def test_points_without_a_place_are_hidden_and_counted(shown, coords):
    coords[[3, 8], [0, 2]] = np.nan, np.inf
    shown.item.set_coords(coords)
    fitted(shown)
    assert shown.item.n_unplaced == 2
    shown.widget.grab()
    everything = np.array([[-1e6, -1e6], [1e6, -1e6], [1e6, 1e6], [-1e6, 1e6]])
    assert len(shown.item.inside_scene(everything)) == 2998
    assert np.isnan(shown.item.to_scene([3, 8])).all()
    shown.item.set_coords(np.nan_to_num(coords, posinf=0.0))
    assert shown.item.n_unplaced == 0


def test_arrows_walk_along_the_screen(shown):
    shown.item.set_coords(np.array([[0.0, 0, 0], [1, 0, -0.5], [0, 1, 0.5], [-1, 0, 0]]))
    shown.item.set_camera(Camera(span=6.0))
    assert shown.item.nearest_in_direction(0, 1, 0) == 1
    assert shown.item.nearest_in_direction(0, 0, -1) == 2
    shown.item.set_camera(Camera(span=6.0).orbit(300, 0, (400, 300)))  # from behind
    assert shown.item.nearest_in_direction(0, 1, 0) == 3


def test_drawn_points_lie_where_the_item_says(shown, coords):
    shown.item.set_coords(coords)
    fitted(shown)
    drawn = shown.item.drawn_points()
    assert len(drawn.rows) > 2900
    assert drawn.positions == pytest.approx(shown.item.to_scene(drawn.rows))
    depths = shown.item.depth_of(drawn.rows)
    assert np.corrcoef(depths, drawn.radii)[0, 1] < -0.95


@pytest.mark.parametrize("ratio", [1, 3])
def test_an_export_is_exact_and_scales_the_markers(shown, tight_budget, ratio):
    grid = np.stack(np.meshgrid(np.arange(12), np.arange(9)), -1).reshape(-1, 2)
    shown.item.set_coords(np.column_stack((grid, np.zeros(108))))
    shown.item.set_camera(Camera(center=(5.5, 4.0, 0.0), span=10.0))
    shown.item.set_radius(3.0)
    shown.item.set_point_opacity(1.0)
    shown.item.set_palette(np.array([[0, 0, 0, 255]]))
    image = QtGui.QImage(400 * ratio, 300 * ratio, QtGui.QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QtCore.Qt.GlobalColor.white)
    painter = QtGui.QPainter(image)
    shown.widget.scene().render(painter, QtCore.QRectF(image.rect()), shown.widget.sceneRect())
    painter.end()
    ink = (255 - pixels_of(image)[:, :, 1]).sum() / 255
    fogged = 1 - FOG * 0.5**1.5  # the points lie in the middle of their depths
    assert ink == pytest.approx(fogged * 108 * np.pi * (3.0 * ratio) ** 2, rel=0.1)


def test_a_tall_export_has_no_seams(shown, coords, monkeypatch):
    shown.item.set_coords(coords)
    fitted(shown)

    def export():
        image = QtGui.QImage(800, 600, QtGui.QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(QtCore.Qt.GlobalColor.white)
        painter = QtGui.QPainter(image)
        shown.widget.scene().render(painter, QtCore.QRectF(image.rect()), shown.widget.sceneRect())
        painter.end()
        return pixels_of(image)

    whole = export()
    monkeypatch.setattr(progressive_item, "_EXPORT_ROWS", 37)
    assert (np.abs(export() - whole).max(2) > 1).mean() < 1e-4
    assert whole.min() < 128


def test_until_the_kernels_are_there_numpy_draws_picks_and_selects(
    shown, coords, without_kernels, monkeypatch
):
    drawn = []
    draw = first_frame.draw
    monkeypatch.setattr(first_frame, "draw", lambda *a: drawn.append(1) or draw(*a))
    shown.item.set_coords(coords)
    fitted(shown)
    before = pixels_of(shown.widget.grab().toImage())
    assert drawn
    assert not shown.item.is_exact()
    places = [QtCore.QPointF(*place) for place in shown.item.to_scene(range(0, 3000, 300))]
    picked = [shown.item.pick(place) for place in places]
    square = np.array([[120, 90], [260, 90], [260, 200], [120, 200]])
    rows = shown.item.inside_scene(square)
    without_kernels.set()
    shown.bot.waitUntil(shown.item.is_exact, timeout=5000)
    after = pixels_of(shown.widget.grab().toImage())
    assert np.abs(after - before).mean() < 9  # there was neither fog nor size
    assert np.array_equal(shown.item.inside_scene(square), rows)
    assert [shown.item.pick(place) for place in places] == picked
    assert not shown.item._kernel_poll.isActive()


def test_painting_without_coords_draws_nothing(shown):
    assert pixels_of(shown.widget.grab().toImage()).min() == 255
    assert shown.item.dataBounds(0) == (None, None)


def test_other_coords_than_n_by_3_are_refused(shown):
    for wrong in (np.empty((0, 3)), np.zeros((4, 2)), np.zeros(3)):
        with pytest.raises(ValueError, match="coords must be"):
            shown.item.set_coords(wrong)


def test_no_thread_outlives_an_item_that_python_lets_go(coords, qapp):
    existing = map_threads()
    item = Scatter3DItem()
    item.set_coords(coords)
    item._background.submit(lambda is_stale: None, item._show_sorted)
    assert len(map_threads()) > len(existing)
    del item
    gc.collect()
    assert map_threads() <= existing
