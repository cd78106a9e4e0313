from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from embexplorer.ui.scatter.axes3d import clipped_line, draw_box, draw_gizmo, far_side_lines
from embexplorer.ui.scatter.ball import Ball
from embexplorer.ui.scatter.camera import NEAREST, Camera
from embexplorer.ui.scatter.halo_text import HaloText

SIZE = (400.0, 300.0)
AREA = QRectF(0, 0, 400, 300)


@pytest.fixture
def canvas(theme):
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(theme.color("map"))
    painter = QPainter(image)
    yield image, painter
    painter.end()


def changed(image, theme):
    """Return the rectangle of pixels that are not the map's color: left, top, right, bottom."""
    data = np.frombuffer(image.constBits(), np.uint8).reshape(300, 400, 4)[:, :, :3]
    background = theme.color("map")
    other = (data != [background.blue(), background.green(), background.red()]).any(2)
    rows, columns = np.nonzero(other)
    return columns.min(), rows.min(), columns.max(), rows.max()


@pytest.mark.parametrize("names", [(), ("PC 1, 12.3%", "PC 2, 9.9%", "PC 3, 7.0%")])
def test_the_gizmo_lies_at_the_lower_right_inside_the_map(theme, canvas, names):
    image, painter = canvas
    for turn in np.linspace(0, 600, 7):
        camera = Camera().orbit(turn, turn / 2, SIZE)
        covered = draw_gizmo(painter, theme, HaloText(), names, camera, AREA)
        whole = QRectF()
        for box in covered:
            whole = whole.united(box)
        assert AREA.contains(whole)
    left, top, right, bottom = changed(image, theme)
    assert left > 100
    assert top > 150
    assert right < 399
    assert bottom < 299


def test_names_stand_where_the_axes_point(theme, canvas):
    _, painter = canvas
    boxes = draw_gizmo(painter, theme, HaloText(), ("a", "b", "c"), Camera(), AREA)[:3]
    middles = {round(box.center().x()): box.center() for box in boxes}
    assert len(middles) >= 2
    rightmost = max(boxes, key=lambda box: box.center().x())
    topmost = min(boxes, key=lambda box: box.center().y())
    assert rightmost.center().y() > topmost.center().y()
    assert rightmost != topmost


def test_the_grid_is_on_the_sides_turned_away():
    low, high = np.array([-1.0, -1.0, -1.0]), np.array([1.0, 1.0, 1.0])
    camera = Camera(span=4.0, field=0.0).orbit(-40, 30, SIZE)  # seen from the upper right
    lens = camera.lens(SIZE)
    lines = far_side_lines(lens, low, high, 1.0)
    assert len(lines) == 3 * 2 * 3
    corner = np.where(lens.matrix[2, :3] > 0, low, high)
    x, y, _ = lens.project(corner[None])
    at_corner = [
        line
        for line in lines
        if min(
            np.hypot(end.x() - x[0], end.y() - y[0]) for end in (line.p1(), line.p2())
        ) < 1e-6
    ]  # fmt: skip
    assert len(at_corner) == 6  # each of three edges belongs to two sides


def test_a_line_is_cut_off_before_the_eye():
    lens = Camera(span=2.0).lens(SIZE)
    behind = 1.5 / lens.pull
    ends = np.array([[0.2, 0.0, -1.0], [0.2, 0.0, behind]])
    line = clipped_line(lens, ends)
    x, y, _ = lens.project(ends[:1])
    assert (line.x1(), line.y1()) == (x[0], y[0])
    assert line.x2() == pytest.approx(200 + 0.2 * 150 / (NEAREST * 1.01))
    assert clipped_line(lens, ends[::-1]).x1() == pytest.approx(line.x2())
    assert clipped_line(lens, np.array([[0, 0, behind], [1, 0, behind]])) is None


def test_the_box_is_drawn_around_the_points(theme, canvas):
    image, painter = canvas
    camera = Camera().fit(Ball((5.0, 5.0, 5.0), 2.0), SIZE)
    draw_box(painter, theme, camera.lens(SIZE), Ball((5.0, 5.0, 5.0), 2.0))
    left, top, right, bottom = changed(image, theme)
    assert left < 120
    assert right > 280
    assert bottom - top > 200
