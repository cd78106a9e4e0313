"""What every command keeps to: its words, its condition, and that it does what it says."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter, deque
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from embexplorer.app.commands import COMMANDS, MENUS, Command, always, matching
from embexplorer.app.services import Services, inline_lanes
from embexplorer.app.shell import Shell
from embexplorer.app.state import Live, State
from embexplorer.jobs.thread_lane import ThreadLane
from embexplorer.operations.keep import on_disk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from embexplorer.core.space import Space

each_command = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
KEY = r"(Ctrl\+|Shift\+|Alt\+)*([A-Z0-9+-]|Esc|Return|F[0-9]+)"
NAMES = {"PCA", "t-SNE", "UMAP", "Library", "Inspector"}


class RecordingShell:
    """A window that writes down what commands ask of it."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.shown_docks = {"Library"}

    def ask_open(self) -> None:
        self.asked.append(("ask_open",))

    def ask_open_folder(self) -> None:
        self.asked.append(("ask_open_folder",))

    def ask_export(self, what: str) -> None:
        self.asked.append(("ask_export", what))

    def ask_save_picture(self, what: str) -> None:
        self.asked.append(("ask_save_picture", what))

    def copy_picture(self, what: str) -> None:
        self.asked.append(("copy_picture", what))

    def copy_results(self) -> None:
        self.asked.append(("copy_results",))

    def toggle_dock(self, name: str) -> None:
        self.asked.append(("toggle_dock", name))
        self.shown_docks ^= {name}

    def is_dock_shown(self, name: str) -> bool:
        return name in self.shown_docks

    def show_tab(self, name: str) -> None:
        self.asked.append(("show_tab", name))

    def set_theme(self, mode: str) -> None:
        self.asked.append(("set_theme", mode))

    def reset_layout(self) -> None:
        self.asked.append(("reset_layout",))

    def fit(self) -> None:
        self.asked.append(("fit",))

    def zoom(self, factor: float) -> None:
        self.asked.append(("zoom", factor))

    def show_palette(self) -> None:
        self.asked.append(("show_palette",))

    def show_about(self) -> None:
        self.asked.append(("show_about",))

    def quit(self) -> None:
        self.asked.append(("quit",))


# What a command asks of the window.
ASKED: dict[str, tuple[Any, ...]] = {
    "file.open": ("ask_open",),
    "file.open-folder": ("ask_open_folder",),
    "file.save-map": ("ask_save_picture", "map"),
    "file.save-window": ("ask_save_picture", "window"),
    "file.export-coords": ("ask_export", "coords"),
    "file.export-neighbors": ("ask_export", "neighbors"),
    "file.export-analogy": ("ask_export", "analogy"),
    "file.export-selection": ("ask_export", "selection"),
    "file.quit": ("quit",),
    "edit.copy-results": ("copy_results",),
    "edit.copy-map": ("copy_picture", "map"),
    "edit.copy-window": ("copy_picture", "window"),
    "view.palette": ("show_palette",),
    "view.library": ("toggle_dock", "Library"),
    "view.inspector": ("toggle_dock", "Inspector"),
    "view.reset": ("reset_layout",),
    "view.light": ("set_theme", "light"),
    "view.dark": ("set_theme", "dark"),
    "view.system": ("set_theme", "system"),
    "map.fit": ("fit",),
    "map.zoom-in": ("zoom", 1.25),
    "map.zoom-out": ("zoom", 0.8),
    "analyze.neighbors": ("show_tab", "Neighbors"),
    "analyze.analogy": ("show_tab", "Analogy"),
    "analyze.details": ("show_tab", "Details"),
    "analyze.find": ("show_tab", "Neighbors"),
    "help.about": ("show_about",),
}

# What a command does to the state of the full window.
DONE: dict[str, Callable[[State], bool]] = {
    "file.sample-words": lambda state: state.space is not None and state.space.n == 10_256,
    "file.sample-sentences": lambda state: state.space is not None and state.space.n == 300,
    "file.sample-corpus": lambda state: state.texts is not None and state.texts.n == 300,
    "file.close-space": lambda state: state.space is None,
    "edit.select-all": lambda state: state.selection.indices.tolist() == [4, 5, 6],
    "edit.clear-selection": lambda state: state.selection is None,
    "map.pca": lambda state: state.live is not None and state.live.method == "pca",
    "map.tsne": lambda state: state.live is not None and state.live.method == "tsne",
    "map.umap": lambda state: state.live is not None and state.live.method == "umap",
    "map.keep": lambda state: state.projection is not None and bool(state.projection.notes),
    "map.cancel": lambda state: state.live is None and len(state.document.projections) == 1,
    "analyze.neighbors": lambda state: state.neighbors is not None
    and state.neighbors.text == "apple",
}


class Full:
    """Real services with a space, a map, questions and a running projection; its job waits."""

    def __init__(self, space: Space) -> None:
        self.posted: deque[tuple[Callable[[Any], None], Any]] = deque()
        self.is_direct = True
        self.compute = WaitingLane()
        lanes = {**inline_lanes(), "compute": self.compute}
        self.services = Services.start(lanes, lambda handle, event: handle(event))
        self.services.remembered.hold(method="pca")
        kept = on_disk(space, self.services.context)
        self.services.library.add(kept)
        self.services.analogy.ask("man", "king", "woman")
        self.services.map.select([4])
        self.services.neighbors.ask("king")
        self.services.map.toggle_category(0)
        self.services.map.project("tsne")


class WaitingLane:
    """A lane whose jobs never end unless they are cancelled."""
