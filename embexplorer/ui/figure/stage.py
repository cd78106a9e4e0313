"""The map of the window a second time, off the screen, at the size and in the theme of a figure."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontInfo, QFontMetricsF, QTransform
from PySide6.QtWidgets import QApplication, QFrame, QStyleOptionGraphicsItem, QWidget

from embexplorer.app.appearance import coloring_of
from embexplorer.app.presenters.repeating import caption_of_map
from embexplorer.app.store import Store
from embexplorer.ui.figure.legend import LegendPainter
from embexplorer.ui.figure.meaning import legend_of
from embexplorer.ui.figure.spec import POINT
from embexplorer.ui.panels.map import MapPanel
from embexplorer.ui.theme import Theme
from embexplorer.ui.widgets.overlay import Overlay
from embexplorer.ui.widgets.painting import break_lines, draw_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPainter

    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.ui.figure.spec import FigureSpec
    from embexplorer.ui.scatter.halo_text import Writer
    from embexplorer.ui.scatter.map_view import MapView

    Points = Callable[[QPainter], None]

CAPTION_LINES = 3
CAPTION_GAP = 0.35  # em


class FigureTheme(Theme):
    """The colors and fonts of a figure; never applied to the application."""

    def __init__(self, mode: str, *, transparent: bool = False) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        super().__init__(app, mode)  # type: ignore[arg-type]  # light or dark
        self._is_transparent = transparent

    @property
    def body_pixels(self) -> float:
        """Size of normal text in logical pixels."""
        return float(QFontInfo(self.font()).pixelSize())

    def color(self, name: str, alpha: int | None = None) -> QColor:
        """Return the color of a token; that of the map has no ground when it is transparent."""
        is_ground = name == "map" and self._is_transparent
        return super().color(name, 0 if is_ground else alpha)


class FigureStage:
    """What a figure shows, for any number of files and previews of one spec.

    Parameters
    ----------
    services
        Of the window.
    spec
        Size, theme, and what is shown.
    live
        The map of the window, whose place is shown where the person has chosen one.

    Attributes
    ----------
    width, height
        Of the figure in logical pixels, in which everything is painted.
    """

    def __init__(self, services: Services, spec: FigureSpec, live: MapView | None = None) -> None:
        self.spec = spec.checked()
        self._theme = FigureTheme(spec.theme, transparent=spec.transparent)
        unit = spec.font_pt * POINT / self._theme.body_pixels  # mm of a logical pixel
        self.width, self.height = spec.width_mm / unit, spec.height_mm / unit
        state = services.store.state
        self._caption = self._caption_lines(state, services) if spec.caption else []
        line = QFontMetricsF(self._theme.font("caption")).height()
        below = len(self._caption) * line + (
            2 * CAPTION_GAP * self._theme.em if self._caption else 0
        )
        self._map = QRectF(0, 0, self.width, max(1.0, self.height - below))
        self._holder = QWidget()
        # A snapshot: nothing that happens meanwhile reaches a figure that is being drawn.
        self._panel = MapPanel(
            self._theme, dataclasses.replace(services, store=Store(state)), self._holder
        )
        self._legend = self._make_legend(state) if spec.legend else None
        self._lay_out(live)

    @property
    def view(self) -> MapView:
        """The map."""
        return self._panel.view

    @property
    def map_area(self) -> QRectF:
        """Where the map lies, in logical pixels."""
        return self._map

    def close(self) -> None:
        """End its timers and threads, and delete it."""
        self.view.scatter.close()
        self._panel.layers.pictures.close()
        self._holder.close()
        self._holder.deleteLater()
        self._theme.deleteLater()

    def paint(
        self,
        painter: QPainter,
        to_device: QTransform,
        *,
        points: Points | None = None,
        writer: Writer | None = None,
    ) -> None:
        """Paint the figure.

        Parameters
        ----------
        painter
            On any device.
        to_device
            From logical pixels to its units.
        points
            Paints the points, in logical pixels; None paints the exact pixels of the device.
        writer
            Draws text with a halo.
        """
        painter.setTransform(to_device)
        if not self.spec.transparent:
            whole = QRectF(0, 0, self.width, self.height)
            painter.fillRect(whole, self._theme.color("map"))
        view = self.view
        view.scatter.stand_in = None if points is None else _placed(points, to_device)
        try:
            view.draw(painter, writer=writer)
        finally:
            view.scatter.stand_in = None
        painter.setTransform(to_device)
        painter.setClipping(False)
        if self._legend is not None:
            self._legend.paint(painter, has_ground=not self.spec.transparent)
        self._paint_caption(painter)

    def paint_points(self, painter: QPainter, to_device: QTransform) -> None:
        """Paint the points alone, exactly."""
        scatter = self.view.scatter
        scatter.getViewBox().childTransform()  # pyqtgraph works out a new place when asked
        painter.setTransform(scatter.sceneTransform() * to_device)
        scatter.paint(painter, QStyleOptionGraphicsItem())

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self, live: MapView | None) -> None:
        """Give the map its size, and the legend its room, and show what the window shows."""
        panel, view = self._panel, self._panel.view
        self._holder.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        view.setParent(self._holder)  # the panel around it is not for paper
        panel.legend.setParent(self._holder)  # the window's legend, which is a widget
        panel.legend.hide()
        panel.card.hide()
        size = self._map.size().toSize()
        view.setFixedSize(size)
        view.move(0, 0)
        panel.hide()
        self._holder.resize(size)
        self._holder.show()
        if self._legend is not None:
            cover = _Cover(self._theme, view, self._legend.rect)
            cover.show()
            margin = self._legend.rect.right() + 0.5 * self._theme.em
            view.set_left_margin(margin if margin < 0.6 * self._map.width() else 0.0)
        view.flies = False
        if live is not None and live.is_held:
            view.set_camera(live.camera())
        else:
            view.fit()
        layers = panel.layers
        layers.edges.is_moving = layers.sequences.is_moving = False  # every line, at once
        if not self.spec.labels:
            layers.without_names()
            view.set_marks(dataclasses.replace(view.marks, names=()))

    def _make_legend(self, state: State) -> LegendPainter | None:
        if state.space is None:
            return None
        coloring = coloring_of(state.space, state.style.color_by, state.style)
        legend = legend_of(state.space, coloring, state.style, self._theme, state.hidden)
        return None if legend is None else LegendPainter(self._theme, legend, self._map)

    def _caption_lines(self, state: State, services: Services) -> list[str]:
        text = caption_of_map(state, services.context)
        if not text:
            return []
        font = self._theme.font("caption")
        return break_lines(text, font, self.width - self._theme.em, CAPTION_LINES)

    def _paint_caption(self, painter: QPainter) -> None:
        font, em = self._theme.font("caption"), self._theme.em
        line = QFontMetricsF(font).height()
        top = self._map.bottom() + CAPTION_GAP * em
        for number, text in enumerate(self._caption):
            place = QRectF(0.5 * em, top + number * line, self.width - em, line)
            muted = self._theme.color("muted")
            draw_text(painter, place, text, font, muted, Qt.AlignmentFlag.AlignCenter)


class _Cover(Overlay):
    """Keeps names from where the legend of the figure lies."""

    def __init__(self, theme: Theme, view: QWidget, rect: QRectF) -> None:
        super().__init__(theme, view)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setGeometry(rect.toAlignedRect())


def _placed(points: Points, to_device: QTransform) -> Points:
    """Return what paints the points with the painter in logical pixels of the figure."""

    def paint(painter: QPainter) -> None:
        painter.setTransform(to_device)
        points(painter)

    return paint
