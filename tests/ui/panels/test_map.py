"""The map panel shows what the state says: colors, legend, marks, hover, live frames."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu

from embexplorer.app.state import Live, add_projection
from embexplorer.core.projection import Projection
from embexplorer.core.space import Texts, make_space, make_table
from embexplorer.ui.scatter.marks import Marks
from embexplorer.ui.widgets.buttons import Disclosure
from embexplorer.ui.widgets.legend_keys import LegendKeys
from embexplorer.ui.widgets.legend_rows import CategoryList
from embexplorer.ui.widgets.ramp import Ramp
from tests.ui.real_window import (
    click_at,
    click_item,
    count_near,
    make_topics,
    pixel_of,
    selected_rows,
    settle,
    show_space,
)

if TYPE_CHECKING:
    from embexplorer.ui.main_window import MainWindow

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(main_window, topics) -> MainWindow:
    show_space(main_window, topics)
    return main_window


def colored(window: MainWindow) -> list[int]:
    """Return how many pixels of the points have each of the three categories' colors."""
    view = window.map.view
    image = view.picture(1.0)  # without the legend
    return [count_near(image, window.theme.category(k), 45) for k in range(3)]


def legend_row(window: MainWindow, row: int) -> tuple[CategoryList, QPoint]:
    rows = window.map.legend.findChild(CategoryList)
    return rows, rows.visualRect(rows.model().index(row, 0)).center()


def click_legend(window: MainWindow, row: int) -> None:
    rows, at = legend_row(window, row)
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=at)
    settle()


def state_of(window: MainWindow):
    return window.services.store.state


# -- selecting ---------------------------------------------------------------------------------


def test_a_click_selects_shift_adds_and_a_click_beside_clears(window) -> None:
    click_item(window, 3)
    assert selected_rows(window) == [3]
    click_item(window, 50, SHIFT)
    assert selected_rows(window) == [3, 50]
    click_item(window, 50)
    assert selected_rows(window) == [50]
    view = window.map.view
    corner = QPoint(view.width() - 3, 3)
    click_at(window, corner)
    assert selected_rows(window) == []


def test_a_drag_moves_the_map_and_selects_nothing(window) -> None:
    view = window.map.view
    before = view.to_pixels([3])
    start = pixel_of(window, 3)
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 9):
        QTest.mouseMove(view.viewport(), start + QPoint(5 * step, 0))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=start + QPoint(40, 0))
    settle()
    assert selected_rows(window) == []
    assert not np.allclose(view.to_pixels([3]), before)
    assert view.is_held


def test_each_shown_item_is_found_at_its_pixel(window) -> None:
    view = window.map.view
    found = []
    for row in range(60):
        click_item(window, row)
        (hit,) = selected_rows(window)
        found.append(hit)
        assert np.linalg.norm(view.to_pixels([hit]) - view.to_pixels([row])) <= 2.0
    assert sum(hit == row for row, hit in enumerate(found)) >= 55  # the others lie on each other


# -- legend ------------------------------------------------------------------------------------


def test_the_legend_lists_categories_by_count(window) -> None:
    rows = window.map.legend.findChild(CategoryList)
    shown = [rows.model().index(k, 0).data() for k in range(rows.model().rowCount())]
    assert shown == ["art", "bread", "chess"]
    assert all(count > 50 for count in colored(window))


def test_a_click_hides_a_category_everywhere(window) -> None:
    before = colored(window)
    click_legend(window, 1)
    assert state_of(window).hidden == {1}
    after = colored(window)
    assert after[1] == 0
    assert after[0] > 0.8 * before[0]
    assert window.status.shown.startswith("40 of 60 shown")
    assert window.data.table.items_model.rowCount() == 40
    bread = next(row for row in range(30, 50) if is_alone(window, row))
    click_item(window, bread)
    assert selected_rows(window) == []  # what is hidden cannot be picked
    click_legend(window, 1)
    assert state_of(window).hidden == set()
    assert colored(window)[1] == pytest.approx(before[1], rel=0.1)


def is_alone(window: MainWindow, row: int) -> bool:
    """Whether no item of another category is near an item on the map."""
    pixels = window.map.view.to_pixels(range(60))
    others = np.r_[0:30, 50:60]
    return bool(np.linalg.norm(pixels[others] - pixels[row], axis=1).min() > 20)


def test_a_double_click_shows_one_category_and_then_all(window) -> None:
    for expected in ({-1, 0, 1}, set()):
        rows, at = legend_row(window, 2)
        viewport = rows.viewport()
        QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
        QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=at)
        settle()
        assert state_of(window).hidden == expected
    assert all(count > 50 for count in colored(window))


def test_hovering_a_category_dims_the_others(window) -> None:
    rows, _ = legend_row(window, 0)
    rows.category_hovered.emit((0,))
    settle()
    counts = colored(window)
    assert counts[0] > 50
    assert counts[1:] == [0, 0]
    rows.category_hovered.emit(())
    settle()
    assert all(count > 50 for count in colored(window))


def test_a_number_has_a_ramp_and_one_color_has_no_legend(window) -> None:
    window.services.map.color_by("size")
    settle()
    assert window.map.legend.isVisible()
    assert not window.map.legend.findChild(CategoryList).isVisible()
    view = window.map.view
    low, high = view.color_of(0), view.color_of(59)
    assert low.lightness() > high.lightness() + 80  # on a light map much is dark
    window.services.map.color_by("")
    settle()
    assert not window.map.legend.isVisible()
    assert view.color_of(0) == view.color_of(59)


def test_fitting_keeps_items_clear_of_the_legend(window) -> None:
    legend = window.map.legend.geometry()
    pixels = window.map.view.to_pixels(range(60))
    assert pixels[:, 0].min() > legend.right()
    height = window.map.view.height()
    assert pixels[:, 1].min() >= 0
    assert pixels[:, 1].max() <= height


def test_a_legend_starts_as_its_title_where_the_map_is_narrow(window) -> None:
    assert not window.map.legend.is_collapsed
    window.resize(window.theme.px(62), window.theme.px(45))
    settle()
    assert window.map.width() < window.theme.px(30)
    assert window.map.legend.is_collapsed
    assert window.map.view.left_margin == 0
    window.resize(window.theme.px(90), window.theme.px(45))
    settle()
    assert not window.map.legend.is_collapsed


# -- hover -------------------------------------------------------------------------------------


def test_the_card_of_a_point_comes_after_a_moment(window, qtbot) -> None:
    view, card = window.map.view, window.map.card
    view.item_hovered.emit(33, pixel_of(window, 33))
    assert not card.isVisible()
    qtbot.waitUntil(card.isVisible, timeout=2000)
    said = card.accessibleDescription()
    assert said.startswith("A longer text about bread 3.; bread; size: 33.0")
    x, y = view.to_pixels([33])[0]
    assert not card.geometry().contains(round(x), round(y))
    assert view.cursor().shape() == Qt.CursorShape.PointingHandCursor
    view.item_hovered.emit(-1, QPoint())
    assert not card.isVisible()
    assert view.cursor().shape() == Qt.CursorShape.ArrowCursor


def test_moving_the_mouse_over_a_point_hovers_it(window, qtbot) -> None:
    view = window.map.view
    at = QPointF(pixel_of(window, 33))
    button = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, at, view.mapToGlobal(at), button, button, Qt.KeyboardModifier(0)
    )
    with qtbot.waitSignal(view.item_hovered, timeout=2000) as heard:
        QApplication.sendEvent(view.viewport(), event)
    row, shown_at = heard.args
    assert np.linalg.norm(view.to_pixels([row]) - view.to_pixels([33])) < 8
    assert shown_at == at.toPoint()


def test_hovering_does_not_draw_the_points_again(window) -> None:
    click_item(window, 3)
    version = window.map.view.scatter._version
    for row in (5, 6, -1):
        window.map.view.item_hovered.emit(row, QPoint(10, 10))
        window.map.ring(row)
    assert window.map.view.scatter._version == version


# -- other maps --------------------------------------------------------------------------------


def test_a_space_without_a_map_shows_no_points_of_the_last_one(window) -> None:
    assert sum(colored(window)) > 100
    store = window.services.store
    store.apply(lambda state: dataclasses.replace(state, active_projection=""))
    settle()
    assert window.map.view.n_items == 0
    assert colored(window) == [0, 0, 0]


def test_another_space_of_the_same_size_gets_its_own_colors(window) -> None:
    show_space(window, make_topics("more", seed=4))
    assert window.windowTitle() == "more · embexplorer"
    assert all(count > 50 for count in colored(window))
    first = state_of(window).document.spaces[0]
    window.services.library.activate(first.id)
    settle()
    assert window.windowTitle() == "topics · embexplorer"
    assert all(count > 50 for count in colored(window))


def test_several_selected_keep_their_colors_in_both_themes(window) -> None:
    window.services.selecting.take(range(30))
    settle()
    assert colored(window)[1:] == [0, 0]
    window.shell.set_theme("dark")
    settle()
    counts = colored(window)
    assert counts[0] > 50
    assert counts[1:] == [0, 0]
    light_dim = window.theme.color("dim")
    assert count_near(window.map.view.picture(1.0), light_dim, 30) > 50


def live_of(window: MainWindow, coords: np.ndarray) -> Live:
    return Live(99, state_of(window).active_space, "umap", {}, 2, 0, coords)


def show_live(window: MainWindow, live: Live | None) -> None:
    window.services.store.apply(lambda state: dataclasses.replace(state, live=live))
    settle()


def test_live_frames_replace_the_map_and_follow_until_moved_by_hand(window) -> None:
    view = window.map.view
    frame = np.random.default_rng(0).normal(size=(60, 2)).astype(np.float32)
    show_live(window, live_of(window, frame))
    assert window.map.strip.isVisible()
    assert all(count > 50 for count in colored(window))
    pixels = view.to_pixels(range(60))
    show_live(window, live_of(window, frame * 10))
    assert view.to_pixels(range(60)) == pytest.approx(pixels, abs=1.0)  # fitted again
    window.shell.zoom(2)
    held = view.to_pixels(range(60))
    show_live(window, live_of(window, frame * 10))
    assert view.to_pixels(range(60)) == pytest.approx(held)
    show_live(window, None)
    assert not window.map.strip.isVisible()
    assert view.n_items == 60


@pytest.mark.parametrize("is_held", [True, False])
def test_the_view_of_live_frames_stays_when_they_become_a_map(window, is_held: bool) -> None:
    view = window.map.view
    frame = np.random.default_rng(0).normal(size=(60, 2)).astype(np.float32)
    show_live(window, live_of(window, frame))
    if is_held:
        window.shell.zoom(2)
    before = view.to_pixels(range(60))
    made = Projection(state_of(window).active_space, "umap", frame)
    window.services.store.apply(
        lambda state: dataclasses.replace(add_projection(state, made), live=None)
    )
    assert not window.map.morph.is_running
    settle()
    assert view.is_held is is_held
    # The strip above the map has gone: the middle of the map stays in the middle.
    after = view.to_pixels(range(60))
    assert np.ptp(after, axis=0) == pytest.approx(np.ptp(before, axis=0), rel=0.15)
    show_space(window, make_topics("others", seed=5))
    assert not view.is_held


def test_an_analogy_is_brought_into_view(window) -> None:
    window.map.view.flies = False
    window.shell.zoom(30)
    window.services.analogy.ask("art 1", "art 2", "bread 1")
    settle()
    answer = state_of(window).analogy.answer
    rows = [*answer.inputs, int(answer.results.indices[0])]
    pixels = window.map.view.to_pixels(rows)
    assert (pixels >= 0).all()
    assert (pixels <= [window.map.view.width(), window.map.view.height()]).all()


def test_the_card_says_how_many_true_neighbors_are_kept_and_joins_them(window, qtbot) -> None:
    view, card = window.map.view, window.map.card
    view.item_hovered.emit(33, pixel_of(window, 33))
    qtbot.waitUntil(card.isVisible, timeout=2000)
    assert re.search(r"Kept (\d|1\d) of 15 neighbors", card.accessibleDescription())
    assert len(view.marks.hovered_ends) == 15
    assert 33 not in view.marks.hovered_ends
    view.item_hovered.emit(-1, QPoint())
    assert view.marks.hovered_ends == ()


def test_nothing_is_pointed_at_in_the_next_space(window, qtbot) -> None:
    view, card = window.map.view, window.map.card
    view.item_hovered.emit(3, pixel_of(window, 3))
    qtbot.waitUntil(card.isVisible, timeout=2000)
    assert max(view.marks.hovered_ends) >= 20
    window.map.point_at(np.array([2, 9]))
    vectors = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
    table = make_table([f"item {k}" for k in range(20)])
    show_space(window, make_space(vectors, table, name="smaller"))
    assert view.n_items == 20
    assert view.marks == Marks()
    assert not card.isVisible()
    assert not view.grab().isNull()  # paints
    window.map.ring(5)
    assert view.marks.hovered == 5
    show_space(window, make_space(vectors[::-1], table, name="another"))
    assert view.marks == Marks()
    view.item_hovered.emit(3, pixel_of(window, 3))  # the same row, of another item
    qtbot.waitUntil(card.isVisible, timeout=2000)
    assert view.marks.hovered == 3


def test_true_neighbors_can_be_switched_off(window, qtbot) -> None:
    window.services.remembered.change(hover_neighbors=False)
    window.map.view.item_hovered.emit(33, pixel_of(window, 33))
    qtbot.waitUntil(window.map.card.isVisible, timeout=2000)
    assert "Kept" not in window.map.card.accessibleDescription()
    assert window.map.view.marks.hovered_ends == ()


# -- what columns decide -----------------------------------------------------------------------


def test_the_ends_of_the_ramp_filter_items_live(window) -> None:
    window.services.styling.color_by("size")
    settle()
    legend = window.map.legend
    legend.range_moved.emit(0.5, 1.0)
    settle()
    (one,) = state_of(window).filters
    assert (one.column, one.low, one.high) == ("size", 29.5, 59.0)
    assert window.status.shown.startswith("30 of 60 shown")
    assert legend.findChild(Ramp).accessibleDescription() == (
        "size from 0 to 59, shown from 29.5 to 59"
    )
    legend.end_typed.emit(1, "40")
    assert state_of(window).filters[0].high == 40.0
    legend.end_typed.emit(1, "forty")
    assert state_of(window).message == "“forty” is no number."
    legend.range_reset.emit()
    assert state_of(window).filters == ()


def test_an_end_at_the_edge_leaves_nothing_out_whatever_the_limits_are(window) -> None:
    window.services.styling.color_by("size")
    window.services.styling.restyle("Limits", limits=(20.0, 40.0))
    window.map.legend.range_moved.emit(0.5, 1.0)
    (one,) = state_of(window).filters
    assert (one.low, one.high) == (30.0, 59.0)


def test_missing_numbers_are_hidden_by_their_row(window, topics) -> None:
    sizes = [None if row < 12 else float(row) for row in range(60)]
    table = topics.table.drop_columns(["size"]).append_column("gaps", [sizes])
    show_space(window, make_space(topics.vectors, table, name="gaps"))
    window.services.styling.color_by("gaps")
    settle()
    rows, _ = legend_row(window, 0)
    assert rows.isVisible()
    assert rows.model().index(0, 0).data() == "no value"
    click_legend(window, 0)
    assert state_of(window).hidden == {-1}
    assert window.status.shown.startswith("48 of 60 shown")


def test_points_get_their_sizes_opacities_and_shapes(window) -> None:
    styling, look = window.services.styling, window.map.view.scatter
    before = sum(colored(window))
    styling.restyle("Size", point_size=2.0)
    assert sum(colored(window)) > 2 * before
    styling.restyle("Size", point_size=1.0, size_by="size")
    settle()
    assert len(set(look._appearance.brushes.tolist())) > 10
    styling.restyle("Opacity", opacity_by="size")
    assert look._appearance.opacities[[0, 59]].tolist() == [38, 255]
    styling.restyle("Shape", shape_by="kind", size_by="", opacity_by="")
    settle()
    assert len(set(look._appearance.brushes.tolist())) == 3
    keys = window.map.legend.findChild(LegendKeys).keys
    assert [(key.kind, key.shapes) for key in keys] == [
        ("Shape", ((0, "art"), (1, "bread"), (2, "chess")))
    ]
    styling.color_by("")
    settle()
    assert window.map.legend.accessibleName() == "Legend, colored by Points"


def test_the_menu_of_a_row_selects_hides_and_filters(window) -> None:
    def trigger(text: str) -> None:
        window.map.legend.menu_requested.emit((1,), QPoint(5, 5))
        menu = window.map.legend.findChildren(QMenu, "LegendMenu")[-1]
        next(action for action in menu.actions() if action.text() == text).trigger()
        menu.close()
        settle()

    trigger("Select these items")
    assert selected_rows(window) == list(range(30, 50))
    trigger("Hide or show")
    assert state_of(window).hidden == {1}
    trigger("Show all")
    trigger("Show only this")
    assert state_of(window).hidden == {-1, 0, 2}
    trigger("Show only this")
    trigger("Filter by this")
    assert np.flatnonzero(state_of(window).visible).tolist() == list(range(30, 50))
    trigger("Copy the name")
    assert QApplication.clipboard().text() == "bread"


def test_how_a_column_was_worked_out_is_a_tip_and_can_be_copied(window) -> None:
    window.services.deriving.density()
    settle()
    title = window.map.legend.findChild(Disclosure)
    assert title.toolTip().startswith("Gaussian kernel density")
    window.map.legend.title_menu_requested.emit(QPoint(5, 5))
    menu = window.map.legend.findChildren(QMenu, "LegendTitleMenu")[-1]
    menu.actions()[-1].trigger()
    menu.close()
    assert QApplication.clipboard().text() == title.toolTip()


def test_hiding_a_category_changes_colors_and_no_points(window) -> None:
    rows = window.map.view.scatter._appearance.colors
    click_legend(window, 1)
    window.shell.set_theme("dark")
    settle()
    assert window.map.view.scatter._appearance.colors is rows


def test_an_empty_map_says_what_it_waits_for(main_window: MainWindow, topics, qtbot) -> None:
    empty = main_window.map.empty
    assert not empty.isVisible()
    main_window.services.library.add(Texts("diary-1", "diary", make_table(["one", "two"])))
    qtbot.waitUntil(empty.isVisible)
    shown = [label.text() for label in empty.findChildren(QLabel)]
    assert shown[0] == "Not encoded yet"
    assert shown[1].startswith("diary has 2 texts")
    middle = empty.mapTo(main_window.map.view, empty.rect().center())
    assert (middle - main_window.map.view.rect().center()).manhattanLength() <= 2
    show_space(main_window, topics)
    assert not empty.isVisible()
    main_window.services.map.remove(main_window.services.store.state.active_projection)
    qtbot.waitUntil(empty.isVisible)
    assert shown[0] != empty.findChildren(QLabel)[0].text() == "No map yet"
