"""What is known about the selected item, or about several."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.app.appearance import coloring_of
from embexplorer.app.state import NeighborsKept
from embexplorer.app.work import Then
from embexplorer.core.space import TEXT
from embexplorer.operations.project import original_metric
from embexplorer.operations.quality import ItemNeighbors, neighbors_of_item

if TYPE_CHECKING:
    from collections.abc import Callable

    from embexplorer.app.appearance import Coloring
    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.progress import Progress
    from embexplorer.core.projection import Projection
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Finished
    from embexplorer.operations.context import Context
    from embexplorer.operations.int8_copies import Int8Copies
    from embexplorer.operations.norms import NormsCache

TOP = 8  # rows of a composition
MISSING = "missing"


@dataclass(frozen=True, slots=True)
class ItemDetails:
    """One item: its text, place, columns, and the length of its vector."""

    index: int
    text: str
    place: str
    columns: tuple[tuple[str, str], ...]
    norm: float


@dataclass(frozen=True, slots=True)
class SelectionDetails:
    """Several items: how many, what share, and what they are made of by one column."""

    n: int
    share: float
    space_name: str
    column: str
    composition: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class TrueNeighbors:
    """Rows of the k nearest items of an item in the space, and how many the map keeps near."""

    nearest: tuple[int, ...]
    kept: int
    k: int


class Details:
    """Measures what the details panel shows about one item and takes longer than a moment."""

    def __init__(
        self,
        store: Store,
        work: Work,
        context: Context,
        norms: NormsCache,
        copies: Int8Copies,
    ) -> None:
        self._store = store
        self._work = work
        self._context = context
        self._norms = norms
        self._copies = copies
        store.subscribe(self._changed)

    def _changed(self, old: State, new: State) -> None:
        row, projection = new.selected, new.projection
        if new.selection is old.selection and projection is old.projection:
            return
        if row is not None and projection is not None and new.space is not None:
            self._measure(new.space, projection, row)

    def _measure(self, space: Space, projection: Projection, row: int) -> None:
        def finished(event: Finished) -> None:
            found: ItemNeighbors = event.result
            # A zero vector, and an item that is not on the map, have no neighbors to keep.
            kept = NeighborsKept(projection.id, row, found.kept, found.k) if found.k else None
            state = self._store.state
            if (state.selected, state.active_projection) == (row, projection.id):
                self._store.apply(lambda state: dataclasses.replace(state, kept=kept))

        self._ask("kept", space, projection, row, finished)

    def ask_neighbors(self, row: int, tell: Callable[[TrueNeighbors], None]) -> None:
        """Find the nearest items of an item in the space and on the map; the newest wins.

        Nothing is told while a projection runs: the map is not finished.
        """
        state = self._store.state

        def finished(event: Finished) -> None:
            found: ItemNeighbors = event.result
            nearest = tuple(int(index) for index in found.in_space)
            tell(TrueNeighbors(nearest, found.kept, found.k))

        if state.space is not None and state.projection is not None and state.live_coords is None:
            self._ask("hover", state.space, state.projection, row, finished)

    def _ask(
        self,
        key: str,
        space: Space,
        projection: Projection,
        row: int,
        finished: Callable[[Finished], None],
    ) -> None:
        self._work.submit(
            self._find,
            key=key,
            title="Neighbors kept",
            lane="quick",
            is_shown=False,
            then=Then(finished=finished),
            space=space,
            projection=projection,
            row=row,
        )

    def _find(
        self, space: Space, projection: Projection, row: int, progress: Progress
    ) -> ItemNeighbors:
        """Search, in the lane's thread, by the metric the map tried to keep."""
        metric: Any = original_metric(self._context, projection.method, projection.params)
        return neighbors_of_item(
            space,
            projection.coords,
            row,
            metric=metric,
            rows=projection.rows,
            norms=self._norms.of(space, progress),
            copy=self._copies.of(space),
            progress=progress,
        )


def item_details(space: Space, row: int) -> ItemDetails:
    """Return what is known about one item."""
    columns = [
        (name, _shown(values[row].as_py()))
        for name, values in space.columns.items()
        if name != TEXT
    ]
    vector = space.vectors[row].astype(np.float64)
    place = f"Item {row + 1:,} of {space.n:,} · {space.name}"
    return ItemDetails(row, space.text(row), place, tuple(columns), float(np.linalg.norm(vector)))


def selection_details(space: Space, rows: np.ndarray, column: str) -> SelectionDetails:
    """Return what is known about several items; a column of categories says what they are."""
    coloring = coloring_of(space, column)
    made_of = _composition(coloring, rows) if coloring.kind == "category" else ()
    return SelectionDetails(len(rows), len(rows) / space.n, space.name, column, made_of)


def _composition(coloring: Coloring, rows: np.ndarray) -> tuple[tuple[str, int], ...]:
    """Return the most frequent categories of some rows, ties in the order of the legend."""
    names = (*coloring.names, MISSING)
    codes = coloring.codes[rows]
    counts = np.bincount(np.where(codes < 0, len(names) - 1, codes), minlength=len(names))
    order = np.argsort(-counts, kind="stable")[:TOP]
    return tuple((names[k], int(counts[k])) for k in order if counts[k])


def _shown(value: object) -> str:
    if value is None:
        return MISSING
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)
