"""The library: what is open, how to encode and project it, what is running."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from embexplorer.app.presenters.gallery import MapCard, ViewRow
from embexplorer.app.presenters.library import DataRow, LibraryView, activity_line, library_view
from embexplorer.ui.panels.encode_form import EncodeForm
from embexplorer.ui.panels.map_cards import MapCardWidget, ViewRowWidget
from embexplorer.ui.panels.project_form import ProjectForm
from embexplorer.ui.panels.space_rows import DataRowWidget
from embexplorer.ui.thumbnails import HIGH, WIDE
from embexplorer.ui.widgets.columns import ScrollColumn
from embexplorer.ui.widgets.drop_zone import DropZone
from embexplorer.ui.widgets.job_card import JobCard, JobView
from embexplorer.ui.widgets.labels import label, rule

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from embexplorer.app.services import Services
    from embexplorer.app.state import Activity, State
    from embexplorer.ui.theme import Theme
    from embexplorer.ui.thumbnails import Thumbnails

SEEN = ("document", "active_space", "active_texts", "active_projection", "beside", "activity")
VIEW_INDENT = 5.0  # em: below the words of the card


class LibraryPanel(ScrollColumn):
    """Drop strip, spaces and corpora, forms, running jobs."""

    open_requested = Signal()
    folder_requested = Signal(object)  # the callable that gets the chosen folder
    view_requested = Signal(str)  # the id of a view to fly to
    rename_requested = Signal(str)  # the id of a view
    copied = Signal(str)  # what was copied, for the status bar
    join_requested = Signal(str)  # the id of a space that shall get columns
    place_requested = Signal(str)  # the id of a space that shall go onto a map of another one
    notes_requested = Signal(str)  # the id of a space or corpus of which something must be said
    # Of rows, which come and go: PySide keeps a hundred bytes of each connection to an object that
    # is not Qt's, so they are connected to these.
    _data_activated = Signal(str)
    _close_requested = Signal(str)
    _map_activated = Signal(str)
    _view_removed = Signal(str)
    _job_cancelled = Signal(object)

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(theme, parent, "Library")
        self.setObjectName("library")
        self._theme = theme
        self._services = services
        self._view: LibraryView | None = None
        self._maps: tuple[MapCard, ...] = ()
        self._pictures: Thumbnails | None = None
        self._cards: dict[int, JobCard] = {}
        self.zone = DropZone(theme, self)
        self.zone.open_requested.connect(self.open_requested)
        self._spaces = _Stack(theme, self)
        self._encode = EncodeForm(theme, services, self)
        self._encode.folder_requested.connect(self.folder_requested)
        self._project = ProjectForm(theme, services, self)
        self._running_title = label(self, "Running", "section")
        self._running_rule = rule(self)
        self._running = _Stack(theme, self)
        self.add(self.zone, label(self, "Spaces", "section"), self._spaces)
        self.add(self._encode, self._project, gap=0.25)
        self.add(self._running_rule, self._running_title, self._running, gap=0.25)
        self.finish()
        self._data_activated.connect(services.library.activate)
        self._close_requested.connect(services.library.close)
        self._map_activated.connect(services.map.show)
        self._view_removed.connect(services.gallery.remove_view)
        self._job_cancelled.connect(services.library.cancel)
        services.store.subscribe(self._changed)
        self._show(services.store.state)

    def show_pictures(self, pictures: Thumbnails) -> None:
        """Take the pictures of the maps from here."""
        self._pictures = pictures
        pictures.drawn.connect(self._show_pictures)
        self._show_rows(library_view(self._services.store.state), self._maps)

    def _changed(self, old: State, new: State) -> None:
        if any(getattr(old, name) is not getattr(new, name) for name in SEEN):
            self._show(new)

    def _show(self, state: State) -> None:
        view, maps = library_view(state), self._services.gallery.cards(state)
        before, self._view = self._view, view
        maps_before, self._maps = self._maps, maps
        if before is None or (before.rows, maps_before) != (view.rows, maps):
            self._show_rows(view, maps)
        if before is None or before.activity != view.activity:
            self._show_activity(view.activity)

    def _show_rows(self, view: LibraryView, maps: tuple[MapCard, ...]) -> None:
        shown: list[DataRow | MapCard | ViewRow] = []
        for data in view.rows:
            shown.append(data)
            if data.is_space and data.is_active:
                for card in maps:
                    shown += [card, *card.views]
        self._spaces.show_all(shown, self._make_row)
        self._show_pictures()

    def _make_row(self, shown: DataRow | MapCard | ViewRow) -> QWidget:
        if isinstance(shown, DataRow):
            data = DataRowWidget(self._theme, self._spaces, shown)
            data.activated.connect(self._data_activated)
            data.close_requested.connect(self._close_requested)
            data.join_requested.connect(self.join_requested)
            data.place_requested.connect(self.place_requested)
            data.notes_requested.connect(self.notes_requested)
            return data
        if isinstance(shown, MapCard):
            size = QSize(self._theme.px(WIDE), self._theme.px(HIGH))
            card = MapCardWidget(self._theme, self._spaces, shown, size)
            card.activated.connect(self._map_activated)
            card.asked.connect(self._do)
            return card
        view = ViewRowWidget(self._theme, self._spaces, shown, VIEW_INDENT)
        view.activated.connect(self.view_requested)
        view.rename_requested.connect(self.rename_requested)
        view.remove_requested.connect(self._view_removed)
        return view

    def _show_pictures(self) -> None:
        if self._pictures is not None:
            for card in self._spaces.findChildren(MapCardWidget):
                card.show_picture(self._pictures.of(card.projection_id))

    def _do(self, what: str, projection_id: str) -> None:
        """Do what the menu of a card was asked for."""
        services = self._services
        made = services.store.state.document.projection(projection_id)
        if made is None:
            return
        if what == "show":
            services.map.show(projection_id)
        elif what == "beside":
            services.gallery.show_beside(projection_id)
        elif what == "again":
            self._project.fill(made)
            self.ensureWidgetVisible(self._project)
        elif what == "copy":
            QGuiApplication.clipboard().setText(services.gallery.settings_text(projection_id))
            self.copied.emit("Copied how the map was made.")
        elif what == "remove":
            services.map.remove(projection_id)

    def _show_activity(self, activity: tuple[Activity, ...]) -> None:
        shown = {item.job_id for item in activity}
        for number in [number for number in self._cards if number not in shown]:
            card = self._cards.pop(number)
            self._running.box.removeWidget(card)
            card.hide()
            card.deleteLater()
        for item in activity:
            detail, left = activity_line(item)
            view = JobView(item.job_id, item.title, item.fraction, detail, left)
            if item.job_id in self._cards:
                self._cards[item.job_id].show_view(view)
            else:
                card = JobCard(self._theme, self._running, view)
                card.cancel_requested.connect(self._job_cancelled)
                self._running.box.addWidget(card)
                self._cards[item.job_id] = card
        for widget in (self._running_rule, self._running_title, self._running):
            widget.setVisible(bool(activity))


class _Stack(QWidget):
    """Widgets under each other, each of which is made anew when what it shows changes."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(theme.px(0.25))
        self._rows: list[tuple[Any, QWidget]] = []

    def show_all(self, values: Sequence[Any], make: Callable[[Any], QWidget]) -> None:
        """Show these values; a widget that shows one of them stays, and keeps its focus."""
        left = list(self._rows)
        self._rows = []
        for place, value in enumerate(values):
            at = next((k for k, (old, _) in enumerate(left) if old == value), None)
            widget = make(value) if at is None else left.pop(at)[1]
            self._rows.append((value, widget))
            if self.box.indexOf(widget) != place:
                self.box.removeWidget(widget)
                self.box.insertWidget(place, widget)
        for _, widget in left:
            self.box.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
