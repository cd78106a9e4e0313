from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
from PySide6.QtGui import QImage, QPainter

from embexplorer.ui.figure.points import paint_points, svg_points
from embexplorer.ui.scatter.scene import DrawnPoints

RED, BLUE, FAINT = (255, 0, 0, 255), (0, 0, 255, 255), (0, 0, 255, 128)


def points(colors, shapes):
    n = len(colors)
    return DrawnPoints(
        np.arange(n),
        np.array([(20.0 * k + 10, 10.0) for k in range(n)]),
        np.full(n, 6.0, np.float32),
        np.array(colors, np.uint8).reshape(-1, 4),
        np.array(shapes, np.uint8),
    )


def elements(text):
    return list(ET.fromstring(text).iter())


def test_neighbors_of_one_color_share_it_in_a_group():
    made = elements(svg_points(points([RED, RED, BLUE], [0, 0, 0])))
    assert [element.tag for element in made] == ["g", "g", "circle", "circle", "circle"]
    assert made[0].attrib == {"id": "points", "stroke": "none", "fill-opacity": "1"}
    assert made[1].attrib == {"fill": "#ff0000"}
    assert made[2].attrib == {"cx": "10", "cy": "10", "r": "6"}
    assert made[4].attrib == {"cx": "50", "cy": "10", "r": "6", "fill": "#0000ff"}


def test_different_opacities_stand_at_their_points():
    made = elements(svg_points(points([BLUE, FAINT], [0, 0])))
    assert "fill-opacity" not in made[0].attrib
    assert [element.attrib["fill-opacity"] for element in made[1:]] == ["1", "0.5"]


def test_shapes_are_polygons_of_the_area_of_the_circle():
    made = elements(svg_points(points([RED] * 6, range(6))))
    assert [element.tag for element in made[2:]] == ["circle"] + ["polygon"] * 5
    for polygon in made[3:]:
        corners = [corner.split(",") for corner in polygon.attrib["points"].split()]
        x, y = np.array(corners, float).T
        area = abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
        assert abs(area - np.pi * 36) < 0.2


def test_no_points_are_an_empty_group():
    assert [element.tag for element in elements(svg_points(points([], [])))] == ["g"]


def test_painted_points_have_their_color_and_area(qapp):
    image = QImage(120, 20, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    paint_points(painter, points([RED, BLUE, FAINT, RED, RED, RED], range(6)))
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(20, 120, 4).astype(float)
    for k in range(6):
        covered = pixels[:, 20 * k : 20 * k + 20, 3].sum() / (128 if k == 2 else 255)
        assert abs(covered - np.pi * 36) < 3
    assert pixels[10, 10].tolist() == [0, 0, 255, 255]  # BGRA
    assert pixels[10, 30].tolist() == [255, 0, 0, 255]
