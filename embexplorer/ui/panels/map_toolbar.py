"""The row above the map: projection, looks of the points, tools. What it shows is the state."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from embexplorer.app.presenters.library import projection_title, quality_line
from embexplorer.ui.panels.layer_menus import LabelsMenu, LayersMenu, labels_text, layers_text
from embexplorer.ui.panels.style_menus import SAME, ColorMenu, PointsMenu, StateMenu
from embexplorer.ui.widgets.buttons import ToolButton
from embexplorer.ui.widgets.labels import rule
from embexplorer.ui.widgets.segment import Segment

if TYPE_CHECKING:
    from collections.abc import Collection

    from PySide6.QtGui import QResizeEvent

    from embexplorer.app.services import Services
    from embexplorer.app.shell import Tool
    from embexplorer.app.state import State
    from embexplorer.core.space import Space
    from embexplorer.ui.theme import Theme

# What goes, one after the other, until the rest has room.
CAPTIONS = ("captions",)  # ``Section`` for ``Color: Section``
ICONS = ("layers", "labels", "size")  # menus that become their icons
MOVED = ("nearest", "rectangle", "size", "layers", "labels", "lasso", "pointer")  # into the menu
LAST = ("color", "projection")  # menus that become their icons at last
LONGEST_TEXT = 9  # em of a column's name on a button

TOOL_BUTTONS: dict[Tool, tuple[str, str]] = {
    "pointer": ("pointer", "Pointer  V"),
    "rectangle": ("rect", "Rectangle  R\nShift adds, Alt removes, both intersect."),
    "lasso": ("lasso", "Lasso  L\nShift adds, Alt removes, both intersect."),
    "nearest": (
        "ball",
        "Nearest items  N\nClick a point to select its 10 nearest items in the full space, "
        "not on the map.",
    ),
}


class MapToolbar(QWidget):
    """Menus and buttons of the map.

    Attributes
    ----------
    projection_menu, color_menu, points_menu, labels_menu, layers_menu
        Filled from the state whenever they open.
    """

    fit_requested = Signal()
    tool_requested = Signal(str)
    export_requested = Signal()
    find_requested = Signal()

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("map-toolbar")
        self.setProperty("kind", "toolbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.px(2.5))
        self._theme = theme
        self._services = services
        self.projection_menu = ProjectionMenu(services, self)
        self.color_menu = ColorMenu(services, self)
        self.points_menu = PointsMenu(services, self)
        self.labels_menu = LabelsMenu(services, self)
        self.layers_menu = LayersMenu(services, self)
        self._projection = self._menu_button("space", "Projection  P T U", self.projection_menu)
        self._dims = Segment(theme, self, "Dimensions", {"2": "2D", "3": "3D"})
        self._dims.setToolTip("Dimensions of the map  2 3")
        self._dims.chosen.connect(self._choose_dims)
        self._color = self._menu_button("color", "Color  C", self.color_menu)
        self._size = self._menu_button("size", "Size  S", self.points_menu)
        self._labels = self._menu_button("labels", "Labels  B", self.labels_menu)
        self._layers = self._menu_button("layers", "Layers  Y", self.layers_menu)
        self._menus = {
            "projection": self._projection,
            "color": self._color,
            "size": self._size,
            "labels": self._labels,
            "layers": self._layers,
        }
        self._texts: dict[str, tuple[str, str]] = {}  # caption and text of each menu
        self._fitted: tuple[int, dict[str, tuple[str, str]]] | None = None
        self._fit = ToolButton(theme, self, "fit", "Fit to window  F")
        self._fit.clicked.connect(self.fit_requested)
        self._find = ToolButton(theme, self, "search", "Find items  Ctrl+F")
        self._find.clicked.connect(self.find_requested)
        self._export = ToolButton(theme, self, "export", "Save a picture  Ctrl+E")
        self._export.clicked.connect(self.export_requested)
        self._tools: dict[Tool, ToolButton] = {}
        self._more_menu = QMenu(self)
        self._more_menu.aboutToShow.connect(self._fill_more)
        self._more = ToolButton(theme, self, "more", "More")
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setMenu(self._more_menu)
        self._lay_out()
        self.show_tool("pointer")
        services.store.subscribe(self._changed)
        self._show(services.store.state)

    def show_tool(self, tool: Tool) -> None:
        """Show which tool is on."""
        for name, button in self._tools.items():
            button.setChecked(name == tool)

    def open_menu(self, name: str) -> None:
        """Open the menu ``color``, ``size``, ``labels`` or ``layers`` under its button."""
        menu, button = {
            "color": (self.color_menu, self._color),
            "size": (self.points_menu, self._size),
            "labels": (self.labels_menu, self._labels),
            "layers": (self.layers_menu, self._layers),
        }[name]
        under = self._more if button.isHidden() else button
        menu.popup(under.mapToGlobal(QPoint(0, under.height())))

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        theme = self._theme
        layout = self._layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(0.5), 0, theme.px(0.5), 0)
        layout.setSpacing(theme.px(0.1875))
        layout.addWidget(self._projection)
        layout.addWidget(self._dims)
        layout.addWidget(self._line())
        layout.addWidget(self._color)
        layout.addWidget(self._size)
        layout.addWidget(self._labels)
        layout.addWidget(self._layers)
        layout.addWidget(self._line())
        for tool, (icon, tip) in TOOL_BUTTONS.items():
            button = ToolButton(theme, self, icon, tip, checkable=True)
            button.clicked.connect(self._request_tool)
            self._tools[tool] = button
            layout.addWidget(button)
        layout.addWidget(self._line())
        layout.addWidget(self._fit)
        layout.addStretch()
        layout.addWidget(self._more)
        layout.addWidget(self._find)
        layout.addWidget(self._export)

    def _menu_button(self, icon: str, tip: str, menu: QMenu) -> ToolButton:
        button = ToolButton(self._theme, self, icon, tip, text=" ", kind="menu")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(menu)
        return button

    def _line(self) -> QWidget:
        line = rule(self, vertical=True)
        line.setFixedHeight(self._theme.px(1.25))
        return line

    # -- showing -------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Drop captions, then buttons, where there is no room for them."""
        super().resizeEvent(event)
        self._show(self._services.store.state)

    def _changed(self, old: State, new: State) -> None:
        seen = ("active_space", "active_projection", "styles", "live", "document")
        if any(getattr(old, name) is not getattr(new, name) for name in seen):
            self._show(new)

    def _show(self, state: State) -> None:
        projection, style = state.projection, state.style
        title = projection_title(projection) if projection is not None else "No map"
        if state.live is not None and state.live_coords is not None:
            titles = {plugin.id: plugin.title for plugin in self._services.map.methods()}
            title = f"{titles.get(state.live.method, state.live.method)} …"
        self._texts = {
            "projection": ("", title),
            "color": ("Color", style.color_by or SAME),
            "size": ("Size", style.size_by or SAME),
            "labels": ("Labels", labels_text(state)),
            "layers": ("", "Layers"),
        }
        self._dims.show_value(str(self._services.map.dims))
        self._dims.setEnabled(projection is not None)
        self._layers.setAccessibleDescription(layers_text(state))
        self._fit_in()
        for button in (
            self._projection,
            self._color,
            self._size,
            self._labels,
            self._layers,
            self._fit,
            self._find,
            self._export,
        ):
            button.setEnabled(state.space is not None)

    def _fit_in(self) -> None:
        """Show as much as there is room for: captions go first, then texts, then buttons."""
        wanted = self.width(), self._texts
        if wanted == self._fitted:
            return
        self._fitted = wanted
        self.setUpdatesEnabled(False)
        if not self._fits_without(0):
            most = len([*CAPTIONS, *ICONS, *MOVED, *LAST])
            # Few tries: each lays all buttons out.
            self._fits_without(bisect_left(range(most), True, 1, key=self._fits_without))
        self.setUpdatesEnabled(True)

    def _fits_without(self, n_gone: int) -> bool:
        """Leave out so many captions, texts and buttons, and return whether the rest fits."""
        steps = [*CAPTIONS, *ICONS, *MOVED, *LAST]
        gone = steps[:n_gone]
        self._show_without(
            has_captions=not gone,
            icons=(*gone[1 : 1 + len(ICONS)], *gone[len(steps) - len(LAST) :]),
            moved=gone[1 + len(ICONS) : len(steps) - len(LAST)],
        )
        return self._layout.sizeHint().width() <= self.width()

    def _show_without(
        self, *, has_captions: bool, icons: Collection[str], moved: Collection[str]
    ) -> None:
        for name, button in self._menus.items():
            caption, text = self._texts[name]
            metrics, room = QFontMetricsF(button.font()), self._theme.px(LONGEST_TEXT)
            short = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room).replace("&", "&&")
            button.setText(f"{caption}: {short}" if has_captions and caption else short)
            button.setAccessibleDescription(text)
            button.setToolButtonStyle(
                Qt.ToolButtonStyle.ToolButtonIconOnly
                if name in icons
                else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
            )
        for name, button in (*self._menus.items(), *self._tools.items()):
            button.setVisible(name not in moved)
        self._more.setVisible(bool(moved))

    # -- answers -------------------------------------------------------------------------------

    def _choose_dims(self, dims: str) -> None:
        self._services.map.set_dims(int(dims))
        # A map that cannot be made leaves the switch where it was.
        self._dims.show_value(str(self._services.map.dims))

    def _request_tool(self) -> None:
        pressed = self.sender()
        tool = next(name for name, button in self._tools.items() if button is pressed)
        self._use(tool)

    def _use(self, tool: Tool) -> None:
        self.show_tool(tool)  # a click on the one that is on would switch it off
        self.tool_requested.emit(tool)

    def _fill_more(self) -> None:
        """Offer what has no room."""
        menu = self._more_menu
        menu.clear()
        for button, hidden in (
            (self._size, self.points_menu),
            (self._layers, self.layers_menu),
            (self._labels, self.labels_menu),
        ):
            if button.isHidden():
                menu.addMenu(hidden)
        for tool, button in self._tools.items():
            if button.isHidden():
                title = TOOL_BUTTONS[tool][1].split("\n")[0].split("  ")[0]
                action = menu.addAction(title, self._use_hidden)
                action.setData(tool)
                action.setCheckable(True)
                action.setChecked(button.isChecked())

    def _use_hidden(self) -> None:
        self._use(self.sender().data())  # type: ignore[attr-defined]  # a QAction


class ProjectionMenu(StateMenu):
    """The projections of the space, and the methods that make one."""

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__(services, parent, "Projection")

    def fill(self, state: State, space: Space) -> None:
        """Add the projections, then the methods."""
        for made in state.document.projections_of(space.id):
            text = "   ".join(filter(None, (projection_title(made), quality_line(made))))
            is_chosen = made.id == state.active_projection
            self.choice(self, text, made.id, self._show_projection, is_chosen=is_chosen)
        self.addSeparator()
        for plugin in self.services.map.methods():
            self.addAction(f"Project with {plugin.title}", self._project).setData(plugin.id)

    def _show_projection(self) -> None:
        self.services.map.show(self.chosen())

    def _project(self) -> None:
        self.services.map.project(self.chosen(), dims=self.services.map.dims)
