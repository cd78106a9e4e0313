"""A real application and its theme, whose files go to a temporary folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import delete, isValid

from embexplorer.app.services import inline_lanes
from embexplorer.core.space import Space, make_space, make_table
from embexplorer.operations.keep import on_disk
from embexplorer.ui.application import end, make_application, make_window
from embexplorer.ui.scatter.kernel_loading import load_kernels
from embexplorer.ui.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from embexplorer.jobs.events import Event
    from embexplorer.ui.main_window import MainWindow


@pytest.fixture(scope="session")
def glyph_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("glyph-cache")


@pytest.fixture
def theme(
    qapp: QApplication, glyph_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Theme]:
    monkeypatch.setenv("EMBEXPLORER_CACHE", str(glyph_cache))
    made = Theme(qapp, "light")
    made.apply()
    yield made
    delete(made)


@pytest.fixture
def window(theme: Theme) -> Iterator[QWidget]:
    """A window to put widgets into, gone at the end of the test."""
    made = QWidget()
    yield made
    made.close()
    delete(made)


@pytest.fixture(scope="session")
def loaded_kernels() -> None:
    """The map's kernels, loaded once."""
    load_kernels()


@pytest.fixture
def main_window(
    qtbot: QtBot, loaded_kernels: None, glyph_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MainWindow]:
    """The real window with real services, all work done at once in the test's thread."""
    made = open_window()
    yield made
    close_window(made)


@pytest.fixture
def topics() -> Space:
    """Return sixty items in three groups, with a category, a number and a longer text each."""
    return make_topics()


def open_window(width: int = 1440, height: int = 900) -> MainWindow:
    """Show a window whose lanes run at once; PCA is its only map until another is asked for."""
    made = make_window(make_application(), inline_lanes(), post_at_once)
    made.services.remembered.hold(method="pca", theme="light")
    made.theme.set_mode("light")
    made.resize(width, height)
    made.show()
    settle()
    return made


def close_window(window: MainWindow) -> None:
    """End a window as the application does, and see that nothing of it is left."""
    if not isValid(window):
        return
    end(window)
    settle()
    assert not isValid(window)
    assert not [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]


def settle(rounds: int = 4) -> None:
    """Let layouts, repaints and deletions happen."""
    for _ in range(rounds):
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def post_at_once(handle: Callable[[Event], None], event: Event) -> None:
    """Handle an event of a job where it arises."""
    handle(event)


def make_topics(name: str = "topics", seed: int = 0) -> Space:
    """Make sixty items in three groups, as `topics`."""
    rng = np.random.default_rng(seed)
    counts = {"art": 30, "bread": 20, "chess": 10}
    centers = {"art": (5, 0, 0), "bread": (0, 5, 0), "chess": (0, 0, 5)}
    rows, items, kinds = [], [], []
    for kind, n in counts.items():
        rows.append(rng.normal(centers[kind], 0.6, (n, 3)))
        items += [f"{kind} {k}" for k in range(n)]
        kinds += [kind] * n
    table = make_table(
        items,
        {
            "text": [f"A longer text about {item}." for item in items],
            "kind": kinds,
            "size": [float(k) for k in range(60)],
        },
    )
    return make_space(np.concatenate(rows).astype(np.float32), table, name=name)


def show_space(window: MainWindow, space: Space) -> None:
    """Put a space into a window."""
    window.services.library.add(on_disk(space, window.services.context))
    settle()
