"""Draws a space with the real window, off the screen: README pictures, visual tests, `shot`."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QFontInfo, QPainter

from embexplorer.app.services import inline_lanes
from embexplorer.core.errors import UserError
from embexplorer.core.projection import projection_of_file
from embexplorer.operations.explore import analogy
from embexplorer.operations.figure_html import write_figure_html
from embexplorer.operations.keep import on_disk
from embexplorer.operations.project import project
from embexplorer.operations.query import find_item
from embexplorer.storage.whole import telling, write_file
from embexplorer.ui.application import make_application
from embexplorer.ui.figure.page import page_figure
from embexplorer.ui.figure.spec import FigureSpec, screen_preset
from embexplorer.ui.figure.stage import FigureStage
from embexplorer.ui.figure.write import write_figure
from embexplorer.ui.pictures import picture_bytes
from embexplorer.ui.running import make_window
from embexplorer.ui.scatter.kernel_loading import load_kernels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from embexplorer.app.services import Services
    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Event
    from embexplorer.ui.main_window import MainWindow


CONFIG = "EMBEXPLORER_CONFIG"  # see `storage.paths`
NOT_WRITTEN = "The picture cannot be written"
ENDINGS = (".png", ".svg", ".pdf", ".html")


@dataclass(frozen=True, slots=True)
class Shot:
    """What a picture shows.

    Parameters
    ----------
    project
        The project that the space is from: looks, filters and selection are as they were left.
    method, params, seed
        The projection; `coords`, where the file brings them, come first.
    size
        Of the window in logical pixels.
    scale
        Pixels per logical pixel.
    theme
        ``light`` or ``dark``.
    panel
        ``map`` or ``window``.
    color_by
        Column of the colors; None takes the default.
    select
        Item whose neighbors are shown.
    analogy
        Three items whose analogy is shown.
    width_mm, height_mm, dpi, font_pt
        Size on paper of a figure of the map. What is None follows the window, whose logical
        pixels are those of 96 dpi; any of them makes it a figure of the map alone.
    legend, labels, caption, transparent
        What a figure of the map shows, see `ui.figure.spec.FigureSpec`.
    """

    project: Path | None = None
    method: str = "umap"
    params: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    coords: NDArray[Any] | None = None
    size: tuple[int, int] = (1600, 1000)
    scale: float = 2.0
    theme: str = "light"
    panel: str = "window"
    color_by: str | None = None
    select: str | None = None
    analogy: tuple[str, str, str] | None = None
    width_mm: float | None = None
    height_mm: float | None = None
    dpi: int | None = None
    font_pt: float | None = None
    legend: bool = True
    labels: bool = True
    caption: bool = True
    transparent: bool = False

    @property
    def is_sized(self) -> bool:
        """Whether it has a size on paper, or something that only a figure of the map has."""
        sizes = (self.width_mm, self.height_mm, self.dpi, self.font_pt)
        return self.transparent or any(size is not None for size in sizes)


def draw(space: Space, output: Path, shot: Shot, progress: Progress) -> tuple[str, ...]:
    """Draw a space into a .png, .svg, .pdf or .html file, and return what must be said about it.

    A page is always of the map. So are vectors of the map alone, with points as vectors; in those
    of the window they are an image.

    The window has the settings of a first start; those of the person are neither read nor changed.

    Raises
    ------
    UserError
        When the ending is another one, a column or an item does not exist, or the file cannot be
        written.
    """
    if output.suffix.lower() not in ENDINGS:
        raise UserError(
            "Unknown picture format",
            f"{output.name} ends in none of {', '.join(ENDINGS)}.",
            "Choose one of these.",
        )
    _check(space, shot)
    _spec(shot, output, 1000, 1000, 13).checked()  # what the person gave, before the long work
    _make_room(output)
    # A window on a screen would flash up, and where there is no screen Qt ends the process.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = make_application()
    with _first_settings():
        window = make_window(app, inline_lanes(), _at_once)
        try:
            window.services.remembered.change(theme=shot.theme, method=shot.method)
            window.theme.set_mode(shot.theme)  # type: ignore[arg-type]  # one of the two
            window.theme.dressing.finish()
            window.resize(QSize(*shot.size))
            window.show()
            notes = _fill(window, space, shot, progress)
            load_kernels()
            for _ in range(3):
                app.processEvents()
            window.map.fit()
            app.processEvents()
            if (focused := window.focusWidget()) is not None:
                focused.clearFocus()  # nobody is at the keyboard of a picture
            notes = (*notes, *_write(window, output, shot))
        finally:
            window.end()
    return notes


@contextlib.contextmanager
def _first_settings() -> Iterator[None]:
    """Let settings be read from and written to a folder that is thrown away."""
    before = os.environ.get(CONFIG)
    with tempfile.TemporaryDirectory(prefix="embexplorer-shot-") as folder:
        os.environ[CONFIG] = folder
        try:
            yield
        finally:
            if before is None:
                del os.environ[CONFIG]
            else:
                os.environ[CONFIG] = before


def _check(space: Space, shot: Shot) -> None:
    """Refuse a column or an item that is not there, before the long work."""
    if shot.color_by is not None and shot.color_by not in space.columns:
        raise UserError(
            "No such column",
            f"“{shot.color_by}” is not among the columns of {space.name}.",
            f"Choose one of: {', '.join(space.columns)}."
            if space.columns
            else "Leave --color-by out: there are no columns.",
        )
    for item in (*(() if shot.select is None else (shot.select,)), *(shot.analogy or ())):
        find_item(item, space)
    if shot.analogy is not None:
        analogy(space, *shot.analogy, k=1)


def _fill(window: MainWindow, space: Space, shot: Shot, progress: Progress) -> tuple[str, ...]:
    """Open the space, project it, and ask what the picture shows."""
    services = window.services
    if shot.project is not None:
        kept = _open_project(services, shot.project, space)
    else:
        kept = on_disk(space, services.context)
    if shot.coords is None:
        projection = project(
            kept,
            shot.method,
            services.context,
            params=shot.params,
            seed=shot.seed,
            progress=progress,
        )
        services.library.add(kept, projection)
    elif shot.project is None:
        projection = projection_of_file(kept.id, shot.coords)
        services.library.add(kept, projection)
    else:
        shown = services.store.state.projection
        assert shown is not None, "its coords are there"
        projection = shown
    if shot.color_by is not None:
        services.map.color_by(shot.color_by)
    # `show_tab` would put the cursor into a field and select its text: no sight for a picture.
    if shot.select is not None:
        services.selecting.take([find_item(shot.select, kept).index])
        window.inspector.setCurrentWidget(window.neighbors)
    if shot.analogy is not None:
        services.analogy.ask(*shot.analogy)
        window.inspector.setCurrentWidget(window.analogy)
    return projection.notes


def _open_project(services: Services, path: Path, space: Space) -> Space:
    """Open a project, show one of its spaces as it was left, and return that."""
    services.project.open(path)
    services.library.activate(space.id)
    kept = services.store.state.document.space(space.id)
    assert kept is not None, "it was read from this project"
    return kept


def _write(window: MainWindow, output: Path, shot: Shot) -> tuple[str, ...]:
    """Write the file, and return what must be said about it."""
    ending = output.suffix.lower()
    is_of_map = shot.panel == "map" or shot.is_sized
    if ending == ".html" or shot.is_sized or (is_of_map and ending != ".png"):
        return _write_figure(window, output, shot)
    if ending == ".png":
        content = picture_bytes(window.shell.picture(shot.panel, shot.scale), "png")
    else:
        content = _vector_bytes(window, ending)
    with telling(output, NOT_WRITTEN):
        write_file(output, lambda scratch: scratch.write_bytes(content))
    return ()


def _write_figure(window: MainWindow, output: Path, shot: Shot) -> tuple[str, ...]:
    view, publishing = window.map.view, window.publishing
    pixels = QFontInfo(window.theme.font()).pixelSize()
    spec = _spec(shot, output, view.width(), view.height(), pixels)
    if spec.format == "html":
        page = page_figure(window.services, view, spec, publishing.methods, publishing.title)
        return write_figure_html(page, output)
    stage = FigureStage(window.services, spec)
    try:
        return write_figure(stage, output, publishing.methods, publishing.title)
    finally:
        stage.close()


def _spec(shot: Shot, output: Path, width: float, height: float, font_pixels: float) -> FigureSpec:
    """Return the figure of a shot; `width` and `height` of the map are in logical pixels."""
    screen = screen_preset(width, height, font_pixels)
    wide = shot.width_mm or screen.width_mm
    ratio = height / width
    return FigureSpec(
        format=output.suffix.lower()[1:],  # type: ignore[arg-type]  # one of ENDINGS
        width_mm=wide,
        height_mm=shot.height_mm or (screen.height_mm if shot.width_mm is None else wide * ratio),
        dpi=shot.dpi or (screen.dpi if shot.width_mm is None else FigureSpec().dpi),
        font_pt=shot.font_pt or (screen.font_pt if shot.width_mm is None else FigureSpec().font_pt),
        theme=shot.theme,  # type: ignore[arg-type]  # one of the two
        legend=shot.legend,
        labels=shot.labels,
        caption=shot.caption,
        transparent=shot.transparent,
    )


def _make_room(output: Path) -> None:
    """Refuse a place that cannot be written to, before the long work."""
    with telling(output, NOT_WRITTEN):
        output.parent.mkdir(parents=True, exist_ok=True)
        if output.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))


def _vector_bytes(window: MainWindow, ending: str) -> bytes:
    """Return the window's text and lines as vectors; its points are one exact raster inside."""
    from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRect, QSizeF
    from PySide6.QtGui import QPageSize, QPdfWriter
    from PySide6.QtSvg import QSvgGenerator

    size, buffer = window.size(), QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    device: QSvgGenerator | QPdfWriter
    if ending == ".svg":
        device = QSvgGenerator()
        device.setOutputDevice(buffer)
        device.setSize(size)
        device.setViewBox(QRect(0, 0, size.width(), size.height()))
        device.setTitle(window.windowTitle())
    else:
        device = QPdfWriter(buffer)
        device.setPageSize(QPageSize(QSizeF(size) * 0.75, QPageSize.Unit.Point))
        device.setPageMargins(QMarginsF())
        device.setResolution(96)
    painter = QPainter(device)
    window.render(painter, QPoint())
    painter.end()
    return bytes(buffer.data().data())


def _at_once(handle: Callable[[Event], None], event: Event) -> None:
    handle(event)
