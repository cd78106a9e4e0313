"""A job waits where it can, and goes on or is cancelled from there."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.engines.live_frames import LiveFrames


class Watched(Progress):
    def __init__(self):
        super().__init__()
        self.shown = threading.Event()
        self.frames = 0

    def frame(self, coords):
        self.frames += 1
        if self.is_paused:
            self.shown.set()


def layout(progress, done):
    frames = LiveFrames(progress, 1000, "epoch")
    for step in range(1000):
        frames.step(step, np.zeros((3, 2)))
        done.append(step)


def start(progress, ended):
    done = []

    def work():
        try:
            layout(progress.part(0.2, 1.0), done)
        except CancelledError:
            ended.append("cancelled")
        else:
            ended.append("finished")

    thread = threading.Thread(target=work)
    progress.pause()
    thread.start()
    assert progress.shown.wait(10)  # the newest frame, to be looked at meanwhile
    return thread, done


def test_a_paused_layout_waits_and_goes_on():
    progress, ended = Watched(), []
    thread, done = start(progress, ended)
    assert len(done) < 1000
    assert ended == []
    progress.resume()
    thread.join(10)
    assert ended == ["finished"]
    assert len(done) == 1000
    assert progress.seconds_paused > 0


def test_a_paused_layout_can_be_cancelled():
    progress, ended = Watched(), []
    thread, done = start(progress, ended)
    progress.cancel()
    thread.join(10)
    assert ended == ["cancelled"]
    assert len(done) < 1000


def test_what_is_not_paused_does_not_wait():
    progress = Progress()
    progress.wait_while_paused()
    progress.pause()
    progress.cancel()
    with pytest.raises(CancelledError):
        progress.wait_while_paused()
