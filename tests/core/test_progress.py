from __future__ import annotations

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
