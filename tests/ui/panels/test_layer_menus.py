"""The menus of labels and layers are what the state says, and change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from embexplorer.app.state import add_projection
from embexplorer.app.style import ITEM_NAMES, labels_of_column
from embexplorer.core.projection import Projection
from embexplorer.ui.panels.layer_menus import labels_text, layers_text
from embexplorer.ui.widgets.buttons import ToolButton
from tests.ui.real_window import settle, show_space

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from embexplorer.ui.main_window import MainWindow


@pytest.fixture
def window(shared_window, topics) -> MainWindow:
    show_space(shared_window, topics)
    return shared_window


def opened(menu: QMenu) -> QMenu:
    menu.aboutToShow.emit()
    return menu


def entries(menu: QMenu) -> dict[str, bool]:
    return {
        action.text(): action.isChecked()
        for action in opened(menu).actions()
        if action.text() and not action.isSeparator()
    }


def trigger(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if action.text() == text).trigger()
    settle()


def state_of(window: MainWindow):
    return window.services.store.state


def test_labels_are_nothing_items_clusters_or_columns(window) -> None:
    menu = window.map.toolbar.labels_menu
    columns = {"text": False, "kind": False}
    assert entries(menu) == {
        "None": True, "Items": False, **columns, "Find clusters…": False,
    }  # fmt: skip
    trigger(menu, "kind")
    assert state_of(window).style.labels == labels_of_column("kind")
    assert labels_text(state_of(window)) == "kind"
    trigger(opened(menu), "Items")
    assert state_of(window).style.labels == ITEM_NAMES
    window.services.clustering.find("kmeans", {"n_clusters": 2}, on="vectors")
    found = entries(menu)
    assert found["Cluster (K-means, vectors)"]
    assert list(found).count("Cluster (K-means, vectors)") == 1  # not as a column once more
    assert labels_text(state_of(window)) == "Cluster (K-means, vectors)"
    window.services.store.undo()
    assert labels_text(state_of(window)) == "Items"


def test_layers_are_switched_and_the_button_says_which(window) -> None:
    menu = window.map.toolbar.layers_menu
    titles = [
        "Density",
        "Contours",
        "Hulls",
        "Edges",
        "Sequences",
        "Order of sequences",
        "Pictures",
        "Arrows",
        "Number of arrows",
    ]
    assert list(entries(menu)) == titles
    trigger(menu, "Density")
    assert state_of(window).style.layers == {"density"}
    assert layers_text(state_of(window)) == "Density"
    trigger(opened(menu), "Hulls")
    assert entries(menu)["Density"]
    assert entries(menu)["Hulls"]
    assert layers_text(state_of(window)) == "2 layers"
    description = window.map.toolbar.findChild(ToolButton, "Layers").accessibleDescription()
    assert description == "2 layers"


def test_the_order_of_sequences_switches_them_on(window) -> None:
    menu = window.map.toolbar.layers_menu
    opened(menu)
    orders = next(action.menu() for action in menu.actions() if action.menu() is not None)
    assert [action.text() for action in orders.actions()] == ["Order in the space", "size"]
    trigger(orders, "size")
    assert state_of(window).style.sequence_by == "size"
    assert state_of(window).style.layers == {"sequences"}


def test_what_a_solid_map_cannot_show_is_disabled(window, topics) -> None:
    coords = np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32)
    window.services.store.apply(
        lambda state: add_projection(state, Projection(topics.id, "file", coords))
    )
    menu = opened(window.map.toolbar.layers_menu)
    off = {action.text() for action in menu.actions() if not action.isEnabled()}
    assert {"Density", "Contours", "Hulls"} <= off
    assert not off & {"Edges", "Sequences", "Pictures"}


def test_keys_open_the_menus(window) -> None:
    for command, menu in (
        ("map.labels-menu", window.map.toolbar.labels_menu),
        ("map.layers-menu", window.map.toolbar.layers_menu),
    ):
        window.actions_.action(command).trigger()
        assert menu.isVisible()
        menu.close()
