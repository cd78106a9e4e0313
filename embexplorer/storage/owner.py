"""Which process a file belongs to, and whether that process is still there.

No clock is asked: a process is its number and what tells it from a later one of that number.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

SILENT_FOR = 600.0  # seconds after which a window on another computer counts as gone
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Owner:
    """A process, as others find it in a file.

    Parameters
    ----------
    host
        Name of the computer.
    realm
        What process numbers mean there: in a container they are others.
    pid
        Number of the process.
    started
        Tells it from a later process of the same number.
    user
        Who runs it.
    since
        ISO time, for words only.
    token
        Which of the windows of the process.
    """

    host: str
    realm: str
    pid: int
    started: str
    user: str = ""
    since: str = ""
    token: str = ""


def this_process(token: str = "") -> Owner:
    """Return the owner that this process is."""
    user = ""
    with contextlib.suppress(KeyError, OSError, ImportError):
        user = getpass.getuser()
    since = datetime.now(tz=UTC).isoformat(timespec="seconds")
    return Owner(
        socket.gethostname(), realm(), os.getpid(), start_of(os.getpid()), user, since, token
    )


def realm() -> str:
    """Return where a number means the same process."""
    space = ""
    with contextlib.suppress(OSError):
        space = str((_PROC / "self/ns/pid").readlink())
    return f"{socket.gethostname()} {space}".strip()


def is_gone(owner: Owner) -> bool | None:
    """Return whether a process has ended; None where this computer cannot know."""
    if owner.realm != realm():
        return None
    return start_of(owner.pid) != owner.started


def is_left(path: Path, owner: Owner) -> bool:
    """Return whether a file's owner is gone.

    An owner on another computer is gone when it has not touched the file for `SILENT_FOR`, by the
    clock of the disk that holds the file.
    """
    gone = is_gone(owner)
    return age_of(path) > SILENT_FOR if gone is None else gone


def age_of(path: Path) -> float:
    """Return for how many seconds a file was not touched; 0 where that cannot be known."""
    try:
        with tempfile.TemporaryFile(dir=path.parent) as now:
            os.write(now.fileno(), b"\0")
            return os.fstat(now.fileno()).st_mtime - path.stat().st_mtime
    except OSError:
        return 0.0


def start_of(pid: int) -> str:
    """Return when a process began, in whatever its system counts; empty where there is none."""
    if sys.platform == "win32":
        return _start_on_windows(pid)
    if sys.platform == "linux":
        return _start_on_linux(pid)
    found = subprocess.run(
        ["/bin/ps", "-o", "lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
        env={"LC_ALL": "C", "TZ": "UTC"},
    )
    return found.stdout.strip()


def _start_on_linux(pid: int) -> str:
    try:
        fields = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
    after_name = fields.rpartition(")")[2].split()  # a name may hold spaces and parentheses
    has_ended = after_name[0] in "ZX"
    return "" if has_ended else f"{boot} {after_name[19]}"


def _start_on_windows(pid: int) -> str:
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]  # on Windows only
    handle = kernel.OpenProcess(0x1000, 0, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return ""
    try:
        code = ctypes.c_ulong()
        times = [ctypes.c_ulonglong() for _ in range(4)]
        kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.GetProcessTimes(handle, *(ctypes.byref(time) for time in times))
        return str(times[0].value) if code.value == 259 else ""  # STILL_ACTIVE
    finally:
        kernel.CloseHandle(handle)
