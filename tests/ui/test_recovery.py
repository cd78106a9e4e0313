"""The bar that offers what crashed windows left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QPushButton

from embexplorer.app.services import Services, inline_lanes
from embexplorer.operations.keep import on_disk
from tests.app.presenters.test_keeping import crash
from tests.ui.real_window import settle, show_space

if TYPE_CHECKING:
    from embexplorer.core.space import Space
    from embexplorer.ui.main_window import MainWindow


def leave(topics: Space) -> str:
    """Let another window crash with the topics open, and return its folder."""
    other = Services.start(inline_lanes(), lambda handle, event: handle(event))
    other.keeping.begin()
    other.library.add(on_disk(topics, other.context))
    crash(other)
    return other.keeping.token


def buttons(window: MainWindow) -> list[str]:
    settle()
    found = window.recovery.findChildren(QPushButton)
    return [button.text() for button in found if button.isVisible()]


def click(window: MainWindow, text: str) -> None:
    found = window.recovery.findChildren(QPushButton)
    next(button for button in found if button.text() == text and button.isVisible()).click()
    settle()


def test_the_first_page_offers_each_crashed_window_and_asks_nothing(main_window, topics) -> None:
    leave(topics)
    leave(topics)
    assert not main_window.recovery.isVisible()
    main_window.recovery.begin()
    assert buttons(main_window) == ["Recover", "Discard", "Later"] * 2
    assert main_window.first_run.isVisible()
    click(main_window, "Discard")
    assert buttons(main_window) == ["Recover", "Discard", "Later"]
    click(main_window, "Recover")
    assert not main_window.recovery.isVisible()
    assert main_window.services.store.state.space.name == "topics"
    assert main_window.map.view.n_items == 60
    assert main_window.windowTitle() == "topics · embexplorer"
    main_window.services.keeping.end()


def test_many_crashed_windows_leave_room_for_the_map(main_window, topics) -> None:
    for _ in range(5):
        leave(topics)
    main_window.recovery.begin()
    assert buttons(main_window) == ["Recover", "Discard", "Later"] * 3
    said = [label.text() for label in main_window.recovery.findChildren(QLabel)]
    assert said[-1] == "2 older windows can be recovered after these."
    for left in (3, 3, 2):
        click(main_window, "Discard")
        assert buttons(main_window) == ["Recover", "Discard", "Later"] * left
    main_window.services.keeping.end()


def test_later_hides_the_bar_and_the_next_window_has_it_again(main_window, topics) -> None:
    leave(topics)
    show_space(main_window, topics)
    main_window.recovery.begin()
    assert main_window.recovery.isVisible()  # over a map too
    click(main_window, "Later")
    assert not main_window.recovery.isVisible()
    main_window.services.keeping.begin()
    assert len(main_window.services.store.state.left) == 1
    main_window.services.keeping.end()


def test_the_clock_keeps_what_was_selected(main_window, topics) -> None:
    main_window.recovery.begin()
    show_space(main_window, topics)
    main_window.services.selecting.take([7])
    main_window.recovery.clock.timeout.emit()
    crash(main_window.services)
    fresh = Services.start(inline_lanes(), lambda handle, event: handle(event))
    fresh.keeping.begin()
    fresh.keeping.recover(fresh.store.state.left[0].folder)
    assert fresh.store.state.selected == 7
    main_window.services.keeping.end()
