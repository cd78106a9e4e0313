"""Works out what the layers of the map show, whenever what they are made of has changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.app.appearance import coloring_of
from embexplorer.app.drawings import Drawing, Edges, Kind, is_same
from embexplorer.app.making_arrows import make_arrows, make_no_arrows
from embexplorer.app.making_drawings import (
    make_hulls,
    make_pictures,
    make_places,
    make_sequences,
    make_terrain,
)
from embexplorer.app.presenters.coords import coords_of, coords_on_map
from embexplorer.app.presenters.items import passing
from embexplorer.app.style import ITEM_NAMES, column_labelled
from embexplorer.app.work import Then
from embexplorer.core.counted import counted
from embexplorer.core.results import known_metric
from embexplorer.operations.before_after import BEFORE
from embexplorer.operations.neighbor_edges import find_neighbor_edges, neighbor_edges_to_plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.app.appearance import Coloring
    from embexplorer.app.remembered import Remembered
    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Cancelled, Failed, Finished
    from embexplorer.operations.norms import NormsCache

    MadeOf = tuple[object, ...]

NEAREST = 5  # edges from each item
MOST_ITEMS = 3000  # from which edges start
QUICK_PAIRS = 30_000_000  # comparisons that take about a second
CANCELLED = "Canceled; switch the layer off and on to begin again."
FLAT = frozenset({"terrain", "hulls"})  # what 3-D maps cannot show


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be made, from what, and how; `lane` is where."""

    made_of: MadeOf
    function: Callable[..., Any]
    arguments: dict[str, Any]
    lane: str = "quick"


class Drawings:
    """Keeps `State.drawings` in step with the style, the map, and what is hidden.

    What a layer shows stays until the new one is there. Only one job of a kind is open; what came
    meanwhile is made when it has ended, except that edges, which take long, start anew.
    """

    def __init__(self, store: Store, work: Work, remembered: Remembered, norms: NormsCache) -> None:
        self._store = store
        self._work = work
        self._remembered = remembered
        self._norms = norms
        self._open: dict[Kind, MadeOf] = {}
        self._plans: dict[Kind, Callable[[State, Space], _Task | None]] = {
            "terrain": self._terrain,
            "hulls": self._hulls,
            "edges": self._edges,
            "sequences": self._sequences,
            "pictures": self._pictures,
            "arrows": self._arrows,
            "labels": self._labels,
        }
        store.subscribe(self._changed)

    def _changed(self, old: State, new: State) -> None:
        if not (new.style.layers or new.style.labels or new.drawings):
            return
        for kind in self._plans:
            self._follow(kind, new)

    def _follow(self, kind: Kind, state: State) -> None:
        task = self._plan(kind, state)
        have = state.drawings.get(kind)
        if task is None:
            if have is not None:
                self._store.apply(lambda state: _without(state, kind))
            return
        waits_for = self._open.get(kind)
        if waits_for is not None:
            if kind != "edges" or is_same(waits_for, task.made_of):
                return
        elif have is not None and is_same(have.made_of, task.made_of):
            return
        self._open[kind] = task.made_of
        self._submit(kind, state.active_space, task)

    def _plan(self, kind: Kind, state: State) -> _Task | None:
        """Return how to make what a layer shows; None where it shows nothing."""
        space, coords = state.space, coords_on_map(state)
        if space is None or coords is None or (kind in FLAT and coords.shape[1] != 2):
            return None
        return self._plans[kind](state, space)

    def _submit(self, kind: Kind, space_id: str, task: _Task) -> None:
        made_of = task.made_of

        def ended(drawing: Drawing) -> None:
            if self._open.get(kind) is not made_of:
                return  # a later job took its place
            del self._open[kind]
            state = self._store.state
            plan = self._plan(kind, state)
            # Late it may be: the old frame of a map that moves is nearer than none.
            if plan is not None and state.active_space == space_id:
                self._store.apply(lambda state: _with(state, kind, drawing))
            self._follow(kind, self._store.state)

        def finished(event: Finished) -> None:
            shown, notes = event.result if kind != "edges" else _edges_made(event.result, task)
            ended(Drawing(space_id, made_of, shown, notes))

        def failed(event: Failed) -> None:
            error = event.error
            ended(Drawing(space_id, made_of, None, (f"{error.title}. {error.detail}",)))

        def cancelled(event: Cancelled) -> None:
            ended(Drawing(space_id, made_of, None, (CANCELLED,)))

        is_long = task.lane != "quick"
        self._work.submit(
            task.function,
            key=f"drawing:{kind}",
            title="Finding edges" if is_long else "Drawing",
            lane=task.lane,
            is_shown=is_long,
            then=Then(finished=finished, failed=failed, cancelled=cancelled),
            **task.arguments,
        )

    # -- what is made of what ------------------------------------------------------------------

    def _terrain(self, state: State, space: Space) -> _Task | None:
        if not state.style.layers & {"density", "contours"}:
            return None
        made_of = (_map(state), *_shown(state))
        return _Task(
            made_of, make_terrain, {"coords": coords_on_map(state), "mask": passing(state)}
        )

    def _hulls(self, state: State, space: Space) -> _Task | None:
        if "hulls" not in state.style.layers:
            return None
        coloring = _coloring(state, space)
        made_of = (_map(state), _colors(coloring), *_shown(state))
        return _Task(
            made_of,
            make_hulls,
            {"coords": coords_on_map(state), "mask": passing(state), "coloring": coloring},
        )

    def _sequences(self, state: State, space: Space) -> _Task | None:
        if "sequences" not in state.style.layers:
            return None
        coloring, order_by = _coloring(state, space), state.style.sequence_by
        made_of = (_colors(coloring), order_by, space if order_by else space.id, *_shown(state))
        arguments = {
            "space": space, "coloring": coloring, "order_by": order_by, "mask": passing(state),
        }  # fmt: skip
        return _Task(made_of, make_sequences, arguments)

    def _pictures(self, state: State, space: Space) -> _Task | None:
        if "pictures" not in state.style.layers:
            return None
        made_of = (space.id, *_shown(state))
        return _Task(made_of, make_pictures, {"space": space, "mask": passing(state)})

    def _arrows(self, state: State, space: Space) -> _Task | None:
        if "arrows" not in state.style.layers:
            return None
        shown, most = state.projection, state.style.most_arrows
        named = "" if shown is None or state.live_coords is not None else shown.params.get(BEFORE)
        before = state.document.projection(str(named or ""))
        if shown is None or before is None:
            return _Task((_map(state),), make_no_arrows, {"is_lost": bool(named)})
        chosen = state.selection
        is_chosen = chosen is not None and len(chosen) > 1 and chosen.space_id == space.id
        rows = chosen.indices if chosen is not None and is_chosen else None
        arguments = {
            "space": space, "before": coords_of(before, space.n),
            "after": coords_of(shown, space.n), "rows": rows, "most": most, "mask": passing(state),
        }  # fmt: skip
        return _Task((before, shown, rows, most, *_shown(state)), make_arrows, arguments)

    def _labels(self, state: State, space: Space) -> _Task | None:
        groups = _groups(state, space)
        if groups is None:
            return None
        made_of, codes, names = groups
        arguments = {
            "codes": codes, "names": names, "coords": coords_on_map(state),
            "mask": passing(state),
        }  # fmt: skip
        return _Task((made_of, _map(state), *_shown(state)), make_places, arguments)

    def _edges(self, state: State, space: Space) -> _Task | None:
        if "edges" not in state.style.layers:
            return None
        chosen = state.selection
        is_chosen = chosen is not None and len(chosen) > 1 and chosen.space_id == space.id
        rows = chosen.indices if chosen is not None and is_chosen else None
        count = space.n if rows is None else len(rows)
        metric = known_metric(self._remembered.settings.metric)
        if count > MOST_ITEMS or space.n < 2:
            return _Task((space.id, is_chosen, count), _no_edges, {"n": count})
        made_of = (space.id, metric, rows)
        asked = np.arange(space.n) if rows is None else rows
        arguments = {"rows": asked, "k": min(NEAREST, space.n - 1), "metric": metric}
        if count * space.n > QUICK_PAIRS and space.folder is not None:
            folder = {"space_folder": str(space.folder)}
            return _Task(made_of, neighbor_edges_to_plain, {**folder, **arguments}, "files")
        return _Task(made_of, self._find_edges, {"space": space, **arguments})

    def _find_edges(
        self, space: Space, rows: NDArray[np.int64], k: int, metric: Any, progress: Progress
    ) -> tuple[Any, ...]:
        """Search, in the lane's thread."""
        norms = self._norms.of(space, progress)
        return tuple(find_neighbor_edges(space.vectors, rows, k, metric, progress, norms))


def _no_edges(n: int, progress: Progress) -> tuple[int]:
    progress.raise_if_cancelled()
    return (n,)


def _edges_made(result: tuple[Any, ...], task: _Task) -> tuple[Edges | None, tuple[str, ...]]:
    """Return the edges that a job found, and what must be said of them."""
    if len(result) == 1:
        return None, (
            f"Edges start from at most {MOST_ITEMS:,} items, and there are {result[0]:,}: "
            "select fewer to see theirs.",
        )
    starts, ends, ranks, n_without = result
    k, metric = task.arguments["k"], task.arguments["metric"]
    is_all = task.made_of[2] is None
    n_asked = len(task.arguments["rows"])
    whose = "every item" if is_all else f"the {counted(n_asked, 'selected item')}"
    said = f"Edges join {whose} to the {k} nearest in the full space ({metric})."
    if n_without:
        said += f" {counted(n_without, 'item')} with a zero vector {_have(n_without)} none."
    return Edges(starts, ends, ranks, k), (said,)


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _map(state: State) -> object:
    """Return what stands for the map: its coords are made anew while it runs."""
    return state.projection if state.live_coords is None else state.live_coords


def _shown(state: State) -> MadeOf:
    """Return what says which items are shown."""
    return state.visible, state.hidden, state.style.color_by if state.hidden else ""


def _coloring(state: State, space: Space) -> Coloring:
    return coloring_of(space, state.style.color_by, state.style)


def _colors(coloring: Coloring) -> object:
    """Return what stands for a coloring: that of one color is made anew at every call."""
    return coloring if coloring.kind == "category" else coloring.kind


def _groups(state: State, space: Space) -> tuple[object, NDArray[np.int32], tuple[str, ...]] | None:
    """Return the groups that are named on the map, by identity, (n,) codes and names."""
    wanted = state.style.labels
    if not wanted or wanted == ITEM_NAMES:
        return None
    column = column_labelled(wanted)
    if column:
        coloring = coloring_of(space, column)
        is_category = coloring.kind == "category"
        return (coloring, coloring.codes, coloring.names) if is_category else None
    mine = state.document.clusters_of(space.id)
    found = next((item for item in mine if item.id == wanted), None)
    return None if found is None else (found, found.labels, found.names)


def _with(state: State, kind: Kind, drawing: Drawing) -> State:
    return dataclasses.replace(state, drawings={**state.drawings, kind: drawing})


def _without(state: State, kind: Kind) -> State:
    left = {name: drawing for name, drawing in state.drawings.items() if name != kind}
    return dataclasses.replace(state, drawings=left)
