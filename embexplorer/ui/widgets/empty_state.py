"""What a panel says when it has nothing to show: what is missing, and how to get it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.labels import label
from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from embexplorer.ui.theme import Theme


class EmptyState(QWidget):
    """Two sentences in the middle of a panel, and a button where one can help.

    Signals
    -------
    action_requested()
        The button was clicked.
    """

    action_requested = Signal()

    def __init__(
        self, theme: Theme, parent: QWidget, title: str, detail: str, action: str = ""
    ) -> None:
        super().__init__(parent)
        name_widget(self, title)
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = label(self, title, "strong", wrap=True)
        self._detail = label(self, detail, "caption", wrap=True)
        for text in (self._title, self._detail):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box = column(theme)
        margin = theme.px(0.875)
        box.setContentsMargins(margin, margin, margin, margin)
        box.addStretch(1)
        box.addWidget(self._title)
        box.addWidget(self._detail)
        if action:
            button = Button(theme, self, action)
            button.clicked.connect(self.action_requested)
            box.addLayout(row(theme, None, button, None))
        box.addStretch(2)
        self.setLayout(box)

    def show_text(self, title: str, detail: str) -> None:
        """Say something else."""
        self._title.setText(title)
        self._detail.setText(detail)
        self.setAccessibleName(title)
