"""Commands of the Edit menu: undo, copying, selecting."""

from __future__ import annotations

from embexplorer.app.commands.command import (
    MAP,
    SPACE,
    Command,
    can_redo,
    can_undo,
    has_map,
    has_space,
)

COMMANDS = (
    Command(
        "edit.undo",
        "Undo",
        "Edit",
        lambda s, w: s.store.undo(),
        "Ctrl+Z",
        can_undo,
        needs="Needs a change",
    ),
    Command(
        "edit.redo",
        "Redo",
        "Edit",
        lambda s, w: s.store.redo(),
        "Ctrl+Shift+Z",
        can_redo,
        needs="Needs a change that was taken back",
    ),
    Command(
        "edit.copy-results",
        "Copy the results",
        "Edit",
        lambda s, w: w.copy_results(),
        "Ctrl+Shift+C",
        has_space,
        keywords="numbers method clipboard",
        needs=SPACE,
    ),
    Command(
        "edit.copy-methods",
        "Copy the methods paragraph",
        "Edit",
        lambda s, w: w.copy_methods(),
        enabled=has_space,
        keywords="paper cite parameters seed versions hash reproducible",
        needs=SPACE,
    ),
    Command(
        "edit.copy-command",
        "Copy as command line",
        "Edit",
        lambda s, w: w.copy_as("command"),
        enabled=has_space,
        keywords="shell terminal repeat reproducible script",
        needs=SPACE,
    ),
    Command(
        "edit.copy-python",
        "Copy as Python",
        "Edit",
        lambda s, w: w.copy_as("python"),
        enabled=has_space,
        keywords="script notebook repeat reproducible",
        needs=SPACE,
    ),
    Command(
        "edit.copy-map",
        "Copy a picture of the map",
        "Edit",
        lambda s, w: w.copy_picture("map"),
        enabled=has_map,
        keywords="clipboard png",
        needs=MAP,
    ),
    Command(
        "edit.copy-window",
        "Copy a picture of the window",
        "Edit",
        lambda s, w: w.copy_picture("window"),
        keywords="clipboard png",
    ),
)
