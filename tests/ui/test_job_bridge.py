"""Events of jobs reach the window's thread; frames leave it time for what a person does."""

from __future__ import annotations

import threading
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QTimer

from embexplorer.jobs.events import Event, Finished, Framed, Job, Progressed
from embexplorer.ui.job_bridge import JobBridge

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

JOB, OTHER = Job(1, "map", "UMAP", "layout"), Job(2, "beside", "t-SNE", "layout")


def framed(value: float, job: Job = JOB) -> Framed:
    return Framed(job, np.full((1, 2), value, np.float32))


def values(events: list[Event]) -> list[float | str]:
    return [
        float(event.coords[0, 0]) if isinstance(event, Framed) else type(event).__name__
        for event in events
    ]


@pytest.fixture
def bridge(qapp) -> JobBridge:
    return JobBridge()


def test_of_frames_that_wait_the_newest_of_each_job_is_shown(
    bridge: JobBridge, qtbot: QtBot
) -> None:
    seen: list[Event] = []
    for event in (framed(1), framed(2), framed(7, OTHER), Progressed(JOB, 0.5, "half"), framed(3)):
        bridge.post(seen.append, event)
    qtbot.waitUntil(lambda: len(seen) == 3)
    assert values(seen) == ["Progressed", 3.0, 7.0]


def test_a_frame_is_not_shown_after_the_end(bridge: JobBridge, qtbot: QtBot) -> None:
    seen: list[Event] = []
    bridge.post(seen.append, framed(1))
    bridge.post(seen.append, Finished(JOB, None))
    bridge.post(seen.append, framed(2, OTHER))
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert values(seen) == ["Finished", 2.0]


def test_frames_that_take_longer_than_they_come_hold_nothing_up(
    bridge: JobBridge, qtbot: QtBot
) -> None:
    seen: list[str] = []
    shown: list[float] = []

    def show(event: Framed) -> None:
        time.sleep(0.01)
        seen.append("frame")
        shown.append(float(event.coords[0, 0]))

    def send() -> None:
        for value in range(100):
            bridge.post(show, framed(value))
            time.sleep(0.002)

    others = QTimer(bridge)
    others.timeout.connect(lambda: seen.append("other"))
    others.start(1)
    sender = threading.Thread(target=send)
    sender.start()
    qtbot.waitUntil(lambda: bool(shown) and shown[-1] == 99.0)
    sender.join()
    assert len(shown) < 100
    assert shown == sorted(shown)
    assert ("frame", "frame") not in pairwise(seen)
