"""Projects in the real window: saved, opened, left, and what is asked before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from embexplorer.ui.drops import drop_text
from embexplorer.ui.project_files import EMBEDDED, REFERENCED
from tests.ui.real_window import drop, files, settle, show_space

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.ui.main_window import MainWindow


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "thesis.embx"


def answer(title: str) -> list[str]:
    """Click a button of the next question; the list gets what was asked."""
    asked: list[str] = []

    def click() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(box.text())
        next(button for button in box.buttons() if button.text() == title).click()

    QTimer.singleShot(0, click)
    return asked


def choose_file(monkeypatch, path: Path | str, used: str = EMBEDDED) -> list[tuple]:
    asked: list[tuple] = []

    def ask(*given: object) -> tuple[str, str]:
        asked.append(given)
        return str(path), used

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    return asked


def work(window: MainWindow) -> None:
    """Make something that would be lost."""
    window.services.selecting.take([1, 2])
    window.services.selecting.keep("mine")


def trigger(window: MainWindow, command: str) -> None:
    window.actions_.action(command).trigger()
    settle()


def test_saving_asks_once_for_a_file_and_remembers_how(
    main_window, topics, file, monkeypatch
) -> None:
    show_space(main_window, topics)
    work(main_window)
    assert main_window.windowTitle() == "topics • · embexplorer"
    asked = choose_file(monkeypatch, file.with_suffix(""))
    trigger(main_window, "file.save-project")
    assert file.is_file()  # the ending was added
    assert main_window.windowTitle() == "thesis · embexplorer"
    assert main_window.services.remembered.settings.recent[0].path == str(file)
    trigger(main_window, "file.save-project")
    assert len(asked) == 1
    assert asked[0][2].endswith("topics.embx")
    assert asked[0][4] == EMBEDDED
    choose_file(monkeypatch, file, REFERENCED)
    trigger(main_window, "file.save-project-as")
    assert not main_window.services.store.state.project.is_embedded
    asked = choose_file(monkeypatch, "")
    trigger(main_window, "file.save-project-as")
    assert asked[0][4] == REFERENCED


def test_a_dropped_project_opens_after_a_question_about_what_is_unsaved(
    main_window, topics, file
) -> None:
    show_space(main_window, topics)
    work(main_window)
    main_window.services.project.save(file)
    main_window.services.library.close(main_window.services.store.state.active_space)
    settle()
    assert drop_text([file]) == "Open the project thesis"
    asked = answer("Cancel")
    drop(main_window, files(file))
    assert asked == ["Save the changes to “thesis”?"]
    assert main_window.services.store.state.space is None
    answer("Don’t save")
    assert drop(main_window, files(file))
    state = main_window.services.store.state
    assert state.space.name == "topics"
    assert [kept.name for kept in state.document.selections] == ["mine"]
    assert main_window.windowTitle() == "thesis · embexplorer"
    assert main_window.map.view.n_items == 60
    main_window.services.selecting.take([5])
    main_window.services.selecting.keep("more")
    answer("Save")
    main_window.projects.open([file])  # as it was just saved
    settle()
    kept = main_window.services.store.state.document.selections
    assert [one.name for one in kept] == ["mine", "more"]


def test_closing_asks_nothing_where_nothing_would_be_lost(main_window, topics) -> None:
    show_space(main_window, topics)
    main_window.services.map.color_by("size")
    main_window.close()
    assert not main_window.isVisible()


def test_closing_stays_open_until_what_a_person_made_is_saved(
    main_window, topics, file, monkeypatch
) -> None:
    show_space(main_window, topics)
    work(main_window)
    asked = answer("Cancel")
    main_window.close()
    assert asked == ["Save the changes to “topics”?"]
    assert main_window.isVisible()
    choose_file(monkeypatch, "")
    answer("Save")
    main_window.close()
    settle()
    assert main_window.isVisible()  # no file was chosen
    choose_file(monkeypatch, file.parent / "no folder" / "a.embx")
    answer("Save")
    main_window.close()
    settle()
    assert main_window.isVisible()
    assert main_window.toast.message.title == "The project cannot be saved"
    choose_file(monkeypatch, file)
    answer("Save")
    main_window.close()
    settle()
    assert not main_window.isVisible()
    assert file.is_file()


def test_closing_without_saving_writes_nothing(main_window, topics, file) -> None:
    show_space(main_window, topics)
    work(main_window)
    answer("Don’t save")
    main_window.close()
    assert not main_window.isVisible()
    assert not file.exists()
