"""The main window: its first page at once, then all its parts; drops, and what its title says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QDockWidget,
    QLabel,
    QMainWindow,
    QStackedWidget,
    QTabWidget,
    QWidget,
)

from embexplorer.ui.drops import drop_text, dropped_paths
from embexplorer.ui.widgets.first_run import FirstRun, RecentFile
from embexplorer.ui.widgets.labels import label

if TYPE_CHECKING:
    from PySide6.QtCore import QChildEvent
    from PySide6.QtGui import (
        QCloseEvent,
        QDragEnterEvent,
        QDragLeaveEvent,
        QDragMoveEvent,
        QDropEvent,
    )

    from embexplorer.app.services import Services
    from embexplorer.app.shell import Shell
    from embexplorer.app.state import State
    from embexplorer.storage.settings import Settings
    from embexplorer.ui.actions import Actions
    from embexplorer.ui.command_palette import CommandPalette
    from embexplorer.ui.docks import Docks
    from embexplorer.ui.figure.publishing import Publishing
    from embexplorer.ui.head_row import HeadRow
    from embexplorer.ui.messages import Messages
    from embexplorer.ui.panels.analogy import AnalogyPanel
    from embexplorer.ui.panels.bias import BiasPanel
    from embexplorer.ui.panels.contents import ContentsPanel
    from embexplorer.ui.panels.data import DataPanel
    from embexplorer.ui.panels.details import DetailsPanel
    from embexplorer.ui.panels.kept_selections import KeptSelectionsPanel
    from embexplorer.ui.panels.library import LibraryPanel
    from embexplorer.ui.panels.map import MapPanel
    from embexplorer.ui.panels.neighbors import NeighborsPanel
    from embexplorer.ui.project_files import ProjectFiles
    from embexplorer.ui.recovery import Recovery
    from embexplorer.ui.saved_views import SavedViews
    from embexplorer.ui.status_bar import StatusBar
    from embexplorer.ui.theme import Theme
    from embexplorer.ui.thumbnails import Thumbnails
    from embexplorer.ui.widgets.later_tab import LaterTab
    from embexplorer.ui.widgets.toast import Toast

TITLED = ("document", "styles", "project", "active_space")  # what the title of the window tells
WIDE, HIGH = 1440, 900  # the first size where nothing is remembered


class MainWindow(QMainWindow):
    """Shows its first page at once; `furniture.furnish` brings the panels and all that works.

    What the first page needs is all that this module imports.
    """

    services: Services
    shell: Shell
    projects: ProjectFiles
    map: MapPanel
    toast: Toast
    messages: Messages
    data: DataPanel
    library: LibraryPanel
    views: SavedViews
    thumbnails: Thumbnails
    inspector: QTabWidget
    details: DetailsPanel
    neighbors: NeighborsPanel
    analogy: AnalogyPanel
    bias_tab: LaterTab
    selections: KeptSelectionsPanel
    contents: ContentsPanel
    arrangement: Docks
    docks: dict[str, QDockWidget]
    actions_: Actions
    head: HeadRow
    status: StatusBar
    publishing: Publishing
    palette_: CommandPalette
    recovery: Recovery

    def __init__(self, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self.theme = theme
        self.setObjectName("main")
        self.setWindowTitle("embexplorer")
        theme.dressing.add_window(self)
        self.setAcceptDrops(True)
        self.setDockOptions(
            QMainWindow.DockOption.AllowTabbedDocks | QMainWindow.DockOption.AllowNestedDocks
        )
        self.asks_before_closing = True
        self.is_furnished = False
        self._is_first_run = True
        self.first_run = FirstRun(theme, self)
        self.opening: QLabel | None = None
        self.center = _Center(self)
        self.center.addWidget(self.first_run)
        self.setCentralWidget(self.center)
        self.setMenuWidget(_empty_head(theme, self))
        self.resize(WIDE, HIGH)
        self._show_settings(settings)
        geometry = settings.window.get("geometry", "")
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))

    def say_opening(self, what: str) -> None:
        """Say what will be opened where the first page would be, until the window is furnished."""
        self.opening = label(self.center, f"Opening {what}…", "map")
        self.opening.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.opening.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.center.setCurrentIndex(self.center.addWidget(self.opening))

    @property
    def bias(self) -> BiasPanel:
        """The bias panel, made if it is not there yet."""
        return cast("BiasPanel", self.bias_tab.panel)

    def follow(self) -> None:
        """Show what the state says from now on; all parts are there."""
        self._emptied = QTimer(self)
        self._emptied.setSingleShot(True)
        self._emptied.timeout.connect(self._show_first_run)
        self.services.store.subscribe(self._changed)
        self.services.remembered.subscribe(self._show_settings)
        self.is_furnished = True
        self._show_first_run()
        if self.opening is not None:
            self.opening.deleteLater()
            self.opening = None

    # -- state ---------------------------------------------------------------------------------

    def _changed(self, old: State, new: State) -> None:
        if old.document is not new.document or old.activity != new.activity:
            self._show(new)
        if any(getattr(old, name) is not getattr(new, name) for name in TITLED):
            self.setWindowTitle(self.services.project.title().text)

    def _show(self, state: State) -> None:
        is_empty = _is_empty(state)
        if is_empty and not self._is_first_run:
            self._emptied.start()  # a job that ends brings its space with the next change
        elif not is_empty and self._is_first_run:
            self._is_first_run = False
            self.center.setCurrentWidget(self.map)
            self.arrangement.come_back()
            self.map.view.setFocus()  # its keys work at once

    def _show_first_run(self) -> None:
        if _is_empty(self.services.store.state):
            self._is_first_run = True
            self.arrangement.leave()
            self.center.setCurrentWidget(self.first_run)

    def _show_settings(self, settings: Settings) -> None:
        self.first_run.set_recent(
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
            for zone in (self.first_run.zone, self.library.zone):
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
        for zone in (self.first_run.zone, self.library.zone):
            zone.set_hover(None)

    # -- the rest ------------------------------------------------------------------------------

    def selection(self) -> list[int]:
        """Return the selected rows of the active space."""
        chosen = self.services.store.state.selection
        return [] if chosen is None else chosen.indices.tolist()

    def close_unasked(self) -> None:
        """Close the window, whatever is unsaved."""
        self.asks_before_closing = False
        self.close()

    def end(self) -> None:
        """End jobs, children and threads, and the window itself."""
        if self.is_furnished:
            self.services.work.close()
            self.services.runner.shutdown()
            self.services.remembered.end()
            self.services.keeping.end()
            self.services.project.end()
            self.map.view.scatter.close()
        self.close_unasked()
        self.deleteLater()
        self.theme.deleteLater()

    def _close_later(self) -> None:
        QTimer.singleShot(0, self, self.close_unasked)  # Qt closes no window that is closing

    def childEvent(self, event: QChildEvent) -> None:
        """Let what comes later, such as a dialog, look as the rest does."""
        child = event.child()
        if event.polished() and isinstance(child, QWidget):
            self.theme.dressing.add_part(child)
        super().childEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about what is unsaved, and remember the layout."""
        if not self.is_furnished:
            super().closeEvent(event)
            return
        asks = self.asks_before_closing and self.isVisible()
        if asks and not self.projects.may_leave(self._close_later):
            event.ignore()
            return
        kept = dict(self.services.remembered.settings.window)
        kept["geometry"] = bytes(self.saveGeometry().toBase64().data()).decode()
        kept["state"] = self.arrangement.layout()
        self.services.remembered.change(window=kept)
        super().closeEvent(event)

    def sizeHint(self) -> QSize:
        """Return the size of the first start."""
        return QSize(WIDE, HIGH)


def _is_empty(state: State) -> bool:
    return not (state.document.spaces or state.document.texts or state.activity)


def _empty_head(theme: Theme, window: QWidget) -> QWidget:
    """Return what holds the place of the head row until it comes."""
    head = QWidget(window)
    head.setProperty("kind", "head")
    head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    head.setFixedHeight(theme.length("head"))
    return head


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
