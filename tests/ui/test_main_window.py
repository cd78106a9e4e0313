"""The window as a person meets it: first page, docks, drops, themes, pictures, names, an end."""

from __future__ import annotations

import csv
import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QScrollBar,
    QTabBar,
    QWidget,
)

from embexplorer.app.state import Activity
from embexplorer.ui.panels.map import MapPanel
from embexplorer.ui.theme import Theme
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import ScrollColumn
from tests.ui.real_window import (
    click_item,
    close_window,
    count_near,
    drag,
    drop,
    files,
    make_topics,
    open_window,
    settle,
    show_space,
)

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.core.space import Space
    from embexplorer.ui.main_window import MainWindow

DOCKS = ("Library", "Data", "Inspector")


def shown_docks(window: MainWindow) -> list[str]:
    return [name for name in DOCKS if window.docks[name].isVisible()]


def write_vectors(path: Path, n: int = 30) -> Path:
    rows = [f"item{k} {k % 7} {(k * 3) % 5} {k / 10}" for k in range(n)]
    path.write_text("\n".join([f"{n} 3", *rows]) + "\n", encoding="utf-8")
    return path


# -- the first page and the docks --------------------------------------------------------------


def test_the_first_page_has_no_docks_and_opening_brings_them(main_window, topics) -> None:
    assert main_window.centralWidget().currentWidget().objectName() == "Start"
    assert shown_docks(main_window) == []
    assert main_window.windowTitle() == "embexplorer"
    show_space(main_window, topics)
    assert isinstance(main_window.centralWidget().currentWidget(), MapPanel)
    assert shown_docks(main_window) == list(DOCKS)
    assert main_window.windowTitle() == "topics · embexplorer"
    assert main_window.focusWidget() is main_window.map.view  # its keys work at once


def test_closing_the_last_space_brings_the_first_page_back(main_window, topics) -> None:
    show_space(main_window, topics)
    main_window.actions_.action("view.data").trigger()
    main_window.actions_.action("file.close-space").trigger()
    settle()
    assert main_window.centralWidget().currentWidget().objectName() == "Start"
    assert shown_docks(main_window) == []
    show_space(main_window, topics)
    assert shown_docks(main_window) == ["Library", "Inspector"]  # as the person left them


def test_docks_have_the_sizes_of_the_design(main_window, topics) -> None:
    show_space(main_window, topics)
    em = main_window.theme.em
    widths = {name: main_window.docks[name].width() / em for name in ("Library", "Inspector")}
    assert widths["Library"] == pytest.approx(17.5, abs=0.2)
    assert widths["Inspector"] == pytest.approx(22, abs=0.2)
    assert main_window.docks["Data"].height() / em == pytest.approx(12.5, abs=0.2)


@pytest.mark.parametrize("name", DOCKS)
def test_a_dock_closes_floats_and_comes_back(main_window, topics, name) -> None:
    show_space(main_window, topics)
    dock, title = main_window.docks[name], main_window.docks[name].titleBarWidget()
    buttons = {button.accessibleName(): button for button in title.findChildren(QAbstractButton)}
    assert list(buttons) == [f"Float {name}", f"Close {name}"]
    assert all(button.width() >= main_window.theme.px(1.75) for button in buttons.values())
    buttons[f"Close {name}"].click()
    assert not main_window.shell.is_dock_shown(name)
    main_window.actions_.action(f"view.{name.lower()}").trigger()
    assert main_window.shell.is_dock_shown(name)
    buttons[f"Float {name}"].click()
    settle()
    assert dock.isFloating()
    assert buttons[f"Float {name}"].accessibleName() == f"Put back {name}"
    width = dock.width()
    main_window.actions_.action("view.reset").trigger()
    settle()
    assert not dock.isFloating()
    assert shown_docks(main_window) == list(DOCKS)
    assert width > 0


def test_layout_and_size_are_remembered(qtbot, loaded_kernels, topics) -> None:
    first = open_window(780, 650)  # Qt fits what comes back into the screen, here 800 wide
    show_space(first, topics)
    first.shell.toggle_dock("Data")
    first.resizeDocks([first.docks["Library"]], [241], Qt.Orientation.Horizontal)
    settle()
    assert first.docks["Library"].width() == 241
    close_window(first)
    second = open_window(theme=None)
    assert second.size().toTuple() == (780, 650)
    close_window(second)  # nothing was opened: the layout is kept all the same
    third = open_window(theme=None)
    show_space(third, topics)
    assert shown_docks(third) == ["Library", "Inspector"]
    assert third.docks["Library"].width() == 241
    close_window(third)


# -- opening -----------------------------------------------------------------------------------


def test_a_drop_opens_files_and_makes_them_recent(main_window, tmp_path) -> None:
    path = write_vectors(tmp_path / "numbers.vec")
    assert drop(main_window, files(path))
    space = main_window.services.store.state.space
    assert (space.name, space.n, space.d) == ("numbers", 30, 3)
    assert main_window.map.view.n_items == 30
    main_window.actions_.action("file.close-space").trigger()
    settle()
    recent = main_window.findChildren(Button, "NumbersVec")
    assert [button.text() for button in recent] == ["numbers.vec"]
    recent[0].click()
    settle()
    assert main_window.services.store.state.space.name == "numbers"


def test_a_drag_says_what_a_drop_will_do(main_window, tmp_path) -> None:
    path = write_vectors(tmp_path / "numbers.vec")
    zone = main_window.findChild(QWidget, "DropFilesHere")
    assert drag(main_window, files(path))
    assert zone.hover == "Open numbers.vec as vectors"
    assert drag(main_window, files(path, tmp_path))
    assert zone.hover == "Open 2 files"
    drop(main_window, files(path))
    assert zone.hover is None


def test_a_drop_without_files_is_left_alone(main_window) -> None:
    words = QMimeData()
    words.setText("words")
    assert not drag(main_window, words)
    assert not drop(main_window, words)
    assert main_window.services.store.state.space is None


@pytest.mark.parametrize("is_first", [True, False])
def test_an_unreadable_file_is_explained_and_the_map_stays(
    main_window, tmp_path, topics, is_first
) -> None:
    if not is_first:
        show_space(main_window, topics)
    path = tmp_path / "edited.txt"
    path.write_text("2 3\nking 1 2 3\nqueen 1 2\n", encoding="utf-8")
    drop(main_window, files(path))
    assert main_window.toast.isVisible()
    message = main_window.toast.message
    assert message.title
    assert len(message.title.split()) <= 6
    assert "edited.txt" in message.detail
    assert message.hint
    assert main_window.rect().contains(
        main_window.toast.geometry().translated(
            main_window.toast.host.mapTo(main_window, main_window.toast.host.rect().topLeft())
        )
    )
    if not is_first:
        assert main_window.services.store.state.space.name == "topics"
        assert main_window.map.view.n_items == 60
    main_window.toast.dismiss()
    assert not main_window.toast.isVisible()


def test_a_message_lies_over_the_first_page_that_comes_back_after_it(main_window, tmp_path) -> None:
    services, toast = main_window.services, main_window.toast
    reading = Activity(99, "reading", "Reading a file")
    services.store.apply(lambda state: dataclasses.replace(state, activity=(reading,)))
    settle()
    assert main_window.center.currentWidget() is main_window.map
    (tmp_path / "bad.npy").write_bytes(b"\x93NUMPY broken")
    drop(main_window, files(tmp_path / "bad.npy"))
    services.store.apply(lambda state: dataclasses.replace(state, activity=()))
    settle()
    assert main_window.center.currentWidget() is main_window.first_run
    assert toast.isAncestorOf(main_window.center.childAt(toast.geometry().center()))
    pixels = main_window.center.grab(toast.geometry()).toImage()
    card = toast.grab().toImage()
    middle = card.rect().center()
    assert pixels.pixelColor(middle) == card.pixelColor(middle)


def test_two_problems_wait_for_each_other(main_window, tmp_path) -> None:
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_bytes(b"item,x\n\xe9\xff,1\n")
    drop(main_window, files(tmp_path / "one.csv", tmp_path / "two.csv"))
    assert "one.csv" in main_window.toast.message.detail
    main_window.toast.dismiss()
    assert "two.csv" in main_window.toast.message.detail


# -- themes ------------------------------------------------------------------------------------


def test_a_theme_changes_every_color_and_is_remembered(main_window, topics) -> None:
    show_space(main_window, topics)
    light = main_window.shell.picture("window", 1.0)
    old = main_window.theme.color("map"), main_window.theme.category(0)
    main_window.actions_.action("view.dark").trigger()
    dark = main_window.shell.picture("window", 1.0)
    new = main_window.theme.color("map"), main_window.theme.category(0)
    assert main_window.theme.is_dark
    assert [color.name() for color in new] == ["#111317", "#3b8fd6"]
    assert count_near(light, old[0], 2) > 100_000
    assert count_near(dark, old[0], 2) < 500
    assert count_near(dark, new[0], 2) > 100_000
    legend = main_window.map.legend.grab().toImage()
    assert count_near(legend, new[1], 10) > 20
    assert count_near(legend, old[1], 10) == 0
    assert main_window.services.remembered.settings.theme == "dark"
    close_window(main_window)
    again = open_window(theme=None)
    assert again.theme.is_dark
    close_window(again)


# -- pictures, copies, tables ------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1, 2])
def test_a_picture_has_the_size_that_was_asked_for(
    main_window, topics, tmp_path, monkeypatch, scale
) -> None:
    show_space(main_window, topics)
    path = tmp_path / "picture.png"
    used = f"PNG, {scale} times the size (*.png)"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), used))
    main_window.actions_.action("file.save-window").trigger()
    settle()
    image = QImage(str(path))
    assert image.size() == main_window.size() * scale
    for k in range(3):
        assert count_near(image, main_window.theme.category(k), 40) > 30
    size = f"{image.width():,} × {image.height():,} pixels"
    assert main_window.status.findChildren(QWidget)
    assert size in main_window.status.message
    assert main_window.services.remembered.settings.export_folder == str(tmp_path)


def test_a_picture_with_more_pixels_is_sharper(main_window, topics) -> None:
    show_space(main_window, topics)
    small, large = (main_window.shell.picture("map", scale) for scale in (1.0, 2.0))
    assert large.size() == small.size() * 2
    assert large.devicePixelRatio() == 2.0
    grown = small.scaled(
        large.size(),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    assert contrast(large) > 1.2 * contrast(grown)


def contrast(image: QImage) -> float:
    """Return the mean square of the steps between neighboring pixels: the sharper, the larger."""
    gray = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(gray.constBits(), np.uint8).reshape(gray.height(), gray.bytesPerLine())
    return float((np.diff(rows[:, : gray.width()].astype(float)) ** 2).mean())


def test_a_picture_of_the_window_shows_what_floats_over_the_map(main_window, topics) -> None:
    show_space(main_window, topics)
    before = main_window.shell.picture("window", 1.0)
    main_window.shell.show_palette()
    settle()
    after = main_window.shell.picture("window", 1.0)
    card, current = main_window.palette_.geometry(), main_window.theme.color("accent_soft")
    shown_before = count_near(before.copy(card), current, 2)  # the tool that is on, under it
    assert shown_before < 0.004 * card.width() * card.height()
    assert count_near(after.copy(card), current, 2) > 0.02 * card.width() * card.height()


def test_a_picture_that_cannot_be_written_is_a_problem(main_window, topics, tmp_path) -> None:
    show_space(main_window, topics)
    main_window.shell.save_picture("map", tmp_path / "missing" / "picture.png", 1.0)
    settle()
    assert main_window.toast.message.title == "The picture cannot be written"
    assert "missing" in main_window.toast.message.detail


def test_copying_puts_pictures_and_numbers_on_the_clipboard(main_window, topics) -> None:
    show_space(main_window, topics)
    clipboard = QGuiApplication.clipboard()
    main_window.actions_.action("edit.copy-map").trigger()
    image = clipboard.image()
    assert image.size() == main_window.map.view.viewport().size() * 2
    assert main_window.status.message == "Copied a picture of the map."
    click_item(main_window, 3)
    main_window.shell.show_tab("Neighbors")
    main_window.actions_.action("edit.copy-results").trigger()
    lines = clipboard.text().splitlines()
    assert "cosine neighbors of art 3 in topics" in lines[0]
    assert "Exact search on the raw vectors, 60 items" in lines[0]
    assert len(lines) == 2 + 10  # method, head, ten rows
    main_window.shell.show_tab("Details")
    main_window.actions_.action("edit.copy-results").trigger()
    assert "PCA 2-D of topics, 60 × 3" in clipboard.text()


def test_neighbors_are_exported_with_their_scores(
    main_window, topics, tmp_path, monkeypatch
) -> None:
    show_space(main_window, topics)
    click_item(main_window, 3)
    path = tmp_path / "found"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), "CSV (*.csv)"))
    main_window.actions_.action("file.export-neighbors").trigger()
    settle()
    with (tmp_path / "found.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    answer = main_window.services.store.state.neighbors.answer
    assert [row["item"] for row in rows] == [topics.items[int(k)] for k in answer.ranked.indices]
    assert main_window.status.message == f"Wrote 10 rows to {tmp_path / 'found.csv'}."


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "parquet"])
def test_a_table_gets_the_ending_of_the_format_that_was_chosen(
    main_window, topics, tmp_path, monkeypatch, ending
) -> None:
    show_space(main_window, topics)
    path = tmp_path / "coords"
    used = f"A format (*.{ending})"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), used))
    main_window.actions_.action("file.export-coords").trigger()
    settle()
    assert [found.name for found in tmp_path.glob("coords*")] == [f"coords.{ending}"]


# -- the status bar ----------------------------------------------------------------------------


def test_a_message_leaves_after_a_while(main_window, qtbot) -> None:
    assert main_window.status.message_time == 6000
    main_window.status.say("Wrote 10 rows.", 800)
    assert main_window.status.message == "Wrote 10 rows."
    main_window.resize(900, 700)
    settle()
    assert main_window.status.message == "Wrote 10 rows."  # also after a resize
    qtbot.waitUntil(lambda: main_window.status.message == "", timeout=2000)


# -- for everybody -----------------------------------------------------------------------------


def fill(window: MainWindow, topics: Space) -> None:
    """Show as much of the window as can be shown at once."""
    window.services.library.open_sample("corpus")
    show_space(window, topics)
    click_item(window, 3)
    window.services.analogy.ask("art 1", "art 2", "bread 1")
    settle()


INPUTS = (QAbstractButton, QLineEdit, QAbstractSpinBox, QComboBox, QAbstractItemView)


def test_every_control_has_a_name(main_window, topics) -> None:
    fill(main_window, topics)
    nameless = [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in main_window.findChildren(QWidget)
        if isinstance(widget, INPUTS) and not _is_part(widget) and not widget.accessibleName()
    ]
    assert nameless == []


def _is_part(widget: QWidget) -> bool:
    """Whether Qt made a widget inside another, which has the name."""
    made_by_qt = widget.objectName().startswith("qt_") or isinstance(widget, QScrollBar)
    around = widget.parent().metaObject().className()
    in_field = isinstance(widget.parent(), QAbstractSpinBox | QComboBox | QAbstractItemView)
    return made_by_qt or in_field or around in ("QComboBoxPrivateContainer", "QTabBar")


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_nothing_is_cut_at_the_smallest_screen(
    qtbot, loaded_kernels, monkeypatch, topics, scale
) -> None:
    import embexplorer.ui.application as application

    monkeypatch.setattr(application, "Theme", lambda app, mode: Theme(app, mode, scale=scale))
    window = open_window(1280, 800)
    try:
        fill(window, topics)
        assert window.width() == 1280  # no panel asks for more
        assert window.height() == 800
        for panel in (window.library, window.details, window.neighbors, window.analogy):
            if panel is not window.library:
                window.inspector.setCurrentWidget(panel)
            settle()
            columns = (
                [panel] if isinstance(panel, ScrollColumn) else panel.findChildren(ScrollColumn)
            )
            for column in columns:
                if column.isVisible():
                    assert column.body.width() <= column.viewport().width(), column.objectName()
        cut = [
            button.text() or button.accessibleName()
            for button in window.findChildren(QAbstractButton)
            if button.isVisible()
            # The scroll buttons of tabs are narrow, and the map's toolbar shrinks to icons.
            and not isinstance(button.parent(), QTabBar)
            and not window.map.toolbar.isAncestorOf(button)
            and button.width() < button.minimumSizeHint().width()
        ]
        assert cut == []
    finally:
        close_window(window)


# -- the end -----------------------------------------------------------------------------------


def test_nothing_is_left_of_a_window(qtbot, loaded_kernels, topics) -> None:
    import threading

    before = QApplication.topLevelWidgets(), threading.active_count()
    window = open_window()
    show_space(window, make_topics())
    window.shell.show_palette()
    close_window(window)
    assert len(QApplication.topLevelWidgets()) == len(before[0])
    assert threading.active_count() == before[1]
