"""How calling a job's function becomes its last event."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Any

from embexplorer.core.errors import CancelledError, UserError, without_frames
from embexplorer.core.memory import is_want_of_memory
from embexplorer.core.whole_maps import check_whole
from embexplorer.jobs.events import Cancelled, Ended, Failed, Finished, Job

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from embexplorer.core.progress import Progress

_log = logging.getLogger(__name__)


def outcome_of(
    job: Job, function: Callable[..., Any], arguments: Mapping[str, Any], progress: Progress
) -> Ended:
    """Call the function; return what came of it. A bug becomes a message with its traceback."""
    try:
        check_whole(arguments.values())
        return Finished(job, function(**arguments, progress=progress))
    except CancelledError:
        return Cancelled(job)
    except UserError as error:
        if _hides_want_of_memory(error):
            return Failed(job, out_of_memory(job.title))
        return Failed(job, without_frames(error), error.trace)
    except Exception as error:  # noqa: BLE001  the border of a job: a bug must not end the lane
        if is_want_of_memory(error):
            return Failed(job, out_of_memory(job.title))
        _log.info("%s failed", job.title, exc_info=True)
        detail = f"{job.title}: {type(error).__name__}: {error}"
        unexpected = UserError(
            "Something went wrong",
            detail,
            "Copy the details into a report; your data is unchanged.",
        )
        return Failed(job, unexpected, traceback.format_exc())


def _hides_want_of_memory(error: UserError) -> bool:
    """Return whether the border to a library or a file took want of memory for a fault there."""
    cause = error.__cause__
    return cause is not None and is_want_of_memory(cause) and "memory" not in error.title


def out_of_memory(title: str) -> UserError:
    """Return the message for a job that did not fit in memory."""
    return UserError(
        "Not enough memory",
        f"{title} needed more memory than is free. What was there before still stands.",
        "Close other programs, or use fewer items.",
    )
