"""What was closed is given back to the system once the window rests."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject

from embexplorer.app import state as states
from embexplorer.app.store import Store
from embexplorer.ui.resting import Resting
from tests.memory_use import make_holes, resident
from tests.ui.real_window import make_topics

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="what glibc keeps")
def test_a_closed_space_is_given_back(qtbot: QtBot) -> None:
    store, parent = Store(), QObject()
    Resting(store, parent)
    space = make_topics()
    store.apply(lambda state: states.add_data(state, space))
    make_holes(100)
    before = resident()
    store.apply(lambda state: states.close_data(state, space.id))
    qtbot.waitUntil(lambda: before - resident() > 80)
