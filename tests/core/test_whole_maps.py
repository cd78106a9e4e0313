"""Files that become shorter while arrays are mapped from them: real files, in a real process."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.space import make_space, make_table
from embexplorer.core.whole_maps import check_whole, is_cut

if TYPE_CHECKING:
    from pathlib import Path

on_posix = pytest.mark.skipif(os.name == "nt", reason="Windows keeps mapped files as they are")

# What the window does with a space whose file another program cuts off: a job in a thread of it.
SCRIPT = """
import os, queue, sys
import numpy as np
from embexplorer.core.space import make_space, make_table
from embexplorer.jobs.events import Ended
from embexplorer.jobs.runner import Runner
from embexplorer.jobs.thread_lane import ThreadLane

def add_up(space, progress):
    return float(space.vectors.sum())

rows = np.load(sys.argv[1], mmap_mode="r")
space = make_space(rows, make_table([str(at) for at in range(len(rows))]))
os.truncate(sys.argv[1], 4096)
heard = queue.SimpleQueue()
runner = Runner({"quick": ThreadLane("quick")}, heard.put)
runner.submit(add_up, key="sum", title="Sum", lane="quick", space=space)
while not isinstance(event := heard.get(timeout=20), Ended):
    pass
print(event.error.title)
runner.shutdown()
"""


def test_whole_arrays_of_every_kind_pass(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones((1000, 3), np.float32))
    rows = np.load(tmp_path / "a.npy", mmap_mode="r")
    space = make_space(rows, make_table([str(at) for at in range(1000)]))
    check_whole([rows, rows[5:10], np.ones(3), space, "text", None])
    assert not is_cut(rows)


@on_posix
def test_views_of_a_file_that_was_cut_off_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones((1000, 3), np.float32))
    rows = np.load(tmp_path / "a.npy", mmap_mode="r")
    os.truncate(tmp_path / "a.npy", 5000)
    assert is_cut(rows)
    assert is_cut(rows[1:2].T)
    with pytest.raises(UserError, match=r"a\.npy, where the vectors lie, became shorter"):
        check_whole([rows])


def test_a_file_that_was_replaced_or_removed_is_still_mapped_whole(tmp_path: Path) -> None:
    if os.name == "nt":
        pytest.skip("Windows keeps mapped files as they are")
    np.save(tmp_path / "a.npy", np.ones((1000, 3), np.float32))
    rows = np.load(tmp_path / "a.npy", mmap_mode="r")
    np.save(tmp_path / "b.npy", np.ones((1, 3), np.float32))
    (tmp_path / "b.npy").replace(tmp_path / "a.npy")
    assert not is_cut(rows)
    assert float(rows.sum()) == 3000


@on_posix
def test_a_process_survives_that_the_vectors_of_its_space_are_cut_off(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones((1 << 16, 4), np.float32))
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "a.npy")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (0, "Vectors were cut off\n"), ended.stderr
