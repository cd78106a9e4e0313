"""Views that are kept under a name: asked for, flown to, renamed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from embexplorer.app.state import Problem
from embexplorer.app.work import show_problem
from embexplorer.core.errors import UserError
from embexplorer.ui import dialogs

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from embexplorer.app.services import Services
    from embexplorer.ui.panels.map import MapPanel


class SavedViews(QObject):
    """What the window does with kept views."""

    def __init__(self, services: Services, map_panel: MapPanel, window: QWidget) -> None:
        super().__init__(window)
        self._services = services
        self._map = map_panel
        self._window = window

    def ask_save(self) -> None:
        """Ask under which name the place that the map shows is kept."""
        camera = self._map.view.camera()
        name = dialogs.ask_text(self._window, "Save this view", "Name")
        if name is not None:
            self._services.gallery.keep_view(name, camera)

    def ask_rename(self, view_id: str) -> None:
        """Ask for another name of a view."""
        view = self._services.gallery.view(view_id)
        if view is not None:
            name = dialogs.ask_text(self._window, "Rename the view", "Name", view.name)
            if name is not None:
                self._services.gallery.rename_view(view_id, name)

    def show(self, view_id: str) -> None:
        """Fly to a kept view, on the map it belongs to."""
        view = self._services.gallery.view(view_id)
        if view is None:
            return
        try:
            self._map.go_to(view.projection_id, view.camera)
        except ValueError:
            error = UserError(
                "The view does not fit",
                f"“{view.name}” is no place on this map.",
                "Remove it, and save a view of the map as it is.",
            )
            show_problem(self._services.store, Problem(error))
