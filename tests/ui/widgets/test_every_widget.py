"""What holds for all widgets: names, light and dark, no pixel of one theme in the other."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QProgressBar,
    QScrollBar,
    QWidget,
)
from shiboken6 import delete

from tests.ui.gallery import sheet, start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from embexplorer.ui.theme import Theme

CONTROLS = (
    QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QProgressBar,
)  # fmt: skip
OF_QT = ("qt_", "QTableCornerButton", "QComboBoxListView", "QComboBoxPrivateContainer")


@pytest.fixture(params=[sheet, start], ids=["widgets", "start"])
def page(request, theme: Theme) -> Iterator[QWidget]:
    make: Callable[[Theme], QWidget] = request.param
    made = make(theme)
    made.show()
    yield made
    made.close()
    delete(made)


def is_of_qt(widget: QWidget) -> bool:
    names = (widget.objectName(), widget.metaObject().className())
    return any(name.startswith(OF_QT) for name in names)


def controls(page: QWidget) -> list[QWidget]:
    found = [widget for widget in page.findChildren(QWidget) if isinstance(widget, CONTROLS)]
    return [widget for widget in found if not is_of_qt(widget)]


def test_every_control_has_a_name(page: QWidget) -> None:
    assert len(controls(page)) >= 4
    nameless = [
        widget.metaObject().className()
        for widget in controls(page)
        if not widget.accessibleName() or not widget.objectName()
    ]
    assert nameless == []


def test_everything_that_takes_the_keyboard_has_a_name(page: QWidget) -> None:
    nameless = [
        widget.metaObject().className()
        for widget in page.findChildren(QWidget)
        if widget.focusPolicy() & widget.focusPolicy().TabFocus
        and not is_of_qt(widget)
        and not isinstance(widget, QScrollBar)
        and not widget.accessibleName()
    ]
    assert nameless == []


def test_targets_are_large_enough(page: QWidget, theme: Theme) -> None:
    least = theme.px(1.75)
    small = [
        (widget.objectName(), widget.height())
        for widget in controls(page)
        if isinstance(widget, (QAbstractSpinBox, QComboBox, QLineEdit, QAbstractButton))
        and widget.isVisible()
        and widget.property("kind") not in ("link", "disclosure")
        and widget.metaObject().className() != "QCheckBox"
        and widget.height() < least
    ]
    assert small == []


def test_no_text_of_a_button_is_cut(page: QWidget) -> None:
    page.grab()
    for button in page.findChildren(QAbstractButton):
        if button.isVisible() and not is_of_qt(button):
            hint = button.sizeHint()
            assert button.width() >= hint.width(), button.objectName()
            assert button.height() >= hint.height(), button.objectName()


def test_light_and_dark_differ_and_come_back(page: QWidget, theme: Theme) -> None:
    light = page.grab().toImage()
    theme.set_mode("dark")
    dark = page.grab().toImage()
    theme.set_mode("light")
    assert light.size() == dark.size()
    spots = list(itertools.product(range(3, light.width(), 37), range(3, light.height(), 31)))
    same = sum(light.pixel(x, y) == dark.pixel(x, y) for x, y in spots)
    assert same < 0.02 * len(spots)
    assert page.grab().toImage() == light


def test_dark_is_dark_everywhere(page: QWidget, theme: Theme) -> None:
    theme.set_mode("dark")
    image = page.grab().toImage()
    spots = list(itertools.product(range(3, image.width(), 23), range(3, image.height(), 19)))
    lights = [image.pixelColor(x, y).lightness() for x, y in spots]
    assert sum(light > 140 for light in lights) < 0.05 * len(lights)
