"""Progress never goes backwards, and moves along while nobody knows the end."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QTimer

from embexplorer.ui.widgets.progress_bar import ProgressBar
from tests.ui.real_window import settle


@pytest.fixture
def bar(theme, window) -> ProgressBar:
    made = ProgressBar(theme, window, "Progress")
    made.resize(theme.px(10), made.height())
    window.show()
    return made


def test_it_never_moves_backwards(bar: ProgressBar) -> None:
    values = []
    for fraction in (0.1, 0.5, 0.3, None, 0.6, 2.0):
        bar.show_fraction(fraction)
        values.append(bar.value())
    assert values == [100, 500, 500, 500, 600, 1000]


def test_another_task_begins_at_zero(bar: ProgressBar) -> None:
    bar.show_fraction(0.9)
    bar.restart()
    bar.show_fraction(0.1)
    assert bar.value() == 100


def test_a_piece_moves_only_while_the_end_is_not_known_and_it_is_seen(bar: ProgressBar) -> None:
    clock = bar.findChild(QTimer)
    assert not clock.isActive()
    bar.show_fraction(None)
    assert bar.is_endless
    assert clock.isActive()
    bar.hide()
    assert not clock.isActive()
    bar.show()
    assert clock.isActive()
    bar.show_fraction(0.2)
    assert not clock.isActive()
    assert bar.value() == 200


def test_the_bar_is_as_long_as_the_fraction(bar: ProgressBar, theme) -> None:
    bar.show_fraction(0.5)
    image = bar.grab().toImage()
    y = image.height() // 2
    accent = theme.color("accent").rgb()
    length = sum(image.pixel(x, y) == accent for x in range(image.width()))
    assert length == pytest.approx(bar.width() / 2, abs=3)


def test_progress_paints_nothing_before_the_next_turn(bar: ProgressBar) -> None:
    settle()
    paints = Paints(bar)
    for fraction in (None, 0.1, 0.5):
        bar.show_fraction(fraction)
    bar.restart()
    assert paints.count == 0
    settle()
    assert paints.count >= 1


class Paints(QObject):
    def __init__(self, watched: ProgressBar) -> None:
        super().__init__(watched)
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False
