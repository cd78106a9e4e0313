"""The docks: their first places and sizes, and how a layout is kept and comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from embexplorer.ui.widgets.dock_title import DockTitle

if TYPE_CHECKING:
    from embexplorer.ui.theme import Theme

LIBRARY, DATA, INSPECTOR = "Library", "Data", "Inspector"
AREAS = {
    LIBRARY: Qt.DockWidgetArea.LeftDockWidgetArea,
    DATA: Qt.DockWidgetArea.BottomDockWidgetArea,
    INSPECTOR: Qt.DockWidgetArea.RightDockWidgetArea,
}
# em; Data is measured in height, the others in width
FIRST_EMS = {LIBRARY: 17.5, DATA: 12.5, INSPECTOR: 22.0}
MAP_EMS = 30.0  # what the docks leave to the map, where the window is large enough
LEAST_EMS = {LIBRARY: 14.0, DATA: 6.0, INSPECTOR: 18.0}


class Docks:
    """Three docks that are all away at first, and while nothing is open; then they come back.

    Parameters
    ----------
    panels
        What is in each dock, by its name.
    layout
        What `layout` returned in an earlier run, or nothing.
    """

    def __init__(
        self, theme: Theme, window: QMainWindow, panels: dict[str, QWidget], layout: str
    ) -> None:
        self._theme = theme
        self._window = window
        self._is_away = True
        self._kept = QByteArray.fromBase64(layout.encode())
        self.by_name = {name: self._add(name, panel) for name, panel in panels.items()}
        self._size(self.by_name)
        window.setCorner(Qt.Corner.BottomLeftCorner, AREAS[LIBRARY])
        window.setCorner(Qt.Corner.BottomRightCorner, AREAS[INSPECTOR])

    def layout(self) -> str:
        """Return where every dock is, as text for the settings."""
        state = self._kept if self._is_away else self._window.saveState()
        return bytes(state.toBase64().data()).decode()

    def leave(self) -> None:
        """Take all docks away; `come_back` shows them as they are now."""
        if self._is_away:
            return
        if self._window.isVisible():
            self._kept = self._window.saveState()
        self._is_away = True
        for dock in self.by_name.values():
            dock.hide()

    def come_back(self) -> None:
        """Show the docks as they were before `leave`, or in an earlier run."""
        self._is_away = False
        if self._kept.isEmpty() or not self._window.restoreState(self._kept):
            self._lay_out()

    def reset(self) -> None:
        """Put every dock back where it is at first, unless all are away."""
        if not self._is_away:
            self._lay_out()

    def _lay_out(self) -> None:
        for name, dock in self.by_name.items():
            dock.setFloating(False)
            self._window.removeDockWidget(dock)
            self._window.addDockWidget(AREAS[name], dock)
            dock.show()
        self._size(self.by_name)

    def _add(self, name: str, panel: QWidget) -> QDockWidget:
        dock = QDockWidget(name, self._window)
        dock.setObjectName(f"dock-{name}")
        dock.setTitleBarWidget(DockTitle(self._theme, dock))
        dock.setWidget(panel)
        least = self._theme.px(LEAST_EMS[name])
        if _direction(name) == Qt.Orientation.Vertical:
            panel.setMinimumHeight(least)
        else:
            panel.setMinimumWidth(least)
        self._window.addDockWidget(AREAS[name], dock)
        dock.hide()
        return dock

    def _size(self, docks: dict[str, QDockWidget]) -> None:
        """Give docks their first sizes; those beside each other at once, or one moves the other."""
        for direction in (Qt.Orientation.Horizontal, Qt.Orientation.Vertical):
            names = [name for name in docks if _direction(name) == direction]
            sizes = [self._theme.px(ems) for ems in self._ems(names, direction)]
            self._window.resizeDocks([docks[name] for name in names], sizes, direction)

    def _ems(self, names: list[str], direction: Qt.Orientation) -> list[float]:
        """Return the first sizes, smaller ones in a window that would leave the map no room."""
        is_flat = direction == Qt.Orientation.Vertical
        window = self._window.height() if is_flat else self._window.width()
        room = window / self._theme.em - MAP_EMS
        first, least = (sum(table[name] for name in names) for table in (FIRST_EMS, LEAST_EMS))
        share = min(1.0, max(0.0, (room - least) / (first - least)))
        return [LEAST_EMS[name] + share * (FIRST_EMS[name] - LEAST_EMS[name]) for name in names]


def _direction(name: str) -> Qt.Orientation:
    return Qt.Orientation.Vertical if name == DATA else Qt.Orientation.Horizontal
