"""The dialog makes a new space beside the old one and shows numbers before and after."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from embexplorer.ui import dialogs
from embexplorer.ui.debias_dialog import DebiasDialog
from embexplorer.ui.widgets.buttons import Button
from tests.ui.real_window import settle, show_space

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.ui.main_window import MainWindow

SETS = {
    "name": "sides",
    "pairs": [["art 0", "bread 0"], ["art 1", "bread 1"]],
    "words": ["art 5", "bread 5", "chess 5"],
}


@pytest.fixture
def window(main_window, topics) -> MainWindow:
    show_space(main_window, topics)
    return main_window


@pytest.fixture
def dialog(window) -> DebiasDialog:
    window.actions_.action("analyze.debias").trigger()
    settle()
    return window.findChild(DebiasDialog)


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    path = tmp_path / "sides.json"
    path.write_text(json.dumps(SETS), encoding="utf-8")
    return path


def words(dialog: DebiasDialog) -> str:
    return "\n".join(one.text() for one in dialog.findChildren(QLabel) if one.isVisible())


def choose(dialog: DebiasDialog, method: str) -> None:
    dialog.form.method.setCurrentIndex(dialog.form.method.findData(method))
    settle()


def press(dialog: DebiasDialog, text: str) -> None:
    next(one for one in dialog.findChildren(Button) if one.text() == text).click()
    settle()


def is_on(dialog: DebiasDialog, text: str) -> bool:
    return next(one for one in dialog.findChildren(Button) if one.text() == text).isEnabled()


def test_it_asks_for_item_sets_and_says_what_a_method_does(dialog) -> None:
    assert not dialog.isModal()
    assert dialog.form.space.currentText() == "topics"
    assert not is_on(dialog, "Make a new space")
    assert not is_on(dialog, "Copy")
    assert "w − (w · g) g" in words(dialog)
    assert dialog.form.keep.isVisible()
    assert dialog.form.equalize.isVisible()
    choose(dialog, "leace")
    assert "no linear classifier sees the classes" in words(dialog)
    assert not dialog.form.keep.isVisible()
    assert not dialog.form.equalize.isVisible()
    assert dialog.form.sets.findData("weat-6") >= 0
    choose(dialog, "hard")
    assert dialog.form.sets.findData("weat-6") == -1


def test_it_makes_a_space_and_shows_what_changed(window, dialog, sets) -> None:
    dialog.form.sets.use_file(sets)
    settle()
    press(dialog, "Make a new space")
    state = window.services.store.state
    assert [one.name for one in state.document.spaces] == ["topics", "topics, hard"]
    assert "“topics, hard”, made of “topics”" in words(dialog)
    rows = dialog.changes.measures.rows
    assert rows[0][0] == "Direct bias: sides"
    assert rows[0][2] == "0.0000"
    assert rows[0][3].startswith("−")
    assert rows[-1][0] == "Mean length of vectors"
    assert len(dialog.changes.neighbors.rows) == 10
    assert "Taking a direction out does not take out the information" in words(dialog)
    assert dialog.form.space.currentText() == "topics"  # to try another method of the same one
    press(dialog, "Copy")
    assert "\t".join(rows[0]) in QGuiApplication.clipboard().text()


def test_the_report_is_written_where_a_person_says(
    window, dialog, sets, tmp_path, monkeypatch
) -> None:
    path = tmp_path / "report.csv"
    monkeypatch.setattr(dialogs, "ask_report_file", lambda parent, name, folder: path)
    dialog.form.sets.use_file(sets)
    press(dialog, "Make a new space")
    press(dialog, "Export…")
    assert path.read_text(encoding="utf-8").startswith('"measure","before","after","change"')


def test_what_is_wrong_stands_in_the_dialog(window, dialog, tmp_path) -> None:
    path = tmp_path / "none.json"
    path.write_text(json.dumps({"pairs": [["she", "he"]]}), encoding="utf-8")
    dialog.form.sets.use_file(path)
    press(dialog, "Make a new space")
    assert len(window.services.store.state.document.spaces) == 1
    assert window.services.store.state.mitigation.error.title in words(dialog)
    assert is_on(dialog, "Make a new space")


def test_sets_of_the_project_are_listed_as_soon_as_they_are_kept(window, dialog, sets) -> None:
    window.services.editing_sets.open(str(sets))
    window.services.editing_sets.save()
    settle()
    assert dialog.form.sets.itemText(0) == "sides"
    assert dialog.form.equalize.itemText(1) == "sides"  # after none
