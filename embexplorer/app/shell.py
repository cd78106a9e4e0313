"""What commands ask of the window itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from embexplorer.app.presenters.repeating import Language
    from embexplorer.core.item_sets import ItemSets

Tool = Literal["pointer", "rectangle", "lasso", "circle", "nearest"]


class Shell(Protocol):
    """What commands ask of the window itself."""

    def ask_open(self) -> None:
        """Let the person choose files and open them."""

    def ask_open_with_options(self) -> None:
        """Let the person choose a file and how it is read."""

    def ask_open_folder(self) -> None:
        """Let the person choose a folder and open it."""

    def save_project(self) -> None:
        """Save into the file that is open; ask for one where there is none."""

    def ask_save_project(self) -> None:
        """Let the person choose a file for the project, and save into it."""

    def ask_save_view(self) -> None:
        """Ask under which name the place that the map shows is kept."""

    def ask_labels(self) -> None:
        """Let the person type labels, and color each item by the nearest one."""

    def ask_export(self, what: str) -> None:
        """Let the person choose a file for a table such as ``coords``, and write it."""

    def show_left_out(self) -> None:
        """Show which rows of the space were left out, cut, or stand out."""

    def ask_export_bias(self) -> None:
        """Let the person choose a file for a picture or the numbers of the bias probe."""

    def ask_bias_report(self) -> None:
        """Let the person choose a PDF or HTML file for a report on the bias probe."""

    def ask_item_sets(self, use: Callable[[Path], None]) -> None:
        """Let the person choose a file of item sets, and hand its path to `use`."""

    def ask_edit_sets(self, sets: str | ItemSets | None = None) -> None:
        """Open the editor of item sets with sets by name, path or themselves, or with new ones."""

    def ask_debias(self) -> None:
        """Ask how a space with less bias is made of the active one."""

    def ask_battery(self) -> None:
        """Ask which bias probes are run at once on which item sets and spaces."""

    def copy_citation(self) -> None:
        """Put the sources of the bias probe on the clipboard."""

    def ask_save_picture(self, what: str) -> None:
        """Let the person choose a PNG file for the ``map`` or the ``window``."""

    def ask_figure(self) -> None:
        """Open the dialog that writes a figure of the map."""

    def copy_methods(self) -> None:
        """Put how the map was made on the clipboard, as a paragraph to cite."""

    def copy_as(self, language: Language) -> None:
        """Put the answer of the open tab, or the map, on the clipboard as what makes it again."""

    def copy_picture(self, what: str) -> None:
        """Put a picture of the ``map`` or the ``window`` on the clipboard."""

    def picture(self, what: str, scale: float) -> Any:
        """Return a picture of the ``map`` or the ``window``, `scale` times its size."""

    def save_picture(self, what: str, path: Path, scale: float) -> None:
        """Write a picture of the ``map`` or the ``window``."""

    def copy_results(self) -> None:
        """Put the numbers of the open inspector tab on the clipboard, with their method."""

    def toggle_dock(self, name: str) -> None:
        """Show or hide a dock."""

    def is_dock_shown(self, name: str) -> bool:
        """Return whether a dock is shown."""

    def show_tab(self, name: str) -> None:
        """Show a tab of the inspector and put the cursor in its first field."""

    def show_find(self) -> None:
        """Show the find field with the cursor in it."""

    def set_theme(self, mode: str) -> None:
        """Switch to ``light``, ``dark`` or ``system``."""

    def focus_region(self, step: int) -> None:
        """Give the focus to the next region of the window, or with -1 to the one before."""

    def reset_layout(self) -> None:
        """Put every dock back where it was at first."""

    def open_map_menu(self, name: str) -> None:
        """Open the menu ``color``, ``size``, ``labels`` or ``layers`` of the map."""

    def ask_join(self) -> None:
        """Let the person choose a table whose columns join those of the space."""

    def ask_place(self) -> None:
        """Ask on which map of another space the items of this one are placed."""

    def ask_clusters(self) -> None:
        """Ask how to find clusters."""

    def fit(self) -> None:
        """Show the whole map."""

    def fit_selection(self) -> None:
        """Show the selected items."""

    def set_tool(self, tool: Tool) -> None:
        """Let a drag on the map do something else."""

    def tool(self) -> Tool:
        """Return what a drag on the map does."""

    def escape(self) -> None:
        """Drop what is begun: a region, else the tool, else the selection."""

    def ask_select(self) -> None:
        """Let the person write an expression that selects items."""

    def ask_keep_selection(self) -> None:
        """Ask under which name the selection is kept."""

    def ask_tag(self) -> None:
        """Ask which label the selected items get."""

    def look_along(self, axis: int) -> None:
        """Look along the first (0), second (1) or third axis (2) of a 3-D map."""

    def toggle_rotation(self) -> None:
        """Let a 3-D map turn by itself, or no more."""

    def is_rotating(self) -> bool:
        """Return whether a 3-D map turns by itself."""

    def zoom(self, factor: float) -> None:
        """Zoom the map about its middle."""

    def show_palette(self) -> None:
        """Open the command palette."""

    def show_log(self) -> None:
        """Show the end of the log, and where it lies."""

    def copy_versions(self) -> None:
        """Put what this application stands on and runs on onto the clipboard."""

    def show_about(self) -> None:
        """Show version, licenses and what could not be loaded."""

    def quit(self) -> None:
        """Close the window."""
