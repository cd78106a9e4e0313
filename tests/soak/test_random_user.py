"""A random user finds no error, no warning of Qt and no new stall, and steps can be taken again.

`EMBEXPLORER_SOAK_SECONDS` and `EMBEXPLORER_SOAK_SEED` say how long the real window with its
children is used, and how.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from embexplorer.app.services import inline_lanes
from tests.soak.random_user import RandomUser, Step, made, open_window, read_steps
from tests.soak.watch import Watch, growth
from tests.ui.real_window import close_window, post_at_once, settle

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
SECONDS = os.environ.get("EMBEXPLORER_SOAK_SECONDS", "120")
SEED = os.environ.get("EMBEXPLORER_SOAK_SEED", "10")
STALL = "1000"  # ms: other tests run at the same time
STEPS = 50
TRAIL = ".steps"


def test_a_random_user_finds_nothing_wrong() -> None:
    run = [sys.executable, "-m", "tests.soak.random_user", "--stall", STALL]
    done = subprocess.run(
        [*run, "--seconds", SECONDS, "--seed", SEED],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=float(SECONDS) + 120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_growth_is_that_of_all_parts_after_the_first_third() -> None:
    warm_up, spike = [100.0, 200.0, 300.0], 900.0
    assert growth([*warm_up, 500.0, spike, 520.0, 530.0, 540.0, 550.0]) == pytest.approx(0.1)
    assert growth([500.0]) == growth([]) == 0.0


def take(
    folder: Path, monkeypatch: pytest.MonkeyPatch, steps: Sequence[Step] | int
) -> tuple[list[Step], list[dict[str, Any]]]:
    """Take steps in a window of its own, or random ones; return them, and what was made."""
    folder.mkdir()
    for name in ("CACHE", "CONFIG"):
        monkeypatch.setenv(f"EMBEXPLORER_{name}", str(folder / f".{name}"))
    window = open_window(inline_lanes(), post_at_once)
    # A drag in the midst of a flight would select by how fast the computer is.
    window.map.view.flies = False
    window.map.sides.second_made.connect(lambda second: setattr(second.view, "flies", False))
    user = RandomUser(window, folder, ["sentences", "corpus"])
    user.trail = (folder / TRAIL).open("w", encoding="utf-8")
    watch = Watch(window, user)
    rng = random.Random(4)
    seen = []
    for step in steps if not isinstance(steps, int) else (user.choose(rng) for _ in range(steps)):
        user.take(step)
        settle()
        watch.check()
        seen.append(made(user.state))
    watch.close()
    user.trail.close()
    close_window(window)
    return read_steps(folder / TRAIL), seen


def test_the_same_steps_make_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    steps, first = take(tmp_path / "first", monkeypatch, STEPS)
    again_steps, again = take(tmp_path / "again", monkeypatch, steps)
    assert again_steps == steps
    for step, one, other in zip(steps, first, again, strict=True):
        assert one == other, f"after {step}"
    assert any(one["projections"] for one in first)
