"""Messages: one at a time, errors until dismissed, everything to copy."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from embexplorer.ui.widgets.toast import NOTICE_MS, Toast, ToastMessage

ROW = ToastMessage(
    "Row 1,204 has 299 numbers",
    "glove-edited.txt: the rows before it have 300. Nothing was loaded; your map is unchanged.",
    "Fix or remove the row, or open the file and leave out rows that do not fit.",
    "Open without bad rows",
    "ValueError: 299",
)
SECOND = ToastMessage("No vectors in this file")
NOTICE = ToastMessage("Saved", is_error=False)


@pytest.fixture
def toast(theme, window) -> Toast:
    window.resize(theme.px(60), theme.px(40))
    window.show()
    return Toast(theme, window)


def shown(toast: Toast) -> list[str]:
    labels = [label.text() for label in toast.findChildren(QLabel) if label.isVisible()]
    return [text for text in labels if text]


def test_it_says_what_where_and_what_next(toast: Toast) -> None:
    assert not toast.isVisible()
    toast.show_message(ROW)
    assert shown(toast) == [ROW.title, ROW.detail, ROW.hint]
    assert toast.accessibleName() == ROW.title
    assert toast.accessibleDescription() == f"{ROW.detail} {ROW.hint}"


def test_it_stays_at_the_bottom_right(toast: Toast, window, theme) -> None:
    toast.show_message(ROW)
    for width, height in ((60, 40), (50, 30), (20, 30)):
        window.resize(theme.px(width), theme.px(height))
        inset = theme.px(0.75)
        assert toast.geometry().right() == window.width() - inset - 1
        assert toast.geometry().bottom() == window.height() - inset - 1
        assert toast.width() == min(theme.px(30), window.width() - 2 * inset)


def test_no_text_is_cut(toast: Toast, window, theme) -> None:
    toast.show_message(ROW)
    for width in (60, 24):
        window.resize(theme.px(width), theme.px(40))
        toast.grab()
        for label in toast.findChildren(QLabel):
            if label.isVisible() and label.wordWrap():
                assert label.height() >= label.heightForWidth(label.width())


def test_others_wait_and_follow(toast: Toast) -> None:
    dismissed = []
    toast.dismissed.connect(dismissed.append)
    for message in (ROW, SECOND, NOTICE):
        toast.show_message(message)
    assert "2 more" in shown(toast)
    toast.dismiss()
    assert shown(toast) == ["No vectors in this file", "1 more"]
    toast.dismiss()
    toast.dismiss()
    assert dismissed == [ROW, SECOND, NOTICE]
    assert not toast.isVisible()
    assert toast.message is None


def test_the_same_message_is_not_shown_twice(toast: Toast) -> None:
    toast.show_message(ROW)
    toast.show_message(ROW)
    toast.dismiss()
    assert not toast.isVisible()


def test_a_notice_leaves_by_itself_and_an_error_does_not(toast: Toast, qtbot) -> None:
    toast.show_message(ROW)
    assert not toast._timer.isActive()
    toast.dismiss()
    toast.show_message(NOTICE)
    assert toast._timer.isActive()
    assert toast._timer.interval() == NOTICE_MS == 6000
    toast._timer.start(0)
    qtbot.waitSignal(toast.dismissed).wait()
    assert not toast.isVisible()


def test_its_action_is_asked_for_and_it_leaves(toast: Toast, qtbot) -> None:
    toast.show_message(ROW)
    action = next(b for b in toast.findChildren(QPushButton) if b.text() == ROW.action)
    with qtbot.waitSignal(toast.action_requested) as asked:
        action.click()
    assert asked.args == [ROW]
    assert not toast.isVisible()


def test_a_message_without_action_has_no_button_for_it(toast: Toast) -> None:
    toast.show_message(SECOND)
    buttons = [b.text() for b in toast.findChildren(QPushButton) if b.isVisible()]
    assert buttons == ["Copy details"]


def test_everything_can_be_copied(toast: Toast) -> None:
    toast.show_message(ROW)
    toast.findChild(QWidget, "CopyDetails").click()
    copied = QGuiApplication.clipboard().text()
    assert copied == "\n".join([ROW.title, ROW.detail, ROW.hint, "ValueError: 299"])


def test_escape_dismisses(toast: Toast, qtbot) -> None:
    toast.show_message(ROW)
    qtbot.keyClick(toast.findChild(QWidget, "Dismiss"), Qt.Key.Key_Escape)
    assert not toast.isVisible()
