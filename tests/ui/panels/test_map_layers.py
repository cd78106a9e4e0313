"""Layers and names are drawn where their items are, and clicks on names select."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtTest import QTest

from embexplorer.app.drawings import Arrows
from embexplorer.app.state import add_projection
from embexplorer.app.style import ITEM_NAMES, labels_of_column
from embexplorer.core.projection import Projection
from embexplorer.core.space import make_space, make_table
from tests.ui.real_window import (
    click_at,
    count_near,
    make_topics,
    pixel_of,
    selected_rows,
    settle,
    show_space,
)

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.ui.main_window import MainWindow

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(shared_window, topics) -> MainWindow:
    show_space(shared_window, topics)
    return shared_window


def switch(window: MainWindow, *layers: str) -> None:
    for layer in layers:
        window.services.map.toggle_layer(layer)
    settle()


def name_kinds(window: MainWindow) -> None:
    window.services.clustering.show(labels_of_column("kind"))
    settle()


def names(window: MainWindow) -> dict[str, QRectF]:
    window.grab()
    layers = window.map.layers
    return dict([*layers.names.written, *layers.item_names.written])


def changed_pixels(window: MainWindow, *layers: str) -> np.ndarray:
    """Return (m, 2) x, y of the pixels that layers change."""
    before = pixels_of(window.map.view.picture(1.0))
    switch(window, *layers)
    after = pixels_of(window.map.view.picture(1.0))
    rows, columns = np.nonzero(np.abs(after - before).max(axis=2) > 6)
    return np.column_stack([columns, rows])


def pixels_of(image: QImage) -> np.ndarray:
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    shape = plain.height(), plain.width(), 4
    return np.frombuffer(plain.constBits(), np.uint8).reshape(shape)[..., :3].astype(int)


# -- layers ------------------------------------------------------------------------------------


def test_density_is_darkest_where_the_points_are_many(window) -> None:
    view = window.map.view
    window.services.styling.restyle("Opacity", point_opacity=0.0)
    switch(window, "density")
    image = view.picture(1.0)
    ground = window.theme.color("map").lightness()
    crowd = pixel_of(window, 3)
    assert image.pixelColor(crowd).lightness() < ground - 20
    assert image.pixelColor(view.width() - 4, 4).lightness() == ground
    assert window.map.layers.notes.lines == (
        "Density of the shown items; the gray grows with its root.",
    )


def test_contours_surround_the_points_and_say_what_they_hold(window) -> None:
    found = changed_pixels(window, "contours")
    crowd = window.map.view.to_pixels(range(30))
    assert found[:, 0].min() < crowd[:, 0].min()
    assert "Contours hold 25, 50, 75 and 90% of the shown items." in window.map.layers.notes.lines


def test_hulls_have_the_colors_of_their_categories_and_go_with_them(window) -> None:
    window.services.styling.restyle("Opacity", point_opacity=0.0)
    switch(window, "hulls")
    image = window.map.view.picture(1.0)
    outlines = [count_near(image, window.theme.category(k), 70) for k in range(3)]
    assert min(outlines) > 20
    window.services.styling.toggle((1,))
    settle()
    hidden = window.map.view.picture(1.0)
    assert count_near(hidden, window.theme.category(1), 70) < outlines[1] / 5


def test_edges_lie_between_near_items_and_count_what_is_hidden(window) -> None:
    switch(window, "edges")
    layers = window.map.layers
    assert layers.notes.lines == (
        "Edges join every item to the 5 nearest in the full space (cosine).",
    )
    window.services.filtering.add_expression("size < 30")
    settle()
    ends = window.services.store.state.drawings["edges"].shown.ends
    starts = window.services.store.state.drawings["edges"].shown.starts
    cut = int(((starts >= 30) | (ends >= 30)).sum())
    assert layers.notes.lines[-1] == f"{cut:,} edges to items that are not shown left out."


def test_edges_are_drawn_on_the_line_between_two_items(window) -> None:
    vectors = np.array([[1, 0.1], [1, 0], [0, 1], [0.1, 1]], np.float32)
    show_space(window, make_space(vectors, make_table(["a", "b", "c", "d"]), name="four"))
    view = window.map.view
    view.flies = False
    view.show_rows([0, 1])
    settle()
    before = pixels_of(view.picture(1.0))
    switch(window, "edges")
    after = pixels_of(view.picture(1.0))
    column, row = np.round(view.to_pixels([0, 1]).mean(0)).astype(int)
    near = np.s_[row - 2 : row + 3, column - 2 : column + 3]
    assert after[near].min() < before[near].min() - 40
    assert (after[:9, -9:] == before[:9, -9:]).all()  # a corner that no edge reaches


def test_sequences_end_in_an_arrow_of_their_color(window) -> None:
    window.services.styling.restyle("Opacity", point_opacity=0.0)
    switch(window, "sequences")
    last = window.map.view.to_pixels([29])[0]  # of the first kind, in the order of the space
    image = window.map.view.picture(1.0)
    around = image.copy(round(last[0]) - 9, round(last[1]) - 9, 18, 18)
    assert count_near(around, window.theme.category(0), 40) > 12


def test_a_solid_map_says_what_it_does_not_show(window, topics) -> None:
    switch(window, "density", "hulls", "edges")
    coords = np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32)
    window.services.store.apply(
        lambda state: add_projection(state, Projection(topics.id, "file", coords))
    )
    settle()
    window.grab()
    assert window.map.layers.notes.lines[-1] == "Not drawn on a 3-D map: density, hulls."
    name_kinds(window)
    assert set(names(window)) == {"art", "bread", "chess"}


def test_pictures_take_the_place_of_points_and_broken_ones_do_not(
    shared_window, qtbot, tmp_path: Path
) -> None:
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("#FF00FF"))
    image.save(str(tmp_path / "pink.png"))
    (tmp_path / "broken.png").write_bytes(b"nothing")
    paths = [str(tmp_path / name) for name in ("pink.png", "broken.png", "broken.png")]
    space = make_space(np.eye(3, 4), make_table(["a", "b", "c"], {"path": paths}))
    show_space(shared_window, space)
    switch(shared_window, "pictures")
    layer = shared_window.map.layers.pictures
    qtbot.waitUntil(lambda: layer.n_kept == 2)
    settle()
    shot = shared_window.map.view.picture(1.0)
    assert count_near(shot, QColor("#FF00FF"), 8) > 500
    at = [pixel_of(shared_window, row) for row in range(3)]
    assert shot.pixelColor(at[0]) == QColor("#FF00FF")
    for broken in at[1:]:
        point = shared_window.map.view.color_of(1)
        assert abs(shot.pixelColor(broken).red() - point.red()) < 30
        assert abs(shot.pixelColor(broken).blue() - point.blue()) < 30


# -- names -------------------------------------------------------------------------------------


def test_names_stand_on_their_groups_and_none_covers_another_or_a_card(window) -> None:
    name_kinds(window)
    found = names(window)
    assert set(found) == {"art", "bread", "chess"}
    for name, first in (("art", 0), ("bread", 30), ("chess", 50)):
        crowd = window.map.view.to_pixels(range(first, first + 10))
        assert np.abs(crowd.mean(0) - np.array(found[name].center().toTuple())).max() < 90
    legend = QRectF(window.map.legend.geometry())
    boxes = [*found.values(), legend]
    assert not any(a.intersects(b) for a in boxes for b in boxes if a is not b)


def test_names_are_laid_out_once_and_again_when_the_view_changes(window) -> None:
    name_kinds(window)
    window.grab()
    layer = window.map.layers.names
    before = layer._written
    window.map.ring(3)  # draws again
    window.grab()
    assert layer._written is before
    window.map.zoom(1.2)
    window.grab()
    assert layer._written is not before


def test_a_hidden_category_has_no_name(window) -> None:
    name_kinds(window)
    window.services.styling.toggle((2,))
    settle()
    assert set(names(window)) == {"art", "bread"}


def test_a_group_whose_middle_is_out_of_view_is_named_where_it_is_seen(window) -> None:
    name_kinds(window)
    view = window.map.view
    art = view.to_pixels(range(30))
    anchor = int(window.services.store.state.drawings["labels"].shown.anchors[0])
    beside = [row for row in range(30) if art[row, 0] > art[anchor, 0]]
    view.flies = False
    view.show_rows(sorted(beside, key=lambda row: -art[row, 0])[:6])
    view.zoom(1.6)
    settle()
    seen = view.to_pixels([anchor])[0]
    if not QRectF(view.viewport().rect()).contains(*seen.tolist()):
        assert "art" in names(window)


def test_a_click_on_a_name_selects_its_items_and_shift_adds(window) -> None:
    name_kinds(window)
    found = names(window)
    click_at(window, found["bread"].center().toPoint())
    assert selected_rows(window) == list(range(30, 50))
    click_at(window, names(window)["chess"].center().toPoint(), SHIFT)
    assert selected_rows(window) == list(range(30, 60))
    click_at(window, QPoint(window.map.view.width() - 3, 3))
    assert selected_rows(window) == []


def test_items_are_named_where_they_find_room_the_first_ones_before_others(window) -> None:
    window.services.clustering.show(ITEM_NAMES)
    settle()
    space = window.services.store.state.space
    found = names(window)
    assert space.items[0] in found
    assert 3 < len(found) < 40  # of sixty in view
    boxes = list(found.values())
    assert not any(a.intersects(b) for a in boxes for b in boxes if a is not b)


def test_names_of_items_leave_room_for_marks_and_are_quiet_beside_them(window) -> None:
    window.services.clustering.show(ITEM_NAMES)
    settle()
    assert inks_of_item_names(window) == {window.theme.color("ink").name()}
    first = window.services.store.state.space.items[0]
    assert first in names(window)
    window.services.selecting.take(np.array([0]), "replace")
    settle()
    assert first in {name.text for name in window.map.view.marks.names}
    assert inks_of_item_names(window) == {window.theme.color("muted").name()}
    assert first not in names(window)


def test_a_click_on_the_name_of_an_item_selects_it_unless_a_point_is_there(window) -> None:
    window.services.clustering.show(ITEM_NAMES)
    settle()
    view, items = window.map.view, window.services.store.state.space.items
    free = {
        name: rect.center().toPoint()
        for name, rect in names(window).items()
        if view.item_at(rect.center()) < 0
    }
    (first, at), (second, there) = list(free.items())[:2]
    QTest.mouseMove(view.viewport(), at)
    assert view.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor
    click_at(window, at)
    assert selected_rows(window) == [items.index_of(first)]
    window.services.selecting.clear()
    settle()
    click_at(window, at)
    click_at(window, there, SHIFT)
    assert selected_rows(window) == sorted(map(items.index_of, (first, second)))
    window.services.selecting.clear()
    settle()
    click_at(window, pixel_of(window, 30))
    assert selected_rows(window) == [30]


def inks_of_item_names(window: MainWindow) -> set[str]:
    """Return the colors in which items are named that nothing marks."""
    inks: dict[str, str] = {}
    image = QImage(window.map.view.size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    window.map.view.draw(painter, writer=lambda *given: inks.update({given[3]: given[5].name()}))
    painter.end()
    return {inks[text] for text, _ in window.map.layers.item_names.written}


def test_items_are_named_beside_groups_where_few_are_in_view(window, qtbot) -> None:
    name_kinds(window)
    assert set(names(window)) == {"art", "bread", "chess"}  # sixty are too many
    view = window.map.view
    view.flies = False
    view.show_rows(list(range(50, 54)))
    qtbot.waitUntil(lambda: not window.map.layers.item_names.is_moving)
    found = names(window)
    inside = QRectF(view.viewport().rect())
    seen = [row for row in range(60) if inside.contains(*view.to_pixels([row])[0].tolist())]
    assert 4 <= len(seen) <= 40
    items = {window.services.store.state.space.items[row] for row in seen}
    assert set(found) <= {*items, "art", "bread", "chess"}
    assert len(items & set(found)) >= min(4, len(seen))
    boxes = list(found.values())
    assert not any(a.intersects(b) for a in boxes for b in boxes if a is not b)


def test_names_of_another_space_go_with_it(window) -> None:
    name_kinds(window)
    assert names(window)
    show_space(window, make_topics("others", seed=5))
    assert names(window) == {}


def test_arrows_lie_between_the_places_before_and_after(window, topics) -> None:
    services = window.services
    n = topics.n
    after = np.random.default_rng(3).uniform(-1, 1, (n, 2)).astype(np.float32)
    before = after.copy()
    after[0], before[0] = (0.5, 0.5), (-0.5, 0.5)
    former = Projection("elsewhere", "bias-axes", before)
    shown = Projection(topics.id, "bias-axes", after, {"before": former.id}, units=(1.0, 1.0))

    def change(state):
        added = add_projection(state, shown)
        document = dataclasses.replace(
            added.document, projections=(*added.document.projections, former)
        )
        return dataclasses.replace(added, document=document)

    services.store.apply(change)
    window.map.morph.stop()
    settle()
    switch(window, "arrows")
    view = window.map.view
    assert list(services.store.state.drawings["arrows"].shown.rows) == [0]
    image = pixels_of(view.picture(1.0))
    start, end = view.data_to_pixels(np.array([[-0.5, 0.5], [0.5, 0.5]]))
    ink = window.theme.color("ink").getRgb()[:3][::-1]
    for share in (0.2, 0.5, 0.8):
        x, y = np.rint(start + share * (end - start)).astype(int)
        near = image[y - 1 : y + 2, x - 1 : x + 2]
        assert np.abs(near - ink).max(axis=2).min() < 100
    switch(window, "arrows")
    assert np.abs(pixels_of(view.picture(1.0)) - image).max() > 50


def test_arrows_reach_a_vector_figure_as_lines(window, topics, tmp_path) -> None:
    from embexplorer.ui.scatter.layers.arrows import ArrowNamesLayer, ArrowsLayer

    arrows = Arrows(np.array([1, 0]), np.array([[0, 0], [5, 5]], np.float32), ("first", "second"))
    view = window.map.view
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    drawn = QSvgGenerator()
    drawn.setOutputDevice(buffer)
    painter = QPainter(drawn)
    view.halo_text.draws_outlines = True
    try:
        for layer in (ArrowsLayer(window.theme), ArrowNamesLayer(window.theme)):
            layer.show(arrows)
            layer.paint(painter, view, [])
    finally:
        view.halo_text.draws_outlines = False
        painter.end()
    written = bytes(buffer.data()).decode()
    assert written.count("<polyline") >= 2  # shafts
    assert written.count("<circle") + written.count("<ellipse") >= 1
    assert "<image" not in written
