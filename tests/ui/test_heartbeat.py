"""What holds up the window's thread is named."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from embexplorer.ui.heartbeat import LIMIT, Beat, Heartbeat, log_stall

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot


def hold_up_the_window() -> None:
    end = time.perf_counter() + 0.2
    while time.perf_counter() < end:
        pass


def test_a_slot_that_takes_long_is_named(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    parent = QObject()
    beats: list[Beat] = []
    heart = Heartbeat(parent, beats.append)
    heart.start()
    QTimer.singleShot(20, parent, hold_up_the_window)
    qtbot.waitUntil(lambda: any(beat.milliseconds > 150 for beat in beats))
    heart.stop()
    worst = max(beats, key=lambda beat: beat.milliseconds)
    assert "test_heartbeat.py" in worst.ran
    assert worst.ran.endswith("hold_up_the_window")
    assert worst.computing > 50
    log_stall(worst)
    log_stall(Beat(LIMIT, 1.0, ()))
    (record,) = [one for one in caplog.records if one.levelno == logging.WARNING]
    assert "hold_up_the_window" in record.getMessage()
    caplog.clear()
