"""The answer of a bias probe as a picture: range, what chance gives, bars, and how it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QRectF, QSizeF
from PySide6.QtGui import QFontMetricsF, QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from embexplorer.ui.figure.stage import FigureTheme
from embexplorer.ui.figure.svg import png_bytes
from embexplorer.ui.figure.write import PDF_DPI, PROGRAM, Drawn
from embexplorer.ui.widgets.interval import HEIGHT as RANGE
from embexplorer.ui.widgets.interval import IntervalView, paint_interval
from embexplorer.ui.widgets.null_picture import HEIGHT as NULL
from embexplorer.ui.widgets.null_picture import NullPictureView, paint_null
from embexplorer.ui.widgets.painting import break_lines, draw_text
from embexplorer.ui.widgets.score_bars import (
    HEAD,
    ROW,
    ScoreRow,
    ScoreScale,
    paint_score,
    paint_sides,
)
from embexplorer.ui.widgets.set_marker import draw_set_marker

if TYPE_CHECKING:
    from embexplorer.app.presenters.bias_view import BiasView
    from embexplorer.core.probe_results import ProbeResult

PICTURES = (".png", ".svg", ".pdf")
WIDTH = 32.0  # em
WIDTH_MM = 120.0
MARGIN = 1.0
GAP = 0.625
LINE = 1.125
PNG_SCALE = 4.0  # pixels for a logical pixel: about 300 dpi at 120 mm
MOST_LINES = 40  # of a paragraph


def draw_bias(view: BiasView, answer: ProbeResult, kind: str) -> Drawn:
    """Paint an answer, in light colors, for a ``png``, ``svg`` or ``pdf`` file."""
    picture = _Picture(view, answer)
    try:
        content = {"png": _png, "svg": _svg, "pdf": _pdf}[kind](picture)
    finally:
        picture.theme.deleteLater()
    return Drawn(lambda: content)


class _Picture:
    """Everything under each other; painted once without a painter to know its height."""

    def __init__(self, view: BiasView, answer: ProbeResult) -> None:
        self.theme = FigureTheme("light")
        self.title = f"{answer.title} of {answer.space_name}: {answer.sets.name}"
        self.text = " ".join((answer.how, answer.sentence))
        self._view = view
        self._answer = answer
        self.width = self.theme.em * WIDTH
        self._y = 0.0
        self.height = self.paint(None)

    def paint(self, painter: QPainter | None) -> float:
        """Paint everything, or nothing, and return the height."""
        view, theme, em = self._view, self.theme, self.theme.em
        self._y = em * MARGIN
        if painter is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(QRectF(0, 0, self.width, self.height), theme.color("map"))
        self._line(painter, self.title, "title", 600)
        numbers = (f"{view.figure_name} {view.figure}", view.interval, view.p, view.test)
        self._paragraph(painter, " · ".join(filter(None, numbers)), "body")
        self._y += em * GAP
        shown = view.range
        ranged = IntervalView(shown.value, shown.low, shown.high, shown.span, shown.ticks)
        room = self._take(RANGE)
        if painter is not None:
            paint_interval(painter, theme, room, ranged)
        for null in view.nulls:
            self._y += em * GAP
            self._paragraph(painter, f"{null.title}: {null.note}", "caption")
            room = self._take(NULL)
            if painter is not None:
                drawn = NullPictureView(
                    null.counts, null.span, null.ticks, null.observed, null.spoken
                )
                paint_null(painter, theme, room, drawn)
        self._scores(painter)
        self._sets(painter)
        for text in (view.left_out, self._answer.how, f"Source: {view.citation}."):
            self._paragraph(painter, text, "caption")
        return self._y + em * MARGIN

    def _scores(self, painter: QPainter | None) -> None:
        view, theme = self._view, self.theme
        rows = [
            ScoreRow(one.item, one.text, one.score, one.shape, one.set_name) for one in view.scores
        ]
        if not rows:
            return
        self._y += theme.em * GAP
        self._line(painter, "Score of each item", "body", 600)
        scale = ScoreScale.of(theme, rows, self.width - 2 * theme.em * MARGIN)
        if any(view.sides):
            room = self._take(HEAD)
            if painter is not None:
                paint_sides(painter, theme, room, view.sides, scale)
        for shown in rows:
            room = self._take(ROW)
            if painter is not None:
                paint_score(painter, theme, room, shown, scale)

    def _sets(self, painter: QPainter | None) -> None:
        em, theme = self.theme.em, self.theme
        self._y += em * GAP
        for one in self._view.sets:
            room = self._take(LINE)
            if painter is None:
                continue
            center = QPointF(room.x() + em * 0.65, room.center().y())
            draw_set_marker(painter, theme, one.shape, center)
            lacks = f"; {one.lacks}" if one.lacks else ""
            text = f"{one.name}: {one.found} items found{lacks}"
            place = room.adjusted(em * 1.25, 0, 0, 0)
            draw_text(painter, place, text, theme.font("caption"), theme.color("text"))
        self._y += em * GAP

    def _line(self, painter: QPainter | None, text: str, role: str, weight: int = 400) -> None:
        font = self.theme.font(role, weight)
        room = self._take(QFontMetricsF(font).height() / self.theme.em)
        if painter is not None:
            draw_text(painter, room, text, font, self.theme.color("text"))

    def _paragraph(self, painter: QPainter | None, text: str, role: str) -> None:
        for line in break_lines(
            text, self.theme.font(role), self.width - 2 * self.theme.em * MARGIN, MOST_LINES
        ):
            self._line(painter, line, role)

    def _take(self, ems: float) -> QRectF:
        """Return the next room of a height, and go below it."""
        em = self.theme.em
        room = QRectF(em * MARGIN, self._y, self.width - 2 * em * MARGIN, em * ems)
        self._y = room.bottom()
        return room


def _png(picture: _Picture) -> bytes:
    image = QImage(
        round(picture.width * PNG_SCALE),
        round(picture.height * PNG_SCALE),
        QImage.Format.Format_RGB32,
    )
    per_meter = round(image.width() / WIDTH_MM * 1000)
    image.setDotsPerMeterX(per_meter)
    image.setDotsPerMeterY(per_meter)
    for key, text in (
        ("Title", picture.title),
        ("Description", picture.text),
        ("Software", PROGRAM),
    ):
        image.setText(key, text)
    painter = QPainter(image)
    painter.scale(PNG_SCALE, PNG_SCALE)
    picture.paint(painter)
    painter.end()
    return png_bytes(image)


def _svg(picture: _Picture) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setViewBox(QRectF(0, 0, picture.width, picture.height))
    generator.setTitle(picture.title)
    generator.setDescription(picture.text)
    painter = QPainter(generator)
    picture.paint(painter)
    painter.end()
    buffer.close()
    return bytes(content.data())


def _pdf(picture: _Picture) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    size = QSizeF(WIDTH_MM, WIDTH_MM * picture.height / picture.width)
    exactly = QPageSize.SizeMatchPolicy.ExactMatch
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Millimeter, picture.title, exactly))
    writer.setPageMargins(QMarginsF())
    writer.setResolution(PDF_DPI)
    writer.setTitle(picture.title)
    writer.setCreator(PROGRAM)
    painter = QPainter(writer)
    painter.scale(writer.width() / picture.width, writer.height() / picture.height)
    picture.paint(painter)
    painter.end()
    buffer.close()
    return bytes(content.data())
