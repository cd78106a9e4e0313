"""Marks keep their size, names never lie on each other or a mark, predicted arrows are dashed."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from embexplorer.ui.scatter.halo_text import HaloText
from embexplorer.ui.scatter.marks import MOST_NAMES, Arrow, MarkPainter, Marks, Name
from tests.ui.real_window import count_near

AREA = QRectF(0, 0, 800, 600)
RED = QColor("#D55E00")


class Recorder(MarkPainter):
    """Remembers where names were written."""

    def __init__(self, *parts) -> None:
        super().__init__(*parts)
        self.written: dict[str, QRectF] = {}

    def _text(self, painter, x, y, text, font) -> None:
        metrics = QFontMetricsF(font)
        self.written[text] = QRectF(
            x, y - metrics.ascent(), metrics.horizontalAdvance(text), metrics.height()
        )
        super()._text(painter, x, y, text, font)


@pytest.fixture
def places() -> np.ndarray:
    return np.array(
        [(400, 300), (150, 120), (650, 130), (640, 480), (160, 470), (408, 306), (-50, -50)], float
    )


@pytest.fixture
def paint(theme, places):
    """Paint marks onto an empty map; returns the picture and where names went."""

    def paint(marks: Marks, covered: tuple[QRectF, ...] = ()) -> tuple[QImage, dict[str, QRectF]]:
        image = QImage(800, 600, QImage.Format.Format_RGB32)
        image.fill(theme.color("map"))
        made = Recorder(theme, lambda rows: places[list(rows)], lambda row: RED, HaloText())
        painter = QPainter(image)
        made.paint(painter, marks, AREA, list(covered))
        painter.end()
        return image, made.written

    return paint


def inked(image: QImage, theme) -> int:
    return count_near(image, theme.color("ink"), 60)


def along(image: QImage, start, end, n: int = 400) -> np.ndarray:
    """Return the lightness of a picture along a line, of the darkest pixel near each place."""
    near = [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    return np.array([
        min(image.pixelColor(round(x) + dx, round(y) + dy).lightness() for dx, dy in near)
        for x, y in np.linspace(start, end, n)
    ])  # fmt: skip


def test_nothing_marked_draws_nothing(paint, theme) -> None:
    image, written = paint(Marks())
    assert inked(image, theme) == 0
    assert written == {}


def test_the_center_is_a_ring_in_the_color_of_its_item(paint, theme, places) -> None:
    image, _ = paint(Marks(center=0))
    x, y = places[0]
    assert image.pixelColor(round(x), round(y)).name() == RED.name().lower()
    radius = 0.55 * theme.em
    angles = np.linspace(0, 2 * np.pi, 40)
    ring = [
        image.pixelColor(round(x + radius * np.cos(a)), round(y + radius * np.sin(a))).lightness()
        for a in angles
    ]
    assert np.mean(ring) < 120


def test_edges_join_the_center_to_each_neighbor(paint, places) -> None:
    image, _ = paint(Marks(center=0, ends=(1, 2, 3)))
    for row in (1, 2, 3):
        inner = places[0] + (places[row] - places[0]) * np.array([[0.2], [0.8]])
        assert along(image, *inner).max() < 200  # ink all the way
    far = places[0] + (places[4] - places[0]) * np.array([[0.2], [0.8]])
    assert along(image, *far).mean() > 250
    for row in (1, 2, 3):
        x, y = (round(value) for value in places[row])
        assert image.pixelColor(x, y).name() == RED.name().lower()


def gaps(image: QImage, start, end) -> int:
    """Return how often a line is interrupted."""
    is_line = along(image, start, end, 600) < 200
    return int((np.diff(is_line.astype(int)) == -1).sum())


def test_the_given_arrow_is_solid_and_the_predicted_one_dashed(paint, theme, places) -> None:
    image, _ = paint(Marks(arrows=(Arrow(1, 2), Arrow(4, 3, is_predicted=True))))
    reach = 1.5 * theme.em

    def inner(start: int, end: int) -> tuple[np.ndarray, np.ndarray]:
        unit = (places[end] - places[start]) / np.linalg.norm(places[end] - places[start])
        return places[start] + unit * reach, places[end] - unit * reach

    assert gaps(image, *inner(1, 2)) == 0
    assert gaps(image, *inner(4, 3)) > 10
    for end in (2, 3):  # the head ends before the item
        x, y = (round(value) for value in places[end])
        assert image.pixelColor(x, y).lightness() > 240


def test_an_arrow_between_items_that_touch_is_left_out(paint, theme) -> None:
    image, _ = paint(Marks(arrows=(Arrow(0, 5),)))
    assert count_near(image, theme.color("accent_text"), 40) == 0


def test_names_stand_beside_their_items(paint, theme, places) -> None:
    rows = (1, 2, 3, 4)
    _, written = paint(Marks(names=tuple(Name(row, f"item {row}") for row in rows)))
    assert set(written) == {f"item {row}" for row in rows}
    for row in rows:
        box = written[f"item {row}"]
        x, y = places[row]
        nearest = np.array([
            min(max(x, box.left()), box.right()),
            min(max(y, box.top()), box.bottom()),
        ])  # fmt: skip
        assert np.linalg.norm(nearest - places[row]) < 1.2 * theme.em
        assert not box.contains(x, y)


def crowd(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal((400, 300), 60, (n, 2))


@pytest.mark.parametrize("seed", range(6))
def test_names_never_overlap_each_other_or_a_mark(theme, seed) -> None:
    places = crowd(24, seed)
    made = Recorder(theme, lambda rows: places[list(rows)], lambda row: RED, HaloText())
    names = tuple(
        Name(row, f"a name {row}", is_strong=row < 3, has_dot=row < 12) for row in range(24)
    )
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    card = QRectF(300, 150, 120, 80)
    made.paint(painter, Marks(center=20, ends=(21, 22), names=names), AREA, [card])
    painter.end()
    boxes = list(made.written.values())
    assert len(boxes) >= 12
    for at, box in enumerate(boxes):
        assert AREA.contains(box)
        assert not box.intersects(card)
        assert not any(box.intersects(other) for other in boxes[at + 1 :])
        for row in range(12):  # a dot under another's name is nobody's
            assert not box.contains(*places[row])


def test_a_strong_name_comes_first(theme) -> None:
    places = np.full((30, 2), (400.0, 300.0))
    made = Recorder(theme, lambda rows: places[list(rows)], lambda row: RED, HaloText())
    names = tuple(Name(row, f"name {row}", is_strong=row == 29) for row in range(30))
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    made.paint(painter, Marks(names=names), AREA, [])
    painter.end()
    assert "name 29" in made.written
    assert len(made.written) < 30


def test_what_is_outside_the_map_has_no_name(paint) -> None:
    _, written = paint(Marks(names=(Name(6, "outside"), Name(1, "inside"))))
    assert set(written) == {"inside"}


def test_names_outside_the_map_take_no_room_from_those_inside(theme) -> None:
    places = np.array([(-50.0, -50.0)] * (MOST_NAMES + 1) + [(400.0, 300.0), (np.nan, np.nan)])
    made = Recorder(theme, lambda rows: places[list(rows)], lambda row: RED, HaloText())
    names = tuple(Name(row, f"name {row}", has_dot=True) for row in range(len(places)))
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    made.paint(painter, Marks(names=names), AREA, [])
    painter.end()
    assert set(made.written) == {f"name {MOST_NAMES + 1}"}


def test_the_item_under_the_cursor_is_ringed(paint, theme, places) -> None:
    plain, _ = paint(Marks())
    image, _ = paint(Marks(hovered=1))
    assert inked(image, theme) > 20
    assert inked(plain, theme) == 0
    x, y = (round(value) for value in places[1])
    assert image.pixelColor(x, y) == plain.pixelColor(x, y)  # the point itself stays to be seen
