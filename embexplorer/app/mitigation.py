"""A mitigation of bias that was asked for, and what came of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from embexplorer.core.errors import UserError


@dataclass(frozen=True, slots=True, eq=False)
class Mitigation:
    """What was asked of a space, and the newest that is known of it.

    Parameters
    ----------
    space_id, space_name
        The space that it started from, which stays as it is.
    method, title
        Id and name of the mitigation.
    step
        What is being worked out; empty when nothing is any more.
    made
        Name of the new space; empty before there is one.
    notes
        What the making had to say, one sentence each.
    report
        What changed, see `operations.debias_report.report_values`; None before it is known.
    error
        Why there is no space, or no report.
    """

    space_id: str
    space_name: str
    method: str
    title: str
    step: Literal["", "making", "comparing"] = "making"
    made: str = ""
    notes: tuple[str, ...] = ()
    report: Mapping[str, Any] | None = None
    error: UserError | None = None
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
