"""The library: what is open, how to encode and project it, what is running."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from embexplorer.app.presenters.library import LibraryView, activity_line, library_view
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
    from embexplorer.app.presenters.gallery import MapCard
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
        self._spaces.clear()
        for data in view.rows:
            widget = DataRowWidget(self._theme, self._spaces, data)
            widget.activated.connect(self._services.library.activate)
            widget.close_requested.connect(self._services.library.close)
            widget.join_requested.connect(self.join_requested)
            widget.place_requested.connect(self.place_requested)
            widget.notes_requested.connect(self.notes_requested)
            self._spaces.box.addWidget(widget)
            if data.is_space and data.is_active:
                for card in maps:
                    self._add_card(card)
        self._show_pictures()

    def _add_card(self, card: MapCard) -> None:
        size = QSize(self._theme.px(WIDE), self._theme.px(HIGH))
        widget = MapCardWidget(self._theme, self._spaces, card, size)
        widget.activated.connect(self._services.map.show)
        widget.asked.connect(self._do)
        self._spaces.box.addWidget(widget)
        for view in card.views:
            row = ViewRowWidget(self._theme, self._spaces, view, VIEW_INDENT)
            row.activated.connect(self.view_requested)
            row.rename_requested.connect(self.rename_requested)
            row.remove_requested.connect(self._services.gallery.remove_view)
            self._spaces.box.addWidget(row)

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
                card.cancel_requested.connect(self._services.library.cancel)
                self._running.box.addWidget(card)
                self._cards[item.job_id] = card
        for widget in (self._running_rule, self._running_title, self._running):
            widget.setVisible(bool(activity))


class _Stack(QWidget):
    """Widgets under each other that are made anew as the state changes."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(theme.px(0.25))

    def clear(self) -> None:
        """Remove every widget."""
        while (item := self.box.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
