"""Where the items of the active space lie on the map: one point for each, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.app.state import State
    from embexplorer.core.projection import Coords, Projection

_known: WeakKeyDictionary[Projection, Coords] = WeakKeyDictionary()


def coords_on_map(state: State) -> Coords | None:
    """Return (n, 2|3) coords of all items of the active space; None while there is no map.

    The newest frame of a projection that is running comes first. An item that was not projected
    has NaN.
    """
    space, live, projection = state.space, state.live, state.projection
    if space is None:
        return None
    if live is not None and state.live_coords is not None:
        return _placed(state.live_coords, live.rows, space.n)
    return None if projection is None else coords_of(projection, space.n)


def ground_of(state: State) -> Projection | None:
    """Return the map that the items on the map were placed on; None for a map of their own."""
    return None if state.live_coords is not None else ground_under(state, state.projection)


def ground_under(state: State, shown: Projection | None) -> Projection | None:
    """Return the map that the items of a projection were placed on, while it is there."""
    if shown is None or not shown.onto:
        return None
    ground = state.document.projection(shown.onto)
    return ground if ground is not None and ground.dims == shown.dims else None


def coords_of(projection: Projection, n: int) -> Coords:
    """Return (n, 2|3) coords of all items of the space of a projection, the same ones each time."""
    if projection not in _known:
        _known[projection] = _placed(projection.coords, projection.rows, n)
    return _known[projection]


def _placed(coords: Coords, rows: NDArray[np.int64] | None, n: int) -> Coords:
    if rows is None:
        return coords
    placed = np.full((n, coords.shape[1]), np.nan, np.float32)
    placed[rows] = coords
    placed.flags.writeable = False
    return placed
