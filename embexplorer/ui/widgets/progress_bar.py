"""A thin bar that never moves backwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QProgressBar, QSizePolicy

from embexplorer.ui.widgets.naming import name_widget
from embexplorer.ui.widgets.painting import draw_bar

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QPaintEvent, QShowEvent
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

STEPS = 1000
THICKNESS = 0.25  # em
PIECE = 0.3  # of the width, while the end is not known
FRAME_MS = 40
FRAMES = 50  # of one way along the bar


class ProgressBar(QProgressBar):
    """Progress from 0 to 1; a piece moves along while the end is not known."""

    def __init__(self, theme: Theme, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self._theme = theme
        self._frame = 0
        self._clock = QTimer(self)
        self._clock.setInterval(FRAME_MS)
        self._clock.timeout.connect(self._on_tick)
        name_widget(self, name)
        self.setTextVisible(False)
        self.setRange(0, STEPS)
        self.setValue(0)
        self.setFixedHeight(theme.px(THICKNESS))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def is_endless(self) -> bool:
        """Whether the end is not known."""
        return self.maximum() == 0

    def show_fraction(self, fraction: float | None) -> None:
        """Show how far it is, 0..1, unless it was further already; None where nobody knows."""
        if fraction is None:
            if not self.is_endless and self.value() <= 0:
                self._put(0, 0)
        else:
            before = 0 if self.is_endless else self.value()
            self._put(STEPS, max(before, round(STEPS * min(1.0, max(0.0, fraction)))))
        self._run_clock()

    def restart(self) -> None:
        """Begin again at 0, for another task."""
        self._put(STEPS, 0)
        self._run_clock()

    def _put(self, maximum: int, value: int) -> None:
        # Qt would paint at once, and with the bar all of the window that waits to be painted.
        self.setUpdatesEnabled(False)
        self.setRange(0, maximum)
        self.setValue(value)
        self.setUpdatesEnabled(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bar."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        draw_bar(painter, rect, self._theme.color("press"))
        if self.is_endless:
            width = rect.width() * PIECE
            way = 1 - abs(1 - self._frame / FRAMES)  # there and back again
            rect = QRectF((rect.width() - width) * way, 0, width, rect.height())
        else:
            rect.setWidth(rect.width() * self.value() / STEPS)
        draw_bar(painter, rect, self._theme.color("accent"))
        painter.end()

    def showEvent(self, event: QShowEvent) -> None:
        """Move only while it is seen."""
        super().showEvent(event)
        self._run_clock()

    def hideEvent(self, event: QHideEvent) -> None:
        """Move only while it is seen."""
        super().hideEvent(event)
        self._clock.stop()

    def _run_clock(self) -> None:
        if not (self.is_endless and self.isVisible()):
            self._clock.stop()
        elif not self._clock.isActive():
            self._clock.start()

    def _on_tick(self) -> None:
        self._frame = (self._frame + 1) % (2 * FRAMES)
        self.update()
