"""The details panel: one item, several items, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from embexplorer.app.presenters.details import item_details
from embexplorer.app.wording import decimal
from embexplorer.ui.panels.several_items import SeveralItems
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import ScrollColumn, row
from embexplorer.ui.widgets.empty_state import EmptyState
from embexplorer.ui.widgets.interval import Interval, IntervalView
from embexplorer.ui.widgets.key_values import KeyValues
from embexplorer.ui.widgets.labels import ElidedLabel, label, rule

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from embexplorer.app.services import Services
    from embexplorer.app.state import NeighborsKept, State
    from embexplorer.core.space import Space
    from embexplorer.ui.theme import Theme


class DetailsPanel(QStackedWidget):
    """Shows what is known about the selection."""

    neighbors_requested = Signal()

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("details")
        self.setAccessibleName("Details")
        self._services = services
        self._empty = EmptyState(
            theme, self, "No item selected", "Click a point, or press Ctrl+F and type to find one."
        )
        self._one = _OneItem(theme, self)
        self._one.find_button.clicked.connect(self.neighbors_requested)
        self.several = SeveralItems(theme, services, self)
        for page in (self._empty, self._one, self.several):
            self.addWidget(page)
        services.store.subscribe(self._changed)
        self._show(services.store.state)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what changed while another tab was open."""
        super().showEvent(event)
        state = self._services.store.state
        self._show(state)
        self._one.show_kept(_kept(state))

    def _changed(self, old: State, new: State) -> None:
        if not self.isVisible():
            return  # figures that nobody sees hold up the map
        same = old.selection is new.selection and old.active_space == new.active_space
        if not same or old.styles is not new.styles:
            self._show(new)
        elif old.explained is not new.explained:
            self.several.show_explained(new)
        if old.kept is not new.kept or old.active_projection != new.active_projection or not same:
            self._one.show_kept(_kept(new))

    def _show(self, state: State) -> None:
        space, chosen = state.space, state.selection
        if space is None or chosen is None or chosen.space_id != space.id:
            self.setCurrentWidget(self._empty)
        elif state.selected is not None:
            self._one.show_item(space, state.selected)
            self.setCurrentWidget(self._one)
        else:
            self.several.show_selection(space, chosen, state)
            self.setCurrentWidget(self.several)


class _OneItem(ScrollColumn):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, "Details of one item")
        self._text = label(self, "", "title", wrap=True)
        self._text.setTextInteractionFlags(self._text.textInteractionFlags().TextSelectableByMouse)
        self._place = label(self, "", "caption", wrap=True)
        self.find_button = Button(theme, self, "Find neighbors", icon="neighbors")
        self._columns = KeyValues(theme, self, "Columns")
        self._kept_title = label(self, "Faithfulness here", "strong")
        self._kept_count = ElidedLabel(self, "", "caption")
        self._kept_count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._kept = Interval(theme, self, "Neighbors kept")
        self._kept_text = label(self, "", "caption", wrap=True)
        self._vector = KeyValues(theme, self, "Vector")
        self.add(self._text, self._place, row(theme, self.find_button, None))
        self.add(rule(self), self._columns, rule(self), gap=0.25)
        head = row(theme, self._kept_title)
        head.addWidget(self._kept_count, 1)
        self.add(head, self._kept, self._kept_text)
        self.add(label(self, "Vector", "strong"), self._vector, gap=0.5)
        self.finish()

    def show_item(self, space: Space, index: int) -> None:
        details = item_details(space, index)
        self._text.setText(details.text)
        self._place.setText(details.place)
        self._columns.set_rows(details.columns)
        self._columns.setVisible(bool(details.columns))
        self._vector.set_rows(
            (("Norm", decimal(details.norm)), ("Dimensions", str(space.d)), ("Row", f"#{index}"))
        )

    def show_kept(self, kept: NeighborsKept | None) -> None:
        for widget in (self._kept_title, self._kept_count, self._kept, self._kept_text):
            widget.setVisible(kept is not None)
        if kept is None:
            return
        share = kept.kept / kept.k
        self._kept_count.show_text(f"{kept.kept} of {kept.k} neighbors kept")
        self._kept.show_view(IntervalView(share, share, share))
        self._kept_text.setText(
            f"The map shows {kept.kept} of this item's {kept.k} nearest items "
            f"among its {kept.k} nearest points."
        )


def _kept(state: State) -> NeighborsKept | None:
    kept = state.kept
    if kept is None or (kept.projection_id, kept.index) != (
        state.active_projection,
        state.selected,
    ):
        return None
    return kept
