"""From a dropped corpus to exported neighbors in the real window, with real child processes."""

from __future__ import annotations

import csv
import gc
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from shiboken6 import isValid

from embexplorer.core.contracts import Format
from embexplorer.storage.paths import resource
from embexplorer.storage.settings import Settings, save_settings
from embexplorer.ui.application import make_application
from embexplorer.ui.export_dialog import ExportDialog
from embexplorer.ui.panels.encode_form import EncodeForm
from embexplorer.ui.running import make_window, warm_up
from embexplorer.ui.scatter.kernel_loading import load_kernels
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.live_strip import LiveStrip
from embexplorer.ui.widgets.ranked_list import RankedList
from tests.ui.real_window import click_item, count_near, drop, files, selected_rows, settle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from embexplorer.ui.main_window import MainWindow

LONG = 60_000  # ms a step may take on a busy computer


def children() -> set[int]:
    """Return the ids of this process's children."""
    tasks = Path(f"/proc/{os.getpid()}/task")
    if not tasks.exists():
        pytest.skip("children are counted in /proc")
    found = (task / "children" for task in tasks.iterdir())
    return {int(pid) for listed in found for pid in listed.read_text().split()}


def ours() -> set[str]:
    return {thread.name for thread in threading.enumerate()} - {"MainThread"}


def running_timers() -> list[str]:
    """Return what the running timers belong to."""
    # By type: isinstance asks a weak proxy for its class, which fails when its object is gone.
    found = [one for one in gc.get_objects() if issubclass(type(one), QTimer) and isValid(one)]
    return [str(timer.parent()) for timer in found if timer.isActive()]


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    load_kernels()
    save_settings(Settings(method="pca", encoder="hashing", theme="light"))
    before = children(), ours(), set(QApplication.topLevelWidgets())
    made = make_window(make_application())
    made.resize(1280, 800)
    made.show()
    settle()
    yield made
    if isValid(made):
        made.end()
    settle()
    assert not isValid(made)
    assert children() <= before[0]
    assert ours() <= before[1]
    assert set(QApplication.topLevelWidgets()) <= before[2]
    assert running_timers() == []


class Frames(QObject):
    """Counts the live frames that the map showed, and how often the strip was there with them."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.shown: list[np.ndarray] = []
        self.with_strip = 0
        self._window = window
        window.services.store.subscribe(self._changed)

    def _changed(self, old, new) -> None:
        if new.live is not None and new.live.coords is not None and old.live is not new.live:
            self.shown.append(new.live.coords)
            self.with_strip += self._window.findChild(LiveStrip).isVisible()


def test_what_is_prepared_in_the_background_fails_nowhere(window, qtbot):
    warm_up(window)
    runner, plugins = window.services.runner, window.services.context.registry.plugins
    qtbot.waitUntil(lambda: Format.kind in plugins and runner.is_idle, timeout=LONG)
    settle()
    assert window.services.store.state.problems == ()


def test_from_a_dropped_corpus_to_exported_neighbors(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, view = window.services, window.map.view

    def state():
        return services.store.state

    def until(condition) -> None:
        qtbot.waitUntil(condition, timeout=LONG)

    # a corpus, dropped from outside
    assert drop(window, files(resource("samples/sentences.csv")))
    form = window.findChild(EncodeForm)
    until(form.isVisible)
    assert state().texts.n == 300
    assert len(children()) >= 1

    # encoded in a child
    encode = next(found for found in form.findChildren(Button) if found.text().startswith("Enc"))
    assert encode.text() == "Encode 300 items"
    encode.click()
    until(lambda: state().space is not None)
    assert (state().space.n, state().space.d) == (300, 256)
    until(lambda: state().projection is not None and not state().activity)
    assert view.n_items == 300
    assert "PC 1" in state().projection.axes[0]
    until(lambda: bool(state().projection.quality))

    # projected in a child, with live frames
    frames = Frames(window)
    window.actions_.action("map.tsne").trigger()
    assert state().live is not None
    until(lambda: state().live is None and state().projection.method == "tsne")
    assert state().problems == ()
    assert len(frames.shown) >= 1  # a map of so few items is done within some frames
    assert frames.with_strip == len(frames.shown)
    assert all(frame.shape == (300, 2) for frame in frames.shown)
    assert not np.allclose(frames.shown[0], state().projection.coords)
    assert not window.map.strip.isVisible()
    assert state().projection.quality["trustworthiness"] > 0.6
    assert len(state().document.projections) == 2

    # a click on a point fills the inspector
    settle()
    click_item(window, 17)
    assert window.details.currentWidget().accessibleName() == "Details of one item"
    window.shell.show_tab("Neighbors")
    until(lambda: state().neighbors is not None and not state().neighbors.is_running)
    (row,) = selected_rows(window)
    space = state().space
    vectors = space.vectors / np.linalg.norm(space.vectors, axis=1, keepdims=True)
    scores = vectors @ vectors[row]
    scores[row] = -2
    expected = np.argsort(-scores, kind="stable")[:10]
    rows = window.neighbors.findChild(RankedList).model().rows
    assert {found.text for found in rows} == {space.text(int(k)) for k in expected}
    until(lambda: state().kept is not None and state().kept.index == row)

    # a neighbor leads on
    first = int(state().neighbors.answer.ranked.indices[0])
    window.neighbors.findChild(RankedList).activate_row(0)
    assert selected_rows(window) == [first]
    until(lambda: not state().neighbors.is_running)
    assert state().neighbors.answer.inputs.tolist() == [first]

    # a figure of the map, and a picture of the window
    figure, picture = tmp_path / "map.pdf", tmp_path / "window.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(figure), "PDF (*.pdf)"))
    window.actions_.action("file.save-map").trigger()
    dialog = window.findChild(ExportDialog)
    next(one for one in dialog.findChildren(QPushButton) if one.text() == "Export…").click()
    until(lambda: "map.pdf" in window.status.message)
    assert figure.read_bytes()[:5] == b"%PDF-"
    used = "PNG, 1 times the size (*.png)"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(picture), used))
    window.actions_.action("file.save-window").trigger()
    until(lambda: "window.png" in window.status.message)
    image = QImage(str(picture))
    assert image.size() == window.size()
    ground = count_near(image, window.theme.color("map"), 1)
    assert 1000 < ground < 0.95 * image.width() * image.height()

    # the neighbors as a table
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "near"), "CSV (*.csv)")
    )
    window.actions_.action("file.export-neighbors").trigger()
    until((tmp_path / "near.csv").exists)
    until(lambda: "near.csv" in window.status.message)
    with (tmp_path / "near.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert len(table) == 10
    assert [
        int(line["index"]) for line in table
    ] == state().neighbors.answer.ranked.indices.tolist()

    # an analogy in another space
    window.actions_.action("file.sample-words").trigger()
    until(lambda: state().space is not None and state().space.name == "words")
    until(lambda: state().projection is not None)
    window.shell.show_tab("Analogy")
    for field, text in zip(window.analogy.fields, ("man", "king", "woman"), strict=True):
        field.setText(text)
    window.analogy.fields[2].returnPressed.emit()
    until(lambda: state().analogy is not None and state().analogy.answer is not None)
    assert window.analogy.findChildren(RankedList)[0].model().rows[0].text == "queen"
    assert [arrow.is_predicted for arrow in view.marks.arrows] == [False, True]

    window.end()


def test_a_projection_can_be_cancelled_and_kept(window: MainWindow, qtbot: QtBot) -> None:
    services = window.services
    services.library.open_sample("words")
    qtbot.waitUntil(lambda: services.store.state.projection is not None, timeout=LONG)
    first = services.store.state.active_projection
    strip = window.findChild(LiveStrip)

    def begin() -> None:
        window.actions_.action("map.tsne").trigger()
        qtbot.waitUntil(
            lambda: (
                services.store.state.live is not None
                and services.store.state.live.coords is not None
            ),
            timeout=LONG,
        )
        assert strip.isVisible()

    begin()
    strip.cancel_requested.emit()
    qtbot.waitUntil(lambda: services.store.state.live is None, timeout=LONG)
    assert not strip.isVisible()
    assert services.store.state.active_projection == first
    begin()
    frame = services.store.state.live.coords.copy()
    strip.keep_requested.emit()
    kept = services.store.state.projection
    assert kept.method == "tsne"
    assert kept.coords.shape == frame.shape
    assert kept.notes == ("Stopped by hand before the method had finished.",)
    assert services.store.state.problems == ()
