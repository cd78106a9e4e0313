"""A running window: its services, and what is prepared in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from embexplorer.app.services import Services, process_lanes
from embexplorer.app.state import Problem
from embexplorer.app.work import Then, show_problem
from embexplorer.core.errors import UserError
from embexplorer.core.imports_only import imports_only
from embexplorer.operations.cluster import compile_groupings
from embexplorer.operations.keep import on_disk
from embexplorer.operations.read import load_parser
from embexplorer.plugins import KINDS
from embexplorer.storage.settings import load_settings
from embexplorer.ui.application import first_page, make_application
from embexplorer.ui.furniture import furnish as build
from embexplorer.ui.job_bridge import JobBridge
from embexplorer.ui.scatter.kernel_loading import compile_kernels, load_kernels_in_background
from embexplorer.ui.whole_errors import with_whole_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from embexplorer.app.state import State
    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Event
    from embexplorer.jobs.runner import Lane
    from embexplorer.plugins import Registry
    from embexplorer.ui.main_window import MainWindow

WAITS_AT_MOST = 3000  # ms that a long reading holds up what is compiled and imported
AFTER_READING = 60  # ms in which the map is painted
DEMO = ("words", "sentences")  # the last one comes to the front


def make_window(
    app: QApplication,
    lanes: dict[str, Lane] | None = None,
    post: Callable[[Callable[[Event], None], Event], None] | None = None,
) -> MainWindow:
    """Return a window with its services; the parameters are those of `furnish`."""
    window = first_page(app, load_settings())
    furnish(window, lanes, post)
    return window


def furnish(
    window: MainWindow,
    lanes: dict[str, Lane] | None = None,
    post: Callable[[Callable[[Event], None], Event], None] | None = None,
) -> None:
    """Give a window its services and panels.

    Parameters
    ----------
    window
        With its first page.
    lanes, post
        Where jobs run and how their events come; child processes and a bridge by default.
    """
    post = post or JobBridge(window.theme.parent()).post  # both live as long as the application
    build(window, Services.start(lanes or process_lanes(), post))


def begin(window: MainWindow, paths: Sequence[Path], sample: str, said: Sequence[str] = ()) -> None:
    """Open what was asked for, and prepare what will be needed; `said` is of our folders."""
    if said:
        told = UserError(
            "Some folders cannot be written",
            " ".join(said),
            "See EMBEXPLORER_CACHE, _CONFIG, _LOGS and _STATE in README.",
        )
        show_problem(window.services.store, Problem(told))
    for name in DEMO if sample == "demo" else filter(None, [sample]):
        window.services.library.open_sample(name)
    window.services.project.open_paths(paths)
    window.recovery.begin()
    if window.services.store.state.activity:
        _WarmUp(window)
    else:
        warm_up(window)


class _WarmUp(QObject):
    """Warms up once the files are read and on the screen: they need the processors until then."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._go)
        self._soon.start(WAITS_AT_MOST)
        self.destroyed.connect(window.services.store.subscribe(self._changed))

    def _changed(self, old: State, new: State) -> None:
        if not new.activity:
            self._soon.start(AFTER_READING)

    def _go(self) -> None:
        self.deleteLater()  # which ends the subscription
        warm_up(self._window)


def import_plugins(registry: Registry, progress: Progress) -> None:
    """Import the plugins of every kind: dialogs and panels list them, and must not wait."""
    with imports_only():
        for kind in KINDS:
            progress.raise_if_cancelled()
            registry.all(kind)


@with_whole_errors
def explore(spaces: Sequence[Space], *, block: bool = True) -> list[int] | MainWindow:
    """Open the window with spaces from memory.

    Returns
    -------
    list[int] or MainWindow
        The selected rows of the active space when the window has closed; without `block`, the
        window at once.
    """
    app = make_application()
    window = make_window(app)
    window.show()
    for space in spaces:
        window.services.library.add(on_disk(space, window.services.context))
    window.recovery.begin()
    warm_up(window)
    if not block:
        app.aboutToQuit.connect(window.services.runner.shutdown)
        app.aboutToQuit.connect(window.services.remembered.end)
        app.aboutToQuit.connect(window.services.keeping.end)
        app.aboutToQuit.connect(window.services.project.end)
        return window
    app.exec()
    rows = window.selection()
    window.end()
    return rows


def warm_up(window: MainWindow) -> None:
    """Get ready what the first map, projection, vector file and clusters need, in children."""
    runner, work = window.services.runner, window.services.work

    def map_compiled(_: object) -> None:
        load_kernels_in_background()
        work.submit(
            import_plugins,
            key="plugins",
            title="Preparing",
            lane="quick",
            then=Then(),
            is_shown=False,
            registry=window.services.context.registry,
        )
        compile_(load_parser, "parser", parser_compiled)

    def parser_compiled(_: object) -> None:
        compile_(compile_groupings, "groupings", groupings_compiled)

    def groupings_compiled(_: object) -> None:
        runner.retire("kernels")

    def compile_(function: Callable[..., None], key: str, then: Callable[[object], None]) -> None:
        work.submit(
            function,
            key=key,
            title="Preparing",
            lane="kernels",
            then=Then(finished=then, failed=then),
            is_shown=False,
        )

    runner.warm("compute")
    compile_(compile_kernels, "kernels", map_compiled)
