"""One child process as its parent sees it: sending never waits, and what it says is queued."""

from __future__ import annotations

import logging
import pickle
import queue
import subprocess
import threading
from pathlib import Path
from typing import Any

from embexplorer.engines import own_process
from embexplorer.jobs.pipe import Pipe

CHILD_FLAG = "--embexplorer-child"
EOF = ("eof",)

_log = logging.getLogger(__name__)


class ChildProcess:
    """One child, a thread that reads what it says into `inbox`, and one that writes to it.

    A child that is suspended or busy reads nothing: whoever sends must not wait for it.

    Parameters
    ----------
    name
        Of its lane, for its log.
    """

    def __init__(self, name: str) -> None:
        self._process = subprocess.Popen(
            [*own_process.command("embexplorer.jobs.child", CHILD_FLAG), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=own_process.environment(),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._pipe = Pipe(self._process.stdout, self._process.stdin)
        self.inbox: queue.SimpleQueue[tuple[Any, ...]] = queue.SimpleQueue()
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="child-reader", daemon=True)
        self._writer = threading.Thread(target=self._write, name="child-writer", daemon=True)
        self._reader.start()
        self._writer.start()

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    @property
    def is_suspended(self) -> bool:
        """Whether somebody has stopped the process with a signal; unknown is no."""
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            return False
        return stat.rpartition(")")[2].split()[0] in ("T", "t")

    def send(self, *message: Any) -> None:
        """Send a message; a child that is gone shows by its end of file."""
        self._outbox.put(pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL))

    def exit_code(self) -> int:
        """Wait for the end and return the exit code, negative for a signal."""
        return self._process.wait()

    def end(self) -> None:
        """End the process, its reader and its writer."""
        self._process.kill()
        self._process.wait()
        self._outbox.put(None)
        self._reader.join()
        self._writer.join()
        self._pipe.close()

    def _read(self) -> None:
        try:
            while True:
                self.inbox.put(self._pipe.receive())
        except (EOFError, OSError, ValueError):
            pass
        except Exception:  # noqa: BLE001  the border to a child: a lane must not wait for ever
            _log.exception("what a child said could not be read")
            self._process.kill()
        self._process.wait()  # so that a child that was killed leaves no zombie
        self.inbox.put(EOF)

    def _write(self) -> None:
        try:
            while (data := self._outbox.get()) is not None:
                self._pipe.send_pickled(data)
        except OSError:
            return
