"""An interval lies where its numbers say."""

from __future__ import annotations

import pytest

from embexplorer.ui.widgets.interval import Interval, IntervalView


@pytest.fixture
def interval(theme, window) -> Interval:
    made = Interval(theme, window, "Effect size")
    made.resize(theme.px(20), made.height())
    window.show()
    return made


def test_positions_are_linear_and_stay_on_the_line(interval: Interval) -> None:
    interval.show_view(IntervalView(1.0, 0.5, 1.5, (-2, 2), (-2, 0, 2)))
    left, middle, right = (interval.position(v) for v in (-2, 0, 2))
    assert middle == pytest.approx(interval.width() / 2)
    assert interval.position(1) == pytest.approx((middle + right) / 2)
    assert interval.position(-9) == left
    assert interval.position(9) == right


def test_the_dot_lies_at_the_value(interval: Interval, theme) -> None:
    interval.show_view(IntervalView(0.25, 0.25, 0.25))
    image = interval.grab().toImage()
    accent = theme.color("accent").rgb()
    y = round(theme.em * 0.625)
    columns = [x for x in range(image.width()) if image.pixel(x, y) == accent]
    assert sum(columns) / len(columns) == pytest.approx(interval.position(0.25), abs=1)


def test_a_screen_reader_hears_the_numbers(interval: Interval) -> None:
    interval.show_view(IntervalView(1.81, -1.42, 1.95, (-2, 2)))
    assert interval.accessibleDescription() == "1.81, interval \N{MINUS SIGN}1.42 to 1.95"
    interval.show_view(IntervalView(0.6, 0.6, 0.6))
    assert interval.accessibleDescription() == "0.6"
    interval.show_view(None)
    assert interval.accessibleDescription() == ""


def test_an_empty_span_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        IntervalView(0, 0, 0, (1, 1))
