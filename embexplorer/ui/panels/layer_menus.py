"""The menus that say what is named on the map, and what is drawn beside its points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from embexplorer.app.appearance import shape_columns
from embexplorer.app.making_drawings import sequence_columns
from embexplorer.app.presenters.contents import clusters_title
from embexplorer.app.presenters.coords import coords_on_map
from embexplorer.app.style import ITEM_NAMES, column_labelled, labels_of_column
from embexplorer.ui.panels.style_menus import StateMenu

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.app.style import Layer
    from embexplorer.core.space import Space

NONE, ITEMS = "None", "Items"
ROW_ORDER = "Order in the space"
ARROWS = (20, 50, 200, 500)
FLAT_ONLY = "On 2-D maps only"
LAYER_TITLES: dict[Layer, tuple[str, str]] = {
    "density": ("Density", "A soft ground under the points, darker where they lie denser."),
    "contours": ("Contours", "Lines that hold 25, 50, 75 and 90% of the shown items."),
    "hulls": ("Hulls", "Around the middle 95% of the shown items of each category."),
    "edges": ("Edges", "From the selected items to their 5 nearest in the full space."),
    "sequences": ("Sequences", "Lines through the items of one color, in an order."),
    "pictures": ("Pictures", "Where items are image files."),
    "arrows": ("Arrows", "From where items were before debiasing, on a map made for both."),
}
FLAT = ("density", "contours", "hulls")


class LabelsMenu(StateMenu):
    """What is named: nothing, items, clusters, or the categories of a column."""

    find_requested = Signal()

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__(services, parent, "Labels")

    def fill(self, state: State, space: Space) -> None:
        """Add what can be named."""
        chosen = state.style.labels
        self.choice(self, NONE, "", self._show, is_chosen=not chosen)
        self.choice(
            self,
            ITEMS,
            ITEM_NAMES,
            self._show,
            is_chosen=chosen == ITEM_NAMES,
            tip="Where they find room, the first ones of the file before others.",
        )
        clusters = state.document.clusters_of(space.id)
        titles = [clusters_title(state, item) for item in clusters]
        if clusters:
            self.addSection("Clusters")
        for item, title in zip(clusters, titles, strict=True):
            self.choice(self, title, item.id, self._show, is_chosen=chosen == item.id)
        columns = [name for name in shape_columns(space) if name not in titles]
        if columns:
            self.addSection("Columns")
        for name in columns:
            is_chosen = column_labelled(chosen) == name
            self.choice(self, name, labels_of_column(name), self._show, is_chosen=is_chosen)
        self.addSeparator()
        self.addAction("Find clusters…", self.find_requested.emit)

    def _show(self) -> None:
        self.services.clustering.show(self.chosen())


class LayersMenu(StateMenu):
    """What is drawn beside the points."""

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__(services, parent, "Layers")

    def fill(self, state: State, space: Space) -> None:
        """Add a switch for each layer, and the order of sequences."""
        coords = coords_on_map(state)
        is_solid = coords is not None and coords.shape[1] == 3
        for layer, (title, tip) in LAYER_TITLES.items():
            is_flat = layer in FLAT
            is_on = layer in state.style.layers
            said = FLAT_ONLY if is_flat and is_solid else tip
            action = self.choice(self, title, layer, self._toggle, is_chosen=is_on, tip=said)
            action.setEnabled(not (is_flat and is_solid))
            if layer == "sequences":
                self._fill_orders(state, space)
            elif layer == "arrows":
                self._fill_numbers(state)

    def _fill_orders(self, state: State, space: Space) -> None:
        orders = self.submenu("Order of sequences")
        for name in ("", *sequence_columns(space)):
            is_chosen = state.style.sequence_by == name
            self.choice(orders, name or ROW_ORDER, name, self._order, is_chosen=is_chosen)

    def _fill_numbers(self, state: State) -> None:
        numbers = self.submenu("Number of arrows")
        for number in ARROWS:
            is_chosen = state.style.most_arrows == number
            self.choice(numbers, f"{number:,}", str(number), self._limit, is_chosen=is_chosen)

    def _limit(self) -> None:
        layers = self.services.store.state.style.layers | {"arrows"}
        most = int(self.chosen())
        self.services.map.restyle("Number of arrows", most_arrows=most, layers=layers)

    def _toggle(self) -> None:
        self.services.map.toggle_layer(self.chosen())

    def _order(self) -> None:
        layers = self.services.store.state.style.layers | {"sequences"}
        self.services.map.restyle("Order of sequences", sequence_by=self.chosen(), layers=layers)


def labels_text(state: State) -> str:
    """Return what the button of the labels says: what is named."""
    chosen = state.style.labels
    if not chosen:
        return NONE
    if chosen == ITEM_NAMES:
        return ITEMS
    column = column_labelled(chosen)
    if column:
        return column
    clusters = (item for item in state.document.clusters if item.id == chosen)
    return next((clusters_title(state, item) for item in clusters), NONE)


def layers_text(state: State) -> str:
    """Return what the button of the layers says: the one that is on, or how many are."""
    on = [LAYER_TITLES[layer][0] for layer in LAYER_TITLES if layer in state.style.layers]
    return on[0] if len(on) == 1 else f"{len(on)} layers" if on else NONE
