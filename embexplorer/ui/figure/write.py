"""Writes a figure: PNG with its resolution, SVG and PDF with points and text as they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTransform,
)

from embexplorer.core.errors import UserError
from embexplorer.core.version import VERSION
from embexplorer.operations.export import write_whole
from embexplorer.ui.figure.points import paint_points
from embexplorer.ui.figure.spec import INCH
from embexplorer.ui.figure.svg import draw_svg, png_bytes
from embexplorer.ui.scatter.halo_text import stroke_halo

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.operations.methods_text import Methods
    from embexplorer.ui.figure.stage import FigureStage

PROGRAM = f"embexplorer {VERSION}"
PDF_DPI = 1200  # units of a PDF, in which positions are rounded


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure that is painted: `finish()` makes the bytes of its file, in any thread.

    `notes` are what must be said about it, one sentence each.
    """

    finish: Callable[[], bytes]
    notes: tuple[str, ...] = ()


def write_figure(
    stage: FigureStage, path: Path, methods: Methods, title: str = ""
) -> tuple[str, ...]:
    """Write a figure in the format of its spec, all of it or nothing, and return its notes.

    Raises
    ------
    UserError
        When the disk refuses; a file that was there stays.
    """
    drawn = draw_figure(stage, methods, title)
    write_drawn(drawn, path)
    return drawn.notes


def write_drawn(drawn: Drawn, path: Path) -> None:
    """Write what `draw_figure` painted, in any thread.

    Raises
    ------
    UserError
        When the disk refuses; a file that was there stays.
    """
    content = drawn.finish()

    def fill(target: Path) -> None:
        target.write_bytes(content)

    write_whole(path, fill)


def draw_figure(stage: FigureStage, methods: Methods, title: str = "") -> Drawn:
    """Paint a figure for a .png, .svg or .pdf file, with how it was made inside.

    The stage may be closed before the file is finished.

    Raises
    ------
    UserError
        When there is no memory for so many pixels.
    """
    kind = stage.spec.format
    if kind == "png":
        return _png(stage, methods, title)
    if kind == "svg":
        return _svg(stage, methods, title)
    if kind == "pdf":
        return _pdf(stage, methods, title)
    raise ValueError(f"{kind} is no picture")


def picture(stage: FigureStage, width: int, height: int) -> QImage:
    """Return a figure as pixels, every point drawn.

    Raises
    ------
    UserError
        When there is no memory for so many pixels.
    """
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    if image.isNull():
        raise UserError(
            "Not enough memory",
            f"{width:,} × {height:,} pixels do not fit.",
            "Choose a lower resolution.",
        )
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    stage.paint(painter, QTransform.fromScale(width / stage.width, height / stage.height))
    painter.end()
    return image


def points_note(stage: FigureStage) -> str:
    """Return what a vector file does with its points where they are too many, else nothing."""
    count, spec = len(stage.view.scatter.drawn_points().rows), stage.spec
    if count <= spec.vector_points:
        return ""
    return (
        f"{count:,} points are more than {spec.vector_points:,}: they are one image of {spec.dpi}"
        " dpi in the file; text, lines and legend are vectors."
    )


# -- PNG -------------------------------------------------------------------------------------------


def _png(stage: FigureStage, methods: Methods, title: str) -> Drawn:
    image = picture(stage, *stage.spec.pixels)
    if not stage.spec.transparent:
        image = image.convertToFormat(QImage.Format.Format_RGB32)
    per_meter = round(stage.spec.dpi / INCH * 1000)
    image.setDotsPerMeterX(per_meter)
    image.setDotsPerMeterY(per_meter)
    for key, text in (
        ("Title", title),
        ("Description", methods.text),
        ("Software", PROGRAM),
        ("Comment", json.dumps(methods.record, ensure_ascii=False)),
    ):
        if text:
            image.setText(key, text)
    return Drawn(lambda: png_bytes(image))


# -- vectors ---------------------------------------------------------------------------------------


def _svg(stage: FigureStage, methods: Methods, title: str) -> Drawn:
    note = points_note(stage)
    parts = draw_svg(stage, methods, title, raster=_raster(stage) if note else None)
    return Drawn(parts.finish, (note,) if note else ())


def _pdf(stage: FigureStage, methods: Methods, title: str) -> Drawn:
    note = points_note(stage)
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    size = QSizeF(stage.spec.width_mm, stage.spec.height_mm)
    exactly = QPageSize.SizeMatchPolicy.ExactMatch
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Millimeter, title, exactly))
    writer.setPageMargins(QMarginsF())
    writer.setResolution(PDF_DPI)
    writer.setTitle(title)
    writer.setCreator(PROGRAM)
    writer.setDocumentXmpMetadata(_xmp(methods, title))
    # Qt rounds a page to whole points: the figure fills it, off by less than 0.2 mm.
    to_device = QTransform.fromScale(writer.width() / stage.width, writer.height() / stage.height)
    painter = QPainter(writer)
    raster = _raster(stage) if note else None

    def points(painter: QPainter) -> None:
        if raster is None:
            paint_points(painter, stage.view.scatter.drawn_points())
        else:
            painter.drawImage(stage.map_area, raster, QRectF(raster.rect()))

    stage.paint(painter, to_device, points=points, writer=_write_text)
    painter.end()  # Qt holds the interpreter while it compresses: another thread would not help
    buffer.close()
    return Drawn(lambda: bytes(content.data()), (note,) if note else ())


def _raster(stage: FigureStage) -> QImage:
    """Return the points alone as an image of the spec's resolution, the rest transparent."""
    scale = stage.spec.width_mm / INCH * stage.spec.dpi / stage.width
    area = stage.map_area
    image = QImage(
        max(1, round(area.width() * scale)),
        max(1, round(area.height() * scale)),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    if image.isNull():
        raise UserError("Not enough memory", "The points do not fit.", "Choose a lower resolution.")
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    exact = QTransform.fromScale(image.width() / area.width(), image.height() / area.height())
    stage.paint_points(painter, exact)
    painter.end()
    return image


def _write_text(
    painter: QPainter, x: float, y: float, text: str, font: QFont, color: QColor, halo: QColor
) -> None:
    """Draw real text over its halo."""
    stroke_halo(painter, x, y, text, font, halo)
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(round(x * 64) / 64, round(y * 64) / 64, text)  # type: ignore[call-overload]


def _xmp(methods: Methods, title: str) -> QByteArray:
    """Return title and methods as the metadata packet of a PDF."""
    record = json.dumps(methods.record, ensure_ascii=False)
    text = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{escape(methods.text)}</rdf:li></rdf:Alt>
</dc:description>
<dc:source>{escape(record)}</dc:source>
<xmp:CreatorTool>{escape(PROGRAM)}</xmp:CreatorTool>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""
    return QByteArray(text.encode())
