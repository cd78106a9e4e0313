"""How far a running projection is, in a strip between toolbar and map that covers nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from embexplorer.ui.widgets.buttons import ToolButton
from embexplorer.ui.widgets.columns import row
from embexplorer.ui.widgets.labels import label, rule
from embexplorer.ui.widgets.naming import name_widget
from embexplorer.ui.widgets.progress_bar import ProgressBar

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from embexplorer.ui.theme import Theme

HEIGHT = 2.5  # em
NOTE_FROM = 40  # em of width
WORDS_FROM = 32
TIME_FROM = 26
PAUSE = "Pause  Space\nWait here; the map can be looked at meanwhile."
RESUME = "Resume  Space\nGo on from here."


@dataclass(frozen=True, slots=True)
class LiveView:
    """A running projection.

    Parameters
    ----------
    title
        ``UMAP, epoch 140 of 500``.
    fraction
        0..1; None where the end is not known.
    time_left
        ``18 s left``.
    note
        ``Neighbors kept 0.47``.
    is_paused
        Whether it waits.
    """

    title: str
    fraction: float | None = None
    time_left: str = ""
    note: str = ""
    is_paused: bool = False


class LiveStrip(QWidget):
    """A strip under the map's toolbar.

    Signals
    -------
    pause_requested()
        Wait here, or go on.
    keep_requested()
        Stop here and keep this map.
    cancel_requested()
        Go back to the map before.
    """

    pause_requested = Signal()
    keep_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        name_widget(self, "Running projection")
        self.setProperty("kind", "strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(theme.px(HEIGHT))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._title = label(self, kind="strong")
        self._bar = ProgressBar(theme, self, "Progress of the projection")
        self._time_left = label(self, kind="caption")
        self._note_rule = rule(self, vertical=True)
        self._note = label(self, kind="caption")
        self._pause = ToolButton(theme, self, "pause", PAUSE, text="Pause")
        self._is_paused = False
        self._keep = ToolButton(
            theme,
            self,
            "check",
            "Keep as is  Enter\nStop here and keep this map.",
            text="Keep as is",
        )
        self._cancel = ToolButton(
            theme, self, "close", "Cancel  Esc\nGo back to the map before.", text="Cancel"
        )
        line = row(theme, self._title, gap=0.625)
        line.addWidget(self._bar, 1)
        for widget in (self._time_left, self._note_rule, self._note, *self._buttons):
            line.addWidget(widget)
        line.setContentsMargins(theme.px(0.875), 0, theme.px(0.375), 0)
        self.setLayout(line)
        self._note_rule.setFixedHeight(theme.px(1.25))
        self._pause.clicked.connect(self.pause_requested)
        self._keep.clicked.connect(self.keep_requested)
        self._cancel.clicked.connect(self.cancel_requested)

    @property
    def _buttons(self) -> tuple[ToolButton, ...]:
        return self._pause, self._keep, self._cancel

    @property
    def bar(self) -> ProgressBar:
        """The bar."""
        return self._bar

    def show_view(self, view: LiveView) -> None:
        """Show how far the projection is."""
        self._title.setText(view.title)
        self._bar.show_fraction(view.fraction)
        self._time_left.setText(view.time_left)
        self._note.setText(view.note)
        self._show_paused(view.is_paused)
        self._choose_parts()

    def _show_paused(self, is_paused: bool) -> None:
        if is_paused == self._is_paused:
            return
        self._is_paused = is_paused
        word, tip = ("Resume", RESUME) if is_paused else ("Pause", PAUSE)
        self._pause.show_icon("play" if is_paused else "pause")
        self._pause.setText(word)
        self._pause.setAccessibleName(word)
        self._pause.setToolTip(tip)

    def restart(self) -> None:
        """Begin at 0, for another projection."""
        self._bar.restart()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what has no room."""
        super().resizeEvent(event)
        self._choose_parts()

    def _choose_parts(self) -> None:
        width = self.width() / self._theme.em
        has_note = width >= NOTE_FROM and bool(self._note.text())
        self._note.setVisible(has_note)
        self._note_rule.setVisible(has_note)
        self._time_left.setVisible(width >= TIME_FROM)
        style = (
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon
            if width >= WORDS_FROM
            else Qt.ToolButtonStyle.ToolButtonIconOnly
        )
        for button in self._buttons:
            button.setToolButtonStyle(style)
