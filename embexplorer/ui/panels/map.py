"""The map with its toolbar, live strip, legend and hover card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from embexplorer.app.presenters.coords import coords_on_map, ground_of
from embexplorer.app.wording import time_left
from embexplorer.ui.panels.empty_map import EmptyMap
from embexplorer.ui.panels.map_coloring import MapColoring
from embexplorer.ui.panels.map_find import MapFind
from embexplorer.ui.panels.map_hover import MapHover
from embexplorer.ui.panels.map_layers import MapLayers
from embexplorer.ui.panels.map_marks import MapMarking
from embexplorer.ui.panels.map_morph import MapMorph
from embexplorer.ui.panels.map_sides import MapSides
from embexplorer.ui.panels.map_toolbar import MapToolbar
from embexplorer.ui.scatter.map_view import MapView
from embexplorer.ui.widgets.live_strip import LiveStrip, LiveView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from PySide6.QtGui import QImage, QPainter, QResizeEvent

    from embexplorer.app.presenters.selecting import How
    from embexplorer.app.services import Services
    from embexplorer.app.shell import Tool
    from embexplorer.app.state import Live, State
    from embexplorer.core.projection import Coords
    from embexplorer.ui.panels.second_map import SecondMap
    from embexplorer.ui.theme import Theme

LEAST = 20
NARROW = 30  # em, below it the legend starts as its title


class MapPanel(QWidget):
    """Everything between the docks.

    Signals
    -------
    export_requested()
        The toolbar's button for a picture was clicked.
    said(str)
        Something the status bar should say for a moment.
    """

    export_requested = Signal()
    said = Signal(str)

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("map-panel")
        self._theme = theme
        self._services = services
        self._fitted = ""  # the map that was fitted last: a new one is fitted once
        self._is_narrow = False
        self._live_job = 0
        self.toolbar = MapToolbar(theme, services, self)
        self.strip = LiveStrip(theme, self)
        self.view = MapView(theme, self)
        self.coloring = MapColoring(theme, services, self.view)
        self.marking = MapMarking(theme, services, self.view)
        self.hover = MapHover(theme, services, self.view, self.coloring, self.marking)
        self.finder = MapFind(theme, services, self.view)
        self.layers = MapLayers(theme, services, self.view)
        self.empty = EmptyMap(theme, services, self.view)
        self.legend, self.card = self.coloring.legend, self.hover.card
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.toolbar, self.strip):
            layout.addWidget(widget)
        self.sides = MapSides(theme, services, self.view, self.marking, self)
        self.morph = MapMorph(self.view)
        layout.addWidget(self.sides, 1)
        self.setMinimumWidth(theme.px(LEAST))
        self.strip.hide()
        self._connect()
        self._show(services.store.state, None)

    def _connect(self) -> None:
        services = self._services
        self.toolbar.fit_requested.connect(self.view.fit)
        self.toolbar.export_requested.connect(self.export_requested)
        self.toolbar.find_requested.connect(self.finder.open)
        self.strip.pause_requested.connect(services.map.toggle_paused)
        self.strip.keep_requested.connect(services.map.keep_live)
        self.strip.cancel_requested.connect(services.map.cancel_live)
        self.view.item_clicked.connect(self._clicked)
        self.view.nearest_requested.connect(self._ask_nearest)
        self.view.space_tapped.connect(services.map.toggle_paused)
        self.view.region_drawn.connect(self._take)
        self.view.region_refused.connect(self.said)
        self.coloring.legend_changed.connect(self._update_margin)
        self.morph.ended.connect(self._arrive)
        self.sides.second_made.connect(self._take_second)
        self.sides.divided.connect(self._follow_width)
        services.store.subscribe(self._changed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the legend start as its title where it would hide the map."""
        super().resizeEvent(event)
        self._follow_width()

    def _follow_width(self) -> None:
        width = self.view.width() if self.sides.is_divided else self.width()
        is_narrow = width < self._theme.px(NARROW)
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self.legend.set_collapsed(is_narrow)

    # -- intents -------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show the whole map."""
        self.view.fit()

    def zoom(self, factor: float) -> None:
        """Zoom about the middle."""
        self.view.zoom(factor)

    def point_colors(self) -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
        """Return the colors of the points, as `MapView.point_colors`."""
        return self.view.point_colors

    def ring(self, row: int) -> None:
        """Ring an item that a list points at; -1 ends it."""
        self.marking.ring(row)
        if self.sides.second is not None:
            self.sides.second.marking.ring(row)

    def go_to(self, projection_id: str, camera: Mapping[str, Any]) -> None:
        """Fly to a place on a map; another map is shown at once.

        Raises
        ------
        ValueError
            If that map has no such place.
        """
        flies = self.view.flies
        if projection_id != self._services.store.state.active_projection:
            self.view.flies = False  # the way between two maps says nothing about a place
            self._services.map.show(projection_id)
            self.view.flies = flies
        self.morph.stop()
        self.view.set_camera(camera, flies=flies)

    def point_at(self, rows: NDArray[np.int64] | None) -> None:
        """Lift items that a list speaks of above the others; None ends it."""
        self.marking.point_at(rows)

    def single_out(self, rows: NDArray[np.int64] | None) -> None:
        """Dim all but the items of a group that a list points at; None ends it."""
        self.marking.single_out(rows)
        self.layers.single_out(rows)

    def visit(self, rows: NDArray[np.int64]) -> None:
        """Show a group of items; a few that lie elsewhere may stay out of view."""
        self.view.show_rows(self.layers.middle_of(rows).tolist())

    def set_tool(self, tool: Tool) -> None:
        """Let a drag on the map do something else."""
        self.view.set_tool(tool)
        if self.sides.second is not None:
            self.sides.second.view.set_tool(tool)
        self.toolbar.show_tool(tool)

    def picture(self, scale: float) -> QImage:
        """Return the map with its legend, at `scale` times its size."""
        cards = [self.legend] if self.legend.isVisible() else []
        return self.view.picture(scale, cards)

    def draw(self, painter: QPainter) -> None:
        """Draw the map with its legend onto any device."""
        self.view.draw(painter, [self.legend] if self.legend.isVisible() else [])

    def _clicked(self, row: int, how: How) -> None:
        if self.layers.take_click(row, how):
            return
        if row >= 0 or how == "replace":
            found = np.array([row] if row >= 0 else [], np.int64)
            self._services.selecting.take(found, how)

    def _ask_nearest(self, row: int, how: How) -> None:
        self._services.selecting.nearest(row, how=how)

    def _take(self, rows: NDArray[np.int64], how: How) -> None:
        self._services.selecting.take(rows, how)

    # -- state to picture ----------------------------------------------------------------------

    def _changed(self, old: State, new: State) -> None:
        self._show(new, old)

    def _show(self, state: State, old: State | None) -> None:
        coords = coords_on_map(state)
        has_moved = (
            old is None
            or old.active_space != state.active_space
            or coords is not coords_on_map(old)
        )
        if old is None or old.active_space != state.active_space:
            self.hover.forget()
        if has_moved:
            ground = ground_of(state)
            self.view.set_room(None if ground is None else ground.coords)
        if has_moved and not self.morph.begin(old, state):
            self._move(state, coords, keeps_view=_keeps_frames(old, state) and self.view.is_held)
        self.coloring.show(state, old)
        self.marking.show(state, old, has_moved=has_moved)
        self.layers.show(state, old)
        self._show_live(state)
        self.sides.show_state(state, old)

    def _arrive(self) -> None:
        """Show the map that the points have come to."""
        state = self._services.store.state
        self._move(state, coords_on_map(state))

    def _take_second(self, second: SecondMap) -> None:
        """Let clicks and regions on the second map act as those on the first."""
        second.view.item_clicked.connect(self._clicked)
        second.view.nearest_requested.connect(self._ask_nearest)
        second.view.region_drawn.connect(self._take)
        second.view.region_refused.connect(self.said)

    def _move(self, state: State, coords: Coords | None, *, keeps_view: bool = False) -> None:
        self.hover.hide()
        if coords is None:
            self.view.set_coords(np.empty((0, 2), np.float32))
            self.coloring.forget()
            self._fitted = ""
            return
        self.view.set_coords(coords)
        projection, is_live = state.projection, state.live_coords is not None
        named = None if is_live else projection
        self.view.set_axes(*((), ()) if named is None else (named.axes, named.units))
        map_id = "live" if is_live else state.active_projection
        is_another = map_id != self._fitted and not keeps_view
        if is_another or (is_live and not self.view.is_held):
            self.view.fit()
        self._fitted = map_id

    def _update_margin(self) -> None:
        shown = self.legend.isVisible() and not self.legend.is_collapsed
        before = self.view.left_margin
        self.view.set_left_margin(self.legend.width() + 2 * self.legend.inset if shown else 0.0)
        if self.view.left_margin != before:
            self.view.fit()

    def _show_live(self, state: State) -> None:
        live = state.live
        self.strip.setVisible(live is not None and live.space_id == state.active_space)
        if live is not None:
            if live.job_id != self._live_job:
                self._live_job = live.job_id
                self.strip.restart()
            self.strip.show_view(_live_view(live, state, self._services))


def _live_view(live: Live, state: State, services: Services) -> LiveView:
    running = next((item for item in state.activity if item.job_id == live.job_id), None)
    titles = {plugin.id: plugin.title for plugin in services.map.methods()}
    title = titles.get(live.method, live.method)
    if running is None:
        return LiveView(title)
    said = running.message[:1].lower() + running.message[1:]
    return LiveView(
        f"{title}, {said}" if said and running.message != title else title,
        running.fraction,
        "paused" if live.is_paused else time_left(running.seconds_left),
        is_paused=live.is_paused,
    )


def _keeps_frames(old: State | None, new: State) -> bool:
    """Return whether live frames have become a map, which a person may look at from nearby."""
    return (
        old is not None
        and old.live_coords is not None
        and new.live is None
        and new.active_projection != old.active_projection
    )
