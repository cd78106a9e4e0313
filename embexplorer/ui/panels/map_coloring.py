"""What the points of the map look like, and the legend that says so."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any
from weakref import ReferenceType, ref

import numpy as np
from PySide6.QtCore import QObject, QPoint, Signal

from embexplorer.app.appearance import Coloring, coloring_of, describes_dates, numbers_in
from embexplorer.app.filters import RangeFilter
from embexplorer.app.number_columns import read_date, read_number
from embexplorer.app.point_look import opacities_of, shapes_of, sizes_of
from embexplorer.app.presenters.bias_view import sets_on_map
from embexplorer.app.presenters.deriving import how_of, sides_of
from embexplorer.ui.palette import palette_of
from embexplorer.ui.panels.legend_menu import RowMenu, TitleMenu
from embexplorer.ui.ramps import ramp_steps
from embexplorer.ui.widgets.legend import (
    CategoryLegend,
    Legend,
    LegendKey,
    PlainLegend,
    RampLegend,
)
from embexplorer.ui.widgets.legend_keys import MARKS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.app.style import Style
    from embexplorer.core.space import Space
    from embexplorer.ui.scatter.map_view import MapView
    from embexplorer.ui.theme import Theme

POINTS = "Points"  # title of a legend that explains sizes alone


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
        self._lit: tuple[int, ...] = ()
        self._colored = 0  # points that have their looks
        self._given: list[object] = [None, None, None]  # sizes, opacities and shapes they have
        self.coloring: Coloring | None = None
        # Whose coloring it is; a map that is hidden must not keep a space that was closed.
        self._space: ReferenceType[Space] | None = None
        self.legend = Legend(theme, view)
        self._connect()

    def _connect(self) -> None:
        styling, legend = self._services.styling, self.legend
        legend.category_hovered.connect(self._light)
        legend.category_toggled.connect(styling.toggle)
        legend.category_soloed.connect(self._solo)
        legend.category_added.connect(styling.add)
        legend.menu_requested.connect(self._show_menu)
        legend.title_menu_requested.connect(self._show_title_menu)
        legend.shown_all.connect(styling.show_all)
        legend.range_moved.connect(self._move_range)
        legend.end_typed.connect(self._type_end)
        legend.range_reset.connect(styling.clear_range)
        legend.collapsed.connect(self.legend_changed)
        self._theme.changed.connect(self.refresh)

    # -- state to points -----------------------------------------------------------------------

    def show(self, state: State, old: State | None) -> None:
        """Follow the state."""
        is_new = old is None or self.coloring is None or old.space is not state.space
        is_restyled = old is not None and old.style != state.style
        if is_new or is_restyled:
            space, style = state.space, state.style
            self._space = None if space is None else ref(space)
            self.coloring = None if space is None else coloring_of(space, style.color_by, style)
            self._lit = ()
            self.refresh()
            if old is None or is_new or _look(old.style) != _look(style):
                self._shape(state)
        elif old is not None and old.hidden != state.hidden:
            self.refresh()
        elif old is not None and (old.filters != state.filters or old.bias is not state.bias):
            self._show_legend(state)
        if self._view.n_items != self._colored:
            self.refresh()
        if old is None or old.visible is not state.visible or old.space is not state.space:
            self._view.scatter.set_visible(self._mask(state))

    def forget(self) -> None:
        """Clear the legend: nothing is on the map."""
        self.legend.clear()
        self._colored = 0

    def refresh(self) -> None:
        """Color all points and write the legend again."""
        state = self._services.store.state
        if state.space is not (None if self._space is None else self._space()):
            return  # a second map that is hidden, which is shown anew when it comes back
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
        is_first = n != self._colored
        self._colored = n
        if is_first:  # the points are new ones, without looks
            self._given = [None, None, None]
            self._view.scatter.set_visible(self._mask(state))
            self._shape(state)
        palette = palette_of(coloring, self._theme, state.style, state.hidden, self._lit)
        self._view.set_colors(coloring.rows, palette)

    def _shape(self, state: State) -> None:
        """Give the points their sizes, opacities and shapes."""
        space, style, n = state.space, state.style, self._view.n_items
        if space is None or space.n != n:
            return
        scatter = self._view.scatter
        sizes, opacities = sizes_of(space, style.size_by), opacities_of(space, style.opacity_by)
        shapes = shapes_of(space, style.shape_by)
        scatter.set_scale(style.point_size)
        scatter.set_point_opacity(style.point_opacity)
        looks: tuple[tuple[Callable[[Any], None], object], ...] = (
            (scatter.set_sizes, None if sizes is None else sizes.factors),
            (scatter.set_opacities, None if opacities is None else opacities.factors),
            (scatter.set_shapes, None if shapes is None else shapes.shapes),
        )
        for number, (give, values) in enumerate(looks):
            if values is not self._given[number]:  # of a million points each takes a while
                give(values)
                self._given[number] = values

    def _light(self, codes: tuple[int, ...]) -> None:
        self._lit = codes
        self._apply(self._services.store.state)

    def _solo(self, codes: tuple[int, ...], after_click: bool) -> None:
        self._services.styling.solo(codes, after_click=after_click)

    # -- state to legend -----------------------------------------------------------------------

    def _show_legend(self, state: State) -> None:
        coloring, space = self.coloring, state.space
        if coloring is None or space is None or not self._view.n_items:
            self.legend.clear()
            return
        keys = _keys(space, state)
        if coloring.kind == "none" and not keys and not coloring.note:
            self.legend.clear()
        elif coloring.kind == "none":
            self.legend.show_view(PlainLegend(coloring.column or POINTS, coloring.note), keys)
        elif coloring.kind == "category":
            self.legend.show_view(_category_legend(coloring, state), keys)
        else:
            self.legend.show_view(self._ramp_legend(coloring, state, space), keys)
        self.legend_changed.emit()

    def _ramp_legend(self, coloring: Coloring, state: State, space: Space) -> RampLegend:
        steps = ramp_steps(self._theme, state.style)
        chosen, texts = _chosen(coloring, state, space)
        return RampLegend(
            coloring.column,
            coloring.ticks,
            tuple("#{:02x}{:02x}{:02x}".format(*steps[step]) for step in coloring.steps),
            coloring.counts,
            chosen,
            texts,
            coloring.n_missing,
            -1 in state.hidden,
            " ".join(filter(None, (sides_of(state, coloring.column), coloring.note))),
            how_of(state, coloring.column),
        )

    # -- answers of the legend -----------------------------------------------------------------

    def _move_range(self, low: float, high: float) -> None:
        coloring = self.coloring
        if coloring is not None and coloring.scale is not None:
            space = self._services.store.state.space
            assert space is not None
            low_value, high_value = coloring.scale.value_at(low), coloring.scale.value_at(high)
            numbers = numbers_in(space, coloring.column)
            assert numbers is not None
            # An end that was not moved leaves nothing out, whatever the limits of the colors are.
            self._services.styling.filter_range(
                min(low_value, numbers.low) if low <= 0 else low_value,
                max(high_value, numbers.high) if high >= 1 else high_value,
            )

    def _type_end(self, end: int, text: str) -> None:
        state, coloring = self._services.store.state, self.coloring
        space = state.space
        if space is None or coloring is None or coloring.scale is None:
            return
        read = read_date if describes_dates(space, coloring.column) else read_number
        value, numbers = read(text), numbers_in(space, coloring.column)
        if value is None or numbers is None:
            said = f"“{text}” is no {'date' if read is read_date else 'number'}."
            self._services.store.apply(lambda state: dataclasses.replace(state, message=said))
            return
        current = _filter_on(state, coloring.column)
        low, high = (current.low, current.high) if current else (numbers.low, numbers.high)
        low, high = (value, max(value, high)) if end == 0 else (min(value, low), value)
        self._services.styling.filter_range(low, high)

    def _show_menu(self, codes: tuple[int, ...], at: QPoint) -> None:
        if self.coloring is not None:
            RowMenu(self.legend, self._services.styling, self.coloring, codes).popup(at)

    def _show_title_menu(self, at: QPoint) -> None:
        state, coloring = self._services.store.state, self.coloring
        if coloring is not None and coloring.column:
            TitleMenu(self.legend, coloring.column, how_of(state, coloring.column)).popup(at)


def _look(style: Style) -> tuple[object, ...]:
    return (
        style.size_by,
        style.opacity_by,
        style.shape_by,
        style.point_size,
        style.point_opacity,
    )


def _category_legend(coloring: Coloring, state: State) -> CategoryLegend:
    return CategoryLegend(
        coloring.column,
        coloring.names,
        coloring.counts,
        coloring.positions,
        state.hidden,
        coloring.n_missing,
        coloring.note,
        how_of(state, coloring.column),
    )


def _filter_on(state: State, column: str) -> RangeFilter | None:
    filters = (one for one in state.filters if isinstance(one, RangeFilter))
    return next((one for one in filters if one.column == column), None)


def _chosen(
    coloring: Coloring, state: State, space: Space
) -> tuple[tuple[float, float], tuple[str, str]]:
    """Return where a filter on the column that colors ends, as shares and as texts."""
    found, scale = _filter_on(state, coloring.column), coloring.scale
    numbers = numbers_in(space, coloring.column)
    if found is None or scale is None or numbers is None:
        return (0.0, 1.0), ("", "")
    low, high = scale.share(np.array([found.low, found.high])).tolist()
    return (low, high), (numbers.text(found.low), numbers.text(found.high))


def _keys(space: Space, state: State) -> tuple[LegendKey, ...]:
    """Return the keys of sizes, opacities and shapes, and of the marks of a probe."""
    keys, style = [], state.style
    sizes, opacities = sizes_of(space, style.size_by), opacities_of(space, style.opacity_by)
    if sizes is not None:
        keys.append(LegendKey("Size", style.size_by, sizes.low, sizes.high))
    if opacities is not None:
        keys.append(LegendKey("Opacity", style.opacity_by, opacities.low, opacities.high))
    shapes = shapes_of(space, style.shape_by)
    if shapes is not None:
        n = shapes.n_others
        verb = "other is a circle" if n == 1 else "others are circles"
        note = f"{n:,} {verb}" if n else ""
        keys.append(LegendKey("Shape", style.shape_by, shapes=shapes.names, note=note))
    if marked := sets_on_map(state):
        keys.append(LegendKey(MARKS, marked[0], shapes=marked[1]))
    return tuple(keys)
