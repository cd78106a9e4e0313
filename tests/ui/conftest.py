"""A real application and its theme, whose files go to a temporary folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QWidget
from shiboken6 import delete

from embexplorer.ui.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication


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
