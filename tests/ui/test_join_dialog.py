"""The dialog says how many items match before the columns of a table join the space."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QListWidget

from embexplorer.ui.join_dialog import JoinDialog
from embexplorer.ui.panels.space_rows import DataRowWidget
from embexplorer.ui.widgets.buttons import Button
from tests.ui.real_window import settle, show_space

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.core.space import Space
    from embexplorer.ui.main_window import MainWindow


@pytest.fixture
def meta(tmp_path: Path, topics: Space) -> Path:
    path = tmp_path / "meta.csv"
    rows = [f"{item},{row},{row % 2 == 0},{row}" for row, item in enumerate(topics.items[:50])]
    path.write_text("\n".join(["name,year,even,rank", *rows, "nobody,1,true,1"]))
    return path


@pytest.fixture
def window(main_window: MainWindow, topics: Space) -> MainWindow:
    show_space(main_window, topics)
    return main_window


def ask(window: MainWindow, path: Path) -> JoinDialog:
    window.shell.show_join(path)
    settle()
    return window.findChild(JoinDialog)


def texts(dialog: JoinDialog) -> str:
    return " ".join(label.text() for label in dialog.findChildren(QLabel))


def test_it_says_what_matches_and_joins_the_checked_columns(window, meta) -> None:
    dialog = ask(window, meta)
    assert dialog.findChild(QComboBox, "KeyInTheTable").currentText() == "name"
    assert dialog.findChild(QComboBox, "KeyInTheSpace").currentText() == "item"
    assert "50 of 60 items found, 10 missing. 1 row belongs to no item." in texts(dialog)
    columns = dialog.findChild(QListWidget, "ColumnsToJoin")
    assert [columns.item(at).text() for at in range(3)] == ["year", "even", "rank"]
    columns.item(2).setCheckState(Qt.CheckState.Unchecked)
    dialog.findChild(Button, "Join").click()
    settle()
    made = window.services.store.state.document.columns
    assert [(column.name, str(column.values.type)) for column in made] == [
        ("year", "int64"), ("even", "bool"),
    ]  # fmt: skip
    assert window.findChild(JoinDialog) is None
    window.actions_.action("edit.undo").trigger()
    assert window.services.store.state.document.columns == ()


def test_nothing_joins_where_nothing_matches(window, meta) -> None:
    dialog = ask(window, meta)
    box = dialog.findChild(QComboBox, "KeyInTheTable")
    box.setCurrentText("year")
    box.activated.emit(box.currentIndex())
    settle()
    assert "0 of 60 items found" in texts(dialog)
    assert not dialog.findChild(Button, "Join").isEnabled()
    dialog.reject()


def test_a_file_that_is_no_table_is_refused_in_place(window, tmp_path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("some words\n")
    dialog = ask(window, path)
    assert "No table in this file" in texts(dialog)
    assert not dialog.findChild(Button, "Join").isEnabled()
    dialog.reject()


def test_the_menu_of_a_space_has_it(window) -> None:
    asked = []
    window.library.join_requested.disconnect()
    window.library.join_requested.connect(asked.append)
    (row,) = window.library.findChildren(DataRowWidget)
    row.join_requested.emit(window.services.store.state.active_space)
    assert asked == [window.services.store.state.active_space]
