"""The dialog that exports a figure: how it will look at the left, what it is to be at the right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QDialog, QFileDialog, QSizePolicy, QWidget

from embexplorer.core.errors import UserError
from embexplorer.ui.figure.fields import COORDS, FigureFields
from embexplorer.ui.figure.spec import VECTOR
from embexplorer.ui.figure.write import picture, points_note
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.labels import label, rule, set_kind
from embexplorer.ui.widgets.painting import Painted, draw_lines

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from embexplorer.ui.figure.publishing import Publishing
    from embexplorer.ui.figure.spec import FigureSpec
    from embexplorer.ui.theme import Theme

DELAY = 120  # ms after the last change before the preview is drawn
# em
PREVIEW = (34, 26)
FORM = 21
MARGIN = 0.875
COPY_DPI = 2.0  # pixels of a copied picture for each of the preview


class ExportDialog(QDialog):
    """Lets the person choose how a figure of the map looks, and writes or copies it.

    Signals
    -------
    preview_shown()
        The preview shows what the fields say.
    table_requested()
        Coordinates are to be exported instead of a figure.
    """

    preview_shown = Signal()
    table_requested = Signal()

    def __init__(self, theme: Theme, publishing: Publishing, parent: QWidget) -> None:
        super().__init__(parent)
        self._publishing = publishing
        self.setObjectName("export-figure")
        self.setWindowTitle("Export figure")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.preview = Preview(theme, self)
        self.fields = FigureFields(theme, self, publishing.spec, publishing.screen())
        self.note = label(self, "", "warning", wrap=True)
        self.summary = label(self, "", "caption")
        self._copy_methods = Button(theme, self, "Copy methods paragraph", kind="link")
        self._copy_command = Button(theme, self, "Copy as command line", kind="link")
        self._copy = Button(theme, self, "Copy image")
        self._export = Button(theme, self, "Export…", kind="primary")
        self._close = Button(theme, self, "Cancel")
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(DELAY)
        self._waiting.timeout.connect(self._show_preview)
        self._lay_out(theme)
        self.fields.changed.connect(self._changed)
        self._copy_methods.clicked.connect(publishing.copy_methods)
        self._copy_command.clicked.connect(self._copy_as_command)
        self._copy.clicked.connect(self._copy_picture)
        self._export.clicked.connect(self._ask_file)
        self._close.clicked.connect(self.reject)
        self.preview.resized.connect(self._waiting.start)
        self._changed()

    def export(self, path: Path) -> None:
        """Write the figure, and close."""
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            self._publishing.export(self.fields.spec, path)
        except UserError as error:
            self._show_error(error)
            return
        finally:
            QGuiApplication.restoreOverrideCursor()
        self.accept()

    def _lay_out(self, theme: Theme) -> None:
        title = label(self, "Export figure", "title")
        said = "Method, parameters, seed, versions and the hash of the data, as one paragraph."
        explained = label(self, said, "caption", wrap=True)
        right = QWidget(self)
        right.setFixedWidth(theme.px(FORM))
        copies = row(theme, self._copy_methods, None)
        commands = row(theme, self._copy_command, None)
        right.setLayout(
            column(theme, title, self.fields, self.note, None, copies, explained, commands)
        )
        whole = column(theme, row(theme, self.preview, right, gap=1.0), rule(self), gap=0.75)
        whole.addLayout(
            row(theme, self.summary, None, self._close, self._copy, self._export, gap=0.5)
        )
        margin = theme.px(MARGIN)
        whole.setContentsMargins(margin, margin, margin, margin)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self._export.setDefault(True)

    # -- what is shown -------------------------------------------------------------------------

    def _changed(self) -> None:
        kind = self.fields.kind
        self._copy.setEnabled(kind not in (COORDS, "html"))
        self._copy_command.setEnabled(kind != COORDS)
        self._waiting.start()

    def _show_preview(self) -> None:
        spec, kind = self.fields.spec, self.fields.kind
        self.note.setText("")
        set_kind(self.note, "warning")
        try:
            if kind == COORDS:
                self.preview.show_text("A table with the coordinates of every item on the map.")
            elif kind == "html":
                self.preview.show_text(
                    "One file that opens in any browser, offline: move, zoom, search,"
                    " and filter by the legend."
                )
            else:
                self._draw(spec)
            self._export.setEnabled(True)
        except UserError as error:
            self._show_error(error)
        self.note.setVisible(bool(self.note.text()))
        self.summary.setText(_summary(spec, kind))
        self.preview_shown.emit()

    def _draw(self, spec: FigureSpec) -> None:
        stage = self._publishing.stage(spec)
        try:
            if spec.format in VECTOR:
                self.note.setText(points_note(stage))
            size = self.preview.fitting(stage.width, stage.height)
            drawn = picture(stage, size.width(), size.height())
            self.preview.show_picture(drawn)
        finally:
            stage.close()

    def _show_error(self, error: UserError) -> None:
        set_kind(self.note, "danger")
        self.note.setText(f"{error.title}. {error.detail} {error.hint}")
        self.note.show()
        self._export.setEnabled(False)

    # -- what is done --------------------------------------------------------------------------

    def _ask_file(self) -> None:
        kind = self.fields.kind
        if kind == COORDS:
            self.accept()
            self.table_requested.emit()
            return
        folder = Path(self._publishing.folder)
        wanted = str(folder / f"{self._publishing.title}.{kind}")
        chosen, _ = QFileDialog.getSaveFileName(
            self, "Export figure", wanted, f"{kind.upper()} (*.{kind})"
        )
        if not chosen:
            return
        path = Path(chosen)
        if path.suffix.lower() != f".{kind}":
            path = path.with_name(f"{path.name}.{kind}")
        self._publishing.folder = str(path.parent)
        self.export(path)

    def _copy_picture(self) -> None:
        stage = self._publishing.stage(self.fields.spec)
        width, height = (round(COPY_DPI * side) for side in (stage.width, stage.height))
        QGuiApplication.clipboard().setImage(picture(stage, width, height))
        stage.close()
        self.summary.setText("Copied.")

    def _copy_as_command(self) -> None:
        try:
            QGuiApplication.clipboard().setText(self._publishing.figure_command(self.fields.spec))
        except UserError as error:
            self._show_error(error)
        else:
            self.summary.setText("Copied.")


class Preview(Painted):
    """A figure in the middle of the room there is; squares shine through where it is transparent.

    Signals
    -------
    resized()
        There is room for another size.
    """

    resized = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, "Preview of the figure")
        self._picture: QImage | None = None
        self._text = ""
        self.setMinimumSize(theme.px(PREVIEW[0]), theme.px(PREVIEW[1]))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def picture(self) -> QImage | None:
        """What is shown."""
        return self._picture

    def fitting(self, width: float, height: float) -> QSize:
        """Return the size in pixels at which a figure of this shape fills the room."""
        inner = self._inner()
        scale = min(inner.width() / width, inner.height() / height) * self.devicePixelRatioF()
        return QSize(max(1, round(width * scale)), max(1, round(height * scale)))

    def show_picture(self, drawn: QImage) -> None:
        """Show a figure of a size from `fitting`."""
        drawn.setDevicePixelRatio(self.devicePixelRatioF())
        self._picture, self._text = drawn, ""
        self.setAccessibleDescription("")
        self.update()

    def show_text(self, text: str) -> None:
        """Show words where there is no picture to show."""
        self._picture, self._text = None, text
        self.setAccessibleDescription(text)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for a picture of the new size."""
        super().resizeEvent(event)
        self.resized.emit()

    def paint(self, painter: QPainter) -> None:
        """Paint the figure on the ground of a desk."""
        theme = self.theme
        painter.fillRect(self.rect(), theme.color("press"))
        if self._picture is None:
            muted = theme.color("muted")
            draw_lines(painter, self._inner(), self._text, theme.font(), muted, 4)
            return
        size = self._picture.deviceIndependentSize()
        at = QRectF(self.rect()).center()
        place = QRectF(
            at.x() - size.width() / 2, at.y() - size.height() / 2, size.width(), size.height()
        )
        painter.fillRect(place, theme.color("field"))
        painter.fillRect(place, QBrush(_squares(theme)))
        painter.drawImage(place, self._picture)

    def _inner(self) -> QRectF:
        margin = 0.5 * self.theme.em
        return QRectF(self.rect()).adjusted(margin, margin, -margin, -margin)


def _squares(theme: Theme) -> QImage:
    """Return a tile of four squares, which stands for nothing being there."""
    side = theme.px(0.5)
    tile = QImage(2 * side, 2 * side, QImage.Format.Format_ARGB32_Premultiplied)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    for at in (0, side):
        painter.fillRect(at, at, side, side, theme.color("line"))
    painter.end()
    return tile


def _summary(spec: FigureSpec, kind: str) -> str:
    """Return the size of what is exported, in words."""
    if kind in (COORDS, "html"):
        return ""
    said = f"{spec.width_mm:.4g} × {spec.height_mm:.4g} mm"
    if kind == "png":
        return f"{said}, {spec.pixels[0]:,} × {spec.pixels[1]:,} pixels"
    return said
