"""Two maps seen together: what one shows, the other shows too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from embexplorer.ui.scatter.morphing import Box, same_place

if TYPE_CHECKING:
    from embexplorer.core.projection import Coords
    from embexplorer.ui.scatter.map_view import MapView


class CameraLink(QObject):
    """Keeps the cameras of two views at the same shares of their maps.

    They are linked while both maps have the same number of dimensions, and `is_on`.
    """

    def __init__(self, first: MapView, second: MapView) -> None:
        super().__init__(second)
        self._views = first, second
        self._boxes: dict[int, tuple[Coords, Box]] = {}
        self._size = second.size()
        self._is_following = False
        self.is_on = True
        first.view_changed.connect(self._follow_first)
        second.view_changed.connect(self._follow_second)

    def set_on(self, is_on: bool) -> None:
        """Link the views, the second as the first is, or no more."""
        self.is_on = is_on
        if is_on:
            self.follow(0)

    def follow(self, leader: int) -> None:
        """Let the other view show what the first (0) or the second one (1) shows."""
        ahead, behind = self._views[leader], self._views[1 - leader]
        is_possible = ahead.dims == behind.dims and ahead.n_items and behind.n_items
        if self._is_following or not self.is_on or not is_possible or not behind.isVisible():
            return
        self._is_following = True
        try:
            there = same_place(ahead.camera(), self._box(leader), self._box(1 - leader))
            behind.set_camera(there)
        finally:
            self._is_following = False

    def _box(self, which: int) -> Box:
        coords = self._views[which].coords
        known = self._boxes.get(which)
        if known is None or known[0] is not coords:
            known = self._boxes[which] = coords, Box.of(coords)
        return known[1]

    def _follow_first(self) -> None:
        self.follow(0)

    def _follow_second(self) -> None:
        """Follow a person who moves the second map; one that is resized follows the first."""
        second = self._views[1]
        is_resized, self._size = second.size() != self._size, second.size()
        if is_resized:
            self.follow(0)
        elif second.underMouse() or second.hasFocus():
            self.follow(1)
