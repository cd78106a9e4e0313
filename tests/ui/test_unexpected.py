"""An error that nobody expected is a message, and the window goes on."""

from __future__ import annotations

import gc
import logging
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from embexplorer.storage.log_file import log_to_file
from embexplorer.storage.settings import Settings
from embexplorer.ui.application import first_page
from embexplorer.ui.unexpected import Unexpected, show_unexpected
from embexplorer.ui.widgets.buttons import Button
from tests.ui.real_window import click_item, close_window, selected_rows, settle, show_space

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from embexplorer.core.space import Space
    from embexplorer.ui.main_window import MainWindow


@pytest.fixture
def log() -> Iterator[Path]:
    with log_to_file() as path:
        assert path is not None
        yield path


@pytest.fixture
def hooks(
    main_window: MainWindow, log: Path, caplog: pytest.LogCaptureFixture
) -> Iterator[Unexpected]:
    made = Unexpected(
        main_window, lambda said, details: show_unexpected(main_window, said, details)
    )
    yield made
    made.close()
    caplog.get_records("call").clear()  # the errors are what these tests are about


class Sender(QObject):
    sent = Signal()


def fail(text: str = "a slot fails") -> None:
    raise LookupError(text)


@pytest.mark.usefixtures("hooks")
def test_an_error_in_a_slot_is_a_message_with_details_and_the_window_goes_on(
    main_window: MainWindow, topics: Space, log: Path
) -> None:
    show_space(main_window, topics)
    sender = Sender(main_window)
    sender.sent.connect(fail, Qt.ConnectionType.QueuedConnection)
    sender.sent.emit()
    settle()
    shown = main_window.toast.message
    assert shown is not None
    assert shown.title == "Something went wrong"
    assert shown.detail == "LookupError: a slot fails"
    assert shown.hint.endswith(f"The log is {log}.")
    copy = next(
        button
        for button in main_window.toast.findChildren(Button)
        if button.text() == "Copy details"
    )
    copy.click()
    copied = QGuiApplication.clipboard().text()
    assert "raise LookupError(text)" in copied
    assert "\nembexplorer " in copied
    assert "unexpected error" in log.read_text(encoding="utf-8")
    click_item(main_window, 7)
    assert selected_rows(main_window) == [7]


@pytest.mark.usefixtures("hooks")
def test_errors_of_threads_and_destructors_come_into_the_window(
    main_window: MainWindow,
) -> None:
    thread = threading.Thread(target=fail, args=("in a thread",))
    thread.start()
    thread.join()

    class Leaves:
        def __del__(self) -> None:
            raise LookupError("on leaving")

    Leaves()
    gc.collect()
    settle()
    problems = main_window.services.store.state.problems
    assert [problem.error.detail for problem in problems] == [
        "LookupError: in a thread",
        "LookupError: on leaving",
    ]


@pytest.mark.usefixtures("hooks")
def test_an_error_that_comes_with_every_frame_is_shown_once(
    main_window: MainWindow, log: Path
) -> None:
    timer = QTimer(main_window)
    timer.timeout.connect(fail)
    sent = []
    timer.timeout.connect(lambda: sent.append(1))
    timer.start(0)
    while len(sent) < 101:
        QApplication.processEvents()
    timer.stop()
    settle()
    assert len(main_window.services.store.state.problems) == 1
    text = log.read_text(encoding="utf-8")
    assert text.count("Traceback") == 1
    assert "came 10 times" in text
    assert "came 100 times" in text
    main_window.toast.dismiss()


def test_the_hooks_are_given_back(main_window: MainWindow) -> None:
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    made = Unexpected(main_window, lambda said, details: None)
    assert sys.excepthook != before[0]
    made.close()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before


def test_an_error_before_the_panels_are_there_is_a_box_that_blocks_nothing(
    qtbot: QtBot, qapp: QApplication, log: Path
) -> None:
    window = first_page(qapp, Settings(theme="light"))
    window.show()
    show_unexpected(window, "LookupError: too early", "Traceback")
    box = window.findChild(QMessageBox)
    assert box.text() == "LookupError: too early"
    assert str(log) in box.informativeText()
    assert not box.isModal()
    box.close()
    close_window(window)


def test_the_log_and_the_versions_are_in_the_help_menu(main_window: MainWindow, log: Path) -> None:
    logging.getLogger("embexplorer.jobs").info("Encoding failed")
    main_window.actions_.action("help.show-log").trigger()
    settle()
    dialog = main_window.findChild(QObject, "Log")
    assert dialog.place.text() == str(log)
    assert dialog.lines.toPlainText().endswith("INFO embexplorer.jobs: Encoding failed")
    dialog.close()
    main_window.actions_.action("help.copy-versions").trigger()
    assert "Qt platform offscreen" in QGuiApplication.clipboard().text()
