"""The card beside the item under the cursor."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, QTimer

from embexplorer.app.presenters.coords import coords_on_map
from embexplorer.app.wording import shortened
from embexplorer.core.space import TEXT
from embexplorer.ui.widgets.hover_card import HoverCard, HoverView

if TYPE_CHECKING:
    from embexplorer.app.appearance import Coloring
    from embexplorer.app.presenters.details import TrueNeighbors
    from embexplorer.app.services import Services
    from embexplorer.core.space import Space
    from embexplorer.ui.panels.map_coloring import MapColoring
    from embexplorer.ui.panels.map_marks import MapMarking
    from embexplorer.ui.scatter.map_view import MapView
    from embexplorer.ui.theme import Theme

DELAY = 60  # ms before a card appears
LONGEST = 280  # characters of a text
COLUMNS = 3


class MapHover(QObject):
    """Shows what is under the cursor."""

    def __init__(
        self,
        theme: Theme,
        services: Services,
        view: MapView,
        coloring: MapColoring,
        marking: MapMarking,
        *,
        tells_kept: bool = True,
    ) -> None:
        super().__init__(view)
        self._services = services
        self._view = view
        self._coloring = coloring
        self._marking = marking
        self._tells_kept = tells_kept  # what is kept is known of the first map alone
        self._row = -1
        self._shown = HoverView("")
        self.card = HoverCard(theme, view)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY)
        self._timer.timeout.connect(self._show)
        view.item_hovered.connect(self._hover)
        view.view_changed.connect(self.hide)

    def hide(self) -> None:
        """Hide the card."""
        self._timer.stop()
        self.card.hide()

    def forget(self) -> None:
        """Take no item to be under the cursor, since there are others now or elsewhere."""
        self.hide()
        self._row = -1
        self._marking.hover(-1)

    def _hover(self, row: int, at: QPoint) -> None:
        if row == self._row:
            return
        self._row = row
        if self._view.tool == "pointer":
            self._view.setCursor(
                Qt.CursorShape.PointingHandCursor if row >= 0 else Qt.CursorShape.ArrowCursor
            )
        self._marking.hover(row)
        if row >= 0:
            self._timer.start()
        else:
            self.hide()

    def _show(self) -> None:
        state = self._services.store.state
        space, row = state.space, self._row
        if space is None or not 0 <= row < space.n or coords_on_map(state) is None:
            return
        self._place(hover_view(space, row, self._coloring.coloring))
        if self._tells_kept and self._services.remembered.settings.hover_neighbors:
            self._services.details.ask_neighbors(row, partial(self._show_neighbors, row))

    def _place(self, view: HoverView) -> None:
        self._shown = view
        x, y = self._view.to_pixels([self._row])[0]
        self.card.show_at(view, QPoint(round(x), round(y)))

    def _show_neighbors(self, row: int, found: TrueNeighbors) -> None:
        """Say how many neighbors the map keeps, and join the item to the true ones."""
        if row != self._row or not self.card.isVisible() or not found.k:
            return
        note = f"Kept {found.kept} of {found.k} neighbors"
        self._place(dataclasses.replace(self._shown, note=note))
        self._marking.join(row, found.nearest)


def hover_view(space: Space, row: int, coloring: Coloring | None) -> HoverView:
    """Return what the card says about an item."""
    colored_by = coloring.column if coloring is not None else ""
    others = [name for name in space.columns if name not in (TEXT, colored_by)][:COLUMNS]
    rows = tuple((name, shortened(str(space.columns[name][row].as_py()), 40)) for name in others)
    view = HoverView(shortened(space.text(row), LONGEST), rows=rows)
    if coloring is None or coloring.kind != "category" or coloring.codes[row] < 0:
        return view
    code = int(coloring.codes[row])
    return dataclasses.replace(
        view, category=coloring.positions[code], category_name=coloring.names[code]
    )
