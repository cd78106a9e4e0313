"""How the panels about finding and selections reach the map, the files and each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from embexplorer.ui import dialogs
from embexplorer.ui.docks import DATA

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QMainWindow

    from embexplorer.app.services import Services
    from embexplorer.app.shell import Shell
    from embexplorer.ui.panels.data import DataPanel
    from embexplorer.ui.panels.details import DetailsPanel
    from embexplorer.ui.panels.kept_selections import KeptSelectionsPanel
    from embexplorer.ui.panels.map import MapPanel


class SelectionLinks(QObject):
    """Connects the signals of panels that do not know each other.

    Parameters
    ----------
    window
        Parent of dialogs.
    shell
        What the window does for commands.
    say
        Puts a sentence into the status bar.
    """

    def __init__(
        self, window: QMainWindow, shell: Shell, services: Services, say: Callable[[str], None]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._shell = shell
        self._services = services
        self._say = say

    def connect_panels(
        self,
        map_: MapPanel,
        data: DataPanel,
        details: DetailsPanel,
        kept: KeptSelectionsPanel,
    ) -> None:
        """Connect the panels with each other, and with what the window does."""
        self._map, self._data = map_, data
        shell, several = self._shell, details.several
        data.row_activated.connect(self._fly)
        data.find_requested.connect(self._find)
        data.export_requested.connect(self._export_items)
        data.said.connect(self._say)
        several.keep_requested.connect(shell.ask_keep_selection)
        several.tag_requested.connect(shell.ask_tag)
        several.export_requested.connect(self._export_selection)
        several.copy_requested.connect(shell.copy_results)
        several.rows_pointed.connect(map_.point_at)
        several.histograms_requested.connect(self._show_histograms)
        kept.keep_requested.connect(shell.ask_keep_selection)
        kept.export_requested.connect(self._export_kept)
        kept.rows_pointed.connect(map_.point_at)
        kept.said.connect(self._say)
        map_.finder.ranked.connect(self._show_ranking)

    def _fly(self, item: int) -> None:
        self._map.view.show_rows([item])

    def _find(self, text: str) -> None:
        self._services.finding.open(text)
        self._map.finder.open()

    def _show_ranking(self) -> None:
        self._shell.show_tab("Neighbors")

    def _show_histograms(self) -> None:
        if not self._shell.is_dock_shown(DATA):
            self._shell.toggle_dock(DATA)
        self._data.show_histograms()

    def _export_items(self) -> None:
        self._shell.ask_export("items")

    def _export_selection(self) -> None:
        self._shell.ask_export("selection")

    def _export_kept(self, selection_id: str) -> None:
        services = self._services
        state = services.store.state
        kept = next((one for one in state.document.selections if one.id == selection_id), None)
        if kept is None or state.space is None:
            return
        folder = services.remembered.settings.export_folder
        name = f"{state.space.name}-{kept.name}.csv".replace("/", "-")
        path = dialogs.ask_table_file(self._window, name, folder)
        if path is not None:
            services.remembered.change(export_folder=str(path.parent))
            services.results.export_rows(kept.rows, path)
