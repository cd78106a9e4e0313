from __future__ import annotations

import sys

import pytest

from embexplorer.cli.display import has_display

pytestmark = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="these always have a display"
)


@pytest.fixture(autouse=True)
def no_display(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


def test_without_a_display_server_there_is_no_display():
    assert not has_display()


def test_an_offscreen_platform_shows_nothing(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert not has_display()


def test_a_server_that_does_not_answer_is_no_display(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":9999")
    monkeypatch.delenv("QT_QPA_PLATFORM")
    assert not has_display()
