"""Answers what is asked of a confined process in this one, which is bounded too.

A process for each of 10,000 files would take an hour for a format; nothing else differs.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from typing import IO, TYPE_CHECKING, Any

from embexplorer.engines import confined

if TYPE_CHECKING:
    from collections.abc import Iterator


class InPlace:
    """Stands for the `subprocess.Popen` of a confined process; it answers when it is asked."""

    def __init__(self, command: list[str], **options: Any) -> None:
        assert "confined" in " ".join(command)
        reading, writing = os.pipe()
        self.stdout = os.fdopen(reading, "rb")
        self.stdin = _Asked(os.fdopen(writing, "wb"))

    def kill(self) -> None:
        """Do nothing: it has answered."""

    def wait(self) -> int:
        """Return that it ended well."""
        return 0


class _Asked:
    """Takes the request and writes the answers, which a thread of `run_confined` reads."""

    def __init__(self, answers: IO[bytes]) -> None:
        self._answers = answers
        self._request = b""

    def write(self, data: bytes) -> None:
        self._request += data

    def flush(self) -> None:
        def say(kind: str, value: Any) -> None:
            self._answers.write(json.dumps((kind, value)).encode() + b"\n")
            self._answers.flush()

        with self._answers, contextlib.ExitStack() as stack:

            def bound(memory: int, mapped: int, seconds: float) -> None:
                stack.enter_context(_bounded(memory))

            request = json.loads(self._request)
            ended = confined.answer(request, confined.Told(say), bound=bound)
            stack.close()
            say(*ended)

    def close(self) -> None:
        """Do nothing more."""


@contextlib.contextmanager
def _bounded(memory: int) -> Iterator[None]:
    """Bound the memory as `confined` does, and take the bound away again."""
    if sys.platform != "linux":
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_DATA)
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  a kernel's file
        taken = int(file.read().split()[5]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_DATA, (taken + memory, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


class _Subprocess:
    """The module `subprocess`, of which confined processes need this."""

    PIPE = subprocess.PIPE
    Popen = InPlace


@contextlib.contextmanager
def answering(*, in_place: bool) -> Iterator[None]:
    """Let `run_confined` be answered here, or by a process as always."""
    if not in_place:
        yield
        return
    confined.subprocess = _Subprocess  # type: ignore[assignment]  # all that is used of it
    try:
        yield
    finally:
        confined.subprocess = subprocess
