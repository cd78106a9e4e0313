"""The dialog that says what it means to trust a file, and lets a person do so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.labels import label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from embexplorer.core.errors import UntrustedError
    from embexplorer.ui.theme import Theme

# em
WIDTH, MARGIN = 34, 1.0
MEANING = (
    "To open it, what it holds must run. It can then do anything that you can do on this computer: "
    "read, change and delete your files, and use the network. That it runs in a process of its own "
    "bounds its memory and its time, and nothing else."
)
HOW_LONG = (
    "Trust it only where you know who made it. The trust is for exactly this content, and ends "
    "when the file changes; the command “embexplorer trusted” lists and withdraws it."
)


class TrustDialog(QDialog):
    """Says what would run and what that means; Cancel is what Enter presses.

    Parameters
    ----------
    name
        Of the file.
    error
        Why it was refused.
    """

    def __init__(self, theme: Theme, name: str, error: UntrustedError, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("trust")
        self.setWindowTitle("Trust this file")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        trust = Button(theme, self, "Trust and open")
        trust.clicked.connect(self.accept)
        cancel = Button(theme, self, "Cancel", kind="primary")
        cancel.setDefault(True)
        cancel.clicked.connect(self.reject)
        box = column(
            theme,
            label(self, f"Let {name} run?", "title", wrap=True),
            label(self, error.detail, wrap=True),
            label(self, MEANING, wrap=True),
            label(self, HOW_LONG, wrap=True),
            label(self, f"SHA-256 {error.sha256}", "caption", wrap=True),
            row(theme, trust, None, cancel),
        )
        margin = theme.px(MARGIN)
        box.setContentsMargins(margin, margin, margin, margin)
        self.setLayout(box)
        self.setMinimumWidth(theme.px(WIDTH))
