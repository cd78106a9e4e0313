"""Commands of the File menu: opening, saving, exporting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embexplorer.app.commands.command import (
    MAP,
    SPACE,
    Command,
    has_analogy,
    has_bias,
    has_data,
    has_map,
    has_neighbors,
    has_selection,
    has_shown_data,
    has_space,
)

if TYPE_CHECKING:
    from embexplorer.app.services import Services


def _close_space(services: Services) -> None:
    services.library.close(services.store.state.active_space)


COMMANDS = (
    Command(
        "file.open",
        "Open files…",
        "File",
        lambda s, w: w.ask_open(),
        "Ctrl+O",
        keywords="load vectors corpus",
    ),
    Command(
        "file.open-with-options",
        "Open with options…",
        "File",
        lambda s, w: w.ask_open_with_options(),
        "Ctrl+Shift+O",
        keywords="preview columns delimiter encoding header roles split import",
    ),
    Command(
        "file.open-folder",
        "Open a folder…",
        "File",
        lambda s, w: w.ask_open_folder(),
        "Ctrl+Alt+O",
        keywords="documents space",
    ),
    Command(
        "file.save-project",
        "Save the project",
        "File",
        lambda s, w: w.save_project(),
        "Ctrl+S",
        has_data,
        keywords="keep embx",
        needs=SPACE,
        starts_group=True,
    ),
    Command(
        "file.save-project-as",
        "Save the project as…",
        "File",
        lambda s, w: w.ask_save_project(),
        "Ctrl+Shift+S",
        has_data,
        keywords="keep embx copy",
        needs=SPACE,
    ),
    Command(
        "file.sample-words",
        "Open the sample words",
        "File",
        lambda s, w: s.library.open_sample("words"),
        keywords="demo example",
        starts_group=True,
    ),
    Command(
        "file.sample-sentences",
        "Open the sample sentences",
        "File",
        lambda s, w: s.library.open_sample("sentences"),
        keywords="demo example",
    ),
    Command(
        "file.sample-corpus",
        "Open the sample corpus to encode",
        "File",
        lambda s, w: s.library.open_sample("corpus"),
        keywords="demo example texts",
    ),
    Command(
        "file.left-out",
        "Show what was left out…",
        "File",
        lambda s, w: w.show_left_out(),
        enabled=has_shown_data,
        keywords="report rows duplicates zero nan cut notes provenance",
        needs=SPACE,
        starts_group=True,
    ),
    Command(
        "file.close-space",
        "Close this space",
        "File",
        lambda s, w: _close_space(s),
        "Ctrl+W",
        has_space,
        needs=SPACE,
    ),
    Command(
        "file.save-map",
        "Export figure…",
        "File",
        lambda s, w: w.ask_figure(),
        "Ctrl+E",
        has_map,
        keywords="save picture map png svg pdf html screenshot paper",
        needs=MAP,
        starts_group=True,
    ),
    Command(
        "file.save-window",
        "Save a picture of the window…",
        "File",
        lambda s, w: w.ask_save_picture("window"),
        "Ctrl+Shift+E",
        keywords="export png screenshot",
    ),
    Command(
        "file.export-coords",
        "Export coords…",
        "File",
        lambda s, w: w.ask_export("coords"),
        enabled=has_map,
        keywords="csv parquet x y",
        needs=MAP,
    ),
    Command(
        "file.export-neighbors",
        "Export neighbors…",
        "File",
        lambda s, w: w.ask_export("neighbors"),
        enabled=has_neighbors,
        keywords="csv parquet",
        needs="Needs a neighbors query",
    ),
    Command(
        "file.export-analogy",
        "Export analogy answers…",
        "File",
        lambda s, w: w.ask_export("analogy"),
        enabled=has_analogy,
        keywords="csv parquet",
        needs="Needs an analogy",
    ),
    Command(
        "file.export-bias",
        "Export bias probe…",
        "File",
        lambda s, w: w.ask_export_bias(),
        enabled=has_bias,
        keywords="json csv png svg pdf figure numbers",
        needs="Needs an answered bias probe",
    ),
    Command(
        "file.export-selection",
        "Export the selection…",
        "File",
        lambda s, w: w.ask_export("selection"),
        enabled=has_selection,
        keywords="csv parquet",
        needs="Needs selected items",
    ),
    Command("file.quit", "Quit", "File", lambda s, w: w.quit(), "Ctrl+Q", starts_group=True),
)
