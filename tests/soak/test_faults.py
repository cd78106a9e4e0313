"""Whatever write fails, what was there before is unchanged, and the message names the file."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

HAS_LIMITS = sys.platform != "win32"
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("unshare") is not None


def can_mount() -> bool:
    return IS_ROOT and not subprocess.run(["unshare", "-m", "true"], check=False).returncode


@pytest.mark.skipif(not HAS_LIMITS, reason="limits the size of files")
@pytest.mark.parametrize("mode", ["limit", "refuse", "full"])
def test_every_write_that_fails_leaves_what_was_there(mode: str) -> None:
    if mode == "full" and not can_mount():
        pytest.skip("needs a small disk of its own")
    command = [sys.executable, "-m", "tests.soak.faults", mode]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    last = ran.stdout.splitlines()[-1]
    kinds, faults, bad = (int(word) for word in last.split() if word.isdecimal())
    assert (kinds, bad) == (27, 0)
    assert faults > 200
