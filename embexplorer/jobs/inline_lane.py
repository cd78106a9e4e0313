"""A lane that runs each job at once in the caller's thread, for scripts and tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from embexplorer.core.progress import Progress
from embexplorer.jobs.events import Job, Started
from embexplorer.jobs.outcome import outcome_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from embexplorer.jobs.events import Emit


class InlineLane:
    """Runs a job before `start` returns; nothing can be cancelled or paused."""

    def start(
        self, job: Job, function: Callable[..., Any], arguments: Mapping[str, Any], emit: Emit
    ) -> None:
        """Run the job now."""
        emit(Started(job))
        emit(outcome_of(job, function, arguments, Progress()))

    def warm(self) -> None:
        """Do nothing: there is no process to start."""

    def cancel(self, job: Job) -> None:
        """Do nothing: the job has ended."""

    def pause(self, job: Job) -> None:
        """Do nothing: the job has ended."""

    def resume(self, job: Job) -> None:
        """Do nothing: the job has ended."""

    def shutdown(self, timeout: float) -> None:
        """Do nothing: nothing runs."""
