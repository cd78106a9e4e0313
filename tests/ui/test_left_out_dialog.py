"""The dialog of what was left out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel

from embexplorer.ui import dialogs
from embexplorer.ui.left_out_dialog import LeftOutDialog
from tests.ui.real_window import settle, show_space


def shown_in(main_window):
    main_window.actions_.action("file.left-out").trigger()
    settle()
    return main_window.findChild(LeftOutDialog)


def test_rows_are_listed_and_exported(main_window, tmp_path, monkeypatch) -> None:
    services = main_window.services
    path = tmp_path / "a.csv"
    path.write_text("item,v0,v1\na,0.5,1.5\na,1.5,2.5\nb,nan,1\nd,0,0\n")
    assert not main_window.actions_.action("file.left-out").isEnabled()
    services.library.open([path], {"bad_rows": "leave out"})
    settle()
    dialog = shown_in(main_window)
    assert dialog.windowTitle() == "What was left out of a"
    model = dialog.table.model()
    cells = [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]
    assert cells == [
        ["line 4", "b", "left out", "a number is missing or not finite"],
        ["item 1", "a", "kept", "item occurs more than once"],
        ["item 2", "a", "kept", "item occurs more than once"],
        ["item 3", "d", "kept", "zero vector"],
    ]
    heads = [model.headerData(at, Qt.Orientation.Horizontal) for at in range(4)]
    assert heads == ["Row", "Item", "Outcome", "Reason"]
    target = tmp_path / "report.csv"
    monkeypatch.setattr(dialogs, "ask_table_file", lambda *given: target)
    buttons = {button.text(): button for button in dialog.findChildren(QAbstractButton)}
    buttons["Export…"].click()
    settle()
    assert target.read_text().split("\n")[1] == (
        '4,"line","b","left out","a number is missing or not finite",1'
    )
    buttons["Close"].click()
    settle()
    assert main_window.findChild(LeftOutDialog) is None


def test_notes_are_one_click_from_the_row_of_their_space(main_window, topics, tmp_path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "a.txt").write_text("One text.")
    (folder / "b.exe").write_bytes(b"MZ")
    (folder / "c.txt").write_bytes(b"")
    main_window.projects.open([folder])
    settle()
    assert main_window.status.message == (
        "Read mixed: 1 text. 2 notes under its name in the library."
    )
    show_space(main_window, topics)
    buttons = main_window.library.findChildren(QAbstractButton)
    (link,) = (button for button in buttons if button.text() == "2 notes…")
    assert link.accessibleName() == "2 notes on mixed"
    link.click()
    settle()
    dialog = main_window.findChild(LeftOutDialog)
    said = [text.text() for text in dialog.findChildren(QLabel)]
    assert said == [
        "1 file was left out, of another kind: b.exe.\n1 file was left out, blank: c.txt."
    ]
    assert dialog.table.model().rowCount() == 2


def test_a_single_note_is_said_at_once(main_window, tmp_path) -> None:
    (tmp_path / "a.csv").write_text("item,v0,v1\na,1,2\nb,0,0\n")
    main_window.projects.open([tmp_path / "a.csv"])
    settle()
    assert main_window.status.message == ("Opened a: 2 × 2 · csv. 1 item has a zero vector: “b”.")


def test_it_says_where_nothing_was_left_out(main_window, topics) -> None:
    show_space(main_window, topics)
    dialog = shown_in(main_window)
    assert not dialog.table.isVisible()
    buttons = {button.text(): button for button in dialog.findChildren(QAbstractButton)}
    assert not buttons["Export…"].isEnabled()
