"""Everything in the window beside its first page, put together and connected."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QTabWidget, QWidget

from embexplorer.ui import dialogs
from embexplorer.ui.actions import Actions
from embexplorer.ui.command_palette import CommandPalette
from embexplorer.ui.docks import DATA, INSPECTOR, LIBRARY, Docks
from embexplorer.ui.figure.publishing import Publishing
from embexplorer.ui.head_row import HeadRow
from embexplorer.ui.messages import Messages
from embexplorer.ui.panels.analogy import AnalogyPanel
from embexplorer.ui.panels.contents import ContentsPanel
from embexplorer.ui.panels.data import DataPanel
from embexplorer.ui.panels.details import DetailsPanel
from embexplorer.ui.panels.kept_selections import KeptSelectionsPanel
from embexplorer.ui.panels.library import LibraryPanel
from embexplorer.ui.panels.map import MapPanel
from embexplorer.ui.panels.neighbors import NeighborsPanel
from embexplorer.ui.project_files import ProjectFiles
from embexplorer.ui.recovery import Recovery
from embexplorer.ui.resting import Resting
from embexplorer.ui.saved_views import SavedViews
from embexplorer.ui.selection_links import SelectionLinks
from embexplorer.ui.status_bar import StatusBar
from embexplorer.ui.thumbnails import Thumbnails
from embexplorer.ui.widgets.later_tab import LaterTab
from embexplorer.ui.widgets.toast import Toast
from embexplorer.ui.window_shell import WindowShell

if TYPE_CHECKING:
    from collections.abc import Callable

    from embexplorer.app.services import Services
    from embexplorer.ui.main_window import MainWindow
    from embexplorer.ui.panels.second_map import SecondMap


def furnish(window: MainWindow, services: Services) -> None:
    """Give a window its panels, docks and menus, and let it follow the state."""
    theme = window.theme
    window.services = services
    window.shell = WindowShell(window, services)
    window.projects = ProjectFiles(services, window)
    window.map = MapPanel(theme, services, window)
    window.center.addWidget(window.map)
    window.toast = Toast(theme, window.center)
    window.center.currentChanged.connect(window.toast.lie_on_top)  # a page comes above all else
    window.messages = Messages(theme, services, window.toast, window)
    window.data = DataPanel(theme, services, window)
    window.library = LibraryPanel(theme, services, window)
    window.views = SavedViews(services, window.map, window)
    window.thumbnails = Thumbnails(theme, services, window.map.point_colors, window)
    window.library.show_pictures(window.thumbnails)
    window.inspector = _inspector(window, services)
    window.arrangement = Docks(
        theme,
        window,
        {LIBRARY: window.library, DATA: window.data, INSPECTOR: window.inspector},
        services.remembered.settings.window.get("state", ""),
    )
    window.docks = window.arrangement.by_name
    window.actions_ = Actions(services, window.shell, window, window.map.view)
    window.head = HeadRow(theme, window, window.actions_)
    window.setMenuWidget(window.head)
    window.status = StatusBar(theme, services, window)
    window.setStatusBar(window.status)
    say = window.status.say
    window.publishing = Publishing(services, theme, window.map.view, say, window)
    window.recovery = Recovery(theme, services, window.projects, window)
    window.addToolBar(window.recovery)
    Resting(services.store, window)
    window.palette_ = CommandPalette(theme, services, window.actions_, window)
    _Links(window, services).connect_parts()
    links = SelectionLinks(window, window.shell, services, say)
    links.connect_panels(window.map, window.data, window.details, window.selections)
    window.follow()


def _inspector(window: MainWindow, services: Services) -> QTabWidget:
    """Return the tabs of the inspector, their panels made."""
    inspector = QTabWidget(window)
    inspector.setObjectName("Inspector")
    inspector.setDocumentMode(True)
    window.details = DetailsPanel(window.theme, services, window)
    window.neighbors = NeighborsPanel(window.theme, services, window)
    window.analogy = AnalogyPanel(window.theme, services, window)
    window.bias_tab = LaterTab(window, partial(_bias_panel, window))
    window.selections = KeptSelectionsPanel(window.theme, services, window)
    window.contents = ContentsPanel(window.theme, services, window)
    for panel, name in (
        (window.details, "Details"),
        (window.neighbors, "Neighbors"),
        (window.analogy, "Analogy"),
        (window.bias_tab, "Bias"),
        (window.selections, "Selections"),
        (window.contents, "Contents"),
    ):
        number = inspector.addTab(panel, name) + 1
        inspector.setTabToolTip(number - 1, f"{name}  Alt+{number}")
    return inspector


def _bias_panel(window: MainWindow, tab: QWidget) -> QWidget:
    """Return the panel of bias probes, connected; its imports and item sets come with it."""
    from embexplorer.ui.panels.bias import BiasPanel

    shell = window.shell
    panel = BiasPanel(window.theme, window.services, tab)
    panel.row_hovered.connect(window.map.ring)
    panel.copy_requested.connect(shell.copy_results)
    panel.citation_requested.connect(shell.copy_citation)
    panel.repeat_requested.connect(shell.copy_as)
    panel.export_requested.connect(shell.ask_export_bias)
    panel.report_requested.connect(shell.ask_bias_report)
    panel.form.file_requested.connect(shell.ask_item_sets)
    panel.form.edit_requested.connect(shell.ask_edit_sets)
    panel.form.source.folder_requested.connect(partial(_choose_model_folder, window))
    return panel


def _choose_model_folder(window: MainWindow, use: Callable[[Path], None]) -> None:
    folder = dialogs.ask_folder(window, "Choose a model folder", "")
    if folder is not None:
        use(folder)


class _Links(QObject):
    """Connects the parts of a window with each other and with what it does for commands."""

    def __init__(self, window: MainWindow, services: Services) -> None:
        super().__init__(window)
        self._window = window
        self._services = services

    def connect_parts(self) -> None:
        window, shell, status = self._window, self._window.shell, self._window.status
        first = window.first_run
        first.open_requested.connect(shell.ask_open)
        first.sample_requested.connect(self._open_sample)
        first.recent_requested.connect(self._open_recent)
        window.library.open_requested.connect(shell.ask_open)
        window.library.folder_requested.connect(partial(_choose_model_folder, window))
        window.library.view_requested.connect(window.views.show)
        window.library.rename_requested.connect(window.views.ask_rename)
        window.library.copied.connect(status.say)
        window.library.join_requested.connect(self._join)
        window.library.place_requested.connect(self._place)
        window.library.notes_requested.connect(self._show_notes)
        window.map.sides.second_made.connect(self._take_second)
        window.map.export_requested.connect(shell.ask_figure)
        window.map.said.connect(status.say)
        window.map.toolbar.tool_requested.connect(shell.set_tool)
        window.map.toolbar.labels_menu.find_requested.connect(shell.ask_clusters)
        window.data.row_hovered.connect(window.map.ring)
        window.neighbors.row_hovered.connect(window.map.ring)
        window.analogy.row_hovered.connect(window.map.ring)
        window.contents.rows_pointed.connect(window.map.single_out)
        window.contents.rows_visited.connect(window.map.visit)
        window.contents.find_requested.connect(shell.ask_clusters)
        window.contents.said.connect(status.say)
        window.details.neighbors_requested.connect(
            window.actions_.action("analyze.neighbors-of-selection").trigger
        )
        window.neighbors.export_requested.connect(self._export_neighbors)
        window.neighbors.copy_requested.connect(shell.copy_results)
        window.analogy.copy_requested.connect(shell.copy_results)

    def _open_sample(self) -> None:
        self._services.library.open_sample()

    def _join(self, space_id: str) -> None:
        self._services.library.activate(space_id)
        self._window.shell.ask_join()

    def _place(self, space_id: str) -> None:
        self._services.library.activate(space_id)
        self._window.shell.ask_place()

    def _show_notes(self, data_id: str) -> None:
        self._services.library.activate(data_id)
        self._window.shell.show_left_out()

    def _open_recent(self, path: str) -> None:
        self._window.projects.open([Path(path)])

    def _take_second(self, second: SecondMap) -> None:
        self._window.actions_.act_in(second.view)

    def _export_neighbors(self) -> None:
        self._window.shell.ask_export("neighbors")
