"""The menu of the bias panel that shows its answer on the map: as colors, or as axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from embexplorer.app.services import Services

NO_SCALE = "This probe is about sets as a whole, and says nothing of other items."


class BiasMapMenu(QMenu):
    """Offers what the last probe of the active space can show."""

    def __init__(self, parent: QWidget, services: Services) -> None:
        super().__init__(parent)
        self.setObjectName("BiasMapMenu")
        self.setAccessibleName("Color the map by this")
        self.setToolTipsVisible(True)
        self._services = services
        self._every = self.addAction("Color every item", self._color_every)
        self._sets = self.addAction("Color the items of the sets", self._color_sets)
        self.addSection("Map on bias axes")
        self._axes = (
            self.addAction("Most varied direction across", self._by_varied),
            self.addAction("Neutrality: length across", self._by_neutrality),
            self.addAction("Order of the space, for frequency", self._by_order),
        )
        self.aboutToShow.connect(self._renew)

    def _renew(self) -> None:
        asked = self._services.store.state.bias
        answer = None if asked is None else asked.answer
        has_scale, has_scores, has_sides = False, False, False
        if answer is not None:
            sets = answer.sets
            has_scale = self._services.bias.find_probe(answer.probe).scale is not None
            has_scores = bool(answer.found.per_item)
            has_sides = bool(sets.pairs) or 2 in (len(sets.attributes), len(sets.targets))
        self._every.setEnabled(has_scale)
        self._every.setToolTip("" if has_scale else NO_SCALE)
        self._sets.setEnabled(has_scores)
        for action in self._axes:
            action.setEnabled(has_sides)

    def _color_every(self) -> None:
        self._services.bias.color_by_scores()

    def _color_sets(self) -> None:
        self._services.bias.color_by_scores(every=False)

    def _by_varied(self) -> None:
        self._services.bias_map.show_axes("varied")

    def _by_neutrality(self) -> None:
        self._services.bias_map.show_axes("neutrality")

    def _by_order(self) -> None:
        self._services.bias_map.show_axes("order")
