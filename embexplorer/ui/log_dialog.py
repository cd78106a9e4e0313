"""The dialog that shows the end of the log, where it lies, and copies it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout

from embexplorer.storage.log_file import last_lines, log_path, place_note
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import row
from embexplorer.ui.widgets.labels import label
from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

WIDTH, HEIGHT = 56, 32  # em
LINES = 500
EMPTY = "Nothing was logged."


class LogDialog(QDialog):
    """Stays beside the window until it is closed."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("Log")
        self.setWindowTitle("Log")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        path = log_path()
        self.place = label(self, place_note() or str(path), wrap=True)
        self.place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.lines = QPlainTextEdit("\n".join(last_lines(LINES)) or EMPTY, self)
        self.lines.setReadOnly(True)
        self.lines.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.lines.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        name_widget(self.lines, "Log")
        copy, close = Button(theme, self, "Copy the log"), Button(theme, self, "Close")
        layout = QVBoxLayout(self)
        margin = theme.px(0.875)
        layout.setContentsMargins(margin, margin, margin, margin)
        layout.setSpacing(theme.px(0.5))
        layout.addWidget(self.place)
        layout.addWidget(self.lines)
        layout.addLayout(row(theme, None, copy, close))
        self.resize(theme.px(WIDTH), theme.px(HEIGHT))
        copy.clicked.connect(self._copy)
        close.clicked.connect(self.accept)
        bar = self.lines.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.lines.toPlainText())
