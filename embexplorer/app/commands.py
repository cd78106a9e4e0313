"""The table of everything a person can do: menus, shortcuts and the palette are derived from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from embexplorer.app.presenters.items import shown_rows
from embexplorer.app.services import Services
from embexplorer.app.shell import Shell
from embexplorer.app.state import State

Run = Callable[[Services, Shell], None]
Condition = Callable[[State], bool]


def always(state: State) -> bool:
    """Return True."""
    return True


def has_space(state: State) -> bool:
    """Return whether a space is open."""
    return state.space is not None


def has_map(state: State) -> bool:
    """Return whether something is on the map."""
    return state.projection is not None


def is_projecting(state: State) -> bool:
    """Return whether a projection is running."""
    return state.live is not None


def has_live(state: State) -> bool:
    """Return whether the map shows a projection that is still running."""
    return state.live_coords is not None


def has_selection(state: State) -> bool:
    """Return whether items are selected."""
    return state.selection is not None


def has_one_selected(state: State) -> bool:
    """Return whether exactly one item is selected."""
    return state.selected is not None


def has_neighbors(state: State) -> bool:
    """Return whether neighbors were found."""
    return state.neighbors is not None and state.neighbors.answer is not None


def has_analogy(state: State) -> bool:
    """Return whether an analogy was answered."""
    return state.analogy is not None and state.analogy.answer is not None


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can do.

    Parameters
    ----------
    id
        Unique, as ``category.verb``.
    title
        As a menu shows it; ``…`` where a dialog follows.
    menu
        Menu it is in.
    run
        ``run(services, shell)``.
    shortcut
        In Qt's portable notation; single letters act only while the map has focus.
    enabled
        Condition on the state.
    checked
        For commands that are on or off: whether it is on now.
    keywords
        Further words the palette finds it by.
    needs
        What is missing while it is not enabled.
    starts_group
        Whether a line stands above it in its menu.
    """

    id: str
    title: str
    menu: str
    run: Run
    shortcut: str = ""
    enabled: Condition = always
    checked: Callable[[Services, Shell], bool] | None = None
    keywords: str = ""
    needs: str = ""
    starts_group: bool = False


def _select_all(services: Services) -> None:
    services.map.select(shown_rows(services.store.state))


def _ask_selected(services: Services, shell: Shell) -> None:
    services.neighbors.ask_selected()
    shell.show_tab("Neighbors")


def _close_space(services: Services) -> None:
    services.library.close(services.store.state.active_space)


SPACE = "Needs an open space"
MAP = "Needs a map"

COMMANDS: tuple[Command, ...] = (
    Command(
        "file.open",
        "Open files…",
        "File",
        lambda s, w: w.ask_open(),
        "Ctrl+O",
        keywords="load vectors corpus",
    ),
    Command(
        "file.open-folder",
        "Open a folder…",
        "File",
        lambda s, w: w.ask_open_folder(),
        "Ctrl+Shift+O",
        keywords="documents space",
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
        "Save a picture of the map…",
        "File",
        lambda s, w: w.ask_save_picture("map"),
        "Ctrl+E",
        has_map,
        keywords="export png figure screenshot",
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
        "file.export-selection",
        "Export the selection…",
        "File",
        lambda s, w: w.ask_export("selection"),
        enabled=has_selection,
        keywords="csv parquet",
        needs="Needs selected items",
    ),
    Command("file.quit", "Quit", "File", lambda s, w: w.quit(), "Ctrl+Q", starts_group=True),
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
    Command(
        "edit.select-all",
        "Select all shown items",
        "Edit",
        lambda s, w: _select_all(s),
        "Ctrl+A",
        has_space,
        needs=SPACE,
        starts_group=True,
    ),
    Command(
        "edit.clear-selection",
        "Clear the selection",
        "Edit",
        lambda s, w: s.map.select(()),
        "Esc",
        has_selection,
        needs="Needs selected items",
    ),
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
    Command("map.fit", "Fit to window", "Map", lambda s, w: w.fit(), "F", has_map, needs=MAP),
    Command("map.zoom-in", "Zoom in", "Map", lambda s, w: w.zoom(1.25), "+", has_map, needs=MAP),
    Command("map.zoom-out", "Zoom out", "Map", lambda s, w: w.zoom(0.8), "-", has_map, needs=MAP),
    Command(
        "map.pca",
        "Project with PCA",
        "Map",
        lambda s, w: s.map.project("pca"),
        "P",
        has_space,
        keywords="projection",
        needs=SPACE,
        starts_group=True,
    ),
    Command(
        "map.tsne",
        "Project with t-SNE",
        "Map",
        lambda s, w: s.map.project("tsne"),
        "T",
        has_space,
        keywords="projection",
        needs=SPACE,
    ),
    Command(
        "map.umap",
        "Project with UMAP",
        "Map",
        lambda s, w: s.map.project("umap"),
        "U",
        has_space,
        keywords="projection",
        needs=SPACE,
    ),
    Command(
        "map.keep",
        "Keep the running map as is",
        "Map",
        lambda s, w: s.map.keep_live(),
        "Return",
        has_live,
        needs="Needs a running projection that is on the map",
        starts_group=True,
    ),
    Command(
        "map.cancel",
        "Cancel the running projection",
        "Map",
        lambda s, w: s.map.cancel_live(),
        enabled=is_projecting,
        needs="Needs a running projection",
    ),
    Command(
        "analyze.neighbors",
        "Neighbors of the selection",
        "Analyze",
        _ask_selected,
        "Ctrl+Shift+N",
        has_one_selected,
        needs="Needs one selected item",
    ),
    Command(
        "analyze.analogy",
        "Analogy",
        "Analyze",
        lambda s, w: w.show_tab("Analogy"),
        "Ctrl+Shift+A",
        has_space,
        keywords="is to as",
        needs=SPACE,
    ),
    Command(
        "analyze.details",
        "Details",
        "Analyze",
        lambda s, w: w.show_tab("Details"),
        "Alt+1",
        has_space,
        needs=SPACE,
        starts_group=True,
    ),
    Command(
        "analyze.find",
        "Find an item",
        "Analyze",
        lambda s, w: w.show_tab("Neighbors"),
        "Ctrl+F",
        has_space,
        keywords="search query neighbors",
        needs=SPACE,
    ),
    Command(
        "help.about",
        "About embexplorer",
        "Help",
        lambda s, w: w.show_about(),
        keywords="version license",
    ),
)

MENUS = ("File", "Edit", "View", "Map", "Analyze", "Help")


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
