"""The main window: head row, docks, map, status bar; drops, and what commands ask of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QTabWidget, QWidget

from embexplorer.app.presenters.results import text_of
from embexplorer.app.work import Then
from embexplorer.ui import dialogs
from embexplorer.ui.actions import Actions
from embexplorer.ui.cluster_dialog import ClusterDialog
from embexplorer.ui.command_palette import CommandPalette
from embexplorer.ui.docks import DATA, INSPECTOR, LIBRARY, Docks
from embexplorer.ui.drops import drop_text, dropped_paths
from embexplorer.ui.export_dialog import ExportDialog
from embexplorer.ui.expression_dialog import ExpressionDialog
from embexplorer.ui.figure.publishing import Publishing
from embexplorer.ui.head_row import HeadRow
from embexplorer.ui.label_dialog import LabelDialog
from embexplorer.ui.panels.analogy import AnalogyPanel
from embexplorer.ui.panels.contents import ContentsPanel
from embexplorer.ui.panels.data import DataPanel
from embexplorer.ui.panels.details import DetailsPanel
from embexplorer.ui.panels.kept_selections import KeptSelectionsPanel
from embexplorer.ui.panels.library import LibraryPanel
from embexplorer.ui.panels.map import MapPanel
from embexplorer.ui.panels.neighbors import NeighborsPanel
from embexplorer.ui.pictures import window_picture, write_picture
from embexplorer.ui.project_files import ProjectFiles
from embexplorer.ui.regions import focus_next_region
from embexplorer.ui.saved_views import SavedViews
from embexplorer.ui.selection_links import SelectionLinks
from embexplorer.ui.status_bar import StatusBar
from embexplorer.ui.thumbnails import Thumbnails
from embexplorer.ui.widgets.first_run import FirstRun, RecentFile
from embexplorer.ui.widgets.toast import Toast, ToastMessage

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QChildEvent
    from PySide6.QtGui import (
        QCloseEvent,
        QDragEnterEvent,
        QDragLeaveEvent,
        QDragMoveEvent,
        QDropEvent,
        QImage,
    )

    from embexplorer.app.presenters.repeating import Language
    from embexplorer.app.services import Services
    from embexplorer.app.shell import Tool
    from embexplorer.app.state import Problem, State
    from embexplorer.jobs.events import Finished
    from embexplorer.storage.settings import Settings
    from embexplorer.ui.panels.second_map import SecondMap
    from embexplorer.ui.theme import Theme

TITLED = ("document", "styles", "project", "active_space")  # what the title of the window tells
WIDE, HIGH = 1440, 900  # the first size where nothing is remembered


class MainWindow(QMainWindow):
    """Puts the panels together and answers what commands ask (`app.commands.Shell`)."""

    def __init__(self, theme: Theme, services: Services) -> None:
        super().__init__()
        self.theme = theme
        self.services = services
        self.setObjectName("main")
        self.setWindowTitle("embexplorer")
        theme.dressing.add_window(self)
        self.setAcceptDrops(True)
        self.setDockOptions(
            QMainWindow.DockOption.AllowTabbedDocks | QMainWindow.DockOption.AllowNestedDocks
        )
        self.projects = ProjectFiles(services, self)
        self.asks_before_closing = True
        self._is_first_run = False
        self._emptied = QTimer(self)
        self._emptied.setSingleShot(True)
        self._emptied.timeout.connect(self._show_first_run)
        self._first_run = FirstRun(theme, self)
        self.map = MapPanel(theme, services, self)
        self._center = _Center(self)
        self._center.addWidget(self._first_run)
        self._center.addWidget(self.map)
        self.setCentralWidget(self._center)
        self.toast = Toast(theme, self._center)
        self.data = DataPanel(theme, services, self)
        self.library = LibraryPanel(theme, services, self)
        self.views = SavedViews(services, self.map, self)
        self.thumbnails = Thumbnails(theme, services, self.map.point_colors, self)
        self.library.show_pictures(self.thumbnails)
        self.inspector = QTabWidget(self)
        self.inspector.setObjectName("Inspector")
        self.inspector.setDocumentMode(True)
        self.details = DetailsPanel(theme, services, self)
        self.neighbors = NeighborsPanel(theme, services, self)
        self.analogy = AnalogyPanel(theme, services, self)
        self.selections = KeptSelectionsPanel(theme, services, self)
        self.contents = ContentsPanel(theme, services, self)
        for panel, name in (
            (self.details, "Details"),
            (self.neighbors, "Neighbors"),
            (self.analogy, "Analogy"),
            (self.selections, "Selections"),
            (self.contents, "Contents"),
        ):
            self.inspector.addTab(panel, name)
        self._docks = Docks(
            theme,
            self,
            {LIBRARY: self.library, DATA: self.data, INSPECTOR: self.inspector},
            services.remembered.settings.window.get("state", ""),
        )
        self.docks = self._docks.by_name
        self.actions_ = Actions(services, self, self, self.map.view)
        self.head = HeadRow(theme, self, self.actions_)
        self.setMenuWidget(self.head)
        self.status = StatusBar(theme, services, self)
        self.setStatusBar(self.status)
        self.publishing = Publishing(services, theme, self.map.view, self.status.say, self)
        self.palette_ = CommandPalette(theme, services, self.actions_, self)
        self._connect()
        self.resize(WIDE, HIGH)
        self._show_settings(services.remembered.settings)
        self._show_first_run()
        self._restore_geometry()

    def _connect(self) -> None:
        self._first_run.open_requested.connect(self.ask_open)
        self._first_run.sample_requested.connect(self._open_sample)
        self._first_run.recent_requested.connect(self._open_recent)
        self.library.open_requested.connect(self.ask_open)
        self.library.folder_requested.connect(self._choose_model_folder)
        self.library.view_requested.connect(self.views.show)
        self.map.sides.second_made.connect(self._take_second)
        self.library.rename_requested.connect(self.views.ask_rename)
        self.library.copied.connect(self.status.say)
        self.map.export_requested.connect(self.ask_figure)
        self.map.said.connect(self.status.say)
        self.map.toolbar.tool_requested.connect(self.set_tool)
        self.data.row_hovered.connect(self.map.ring)
        self.neighbors.row_hovered.connect(self.map.ring)
        self.analogy.row_hovered.connect(self.map.ring)
        self.contents.rows_pointed.connect(self.map.single_out)
        self.contents.rows_visited.connect(self.map.visit)
        self.contents.find_requested.connect(self.ask_clusters)
        self.contents.said.connect(self.status.say)
        self.map.toolbar.labels_menu.find_requested.connect(self.ask_clusters)
        self.details.neighbors_requested.connect(self.actions_.action("analyze.neighbors").trigger)
        self.neighbors.export_requested.connect(self._export_neighbors)
        self.neighbors.copy_requested.connect(self.copy_results)
        self.analogy.copy_requested.connect(self.copy_results)
        self._links = SelectionLinks(self, self, self.services, self.status.say)
        self._links.connect_panels(self.map, self.data, self.details, self.selections)
        self.services.store.subscribe(self._changed)
        self.services.remembered.subscribe(self._show_settings)

    # -- state ---------------------------------------------------------------------------------

    def _changed(self, old: State, new: State) -> None:
        if old.document is not new.document or old.activity != new.activity:
            self._show(new)
        if any(getattr(old, name) is not getattr(new, name) for name in TITLED):
            self.setWindowTitle(self.services.project.title().text)
        for problem in new.problems[len(old.problems) :]:
            self._show_problem(problem)

    def _show(self, state: State) -> None:
        is_empty = _is_empty(state)
        if is_empty and not self._is_first_run:
            self._emptied.start()  # a job that ends brings its space with the next change
        elif not is_empty and self._is_first_run:
            self._is_first_run = False
            self._center.setCurrentWidget(self.map)
            self._docks.come_back()
            self.map.view.setFocus()  # its keys work at once

    def _show_first_run(self) -> None:
        if _is_empty(self.services.store.state):
            self._is_first_run = True
            self._docks.leave()
            self._center.setCurrentWidget(self._first_run)

    def _show_problem(self, problem: Problem) -> None:
        error = problem.error
        self.toast.show_message(
            ToastMessage(error.title, error.detail, error.hint, details=problem.details)
        )

    def _show_settings(self, settings: Settings) -> None:
        self._first_run.set_recent(
            [
                RecentFile(entry.path, Path(entry.path).name, f"{entry.summary} · {entry.date}")
                for entry in settings.recent
            ]
        )

    # -- drops ---------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders, and say what a drop will do."""
        paths = dropped_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            for zone in (self._first_run.zone, self.library.zone):
                zone.set_hover(drop_text(paths))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take the drop anywhere in the window."""
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Show the drop zones as they were."""
        self._end_drag()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        self._end_drag()
        paths = dropped_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.projects.open(paths)

    def _end_drag(self) -> None:
        for zone in (self._first_run.zone, self.library.zone):
            zone.set_hover(None)

    # -- what commands ask ---------------------------------------------------------------------

    def ask_open(self) -> None:
        """Let the person choose files and open them."""
        paths = dialogs.ask_files(self, self.services.context.registry, "")
        self.projects.open(paths)

    def ask_open_folder(self) -> None:
        """Let the person choose a folder and open it."""
        folder = dialogs.ask_folder(self, "Open a folder", "")
        if folder is not None:
            self.projects.open([folder])

    def save_project(self) -> None:
        """Save into the file that is open; ask for one where there is none."""
        self.projects.save()

    def ask_save_project(self) -> None:
        """Let the person choose a file for the project, and save into it."""
        self.projects.save_as()

    def ask_save_view(self) -> None:
        """Ask under which name the place that the map shows is kept."""
        self.views.ask_save()

    def ask_labels(self) -> None:
        """Let the person type labels, and color each item by the nearest one."""
        LabelDialog(self.theme, self.services.labeling, self).open()

    def ask_export(self, what: str) -> None:
        """Let the person choose a file for a table and write it."""
        space = self.services.store.state.space
        if space is None:
            return
        name = f"{space.name}-{what}.csv"
        path = dialogs.ask_table_file(self, name, self.services.remembered.settings.export_folder)
        if path is not None:
            self.services.remembered.change(export_folder=str(path.parent))
            self.services.results.export(what, path)  # type: ignore[arg-type]  # names in the table

    def ask_save_picture(self, what: str) -> None:
        """Let the person choose a file for a picture and write it."""
        space = self.services.store.state.space
        name = f"{space.name if space is not None else 'embexplorer'}-{what}.png"
        chosen = dialogs.ask_picture_file(
            self, name, self.services.remembered.settings.export_folder
        )
        if chosen is not None:
            path, scale = chosen
            self.services.remembered.change(export_folder=str(path.parent))
            self.save_picture(what, path, scale)

    def save_picture(self, what: str, path: Path, scale: float) -> None:
        """Write a picture of the ``map`` or the ``window``."""
        self.services.work.submit(
            write_picture,
            key=f"picture:{path}",
            title=f"Writing {path.name}",
            lane="quick",
            then=Then(finished=self._saved),
            image=self.picture(what, scale),
            path=path,
        )

    def picture(self, what: str, scale: float) -> QImage:
        """Return a picture of the ``map`` or the ``window``, `scale` times its size."""
        if what == "map":
            return self.map.picture(scale)
        return window_picture(self, self.map.view, scale)

    def ask_figure(self) -> None:
        """Open the dialog that writes a figure of the map."""
        dialog = ExportDialog(self.theme, self.publishing, self)
        dialog.table_requested.connect(self._export_coords)
        dialog.open()

    def copy_methods(self) -> None:
        """Put how the map was made on the clipboard, as a paragraph to cite."""
        self.publishing.copy_methods()

    def copy_as(self, language: Language) -> None:
        """Put the answer of the open tab, or the map, on the clipboard as what makes it again."""
        self.publishing.copy_as(language, self.inspector.tabText(self.inspector.currentIndex()))

    def copy_picture(self, what: str) -> None:
        """Put a picture of the ``map`` or the ``window`` on the clipboard, twice its size."""
        QGuiApplication.clipboard().setImage(self.picture(what, 2.0))
        self.status.say(f"Copied a picture of the {what}.")

    def copy_results(self) -> None:
        """Put the numbers of the open inspector tab on the clipboard, with their method."""
        tab = self.inspector.tabText(self.inspector.currentIndex())
        QGuiApplication.clipboard().setText(text_of(self.services.store.state, tab))
        self.status.say("Copied the results with their method.")

    def toggle_dock(self, name: str) -> None:
        """Show or hide a dock."""
        dock = self.docks[name]
        dock.setVisible(dock.isHidden())

    def is_dock_shown(self, name: str) -> bool:
        """Return whether a dock is shown."""
        return not self.docks[name].isHidden()

    def show_tab(self, name: str) -> None:
        """Show a tab of the inspector and put the cursor in its first field."""
        self.docks[INSPECTOR].show()
        panels = {
            "Details": self.details,
            "Neighbors": self.neighbors,
            "Analogy": self.analogy,
            "Selections": self.selections,
            "Contents": self.contents,
        }
        panel = panels[name]
        self.inspector.setCurrentWidget(panel)
        if isinstance(panel, NeighborsPanel | AnalogyPanel):
            panel.focus_field()

    def show_find(self) -> None:
        """Show the find field with the cursor in it."""
        self.map.finder.open()

    def set_theme(self, mode: str) -> None:
        """Switch to ``light``, ``dark`` or ``system``."""
        self.services.remembered.change(theme=mode)
        self.theme.set_mode(mode)  # type: ignore[arg-type]  # the three names in the table

    def focus_region(self, step: int) -> None:
        """Give the focus to the next region of the window, or with -1 to the one before."""
        regions = (
            self.head,
            self.library,
            self.map.toolbar,
            self.map.view,
            self.map.legend,
            self.data,
            self.inspector,
            self.status,
        )
        focus_next_region(regions, step)

    def reset_layout(self) -> None:
        """Put every dock back where it was at first."""
        if not self._is_first_run:
            self._docks.reset()

    def ask_clusters(self) -> None:
        """Ask how to find clusters."""
        if self.services.store.state.space is not None:
            ClusterDialog(self.theme, self.services, self).open()

    def open_map_menu(self, name: str) -> None:
        """Open the menu ``color``, ``size``, ``labels`` or ``layers`` of the map."""
        self.map.toolbar.open_menu(name)

    def fit(self) -> None:
        """Show the whole map."""
        self.map.fit()

    def fit_selection(self) -> None:
        """Show the selected items."""
        chosen = self.selection()
        if chosen:
            self.map.view.show_rows(chosen)

    def set_tool(self, tool: Tool) -> None:
        """Let a drag on the map do something else."""
        self.map.set_tool(tool)

    def tool(self) -> Tool:
        """Return what a drag on the map does."""
        return self.map.view.tool

    def escape(self) -> None:
        """Drop what is begun: a region, else the tool, else the selection."""
        if self.map.view.cancel_region():
            return
        if self.services.store.state.finding is not None:
            self.services.finding.close()
            return
        if self.tool() != "pointer":
            self.set_tool("pointer")
        else:
            self.services.selecting.clear()

    def ask_select(self) -> None:
        """Let the person write an expression that selects items."""
        ExpressionDialog(self.theme, self.services, self).open()

    def ask_keep_selection(self) -> None:
        """Ask under which name the selection is kept."""
        name = dialogs.ask_text(self, "Keep the selection", "Name")
        if name:
            self.services.selecting.keep(name)

    def ask_tag(self) -> None:
        """Ask which label the selected items get."""
        label = dialogs.ask_text(self, "Tag the selection", "Label")
        if label is not None:
            self.services.selecting.tag(label)

    def look_along(self, axis: int) -> None:
        """Look along the first (0), second (1) or third axis (2) of a 3-D map."""
        self.map.view.look_along(axis)

    def toggle_rotation(self) -> None:
        """Let a 3-D map turn by itself, or no more."""
        self.map.view.set_rotating(not self.is_rotating())

    def is_rotating(self) -> bool:
        """Return whether a 3-D map turns by itself."""
        return self.map.view.is_rotating

    def zoom(self, factor: float) -> None:
        """Zoom the map about its middle."""
        self.map.zoom(factor)

    def show_palette(self) -> None:
        """Open the command palette."""
        self.palette_.open()

    def show_about(self) -> None:
        """Show version, license and what could not be loaded."""
        dialogs.show_about(self, self.services.context.registry)

    def quit(self) -> None:
        """Close the window."""
        self.close()

    def close_unasked(self) -> None:
        """Close the window, whatever is unsaved."""
        self.asks_before_closing = False
        self.close()

    def selection(self) -> list[int]:
        """Return the selected rows of the active space."""
        chosen = self.services.store.state.selection
        return [] if chosen is None else chosen.indices.tolist()

    # -- the rest ------------------------------------------------------------------------------

    def _open_sample(self) -> None:
        self.services.library.open_sample()

    def _open_recent(self, path: str) -> None:
        self.projects.open([Path(path)])

    def _choose_model_folder(self, use: Callable[[Path], None]) -> None:
        folder = dialogs.ask_folder(self, "Choose a model folder", "")
        if folder is not None:
            use(folder)

    def _export_coords(self) -> None:
        self.ask_export("coords")

    def _close_later(self) -> None:
        QTimer.singleShot(0, self, self.close_unasked)  # Qt closes no window that is closing

    def _take_second(self, second: SecondMap) -> None:
        self.actions_.act_in(second.view)

    def _export_neighbors(self) -> None:
        self.ask_export("neighbors")

    def _saved(self, event: Finished) -> None:
        self.status.say(event.result)

    def _restore_geometry(self) -> None:
        geometry = self.services.remembered.settings.window.get("geometry", "")
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))

    def childEvent(self, event: QChildEvent) -> None:
        """Let what comes later, such as a dialog, look as the rest does."""
        child = event.child()
        if event.polished() and isinstance(child, QWidget):
            self.theme.dressing.add_part(child)
        super().childEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about what is unsaved, and remember the layout."""
        asks = self.asks_before_closing and self.isVisible()
        if asks and not self.projects.may_leave(self._close_later):
            event.ignore()
            return
        kept = dict(self.services.remembered.settings.window)
        kept["geometry"] = bytes(self.saveGeometry().toBase64().data()).decode()
        kept["state"] = self._docks.layout()
        self.services.remembered.change(window=kept)
        super().closeEvent(event)

    def sizeHint(self) -> QSize:
        """Return the size of the first start."""
        return QSize(WIDE, HIGH)


def _is_empty(state: State) -> bool:
    return not (state.document.spaces or state.document.texts or state.activity)


class _Center(QStackedWidget):
    """The first page or the map; only the one that is shown asks for room."""

    def __init__(self, parent: QMainWindow) -> None:
        super().__init__(parent)
        self.setObjectName("Central")
        self.currentChanged.connect(self.updateGeometry)

    def minimumSizeHint(self) -> QSize:
        """Return the room that the page needs."""
        shown = self.currentWidget()
        return shown.minimumSizeHint() if shown is not None else QSize()
