"""What a person takes out of the window for a paper: figures, methods, and how to do it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QFontInfo, QGuiApplication

from embexplorer.app.presenters.bias_view import view_of
from embexplorer.app.presenters.repeating import action_of, methods_of, repeat_text
from embexplorer.app.state import Problem
from embexplorer.app.work import saying, show_problem
from embexplorer.core.errors import UserError
from embexplorer.operations.figure_html import write_figure_html
from embexplorer.operations.methods_text import Methods
from embexplorer.operations.repeat import Draw, check_not_placed, source_of
from embexplorer.ui.figure.bias import draw_bias
from embexplorer.ui.figure.page import page_figure
from embexplorer.ui.figure.spec import FigureSpec, screen_preset
from embexplorer.ui.figure.stage import FigureStage
from embexplorer.ui.figure.write import draw_figure, write_drawn

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from embexplorer.app.presenters.repeating import Language
    from embexplorer.app.services import Services
    from embexplorer.core.progress import Progress
    from embexplorer.operations.figure_html import Figure
    from embexplorer.ui.figure.spec import Preset
    from embexplorer.ui.figure.write import Drawn
    from embexplorer.ui.scatter.map_view import MapView
    from embexplorer.ui.theme import Theme

FLAGS = ("width_mm", "height_mm", "dpi", "font_pt", "theme")
SWITCHES = ("legend", "labels", "caption", "transparent")


class Publishing(QObject):
    """Writes figures of the window's map and fills the clipboard.

    Parameters
    ----------
    services, theme, view
        Of the window.
    say
        Shows a message for a moment.
    parent
        The window.

    Attributes
    ----------
    spec
        What the last figure was to be: the next one starts from it.
    """

    def __init__(
        self,
        services: Services,
        theme: Theme,
        view: MapView,
        say: Callable[[str], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._theme = theme
        self._view = view
        self._say = say
        self.spec = FigureSpec()

    @property
    def methods(self) -> Methods:
        """How the map of the moment was made."""
        found = methods_of(self._services.store.state, self._services.context)
        return Methods("", {}) if found is None else found

    @property
    def title(self) -> str:
        """What a figure of the moment is called."""
        space = self._services.store.state.space
        return "embexplorer" if space is None else space.name

    @property
    def folder(self) -> str:
        """Where the last file was exported to."""
        return self._services.remembered.settings.export_folder

    @folder.setter
    def folder(self, folder: str) -> None:
        self._services.remembered.change(export_folder=folder)

    def screen(self) -> Preset:
        """Return the size of the map as it is on screen."""
        pixels = QFontInfo(self._theme.font()).pixelSize()
        return screen_preset(self._view.width(), self._view.height(), pixels)

    def stage(self, spec: FigureSpec) -> FigureStage:
        """Return the stage of a figure; the caller closes it."""
        return FigureStage(self._services, spec, self._view)

    def export(self, spec: FigureSpec, path: Path) -> None:
        """Paint a figure now, and write it in a lane.

        Raises
        ------
        UserError
            When it cannot be painted.
        """
        self.spec = spec
        if spec.format == "html":
            page = page_figure(self._services, self._view, spec, self.methods, self.title)
            self._submit(_write_page, path, figure=page)
            return
        stage = self.stage(spec)
        try:
            drawn = draw_figure(stage, self.methods, self.title)
        finally:
            stage.close()
        self._submit(_write_drawn, path, drawn=drawn)

    def export_bias(self, path: Path) -> None:
        """Paint the answer of the bias probe now, and write it in a lane."""
        asked = self._services.store.state.bias
        if asked is None or asked.answer is None:
            return
        view = view_of(asked, self._services.bias.find_probe(asked.answer.probe))
        if view is not None:
            drawn = draw_bias(view, asked.answer, path.suffix.lower().removeprefix("."))
            self._submit(_write_drawn, path, drawn=drawn)

    def copy_methods(self) -> None:
        """Put the paragraph of methods on the clipboard."""
        QGuiApplication.clipboard().setText(self.methods.text)
        self._say("Copied the methods paragraph.")

    def copy_as(self, language: Language, tab: str) -> None:
        """Put what makes the answer of a tab, or the map, again on the clipboard."""
        try:
            action = action_of(self._services.store.state, tab)
            text = repeat_text(action, language, self._services.context)
        except UserError as error:
            show_problem(self._services.store, Problem(error))
            return
        QGuiApplication.clipboard().setText(text)
        self._say(f"Copied as {'a command line' if language == 'command' else 'Python'}.")

    def figure_command(self, spec: FigureSpec) -> str:
        """Return the command line that draws a figure again.

        Raises
        ------
        UserError
            When the space has no file.
        """
        state = self._services.store.state
        space, projection = state.document.space(state.active_space), state.projection
        if space is None or projection is None:  # the space as its file has it
            raise UserError("Nothing to repeat", "There is no map yet.", "Project the space first.")
        check_not_placed(projection)
        plain = FigureSpec()
        looks = {name: getattr(spec, name) for name in FLAGS}
        for name in SWITCHES:
            if getattr(spec, name) != getattr(plain, name):
                looks[name] = getattr(spec, name)
        if state.style.color_by in space.columns:
            looks["color_by"] = state.style.color_by
        is_made = projection.is_repeatable
        action = Draw(
            source_of(space),
            f"{space.name}.{spec.format}",
            projection.method if is_made else "",
            projection.params if is_made else {},
            projection.seed,
            {"panel": "map", **looks},
        )
        return repeat_text(action, "command", self._services.context)

    def _submit(self, write: Callable[..., str], path: Path, **what: Any) -> None:
        self._services.work.submit(
            write,
            key=f"figure:{path}",
            title=f"Writing {path.name}",
            lane="quick",
            then=saying(self._services.store),
            path=path,
            **what,
        )


def _write_drawn(drawn: Drawn, path: Path, progress: Progress) -> str:
    progress.raise_if_cancelled()
    write_drawn(drawn, path)
    return " ".join((f"Saved {path}.", *drawn.notes))


def _write_page(figure: Figure, path: Path, progress: Progress) -> str:
    progress.raise_if_cancelled()
    notes = write_figure_html(figure, path)
    return " ".join((f"Saved {path}.", *notes))
