"""Commands of the Help menu."""

from __future__ import annotations

from embexplorer.app.commands.command import (
    Command,
)

COMMANDS = (
    Command(
        "help.about",
        "About embexplorer",
        "Help",
        lambda s, w: w.show_about(),
        keywords="version license",
    ),
)
