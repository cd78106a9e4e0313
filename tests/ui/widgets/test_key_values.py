"""Names and values of an item, replaced as a whole."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from embexplorer.ui.widgets.key_values import KeyValues


def test_rows_are_replaced(theme, window) -> None:
    values = KeyValues(theme, window, "Columns")
    values.resize(theme.px(20), theme.px(20))
    window.show()
    values.set_rows((("Section", "Space"), ("Date", "14 Mar 2025")))
    values.set_rows((("Norm", "1.000"),))
    QApplication.processEvents()
    shown = [label.text() for label in values.findChildren(QLabel) if label.isVisible()]
    assert shown == ["Norm", "1.000"]
    assert values.rows == (("Norm", "1.000"),)
    assert values.accessibleDescription() == "Norm: 1.000"


def test_values_wrap_and_can_be_copied(theme, window) -> None:
    values = KeyValues(theme, window, "Columns")
    values.set_rows((("Source", "a long value " * 20),))
    value = values.findChildren(QLabel)[-1]
    assert value.wordWrap()
    assert value.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    assert value.textFormat() == Qt.TextFormat.PlainText
    assert values.minimumSizeHint().width() < theme.px(10)
