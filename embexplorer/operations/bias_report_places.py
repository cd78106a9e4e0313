"""A report on probes of spaces that lie in folders, as a child process gets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from embexplorer.core.probe_results import ProbeResult
from embexplorer.operations.bias_report_parts import Reported
from embexplorer.operations.probe_places import Place
from embexplorer.operations.probe_uncertainty import Uncertainty

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, eq=False)
class ReportedPlace:
    """What `Reported` holds, with the place of the space instead of the space."""

    result: ProbeResult
    place: Place
    uncertainty: Uncertainty | None = None
    command: str = ""
    ignore_case: bool = False
    word_column: str = ""


def opened(parts: Sequence[ReportedPlace]) -> list[Reported]:
    """Return the same with the spaces, each opened once."""
    spaces = {place: place.open() for place in {one.place for one in parts}}
    return [
        Reported(
            one.result,
            spaces[one.place],
            one.uncertainty,
            command=one.command,
            ignore_case=one.ignore_case,
            word_column=one.word_column,
        )
        for one in parts
    ]
