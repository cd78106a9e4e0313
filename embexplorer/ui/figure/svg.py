"""A figure as SVG: Qt draws what is not points, and what it cannot say is put in its place."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QTransform
from PySide6.QtSvg import QSvgGenerator

from embexplorer.ui.figure.points import svg_points
from embexplorer.ui.scatter.halo_text import HALO
from embexplorer.ui.scatter.scene import DrawnPoints

if TYPE_CHECKING:
    from embexplorer.operations.methods_text import Methods
    from embexplorer.ui.figure.stage import FigureStage

# Texts that no figure has; they mark places in what Qt writes.
POINTS = "\ue000points\ue000"
HALO_START, HALO_END = "\ue000halo\ue000", "\ue000end\ue000"

_ELEMENT = r"<text[^>]*>\s*{}(?P<value>[^<]*)</text>"
_POINTS = re.compile(_ELEMENT.format(POINTS))
_HALO = re.compile(
    _ELEMENT.format(HALO_START) + r"(?P<texts>.*?)" + r"<text[^>]*>\s*" + HALO_END + r"</text>",
    re.DOTALL,
)
_FILL = re.compile(r'\s(?:fill|fill-opacity|stroke)="[^"]*"')
_ROOT = re.compile(r"<svg[^>]*>")
_FAMILY = re.compile(r'font-family="([^"]+)"')


@dataclass(frozen=True, slots=True)
class SvgParts:
    """A painted figure before it is put together: what Qt wrote, the points, and the head."""

    drawn: str
    points: DrawnPoints | QImage
    area: QRectF
    head: str

    def finish(self) -> bytes:
        """Return the document, in any thread."""
        if isinstance(self.points, QImage):
            points = _svg_image(self.points, self.area)
        else:
            points = svg_points(self.points)
        drawn = _POINTS.sub(lambda match: points, self.drawn, count=1)
        drawn = _HALO.sub(_with_halo, drawn)
        drawn = _FAMILY.sub(r'font-family="\1, sans-serif"', drawn)
        return _ROOT.sub(lambda match: self.head, drawn, count=1).encode()


def draw_svg(
    stage: FigureStage, methods: Methods, title: str, raster: QImage | None = None
) -> SvgParts:
    """Paint a figure for an SVG document.

    Parameters
    ----------
    stage
        What it shows.
    methods
        How it was made: description and metadata of the document.
    title
        Of the document.
    raster
        All points as one image, which covers the map; None draws them as vectors.
    """
    points = stage.view.scatter.drawn_points() if raster is None else raster
    return SvgParts(_drawn_by_qt(stage), points, stage.map_area, _head(stage, methods, title))


def png_bytes(image: QImage) -> bytes:
    """Return an image as the bytes of a PNG file."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    is_written = image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes
    buffer.close()
    if not is_written:
        raise MemoryError("the picture could not be compressed")
    return bytes(content.data())


def _drawn_by_qt(stage: FigureStage) -> str:
    """Return what Qt's generator writes, with marks where points and halos belong."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setViewBox(QRectF(0, 0, stage.width, stage.height))
    painter = QPainter(generator)

    def points(painter: QPainter) -> None:
        painter.drawText(QPointF(), POINTS)

    stage.paint(painter, QTransform(), points=points, writer=_write_text)
    painter.end()
    buffer.close()
    return bytes(content.data()).decode()


def _write_text(
    painter: QPainter, x: float, y: float, text: str, font: QFont, color: QColor, halo: QColor
) -> None:
    """Draw real text between two marks, the first of which says how its halo looks."""
    painter.setFont(font)
    painter.setPen(color)
    look = f"{halo.name()};{halo.alphaF():.3f}"
    painter.drawText(QPointF(x, y), f"{HALO_START}{look}")
    painter.drawText(QPointF(x, y), text)
    painter.drawText(QPointF(x, y), HALO_END)


def _with_halo(match: re.Match[str]) -> str:
    """Return texts with the same texts below them, stroked: a halo that is no outline of a font."""
    color, opacity = match["value"].split(";")
    stroke = (
        f'fill="none" stroke="{color}" stroke-opacity="{opacity}" stroke-width="{HALO:g}"'
        ' stroke-linejoin="round" aria-hidden="true"'
    )
    texts = match["texts"]
    below = _FILL.sub("", texts).replace("<text", f"<text {stroke}")
    return f"{below}{texts}"


def _svg_image(raster: QImage, area: QRectF) -> str:
    data = base64.b64encode(png_bytes(raster)).decode()
    return (
        f'<image id="points" x="{area.x():g}" y="{area.y():g}" width="{area.width():.3f}"'
        f' height="{area.height():.3f}" preserveAspectRatio="none"'
        f' xlink:href="data:image/png;base64,{data}"/>'
    )


def _head(stage: FigureStage, methods: Methods, title: str) -> str:
    spec = stage.spec
    record = json.dumps(methods.record, ensure_ascii=False)
    label = f" aria-label={quoteattr(title)}" if title else ""
    return (
        f'<svg width="{spec.width_mm:g}mm" height="{spec.height_mm:g}mm"'
        f' viewBox="0 0 {stage.width:.3f} {stage.height:.3f}" role="img"{label}'
        ' xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">\n'
        f"<title>{escape(title)}</title>\n<desc>{escape(methods.text)}</desc>\n"
        f"<metadata>{escape(record)}</metadata>"
    )
