"""The contents list shows the clusters, flies to them, renames and merges them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QMenu

from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.empty_state import EmptyState
from tests.ui.real_window import selected_rows, settle, show_space

if TYPE_CHECKING:
    from embexplorer.ui.main_window import MainWindow
    from embexplorer.ui.panels.contents import ContentsPanel


@pytest.fixture
def window(shared_window, topics) -> MainWindow:
    show_space(shared_window, topics)
    shared_window.map.view.flies = False
    shared_window.shell.show_tab("Contents")
    settle()
    return shared_window


@pytest.fixture
def clustered(window: MainWindow) -> MainWindow:
    window.services.clustering.find("kmeans", {"n_clusters": 3}, on="vectors")
    settle()
    return window


def texts(panel: ContentsPanel) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]


def click_row(window: MainWindow, place: int) -> None:
    rows = window.contents.list
    at = rows.visualRect(rows.model().index(place, 0)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=at)
    settle()


def choose(window: MainWindow, *places: int) -> None:
    rows = window.contents.list
    for place in places:
        index = rows.model().index(place, 0)
        rows.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)


def press(window: MainWindow, name: str) -> None:
    window.contents.findChild(Button, name).click()
    settle()


def names(window: MainWindow) -> list[str]:
    return [row.name for row in window.contents.list.rows]


def test_without_clusters_it_offers_to_find_them(window) -> None:
    assert window.contents.findChild(EmptyState).isVisible()
    assert not window.contents.list.isVisible()


def test_clusters_are_listed_with_their_colors_and_how_they_were_found(clustered) -> None:
    panel = clustered.contents
    assert [row.size for row in panel.list.rows] == [30, 20, 10]
    assert [row.position for row in panel.list.rows] == [0, 1, 2]
    (notes,) = (text for text in texts(panel) if "Found on" in text)
    assert notes.startswith("Found on the vectors, in the full space.\nEvery item is in a cluster.")


def test_a_click_selects_a_cluster_and_flies_to_it(clustered) -> None:
    click_row(clustered, 2)
    assert selected_rows(clustered) == list(range(50, 60))
    view = clustered.map.view
    pixels = view.to_pixels(range(50, 60))
    assert (pixels > 0).all()
    assert (pixels[:, 0] < view.width()).all()
    assert (pixels[:, 1] < view.height()).all()
    assert view.is_held


def test_pointing_at_a_cluster_dims_the_others_and_fades_their_names(clustered) -> None:
    click_row(clustered, 0)
    clustered.contents.rows_pointed.emit(clustered.services.clustering.rows_of(
        clustered.services.store.state.style.labels, 1
    ))  # fmt: skip
    assert clustered.map.layers.names.strong == {1}
    clustered.contents.rows_pointed.emit(None)
    assert clustered.map.layers.names.strong == {0}  # what is selected
    clustered.services.selecting.clear()
    settle()
    assert clustered.map.layers.names.strong is None


def test_a_new_name_is_everywhere(clustered) -> None:
    clustered.contents.list.renamed.emit(1, "Bakery")
    settle()
    assert names(clustered)[1] == "Bakery"
    clustered.grab()
    assert "Bakery" in dict(clustered.map.layers.names.written)


def test_chosen_clusters_are_merged(clustered) -> None:
    merge = clustered.contents.findChild(Button, "Merge")
    assert not merge.isEnabled()
    choose(clustered, 1, 2)
    assert merge.isEnabled()
    press(clustered, "Merge")
    assert [row.size for row in clustered.contents.list.rows] == [30, 30]
    clustered.services.store.undo()
    settle()
    assert [row.size for row in clustered.contents.list.rows] == [30, 20, 10]


def test_names_can_be_taken_off_the_map(clustered) -> None:
    box = clustered.contents.findChild(QCheckBox, "NamesOnTheMap")
    assert box.isChecked()
    box.click()
    settle()
    clustered.grab()
    assert clustered.services.store.state.style.labels == ""
    assert clustered.map.layers.names.written == ()
    assert len(names(clustered)) == 3
    box.click()
    settle()
    assert clustered.services.store.state.style.labels != ""


def test_the_list_can_be_copied(clustered) -> None:
    press(clustered, "Copy")
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "cluster\titems\tterms"
    assert [line.split("\t")[1] for line in lines[1:4]] == ["30", "20", "10"]


def test_the_menu_of_the_list_removes_the_clusters(clustered) -> None:
    clustered.contents.list.customContextMenuRequested.emit(QPoint(5, 5))
    menu = clustered.contents.list.findChild(QMenu, "ContentsMenu")
    titles = [action.text() for action in menu.actions() if action.text()]
    assert titles == [
        "Rename…", "Merge", "Add to the selection", "Color the map by these clusters",
        "Copy the list", "Remove these clusters",
    ]  # fmt: skip
    menu.actions()[-1].trigger()
    menu.close()
    settle()
    assert clustered.services.store.state.document.clusters == ()
    assert clustered.contents.findChild(EmptyState).isVisible()
