"""The application object of Qt, and a window with its first page.

Nothing is imported here that the first page does not need.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QMessageLogContext,
    Qt,
    QtMsgType,
    qFormatLogMessage,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from embexplorer.ui.main_window import MainWindow
from embexplorer.ui.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from embexplorer.storage.settings import Settings

OFFSCREEN_LACKS = "This plugin does not support"  # Qt says so of each thing that needs a screen


def make_application() -> QApplication:
    """Return the application object, made once per process."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    QApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    app = QApplication(sys.argv[:1])
    app.setApplicationName("embexplorer")
    app.setDesktopFileName("embexplorer")
    if app.platformName() == "offscreen":
        _silence_offscreen()
    return app


def first_page(app: QApplication, settings: Settings) -> MainWindow:
    """Return a window with its first page; `running.furnish` brings the rest."""
    theme = Theme(app, settings.theme)  # type: ignore[arg-type]  # checked where they are read
    theme.apply()
    app.setWindowIcon(theme.app_icon())
    return MainWindow(theme, settings)


def log_messages() -> None:
    """Let what Qt says go to our log too."""
    log = logging.getLogger("embexplorer.qt")
    levels = {QtMsgType.QtDebugMsg: logging.DEBUG, QtMsgType.QtInfoMsg: logging.INFO}
    before: Callable[..., None] | None = None

    def tell(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        log.log(levels.get(kind, logging.WARNING), text)
        if before is not None:
            before(kind, context, text)
        else:
            sys.stderr.write(f"{qFormatLogMessage(kind, context, text)}\n")

    before = qInstallMessageHandler(tell)


def _silence_offscreen() -> None:
    """Keep from standard error what a picture needs no window system for."""
    before: Callable[..., None] | None = None

    def tell(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if text.startswith(OFFSCREEN_LACKS):
            return
        if before is not None:
            before(kind, context, text)
        else:
            sys.stderr.write(f"{qFormatLogMessage(kind, context, text)}\n")

    before = qInstallMessageHandler(tell)
