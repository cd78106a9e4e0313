"""Services with a small space open, for panels that are tried without the rest of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from embexplorer.app.services import Services, inline_lanes
from embexplorer.operations.keep import on_disk
from tests.ui.real_window import post_at_once, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QWidget

    from embexplorer.core.space import Space
    from embexplorer.ui.theme import Theme


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
