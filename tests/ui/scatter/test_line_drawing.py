"""Lines are clipped to the view, and the kernel draws what Qt draws."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from embexplorer.ui.scatter.line_drawing import REACH, _palette, clipped

SIDE = 60


def by_kernel(lines: list, color: QColor, width: float = 1.0) -> np.ndarray:
    from embexplorer.ui.scatter.kernels_lines import draw_lines

    image = np.zeros((SIDE, SIDE, 4), np.uint8)
    which = np.zeros(len(lines), np.uint8)
    draw_lines(image, np.array(lines, np.float32), which, _palette([color]), width)
    return image


def by_qt(lines: list, color: QColor, width: float = 1.0) -> np.ndarray:
    image = QImage(SIDE, SIDE, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    for line in lines:
        painter.drawLine(QLineF(*line))
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(SIDE, SIDE, 4).copy()


def test_a_level_line_fills_its_pixels_exactly() -> None:
    image = by_kernel([[10, 20.5, 30, 20.5]], QColor(255, 0, 0))
    assert image[20, 10:30].tolist() == [[0, 0, 255, 255]] * 20
    assert image.sum() == 20 * 510


def test_between_two_pixels_each_gets_half() -> None:
    image = by_kernel([[20.0, 5, 20.0, 25]], QColor(0, 0, 0))
    np.testing.assert_allclose(image[5:25, 19:21, 3], 128, atol=1)


def test_lines_blend_in_their_order() -> None:
    from embexplorer.ui.scatter.kernels_lines import draw_lines

    image = np.zeros((4, 8, 4), np.uint8)
    lines = np.array([[0, 1.5, 8, 1.5], [0, 1.5, 8, 1.5]], np.float32)
    palette = _palette([QColor(255, 0, 0), QColor(0, 0, 255, 128)])
    draw_lines(image, lines, np.array([0, 1], np.uint8), palette, 1.0)
    np.testing.assert_allclose(image[1], [[128, 0, 127, 255]] * 8, atol=2)


@pytest.mark.parametrize("width", [1.0, 2.2])
def test_slanted_lines_cover_their_area_where_those_of_qt_lie(width: float) -> None:
    rng = np.random.default_rng(3)
    for line in rng.uniform(8, SIDE - 8, (12, 4)):
        ours = by_kernel([line], QColor(0, 0, 0), width)[..., 3] / 255
        theirs = by_qt([line], QColor(0, 0, 0), width)[..., 3] / 255
        length = np.hypot(line[2] - line[0], line[3] - line[1])
        assert ours.sum() == pytest.approx(width * length, rel=0.03, abs=0.5)
        beside = np.abs(ours - theirs).sum() / theirs.sum()
        assert beside < 0.4  # Qt rounds the ends and the rims of thin lines


def test_the_kernel_stays_inside_the_image() -> None:
    reach = [[-4, -4, SIDE + 4, SIDE + 4], [-4, 3, SIDE + 4, 3], [3, -4, 3, SIDE + 4]]
    assert by_kernel(reach, QColor(0, 0, 0))[..., 3].max() > 200


def test_lines_are_cut_at_the_view_and_kept_where_they_cross_it() -> None:
    starts = np.array([[-100, 50], [50, -1e9], [-10, -10], [20, 20], [np.nan, 0], [150, 0]], float)
    ends = np.array([[200, 50], [50, 1e9], [-10, 300], [30, 40], [9, 9], [150, 99]], float)
    lines, is_in = clipped(starts, ends, 100, 80)
    assert is_in.tolist() == [True, True, False, True, False, False]
    np.testing.assert_allclose(
        lines,
        [
            [-REACH, 50, 100 + REACH, 50],
            [50, -REACH, 50, 80 + REACH],
            [20, 20, 30, 40],
        ],
        atol=1e-4,
    )
