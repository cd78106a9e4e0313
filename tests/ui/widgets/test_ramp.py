"""The ends of a ramp choose a range: by mouse, by keys, by writing."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from embexplorer.ui.widgets.legend_views import RampLegend
from embexplorer.ui.widgets.ramp import Ramp

VIEW = RampLegend(
    "Length",
    ((0.0, "0"), (1.0, "100"), (0.5, "50")),
    ("#000000", "#ffffff"),
    (1, 2, 3, 4),
)


@pytest.fixture
def ramp(theme, window) -> Ramp:
    made = Ramp(theme, window)
    made.resize(theme.px(13), made.height())
    made.show_view(VIEW)
    window.resize(theme.px(14), theme.px(6))
    window.show()
    window.activateWindow()
    return made


def at(ramp: Ramp, share: float, ems: float = 2.25) -> QPoint:
    left = ramp.theme.em * 0.75
    return QPoint(round(left + share * (ramp.width() - 2 * left)), ramp.theme.px(ems))


def moves(ramp: Ramp) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    ramp.range_moved.connect(lambda low, high: found.append((round(low, 2), round(high, 2))))
    return found


def drag(ramp: Ramp, start: float, *stops: float) -> None:
    QTest.mousePress(ramp, Qt.MouseButton.LeftButton, pos=at(ramp, start))
    for stop in stops:
        QTest.mouseMove(ramp, at(ramp, stop))
    QTest.mouseRelease(ramp, Qt.MouseButton.LeftButton, pos=at(ramp, stops[-1]))


def test_dragging_an_end_tells_the_range_all_the_way(ramp) -> None:
    found = moves(ramp)
    drag(ramp, 0.0, 0.1, 0.25)
    assert found == [pytest.approx((0.1, 1.0), abs=0.01), pytest.approx((0.25, 1.0), abs=0.01)]
    drag(ramp, 1.0, 0.75)
    assert found[-1] == pytest.approx((0.25, 0.75), abs=0.01)


def test_an_end_never_passes_the_other_or_the_edge(ramp) -> None:
    found = moves(ramp)
    drag(ramp, 1.0, 0.5)
    drag(ramp, 0.0, 0.9)
    assert found[-1][0] == found[-1][1] == pytest.approx(0.5, abs=0.01)
    drag(ramp, 0.55, 1.5)
    assert found[-1][1] == 1.0


def test_both_ends_back_at_the_edges_show_everything(ramp, qtbot) -> None:
    drag(ramp, 0.0, 0.3)
    with qtbot.waitSignal(ramp.reset_requested):
        drag(ramp, 0.3, -0.2)


def test_keys_move_change_and_reset_the_ends(ramp, qtbot) -> None:
    found = moves(ramp)
    ramp.setFocus()
    qtbot.keyClick(ramp, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(ramp, Qt.Key.Key_Down)
    qtbot.keyClick(ramp, Qt.Key.Key_Left)
    qtbot.keyClick(ramp, Qt.Key.Key_End)
    assert found == [(0.06, 1.0), (0.06, 0.99), (0.06, 1.0)]
    with qtbot.waitSignal(ramp.reset_requested):
        qtbot.keyClick(ramp, Qt.Key.Key_Backspace)


def test_a_double_click_on_a_number_writes_it(ramp, qtbot) -> None:
    QTest.mouseDClick(ramp, Qt.MouseButton.LeftButton, pos=at(ramp, 0.95, 3.1))
    field = ramp.findChild(QLineEdit)
    assert field.isVisible()
    assert field.text() == "100"
    field.selectAll()
    qtbot.keyClicks(field, "42")
    with qtbot.waitSignal(ramp.end_typed) as typed:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert typed.args == [1, "42"]
    assert not field.isVisible()


def test_enter_writes_the_end_that_has_the_keys(ramp, qtbot) -> None:
    chosen = dataclasses.replace(VIEW, chosen=(0.2, 0.6), chosen_texts=("20", "60"))
    ramp.show_view(chosen)
    assert ramp.accessibleDescription() == "Length from 0 to 100, shown from 20 to 60"
    ramp.setFocus()
    qtbot.keyClick(ramp, Qt.Key.Key_Return)
    field = ramp.findChild(QLineEdit)
    assert field.text() == "20"
    typed = []
    ramp.end_typed.connect(lambda *args: typed.append(args))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert typed == []  # nothing was written
    qtbot.keyClick(ramp, Qt.Key.Key_Return)
    qtbot.keyClicks(field, "3")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert (typed, field.isVisible()) == ([], False)


def test_a_double_click_on_the_colors_shows_everything(ramp, qtbot) -> None:
    with qtbot.waitSignal(ramp.reset_requested):
        QTest.mouseDClick(ramp, Qt.MouseButton.LeftButton, pos=at(ramp, 0.5))


def test_what_lies_outside_the_range_fades(ramp) -> None:
    chosen = dataclasses.replace(VIEW, chosen=(0.5, 1.0), chosen_texts=("50", "100"))
    before = ramp.grab().toImage().pixelColor(at(ramp, 0.25))
    ramp.show_view(chosen)
    after = ramp.grab().toImage()
    assert before.lightness() < 80
    assert after.pixelColor(at(ramp, 0.25)).lightness() > 180
    assert after.pixelColor(at(ramp, 0.75)).lightness() > 170


def test_equal_numbers_have_one_label(ramp) -> None:
    ramp.show_view(dataclasses.replace(VIEW, ticks=((0.0, "7"),)))
    assert ramp.accessibleDescription() == "Length from 7 to 7"
    assert not ramp.grab().isNull()
