"""How the points look: what colors, sizes, fades and shapes them, and what the legend hides."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from embexplorer.app import state as states
from embexplorer.app.appearance import MISSING, coloring_of, describes_dates, is_slow
from embexplorer.app.filters import RangeFilter, ValuesFilter
from embexplorer.app.point_look import is_slow_to_shape, opacities_of, sizes_of
from embexplorer.app.presenters.items import passing
from embexplorer.app.work import Then

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import numpy as np
    from numpy.typing import NDArray

    from embexplorer.app.appearance import Coloring
    from embexplorer.app.presenters.filtering import Filtering
    from embexplorer.app.presenters.selecting import How, Selecting
    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.style import Style
    from embexplorer.app.work import Work
    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Finished

TOGGLED = "Hide or show a category"
SMALLEST, LARGEST = 0.25, 4.0  # factor on all points
STEP = 1.25


class Styling:
    """Intents of the Color and Size menus and of the legend."""

    def __init__(
        self, store: Store, work: Work, filtering: Filtering, selecting: Selecting
    ) -> None:
        self._store = store
        self._work = work
        self._filtering = filtering
        self._selecting = selecting

    # -- columns -------------------------------------------------------------------------------

    def color_by(self, column: str) -> None:
        """Color by a column of the active space, or by none; every category is shown again.

        A column that takes a while to read is read by the quick lane before anything changes.
        """

        def change(state: State) -> State:
            styled = states.restyled(state, color_by=column, limits=None, center=None)
            return dataclasses.replace(styled, hidden=frozenset())

        self._apply(change, f"Color by {column}" if column else "One color", merges=False)

    def restyle(self, title: str, **changes: Any) -> None:
        """Draw the map of the active space another way: see `app.style.Style`."""
        self._apply(lambda state: states.restyled(state, **changes), title, merges=True)

    def scale_points(self, factor: float) -> None:
        """Make all points larger or smaller."""
        size = self._store.state.style.point_size * factor
        self.restyle("Size of points", point_size=min(LARGEST, max(SMALLEST, round(size, 4))))

    def make_larger(self) -> None:
        """Make all points larger."""
        self.scale_points(STEP)

    def make_smaller(self) -> None:
        """Make all points smaller."""
        self.scale_points(1 / STEP)

    def reset_size(self) -> None:
        """Make all points as large as they were at first."""
        self.restyle("Size of points", point_size=1.0)

    def set_center(self, center: float | None) -> None:
        """Let the ramp diverge about a number, or about none."""
        self.restyle("Center of the ramp", center=center)

    def _apply(self, change: Callable[[State], State], title: str, *, merges: bool) -> None:
        state = self._store.state
        space, style = state.space, change(state).style
        if space is None:
            return
        if not (is_slow(space, style) or is_slow_to_shape(space, style)):
            self._store.apply(change, undo=title, merges=merges)
            return

        def read(event: Finished) -> None:
            if self._store.state.active_space == space.id:
                self._store.apply(change, undo=title, merges=merges)

        self._work.submit(
            _read,
            key="coloring",
            title="Coloring",
            lane="quick",
            is_shown=False,
            then=Then(finished=read),
            space=space,
            style=style,
        )

    # -- the legend ----------------------------------------------------------------------------

    def toggle(self, codes: Collection[int]) -> None:
        """Hide categories, or show them again where all of them are hidden; -1 is missing."""
        asked = frozenset(codes)
        self._hide(lambda hidden: hidden - asked if asked <= hidden else hidden | asked, TOGGLED)

    def solo(self, codes: Collection[int], *, after_click: bool = False) -> None:
        """Show only some categories of the coloring; again shows all.

        Parameters
        ----------
        after_click
            Whether the first click of a double click has toggled them: that is taken back.
        """
        if after_click and self._store.state.undo_title == TOGGLED:
            self._store.undo()
        everything = self._codes()
        others = everything - frozenset(codes)
        self._hide(lambda hidden: frozenset() if hidden == others else others, "Show one category")

    def add(self, codes: Collection[int]) -> None:
        """Show categories besides those that are isolated, or take them out again."""
        if not self._store.state.hidden:
            self.solo(codes)
        else:
            self.toggle(codes)

    def show_all(self) -> None:
        """Show every category again."""
        self._hide(lambda hidden: frozenset(), "Show every category")

    def _hide(self, change: Callable[[frozenset[int]], frozenset[int]], title: str) -> None:
        def changed(state: State) -> State:
            hidden = change(state.hidden)
            return state if hidden == state.hidden else dataclasses.replace(state, hidden=hidden)

        self._store.apply(changed, undo=title)

    def _codes(self) -> frozenset[int]:
        coloring = self._coloring()
        n = coloring.n_colors if coloring is not None else 0
        return frozenset(range(MISSING, n))

    def _coloring(self) -> Coloring | None:
        state = self._store.state
        space = state.space
        return None if space is None else coloring_of(space, state.style.color_by, state.style)

    # -- items of a category -------------------------------------------------------------------

    def select(self, codes: Collection[int], how: How = "replace") -> None:
        """Select the shown items of some categories."""
        rows = self._rows_of(codes)
        if rows is not None:
            self._selecting.take(rows, how)

    def filter_by(self, codes: Collection[int]) -> None:
        """Show only the items of some categories, by a filter."""
        coloring = self._coloring()
        if coloring is not None and coloring.kind == "category":
            values = {None if code < 0 else coloring.names[code] for code in codes}
            self._filtering.add(ValuesFilter(coloring.column, frozenset(values)))

    def filter_range(self, low: float, high: float) -> None:
        """Show only the items whose number lies between two; a drag is one step."""
        space, column = self._store.state.space, self._store.state.style.color_by
        if space is not None:
            is_date = describes_dates(space, column)
            self._filtering.add(RangeFilter(column, low, high, is_date))

    def clear_range(self) -> None:
        """Take the filters on the column that colors away."""
        self._filtering.remove_column(self._store.state.style.color_by)

    def _rows_of(self, codes: Collection[int]) -> NDArray[np.int64] | None:
        coloring = self._coloring()
        if coloring is None:
            return None
        others = frozenset(range(MISSING, coloring.n_colors)) - frozenset(codes)
        mask = coloring.leaves(others)
        shown = passing(self._store.state)
        rows: NDArray[np.int64] = (mask if shown is None else mask & shown).nonzero()[0]
        return rows


def _read(space: Space, style: Style, progress: Progress) -> None:
    """Read a column, in the lane's thread: what comes of it stays known."""
    progress.raise_if_cancelled()
    coloring_of(space, style.color_by, style)
    sizes_of(space, style.size_by)
    opacities_of(space, style.opacity_by)
