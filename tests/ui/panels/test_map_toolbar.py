"""The toolbar says what the map shows, and its menus change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from embexplorer.ui.panels import style_menus
from embexplorer.ui.widgets.buttons import ToolButton
from tests.ui.real_window import settle, show_space

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from embexplorer.ui.main_window import MainWindow


@pytest.fixture
def window(main_window, topics) -> MainWindow:
    show_space(main_window, topics)
    return main_window


@pytest.fixture
def wide(window) -> MainWindow:
    """A window whose toolbar has room for everything."""
    window.resize(2000, 900)
    settle()
    return window


def button(window: MainWindow, name: str) -> ToolButton:
    return window.map.toolbar.findChild(ToolButton, name)


def menu(window: MainWindow, name: str) -> QMenu:
    made = button(window, name).menu()
    made.aboutToShow.emit()
    return made


def entries(made: QMenu) -> dict[str, bool]:
    return {action.text(): action.isChecked() for action in made.actions() if action.text()}


def submenu(made: QMenu, title: str) -> QMenu:
    return next(action.menu() for action in made.actions() if action.text() == title)


def choose(made: QMenu, text: str) -> None:
    next(action for action in made.actions() if action.text() == text).trigger()
    settle()


def test_nothing_can_be_chosen_without_a_space(main_window) -> None:
    for name in ("Projection", "Color", "FitToWindow", "SaveAPicture"):
        assert not button(main_window, name).isEnabled()


def test_colors_are_the_columns_that_can_color(wide) -> None:
    assert button(wide, "Color").text() == "Color: kind"
    colors = menu(wide, "Color")
    columns = {"Same": False, "Columns": False, "text": False, "kind": True, "size": False}
    rest = {"Derived values", "Ramp", "Scale", "Inverted", "Center…", "Limits…"}
    shown = entries(colors)
    assert {name: shown[name] for name in columns} == columns
    assert set(shown) == set(columns) | rest
    choose(colors, "size")
    assert button(wide, "Color").text() == "Color: size"
    assert wide.services.store.state.style.color_by == "size"
    assert entries(menu(wide, "Color"))["size"]
    choose(menu(wide, "Color"), "Same")
    assert button(wide, "Color").text() == "Color: Same"


def test_derived_columns_and_selections_are_groups_of_their_own(wide) -> None:
    wide.services.selecting.take(range(5))
    wide.services.selecting.keep("first five")
    wide.services.deriving.density()
    texts = [action.text() for action in menu(wide, "Color").actions() if action.text()]
    start = texts.index("Derived")
    assert texts[start : start + 4] == [
        "Derived", "Density on the map", "Selections", "Selections",
    ]  # fmt: skip
    colors = menu(wide, "Color")
    made = next(one for one in colors.actions() if one.text() == "Density on the map")
    assert made.isChecked()
    assert made.toolTip().startswith("Gaussian kernel density")
    choose(colors, "Selections")  # the heading, which does nothing
    assert wide.services.store.state.style.color_by == "Density on the map"
    colored = next(one for one in menu(wide, "Color").actions() if one.data() == "Selections")
    colored.trigger()
    assert wide.services.store.state.style.color_by == "Selections"


def test_the_ramp_is_for_numbers(wide) -> None:
    colors = menu(wide, "Color")
    assert not submenu(colors, "Ramp").isEnabled()
    choose(colors, "size")
    choose(submenu(menu(wide, "Color"), "Ramp"), "Magma")
    choose(submenu(menu(wide, "Color"), "Scale"), "Quantiles")
    choose(menu(wide, "Color"), "Inverted")
    style = wide.services.store.state.style
    assert (style.ramp, style.scale, style.is_inverted) == ("magma", "quantile", True)
    assert entries(submenu(menu(wide, "Color"), "Ramp"))["Magma"]


def test_center_and_limits_are_written_until_they_can_be_read(wide, monkeypatch) -> None:
    answers = iter(["twenty", "20", "10 to 50", "1, 2", None])
    captions = []

    def write(parent: object, title: str, caption: str) -> str | None:
        captions.append(caption)
        return next(answers)

    monkeypatch.setattr(style_menus.dialogs, "ask_text", write)
    choose(menu(wide, "Color"), "size")
    choose(menu(wide, "Color"), "Center…")
    assert wide.services.store.state.style.center == 20.0
    assert captions[1] == "“twenty” cannot be read: write one number."
    choose(menu(wide, "Color"), "Limits…")
    assert wide.services.store.state.style.limits == (10.0, 50.0)
    choose(menu(wide, "Color"), "Limits…")
    assert wide.services.store.state.style.limits == (10.0, 50.0)
    choose(menu(wide, "Color"), "No center")
    choose(menu(wide, "Color"), "No limits")
    style = wide.services.store.state.style
    assert (style.center, style.limits) == (None, None)


def test_numbers_size_and_fade_points_and_categories_shape_them(wide) -> None:
    sizes = menu(wide, "Size")
    assert [name for name in entries(sizes) if name in ("Same", "size", "kind")] == ["Same", "size"]
    choose(sizes, "size")
    assert button(wide, "Size").text() == "Size: size"
    choose(submenu(menu(wide, "Size"), "Opacity"), "size")
    choose(submenu(menu(wide, "Size"), "Shape"), "kind")
    style = wide.services.store.state.style
    assert (style.size_by, style.opacity_by, style.shape_by) == ("size", "size", "kind")
    choose(submenu(menu(wide, "Size"), "Opacity"), "40%")
    style = wide.services.store.state.style
    assert (style.opacity_by, style.point_opacity) == ("", 0.4)
    choose(menu(wide, "Size"), "Larger points\t]")
    assert wide.services.store.state.style.point_size == 1.25


def test_keys_open_the_menus(wide) -> None:
    wide.map.view.setFocus()
    for command, made in (
        ("map.color-menu", wide.map.toolbar.color_menu),
        ("map.size-menu", wide.map.toolbar.points_menu),
    ):
        wide.actions_.action(command).trigger()
        assert made.isVisible()
        made.close()


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


def test_captions_go_where_the_map_is_narrow(wide) -> None:
    assert button(wide, "Color").text() == "Color: kind"
    wide.resize(wide.theme.px(74), 700)
    settle()
    assert button(wide, "Color").text() == "kind"


def test_what_has_no_room_is_in_a_menu(wide, qtbot) -> None:
    toolbar = wide.map.toolbar
    for width in (90, 74, 68, 62):
        wide.resize(wide.theme.px(width), 700)
        settle()
        right = max(
            child.geometry().right()
            for child in toolbar.findChildren(ToolButton)
            if not child.isHidden()
        )
        assert right <= toolbar.width()
    assert button(wide, "NearestItems").isHidden()
    more = menu(wide, "More")
    with qtbot.waitSignal(toolbar.tool_requested) as asked:
        choose(more, "Nearest items")
    assert asked.args == ["nearest"]
    assert "Size" in entries(menu(wide, "More"))


def test_fit_shows_the_whole_map(window) -> None:
    before = window.map.view.to_pixels(range(60))
    window.shell.zoom(4)
    assert window.map.view.to_pixels([0, 59]) != pytest.approx(before[[0, 59]])
    button(window, "FitToWindow").click()
    assert window.map.view.to_pixels(range(60)) == pytest.approx(before, abs=1e-6)


def test_the_switch_makes_a_3d_map_and_goes_back(topics_window) -> None:
    toolbar, services = topics_window.map.toolbar, topics_window.services
    switch = toolbar._dims
    assert switch.value == "2"
    flat = services.store.state.projection
    switch._buttons["3"].click()
    settle()
    solid = services.store.state.projection
    assert (solid.method, solid.dims) == (flat.method, 3)
    assert topics_window.map.view.dims == 3
    assert switch.value == "3"
    switch._buttons["2"].click()
    settle()
    assert services.store.state.projection.id == flat.id
    assert topics_window.map.view.dims == 2
    assert switch.value == "2"
