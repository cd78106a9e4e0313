"""What is drawn on the map beside points and marks: layers, names, and what they leave out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent

from embexplorer.app.drawings import Arrows, Edges, Hulls, Pictures, Places, Sequences, Terrain
from embexplorer.app.presenters.coords import coords_on_map, ground_of
from embexplorer.app.presenters.items import passing
from embexplorer.app.style import ITEM_NAMES, column_labelled
from embexplorer.core.counted import counted
from embexplorer.ui.scatter.layers.arrows import ArrowNamesLayer, ArrowsLayer
from embexplorer.ui.scatter.layers.cached import CachedLayers
from embexplorer.ui.scatter.layers.contours import ContoursLayer
from embexplorer.ui.scatter.layers.density import DensityLayer
from embexplorer.ui.scatter.layers.edges import EdgesLayer
from embexplorer.ui.scatter.layers.ground import MOST, GroundLayer
from embexplorer.ui.scatter.layers.hulls import HullsLayer
from embexplorer.ui.scatter.layers.item_names import ItemNamesLayer
from embexplorer.ui.scatter.layers.names import NamesLayer
from embexplorer.ui.scatter.layers.notes import NotesLayer
from embexplorer.ui.scatter.layers.pictures import PicturesLayer
from embexplorer.ui.scatter.layers.sequences import SequencesLayer
from embexplorer.ui.scatter.map_view import CLICK_SLACK

if TYPE_CHECKING:
    from typing import TypeVar

    from numpy.typing import NDArray

    from embexplorer.app.presenters.selecting import How
    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.ui.scatter.map_view import MapView
    from embexplorer.ui.theme import Theme

    Kind = TypeVar("Kind", Terrain, Hulls, Edges, Sequences, Pictures, Arrows, Places)

FEW, MIDDLE = 8, 0.9  # items of a group from which this share of them is its middle
SETTLED = 160  # ms without a move, after which every line is drawn again
FLAT = ("density", "contours", "hulls")
SLOW = {"edges", "sequences", "contours", "hulls"}  # while the map moves
CONTOURS_NOTE = "Contours hold 25, 50, 75 and 90% of the shown items."
DENSITY_NOTE = "Density of the shown items; the gray grows with its root."


class MapLayers(QObject):
    """Draws what the state says, and finds the name under a click."""

    def __init__(self, theme: Theme, services: Services, view: MapView) -> None:
        super().__init__(view)
        self._services = services
        self._view = view
        self.ground = GroundLayer(theme)
        self.density = DensityLayer(theme)
        self.contours = ContoursLayer(theme)
        self.hulls = HullsLayer(theme)
        self.edges = EdgesLayer(theme)
        self.sequences = SequencesLayer(theme)
        self.pictures = PicturesLayer(theme, view)
        self.arrows = ArrowsLayer(theme)
        self.arrow_names = ArrowNamesLayer(theme)
        self.notes = NotesLayer(theme)
        self.outlines = CachedLayers(theme, (self.hulls, self.contours))
        self.names = NamesLayer(theme)
        self.item_names = ItemNamesLayer(theme)
        self._slow = (self.edges, self.sequences, self.outlines, self.item_names)
        self._pointed: NDArray[np.int64] | None = None  # the items that a list points at
        self._pressed: QPointF | None = None  # where the click of the moment began
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED)
        self._settled.timeout.connect(self._draw_whole)
        view.view_changed.connect(self._moved)
        view.viewport().installEventFilter(self)
        self._is_drawn = False

    def show(self, state: State, old: State | None) -> None:
        """Follow the state."""
        if old is None or old.selection is not state.selection:
            self._emphasize(state)
        ground = ground_of(state)
        places = None if ground is None else ground.coords
        if old is not None and places is self.ground.points and not _differs(old, state):
            return
        self.ground.show(places)
        layers, drawings = state.style.layers, state.drawings
        is_on = bool(layers or state.style.labels or ground)
        if not is_on and not self._is_drawn:
            return
        self._is_drawn = is_on
        terrain = _shown(state, "terrain", Terrain)
        self.density.terrain = terrain if "density" in layers else None
        self.contours.terrain = terrain if "contours" in layers else None
        self.hulls.hulls = _shown(state, "hulls", Hulls)
        self.sequences.show(_shown(state, "sequences", Sequences))
        self.pictures.show(_shown(state, "pictures", Pictures))
        arrows = _shown(state, "arrows", Arrows)
        self.arrows.show(arrows)
        self.arrow_names.show(arrows)
        mask = passing(state)
        n_cut = self.edges.show(_shown(state, "edges", Edges), mask)
        space = state.space
        self.names.show(_shown(state, "labels", Places))
        texts = None if space is None or not state.style.labels else space.items.take
        self.item_names.show(state.active_space, texts, mask)
        self.item_names.is_spread = state.style.labels == ITEM_NAMES
        self._emphasize(state)
        notes = [
            note
            for kind, drawing in drawings.items()
            if _is_on(state, kind) and drawing.space_id == state.active_space
            for note in drawing.notes
        ]
        if n_cut:
            notes.append(f"{counted(n_cut, 'edge')} to items that are not shown left out.")
        self.notes.lines = (
            *_ground_notes(state, is_sample=self.ground.is_sample),
            *_terrain_notes(state),
            *notes,
            *_flat_note(state),
        )
        self.outlines.renew(is_on=bool(layers & {"hulls", "contours"}))
        self._view.set_layers(
            under=(self.ground, self.density, self.edges, self.sequences),
            over=(
                self.outlines,
                self.pictures,
                self.arrows,
                self.notes,
                self.arrow_names,
                self.names,
            ),
            last=(self.item_names,),
        )

    def single_out(self, rows: NDArray[np.int64] | None) -> None:
        """Let the names of other groups fade than that a list points at; None ends it."""
        self._pointed = rows
        self._emphasize(self._services.store.state)

    def _emphasize(self, state: State) -> None:
        """Let the names of groups fade that a list, or several selected items, are not about."""
        places, chosen = _shown(state, "labels", Places), state.selection
        rows = self._pointed
        if rows is None and chosen is not None and len(chosen) > 1:
            rows = chosen.indices
        strong = None
        if places is not None and rows is not None and len(rows) and rows[-1] < len(places.codes):
            strong = places.held_by(rows) or None
        if strong != self.names.strong:
            self.names.strong = strong
            self._view.viewport().update()

    def without_names(self) -> None:
        """Draw no names: a figure that shall have none."""
        self.names.show(None)
        self.item_names.show("", None, None)
        self._view.redraw_layers()

    def middle_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the items of a group that are nearest to its middle on the map: most of them."""
        coords = coords_on_map(self._services.store.state)
        if coords is None:
            return rows
        rows = rows[np.isfinite(coords[rows]).all(axis=1)]
        if len(rows) < FEW:
            return rows
        points = coords[rows].astype(np.float64)
        apart = points - np.median(points, axis=0)
        distances = np.einsum("ij,ij->i", apart, apart)
        middle: NDArray[np.int64] = rows[distances <= np.quantile(distances, MIDDLE)]
        return middle

    # -- moves ---------------------------------------------------------------------------------

    def _moved(self) -> None:
        """Draw fewer lines, older outlines and the same names while the map moves."""
        style = self._services.store.state.style
        if self._is_drawn and (style.labels or style.layers & SLOW):
            for layer in self._slow:
                layer.is_moving = True
            self._settled.start()

    def _draw_whole(self) -> None:
        was_short = any(layer.is_short for layer in self._slow)
        for layer in self._slow:
            layer.is_moving = False
        if was_short:
            self._view.redraw_layers()

    # -- clicks on names -----------------------------------------------------------------------

    def take_click(self, row: int, how: How) -> bool:
        """Select what the name stands for that was clicked last; returns whether there is one.

        Parameters
        ----------
        row
            The item that was clicked, which comes before the name of another; -1 for none.
        how
            ``replace``, ``add``, ``remove`` or ``intersect``.
        """
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            return False
        group = self.names.group_at(pressed)
        if group is None:
            named = self.item_names.item_at(pressed) if row < 0 else -1
            if named >= 0:
                self._services.selecting.take([named], how)
            return named >= 0
        labels = self._services.store.state.style.labels
        column = column_labelled(labels)
        if column:
            name = self._name_of(group)
            self._services.selecting.by_value(column, name, how)
        else:
            self._services.clustering.select(labels, group, how)
        return True

    def _name_of(self, group: int) -> str | None:
        places = _shown(self._services.store.state, "labels", Places)
        if places is None:
            return None
        at = np.flatnonzero(places.numbers == group)
        return places.names[int(at[0])] if len(at) else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note where the mouse is pressed, and point with a hand at names."""
        if isinstance(event, QMouseEvent):
            kind, position, pressed = event.type(), event.position(), self._pressed
            if kind == QEvent.Type.MouseButtonPress:
                self._pressed = position
            elif kind == QEvent.Type.MouseButtonRelease and pressed is not None:
                is_click = (position - pressed).manhattanLength() <= CLICK_SLACK
                self._pressed = pressed if is_click else None
            elif kind == QEvent.Type.MouseMove and event.buttons() == Qt.MouseButton.NoButton:
                self._point(position)
        return False

    def _point(self, position: QPointF) -> None:
        """Show a hand over a name that can be clicked."""
        is_on_name = self.names.group_at(position) is not None or (
            self.item_names.item_at(position) >= 0 and self._view.item_at(position) < 0
        )
        if is_on_name and self._view.tool == "pointer":
            self._view.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self._view.viewport().unsetCursor()


def _differs(old: State, new: State) -> bool:
    """Return whether something changed that layers show."""
    seen = (
        "drawings", "styles", "active_space", "hidden", "visible", "active_projection", "live",
    )  # fmt: skip
    return any(getattr(old, name) is not getattr(new, name) for name in seen)


def _shown(state: State, kind: str, expected: type[Kind]) -> Kind | None:
    """Return what a layer shows, when it is on, and of the active space."""
    drawing = state.drawings.get(kind)
    if drawing is None or drawing.space_id != state.active_space or not _is_on(state, kind):
        return None
    return drawing.shown if isinstance(drawing.shown, expected) else None


def _is_on(state: State, kind: str) -> bool:
    if kind == "labels":
        return bool(state.style.labels)
    wanted = {"density", "contours"} if kind == "terrain" else {kind}
    return bool(state.style.layers & wanted)


def _ground_notes(state: State, *, is_sample: bool) -> tuple[str, ...]:
    """Return what the gray dots are."""
    ground = ground_of(state)
    space = None if ground is None else state.document.space(ground.space_id)
    if ground is None or space is None:
        return ()
    some = f"a sample of {MOST:,} of " if is_sample else ""
    return (f"In gray: {some}the {counted(ground.n, 'item')} that “{space.name}” has on this map.",)


def _terrain_notes(state: State) -> tuple[str, ...]:
    if _shown(state, "terrain", Terrain) is None:
        return ()
    layers = state.style.layers
    density = (DENSITY_NOTE,) if "density" in layers else ()
    return (*density, CONTOURS_NOTE) if "contours" in layers else density


def _flat_note(state: State) -> tuple[str, ...]:
    """Return which layers a 3-D map does not show."""
    coords = coords_on_map(state)
    missing = [layer for layer in FLAT if layer in state.style.layers]
    if coords is None or coords.shape[1] == 2 or not missing:
        return ()
    return (f"Not drawn on a 3-D map: {', '.join(missing)}.",)
