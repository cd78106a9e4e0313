"""What is ringed, joined and named on the map, and what steps back behind it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from embexplorer.app.presenters.coords import coords_on_map
from embexplorer.app.presenters.marks import MapMarks, marks_of
from embexplorer.ui.scatter.marks import Arrow, Marks, Name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.ui.scatter.map_view import MapView
    from embexplorer.ui.theme import Theme

SEEN = (
    "neighbors", "analogy", "probed", "finding", "selection", "active_projection", "live",
    "active_space",
)  # fmt: skip
DIM_OPACITY = 120  # of 255, of items beside a selection


class MapMarking(QObject):
    """Follows the selection and the answers to questions."""

    def __init__(self, theme: Theme, services: Services, view: MapView) -> None:
        super().__init__(view)
        self._theme = theme
        self._services = services
        self._view = view
        self._marks = Marks()
        self._dimmed: tuple[object, ...] = ()
        self._singled: NDArray[np.int64] | None = None
        self._raised: tuple[int, NDArray[np.int64] | None] = (0, None)
        self._pointed: NDArray[np.int64] | None = None
        self._hovered = -1
        self._joined: tuple[int, ...] = ()
        self._rung = -1  # the row a list rings
        theme.changed.connect(self._restyle)

    def show(self, state: State, old: State | None, *, has_moved: bool) -> None:
        """Follow the state; what lists pointed at in another space is not there any more."""
        if old is None or old.active_space != state.active_space:
            self._rung, self._singled, self._pointed = -1, None, None
        if has_moved or old is None or any(getattr(old, k) is not getattr(state, k) for k in SEEN):
            self._mark(state)
            self._focus(state, old)

    def hover(self, row: int) -> None:
        """Ring the item under the cursor; -1 ends it."""
        self._hovered, self._joined = row, ()
        self._point_out()

    def join(self, row: int, ends: tuple[int, ...]) -> None:
        """Join the item under the cursor to its nearest items in the space."""
        if row == self._hovered:
            self._joined = ends
            self._point_out()

    def ring(self, row: int) -> None:
        """Ring an item that a list points at; -1 ends it."""
        self._rung = row
        self._point_out()

    def point_at(self, rows: NDArray[np.int64] | None) -> None:
        """Lift the items that a list speaks of above the others; None ends it."""
        self._pointed = rows
        self._raise(self._services.store.state)

    def single_out(self, rows: NDArray[np.int64] | None) -> None:
        """Dim all but the items of a group that a list points at; None ends it."""
        self._singled = rows
        self._dim(self._services.store.state)

    def _raise(self, state: State) -> None:
        """Draw on top what a list speaks of, else the hits of a search."""
        n, rows = self._view.n_items, self._pointed
        if rows is None and state.finding is not None:
            rows = state.finding.hits
        if rows is not None and (not len(rows) or rows[-1] >= n):
            rows = None
        if self._raised[0] != n or self._raised[1] is not rows:
            self._raised = (n, rows)
            self._view.scatter.set_emphasized(np.empty(0, np.int64) if rows is None else rows)

    def _mark(self, state: State) -> None:
        found = marks_of(state) if coords_on_map(state) is not None else MapMarks()
        self._marks = Marks(
            center=found.center,
            ends=found.ends,
            names=tuple(
                Name(name.row, name.text, name.is_strong, name.has_dot, name.shape)
                for name in found.names
            ),
            arrows=tuple(Arrow(*arrow) for arrow in found.arrows),
        )
        self._point_out()
        self._dim(state)

    def _point_out(self) -> None:
        """Ring the item under the cursor, the one that a list points at, or the current hit."""
        hovered = self._rung if self._rung >= 0 else self._hovered
        finding = self._services.store.state.finding
        if hovered < 0 and finding is not None and finding.current is not None:
            hovered = finding.current
        is_on_map = 0 <= hovered < self._view.n_items
        self._view.set_marks(
            dataclasses.replace(
                self._marks,
                hovered=hovered if is_on_map else None,
                hovered_ends=self._joined if hovered == self._hovered else (),
            )
        )

    def _dim(self, state: State) -> None:
        """Let the rest step back while edges, arrows or several selected items are shown."""
        coords = coords_on_map(state)
        if coords is None or len(coords) != self._view.n_items:  # a second map that is hidden
            return
        self._raise(state)
        chosen, asked, marks = state.selection, state.neighbors, self._marks
        dim = self._theme.color("dim")
        color = (dim.red(), dim.green(), dim.blue(), DIM_OPACITY)
        if (
            self._singled is not None
            and len(self._singled)
            and self._singled[-1] < self._view.n_items
        ):
            self._keep_bright(self._singled, color)
        elif state.finding is not None and len(state.finding.hits):
            self._keep_bright(state.finding.hits, color)
        elif chosen is not None and len(chosen) > 1:
            self._keep_bright(chosen.indices, color)
        elif marks.ends or marks.arrows:
            self._keep_bright(np.unique([name.row for name in marks.names]), None)
        elif asked is None or not asked.is_running:  # else the answer will tell in a moment
            self._keep_bright(None, None)

    def _keep_bright(self, rows: NDArray[np.int64] | None, dim: tuple[int, ...] | None) -> None:
        """Dim all but some rows, or none; the points are drawn again only where that changes."""
        n = self._view.n_items
        wanted = (n, None if rows is None else rows.tobytes(), dim)
        if wanted == self._dimmed:
            return
        self._dimmed = wanted
        if rows is None:
            self._view.scatter.set_dimmed(None)
            return
        mask = np.ones(n, bool)
        mask[rows] = False
        self._view.scatter.set_dimmed(mask, dim)

    def _focus(self, state: State, old: State | None) -> None:
        """Bring the answer of an analogy into view; the items of a probe may be everywhere."""
        asked = state.analogy
        answer = asked.answer if asked is not None else None
        before = old.analogy.answer if old is not None and old.analogy is not None else None
        if answer is None or answer is before or asked is None or not asked.is_on_map:
            return
        if coords_on_map(state) is not None:
            found = [int(row) for row in answer.results.indices[:1]]
            self._view.show_rows([row for row in (*answer.inputs, *found) if row >= 0])

    def _restyle(self) -> None:
        self._dim(self._services.store.state)
