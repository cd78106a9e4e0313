"""What a person is told when a child process has ended in the middle of a job."""

from __future__ import annotations

import signal
from dataclasses import dataclass

from embexplorer.core.errors import UserError
from embexplorer.jobs.outcome import out_of_memory

STANDS = "What was there before still stands."
KILLED = -int(getattr(signal, "SIGKILL", 9))
CUT_OFF = -int(getattr(signal, "SIGBUS", 1000))  # no code of any process where there is none


@dataclass(frozen=True, slots=True)
class ChildEnd:
    """How a child ended.

    Parameters
    ----------
    title
        Of its job.
    code
        Its exit code; negative is a signal.
    said
        The last thing it said about how far it was.
    is_out_of_memory
        Whether the system says that it has killed a process for want of memory meanwhile.
    """

    title: str
    code: int
    said: str = ""
    is_out_of_memory: bool = False

    def error(self) -> UserError:
        """Return the message."""
        at = f" at “{self.said}”" if self.said else ""
        if self.code == KILLED:
            hint = out_of_memory(self.title).hint
            if self.is_out_of_memory:
                detail = f"{self.title} was ended by the system, out of memory{at}. {STANDS}"
                return UserError("Not enough memory", detail, hint)
            detail = f"{self.title} was killed{at}, most likely for want of memory. {STANDS}"
            return UserError("Ended by the system", detail, hint)
        if self.code == CUT_OFF:
            return UserError(
                "A file was cut off",
                f"{self.title} ended{at}: a file that it was reading became shorter, or its disk "
                f"went away (signal SIGBUS). {STANDS}",
                "Check the disk, and open the file again.",
            )
        return UserError(
            "Stopped unexpectedly",
            f"{self.title} ended {_how(self.code)}{at}. {STANDS}",
            "Start it again; the next job runs in a new process.",
        )


def _how(code: int) -> str:
    if code >= 0:
        return f"with the exit code {code}"
    try:
        return f"by the signal {signal.Signals(-code).name}"
    except ValueError:
        return f"by the signal {-code}"
