"""A window changes its style sheet in turns, and ends up as if it had changed at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QListView, QTabBar, QWidget
from shiboken6 import delete

from tests.ui.real_window import show_space

if TYPE_CHECKING:
    from embexplorer.ui.main_window import MainWindow
    from embexplorer.ui.theme import Theme


def text_color(widget: QWidget) -> str:
    widget.ensurePolished()
    return widget.palette().color(QPalette.ColorRole.WindowText).name()


@pytest.fixture
def divided(theme: Theme, window: QWidget) -> QWidget:
    """A window with two parts, each with a caption."""
    for name in ("left", "right"):
        part = QWidget(window)
        part.setObjectName(name)
        QLabel("text", part).setProperty("kind", "caption")
    theme.dressing.add_window(window)
    window.show()
    return window


def captions(window: QWidget) -> list[QLabel]:
    return window.findChildren(QLabel)


def test_the_call_returns_before_any_part_is_dressed(theme, divided, qtbot) -> None:
    light = theme.color("muted").name()
    theme.set_mode("dark")
    assert theme.color("muted").name() != light
    assert [text_color(label) for label in captions(divided)] == [light, light]
    with qtbot.waitSignal(theme.dressing.ended):
        assert theme.dressing.is_running
    assert {text_color(label) for label in captions(divided)} == {theme.color("muted").name()}


def test_the_window_is_not_painted_until_all_parts_are_dressed(theme, divided, qtbot) -> None:
    theme.set_mode("dark")
    assert not divided.updatesEnabled()
    theme.dressing.finish()
    assert divided.updatesEnabled()


def test_the_newest_mode_wins(theme, divided) -> None:
    theme.set_mode("dark")
    theme.set_mode("light")
    theme.dressing.finish()
    assert {text_color(label) for label in captions(divided)} == {theme.color("muted").name()}
    assert theme.name == "light"


def test_a_part_that_is_gone_meanwhile_is_passed_over(theme, divided) -> None:
    theme.set_mode("dark")
    delete(divided.findChild(QWidget, "right"))
    theme.dressing.finish()
    assert [text_color(label) for label in captions(divided)] == [theme.color("muted").name()]


def test_a_widget_outside_of_any_window_is_dressed_too(theme, divided, qtbot) -> None:
    alone = QLabel("text")
    alone.setProperty("kind", "caption")
    qtbot.addWidget(alone)
    theme.dressing.add_part(alone)
    theme.set_mode("dark")
    theme.dressing.finish()
    assert text_color(alone) == theme.color("muted").name()


def test_the_whole_window_looks_as_if_it_had_started_in_the_other_theme(
    main_window: MainWindow, topics, qtbot
) -> None:
    show_space(main_window, topics)
    theme = main_window.theme
    with qtbot.waitSignal(theme.dressing.ended):
        main_window.shell.set_theme("dark")
    sheet = theme.style_sheet()
    expected = {
        widget: widget.palette().color(QPalette.ColorRole.WindowText).name()
        for widget in main_window.findChildren(QLabel)
        if widget.isVisible()
    }
    main_window.setStyleSheet(sheet)  # all at once
    shown = {widget: text_color(widget) for widget in expected}
    assert len(shown) > 20
    assert shown == expected


def test_dialogs_and_dock_tabs_that_come_later_look_like_the_rest(
    main_window: MainWindow, qtbot
) -> None:
    theme = main_window.theme
    main_window.shell.set_theme("dark")
    theme.dressing.finish()
    dialog = QDialog(main_window)
    label = QLabel("text", dialog)
    label.setProperty("kind", "caption")
    dialog.show()
    QApplication.processEvents()
    assert text_color(label) == theme.color("muted").name()
    docks = main_window.docks
    main_window.tabifyDockWidget(docks["Library"], docks["Inspector"])
    QApplication.processEvents()
    bars = [bar for bar in main_window.findChildren(QTabBar) if bar.parent() is main_window]
    assert [bar.styleSheet() for bar in bars] == [theme.style_sheet()]


def test_lists_of_completions_follow(main_window: MainWindow) -> None:
    lists = [
        widget
        for widget in QApplication.topLevelWidgets()
        if isinstance(widget, QListView) and widget.objectName() == "Completions"
    ]
    main_window.shell.set_theme("dark")
    main_window.theme.dressing.finish()
    assert lists
    assert {each.styleSheet() for each in lists} == {main_window.theme.style_sheet()}
