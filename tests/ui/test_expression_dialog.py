"""The dialog that selects by an expression stays until it can be read."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from embexplorer.ui.expression_dialog import ExpressionDialog
from tests.ui.real_window import selected_rows, settle, show_space


def write(dialog: ExpressionDialog, text: str) -> None:
    dialog.field.setText(text)
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    settle()


def test_it_selects_and_combines(main_window, topics) -> None:
    show_space(main_window, topics)
    main_window.shell.ask_select()
    settle()
    dialog = main_window.findChild(ExpressionDialog)
    write(dialog, 'kind == "bred" and sze > 3')
    assert dialog.isVisible()
    assert dialog.field.fault == (19, 3)
    assert dialog.error.isVisible()
    write(dialog, "size > 55")
    assert selected_rows(main_window) == [56, 57, 58, 59]
    assert main_window.findChild(ExpressionDialog) is None
    main_window.shell.ask_select()
    settle()
    dialog = main_window.findChild(ExpressionDialog)
    dialog.how.show_value("remove")
    write(dialog, "size > 57")
    assert selected_rows(main_window) == [56, 57]
