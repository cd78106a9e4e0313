"""Ranked rows: their height, what they say, and how mouse and keyboard walk them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from embexplorer.ui.widgets.columns import ScrollColumn
from embexplorer.ui.widgets.ranked_list import ONE_LINE, TWO_LINES, RankedList, RankedRow

WORDS = ("queen", "monarch", "throne", "princess")
ROWS = tuple(
    RankedRow(word, f"{0.9 - 0.1 * i:.3f}", 0.9 - 0.1 * i, i + 1, category=i)
    for i, word in enumerate(WORDS)
)
LONG = "Telescope finds water vapor on a planet twice the size of Earth, and then some more"


@pytest.fixture
def ranked(theme, window, qtbot) -> RankedList:
    made = RankedList(theme, window, "Nearest items")
    made.setFixedWidth(theme.px(20))
    made.set_rows(ROWS)
    window.resize(theme.px(20), theme.px(20))
    with qtbot.waitActive(window):
        window.show()
    made.clearFocus()
    return made


def spot(ranked: RankedList, row: int) -> QPoint:
    return ranked.visualRect(ranked.model().index(row, 0)).center()


def test_the_list_is_as_high_as_its_rows(ranked: RankedList, theme) -> None:
    assert ranked.height() == 4 * theme.px(ONE_LINE)
    ranked.set_rows(ROWS[:2])
    assert ranked.height() == 2 * theme.px(ONE_LINE)
    ranked.set_rows(())
    assert ranked.height() == 0


def test_a_long_text_gives_every_row_two_lines(ranked: RankedList, theme) -> None:
    ranked.set_rows([*ROWS, RankedRow(LONG, "0.5", 0.5, 5)])
    assert ranked.height() == 5 * theme.px(TWO_LINES)
    ranked.setFixedWidth(theme.px(60))
    assert ranked.height() == 5 * theme.px(ONE_LINE)


def test_many_rows_scroll_inside(theme, window) -> None:
    made = RankedList(theme, window, "Nearest items", limit=10)
    made.set_rows([RankedRow(str(i), "0.5", 0.5, i + 1) for i in range(1000)])
    window.show()
    assert made.height() == 10 * theme.px(ONE_LINE)
    assert made.verticalScrollBar().maximum() == 990 * theme.px(ONE_LINE)


def test_few_rows_leave_the_wheel_to_the_panel(ranked: RankedList) -> None:
    assert ranked.verticalScrollBar().maximum() == 0
    assert not ranked.verticalScrollBar().isVisible()


def test_hovering_names_the_row_and_leaving_takes_it_back(ranked: RankedList, qtbot) -> None:
    rows = []
    ranked.row_hovered.connect(rows.append)
    qtbot.mouseMove(ranked.viewport(), spot(ranked, 1))
    qtbot.mouseMove(ranked.viewport(), spot(ranked, 2))
    ranked.set_rows(ROWS)
    assert rows == [1, 2, -1]


def test_a_click_and_enter_activate_a_row(ranked: RankedList, qtbot) -> None:
    rows = []
    ranked.row_activated.connect(rows.append)
    qtbot.mouseClick(ranked.viewport(), Qt.MouseButton.LeftButton, pos=spot(ranked, 2))
    qtbot.keyClick(ranked, Qt.Key.Key_Up)
    qtbot.keyClick(ranked, Qt.Key.Key_Return)
    assert rows == [2, 1]


def test_the_keyboard_points_at_rows_like_the_mouse(ranked: RankedList, qtbot) -> None:
    rows = []
    ranked.row_hovered.connect(rows.append)
    ranked.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_End):
        qtbot.keyClick(ranked, key)
    ranked.clearFocus()
    assert rows == [0, 1, 2, 3, -1]


def test_typing_finds_a_row(ranked: RankedList, qtbot) -> None:
    ranked.setFocus()
    qtbot.keyClicks(ranked, "thr")
    assert ranked.currentIndex().row() == 2


def test_escape_is_left_to_the_window(ranked: RankedList, window, qtbot) -> None:
    keys = []
    window.keyPressEvent = lambda event: keys.append(event.key())
    qtbot.keyClick(ranked, Qt.Key.Key_Escape)
    assert keys == [Qt.Key.Key_Escape]


def test_a_screen_reader_hears_rank_item_and_score(ranked: RankedList) -> None:
    row = RankedRow("the", "0.512", 0.5, 1, tip="Named as neighbor 900 times.")
    ranked.set_rows([row, RankedRow("goalkeeper", "+5.6", 1.0)])
    role = Qt.ItemDataRole.AccessibleTextRole
    spoken = [ranked.model().index(i, 0).data(role) for i in range(2)]
    assert spoken == ["1, the, 0.512, Named as neighbor 900 times.", "goalkeeper, +5.6"]
    tips = [ranked.model().index(i, 0).data(Qt.ItemDataRole.ToolTipRole) for i in range(2)]
    assert tips == ["Named as neighbor 900 times.", None]


def pixel_count(ranked: RankedList, color) -> int:
    image = ranked.grab().toImage()
    wanted = color.rgb()
    return sum(
        image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height())
    )


def test_the_bar_is_as_long_as_the_score(ranked: RankedList, theme) -> None:
    lengths = []
    for bar in (0.25, 0.5, 1.0, 7.0):
        ranked.set_rows([RankedRow("queen", "0.755", bar)])
        lengths.append(pixel_count(ranked, theme.color("accent")))
    assert lengths[0] == pytest.approx(lengths[2] / 4, abs=8)
    assert lengths[1] == pytest.approx(lengths[2] / 2, abs=8)
    assert lengths[3] == lengths[2]


def test_a_flagged_row_has_no_accent(ranked: RankedList, theme) -> None:
    ranked.set_rows([RankedRow("king", "0.821", 0.9, 1, is_flagged=True)])
    assert pixel_count(ranked, theme.color("accent")) == 0
    assert pixel_count(ranked, theme.color("control")) > 20


def test_dots_have_the_color_of_their_category(ranked: RankedList, theme) -> None:
    ranked.set_rows([RankedRow("king", "0.8", 0.9, 1, category=4)])
    assert pixel_count(ranked, theme.category(4)) > 20
    assert pixel_count(ranked, theme.category(1)) == 0


def test_dimmed_rows_are_paler_until_new_ones_come(ranked: RankedList, theme) -> None:
    full = pixel_count(ranked, theme.color("accent"))
    ranked.set_dimmed(True)
    assert pixel_count(ranked, theme.color("accent")) < full / 4
    ranked.set_rows(ROWS)
    assert pixel_count(ranked, theme.color("accent")) == full


def test_in_a_panel_the_list_takes_the_width_there_is(theme, window) -> None:
    panel = ScrollColumn(theme, window, "Panel")
    made = RankedList(theme, panel.body, "Nearest items")
    panel.add(made)
    panel.finish()
    panel.resize(theme.px(22), theme.px(30))
    window.show()
    made.set_rows(ROWS)
    assert made.width() == panel.viewport().width() - 2 * theme.px(0.875)
