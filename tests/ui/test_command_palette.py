"""The palette finds commands and items, runs what can run, and leaves on Esc."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListWidget

from embexplorer.app.commands import COMMANDS
from embexplorer.ui.command_palette import NOTE
from tests.ui.real_window import selected_rows, settle, show_space

if TYPE_CHECKING:
    from embexplorer.ui.main_window import MainWindow


def opened(window: MainWindow) -> tuple[QLineEdit, QListWidget]:
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    settle()
    return window.palette_.findChild(QLineEdit), window.palette_.findChild(QListWidget)


def texts(listed: QListWidget) -> list[str]:
    return [listed.item(row).text() for row in range(listed.count())]


def can_run(listed: QListWidget) -> list[str]:
    items = [listed.item(row) for row in range(listed.count())]
    return [item.text() for item in items if item.flags() & Qt.ItemFlag.ItemIsEnabled]


def note(listed: QListWidget, text: str) -> str:
    return listed.item(texts(listed).index(text)).data(NOTE)


def test_ctrl_k_opens_it_with_every_command(main_window) -> None:
    field, listed = opened(main_window)
    assert main_window.palette_.isVisible()
    assert main_window.focusWidget() is field
    assert sorted(texts(listed)) == sorted(command.title for command in COMMANDS)
    assert can_run(listed) == texts(listed)[: len(can_run(listed))]  # those that can run come first
    assert note(listed, "Open files…") == "Ctrl+O"
    assert note(listed, "Project with PCA") == "Needs an open space"
    middle = main_window.palette_.geometry().center().x()
    assert middle == pytest.approx(main_window.width() / 2, abs=2)


def test_words_in_any_order_filter(main_window, topics) -> None:
    show_space(main_window, topics)
    field, listed = opened(main_window)
    QTest.keyClicks(field, "png map")
    assert texts(listed) == ["Export figure…", "Copy a picture of the map"]
    field.setText("no such thing")
    assert texts(listed) == []
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert main_window.palette_.isVisible()  # nothing to run


def test_enter_runs_the_row_and_closes(main_window, topics) -> None:
    show_space(main_window, topics)
    field, _ = opened(main_window)
    QTest.keyClicks(field, "dark")
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle()
    assert not main_window.palette_.isVisible()
    assert main_window.theme.is_dark


def test_esc_closes_and_nothing_runs(main_window, topics) -> None:
    show_space(main_window, topics)
    field, _ = opened(main_window)
    QTest.keyClicks(field, "dark")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not main_window.palette_.isVisible()
    assert not main_window.theme.is_dark
    field, _ = opened(main_window)
    assert field.text() == ""


def test_items_of_the_space_are_found_and_selected(main_window, topics) -> None:
    show_space(main_window, topics)
    field, listed = opened(main_window)
    QTest.keyClicks(field, "CHESS 7")
    assert texts(listed) == ["chess 7"]
    assert listed.currentRow() == 0
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle()
    assert [topics.items[row] for row in selected_rows(main_window)] == ["chess 7"]


def test_arrows_pass_over_what_cannot_run(main_window, topics) -> None:
    show_space(main_window, topics)
    field, listed = opened(main_window)
    QTest.keyClicks(field, "export")
    expected = can_run(listed)
    assert expected == [
        "Export figure…",
        "Save a picture of the window…",
        "Export coords…",
    ]
    seen = []
    for _ in range(len(expected) + 1):
        seen.append(listed.currentItem().text())
        QTest.keyClick(field, Qt.Key.Key_Down)
    assert seen == [*expected, expected[0]]
    listed.setCurrentRow(0)
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert listed.currentItem().text() == expected[-1]


def test_a_click_runs_and_a_lost_focus_closes(main_window, topics) -> None:
    show_space(main_window, topics)
    field, listed = opened(main_window)
    QTest.keyClicks(field, "dark")
    at = listed.visualItemRect(listed.item(0)).center()
    QTest.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at))
    assert main_window.theme.is_dark
    opened(main_window)
    main_window.map.view.setFocus()
    settle()
    assert not main_window.palette_.isVisible()


def test_the_focus_goes_back_to_the_map(main_window, topics) -> None:
    show_space(main_window, topics)
    view = main_window.map.view
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        view.setFocus()
        main_window.shell.show_palette()
        field = main_window.palette_.findChild(QLineEdit)
        assert main_window.focusWidget() is field
        QTest.keyClicks(field, "fit to window")
        QTest.keyClick(field, key)
        settle()
        assert main_window.focusWidget() is view
