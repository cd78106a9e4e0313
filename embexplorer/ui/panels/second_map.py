"""A second map of the same space beside the first: same colors, selection and filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from embexplorer.app.presenters.coords import coords_of, ground_under
from embexplorer.app.presenters.items import passing
from embexplorer.app.presenters.library import projection_title, quality_line
from embexplorer.app.style import ITEM_NAMES
from embexplorer.ui.panels.map_coloring import MapColoring
from embexplorer.ui.panels.map_hover import MapHover
from embexplorer.ui.panels.map_marks import MapMarking
from embexplorer.ui.scatter.layers.ground import GroundLayer
from embexplorer.ui.scatter.layers.item_names import ItemNamesLayer
from embexplorer.ui.scatter.map_view import MapView
from embexplorer.ui.widgets.buttons import ToolButton
from embexplorer.ui.widgets.labels import label

if TYPE_CHECKING:
    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.core.projection import Projection
    from embexplorer.ui.theme import Theme

LEAST = 12  # em


class SecondMap(QWidget):
    """A map with a row that says which it is.

    Signals
    -------
    link_requested(bool)
        Whether it moves together with the first map.
    """

    link_requested = Signal(bool)

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("second-map-panel")
        self.setMinimumWidth(theme.px(LEAST))
        self._theme = theme
        self._services = services
        self._fitted = ""
        self.view = MapView(theme, self)
        self.view.setObjectName("second-map")
        self.view.setAccessibleName("Second map")
        self.ground = GroundLayer(theme)
        self.item_names = ItemNamesLayer(theme)
        self.item_names.is_spread = True
        self.view.set_layers(under=(self.ground,), last=(self.item_names,))
        self.coloring = MapColoring(theme, services, self.view)
        self.coloring.legend_changed.connect(self.coloring.legend.hide)  # the first map has it
        self.marking = MapMarking(theme, services, self.view)
        self.hover = MapHover(
            theme, services, self.view, self.coloring, self.marking, tells_kept=False
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._head())
        layout.addWidget(self.view, 1)

    def _head(self) -> QWidget:
        theme = self._theme
        head = QWidget(self)
        head.setProperty("kind", "toolbar")
        head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        head.setFixedHeight(theme.px(2.5))
        self._title = ToolButton(theme, head, "space", "Map at the right", text=" ", kind="menu")
        self._title.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self._title)
        menu.aboutToShow.connect(self._fill_menu)
        self._title.setMenu(menu)
        self._quality = label(head, "", "caption")
        self.link = ToolButton(
            theme, head, "link", "Link the views\nBoth maps move together.", checkable=True
        )
        self.link.setChecked(True)
        self.link.toggled.connect(self.link_requested)
        close = ToolButton(theme, head, "close", "Close the second map")
        close.clicked.connect(self._services.gallery.show_one)
        layout = QHBoxLayout(head)
        layout.setContentsMargins(theme.px(0.5), 0, theme.px(0.5), 0)
        layout.setSpacing(theme.px(0.375))
        layout.addWidget(self._title)
        layout.addWidget(self._quality)
        layout.addStretch()
        layout.addWidget(self.link)
        layout.addWidget(close)
        return head

    def show_state(self, state: State, old: State | None) -> None:
        """Follow the state; there is a projection beside the map."""
        made, space = state.projection_beside, state.space
        if made is None or space is None:
            return
        coords = coords_of(made, space.n)
        has_moved = self.view.n_items != space.n or self._fitted != made.id
        if has_moved:
            self.hover.forget()
            self.view.set_coords(coords)
            self.view.set_axes(made.axes, made.units)
            ground = ground_under(state, made)
            self.ground.show(None if ground is None else ground.coords)
            self.view.set_room(self.ground.points)
            self.view.redraw_layers()
            self.view.fit()
            self._fitted = made.id
        self.coloring.show(state, None if has_moved else old)
        self.marking.show(state, old, has_moved=has_moved)
        is_named = state.style.labels == ITEM_NAMES
        texts, mask = (space.items.take, passing(state)) if is_named else (None, None)
        if self.item_names.show(space.id, texts, mask):
            self.view.redraw_layers()
        self._title.setText(projection_title(made))
        self._quality.setText(quality_line(made))

    def forget(self) -> None:
        """Let go of what was shown."""
        self._fitted = ""

    def _fill_menu(self) -> None:
        state, menu = self._services.store.state, self._title.menu()
        menu.clear()
        for made in state.document.projections_of(state.active_space):
            action = menu.addAction(_entry(made), self._choose)
            action.setData(made.id)
            action.setCheckable(True)
            action.setChecked(made.id == state.beside)
        menu.addSeparator()
        menu.addAction("Swap the two maps", self._services.gallery.swap)

    def _choose(self) -> None:
        self._services.gallery.show_beside(self.sender().data())  # type: ignore[attr-defined]  # a QAction


def _entry(made: Projection) -> str:
    return "   ".join(filter(None, (projection_title(made), quality_line(made))))
