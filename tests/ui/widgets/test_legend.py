"""The legend: rows by count, hiding, isolating, finding, the ramp, and never above the map."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from embexplorer.ui.widgets.legend import CategoryLegend, Legend, LegendKey, PlainLegend
from embexplorer.ui.widgets.legend_keys import LegendKeys
from embexplorer.ui.widgets.legend_rows import ROW, CategoryList
from embexplorer.ui.widgets.legend_views import RampLegend
from embexplorer.ui.widgets.ramp import Ramp

FRUIT = CategoryLegend(
    "Fruit", ("apple", "pear", "quince"), (1200, 300, 7), (0, 1, 2), frozenset([2]), missing=2
)
MANY = CategoryLegend(
    "Section",
    tuple(f"section {k}" for k in range(30)),
    tuple(100 - k for k in range(30)),
    tuple(range(30)),
)
HUGE = CategoryLegend(
    "Author",
    tuple(f"author {k:05}" for k in range(10_000)),
    tuple(10_000 - k for k in range(10_000)),
    (*range(31), *[-1] * 9_969),
    note="9,969 rarer values share one gray.",
)
LENGTH = RampLegend(
    "Length", ((0.0, "12"), (1.0, "180")), ("#000000", "#ff0000"), (1, 5, 2), missing=2
)


@pytest.fixture
def legend(theme, window) -> Legend:
    window.resize(theme.px(50), theme.px(40))
    window.show()
    made = Legend(theme, window)
    made.show_view(FRUIT)
    return made


def rows(legend: Legend) -> CategoryList:
    return legend.findChild(CategoryList)


def spot(legend: Legend, row: int) -> QPoint:
    return rows(legend).visualRect(rows(legend).model().index(row, 0)).center()


def names(legend: Legend) -> list[str]:
    model = rows(legend).model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def note(legend: Legend) -> str:
    return legend.findChild(QWidget, "LegendNote").text()


def more(legend: Legend) -> QWidget:
    return legend.findChild(QWidget, "ShowMore")


def heard(legend: Legend) -> list[tuple]:
    events: list[tuple] = []
    legend.category_hovered.connect(lambda codes: events.append(("hovered", codes)))
    legend.category_toggled.connect(lambda codes: events.append(("toggled", codes)))
    legend.category_soloed.connect(lambda codes, late: events.append(("soloed", codes, late)))
    legend.category_added.connect(lambda codes: events.append(("added", codes)))
    return events


def clicks(events: list[tuple]) -> list[tuple]:
    return [event for event in events if event[0] != "hovered"]


def test_rows_are_shown_in_their_order(legend: Legend, theme) -> None:
    assert names(legend) == ["apple", "pear", "quince", "no value"]
    assert rows(legend).height() == 4 * theme.px(ROW)
    assert legend.accessibleName() == "Legend, colored by Fruit"
    assert note(legend) == "2 of 3 values"
    assert not more(legend).isVisible()


def test_it_lies_at_the_top_left(legend: Legend, theme) -> None:
    assert legend.pos() == QPoint(theme.px(0.75), theme.px(0.75))


def test_a_click_hides_a_category_and_one_with_ctrl_adds_it(legend: Legend, qtbot) -> None:
    events = heard(legend)
    viewport, ctrl = rows(legend).viewport(), Qt.KeyboardModifier.ControlModifier
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot(legend, 0))
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, ctrl, spot(legend, 1))
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot(legend, 3))
    qtbot.mouseClick(viewport, Qt.MouseButton.RightButton, pos=spot(legend, 0))
    assert clicks(events) == [("toggled", (0,)), ("added", (1,)), ("toggled", (-1,))]


def test_a_double_click_isolates_and_says_that_it_was_clicked_before(legend, qtbot) -> None:
    events = heard(legend)
    viewport, at = rows(legend).viewport(), spot(legend, 1)
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    assert clicks(events) == [("toggled", (1,)), ("soloed", (1,), True)]


def test_hovering_names_the_category(legend: Legend, qtbot) -> None:
    events = heard(legend)
    qtbot.mouseMove(rows(legend).viewport(), spot(legend, 2))
    qtbot.mouseMove(rows(legend).viewport(), spot(legend, 0))
    legend.show_view(MANY)
    assert [codes for _, codes in events] == [(2,), (0,), ()]


def test_the_keyboard_does_all_of_it(legend: Legend, qtbot) -> None:
    events = heard(legend)
    rows(legend).setFocus()
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_Return):
        qtbot.keyClick(rows(legend), key)
    qtbot.keyClick(rows(legend), Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert events == [
        ("hovered", (0,)),
        ("hovered", (1,)),
        ("toggled", (1,)),
        ("soloed", (1,), False),
        ("added", (1,)),
    ]


def test_the_menu_key_asks_for_the_menu_of_the_row(legend: Legend, qtbot) -> None:
    rows(legend).setFocus()
    qtbot.keyClick(rows(legend), Qt.Key.Key_End)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), QPoint(1, 1))
    with qtbot.waitSignal(legend.menu_requested) as asked:
        QApplication.sendEvent(rows(legend).viewport(), event)
    codes, at = asked.args
    assert codes == (-1,)
    assert rows(legend).viewport().mapFromGlobal(at) == spot(legend, 3)


def test_hiding_keeps_the_row_that_has_the_keyboard(legend: Legend) -> None:
    rows(legend).setCurrentIndex(rows(legend).model().index(1, 0))
    hidden = CategoryLegend(
        FRUIT.title, FRUIT.names, FRUIT.counts, FRUIT.positions, frozenset([1]), FRUIT.missing
    )
    legend.show_view(hidden)
    assert rows(legend).currentIndex().row() == 1
    spoken = rows(legend).model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "pear, 300, hidden"


def test_what_is_hidden_is_shown_again_by_a_link(legend: Legend, qtbot) -> None:
    link = legend.findChild(QWidget, "ShowAll")
    assert link.isVisible()
    with qtbot.waitSignal(legend.shown_all):
        link.click()
    legend.show_view(MANY)
    assert not link.isVisible()


def test_more_rows_than_the_limit_wait_behind_a_link(legend: Legend) -> None:
    legend.show_view(MANY)
    assert len(names(legend)) == 16
    assert more(legend).text() == "Show 14 more"
    more(legend).click()
    assert len(names(legend)) == 30
    assert more(legend).text() == "Show fewer"
    more(legend).click()
    assert names(legend) == [f"section {k}" for k in range(16)]


def test_another_column_starts_short_again(legend: Legend) -> None:
    legend.show_view(MANY)
    more(legend).click()
    other = CategoryLegend("Other section", MANY.names, MANY.counts, MANY.positions)
    legend.show_view(other)
    assert len(names(legend)) == 16


@pytest.mark.parametrize("view", [MANY, HUGE], ids=["many", "huge"])
@pytest.mark.parametrize("shows_all", [False, True])
def test_it_is_never_higher_than_the_map(legend, window, theme, view, shows_all: bool) -> None:
    legend.show_view(view, (LegendKey("Size", "length", "1", "2"),))
    if shows_all:
        more(legend).click()
    for height in (40, 30, 20, 18):
        window.resize(theme.px(50), theme.px(height))
        assert legend.height() <= window.height() - 2 * theme.px(0.75)
        assert more(legend).isVisible()


def test_the_title_collapses_it(legend: Legend, theme, qtbot) -> None:
    full = legend.height()
    title = legend.findChild(QWidget, "Legend")
    with qtbot.waitSignal(legend.collapsed) as collapsed:
        qtbot.keyClick(title, Qt.Key.Key_Space)
    assert collapsed.args == [True]
    assert legend.height() < full / 2
    assert not rows(legend).isVisible()
    legend.set_collapsed(False)
    assert legend.height() == full


# -- many categories -------------------------------------------------------------------------------


def test_rare_categories_are_one_row_until_all_are_shown(legend: Legend, qtbot) -> None:
    legend.show_view(HUGE)
    shown = names(legend)
    assert (len(shown), shown[0], shown[-1]) == (16, "author 00000", "9,969 others")
    assert note(legend) == "10,000 values"
    assert legend.findChild(QWidget, "LegendNote").toolTip() == HUGE.note
    events = heard(legend)
    viewport = rows(legend).viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot(legend, 15))
    assert clicks(events) == [("toggled", tuple(range(31, 10_000)))]
    more(legend).click()
    assert len(names(legend)) == 10_000


def test_a_category_is_found_by_a_part_of_its_name(legend: Legend, qtbot) -> None:
    field = legend.findChild(QLineEdit, "FindAValue")
    assert not field.isVisible()
    legend.show_view(HUGE)
    assert field.isVisible()
    field.setText("HOR 0999")
    assert names(legend) == [f"author {k:05}" for k in range(9_990, 10_000)]
    assert note(legend) == "10 of 10,000 values"
    events = heard(legend)
    qtbot.mouseClick(rows(legend).viewport(), Qt.MouseButton.LeftButton, pos=spot(legend, 3))
    assert clicks(events) == [("toggled", (9_993,))]
    field.setText("nobody")
    assert names(legend) == []
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), len(names(legend))) == ("", 16)
    field.setText("nobody")
    legend.show_view(MANY)
    assert len(names(legend)) == 16
    assert field.text() == ""


# -- numbers ---------------------------------------------------------------------------------------


def test_numbers_have_a_ramp(legend: Legend, theme) -> None:
    legend.show_view(LENGTH)
    ramp = legend.findChild(Ramp)
    assert ramp.isVisible()
    assert names(legend) == ["no value"]
    assert ramp.accessibleDescription() == "Length from 12 to 180"
    image = ramp.grab().toImage()
    y = theme.px(2.0 + 0.3125)
    reds = [image.pixelColor(x, y).red() for x in (theme.px(1.5), theme.px(12))]
    assert reds[0] < 40
    assert reds[1] > 215


def test_a_ramp_of_one_color_is_refused(legend: Legend) -> None:
    with pytest.raises(ValueError, match="two colors"):
        legend.show_view(RampLegend("Length", ((0.0, "1"), (1.0, "2")), ("#000000",)))


def test_no_colors_no_legend(legend: Legend) -> None:
    legend.clear()
    assert not legend.isVisible()


def test_a_column_without_values_says_so(legend: Legend) -> None:
    legend.show_view(PlainLegend("empty", "No item has a value."))
    assert legend.findChild(QWidget, "LegendKnown").text() == "No item has a value."
    assert not rows(legend).isVisible()
    assert note(legend) == ""


def test_keys_of_sizes_and_shapes_stand_under_the_colors(legend: Legend) -> None:
    before = legend.height()
    shapes = LegendKey("Shape", "kind", shapes=((1, "a"), (2, "b")), note="3 others are circles")
    legend.show_view(FRUIT, (LegendKey("Size", "length", "1", "9"), shapes))
    keys = legend.findChild(LegendKeys)
    assert keys.isVisible()
    assert keys.accessibleDescription() == "Size by length from 1 to 9; Shape by kind: a, b"
    assert legend.height() == before + keys.height()
    dark = keys.grab().toImage()
    ground = dark.pixelColor(1, 1)
    x = keys.theme.px(0.75 + 0.29)
    middles = [dark.pixelColor(x, keys.theme.px(2.5 + 1.25 * (1.5 + k))) for k in range(2)]
    assert all(middle != ground for middle in middles)
    legend.show_view(FRUIT)
    assert not keys.isVisible()
    assert legend.height() == before
