"""Time left from reported fractions."""

from __future__ import annotations

import pytest

from embexplorer.jobs.estimate import Estimate


def test_a_steady_job_is_estimated_exactly() -> None:
    estimate = Estimate()
    assert estimate.seconds_left(0.0, 100.0) is None
    assert estimate.seconds_left(0.1, 102.0) == pytest.approx(18.0)
    assert estimate.seconds_left(0.5, 110.0) == pytest.approx(10.0)


def test_only_the_recent_speed_counts() -> None:
    estimate = Estimate()
    estimate.seconds_left(0.0, 0.0)
    estimate.seconds_left(0.5, 1000.0)
    estimate.seconds_left(0.6, 1010.0)
    assert estimate.seconds_left(0.7, 1020.0) == pytest.approx(30.0)


def test_nothing_is_said_while_nothing_is_known() -> None:
    estimate = Estimate()
    assert estimate.seconds_left(None, 5.0) is None
    estimate.seconds_left(0.2, 6.0)
    assert estimate.seconds_left(0.2, 9.0) is None
