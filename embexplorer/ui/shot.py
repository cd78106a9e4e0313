"""Draws a space with the real window, off the screen: README pictures, visual tests, `shot`."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QPainter

from embexplorer.app.services import inline_lanes
from embexplorer.core.errors import UserError
from embexplorer.core.projection import Projection
from embexplorer.operations.explore import analogy
from embexplorer.operations.keep import on_disk
from embexplorer.operations.project import project
from embexplorer.operations.query import find_item
from embexplorer.ui.application import end, make_application, make_window
from embexplorer.ui.scatter.kernel_loading import load_kernels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Event
    from embexplorer.ui.main_window import MainWindow


CONFIG = "EMBEXPLORER_CONFIG"  # see `storage.paths`


@dataclass(frozen=True, slots=True)
class Shot:
    """What a picture shows.

    Parameters
    ----------
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
    """

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


def draw(space: Space, output: Path, shot: Shot, progress: Progress) -> tuple[str, ...]:
    """Draw a space into a .png, .svg or .pdf file, and return what its map has to say.

    The window has the settings of a first start; those of the person are neither read nor changed.

    Raises
    ------
    UserError
        When the ending is another one, a column or an item does not exist, or the file cannot be
        written.
    """
    if output.suffix.lower() not in (".png", ".svg", ".pdf"):
        raise UserError(
            "Unknown picture format",
            f"{output.name} ends in none of .png, .svg, .pdf.",
            "Choose one of these.",
        )
    _check(space, shot)
    _make_room(output)
    # A window on a screen would flash up, and where there is no screen Qt ends the process.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = make_application()
    with _first_settings():
        window = make_window(app, inline_lanes(), _at_once)
        try:
            window.services.remembered.change(theme=shot.theme, method=shot.method)
            window.theme.set_mode(shot.theme)  # type: ignore[arg-type]  # one of the two
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
            _write(window, output, shot)
        finally:
            end(window)
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
    kept = on_disk(space, services.context)
    if shot.coords is not None:
        projection = Projection(kept.id, "file", shot.coords)
    else:
        projection = project(
            kept,
            shot.method,
            services.context,
            params=shot.params,
            seed=shot.seed,
            progress=progress,
        )
    services.library.add(kept, projection)
    if shot.color_by is not None:
        services.map.color_by(shot.color_by)
    # `show_tab` would put the cursor into a field and select its text: no sight for a picture.
    if shot.select is not None:
        services.map.select([find_item(shot.select, kept).index])
        window.inspector.setCurrentWidget(window.neighbors)
    if shot.analogy is not None:
        services.analogy.ask(*shot.analogy)
        window.inspector.setCurrentWidget(window.analogy)
    return projection.notes


def _write(window: MainWindow, output: Path, shot: Shot) -> None:
    if output.suffix.lower() == ".png":
        is_written = window.picture(shot.panel, shot.scale).save(str(output))
    else:
        is_written = _write_vector(window, output, shot)
    if not is_written:
        raise _not_written(output)


def _make_room(output: Path) -> None:
    """Refuse a place that cannot be written to, before the long work."""
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_written(output) from error
    if output.is_dir():
        raise _not_written(output)


def _not_written(output: Path) -> UserError:
    return UserError(
        "The picture cannot be written", f"{output} cannot be written to.", "Choose another place."
    )


def _write_vector(window: MainWindow, output: Path, shot: Shot) -> bool:
    """Write text and lines as vectors; the points are one exact raster inside."""
    from PySide6.QtCore import QMarginsF, QRect, QSizeF
    from PySide6.QtGui import QPageSize, QPdfWriter
    from PySide6.QtSvg import QSvgGenerator

    widget = window if shot.panel == "window" else window.map.view
    size = widget.size()
    device: QSvgGenerator | QPdfWriter
    if output.suffix.lower() == ".svg":
        device = QSvgGenerator()
        device.setFileName(str(output))
        device.setSize(size)
        device.setViewBox(QRect(0, 0, size.width(), size.height()))
        device.setTitle(window.windowTitle())
    else:
        device = QPdfWriter(str(output))
        device.setPageSize(QPageSize(QSizeF(size) * 0.75, QPageSize.Unit.Point))
        device.setPageMargins(QMarginsF())
        device.setResolution(96)
    painter = QPainter()
    if not painter.begin(device):
        return False
    if shot.panel == "window":
        window.render(painter, QPoint())
    else:
        window.map.draw(painter)
    return painter.end()


def _at_once(handle: Callable[[Event], None], event: Event) -> None:
    handle(event)
