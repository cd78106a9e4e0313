"""The dialog shows the first rows as they would be read, and opens what was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QSpinBox

from embexplorer.ui.options_dialog import OptionsDialog
from embexplorer.ui.widgets.buttons import Button
from tests.ui.real_window import settle

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from embexplorer.ui.main_window import MainWindow


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    numbers = ",".join(f"d{at}" for at in range(8))
    rows = "".join(f"{row},w{row},{'ab'[row % 2]}{',1.5' * 8}\n" for row in range(20))
    path.write_text(f"key,word,topic,{numbers}\n{rows}")
    return path


@pytest.fixture
def ask(main_window: MainWindow) -> Callable[[Path], OptionsDialog]:
    def show(path: Path) -> OptionsDialog:
        main_window.shell.show_options(path)
        settle()
        return main_window.findChild(OptionsDialog)

    return show


def choose(qtbot: QtBot, dialog: OptionsDialog, box: QComboBox, data: str) -> None:
    with qtbot.waitSignal(dialog.shown):
        box.setCurrentIndex(box.findData(data))
        box.activated.emit(box.currentIndex())


def texts(dialog: OptionsDialog) -> str:
    labels = dialog.findChildren(QLabel)
    return " ".join(label.text() for label in labels if label.isVisible())


def cell(dialog: OptionsDialog, row: int, column: int) -> str:
    return dialog.table.model().index(row, column).data()


def test_roles_are_chosen_in_the_header_and_opened(qtbot, main_window, ask, table) -> None:
    dialog = ask(table)
    roles = [dialog.table.combo(at).currentData() for at in range(4)]
    assert roles == ["other", "item", "other", "vector"]
    assert cell(dialog, 3, 1) == "w3"
    assert "Vectors of 8 numbers" in texts(dialog)
    choose(qtbot, dialog, dialog.table.combo(0), "item")
    assert dialog.table.combo(1).currentData() == "other"
    choose(qtbot, dialog, dialog.table.combo(2), "left out")
    dialog.findChild(QSpinBox, "FirstItemsOnly").setValue(5)
    dialog.findChild(Button, "Open").click()
    settle()
    space = main_window.services.store.state.space
    assert list(space.items) == ["0", "1", "2", "3", "4"]
    assert list(space.columns) == ["word"]
    assert main_window.findChild(OptionsDialog) is None


def test_what_is_wrong_stands_in_the_place_of_the_rows(qtbot, ask, table) -> None:
    dialog = ask(table)
    choose(qtbot, dialog, dialog.findChild(QComboBox, "Format"), "npy")
    assert "does not begin as a .npy file does" in texts(dialog)
    assert not dialog.table.isVisible()
    assert not dialog.findChild(Button, "Open").isEnabled()
    choose(qtbot, dialog, dialog.findChild(QComboBox, "Format"), "csv")
    assert dialog.table.isVisible()
    assert dialog.findChild(Button, "Open").isEnabled()
    dialog.reject()


def test_a_text_shows_how_it_is_cut(qtbot, main_window, ask, tmp_path) -> None:
    path = tmp_path / "korpus.txt"
    path.write_bytes("Größe zählt. Äpfel auch.\nZwei\n".encode("latin-1"))
    dialog = ask(path)
    assert dialog.findChild(QComboBox, "encoding").currentText() == "Latin-1"
    assert cell(dialog, 0, 0) == "Größe zählt. Äpfel auch."
    assert not dialog.table.combo(0).isEnabled()
    with qtbot.waitSignal(dialog.shown):
        dialog.findChild(QComboBox, "split").setCurrentText("Sentence")
    assert cell(dialog, 1, 0) == "Äpfel auch."
    dialog.findChild(Button, "Open").click()
    settle()
    assert list(main_window.services.store.state.texts.items) == [
        "Größe zählt.", "Äpfel auch.", "Zwei",
    ]  # fmt: skip


def test_a_table_without_telling_columns_asks_by_itself(qtbot, main_window, tmp_path) -> None:
    path = tmp_path / "counts.csv"
    path.write_text("class,left,right\na,1,2\na,3,4\na,5,6\n")
    main_window.projects.open([path])
    settle()
    dialog = main_window.findChild(OptionsDialog)
    assert "No vectors in this file" in texts(dialog)
    assert not main_window.toast.isVisible()
    choose(qtbot, dialog, dialog.table.combo(1), "vector")
    choose(qtbot, dialog, dialog.table.combo(2), "vector")
    dialog.findChild(Button, "Open").click()
    settle()
    assert main_window.services.store.state.space.vectors.tolist() == [[1, 2], [3, 4], [5, 6]]


@pytest.mark.parametrize(
    ("name", "content"), [("none.csv", b""), ("map.png", b"\x89PNG\r\n\x1a\n" * 9)]
)
def test_no_options_are_offered_where_none_would_help(main_window, tmp_path, name, content) -> None:
    (tmp_path / name).write_bytes(content)
    main_window.projects.open([tmp_path / name])
    settle()
    assert name in main_window.toast.message.detail
    assert main_window.toast.message.action == ""


def test_a_folder_in_another_encoding_offers_options(main_window, tmp_path) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    main_window.projects.open([folder])
    settle()
    assert (main_window.toast.message.title, main_window.toast.message.action) == (
        "The folder is empty",
        "",
    )
    main_window.toast.dismiss()
    (folder / "a.txt").write_bytes("café".encode("latin-1"))
    main_window.projects.open([folder])
    settle()
    assert "(open it as Latin-1): a.txt" in main_window.toast.message.detail
    assert main_window.toast.message.action == "Open with options…"


def test_a_message_offers_options(qtbot, main_window, tmp_path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("word,v0,v1\na,1,2\nb,3,4,5\n")
    main_window.projects.open([path])
    settle()
    assert main_window.toast.message.action == "Open with options…"
    assert main_window.findChild(OptionsDialog) is None
    main_window.toast.findChild(Button, "Action").click()
    settle()
    dialog = main_window.findChild(OptionsDialog)
    assert "Row 3 has 4 columns" in texts(dialog)
    with qtbot.waitSignal(dialog.shown):
        dialog.findChild(QComboBox, "bad_rows").setCurrentText("Leave out")
    dialog.findChild(Button, "Open").click()
    settle()
    assert list(main_window.services.store.state.space.items) == ["a"]


def test_a_file_that_is_gone_offers_nothing(main_window, tmp_path) -> None:
    main_window.projects.open([tmp_path / "gone.csv"])
    settle()
    assert main_window.toast.message.action == ""


def test_one_can_go_on_working_beside_one_dialog_of_each_file(main_window, ask, table) -> None:
    dialog = ask(table)
    other = table.with_name("other.csv")
    other.write_text(table.read_text())
    main_window.shell.show_options(table)
    main_window.shell.show_options(other)
    settle()
    assert not dialog.isModal()
    dialogs = main_window.findChildren(OptionsDialog)
    assert [one.path for one in dialogs] == [table, other]
    for one in dialogs:
        one.reject()
