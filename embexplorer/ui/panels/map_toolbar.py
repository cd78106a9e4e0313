"""The row above the map: projection, color, fit, export. What it shows is the state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from embexplorer.app.appearance import color_columns
from embexplorer.app.presenters.library import projection_title, quality_line
from embexplorer.ui.widgets.buttons import ToolButton
from embexplorer.ui.widgets.labels import rule

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from embexplorer.app.services import Services
    from embexplorer.app.shell import Tool
    from embexplorer.app.state import State
    from embexplorer.ui.theme import Theme

NARROW = 40  # em, below it captions go
NO_COLUMN = "Same"
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
    """Menus and buttons of the map."""

    fit_requested = Signal()
    tool_requested = Signal(str)
    export_requested = Signal()

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("map-toolbar")
        self.setProperty("kind", "toolbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.px(2.5))
        self._theme = theme
        self._services = services
        self._projection = self._menu_button("space", "Projection  P T U")
        self._color = self._menu_button("color", "Color  C")
        self._fit = ToolButton(theme, self, "fit", "Fit to window  F")
        self._fit.clicked.connect(self.fit_requested)
        self._export = ToolButton(theme, self, "export", "Save a picture  Ctrl+E")
        self._export.clicked.connect(self.export_requested)
        self._tools: dict[Tool, ToolButton] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(0.5), 0, theme.px(0.5), 0)
        layout.setSpacing(theme.px(0.1875))
        layout.addWidget(self._projection)
        layout.addWidget(self._line())
        layout.addWidget(self._color)
        layout.addWidget(self._line())
        for tool, (icon, tip) in TOOL_BUTTONS.items():
            button = ToolButton(theme, self, icon, tip, checkable=True)
            button.clicked.connect(self._request_tool)
            self._tools[tool] = button
            layout.addWidget(button)
        layout.addWidget(self._line())
        layout.addWidget(self._fit)
        layout.addStretch()
        layout.addWidget(self._export)
        self.show_tool("pointer")
        services.store.subscribe(self._changed)
        self._show(services.store.state)

    def show_tool(self, tool: Tool) -> None:
        """Show which tool is on."""
        for name, button in self._tools.items():
            button.setChecked(name == tool)

    def _request_tool(self) -> None:
        pressed = self.sender()
        tool = next(name for name, button in self._tools.items() if button is pressed)
        self.show_tool(tool)  # a click on the one that is on would switch it off
        self.tool_requested.emit(tool)

    def _menu_button(self, icon: str, tip: str) -> ToolButton:
        button = ToolButton(self._theme, self, icon, tip, text=" ", kind="menu")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.aboutToShow.connect(self._fill_menus)
        button.setMenu(menu)
        return button

    def _line(self) -> QWidget:
        line = rule(self, vertical=True)
        line.setFixedHeight(self._theme.px(1.25))
        return line

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Drop captions where there is no room for them."""
        super().resizeEvent(event)
        self._show(self._services.store.state)

    def _changed(self, old: State, new: State) -> None:
        seen = ("active_space", "active_projection", "styles", "live", "document")
        if any(getattr(old, name) is not getattr(new, name) for name in seen):
            self._show(new)

    def _show(self, state: State) -> None:
        is_narrow = self.width() < self._theme.px(NARROW)
        projection, column = state.projection, state.style.color_by or NO_COLUMN
        title = projection_title(projection) if projection is not None else "No map"
        if state.live is not None and state.live_coords is not None:
            titles = {plugin.id: plugin.title for plugin in self._services.map.methods()}
            title = f"{titles.get(state.live.method, state.live.method)} …"
        self._projection.setText(title)
        self._color.setText(column if is_narrow else f"Color: {column}")
        for button in (self._projection, self._color, self._fit, self._export):
            button.setEnabled(state.space is not None)

    def _fill_menus(self) -> None:
        state, space = self._services.store.state, self._services.store.state.space
        projections, colors = self._projection.menu(), self._color.menu()
        projections.clear()
        colors.clear()
        if space is None:
            return
        for made in state.document.projections_of(space.id):
            text = "   ".join(filter(None, (projection_title(made), quality_line(made))))
            action = projections.addAction(text, self._show_projection)
            action.setData(made.id)
            action.setCheckable(True)
            action.setChecked(made.id == state.active_projection)
        projections.addSeparator()
        for plugin in self._services.map.methods():
            projections.addAction(f"Project with {plugin.title}", self._project).setData(plugin.id)
        for column in ("", *color_columns(space)):
            action = colors.addAction(column or NO_COLUMN, self._color_by)
            action.setData(column)
            action.setCheckable(True)
            action.setChecked(column == state.style.color_by)

    def _show_projection(self) -> None:
        self._services.map.show(self.sender().data())  # type: ignore[attr-defined]  # a QAction

    def _project(self) -> None:
        self._services.map.project(self.sender().data())  # type: ignore[attr-defined]  # a QAction

    def _color_by(self) -> None:
        self._services.map.color_by(self.sender().data())  # type: ignore[attr-defined]  # a QAction
