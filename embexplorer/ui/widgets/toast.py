"""What went wrong and what to do next, on a card at the bottom right of the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QGuiApplication
from PySide6.QtWidgets import QLabel

from embexplorer.ui.widgets.buttons import Button, ToolButton
from embexplorer.ui.widgets.columns import row
from embexplorer.ui.widgets.labels import label, set_kind
from embexplorer.ui.widgets.naming import name_widget
from embexplorer.ui.widgets.overlay import Overlay

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

WIDTH = 30  # em
NOTICE_MS = 6000


@dataclass(frozen=True, slots=True)
class ToastMessage:
    """A message.

    Parameters
    ----------
    title
        What is wrong, at most six words.
    detail
        Which file, row or value, and what still stands.
    hint
        The next step.
    action
        Words of a button that takes this step; empty for none.
    details
        More to copy than is shown, such as a traceback.
    is_error
        An error stays until it is dismissed; a notice leaves after six seconds.
    stays
        Whether a notice waits for an answer.
    """

    title: str
    detail: str = ""
    hint: str = ""
    action: str = ""
    details: str = ""
    is_error: bool = True
    stays: bool = False

    @property
    def copied(self) -> str:
        """Everything there is, as plain text."""
        parts = (self.title, self.detail, self.hint, self.details)
        return "\n".join(part for part in parts if part)


class Toast(Overlay):
    """One message at a time; the others wait.

    Signals
    -------
    action_requested(object)
        The action of this `ToastMessage` was chosen; the message is gone.
    dismissed(object)
        This `ToastMessage` was dismissed, or its time was over.
    """

    action_requested = Signal(object)
    dismissed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, "error")
        self._waiting: list[ToastMessage] = []
        self._message: ToastMessage | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(NOTICE_MS)
        self._timer.timeout.connect(self.dismiss)
        name_widget(self, "Message")
        self._icon = QLabel(self)
        self._title = label(self, kind="strong", wrap=True)
        self._waits = label(self, kind="caption")
        self._close = ToolButton(theme, self, "close", "Dismiss  Esc")
        self._detail = label(self, wrap=True)
        self._hint = label(self, kind="caption", wrap=True)
        self._action = Button(theme, self, "Action")
        self._copy = Button(theme, self, "Copy details")
        self._lay_out()
        self._close.clicked.connect(self.dismiss)
        self._action.clicked.connect(self._on_action)
        self._copy.clicked.connect(self._on_copy)
        theme.changed.connect(self._renew_icon)
        self.anchor(Qt.Corner.BottomRightCorner)

    @property
    def message(self) -> ToastMessage | None:
        """The message that is shown."""
        return self._message

    def show_message(self, message: ToastMessage) -> None:
        """Show a message, or let it wait for the one that is shown."""
        if message == self._message or message in self._waiting:
            return
        if self._message is None:
            self._show(message)
        else:
            self._waiting.append(message)
            self._show_waiting()

    def dismiss(self) -> None:
        """Take the message away; the next one follows."""
        message = self._message
        if message is not None:
            self._next()
            self.dismissed.emit(message)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Dismiss on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def parent_resized(self) -> None:
        """Stay inside the map."""
        self._fit_width()

    def _lay_out(self) -> None:
        theme = self.theme
        head = row(theme, self._icon, gap=0.5)
        head.addWidget(self._title, 1)
        head.addWidget(self._waits)
        head.addWidget(self._close)
        self.body.addLayout(head)
        self.body.addWidget(self._detail)
        self.body.addWidget(self._hint)
        self.body.addSpacing(theme.px(0.25))
        self.body.addLayout(row(theme, self._action, self._copy, None, gap=0.5))

    def _show(self, message: ToastMessage) -> None:
        self._message = message
        set_kind(self, "error" if message.is_error else "card")
        self._renew_icon()
        self._title.setText(message.title)
        self._detail.setText(message.detail)
        self._detail.setVisible(bool(message.detail))
        self._hint.setText(message.hint)
        self._hint.setVisible(bool(message.hint))
        self._action.show_text(message.action)
        self._action.setVisible(bool(message.action))
        self._copy.setVisible(message.is_error)
        self._show_waiting()
        self.setAccessibleName(message.title)
        self.setAccessibleDescription(f"{message.detail} {message.hint}".strip())
        self._fit_width()
        self.show()
        if not (message.is_error or message.stays):
            self._timer.start()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _show_waiting(self) -> None:
        n_waiting = len(self._waiting)
        self._waits.setText(f"{n_waiting} more")
        self._waits.setVisible(n_waiting > 0)

    def _next(self) -> None:
        self._timer.stop()
        self._message = None
        if self._waiting:
            self._show(self._waiting.pop(0))
        else:
            self.hide()

    def _fit_width(self) -> None:
        room = self.host.width() - 2 * self.inset
        self.setFixedWidth(max(1, min(self.theme.px(WIDTH), room)))
        self.fit()

    def _renew_icon(self) -> None:
        is_error = self._message is None or self._message.is_error
        name, color = ("warning", "danger") if is_error else ("info", "accent_text")
        self._icon.setPixmap(self.theme.pixmap(name, color))

    def _on_action(self) -> None:
        message = self._message
        self._next()
        self.action_requested.emit(message)

    def _on_copy(self) -> None:
        if self._message is not None:
            QGuiApplication.clipboard().setText(self._message.copied)
