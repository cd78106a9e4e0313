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
    """

    title: str
    fraction: float | None = None
    time_left: str = ""
    note: str = ""


class LiveStrip(QWidget):
    """A strip under the map's toolbar.

    Signals
    -------
    keep_requested()
        Stop here and keep this map.
    cancel_requested()
        Go back to the map before.
    """

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
        for widget in (self._time_left, self._note_rule, self._note, self._keep, self._cancel):
            line.addWidget(widget)
        line.setContentsMargins(theme.px(0.875), 0, theme.px(0.375), 0)
        self.setLayout(line)
        self._note_rule.setFixedHeight(theme.px(1.25))
        self._keep.clicked.connect(self.keep_requested)
        self._cancel.clicked.connect(self.cancel_requested)

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
        self._choose_parts()

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
        self._keep.setToolButtonStyle(style)
        self._cancel.setToolButtonStyle(style)
