"""The toolbar says what the map shows, and its menus change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from embexplorer.ui.widgets.buttons import ToolButton
from tests.ui.real_window import settle, show_space

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from embexplorer.ui.main_window import MainWindow


@pytest.fixture
def window(main_window, topics) -> MainWindow:
    show_space(main_window, topics)
    return main_window


def button(window: MainWindow, name: str) -> ToolButton:
    return window.map.toolbar.findChild(ToolButton, name)


def menu(window: MainWindow, name: str) -> QMenu:
    made = button(window, name).menu()
    made.aboutToShow.emit()
    return made


def entries(made: QMenu) -> dict[str, bool]:
    return {action.text(): action.isChecked() for action in made.actions() if action.text()}


def choose(made: QMenu, text: str) -> None:
    next(action for action in made.actions() if action.text() == text).trigger()
    settle()


def test_nothing_can_be_chosen_without_a_space(main_window) -> None:
    for name in ("Projection", "Color", "FitToWindow", "SaveAPicture"):
        assert not button(main_window, name).isEnabled()


def test_colors_are_the_columns_that_can_color(window) -> None:
    assert button(window, "Color").text() == "Color: kind"
    colors = menu(window, "Color")
    assert entries(colors) == {"Same": False, "text": False, "kind": True, "size": False}
    choose(colors, "size")
    assert button(window, "Color").text() == "Color: size"
    assert window.services.store.state.color_by[window.services.store.state.active_space] == "size"
    assert entries(menu(window, "Color")) == {
        "Same": False,
        "text": False,
        "kind": False,
        "size": True,
    }
    choose(menu(window, "Color"), "Same")
    assert button(window, "Color").text() == "Color: Same"


def test_projections_that_exist_and_methods_are_one_menu(window) -> None:
    assert button(window, "Projection").text() == "PCA 2-D"
    kept = window.services.store.state.projection.quality["neighbors_kept"]
    made = entries(menu(window, "Projection"))
    assert made == {
        f"PCA 2-D   kept {kept:.2f}": True,
        "Project with PCA": False,
        "Project with t-SNE": False,
        "Project with UMAP": False,
    }
    choose(menu(window, "Projection"), "Project with PCA")
    state = window.services.store.state
    assert len(state.document.projections) == 2
    choices = [action for action in menu(window, "Projection").actions() if action.isCheckable()]
    assert [action.isChecked() for action in choices] == [False, True]
    choices[0].trigger()
    assert window.services.store.state.active_projection == state.document.projections[0].id


def test_captions_go_where_the_map_is_narrow(window) -> None:
    assert button(window, "Color").text() == "Color: kind"
    window.resize(window.theme.px(62), 700)
    settle()
    assert button(window, "Color").text() == "kind"


def test_fit_shows_the_whole_map(window) -> None:
    before = window.map.view.to_pixels(range(60))
    window.zoom(4)
    assert window.map.view.to_pixels([0, 59]) != pytest.approx(before[[0, 59]])
    button(window, "FitToWindow").click()
    assert window.map.view.to_pixels(range(60)) == pytest.approx(before, abs=1e-6)
