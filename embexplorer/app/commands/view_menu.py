"""Commands of the View menu: docks and theme."""

from __future__ import annotations

from embexplorer.app.commands.command import (
    MAP,
    Command,
    has_map,
    has_second_map,
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
        "view.split",
        "Two maps side by side",
        "View",
        lambda s, w: s.gallery.toggle_beside(),
        "Ctrl+Shift+M",
        has_map,
        checked=lambda s, w: has_second_map(s.store.state),
        keywords="split compare beside second",
        needs=MAP,
        starts_group=True,
    ),
    Command(
        "view.swap",
        "Swap the two maps",
        "View",
        lambda s, w: s.gallery.swap(),
        enabled=has_second_map,
        keywords="split exchange",
        needs="Needs two maps side by side",
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
