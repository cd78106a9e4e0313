"""A card stays at its corner, casts a shadow beside itself, and keeps its clicks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from shiboken6 import delete, isValid

from embexplorer.ui.widgets.overlay import Overlay

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


@pytest.fixture
def card(theme, window) -> Overlay:
    window.resize(theme.px(40), theme.px(30))
    window.show()
    made = Overlay(theme, window)
    made.setObjectName("Card")
    made.setFixedSize(theme.px(10), theme.px(5))
    made.anchor(Qt.Corner.BottomLeftCorner)
    made.show()
    return made


def shadow(window: QWidget) -> QWidget:
    return next(child for child in window.children() if child.objectName() != "Card")


def test_it_follows_its_corner(card: Overlay, window, theme) -> None:
    inset = theme.px(0.75)
    for width, height in ((40, 30), (25, 20)):
        window.resize(theme.px(width), theme.px(height))
        place = QPoint(inset, window.height() - card.height() - inset)
        assert card.pos() == place
    card.anchor(Qt.Corner.TopRightCorner)
    assert card.pos() == QPoint(window.width() - card.width() - inset, inset)


def test_the_shadow_lies_around_it_and_fades(card: Overlay, window, theme) -> None:
    assert shadow(window).geometry().contains(card.geometry())
    image = window.grab().toImage()
    y = card.geometry().center().y()
    right = card.geometry().right()
    plain = image.pixelColor(window.width() - 2, 2).lightness()
    lights = [image.pixelColor(right + d, y).lightness() for d in (1, 5, 10, theme.px(1.5))]
    assert lights[0] < lights[1] <= lights[2] <= lights[3] == plain


def test_the_shadow_hides_and_goes_with_it(card: Overlay, window) -> None:
    below = shadow(window)
    card.hide()
    assert not below.isVisible()
    card.show()
    assert below.isVisible()
    delete(window.children()[0] if window.children()[0] is card else card)
    assert not isValid(card)


def test_the_shadow_lets_the_mouse_through(card: Overlay, window) -> None:
    edge = card.geometry().topRight() + QPoint(3, -3)
    assert shadow(window).geometry().contains(edge)
    assert window.childAt(edge) is None
    assert window.childAt(card.geometry().center()) is card


def test_it_keeps_its_clicks(card: Overlay, window, qtbot) -> None:
    clicks = []
    window.mousePressEvent = lambda event: clicks.append(event.position())
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert clicks == []


def test_a_hidden_shadow_covers_nothing(card: Overlay, window) -> None:
    card.hide()
    assert QRect(window.childrenRegion().boundingRect()).isEmpty()
