"""Columns, labels and buttons that the panels are made of."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLabel

from embexplorer.ui.widgets.buttons import Button, Disclosure, ToolButton
from embexplorer.ui.widgets.columns import ScrollColumn, row
from embexplorer.ui.widgets.empty_state import EmptyState
from embexplorer.ui.widgets.labels import ElidedLabel, label, set_kind


def test_a_column_stacks_things_inside_its_margins(theme, window) -> None:
    panel = ScrollColumn(theme, window, "Details")
    first, second = label(panel.body, "first"), label(panel.body, "second")
    panel.add(first)
    panel.add(row(theme, None, second), gap=1)
    panel.finish()
    panel.resize(theme.px(22), theme.px(30))
    window.show()
    assert first.pos().x() == first.pos().y() == theme.px(0.875)
    gap = second.mapTo(panel.body, second.rect().topLeft()).y() - first.geometry().bottom() - 1
    assert gap >= theme.px(1)
    assert second.geometry().right() == panel.body.width() - theme.px(0.875) - 1


def test_a_long_label_is_shortened_with_its_whole_text_as_tip(theme, window) -> None:
    made = ElidedLabel(window, "a very long name of a file.parquet")
    made.resize(theme.px(5), theme.px(1.5))
    window.show()
    assert made.text().endswith("…")
    assert len(made.text()) < 15
    assert made.toolTip() == made.full_text == "a very long name of a file.parquet"
    made.resize(theme.px(40), theme.px(1.5))
    assert made.text() == made.full_text
    assert made.toolTip() == ""


def test_text_is_never_read_as_markup(window) -> None:
    assert label(window, "<b>bold</b>").textFormat() == Qt.TextFormat.PlainText
    assert ElidedLabel(window, "<b>").textFormat() == Qt.TextFormat.PlainText


def test_a_label_changes_its_look(theme, window) -> None:
    made = label(window, "text", "caption")
    made.ensurePolished()
    assert made.font().pixelSize() == 11
    set_kind(made, "title")
    assert made.font().pixelSize() == 15


def test_a_tool_button_is_named_by_the_first_words_of_its_tip(theme, window) -> None:
    made = ToolButton(theme, window, "fit", "Fit to window  F\nAll but the most extreme points.")
    assert made.accessibleName() == "Fit to window"
    assert made.objectName() == "FitToWindow"
    assert made.minimumWidth() == theme.px(1.75)


def test_icons_follow_the_theme(theme, window) -> None:
    made = Button(theme, window, "Show on map", icon="analogy")
    light = made.icon().pixmap(theme.icon_size()).toImage()
    theme.set_mode("dark")
    dark = made.icon().pixmap(theme.icon_size()).toImage()
    assert light != dark
    assert dark == theme.icon("analogy").pixmap(theme.icon_size()).toImage()


def test_a_tool_that_is_on_has_another_icon(theme, window) -> None:
    made = ToolButton(theme, window, "pointer", "Select  V", checkable=True)
    size = theme.icon_size()
    off = made.icon().pixmap(size, QIcon.Mode.Normal, QIcon.State.Off)
    on = made.icon().pixmap(size, QIcon.Mode.Normal, QIcon.State.On)
    assert off.toImage() != on.toImage()


def test_a_disclosure_says_whether_it_is_open(theme, window, qtbot) -> None:
    made = Disclosure(theme, window, "More")
    window.show()
    opened = []
    made.opened.connect(opened.append)
    qtbot.keyClick(made, Qt.Key.Key_Space)
    qtbot.mouseClick(made, Qt.MouseButton.LeftButton)
    assert opened == [True, False]
    assert made.accessibleDescription() == "Closed"


def test_an_empty_state_says_what_helps(theme, window, qtbot) -> None:
    made = EmptyState(theme, window, "No item passes the filter", "", "Clear filter")
    with qtbot.waitSignal(made.action_requested):
        made.findChild(Button).click()
    made.show_text("No item selected", "Click a point.")
    assert [text.text() for text in made.findChildren(QLabel)] == [
        "No item selected",
        "Click a point.",
    ]
    assert made.accessibleName() == "No item selected"
