"""The contents of a map: its clusters, to fly to, select, rename and merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QMenu

from embexplorer.app.presenters.contents import Contents, contents_of, text_of_contents
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import ScrollColumn, row
from embexplorer.ui.widgets.contents_list import ContentsList, ContentsRow
from embexplorer.ui.widgets.empty_state import EmptyState
from embexplorer.ui.widgets.fields import Combo
from embexplorer.ui.widgets.labels import label, rule
from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QWidget

    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.ui.theme import Theme

EMPTY = "No clusters yet"
EMPTY_DETAIL = "Find groups of items on the map or in the full space; each gets a name."
FIND = "Find clusters…"


class ContentsPanel(ScrollColumn):
    """A list of clusters, and how they were found.

    Signals
    -------
    find_requested()
        Ask how to find clusters.
    rows_pointed(object)
        The rows of the cluster under the mouse or the keyboard; None for none.
    rows_visited(object)
        The rows of the chosen clusters, to be shown.
    said(str)
        Something the status bar should say for a moment.
    """

    find_requested = Signal()
    rows_pointed = Signal(object)
    rows_visited = Signal(object)
    said = Signal(str)

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(theme, parent, "Contents")
        self.setObjectName("contents")
        self._services = services
        self._contents: Contents | None = None
        self._empty = EmptyState(theme, self, EMPTY, EMPTY_DETAIL, FIND)
        self._empty.action_requested.connect(self.find_requested)
        self._choice = Combo(theme, self, "Clusters")
        self._choice.activated.connect(self._choose)
        self._is_named = QCheckBox("Names on the map", self)
        name_widget(self._is_named, "Names on the map")
        self._is_named.clicked.connect(self._toggle_names)
        self.list = ContentsList(theme, self)
        self.list.row_hovered.connect(self._point)
        self.list.row_activated.connect(self._visit)
        self.list.renamed.connect(self._rename)
        self.list.selectionModel().selectionChanged.connect(self._update_buttons)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._show_menu)
        self._rule = rule(self)
        self._notes = label(self, "", "caption", wrap=True)
        self._find = Button(theme, self, FIND)
        self._find.clicked.connect(self.find_requested)
        self._merge = Button(theme, self, "Merge", tip="Make one cluster of the chosen ones")
        self._merge.clicked.connect(self._merge_chosen)
        self._copy = Button(theme, self, "Copy")
        self._copy.clicked.connect(self._copy_list)
        self.add(self._empty, self._choice, self._is_named, self.list)
        self.add(self._rule, self._notes, gap=0.25)
        self.add(row(theme, self._merge, self._copy, None, self._find))
        self.finish()
        services.store.subscribe(self._changed)
        self._show(services.store.state)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what changed while another tab was open."""
        super().showEvent(event)
        self._show(self._services.store.state)

    def _changed(self, old: State, new: State) -> None:
        seen = ("document", "styles", "active_space")
        if self.isVisible() and any(getattr(old, k) is not getattr(new, k) for k in seen):
            self._show(new)

    # -- state to panel ------------------------------------------------------------------------

    def _show(self, state: State) -> None:
        contents = self._contents = contents_of(state)
        self._empty.setVisible(contents is None)
        self._empty.setEnabled(state.space is not None)
        own = (
            self._choice, self._is_named, self.list, self._rule, self._notes, self._merge,
            self._copy, self._find,
        )  # fmt: skip
        for widget in own:
            widget.setVisible(contents is not None)
        if contents is None:
            self.list.set_rows(())
            return
        self._show_choices(contents)
        self._is_named.setChecked(state.style.labels == contents.clusters_id)
        self.list.set_rows(
            [
                ContentsRow(found.number, found.name, found.size, found.terms, found.position)
                for found in contents.rows
            ]
        )
        self._notes.setText("\n".join(contents.notes))
        self._update_buttons()

    def _show_choices(self, contents: Contents) -> None:
        self._choice.clear()
        for clusters_id, title in contents.choices:
            self._choice.addItem(title, clusters_id)
        self._choice.setCurrentIndex(self._choice.findData(contents.clusters_id))

    def _update_buttons(self) -> None:
        self._merge.setEnabled(len(self.list.chosen) > 1)

    # -- answers -------------------------------------------------------------------------------

    def _choose(self) -> None:
        self._services.clustering.color(self._choice.currentData())

    def _toggle_names(self, is_on: bool) -> None:
        if self._contents is not None:
            self._services.clustering.show(self._contents.clusters_id if is_on else "")

    def _point(self, place: int) -> None:
        contents = self._contents
        if contents is None or not 0 <= place < len(contents.rows):
            self.rows_pointed.emit(None)
            return
        number = contents.rows[place].number
        self.rows_pointed.emit(self._services.clustering.rows_of(contents.clusters_id, number))

    def _visit(self, place: int) -> None:
        """Select and show the clusters that are chosen."""
        contents = self._contents
        if contents is None:
            return
        numbers = self.list.chosen or [contents.rows[place].number]
        rows = self._rows(contents, numbers)
        if len(rows):
            self._services.selecting.take(rows)
            self.rows_visited.emit(rows)

    def _rows(self, contents: Contents, numbers: list[int]) -> NDArray[np.int64]:
        rows_of = self._services.clustering.rows_of
        found = [rows_of(contents.clusters_id, number) for number in numbers]
        return np.sort(np.concatenate(found))

    def _rename(self, number: int, name: str) -> None:
        if self._contents is not None:
            self._services.clustering.rename(self._contents.clusters_id, number, name)

    def _merge_chosen(self) -> None:
        if self._contents is not None:
            self._services.clustering.merge(self._contents.clusters_id, self.list.chosen)

    def _select_more(self) -> None:
        if self._contents is not None:
            rows = self._rows(self._contents, self.list.chosen)
            self._services.selecting.take(rows, "add")

    def _remove(self) -> None:
        if self._contents is not None:
            self._services.clustering.remove(self._contents.clusters_id)

    def _color(self) -> None:
        if self._contents is not None:
            self._services.clustering.color(self._contents.clusters_id)

    def _copy_list(self) -> None:
        if self._contents is not None:
            QGuiApplication.clipboard().setText(text_of_contents(self._contents))
            self.said.emit("Copied the clusters with how they were found.")

    def _show_menu(self, at: QPoint) -> None:
        """Offer what can be done with the chosen clusters, and with all of them."""
        chosen = self.list.chosen
        menu = QMenu(self.list)
        menu.setObjectName("ContentsMenu")
        menu.addAction("Rename…", self.list.begin_rename).setEnabled(len(chosen) == 1)
        menu.addAction("Merge", self._merge_chosen).setEnabled(len(chosen) > 1)
        menu.addAction("Add to the selection", self._select_more).setEnabled(bool(chosen))
        menu.addSeparator()
        menu.addAction("Color the map by these clusters", self._color)
        menu.addAction("Copy the list", self._copy_list)
        menu.addAction("Remove these clusters", self._remove)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.list.viewport().mapToGlobal(at))
