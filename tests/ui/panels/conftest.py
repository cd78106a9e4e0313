"""Windows and services that panels are tried with, as few of them as possible: they take long."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from embexplorer.app.history import History
from embexplorer.app.services import Services, inline_lanes
from embexplorer.app.state import State
from embexplorer.operations.keep import on_disk
from tests.ui.real_window import close_window, open_window, post_at_once, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QApplication, QWidget

    from embexplorer.core.space import Space
    from embexplorer.ui.main_window import MainWindow
    from embexplorer.ui.theme import Theme

SIZE = 1440, 900


@pytest.fixture(scope="module")
def module_window(
    qapp: QApplication, loaded_kernels: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MainWindow]:
    """The real window, once for all tests of a module; `shared_window` empties it."""
    folder = tmp_path_factory.mktemp("shared-window")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CACHE", "CONFIG", "LOGS", "STATE"):
            patch.setenv(f"EMBEXPLORER_{name}", str(folder / name.lower()))
        made = open_window(*SIZE)
        yield made
        close_window(made)


@pytest.fixture
def shared_window(module_window: MainWindow) -> Iterator[MainWindow]:
    """The real window of the module, as it is at the start: empty, nothing to take back."""
    services = module_window.services
    settings = services.remembered.settings
    yield module_window
    services.store.apply(lambda state: State())
    services.store.history = History()
    services.remembered.change(
        **{one.name: getattr(settings, one.name) for one in dataclasses.fields(settings)}
    )
    module_window.resize(*SIZE)
    module_window.shell.set_tool("pointer")
    module_window.map.view.flies = True
    module_window.data.table.columns.restore('{"order": [], "hidden": []}')
    settle()


@pytest.fixture
def services(theme: Theme, topics: Space) -> Iterator[Services]:
    """Services whose jobs run at once, with `topics` on a PCA map."""
    made = Services.start(inline_lanes(), post_at_once)
    made.remembered.hold(method="pca", encoder="hashing")
    made.library.add(on_disk(topics, made.context))
    yield made
    made.runner.shutdown()


@pytest.fixture
def show(theme: Theme, window: QWidget) -> Callable[[QWidget, float, float], None]:
    """How a panel is shown by itself, so many em wide and high."""

    def shown(panel: QWidget, width: float, height: float) -> None:
        window.resize(theme.px(width), theme.px(height))
        panel.resize(window.size())
        window.show()
        panel.show()
        settle()

    return shown
