"""The status bar: what is shown, the last message, quality and device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QSizePolicy, QStatusBar, QWidget

from embexplorer.app.presenters.status import status_view
from embexplorer.ui.widgets.columns import row
from embexplorer.ui.widgets.labels import ElidedLabel, label

if TYPE_CHECKING:
    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.ui.theme import Theme

MESSAGE_TIME = 6_000  # ms a message stays


class StatusBar(QStatusBar):
    """Three fields; a message leaves after a while."""

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setSizeGripEnabled(False)
        self._shown = label(self, "", "caption")
        self._message = ElidedLabel(self, "", "caption")
        # It takes what the figures leave, and never squeezes them.
        self._message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._quality = label(self, "", "caption")
        fields = QWidget(self)
        line = row(theme, self._shown, gap=1.25)
        line.addWidget(self._message, 1)
        line.addWidget(self._quality)
        # Of the layout: a label's own margins go when the style sheet changes.
        line.setContentsMargins(theme.px(0.5), 0, theme.px(0.625), 0)
        fields.setLayout(line)
        self.addWidget(fields, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(MESSAGE_TIME)
        self._timer.timeout.connect(self._clear)
        services.store.subscribe(self._changed)
        self._show(services.store.state)

    @property
    def shown(self) -> str:
        """How many items are shown and selected."""
        return self._shown.text()

    @property
    def message(self) -> str:
        """The message of the moment."""
        return self._message.full_text

    @property
    def message_time(self) -> int:
        """Milliseconds that a message stays."""
        return self._timer.interval()

    def say(self, message: str, time: int = MESSAGE_TIME) -> None:
        """Show a message for `time` milliseconds."""
        self._message.show_text(message)
        self._timer.start(time)

    def _changed(self, old: State, new: State) -> None:
        self._show(new)
        if new.message != old.message and new.message:
            self.say(new.message)

    def _show(self, state: State) -> None:
        view = status_view(state)
        self._shown.setText(view.shown)
        self._quality.setText(view.quality)
        self._quality.setToolTip(view.explanation)

    def _clear(self) -> None:
        self._message.show_text("")
