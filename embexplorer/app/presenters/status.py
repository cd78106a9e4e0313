"""What the status bar says: how much is shown, how faithful the map is, what computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.app.presenters.items import passing
from embexplorer.app.wording import count
from embexplorer.core.counted import counted
from embexplorer.core.processors import processor_count

if TYPE_CHECKING:
    from embexplorer.app.state import State
    from embexplorer.core.projection import Projection


@dataclass(frozen=True, slots=True)
class StatusView:
    """The fields of the status bar."""

    shown: str
    quality: str
    explanation: str


def status_view(state: State) -> StatusView:
    """Return what the status bar shows."""
    space = state.space
    if space is None:
        return StatusView("", _device(state), "")
    shown = f"{count(n_shown(state))} of {count(space.n)} shown"
    chosen = state.selection
    if chosen is not None and chosen.space_id == space.id:
        shown = f"{shown}    {count(len(chosen))} selected"
    projection = state.projection if state.live_coords is None else None
    if projection is None or not projection.quality:
        return StatusView(shown, _device(state), "")
    parts = (*quality_parts(projection), _device(state))
    return StatusView(shown, "    ".join(parts), quality_sentence(projection))


def n_shown(state: State) -> int:
    """Return how many items of the active space the map shows."""
    space = state.space
    if space is None:
        return 0
    passes, projection = passing(state), state.projection
    rows = None if projection is None or state.live_coords is not None else projection.rows
    if rows is not None:  # the others have no place on the map
        return len(rows) if passes is None else int(np.count_nonzero(passes[rows]))
    return space.n if passes is None else int(np.count_nonzero(passes))


def quality_parts(projection: Projection) -> tuple[str, ...]:
    """Return ``Neighbors kept 0.62`` and ``Trustworthiness 0.93``, as far as they are known."""
    names = (("neighbors_kept", "Neighbors kept"), ("trustworthiness", "Trustworthiness"))
    known = [(title, projection.quality.get(name)) for name, title in names]
    return tuple(f"{title} {value:.2f}" for title, value in known if value is not None)


def quality_sentence(projection: Projection) -> str:
    """Return how the quality was measured, and what must be known about it."""
    k, sampled = projection.quality.get("k"), projection.quality.get("sampled")
    how = f"measured on {counted(sampled, 'sampled item')}" if sampled else "measured on all items"
    said = (
        f"Share of each item's {k} nearest items that are also among its {k} nearest points, {how}."
    )
    notes = projection.quality.get("notes", ())
    return " ".join((said, *notes) if k else notes)


def _device(state: State) -> str:
    encoded_on = state.space.provenance.device if state.space is not None else ""
    here = f"CPU · {counted(processor_count(), 'core')}"
    return f"Encoded on {encoded_on}" if encoded_on and not encoded_on.startswith("CPU") else here
