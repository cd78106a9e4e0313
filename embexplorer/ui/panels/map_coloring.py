"""What the points of the map look like, and the legend that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from embexplorer.app.appearance import Coloring, coloring_of
from embexplorer.ui.palette import palette_of, ramp_colors
from embexplorer.ui.widgets.legend import CategoryLegend, Legend, LegendCategory, RampLegend

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.ui.scatter.map_view import MapView
    from embexplorer.ui.theme import Theme


class MapColoring(QObject):
    """Turns columns into the look of points.

    Signals
    -------
    legend_changed()
        The legend covers another part of the map.
    """

    legend_changed = Signal()

    def __init__(self, theme: Theme, services: Services, view: MapView) -> None:
        super().__init__(view)
        self._theme = theme
        self._services = services
        self._view = view
        self._lit = -1
        self._colored = 0  # points that have their colors
        self.coloring: Coloring | None = None
        self.legend = Legend(theme, view)
        self.legend.category_hovered.connect(self._light)
        self.legend.category_toggled.connect(services.map.toggle_category)
        self.legend.category_soloed.connect(self._solo)
        self.legend.collapsed.connect(self.legend_changed)
        theme.changed.connect(self.refresh)

    def show(self, state: State, old: State | None) -> None:
        """Follow the state."""
        is_new = old is None or self.coloring is None or old.space is not state.space
        if is_new or (old is not None and old.style != state.style):
            space = state.space
            self.coloring = None if space is None else coloring_of(space, state.style.color_by)
            self.refresh()
        elif old is not None and old.hidden != state.hidden:
            self.refresh()
        if self._view.n_items != self._colored:
            self._apply(state)
        if old is None or old.visible is not state.visible or old.space is not state.space:
            self._view.scatter.set_visible(self._mask(state))

    def forget(self) -> None:
        """Clear the legend: nothing is on the map."""
        self.legend.clear()
        self._colored = 0

    def refresh(self) -> None:
        """Color all points and write the legend again."""
        state = self._services.store.state
        self._apply(state)
        self._show_legend(state)

    def _mask(self, state: State) -> NDArray[np.bool_] | None:
        visible = state.visible
        fits = visible is not None and len(visible) == self._view.n_items
        return visible if fits else None

    def _apply(self, state: State) -> None:
        coloring, n = self.coloring, self._view.n_items
        if coloring is None or len(coloring.codes) != n:
            self._colored = 0
            return
        if n != self._colored:
            self._view.scatter.set_visible(self._mask(state))
        self._colored = n
        self._view.set_colors(*palette_of(coloring, self._theme, state.hidden, self._lit))

    def _show_legend(self, state: State) -> None:
        coloring = self.coloring
        if coloring is None or coloring.kind == "none":
            self.legend.clear()
        elif coloring.kind == "category":
            rows = tuple(
                LegendCategory(k, name, coloring.counts[k], k in state.hidden)
                for k, name in enumerate(coloring.names)
            )
            self.legend.show_view(CategoryLegend(coloring.column, rows))
        else:
            missing = int((coloring.codes < 0).sum())
            note = f"{missing:,} missing" if missing else ""
            colors = tuple(
                "#{:02x}{:02x}{:02x}".format(*color) for color in ramp_colors(self._theme)
            )
            low, high = f"{coloring.low:.6g}", f"{coloring.high:.6g}"
            self.legend.show_view(
                RampLegend(coloring.column, low, high, colors, coloring.counts, note)
            )
        self.legend_changed.emit()

    def _light(self, code: int) -> None:
        self._lit = code
        self._apply(self._services.store.state)

    def _solo(self, code: int) -> None:
        if self.coloring is not None:
            self._services.map.solo_category(code, len(self.coloring.names))
