"""The legend: rows by count, hiding, isolating, the ramp, and never higher than the map."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from embexplorer.ui.widgets.legend import CategoryLegend, Legend, LegendCategory
from embexplorer.ui.widgets.legend_rows import ROW, CategoryList
from embexplorer.ui.widgets.ramp import Ramp, RampLegend

FRUIT = CategoryLegend(
    "Fruit",
    (
        LegendCategory(2, "apple", 1200),
        LegendCategory(0, "pear", 300),
        LegendCategory(5, "quince", 7, is_hidden=True),
        LegendCategory(9, "other", 2, is_other=True),
    ),
)
MANY = CategoryLegend(
    "Section", tuple(LegendCategory(k, f"section {k}", 100 - k) for k in range(30))
)
LENGTH = RampLegend("Length", "12", "180", ("#000000", "#ff0000"), (1, 5, 2), "2 missing")


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


def more(legend: Legend) -> QWidget:
    return legend.findChild(QWidget, "ShowMore")


def test_rows_are_shown_in_their_order(legend: Legend, theme) -> None:
    assert names(legend) == ["apple", "pear", "quince", "other"]
    assert rows(legend).height() == 4 * theme.px(ROW)
    assert legend.accessibleName() == "Legend, colored by Fruit"
    assert legend.findChild(QWidget, "LegendNote").text() == "4 values"
    assert not more(legend).isVisible()


def test_it_lies_at_the_top_left(legend: Legend, theme) -> None:
    assert legend.pos() == QPoint(theme.px(0.75), theme.px(0.75))


def test_a_click_hides_a_category(legend: Legend, qtbot) -> None:
    toggled = []
    legend.category_toggled.connect(toggled.append)
    qtbot.mouseClick(rows(legend).viewport(), Qt.MouseButton.LeftButton, pos=spot(legend, 0))
    assert toggled == [2]


def test_a_double_click_isolates_and_takes_the_first_click_back(legend: Legend, qtbot) -> None:
    events = []
    legend.category_toggled.connect(lambda k: events.append(("toggled", k)))
    legend.category_soloed.connect(lambda k: events.append(("soloed", k)))
    viewport, at = rows(legend).viewport(), spot(legend, 1)
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    assert events == [("toggled", 0), ("toggled", 0), ("soloed", 0)]


def test_hovering_names_the_category(legend: Legend, qtbot) -> None:
    hovered = []
    legend.category_hovered.connect(hovered.append)
    qtbot.mouseMove(rows(legend).viewport(), spot(legend, 2))
    qtbot.mouseMove(rows(legend).viewport(), spot(legend, 0))
    legend.show_view(MANY)
    assert hovered == [5, 2, -1]


def test_the_keyboard_does_all_of_it(legend: Legend, qtbot) -> None:
    events = []
    legend.category_hovered.connect(lambda k: events.append(("hovered", k)))
    legend.category_toggled.connect(lambda k: events.append(("toggled", k)))
    legend.category_soloed.connect(lambda k: events.append(("soloed", k)))
    rows(legend).setFocus()
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_Return):
        qtbot.keyClick(rows(legend), key)
    assert events == [("hovered", 2), ("hovered", 0), ("toggled", 0), ("soloed", 0)]


def test_hiding_keeps_the_row_that_has_the_keyboard(legend: Legend) -> None:
    rows(legend).setCurrentIndex(rows(legend).model().index(1, 0))
    hidden = tuple(
        LegendCategory(row.k, row.name, row.count, is_hidden=row.k == 0) for row in FRUIT.categories
    )
    legend.show_view(CategoryLegend("Fruit", hidden))
    assert rows(legend).currentIndex().row() == 1
    spoken = rows(legend).model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "pear, 300, hidden"


def test_more_rows_than_the_limit_wait_behind_a_link(legend: Legend, qtbot) -> None:
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
    legend.show_view(CategoryLegend("Other section", MANY.categories))
    assert len(names(legend)) == 16


@pytest.mark.parametrize("shows_all", [False, True])
def test_it_is_never_higher_than_the_map(legend: Legend, window, theme, shows_all: bool) -> None:
    legend.show_view(MANY)
    if shows_all:
        more(legend).click()
    for height in (40, 30, 20, 16):
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


def test_numbers_have_a_ramp(legend: Legend, theme) -> None:
    legend.show_view(LENGTH)
    ramp = legend.findChild(Ramp)
    assert ramp.isVisible()
    assert not rows(legend).isVisible()
    assert ramp.accessibleDescription() == "Length from 12 to 180"
    assert legend.findChild(QWidget, "LegendNote").text() == "2 missing"
    image = ramp.grab().toImage()
    y = theme.px(2.25 + 0.3125)
    reds = [image.pixelColor(x, y).red() for x in (theme.px(1.5), theme.px(12))]
    assert reds[0] < 40
    assert reds[1] > 215


def test_a_ramp_of_one_color_is_refused(legend: Legend) -> None:
    with pytest.raises(ValueError, match="two colors"):
        legend.show_view(RampLegend("Length", "1", "2", ("#000000",)))


def test_no_colors_no_legend(legend: Legend) -> None:
    legend.clear()
    assert not legend.isVisible()
