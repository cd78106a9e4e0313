"""Commands of the View menu: docks and theme."""

from __future__ import annotations

from embexplorer.app.commands.command import (
    Command,
)

COMMANDS = (
    Command(
        "view.palette",
        "Find a command…",
        "View",
        lambda s, w: w.show_palette(),
        "Ctrl+K",
        keywords="palette search",
    ),
    Command(
        "view.library",
        "Library",
        "View",
        lambda s, w: w.toggle_dock("Library"),
        "Ctrl+1",
        checked=lambda s, w: w.is_dock_shown("Library"),
        starts_group=True,
    ),
    Command(
        "view.data",
        "Data",
        "View",
        lambda s, w: w.toggle_dock("Data"),
        "Ctrl+J",
        checked=lambda s, w: w.is_dock_shown("Data"),
        keywords="table items rows",
    ),
    Command(
        "view.inspector",
        "Inspector",
        "View",
        lambda s, w: w.toggle_dock("Inspector"),
        "Ctrl+2",
        checked=lambda s, w: w.is_dock_shown("Inspector"),
    ),
    Command(
        "view.next-region",
        "Go to the next region",
        "View",
        lambda s, w: w.focus_region(1),
        "F6",
        keywords="focus keyboard panel",
    ),
    Command(
        "view.previous-region",
        "Go to the region before",
        "View",
        lambda s, w: w.focus_region(-1),
        "Shift+F6",
        keywords="focus keyboard panel",
    ),
    Command(
        "view.reset", "Reset the layout", "View", lambda s, w: w.reset_layout(), keywords="docks"
    ),
    Command(
        "view.light",
        "Light",
        "View",
        lambda s, w: w.set_theme("light"),
        checked=lambda s, w: s.remembered.settings.theme == "light",
        keywords="theme",
        starts_group=True,
    ),
    Command(
        "view.dark",
        "Dark",
        "View",
        lambda s, w: w.set_theme("dark"),
        checked=lambda s, w: s.remembered.settings.theme == "dark",
        keywords="theme",
    ),
    Command(
        "view.system",
        "Follow the system",
        "View",
        lambda s, w: w.set_theme("system"),
        checked=lambda s, w: s.remembered.settings.theme == "system",
        keywords="theme",
    ),
)
