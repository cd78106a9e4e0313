from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.engines import live_frames
from embexplorer.engines.live_frames import LiveFrames


class Recorded(Progress):
    def __init__(self):
        super().__init__()
        self.frames = []
        self.reports = []

    def frame(self, coords):
        self.frames.append(coords)

    def report(self, fraction, message=""):
        self.reports.append((fraction, message))


def test_a_short_layout_is_shown_at_every_quarter(monkeypatch):
    monkeypatch.setattr(live_frames, "INTERVAL", 1e9)
    progress = Recorded()
    frames = LiveFrames(progress, 100, "epoch")
    for step in range(100):
        frames.step(step, np.full((2, 2), step, np.float64))
    assert [frame[0, 0] for frame in progress.frames] == [0, 25, 50, 75, 99]
    assert progress.reports[2] == (0.5, "Epoch 50 of 100")


def test_a_long_layout_is_shown_as_often_as_the_interval_lets_it(monkeypatch):
    clock = iter(range(1000))
    monkeypatch.setattr(live_frames.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(live_frames, "INTERVAL", 5)
    progress = Recorded()
    frames = LiveFrames(progress, 100, "epoch")
    for step in range(24):
        frames.step(step, np.full((1, 2), step, np.float32))
    assert [int(frame[0, 0]) for frame in progress.frames] == [0, 5, 10, 15, 20]


def test_a_frame_is_a_copy():
    progress = Recorded()
    coords = np.zeros((1, 2), np.float32)
    LiveFrames(progress, 1, "epoch").step(0, coords)
    coords += 1
    assert progress.frames[0].tolist() == [[0, 0]]


def test_a_cancel_is_noticed_at_a_step_that_is_not_shown(monkeypatch):
    monkeypatch.setattr(live_frames, "INTERVAL", 1e9)
    progress = Recorded()
    frames = LiveFrames(progress, 100, "epoch")
    frames.step(0, np.zeros((1, 2)))
    progress.cancel()
    with pytest.raises(CancelledError):
        frames.step(1, np.zeros((1, 2)))


def test_numbers_that_are_not_finite_are_never_shown():
    progress = Recorded()
    with pytest.raises(FloatingPointError):
        LiveFrames(progress, 10, "epoch").step(0, np.full((1, 2), np.nan))
    assert progress.frames == []


def test_a_pause_shows_the_newest_coords_and_waits_for_a_cancel(monkeypatch):
    monkeypatch.setattr(live_frames, "INTERVAL", 1e9)

    class CancelsOnceSeen(Recorded):
        def frame(self, coords):
            super().frame(coords)
            if self.is_paused:
                self.cancel()

    progress = CancelsOnceSeen()
    frames = LiveFrames(progress, 100, "epoch")
    frames.step(0, np.zeros((1, 2)))
    progress.pause()
    with pytest.raises(CancelledError):
        frames.step(7, np.full((1, 2), 7))
    assert [int(frame[0, 0]) for frame in progress.frames] == [0, 7]


def test_items_are_shown_in_their_own_order():
    progress = Recorded()
    LiveFrames(progress, 1, "epoch").step(0, np.array([[5, 5], [6, 6]]), np.array([1, 0]))
    assert progress.frames[0].tolist() == [[6, 6], [5, 5]]
