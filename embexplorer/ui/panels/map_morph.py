"""The change from one map of a space to another: points travel, they do not jump."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation, Signal

from embexplorer.app.presenters.coords import coords_on_map
from embexplorer.ui.scatter.morphing import Box, Morph, between, same_place

if TYPE_CHECKING:
    from embexplorer.app.state import State
    from embexplorer.core.projection import Coords
    from embexplorer.ui.scatter.map_view import MapView

DURATION = 600  # ms
MOST_ITEMS = 300_000  # more cannot be moved 20 times a second


class MapMorph(QObject):
    """Moves the points of a view.

    Signals
    -------
    ended()
        The points are where they belong, or something else is to be shown.
    """

    ended = Signal()

    def __init__(self, view: MapView) -> None:
        super().__init__(view)
        self._view = view
        self._morph: Morph | None = None
        self._seen: Coords = view.coords  # where the points are on their way
        self._animation = QVariantAnimation(self)
        self._animation.setDuration(DURATION)
        self._animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.valueChanged.connect(self._move)
        self._animation.finished.connect(self._end)
        self._camera, self._box = view.camera(), Box.of(view.coords)

    @property
    def is_running(self) -> bool:
        """Whether points are on their way."""
        return self._morph is not None

    def begin(self, old: State | None, new: State) -> bool:
        """Start, when one map of a space takes the place of another; return whether it does."""
        self._animation.stop()
        before = coords_on_map(old) if old is not None else None
        after = coords_on_map(new)
        if before is None or after is None or old is None or not self._is_wanted(old, new):
            self._morph = None
            return False
        if before.shape != after.shape or len(after) > MOST_ITEMS:
            self._morph = None
            return False
        if self._morph is not None:
            before = self._seen  # from where the points are now
        self._view.set_axes(())
        self._camera, self._box = self._view.camera(), Box.of(before)
        self._morph = Morph(before, after)
        self._seen = before
        self._animation.start()
        return True

    def stop(self) -> None:
        """Let the points arrive at once."""
        if self._morph is not None:
            self._animation.stop()
            self._end()

    def _is_wanted(self, old: State, new: State) -> bool:
        is_same_space = old.active_space == new.active_space
        is_another = old.active_projection != new.active_projection
        is_still = old.live_coords is None and new.live_coords is None
        may_move = self._view.flies and self._view.isVisible()
        return is_same_space and is_another and is_still and may_move

    def _move(self, share: float) -> None:
        if self._morph is None:
            return
        self._seen = self._morph.at(share)
        self._view.set_coords(self._seen)
        self._view.fit()
        if self._view.dims == 2:
            # What was seen at first moves with the points, and gives way to the whole.
            seen = same_place(self._camera, self._box, Box.of(self._seen))
            self._view.set_camera(between(seen, self._view.camera(), share))

    def _end(self) -> None:
        self._morph = None
        self.ended.emit()
