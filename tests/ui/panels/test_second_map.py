"""Two maps of a space side by side: one selection, one look, linked views."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from embexplorer.app import state as states
from embexplorer.app.presenters.deriving import colored_by
from embexplorer.app.style import ITEM_NAMES
from embexplorer.core.derived import DerivedColumn
from embexplorer.core.projection import Projection
from embexplorer.core.space import make_space, make_table
from tests.ui.real_window import make_topics, settle, show_space

if TYPE_CHECKING:
    from embexplorer.ui.main_window import MainWindow
    from embexplorer.ui.panels.second_map import SecondMap


@pytest.fixture
def window(main_window, topics) -> MainWindow:
    """A window with two maps of the topics, the second four times as large and elsewhere."""
    show_space(main_window, topics)
    main_window.map.view.flies = False
    services = main_window.services
    first = services.store.state.projection
    other = (first.coords * 4 + 100).astype(np.float32)
    space = services.store.state.document.spaces[0]
    services.library.add(space, Projection(space.id, "file", other, id="other"))
    services.map.show(first.id)
    services.gallery.show_beside("other")
    settle()
    return main_window


def second(window: MainWindow) -> SecondMap:
    assert window.map.sides.second is not None
    return window.map.sides.second


def test_both_maps_share_the_room_the_look_and_the_filters(window) -> None:
    left, right = window.map.view, second(window).view
    assert abs(left.width() - right.width()) <= 3
    assert right.n_items == left.n_items == 60
    for one, other in zip(left.point_colors, right.point_colors, strict=True):
        np.testing.assert_array_equal(one, other)
    assert not second(window).coloring.legend.isVisible()
    window.services.map.color_by("size")
    settle()
    np.testing.assert_array_equal(left.point_colors[1], right.point_colors[1])
    assert not second(window).coloring.legend.isVisible()
    window.services.selecting.take([1, 2, 3])
    window.services.selecting.isolate()
    settle()
    everywhere = np.array([[0, 0], [1e4, 0], [1e4, 1e4], [0, 1e4]], float) - 5e3
    for view in (left, right):
        assert view.rows_inside(everywhere).tolist() == [1, 2, 3]


def test_items_are_named_on_both_maps_or_on_none(window) -> None:
    def named() -> list[int]:
        window.grab()
        return [len(map_.item_names.written) for map_ in (window.map.layers, second(window))]

    assert named() == [0, 0]
    window.services.clustering.show(ITEM_NAMES)
    settle()
    assert min(named()) > 3
    items = window.services.store.state.space.items
    assert items[0] in dict(second(window).item_names.written)
    window.services.selecting.take([1, 2, 3])
    window.services.selecting.isolate()
    window.services.selecting.clear()
    settle()
    assert named()[1] > 0
    assert set(dict(second(window).item_names.written)) <= {items[1], items[2], items[3]}
    window.services.clustering.show("")
    settle()
    assert named() == [0, 0]


def test_linked_views_show_the_same_share_of_their_maps(window) -> None:
    left, right = window.map.view, second(window).view
    left.set_camera({"center": [1.0, 0.5], "height": 2.0})
    settle()
    assert right.camera()["center"] == pytest.approx([104.0, 102.0], rel=1e-3)
    assert right.camera()["height"] == pytest.approx(8.0, rel=1e-3)
    right.setFocus()  # who moves the second map moves the first
    right.set_camera({"center": [102.0, 102.0], "height": 6.0})
    settle()
    assert left.camera()["center"] == pytest.approx([0.5, 0.5], abs=0.01)
    second(window).link.click()
    before = right.camera()
    left.set_camera({"center": [1.0, 0.5], "height": 2.0})
    settle()
    assert right.camera() == before
    second(window).link.click()
    settle()
    assert right.camera()["height"] == pytest.approx(8.0, rel=1e-3)


def test_both_maps_select_ring_and_take_keys(window) -> None:
    left, right = window.map.view, second(window).view
    x, y = right.to_pixels([7])[0]
    at = QPoint(round(x), round(y))
    QTest.mouseClick(right.viewport(), Qt.MouseButton.LeftButton, pos=at)
    settle()
    assert window.selection() == [7]
    assert left.marks.center == right.marks.center == 7
    right.item_hovered.emit(9, right.rect().center())
    assert left.marks.hovered == 9
    left.item_hovered.emit(4, left.rect().center())
    assert right.marks.hovered == 4
    left.set_camera({"center": [1.0, 0.5], "height": 2.0})
    right.setFocus()
    settle()
    QTest.keyClick(right, Qt.Key.Key_F)
    settle()
    assert left.camera()["height"] > 4


def test_the_maps_change_places_and_one_remains(window) -> None:
    window.actions_.action("view.swap").trigger()
    settle()
    assert window.services.store.state.active_projection == "other"
    assert float(window.map.view.coords.max()) > 80
    assert float(second(window).view.coords.max()) < 80
    window.actions_.action("view.split").trigger()
    settle()
    assert not second(window).isVisible()
    window.actions_.action("view.split").trigger()
    settle()
    assert second(window).isVisible()
    show_space(window, make_topics("another space", seed=9))
    assert not second(window).isVisible()


def test_a_hidden_second_map_may_lag_behind_when_the_theme_changes(window) -> None:
    shown = second(window)
    window.services.gallery.show_one()
    vectors = np.random.default_rng(0).normal(size=(90, 3)).astype(np.float32)
    table = make_table([f"item {k}" for k in range(90)])
    show_space(window, make_space(vectors, table, name="larger"))
    window.services.selecting.take([2, 80])
    settle()
    assert (window.map.view.n_items, shown.view.n_items) == (90, 60)
    window.theme.set_mode("dark")
    settle()
    assert window.theme.is_dark


def test_a_hidden_map_bears_a_theme_that_changes_when_its_column_is_gone(window) -> None:
    services = window.services
    space_id = services.store.state.active_space
    values = DerivedColumn(space_id, "height", pa.array(np.linspace(0, 1, 60)), "By hand.")
    services.store.apply(lambda state: colored_by(states.add_column(state, values), values))
    settle()
    assert second(window).coloring.coloring.column == "height"
    services.gallery.show_beside("")
    services.store.apply(lambda state: states.with_document(state, columns=()))
    settle()
    window.theme.set_mode("dark")
    settle()
    services.gallery.show_beside("other")
    settle()
    left, right = window.map.view, second(window).view
    for one, other in zip(left.point_colors, right.point_colors, strict=True):
        np.testing.assert_array_equal(one, other)
