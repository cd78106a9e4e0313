"""A real application and its theme, whose files go to a temporary folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QWidget
from shiboken6 import delete

from embexplorer.ui.scatter.kernel_loading import load_kernels
from embexplorer.ui.theme import Theme
from embexplorer.ui.whole_errors import with_whole_errors
from tests.ui.real_window import close_window, make_topics, open_window, show_space

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from embexplorer.core.space import Space
    from embexplorer.ui.main_window import MainWindow


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let an error in a method that Qt calls fail its test, and not end all of them."""
    here = Path(__file__).parent
    for item in items:
        if isinstance(item, pytest.Function) and here in item.path.parents:
            item.obj = with_whole_errors(item.obj)


@pytest.fixture(scope="session")
def glyph_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("glyph-cache")


@pytest.fixture
def theme(
    qapp: QApplication, glyph_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Theme]:
    monkeypatch.setenv("EMBEXPLORER_CACHE", str(glyph_cache))
    made = Theme(qapp, "light")
    made.apply()
    yield made
    delete(made)


@pytest.fixture
def window(theme: Theme) -> Iterator[QWidget]:
    """A window to put widgets into, gone at the end of the test."""
    made = QWidget()
    yield made
    made.close()
    delete(made)


@pytest.fixture(scope="session")
def loaded_kernels() -> None:
    """The map's kernels, loaded once."""
    load_kernels()


@pytest.fixture
def main_window(
    qtbot: QtBot, loaded_kernels: None, glyph_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MainWindow]:
    """The real window with real services, all work done at once in the test's thread."""
    made = open_window(1440, 900)
    yield made
    close_window(made)


@pytest.fixture(scope="module")
def topics_window(
    loaded_kernels: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MainWindow]:
    """One window for all tests of a module, with the topics on its map: leave it as it was."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CACHE", "CONFIG", "LOGS", "STATE"):
            patch.setenv(f"EMBEXPLORER_{name}", str(tmp_path_factory.mktemp(name.lower())))
        made = open_window(1440, 900)
        show_space(made, make_topics())
        yield made
        close_window(made)


@pytest.fixture
def topics() -> Space:
    """Return sixty items in three groups, with a category, a number and a longer text each."""
    return make_topics()
