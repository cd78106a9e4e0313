"""How the panels about finding and selections reach the map, the files and each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from embexplorer.ui import dialogs
from embexplorer.ui.docks import DATA

if TYPE_CHECKING:
    from embexplorer.ui.main_window import MainWindow


class SelectionLinks(QObject):
    """Connects the signals of panels that do not know each other."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        data, details, kept = window.data, window.details.several, window.selections
        data.row_activated.connect(self._fly)
        data.find_requested.connect(self._find)
        data.export_requested.connect(self._export_items)
        data.said.connect(window.status.say)
        details.keep_requested.connect(window.ask_keep_selection)
        details.tag_requested.connect(window.ask_tag)
        details.export_requested.connect(self._export_selection)
        details.copy_requested.connect(window.copy_results)
        details.rows_pointed.connect(window.map.point_at)
        details.histograms_requested.connect(self._show_histograms)
        kept.keep_requested.connect(window.ask_keep_selection)
        kept.export_requested.connect(self._export_kept)
        kept.rows_pointed.connect(window.map.point_at)
        kept.said.connect(window.status.say)
        window.map.finder.ranked.connect(self._show_ranking)

    def _fly(self, item: int) -> None:
        self._window.map.view.show_rows([item])

    def _find(self, text: str) -> None:
        self._window.services.finding.open(text)
        self._window.map.finder.open()

    def _show_ranking(self) -> None:
        self._window.show_tab("Neighbors")

    def _show_histograms(self) -> None:
        self._window.docks[DATA].show()
        self._window.data.show_histograms()

    def _export_items(self) -> None:
        self._window.ask_export("items")

    def _export_selection(self) -> None:
        self._window.ask_export("selection")

    def _export_kept(self, selection_id: str) -> None:
        services = self._window.services
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
