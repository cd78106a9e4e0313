"""The hover card stays beside its point and inside the map."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt

from embexplorer.ui.widgets.hover_card import HoverCard, HoverView, beside

ROOM = QRect(0, 0, 400, 300)
CARD = QSize(150, 100)


@pytest.mark.parametrize(
    ("x", "y"), list(itertools.product((0, 80, 200, 330, 399), (0, 50, 150, 250, 299)))
)
def test_a_card_never_covers_its_point_nor_leaves_the_room(x: int, y: int) -> None:
    card = QRect(beside(QPoint(x, y), CARD, ROOM, 12), CARD)
    assert ROOM.contains(card)
    assert not card.adjusted(-11, -11, 11, 11).contains(QPoint(x, y))


def test_above_and_to_the_right_where_it_fits() -> None:
    assert beside(QPoint(100, 200), CARD, ROOM, 12) == QPoint(112, 88)


def test_a_card_larger_than_the_room_starts_at_its_corner() -> None:
    assert beside(QPoint(100, 200), QSize(500, 400), ROOM, 12) == QPoint(0, 0)


@pytest.fixture
def card(theme, window) -> HoverCard:
    window.resize(theme.px(50), theme.px(40))
    window.show()
    return HoverCard(theme, window)


def test_it_grows_with_what_it_says(card: HoverCard) -> None:
    heights = []
    for view in (
        HoverView("Heatwave"),
        HoverView("Heatwave", 3, "Climate"),
        HoverView("Heatwave", 3, "Climate", (("Date", "2 Oct 2025"),)),
        HoverView("Heatwave", 3, "Climate", (("Date", "2 Oct 2025"),), "Kept 11 of 15"),
    ):
        card.show_at(view, QPoint(100, 400))
        heights.append(card.height())
    assert heights == sorted(set(heights))
    assert card.accessibleDescription() == "Heatwave; Climate; Date: 2 Oct 2025; Kept 11 of 15"


def test_a_long_item_takes_four_lines_at_most(card: HoverCard) -> None:
    card.show_at(HoverView("many words " * 20), QPoint(100, 400))
    four = card.height()
    card.show_at(HoverView("many words " * 200), QPoint(100, 400))
    assert card.height() == four


def test_the_map_keeps_the_mouse(card: HoverCard) -> None:
    assert card.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    assert card.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_its_dot_has_the_color_of_the_category(card: HoverCard, theme) -> None:
    card.show_at(HoverView("Heatwave", 3, "Climate"), QPoint(100, 400))
    image = card.grab().toImage()
    wanted = theme.category(3).rgb()
    found = sum(image.pixel(x, y) == wanted for x in range(60) for y in range(image.height()))
    assert found > 20
