"""What commands ask of the window: dialogs, pictures, docks, and what the map is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from embexplorer.app.presenters.bias_export import citation_text
from embexplorer.app.presenters.left_out import data_of, left_out_of
from embexplorer.app.presenters.mitigation_view import report_text
from embexplorer.app.presenters.reporting import report_of_battery, report_of_probe
from embexplorer.app.presenters.results import text_of
from embexplorer.app.problem_report import versions_text
from embexplorer.app.state import Problem
from embexplorer.app.work import Then, saying, show_problem
from embexplorer.core.errors import UserError
from embexplorer.ui import dialogs
from embexplorer.ui.bias_report import write_report_of
from embexplorer.ui.cluster_dialog import ClusterDialog
from embexplorer.ui.docks import INSPECTOR
from embexplorer.ui.export_dialog import ExportDialog
from embexplorer.ui.expression_dialog import ExpressionDialog
from embexplorer.ui.figure.bias import PICTURES
from embexplorer.ui.join_dialog import JoinDialog
from embexplorer.ui.label_dialog import LabelDialog
from embexplorer.ui.left_out_dialog import LeftOutDialog
from embexplorer.ui.log_dialog import LogDialog
from embexplorer.ui.options_dialog import show_options
from embexplorer.ui.panels.analogy import AnalogyPanel
from embexplorer.ui.panels.neighbors import NeighborsPanel
from embexplorer.ui.pictures import window_picture, write_picture
from embexplorer.ui.place_dialog import PlaceDialog
from embexplorer.ui.regions import focus_next_region

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

    from embexplorer.app.presenters.repeating import Language
    from embexplorer.app.services import Services
    from embexplorer.app.shell import Tool
    from embexplorer.core.item_sets import ItemSets
    from embexplorer.jobs.events import Finished
    from embexplorer.operations.bias_report_places import ReportedPlace
    from embexplorer.ui.battery_dialog import BatteryDialog
    from embexplorer.ui.debias_dialog import DebiasDialog
    from embexplorer.ui.main_window import MainWindow
    from embexplorer.ui.set_editor import SetEditor


class WindowShell:
    """The `app.shell.Shell` of a window."""

    def __init__(self, window: MainWindow, services: Services) -> None:
        self._window = window
        self._services = services
        self._set_editor: SetEditor | None = None
        self._debias: DebiasDialog | None = None
        self._battery: BatteryDialog | None = None

    def ask_open(self) -> None:
        """Let the person choose files and open them."""
        folder = self._services.remembered.open_folder
        paths = dialogs.ask_files(self._window, self._services.context.registry, folder)
        self._window.projects.open(paths)

    def ask_open_with_options(self) -> None:
        """Let the person choose a file and how it is read."""
        path = self._ask_file("Open with options")
        if path is not None:
            self.show_options(path)

    def _ask_file(self, title: str) -> Path | None:
        folder = self._services.remembered.open_folder
        return dialogs.ask_file(self._window, title, self._services.context.registry, folder)

    def show_options(self, path: Path) -> None:
        """Let the person choose how a file is read."""
        show_options(self._window.theme, self._services.opening, path, self._window)

    def ask_open_folder(self) -> None:
        """Let the person choose a folder and open it."""
        near = self._services.remembered.open_folder
        folder = dialogs.ask_folder(self._window, "Open a folder", near)
        if folder is not None:
            self._window.projects.open([folder])

    def save_project(self) -> None:
        """Save into the file that is open; ask for one where there is none."""
        self._window.projects.save()

    def ask_save_project(self) -> None:
        """Let the person choose a file for the project, and save into it."""
        self._window.projects.save_as()

    def ask_save_view(self) -> None:
        """Ask under which name the place that the map shows is kept."""
        self._window.views.ask_save()

    def ask_labels(self) -> None:
        """Let the person type labels, and color each item by the nearest one."""
        LabelDialog(self._window.theme, self._services.labeling, self._window).open()

    def ask_export(self, what: str) -> None:
        """Let the person choose a file for a table and write it."""
        data = data_of(self._services.store.state)
        if data is None:
            return
        name = f"{data.name}-{what}.csv"
        path = dialogs.ask_table_file(
            self._window, name, self._services.remembered.settings.export_folder
        )
        if path is not None:
            self._services.remembered.change(export_folder=str(path.parent))
            self._services.results.export(what, path)  # type: ignore[arg-type]  # names in the table

    def show_left_out(self) -> None:
        """Show which rows of the space were left out, cut, or stand out."""
        shown = left_out_of(self._services.store.state)
        if shown is not None:
            dialog = LeftOutDialog(self._window.theme, shown, self._window)
            dialog.export_requested.connect(self._export_left_out)
            dialog.open()

    def ask_export_bias(self) -> None:
        """Let the person choose a file for a picture or the numbers of the bias probe."""
        asked = self._services.store.state.bias
        if asked is None or asked.answer is None:
            return
        name = f"{asked.answer.space_name}-{asked.answer.probe}-{asked.answer.sets.name}.svg"
        path = dialogs.ask_probe_file(self._window, name, self._window.publishing.folder)
        if path is None:
            return
        self._window.publishing.folder = str(path.parent)
        if path.suffix.lower() in PICTURES:
            self._window.publishing.export_bias(path)
        else:
            self._services.bias.export(path)

    def ask_bias_report(self) -> None:
        """Let the person choose a PDF or HTML file for a report on the bias probe."""
        services = self._services
        parts = report_of_probe(services.store.state, services.context)
        if parts:
            found = parts[0].result
            name = f"{found.space_name}-{found.probe}-{found.sets.name}-report.pdf"
            self._ask_report(self._window, name, parts)

    def _ask_battery_report(self) -> None:
        services = self._services
        parts = report_of_battery(services.store.state, services.context, services.battery.known)
        assert self._battery is not None  # it asks
        self._ask_report(self._battery, "probe-battery-report.pdf", parts)

    def _ask_report(self, parent: QWidget, name: str, parts: list[ReportedPlace]) -> None:
        """Ask where a report goes, and have a child process write it."""
        remembered = self._services.remembered
        path = dialogs.ask_document_file(parent, name, remembered.settings.export_folder)
        if path is None:
            return
        remembered.change(export_folder=str(path.parent))
        self._services.work.submit(
            write_report_of,
            key=f"report:{path}",
            title=f"Writing {path.name}",
            lane="measure",
            then=saying(self._services.store),
            parts=parts,
            path=path,
        )

    def ask_item_sets(self, use: Callable[[Path], None]) -> None:
        """Let the person choose a file of item sets, and hand its path to `use`."""
        path = dialogs.ask_sets_file(self._window)
        if path is not None:
            use(path)

    def ask_edit_sets(self, sets: str | ItemSets | None = None) -> None:
        """Open the editor of item sets with sets by name, path or themselves, or with new ones."""
        window, services = self._window, self._services
        if self._set_editor is None:
            from embexplorer.ui.set_editor import SetEditor

            self._set_editor = SetEditor(window.theme, services, window)
            self._set_editor.sets_chosen.connect(window.bias.form.use_sets)
            self._set_editor.write_requested.connect(self._write_sets)
        self._set_editor.edit(sets)

    def ask_battery(self) -> None:
        """Ask which bias probes are run at once on which item sets and spaces."""
        if self._battery is None:
            from embexplorer.ui.battery_dialog import BatteryDialog

            self._battery = BatteryDialog(self._window.theme, self._services, self._window)
            self._battery.probe_opened.connect(self._show_probe)
            self._battery.report_requested.connect(self._ask_battery_report)
            self._battery.said.connect(self._window.status.say)
        self._battery.open_again()

    def _show_probe(self) -> None:
        """Show the tab in which a probe of the battery answers."""
        self._window.docks[INSPECTOR].show()
        self._window.inspector.setCurrentWidget(self._window.bias_tab)

    def _write_sets(self, name: str) -> None:
        """Let the person choose a file for the sets that are edited."""
        path = dialogs.ask_new_sets_file(self._window, f"{name}.json")
        if path is None:
            return
        try:
            self._services.editing_sets.write(path)
        except UserError as error:
            show_problem(self._services.store, Problem(error))

    def ask_debias(self) -> None:
        """Ask how a space with less bias is made of the active one."""
        if self._services.store.state.space is None:
            return
        if self._debias is None:
            from embexplorer.ui.debias_dialog import DebiasDialog

            self._debias = DebiasDialog(self._window.theme, self._services, self._window)
            self._debias.file_requested.connect(self.ask_item_sets)
            self._debias.copy_requested.connect(self._copy_debias)
            self._debias.export_requested.connect(self.ask_export_debias)
        self._debias.ask()

    def ask_export_debias(self) -> None:
        """Let the person choose a file for what the last mitigation of bias changed."""
        asked = self._services.store.state.mitigation
        if asked is None or asked.report is None:
            return
        folder = self._services.remembered.settings.export_folder
        path = dialogs.ask_report_file(self._window, f"{asked.made}.json", folder)
        if path is not None:
            self._services.remembered.change(export_folder=str(path.parent))
            self._services.mitigating.export(path)

    def _copy_debias(self) -> None:
        asked = self._services.store.state.mitigation
        if asked is not None and asked.report is not None:
            QGuiApplication.clipboard().setText(report_text(asked))
            self._window.status.say("Copied the report.")

    def copy_citation(self) -> None:
        """Put the sources of the bias probe on the clipboard."""
        asked = self._services.store.state.bias
        if asked is not None and asked.answer is not None:
            QGuiApplication.clipboard().setText(citation_text(asked.answer))
            self._window.status.say("Copied the citation.")

    def ask_save_picture(self, what: str) -> None:
        """Let the person choose a file for a picture and write it."""
        space = self._services.store.state.space
        name = f"{space.name if space is not None else 'embexplorer'}-{what}.png"
        chosen = dialogs.ask_picture_file(
            self._window, name, self._services.remembered.settings.export_folder
        )
        if chosen is not None:
            path, scale = chosen
            self._services.remembered.change(export_folder=str(path.parent))
            self.save_picture(what, path, scale)

    def save_picture(self, what: str, path: Path, scale: float) -> None:
        """Write a picture of the ``map`` or the ``window``."""
        self._services.work.submit(
            write_picture,
            key=f"picture:{path}",
            title=f"Writing {path.name}",
            lane="quick",
            then=Then(finished=self._saved),
            image=self.picture(what, scale),
            path=path,
        )

    def picture(self, what: str, scale: float) -> QImage:
        """Return a picture of the ``map`` or the ``window``, `scale` times its size."""
        self._window.theme.dressing.finish()  # what is being dressed is not painted
        if what == "map":
            return self._window.map.picture(scale)
        return window_picture(self._window, self._window.map.view, scale)

    def ask_figure(self) -> None:
        """Open the dialog that writes a figure of the map."""
        dialog = ExportDialog(self._window.theme, self._window.publishing, self._window)
        dialog.table_requested.connect(self._export_coords)
        dialog.open()

    def copy_methods(self) -> None:
        """Put how the map was made on the clipboard, as a paragraph to cite."""
        self._window.publishing.copy_methods()

    def copy_as(self, language: Language) -> None:
        """Put the answer of the open tab, or the map, on the clipboard as what makes it again."""
        self._window.publishing.copy_as(
            language, self._window.inspector.tabText(self._window.inspector.currentIndex())
        )

    def copy_picture(self, what: str) -> None:
        """Put a picture of the ``map`` or the ``window`` on the clipboard, twice its size."""
        QGuiApplication.clipboard().setImage(self.picture(what, 2.0))
        self._window.status.say(f"Copied a picture of the {what}.")

    def copy_results(self) -> None:
        """Put the numbers of the open inspector tab on the clipboard, with their method."""
        text = text_of(self._services.store.state, self._tab())
        QGuiApplication.clipboard().setText(text)
        self._window.status.say("Copied the results with their method.")

    def toggle_dock(self, name: str) -> None:
        """Show or hide a dock."""
        dock = self._window.docks[name]
        dock.setVisible(dock.isHidden())

    def is_dock_shown(self, name: str) -> bool:
        """Return whether a dock is shown."""
        return not self._window.docks[name].isHidden()

    def show_tab(self, name: str) -> None:
        """Show a tab of the inspector and put the cursor in its first field."""
        self._window.docks[INSPECTOR].show()
        panels = {
            "Details": self._window.details,
            "Neighbors": self._window.neighbors,
            "Analogy": self._window.analogy,
            "Bias": self._window.bias_tab,
            "Selections": self._window.selections,
            "Contents": self._window.contents,
        }
        panel = panels[name]
        self._window.inspector.setCurrentWidget(panel)
        if panel is self._window.bias_tab:
            self._window.bias.focus_field()
        elif isinstance(panel, NeighborsPanel | AnalogyPanel):
            panel.focus_field()

    def show_find(self) -> None:
        """Show the find field with the cursor in it."""
        self._window.map.finder.open()

    def set_theme(self, mode: str) -> None:
        """Switch to ``light``, ``dark`` or ``system``."""
        self._services.remembered.change(theme=mode)
        self._window.theme.set_mode(mode)  # type: ignore[arg-type]  # the three names in the table

    def focus_region(self, step: int) -> None:
        """Give the focus to the next region of the window, or with -1 to the one before."""
        regions = (
            self._window.head,
            self._window.library,
            self._window.map.toolbar,
            self._window.map.view,
            self._window.map.legend,
            self._window.data,
            self._window.inspector,
            self._window.status,
        )
        focus_next_region(regions, step)

    def reset_layout(self) -> None:
        """Put every dock back where it was at first."""
        self._window.arrangement.reset()

    def ask_clusters(self) -> None:
        """Ask how to find clusters."""
        if self._services.store.state.space is not None:
            ClusterDialog(self._window.theme, self._services, self._window).open()

    def ask_join(self) -> None:
        """Let the person choose a table whose columns join those of the space."""
        if self._services.store.state.space is None:
            return
        path = self._ask_file("Join columns")
        if path is not None:
            self.show_join(path)

    def show_join(self, path: Path) -> None:
        """Let the person choose how a table is matched with the space, and join its columns."""
        JoinDialog(self._window.theme, self._services.joining, path, self._window).open()

    def ask_place(self) -> None:
        """Ask on which map of another space the items of this one are placed."""
        space = self._services.store.state.space
        if space is not None:
            placing = self._services.placing
            PlaceDialog(self._window.theme, placing, space.name, self._window).open()

    def open_map_menu(self, name: str) -> None:
        """Open the menu ``color``, ``size``, ``labels`` or ``layers`` of the map."""
        self._window.map.toolbar.open_menu(name)

    def fit(self) -> None:
        """Show the whole map."""
        self._window.map.fit()

    def fit_selection(self) -> None:
        """Show the selected items."""
        chosen = self._window.selection()
        if chosen:
            self._window.map.view.show_rows(chosen)

    def set_tool(self, tool: Tool) -> None:
        """Let a drag on the map do something else."""
        self._window.map.set_tool(tool)

    def tool(self) -> Tool:
        """Return what a drag on the map does."""
        return self._window.map.view.tool

    def escape(self) -> None:
        """Drop what is begun: a region, else the tool, else the selection."""
        if self._window.map.view.cancel_region():
            return
        if self._services.store.state.finding is not None:
            self._services.finding.close()
            return
        if self.tool() != "pointer":
            self.set_tool("pointer")
        else:
            self._services.selecting.clear()

    def ask_select(self) -> None:
        """Let the person write an expression that selects items."""
        ExpressionDialog(self._window.theme, self._services, self._window).open()

    def ask_keep_selection(self) -> None:
        """Ask under which name the selection is kept."""
        name = dialogs.ask_text(self._window, "Keep the selection", "Name")
        if name:
            self._services.selecting.keep(name)

    def ask_tag(self) -> None:
        """Ask which label the selected items get."""
        label = dialogs.ask_text(self._window, "Tag the selection", "Label")
        if label is not None:
            self._services.selecting.tag(label)

    def look_along(self, axis: int) -> None:
        """Look along the first (0), second (1) or third axis (2) of a 3-D map."""
        self._window.map.view.look_along(axis)

    def toggle_rotation(self) -> None:
        """Let a 3-D map turn by itself, or no more."""
        self._window.map.view.set_rotating(not self.is_rotating())

    def is_rotating(self) -> bool:
        """Return whether a 3-D map turns by itself."""
        return self._window.map.view.is_rotating

    def zoom(self, factor: float) -> None:
        """Zoom the map about its middle."""
        self._window.map.zoom(factor)

    def show_palette(self) -> None:
        """Open the command palette."""
        self._window.palette_.open()

    def show_log(self) -> None:
        """Show the end of the log, and where it lies."""
        LogDialog(self._window.theme, self._window).show()

    def copy_versions(self) -> None:
        """Put what this application stands on and runs on onto the clipboard."""
        platform = f"Qt platform {QGuiApplication.platformName()}"
        QGuiApplication.clipboard().setText(f"{versions_text()}\n{platform}")
        self._window.status.say("Copied the versions.")

    def show_about(self) -> None:
        """Show version, license and what could not be loaded."""
        dialogs.show_about(self._window, self._services.context.registry)

    def quit(self) -> None:
        """Close the window."""
        self._window.close()

    def _tab(self) -> str:
        """Return the title of the open inspector tab."""
        inspector = self._window.inspector
        return inspector.tabText(inspector.currentIndex())

    def _export_left_out(self) -> None:
        self.ask_export("left-out")

    def _export_coords(self) -> None:
        self.ask_export("coords")

    def _saved(self, event: Finished) -> None:
        self._window.status.say(event.result)
