"""What a report on bias probes is written from: answers, where their spaces lie, how to repeat."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from embexplorer.app.extended_space import origin
from embexplorer.app.presenters.repeating import probed
from embexplorer.core.contracts import Probe
from embexplorer.core.errors import UserError
from embexplorer.operations.bias_report_places import ReportedPlace
from embexplorer.operations.keep import on_disk
from embexplorer.operations.probe_places import Place
from embexplorer.operations.repeat import RunProbe, source_of
from embexplorer.operations.repeat_command import as_command_line
from embexplorer.operations.repeat_python import as_python

if TYPE_CHECKING:
    from collections.abc import Callable

    from embexplorer.app.presenters.known_sets import KnownSets
    from embexplorer.app.state import BatteryQuestion, State
    from embexplorer.core.probe_results import ProbeResult
    from embexplorer.core.space import Space
    from embexplorer.operations.context import Context


def report_of_probe(state: State, context: Context) -> list[ReportedPlace]:
    """Return the answer of the bias panel; nothing while there is none."""
    space, asked = state.space, state.bias
    if space is None or asked is None or asked.answer is None or asked.is_running:
        return []
    return [
        ReportedPlace(
            asked.answer,
            asked.sentences or _place_of(space, context),
            asked.uncertainty,
            command=_again(partial(probed, state, space, asked), context),
            ignore_case=asked.ignore_case,
            word_column=asked.word_column,
        )
    ]


def report_of_battery(state: State, context: Context, known: KnownSets) -> list[ReportedPlace]:
    """Return what the battery found in the spaces that are still open."""
    asked = state.battery
    if asked is None or asked.answer is None or asked.is_running:
        return []
    parts = []
    for cell in asked.answer.cells:
        space, result = state.document.space(cell.space_id), cell.result
        if space is None or result is None:
            continue
        takes_column = context.registry.get(Probe, cell.probe).asks.word_column is not False
        word_column = asked.word_column if takes_column else ""
        repeat = partial(_of_cell, space, result, asked, word_column, known)
        parts.append(
            ReportedPlace(
                result,
                _place_of(space, context),
                command=_again(repeat, context),
                ignore_case=asked.ignore_case,
                word_column=word_column,
            )
        )
    return parts


def _of_cell(
    space: Space, result: ProbeResult, asked: BatteryQuestion, word_column: str, known: KnownSets
) -> RunProbe:
    """Return the action that runs one probe of a battery again."""
    return RunProbe(
        source_of(space),
        result.probe,
        result.sets.name if known.is_built_in(result.sets) else result.sets,
        result.params,
        result.seed,
        ignore_case=asked.ignore_case,
        allow_missing=asked.allow_missing,
        word_column=word_column,
    )


def _again(action: Callable[[], RunProbe], context: Context) -> str:
    """Return the command that does it again, or Python where no command can, or nothing."""
    for write in (as_command_line, as_python):
        try:
            return write(action(), context)
        except UserError:
            continue
    return ""


def _place_of(space: Space, context: Context) -> Place:
    held = on_disk(origin(space), context)
    assert held.folder is not None  # that is what it is kept for
    return Place(held.folder, space.name)
