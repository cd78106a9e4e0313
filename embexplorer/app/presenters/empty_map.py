"""What an empty map waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embexplorer.app.presenters.coords import coords_on_map
from embexplorer.core.counted import counted

if TYPE_CHECKING:
    from embexplorer.app.state import State


def awaited(state: State) -> tuple[str, str] | None:
    """Return what is missing for a map, and the next step; None where that is on its way."""
    if state.activity or state.live is not None or coords_on_map(state) is not None:
        return None
    space, texts = state.space, state.texts
    if space is not None and state.beginning == space.id:
        return None
    if space is not None:
        return "No map yet", f"Choose a method for {space.name} in the library, then Project."
    if texts is None:
        return None
    what = f"{texts.name} has {counted(texts.n, 'text')}"
    return "Not encoded yet", f"{what}: choose an encoder in the library, then Encode."
