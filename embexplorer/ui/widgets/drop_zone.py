"""Where files may be dropped: the invitation of the first run, and the strip of the library."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QFrame, QLabel

from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.labels import ElidedLabel, label, set_kind
from embexplorer.ui.widgets.naming import name_widget
from embexplorer.ui.widgets.painting import NO_PEN, Painted

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

BIG_TITLE = "Drop a corpus or a vector file"
SMALL_TITLE = "Drop a corpus or vectors"
CAPTION = (
    "Text, CSV, JSONL, Parquet, or a folder of documents\nword2vec, GloVe, fastText .vec, NumPy"
)
DASHES = (4.0, 3.5)
CLOUD = (  # center, spread, points, category of each group
    ((0.36, 0.62), 0.035, 60, 0),
    ((0.50, 0.35), 0.045, 80, 2),
    ((0.60, 0.70), 0.030, 50, 1),
    ((0.46, 0.75), 0.020, 24, 3),
    ((0.66, 0.42), 0.020, 30, 5),
)
CLOUD_SEED = 8
CLOUD_ALPHA = 190
CLOUD_ASPECT = 1.45
CLOUD_HEIGHT = 6.5  # em
CLOUD_RADIUS = 0.165


class DropZone(QFrame):
    """A dashed field. The window takes the files; the field shows what will happen to them.

    Parameters
    ----------
    is_big
        Whether it is the invitation in the middle of an empty window.

    Signals
    -------
    open_requested()
        The person wants to choose files.
    sample_requested()
        The person wants to try the sample; only a big field offers it.
    """

    open_requested = Signal()
    sample_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget, *, is_big: bool = False) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_big = is_big
        self._hover: str | None = None
        name_widget(self, "Drop files here")
        if is_big:
            self._build_big()
        else:
            self._build_small()
        theme.changed.connect(self._on_theme_changed)

    @property
    def hover(self) -> str | None:
        """What will happen to the file that hovers over the window."""
        return self._hover

    def set_hover(self, text: str | None) -> None:
        """Light up and say what will happen to a file, or None when it has left."""
        self._hover = text
        self._show_title()
        self.setAccessibleDescription(text or "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the dashes."""
        theme = self._theme
        is_hovered = self._hover is not None
        width = 2.0 if is_hovered else 1.2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.color("accent" if is_hovered else "control"), width)
        pen.setDashPattern(DASHES)
        painter.setPen(pen)
        painter.setBrush(theme.color("accent_soft") if is_hovered else Qt.BrushStyle.NoBrush)
        radius = theme.em * (0.75 if self._is_big else 0.4)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
        painter.end()

    def _build_big(self) -> None:
        theme = self._theme
        art = _Cloud(theme, self)
        title = label(self, BIG_TITLE, "display")
        caption = label(self, CAPTION, "caption")
        for text in (title, caption):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title: QLabel = title
        start = Button(theme, self, "Open files…", kind="primary", tip="Open files  Ctrl+O")
        start.setDefault(True)
        sample = Button(theme, self, "Try the sample")
        start.clicked.connect(self.open_requested)
        sample.clicked.connect(self.sample_requested)
        box = column(theme, art, title, caption)
        box.addSpacing(theme.px(0.75))
        box.addLayout(row(theme, None, start, sample, None, gap=0.5))
        margin = theme.px(2.5)
        box.setContentsMargins(margin, margin, margin, margin)
        self.setLayout(box)

    def _build_small(self) -> None:
        theme = self._theme
        self._icon = QLabel(self)
        title = ElidedLabel(self, SMALL_TITLE, "caption")
        self._title = title
        start = Button(theme, self, "Open…", kind="link", tip="Open files  Ctrl+O")
        start.clicked.connect(self.open_requested)
        line = row(theme, self._icon, gap=0.5)
        line.addWidget(title, 1)
        line.addWidget(start)
        side = theme.px(0.5)
        line.setContentsMargins(side, side, side, side)
        self.setLayout(line)
        self._show_title()

    def _show_title(self) -> None:
        if isinstance(self._title, ElidedLabel):
            self._title.show_text(self._hover or SMALL_TITLE)
            set_kind(self._title, "caption" if self._hover is None else "strong")
            color = "muted" if self._hover is None else "accent_text"
            self._icon.setPixmap(self._theme.pixmap("drop", color))
        else:
            self._title.setText(self._hover or BIG_TITLE)

    def _on_theme_changed(self) -> None:
        self._show_title()
        self.update()


class _Cloud(Painted):
    """A small picture of what the window will show."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, "A map of points in five groups")
        rng = random.Random(CLOUD_SEED)
        points = [
            (rng.gauss(center[0], spread), rng.gauss(center[1], spread), category)
            for center, spread, n, category in CLOUD
            for _ in range(n)
        ]
        left, right = min(x for x, _, _ in points), max(x for x, _, _ in points)
        top, bottom = min(y for _, y, _ in points), max(y for _, y, _ in points)
        self._points = [
            ((x - left) / (right - left), (y - top) / (bottom - top), category)
            for x, y, category in points
        ]
        self.setFixedHeight(theme.px(CLOUD_HEIGHT))

    def paint(self, painter: QPainter) -> None:
        """Paint the points."""
        radius = self.theme.em * CLOUD_RADIUS
        height = self.height() - 4 * radius
        middle = self.width() / 2
        painter.setPen(NO_PEN)
        for x, y, category in self._points:
            color = self.theme.category(category)
            color.setAlpha(CLOUD_ALPHA)
            painter.setBrush(color)
            place = QPointF(middle + (x - 0.5) * height * CLOUD_ASPECT, 2 * radius + y * height)
            painter.drawEllipse(place, radius, radius)
