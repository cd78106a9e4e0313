"""Commands of the Help menu."""

from __future__ import annotations

from embexplorer.app.commands.command import Command

COMMANDS = (
    Command(
        "help.show-log",
        "Show log",
        "Help",
        lambda s, w: w.show_log(),
        keywords="error crash report bug",
    ),
    Command(
        "help.copy-versions",
        "Copy versions",
        "Help",
        lambda s, w: w.copy_versions(),
        keywords="report bug system python qt",
    ),
    Command(
        "help.about",
        "About embexplorer",
        "Help",
        lambda s, w: w.show_about(),
        starts_group=True,
        keywords="version license",
    ),
)
