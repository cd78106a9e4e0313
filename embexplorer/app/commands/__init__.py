"""The table of everything a person can do: menus, shortcuts and the palette are derived from it."""

from __future__ import annotations

from embexplorer.app.commands import (
    analyze_menu,
    edit_menu,
    file_menu,
    help_menu,
    map_menu,
    select_menu,
    view_menu,
)
from embexplorer.app.commands.command import Command, always

COMMANDS: tuple[Command, ...] = (
    *file_menu.COMMANDS,
    *edit_menu.COMMANDS,
    *select_menu.COMMANDS,
    *view_menu.COMMANDS,
    *map_menu.COMMANDS,
    *analyze_menu.COMMANDS,
    *help_menu.COMMANDS,
)

MENUS = ("File", "Edit", "Select", "View", "Map", "Analyze", "Help")

__all__ = ["COMMANDS", "MENUS", "Command", "always", "matching"]


def matching(query: str) -> list[Command]:
    """Return the commands whose title or keywords hold every word of the query, in table order."""
    words = query.lower().split()
    return [
        command
        for command in COMMANDS
        if all(
            word in f"{command.title} {command.menu} {command.keywords}".lower() for word in words
        )
    ]
