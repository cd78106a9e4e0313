"""The map with its toolbar, live strip, legend and hover card."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from embexplorer.app.appearance import Coloring, coloring_of
from embexplorer.app.presenters.marks import MapMarks, marks_of
from embexplorer.app.wording import shortened, time_left
from embexplorer.core.space import TEXT
from embexplorer.ui.palette import palette_of, ramp_colors
from embexplorer.ui.panels.map_toolbar import MapToolbar
from embexplorer.ui.scatter.map_view import MapView
from embexplorer.ui.scatter.marks import Arrow, Marks, Name
from embexplorer.ui.widgets.hover_card import HoverCard, HoverView
from embexplorer.ui.widgets.legend import CategoryLegend, Legend, LegendCategory, RampLegend
from embexplorer.ui.widgets.live_strip import LiveStrip, LiveView

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QImage, QPainter, QResizeEvent

    from embexplorer.app.services import Services
    from embexplorer.app.state import Live, State
    from embexplorer.core.projection import Coords
    from embexplorer.core.space import Space
    from embexplorer.ui.theme import Theme

HOVER_DELAY = 60  # ms before a card appears
HOVER_TEXT = 280  # characters
HOVER_COLUMNS = 3
LEAST = 20
NARROW = 30  # em, below it the legend starts as its title


class MapPanel(QWidget):
    """Everything between the docks."""

    export_requested = Signal()

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("map-panel")
        self._theme = theme
        self._services = services
        self._coloring: Coloring | None = None
        self._fitted = ""  # the map that was fitted last: a new one is fitted once
        self._hovered = -1
        self._rung = -1  # the row a list rings
        self._lit = -1
        self._is_narrow = False
        self._marks = Marks()
        self._dimmed: tuple[object, ...] = ()
        self._colored = 0  # points that have their colors
        self.toolbar = MapToolbar(theme, services, self)
        self.strip = LiveStrip(theme, self)
        self.view = MapView(theme, self)
        self.legend = Legend(theme, self.view)
        self.card = HoverCard(theme, self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.toolbar, self.strip):
            layout.addWidget(widget)
        layout.addWidget(self.view, 1)
        self.setMinimumWidth(theme.px(LEAST))
        self.strip.hide()
        self._live_job = 0
        self._hover_timer = QTimer(self)
        self._hover_timer.setSingleShot(True)
        self._hover_timer.setInterval(HOVER_DELAY)
        self._hover_timer.timeout.connect(self._show_card)
        self._connect()
        self._show(services.store.state, None)

    def _connect(self) -> None:
        self.toolbar.fit_requested.connect(self.view.fit)
        self.toolbar.export_requested.connect(self.export_requested)
        self.strip.keep_requested.connect(self._services.map.keep_live)
        self.strip.cancel_requested.connect(self._services.map.cancel_live)
        self.view.item_clicked.connect(self._clicked)
        self.view.item_hovered.connect(self._hover)
        self.view.view_changed.connect(self._hide_card)
        self.legend.category_hovered.connect(self._light)
        self.legend.category_toggled.connect(self._services.map.toggle_category)
        self.legend.category_soloed.connect(self._solo)
        self.legend.collapsed.connect(self._legend_collapsed)
        self._theme.changed.connect(self._restyle)
        self._services.store.subscribe(self._changed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the legend start as its title where it would hide the map."""
        super().resizeEvent(event)
        is_narrow = self.width() < self._theme.px(NARROW)
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

    def ring(self, row: int) -> None:
        """Ring an item that a list points at; -1 ends it."""
        self._rung = row
        self._point_out()

    def picture(self, scale: float) -> QImage:
        """Return the map with its legend, at `scale` times its size."""
        cards = [self.legend] if self.legend.isVisible() else []
        return self.view.picture(scale, cards)

    def draw(self, painter: QPainter) -> None:
        """Draw the map with its legend onto any device."""
        self.view.draw(painter, [self.legend] if self.legend.isVisible() else [])

    def _clicked(self, row: int, modifiers: Qt.KeyboardModifier) -> None:
        chosen = self._services.store.state.selection
        if row >= 0 and modifiers & Qt.KeyboardModifier.ShiftModifier and chosen is not None:
            self._services.map.select([*chosen.indices.tolist(), row])
        else:
            self._services.map.select([row] if row >= 0 else [])

    def _solo(self, code: int) -> None:
        if self._coloring is not None:
            self._services.map.solo_category(code, len(self._coloring.names))

    # -- state to picture ----------------------------------------------------------------------

    def _changed(self, old: State, new: State) -> None:
        self._show(new, old)

    def _show(self, state: State, old: State | None) -> None:
        coords = _coords_of(state)
        is_new_space = old is None or old.space is not state.space
        moved = old is None or is_new_space or coords is not _coords_of(old)
        if moved:
            self._move(state, coords)
        if (
            is_new_space
            or (old is not None and old.color_by is not state.color_by)
            or self._coloring is None
        ):
            self._color(state)
        elif old is not None and old.hidden != state.hidden:
            self._recolor()
        if self.view.n_items != self._colored:
            self._apply_colors(state)
        seen = ("neighbors", "analogy", "selection", "active_projection", "live", "active_space")
        if (
            moved
            or old is None
            or any(getattr(old, key) is not getattr(state, key) for key in seen)
        ):
            self._mark(state)
            self._focus(state, old)
        self._show_live(state)

    def _move(self, state: State, coords: Coords | None) -> None:
        self._hide_card()
        if coords is None:
            self.view.set_coords(np.empty((0, 2), np.float32))
            self.legend.clear()
            self._fitted, self._colored = "", 0
            return
        self.view.set_coords(coords)
        projection, live = state.projection, state.live
        is_live = (
            live is not None and live.space_id == state.active_space and live.coords is not None
        )
        axes = projection.axes if projection is not None and not is_live else ()
        self.view.set_axes(axes)
        map_id = "live" if is_live else state.active_projection
        if map_id != self._fitted or (is_live and not self.view.is_held):
            self.view.fit()
        self._fitted = map_id

    def _color(self, state: State) -> None:
        space = state.space
        if space is None:
            self._coloring = None
            self.legend.clear()
            return
        self._coloring = coloring_of(space, state.color_by.get(space.id, ""))
        self._recolor()

    def _recolor(self) -> None:
        state = self._services.store.state
        self._apply_colors(state)
        self._show_legend(state)

    def _apply_colors(self, state: State) -> None:
        coloring, n = self._coloring, self.view.n_items
        if coloring is None or len(coloring.codes) != n:
            self._colored = 0
            return
        self._colored = n
        self.view.set_colors(*palette_of(coloring, self._theme, state.hidden, self._lit))

    def _show_legend(self, state: State) -> None:
        coloring = self._coloring
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
        self._update_margin()

    def _restyle(self) -> None:
        self._recolor()
        self._dim(self._services.store.state, self._marks)

    def _update_margin(self) -> None:
        shown = self.legend.isVisible() and not self.legend.is_collapsed
        before = self.view.left_margin
        self.view.set_left_margin(self.legend.width() + 2 * self.legend.inset if shown else 0.0)
        if self.view.left_margin != before:
            self.view.fit()

    def _legend_collapsed(self, is_collapsed: bool) -> None:
        self._update_margin()

    def _light(self, code: int) -> None:
        self._lit = code
        self._apply_colors(self._services.store.state)

    def _mark(self, state: State) -> None:
        coords = _coords_of(state)
        found = marks_of(state) if coords is not None else MapMarks()
        marks = Marks(
            center=found.center,
            ends=found.ends,
            names=tuple(
                Name(name.row, name.text, name.is_strong, name.has_dot) for name in found.names
            ),
            arrows=tuple(Arrow(*arrow) for arrow in found.arrows),
        )
        self._marks = marks
        self._point_out()
        self._dim(state, marks)

    def _point_out(self) -> None:
        """Ring the item under the cursor, or the one that a list points at."""
        hovered = self._rung if self._rung >= 0 else self._hovered
        is_on_map = 0 <= hovered < self.view.n_items
        self.view.set_marks(
            dataclasses.replace(self._marks, hovered=hovered if is_on_map else None)
        )

    def _dim(self, state: State, marks: Marks) -> None:
        """Let the rest step back while edges, arrows or several selected items are shown."""
        if state.space is None or _coords_of(state) is None:
            return
        chosen, asked = state.selection, state.neighbors
        if chosen is not None and len(chosen) > 1:
            dim = self._theme.color("dim")
            self._keep_bright(chosen.indices, (dim.red(), dim.green(), dim.blue(), 120))
        elif marks.ends or marks.arrows:
            self._keep_bright(np.unique([name.row for name in marks.names]), None)
        elif asked is None or not asked.is_running:  # else the answer will tell in a moment
            self._keep_bright(None, None)

    def _keep_bright(self, rows: NDArray[np.int64] | None, dim: tuple[int, ...] | None) -> None:
        """Dim all but some rows, or none; the points are drawn again only where that changes."""
        n = self.view.n_items
        wanted = (n, None if rows is None else rows.tobytes(), dim)
        if wanted == self._dimmed:
            return
        self._dimmed = wanted
        if rows is None:
            self.view.scatter.set_dimmed(None)
            return
        mask = np.ones(n, bool)
        mask[rows] = False
        self.view.scatter.set_dimmed(mask, dim)

    def _focus(self, state: State, old: State | None) -> None:
        """Bring the answer of an analogy into view."""
        answer = state.analogy.answer if state.analogy is not None else None
        before = old.analogy.answer if old is not None and old.analogy is not None else None
        if (
            answer is None
            or answer is before
            or state.analogy is None
            or not state.analogy.is_on_map
        ):
            return
        if _coords_of(state) is not None:
            self.view.show_rows([*answer.inputs, *(int(row) for row in answer.results.indices[:1])])

    def _show_live(self, state: State) -> None:
        live = state.live
        self.strip.setVisible(live is not None and live.space_id == state.active_space)
        if live is not None:
            if live.job_id != self._live_job:
                self._live_job = live.job_id
                self.strip.restart()
            self.strip.show_view(_live_view(live, state, self._services))

    # -- hover ---------------------------------------------------------------------------------

    def _hover(self, row: int, at: QPoint) -> None:
        if row == self._hovered:
            return
        self._hovered = row
        self.view.setCursor(
            Qt.CursorShape.PointingHandCursor if row >= 0 else Qt.CursorShape.ArrowCursor
        )
        self._point_out()
        if row >= 0:
            self._hover_timer.start()
        else:
            self._hide_card()

    def _hide_card(self) -> None:
        self._hover_timer.stop()
        self.card.hide()

    def _show_card(self) -> None:
        state = self._services.store.state
        space, row = state.space, self._hovered
        if space is None or not 0 <= row < space.n or _coords_of(state) is None:
            return
        x, y = self.view.to_pixels([row])[0]
        self.card.show_at(_hover_view(space, row, self._coloring), QPoint(round(x), round(y)))


def _coords_of(state: State) -> Coords | None:
    """Return what the map shows: live frames of the active space, else its projection."""
    live = state.live
    if live is not None and live.space_id == state.active_space and live.coords is not None:
        return live.coords
    return state.projection.coords if state.projection is not None else None


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
        time_left(running.seconds_left),
    )


def _hover_view(space: Space, row: int, coloring: Coloring | None) -> HoverView:
    colored_by = coloring.column if coloring is not None else ""
    others = [name for name in space.columns if name not in (TEXT, colored_by)][:HOVER_COLUMNS]
    rows = tuple((name, shortened(str(space.columns[name][row].as_py()), 40)) for name in others)
    view = HoverView(shortened(space.text(row), HOVER_TEXT), rows=rows)
    if coloring is None or coloring.kind != "category" or coloring.codes[row] < 0:
        return view
    code = int(coloring.codes[row])
    return dataclasses.replace(view, category=code, category_name=coloring.names[code])
