"""The map, alone or with a second one beside it: linked cameras, and rings on both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from embexplorer.ui.panels.second_map import SecondMap
from embexplorer.ui.scatter.camera_link import CameraLink

if TYPE_CHECKING:
    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.ui.panels.map_marks import MapMarking
    from embexplorer.ui.scatter.map_view import MapView
    from embexplorer.ui.theme import Theme


class MapSides(QSplitter):
    """Holds the view of the map, and makes a second one when the state has one.

    Signals
    -------
    second_made(object)
        The `SecondMap` is there, to be connected as the first is.
    divided()
        The view of the map has another width.
    """

    second_made = Signal(object)
    divided = Signal()

    def __init__(
        self,
        theme: Theme,
        services: Services,
        view: MapView,
        marking: MapMarking,
        parent: QWidget,
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("maps")
        self.setChildrenCollapsible(False)
        self._theme = theme
        self._services = services
        self._view = view
        self._marking = marking
        self.second: SecondMap | None = None
        self.link: CameraLink | None = None
        self.addWidget(view)
        self.setStretchFactor(0, 1)
        self.splitterMoved.connect(self.divided)

    @property
    def is_divided(self) -> bool:
        """Whether there are two maps."""
        return self.second is not None and not self.second.isHidden()

    def show_state(self, state: State, old: State | None) -> None:
        """Show the projection beside, where there is one."""
        is_wanted, was_divided = state.projection_beside is not None, self.is_divided
        if is_wanted and self.second is None:
            self._make()
        second = self.second
        if second is None or not (is_wanted or was_divided):
            return
        if is_wanted != was_divided:
            second.setVisible(is_wanted)
            second.forget()
            half = self.width() // 2
            self.setSizes([half, half])
        if is_wanted:
            second.show_state(state, old if was_divided else None)
        if is_wanted != was_divided:
            self.divided.emit()
            self._view.fit()
            if self.link is not None:
                self.link.follow(0)

    def _make(self) -> None:
        self.second = second = SecondMap(self._theme, self._services, self)
        second.hide()
        self.addWidget(second)
        self.setStretchFactor(1, 1)
        self.link = CameraLink(self._view, second.view)
        second.link_requested.connect(self.link.set_on)
        second.view.set_tool(self._view.tool)
        second.view.item_hovered.connect(self._ring_first)
        self._view.item_hovered.connect(self._ring_second)
        self.second_made.emit(second)

    def _ring_first(self, row: int, at: QPoint) -> None:
        self._marking.ring(row)

    def _ring_second(self, row: int, at: QPoint) -> None:
        if self.second is not None and self.is_divided:
            self.second.marking.ring(row)
