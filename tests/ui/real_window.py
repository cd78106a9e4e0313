"""The real window in a test: opened, filled with a small space, looked at, and ended."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from embexplorer.app.services import inline_lanes
from embexplorer.core.space import Space, make_space, make_table
from embexplorer.operations.keep import on_disk
from embexplorer.storage.settings import load_settings, save_settings
from embexplorer.ui.application import make_application
from embexplorer.ui.running import make_window

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtGui import QColor, QImage
    from PySide6.QtWidgets import QWidget

    from embexplorer.jobs.events import Event
    from embexplorer.ui.main_window import MainWindow

NO_KEY = Qt.KeyboardModifier.NoModifier


def open_window(
    width: int | None = None, height: int | None = None, theme: str | None = "light"
) -> MainWindow:
    """Show a window whose lanes run at once.

    PCA is its only map until another is asked for, and the encoder is the one without a model.
    Without a size or a theme it is as the settings remember it.
    """
    remembered = dataclasses.replace(load_settings(), method="pca", encoder="hashing")
    save_settings(remembered if theme is None else dataclasses.replace(remembered, theme=theme))
    made = make_window(make_application(), inline_lanes(), post_at_once)
    if width is not None and height is not None:
        made.resize(width, height)
    made.show()
    settle()
    return made


def close_window(window: MainWindow) -> None:
    """End a window as the application does, and see that nothing of it is left."""
    if not isValid(window):
        return
    window.end()
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


def pixel_of(window: MainWindow, row: int) -> QPoint:
    """Return where an item is on the map."""
    x, y = window.map.view.to_pixels([row])[0]
    return QPoint(round(x), round(y))


def click_item(window: MainWindow, row: int, modifiers: Qt.KeyboardModifier = NO_KEY) -> None:
    """Click an item on the map."""
    click_at(window, pixel_of(window, row), modifiers)


def click_at(window: MainWindow, at: QPoint, modifiers: Qt.KeyboardModifier = NO_KEY) -> None:
    """Click a place on the map."""
    QTest.mouseClick(window.map.view.viewport(), Qt.MouseButton.LeftButton, modifiers, at)
    settle()


def selected_rows(window: MainWindow) -> list[int]:
    """Return the selected rows."""
    return window.selection()


def count_near(image: QImage, color: QColor, tolerance: int = 24) -> int:
    """Return how many pixels of a picture have a color, nearly."""
    plain = image.convertToFormat(image.Format.Format_RGB32)
    pixels = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.width(), 4)
    wanted = np.array([color.blue(), color.green(), color.red()], np.int16)
    distance = np.abs(pixels[..., :3].astype(np.int16) - wanted).max(axis=2)
    return int((distance <= tolerance).sum())


def files(*paths: Path) -> QMimeData:
    """Return what a drag of these files carries."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def drag(window: QWidget, mime: QMimeData) -> bool:
    """Drag something over a window, and return whether it would take it."""
    event = QDragEnterEvent(
        window.rect().center(),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window, event)
    return event.isAccepted()


def drop(window: QWidget, mime: QMimeData) -> bool:
    """Drop something on a window, as it comes from outside, and return whether it was taken."""
    drag(window, mime)
    event = QDropEvent(
        QPointF(window.rect().center()),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.setAccepted(False)
    QApplication.sendEvent(window, event)
    is_taken = event.isAccepted()
    settle()
    return is_taken
