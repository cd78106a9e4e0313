from __future__ import annotations

import threading

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress


class Heard(Progress):
    def __init__(self):
        super().__init__()
        self.said = []
        self.frames = []

    def report(self, fraction, message=""):
        self.said.append((fraction, message))

    def frame(self, coords):
        self.frames.append(coords.tolist())


def test_a_part_reports_within_its_range():
    heard = Heard()
    part = heard.part(0.2, 0.6)
    for fraction in (0.0, 0.5, 1.0, 2.0, -1.0, None):
        part.report(fraction, "m")
    assert [round(fraction, 9) for fraction, _ in heard.said] == [0.2, 0.4, 0.6, 0.6, 0.2, 0.2]
    part.part(0.5, 1.0).report(0.5)
    assert heard.said[-1] == (pytest.approx(0.5), "")
    part.frame(np.zeros((1, 2), np.float32))
    assert heard.frames == [[[0.0, 0.0]]]


def test_cancelling_the_whole_stops_its_parts_and_the_reverse():
    heard = Heard()
    part = heard.part(0, 1).part(0, 0.5)
    part.raise_if_cancelled()
    part.cancel()
    assert heard.is_cancelled
    with pytest.raises(CancelledError):
        heard.raise_if_cancelled()
    with pytest.raises(CancelledError):
        part.raise_if_cancelled()


class Waiter(threading.Thread):
    """Waits in a thread, and says how that ended."""

    def __init__(self, progress):
        super().__init__(daemon=True)
        self.progress = progress
        self.ended = ""
        self.start()

    def run(self):
        try:
            self.progress.wait_while_paused()
            self.ended = "resumed"
        except CancelledError:
            self.ended = "cancelled"


@pytest.mark.parametrize("ask", ["resume", "cancel"])
@pytest.mark.parametrize("of", ["whole", "part"])
def test_a_paused_task_waits_until_it_may_go_on_or_is_cancelled(ask, of):
    whole = Progress()
    part = whole.part(0, 0.5)
    part.pause()
    assert whole.is_paused
    waiter = Waiter(part)
    waiter.join(0.05)
    assert waiter.is_alive()
    getattr(whole if of == "whole" else part, ask)()
    waiter.join(10)
    assert waiter.ended == {"resume": "resumed", "cancel": "cancelled"}[ask]
    assert part.seconds_paused == whole.seconds_paused > 0


def test_a_task_that_is_not_paused_does_not_wait():
    progress = Progress()
    progress.wait_while_paused()
    progress.pause()
    progress.resume()
    progress.wait_while_paused()
    assert progress.seconds_paused == 0


def test_a_cancelled_task_does_not_wait_for_a_later_pause():
    progress = Progress()
    progress.cancel()
    progress.pause()
    with pytest.raises(CancelledError):
        progress.wait_while_paused()
