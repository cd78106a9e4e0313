"""A report on bias probes as PDF: the same page as in a browser, its pictures as vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QFontInfo,
    QImage,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPyTextObject,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtSvg import QSvgRenderer

from embexplorer.operations.bias_figures.drawing import FAMILY, WIDTH_MM, light
from embexplorer.operations.bias_report import bias_page
from embexplorer.ui.figure.spec import INCH
from embexplorer.ui.figure.write import PDF_DPI, PROGRAM

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from embexplorer.core.progress import Progress
    from embexplorer.operations.bias_figures.drawing import Figure
    from embexplorer.operations.bias_report import Page
    from embexplorer.operations.bias_report_parts import Reported
    from embexplorer.operations.context import Context

PAPER = (210.0, 297.0)  # mm, A4
TOP, BOTTOM = 18.0, 20.0  # mm
MM = 96 / INCH  # units of the layout in a millimeter
FONT_PT, FOOT_PT = 9.5, 7.5
TALLEST = PAPER[1] - TOP - BOTTOM - 25.0  # mm of a picture, so that its caption is on the page too
PREFIX = "figure:"


def draw_bias_report(
    reported: Sequence[Reported],
    context: Context,
    *,
    on: date | None = None,
    progress: Progress | None = None,
) -> bytes:
    """Return a report as the bytes of a PDF file; the application object must be there.

    Raises
    ------
    UserError
        When there is nothing to report.
    CancelledError
        When the person cancelled.
    """
    page = bias_page(reported, context, on=on, style="report-pdf", place=_placed, progress=progress)
    return _drawn(page)


def _placed(at: int, figure: Figure) -> str:
    """Return an element of the size of a picture, which `_Pictures` draws."""
    scale = MM * min(1.0, TALLEST / figure.height_mm)
    width, height = round(figure.width_mm * scale), round(figure.height_mm * scale)
    return f'<img src="{PREFIX}{at}" width="{width}" height="{height}">'


class _Pictures(QPyTextObject):
    """Draws the pictures of a report where its elements are."""

    def __init__(self, page: Page, family: str, parent: QTextDocument) -> None:
        super().__init__(parent)
        # Qt takes the list of families for the name of one.
        self._renderers = [
            QSvgRenderer(QByteArray(one.svg.replace(FAMILY, family).encode()), self)
            for one in page.figures
        ]

    def intrinsicSize(self, document: QTextDocument, position: int, look: QTextFormat) -> QSizeF:
        """Return the size that the element says."""
        del document, position
        image = look.toImageFormat()
        return QSizeF(image.width(), image.height())

    def drawObject(
        self,
        painter: QPainter,
        area: QRectF | QRect,
        document: QTextDocument,
        position: int,
        look: QTextFormat,
    ) -> None:
        """Draw a picture into its element."""
        del document, position
        number = look.toImageFormat().name().removeprefix(PREFIX)
        self._renderers[int(number)].render(painter, QRectF(area))


def _drawn(page: Page) -> bytes:
    document = QTextDocument()
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setPointSizeF(FONT_PT)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    document.setDefaultFont(font)
    document.setDocumentMargin(0)
    layout = document.documentLayout()
    measured = _measuring()  # Qt keeps no reference to it
    layout.setPaintDevice(measured)
    pictures = _Pictures(page, QFontInfo(font).family(), document)
    layout.registerHandler(QTextFormat.ObjectTypes.ImageObject.value, pictures)
    document.setHtml(page.html)
    height = (PAPER[1] - TOP - BOTTOM) * MM
    document.setPageSize(QSizeF(WIDTH_MM * MM, height))
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF())
    writer.setResolution(PDF_DPI)
    writer.setTitle(page.title)
    writer.setCreator(PROGRAM)
    painter = QPainter(writer)
    painter.scale(writer.width() / (PAPER[0] * MM), writer.height() / (PAPER[1] * MM))
    count = document.pageCount()
    for at in range(count):
        if at:
            writer.newPage()
        painter.save()
        painter.translate((PAPER[0] - WIDTH_MM) / 2 * MM, TOP * MM - at * height)
        document.drawContents(painter, QRectF(0, at * height, WIDTH_MM * MM, height))
        painter.restore()
        _draw_foot(painter, font, page.title, f"{at + 1} / {count}")
    painter.end()
    buffer.close()
    return bytes(content.data())


def _measuring() -> QImage:
    """Return what letters are measured on: 96 dpi, whatever screen there is."""
    image = QImage(1, 1, QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(round(MM * 1000))
    image.setDotsPerMeterY(round(MM * 1000))
    return image


def _draw_foot(painter: QPainter, font: QFont, title: str, number: str) -> None:
    small = QFont(font)
    small.setPixelSize(round(FOOT_PT / 72 * 96))
    painter.setFont(small)
    painter.setPen(light()["muted"])
    left = (PAPER[0] - WIDTH_MM) / 2 * MM
    line = QRectF(left, (PAPER[1] - BOTTOM / 2 - 4) * MM, WIDTH_MM * MM, 6 * MM)
    room = line.adjusted(0, 0, -60, 0)
    short = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, int(room.width()))
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft, short)
    painter.drawText(line, Qt.AlignmentFlag.AlignRight, number)
