"""The strip of a running projection: its words, its buttons, and what it leaves out when narrow."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton

from embexplorer.ui.widgets.live_strip import LiveStrip, LiveView

VIEW = LiveView("UMAP, epoch 140 of 500", 0.28, "18 s left", "Neighbors kept 0.47")


@pytest.fixture
def strip(theme, window) -> LiveStrip:
    made = LiveStrip(theme, window)
    made.resize(theme.px(54), theme.px(2.5))
    window.resize(theme.px(54), theme.px(10))
    window.show()
    made.show_view(VIEW)
    return made


def words(strip: LiveStrip) -> list[str]:
    return [label.text() for label in strip.findChildren(QLabel) if label.isVisible()]


def test_it_says_method_time_and_quality(strip: LiveStrip) -> None:
    assert words(strip) == ["UMAP, epoch 140 of 500", "18 s left", "Neighbors kept 0.47"]
    assert strip.bar.value() == 280


def test_keep_and_cancel_are_asked_for(strip: LiveStrip, qtbot) -> None:
    _, keep, cancel = strip.findChildren(QToolButton)
    assert [keep.accessibleName(), cancel.accessibleName()] == ["Keep as is", "Cancel"]
    with qtbot.waitSignal(strip.keep_requested):
        keep.click()
    with qtbot.waitSignal(strip.cancel_requested):
        qtbot.keyClick(cancel, Qt.Key.Key_Space)


def test_a_narrow_strip_keeps_its_title_bar_and_buttons(strip: LiveStrip, theme) -> None:
    strip.resize(theme.px(35), strip.height())
    assert words(strip) == ["UMAP, epoch 140 of 500", "18 s left"]
    strip.resize(theme.px(24), strip.height())
    assert words(strip) == ["UMAP, epoch 140 of 500"]
    for button in strip.findChildren(QToolButton):
        assert button.isVisible()
        assert button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
    assert strip.bar.width() > theme.px(2)


def test_it_sets_no_minimum_for_the_window(strip: LiveStrip) -> None:
    assert strip.sizePolicy().horizontalPolicy() == strip.sizePolicy().Policy.Ignored


def test_another_projection_begins_at_zero(strip: LiveStrip) -> None:
    strip.restart()
    strip.show_view(LiveView("t-SNE, iteration 10 of 500", 0.02))
    assert strip.bar.value() == 20


def test_a_paused_projection_says_so_and_offers_to_go_on(strip: LiveStrip, qtbot) -> None:
    strip.show_view(LiveView("UMAP, epoch 3 of 500", 0.1, "paused", is_paused=True))
    button = next(each for each in strip.findChildren(QToolButton) if each.text() == "Resume")
    assert button.accessibleName() == "Resume"
    with qtbot.waitSignal(strip.pause_requested):
        button.click()
    strip.show_view(LiveView("UMAP, epoch 4 of 500", 0.1, "9 s left"))
    assert (button.text(), button.accessibleName()) == ("Pause", "Pause")
