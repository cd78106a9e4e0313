"""The library: what is open, how to encode and project it, what is running."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from embexplorer.app.presenters.library import LibraryView, activity_line, library_view
from embexplorer.ui.panels.encode_form import EncodeForm
from embexplorer.ui.panels.project_form import ProjectForm
from embexplorer.ui.panels.space_rows import DataRowWidget, ProjectionRowWidget
from embexplorer.ui.widgets.columns import ScrollColumn
from embexplorer.ui.widgets.drop_zone import DropZone
from embexplorer.ui.widgets.job_card import JobCard, JobView
from embexplorer.ui.widgets.labels import label, rule

if TYPE_CHECKING:
    from embexplorer.app.services import Services
    from embexplorer.app.state import Activity, State
    from embexplorer.ui.theme import Theme


class LibraryPanel(ScrollColumn):
    """Drop strip, spaces and corpora, forms, running jobs."""

    open_requested = Signal()
    folder_requested = Signal(object)  # the callable that gets the chosen folder

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(theme, parent, "Library")
        self.setObjectName("library")
        self._theme = theme
        self._services = services
        self._view: LibraryView | None = None
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

    def _changed(self, old: State, new: State) -> None:
        self._show(new)

    def _show(self, state: State) -> None:
        view = library_view(state)
        before, self._view = self._view, view
        if before is None or (before.rows, before.projections) != (view.rows, view.projections):
            self._show_rows(view)
        if before is None or before.activity != view.activity:
            self._show_activity(view.activity)

    def _show_rows(self, view: LibraryView) -> None:
        self._spaces.clear()
        for data in view.rows:
            widget = DataRowWidget(self._theme, self._spaces, data)
            widget.activated.connect(self._services.library.activate)
            widget.close_requested.connect(self._services.library.close)
            self._spaces.box.addWidget(widget)
            if data.is_space and data.is_active:
                for made in view.projections:
                    row = ProjectionRowWidget(self._theme, self._spaces, made)
                    row.activated.connect(self._services.map.show)
                    self._spaces.box.addWidget(row)

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
