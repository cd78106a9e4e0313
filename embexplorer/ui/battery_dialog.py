"""The dialog that runs many bias probes at once, and shows them as a table and a heat map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QDialog, QTabWidget, QWidget

from embexplorer.app.presenters.battery import FIRST_PROBE, FIRST_SETS, SetsChoice, running_battery
from embexplorer.app.presenters.battery_export import battery_text
from embexplorer.app.presenters.battery_view import heat_of, rows_of
from embexplorer.app.wording import time_left
from embexplorer.core.counted import counted
from embexplorer.ui import dialogs
from embexplorer.ui.battery_params import BatteryParams
from embexplorer.ui.battery_table import BatteryTable
from embexplorer.ui.panels.error_line import ErrorLine
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.check_list import CheckList, CheckRow
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.fields import LineEdit
from embexplorer.ui.widgets.heat_map import HeatMap, HeatNumber
from embexplorer.ui.widgets.labels import label
from embexplorer.ui.widgets.progress_bar import ProgressBar

if TYPE_CHECKING:
    from PySide6.QtWidgets import QVBoxLayout

    from embexplorer.app.presenters.battery_view import BatteryRow, HeatView
    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.operations.probe_battery import Battery, Cell
    from embexplorer.ui.theme import Theme

# em
WIDTH, HEIGHT, LISTS, MARGIN = 72, 48, 10.5, 1.0
REPORT_TIP = "One document with all numbers, pictures and sources: PDF or HTML."
RESULTS = 100  # share of the room that is left; while there are none, it is empty
SHOWN_NOTES = 4  # all of them are copied and exported


class BatteryDialog(QDialog):
    """What is run, its progress, and the numbers; the window stays usable.

    Signals
    -------
    probe_opened()
        The bias panel was asked a probe of the table.
    report_requested()
        The person wants a report on all of it.
    said(str)
        What was done, in a sentence.
    """

    probe_opened = Signal()
    report_requested = Signal()
    said = Signal(str)

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._services = services
        self._battery = services.battery
        self._shown: Battery | None = None
        self._heat: HeatView | None = None
        self.setObjectName("probe-battery")
        self.setWindowTitle("Probe battery")
        self.setModal(False)
        self.spaces = CheckList(self, "Spaces")
        self.probes = CheckList(self, "Probes")
        self.sets = CheckList(self, "Item sets")
        self.filter = LineEdit(theme, self, "Filter item sets")
        self.filter.setPlaceholderText("Filter by name")
        self.filter.textChanged.connect(self._filter)
        self._ignore_case = QCheckBox("Ignore case", self)
        self._ignore_case.setToolTip("An item that differs in case alone stands for a missing one.")
        self._allow_missing = QCheckBox("Allow missing items", self)
        self._allow_missing.setToolTip("Run in spite of a set that lost over 20% of its items.")
        self.params = BatteryParams(theme, self)
        self._count = label(self, "", "caption")
        self._run = Button(theme, self, "Run", kind="primary")
        self._run.clicked.connect(self._start)
        self._progress = ProgressBar(theme, self, "Progress of the battery")
        self._doing = label(self, "", "caption")
        self._left = label(self, "", "caption")
        self._cancel = Button(theme, self, "Cancel", kind="link")
        self._cancel.clicked.connect(self._battery.cancel)
        self._error = ErrorLine(theme, self)
        self.table = BatteryTable(theme, self)
        self.table.row_chosen.connect(self._open_row)
        self.heat = HeatMap(theme, self, "Heat map of the battery")
        self.heat.cell_chosen.connect(self._open_place)
        self._scale = label(self, "", "caption", wrap=True)
        self._notes = label(self, "", "caption", wrap=True)
        self._copy = Button(theme, self, "Copy", tip="All numbers with their method.")
        self._copy.clicked.connect(self._copy_numbers)
        self._export = Button(theme, self, "Export…")
        self._export.clicked.connect(self._ask_export)
        self._report = Button(theme, self, "Save report…", tip=REPORT_TIP)
        self._report.clicked.connect(self.report_requested)
        self._lay_out()
        for one in (self.spaces, self.probes, self.sets):
            one.checks_changed.connect(self._show_count)
        services.store.subscribe(self._changed)

    def open_again(self) -> None:
        """Show the dialog with what there is to choose by now."""
        self._fill()
        self._show(self._services.store.state)
        self.show()
        self.raise_()
        self.sets.show_first_checked()
        self.filter.setFocus()

    # -- parts -------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        theme = self._theme
        choices = row(
            theme,
            self._titled("Spaces", self.spaces),
            self._titled("Probes", self.probes),
            self._titled("Item sets", self.sets, self.filter),
            gap=1.0,
        )
        for at, share in enumerate((3, 3, 4)):
            choices.setStretch(at, share)
        heat = QWidget(self)
        heat.setLayout(column(theme, self.heat, self._scale))
        self.results = QTabWidget(self)
        self.results.setDocumentMode(True)
        self.results.addTab(self.table, "Table")
        self.results.addTab(heat, "Heat map")
        close = Button(theme, self, "Close")
        close.clicked.connect(self.close)
        options = row(
            theme, self._ignore_case, self._allow_missing, self.params.head, None, self._count,
            self._run, gap=0.875,
        )  # fmt: skip
        doing = row(theme, self._doing, None, self._left, self._cancel)
        last = row(theme, self._copy, self._export, self._report, None, close)
        box = column(
            theme, choices, options, self.params, self._progress, doing, self._error, self.results,
            self._notes, None, last,
        )  # fmt: skip
        box.setStretch(6, RESULTS)
        margin = theme.px(MARGIN)
        box.setContentsMargins(margin, margin, margin, margin)
        self.setLayout(box)
        self.resize(theme.px(WIDTH), theme.px(HEIGHT))

    def _titled(self, text: str, shown: CheckList, *above: QWidget) -> QVBoxLayout:
        shown.setMaximumHeight(self._theme.px(LISTS))
        buttons = []
        for name, is_checked in (("All", True), ("None", False)):
            button = Button(self._theme, self, name, kind="link")
            button.setAccessibleName(f"{name} of {text.lower()}")
            button.setProperty("checks", is_checked)
            button.setProperty("list", text)
            button.clicked.connect(self._check_all)
            buttons.append(button)
        return column(
            self._theme,
            row(self._theme, label(self, text, "section"), None, *buttons),
            *above,
            shown,
            gap=0.25,
        )

    def _check_all(self) -> None:
        button = self.sender()
        shown = {"Spaces": self.spaces, "Probes": self.probes, "Item sets": self.sets}
        shown[button.property("list")].check_shown(is_checked=button.property("checks"))

    # -- what there is to choose -------------------------------------------------------------------

    def _fill(self) -> None:
        choices = self._battery.sets()
        probes = self._battery.probes([one.sets for one in choices])
        self.spaces.show_rows(
            [
                CheckRow(space.id, space.name, f"{space.n:,} × {space.d}", is_checked=True)
                for space in self._services.store.state.document.spaces
            ]
        )
        self.probes.show_rows(
            [CheckRow(one.id, one.title, one.summary, one.id == FIRST_PROBE) for one in probes]
        )
        self.sets.show_rows([_sets_row(one) for one in choices])
        self._filter()

    def _filter(self) -> None:
        text = self.filter.text()
        self.sets.show_only(lambda one: isinstance(one, SetsChoice) and one.matches(text))

    def _show_count(self) -> None:
        counts = [len(one.checked) for one in (self.spaces, self.probes, self.sets)]
        cells = counts[0] * counts[1] * counts[2]
        self._count.setText(f"{counted(cells, 'probe')} to run" if cells else "Check some of each.")
        self._run.setEnabled(cells > 0)
        spaces = [str(one) for one in self.spaces.checked]
        chosen = [self._services.bias.find_probe(str(one)) for one in self.probes.checked]
        self.params.show_probes(chosen, self._battery.columns(spaces))

    def _start(self) -> None:
        chosen = [one.sets for one in self.sets.checked if isinstance(one, SetsChoice)]
        self._progress.restart()
        self._battery.run(
            [str(one) for one in self.spaces.checked],
            [str(one) for one in self.probes.checked],
            chosen,
            ignore_case=self._ignore_case.isChecked(),
            allow_missing=self._allow_missing.isChecked(),
            **self.params.values(),
        )

    # -- state to widgets --------------------------------------------------------------------------

    def _changed(self, old: State, new: State) -> None:
        if not self.isVisible():
            return
        was, now = old.document, new.document
        if was.spaces is not now.spaces or was.item_sets is not now.item_sets:
            self._fill()
        if old.battery is not new.battery or old.activity is not new.activity:
            self._show(new)

    def _show(self, state: State) -> None:
        asked, job = state.battery, running_battery(state)
        for widget in (self._progress, self._doing, self._left, self._cancel):
            widget.setVisible(job is not None)
        if job is not None:
            self._progress.show_fraction(job.fraction)
            self._doing.setText(job.message or job.title)
            self._left.setText(time_left(job.seconds_left))
        self._error.show_error(None if asked is None else asked.error)
        answer = None if asked is None else asked.answer
        for shown in (self.results, self._notes, self._copy, self._export, self._report):
            shown.setVisible(answer is not None)
        if answer is not None and answer is not self._shown:
            self._show_answer(answer)
        self._shown = answer

    def _show_answer(self, answer: Battery) -> None:
        titles = self._battery.titles()
        self.table.show_rows(rows_of(answer, titles))
        self._heat = heat = heat_of(answer, titles)
        numbers = tuple(
            tuple(HeatNumber(one.text, one.share, one.tip) for one in line) for line in heat.cells
        )
        self.heat.show_numbers(heat.rows, heat.columns, numbers, heat.spoken)
        self._scale.setText(heat.scale)
        self._notes.setText("\n".join(_notes_of(answer)))

    # -- what is done with the numbers -------------------------------------------------------------

    def _open_row(self, chosen: BatteryRow) -> None:
        self._open(chosen.cell)

    def _open_place(self, at: int, place: int) -> None:
        if self._heat is not None:
            self._open(self._heat.cells[at][place].cell)

    def _open(self, cell: Cell) -> None:
        if self._battery.open_cell(cell):
            self.probe_opened.emit()
        else:
            self.said.emit(f"{cell.space_name} is no longer open.")

    def _copy_numbers(self) -> None:
        if self._shown is not None:
            QGuiApplication.clipboard().setText(battery_text(self._shown))
            self.said.emit("Copied the numbers with their method.")

    def _ask_export(self) -> None:
        remembered = self._services.remembered
        folder = remembered.settings.export_folder
        path = dialogs.ask_battery_file(self, "probe-battery.csv", folder)
        if path is not None:
            remembered.change(export_folder=str(path.parent))
            self._battery.export(path)


def _sets_row(choice: SetsChoice) -> CheckRow:
    sets = choice.sets
    text = f"{sets.name} (project)" if choice.is_kept else sets.name
    tip = "\n".join(filter(None, (", ".join(sets.also), sets.citation, sets.note)))
    return CheckRow(choice, text, tip, not choice.is_kept and sets.name in FIRST_SETS)


def _notes_of(answer: Battery) -> list[str]:
    lines = [answer.how, *answer.notes[:SHOWN_NOTES]]
    more = len(answer.notes) - SHOWN_NOTES
    return (
        [*lines, f"{counted(more, 'further note')} in the copy and the export as JSON."]
        if more > 0
        else lines
    )
