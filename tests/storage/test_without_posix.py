"""What needs no POSIX does without: a process that has lost what Windows has not."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Other people's modules are imported first: what they need is theirs.
SCRIPT = """
import importlib, os, pkgutil, signal, sys
import h5py, numba, numpy, pyarrow.csv, pyarrow.parquet
import ctypes, getpass, logging.handlers, multiprocessing, platformdirs, shutil, subprocess
import tempfile, zipfile, urllib.request
for name in ("resource", "fcntl", "pwd", "grp", "termios", "pty", "syslog"):
    sys.modules[name] = None
for name in ("getuid", "geteuid", "getgid", "getpgid", "killpg", "setsid", "fork", "nice", "uname",
             "getloadavg", "sysconf", "sched_getaffinity", "statvfs", "register_at_fork",
             "posix_fallocate", "posix_fadvise", "O_DIRECTORY", "O_NOFOLLOW", "O_CLOEXEC"):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGKILL", "SIGBUS", "SIGXCPU", "SIGHUP", "SIGUSR1", "SIGSTOP", "SIGCONT", "SIGALRM"):
    delattr(signal, name)

import embexplorer
for package in ("core", "storage", "engines", "measures", "formats", "jobs", "operations", "app"):
    root = importlib.import_module(f"embexplorer.{package}")
    for found in pkgutil.walk_packages(root.__path__, f"{root.__name__}."):
        importlib.import_module(found.name)

from pathlib import Path
from embexplorer.core.memory import free_memory, oom_kills
from embexplorer.core.processors import processor_count
from embexplorer.engines.confined import _error
from embexplorer.jobs.child_end import ChildEnd
from embexplorer.storage import owner, paths, project_lock, trusted_files
from embexplorer.storage.cache import Cache
place = Path(sys.argv[1])
cache = Cache(place / "cache")
folder = cache.write("key", lambda target: (target / "space.json").write_text("{}"))
assert cache.find("key") == folder
me = owner.this_process("window")
assert not owner.is_gone(me)
assert project_lock.take_lock(place / "a.embx", me).holder is None
other = project_lock.take_lock(place / "a.embx", owner.this_process("other"))
assert other.holder.token == "window"
project_lock.release_lock(place / "a.embx", me)
assert trusted_files.trusted_hashes() == frozenset()
assert all(getattr(paths, f"{name}_folder")() for name in ("cache", "config", "state", "log"))
assert processor_count() >= 1
free_memory(), oom_kills()
for code in (1, 3221225477, -9, -7, -11):  # of Windows, and of systems with signals
    print(ChildEnd("Work", code).error().title, _error("died", code, "a.h5", 1, 1).title, sep="; ")
"""


def test_every_module_and_what_writes_files_does_without_posix(tmp_path: Path) -> None:
    places = {f"EMBEXPLORER_{name}": str(tmp_path / name) for name in ("CONFIG", "STATE", "LOGS")}
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **places},
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == [
        "Stopped unexpectedly; This file cannot be read",
        "Stopped unexpectedly; This file cannot be read",
        "Ended by the system; The file needs too much memory",
        "Stopped unexpectedly; This file cannot be read",
        "Stopped unexpectedly; This file cannot be read",
    ]
