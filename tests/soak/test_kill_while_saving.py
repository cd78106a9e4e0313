"""A process that is killed while it saves leaves what was there, or what it saved."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.mark.skipif(not hasattr(os, "fork"), reason="starts its processes by forking")
def test_sixty_kills_damage_and_lose_nothing() -> None:
    command = [sys.executable, "-m", "tests.soak.kill_while_saving", "60"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count("kills=60, damaged=0, lost=0") == 2  # of a project, of a window
    assert "in_between=0," not in ran.stdout  # some came in the middle of a save
