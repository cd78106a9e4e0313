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

SEEN = ("neighbors", "analogy", "selection", "active_projection", "live", "active_space")
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
        self._hovered = -1
        self._joined: tuple[int, ...] = ()
        self._rung = -1  # the row a list rings
        theme.changed.connect(self._restyle)

    def show(self, state: State, old: State | None, *, has_moved: bool) -> None:
        """Follow the state."""
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

    def _mark(self, state: State) -> None:
        found = marks_of(state) if coords_on_map(state) is not None else MapMarks()
        self._marks = Marks(
            center=found.center,
            ends=found.ends,
            names=tuple(
                Name(name.row, name.text, name.is_strong, name.has_dot) for name in found.names
            ),
            arrows=tuple(Arrow(*arrow) for arrow in found.arrows),
        )
        self._point_out()
        self._dim(state)

    def _point_out(self) -> None:
        """Ring the item under the cursor, or the one that a list points at."""
        hovered = self._rung if self._rung >= 0 else self._hovered
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
        if coords_on_map(state) is None:
            return
        chosen, asked, marks = state.selection, state.neighbors, self._marks
        if chosen is not None and len(chosen) > 1:
            dim = self._theme.color("dim")
            color = (dim.red(), dim.green(), dim.blue(), DIM_OPACITY)
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
        """Bring the answer of an analogy into view."""
        asked = state.analogy
        answer = asked.answer if asked is not None else None
        before = old.analogy.answer if old is not None and old.analogy is not None else None
        if answer is None or answer is before or asked is None or not asked.is_on_map:
            return
        if coords_on_map(state) is not None:
            found = [int(row) for row in answer.results.indices[:1]]
            self._view.show_rows([*answer.inputs, *found])

    def _restyle(self) -> None:
        self._dim(self._services.store.state)
