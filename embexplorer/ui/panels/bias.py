"""The bias panel: a probe, its item sets, and an answer that can be cited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal

from embexplorer.app.presenters.bias import working_on
from embexplorer.app.presenters.bias_view import view_of
from embexplorer.ui.panels.bias_answer import BiasAnswer
from embexplorer.ui.panels.bias_form import BiasForm
from embexplorer.ui.panels.bias_map_menu import BiasMapMenu
from embexplorer.ui.panels.error_line import ErrorLine
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import ScrollColumn, row
from embexplorer.ui.widgets.empty_state import EmptyState
from embexplorer.ui.widgets.labels import label
from embexplorer.ui.widgets.progress_bar import ProgressBar

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QWidget

    from embexplorer.app.services import Services
    from embexplorer.app.state import BiasQuestion, State
    from embexplorer.ui.theme import Theme

PAUSE = 150  # ms before an answer steps back for the next one
EMPTY = "Choose item sets"
EMPTY_DETAIL = (
    "A probe compares sets of items, such as names and occupations. Choose sets that come with "
    "the application, or your own from a file."
)
SEEN = ("probed", "active_space", "activity", "reach")


class BiasPanel(ScrollColumn):
    """Asks and shows; hovering a bar rings its item on the map."""

    row_hovered = Signal(int)  # row of the space, -1 for none
    copy_requested = Signal()
    citation_requested = Signal()
    repeat_requested = Signal(str)  # "command" or "python"
    export_requested = Signal()
    report_requested = Signal()

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(theme, parent, "Bias")
        self.setObjectName("bias")
        self._services = services
        self._shown: BiasQuestion | None = None
        self._space = ""
        self.form = BiasForm(theme, services, self)
        self._error = ErrorLine(theme, self)
        self._empty = EmptyState(theme, self, EMPTY, EMPTY_DETAIL)
        self._progress = ProgressBar(theme, self, "Working out the uncertainty")
        self._doing = label(self, "", "caption")
        self._cancel = Button(theme, self, "Cancel", kind="link")
        self._cancel.clicked.connect(self._stop)
        self.answer = BiasAnswer(theme, self)
        self.answer.row_hovered.connect(self.row_hovered)
        self.answer.row_chosen.connect(self._walk)
        self._make_buttons(theme)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._dim)
        self.add(self.form)
        self.add(self._error, self._empty, self.answer, gap=0.5)
        self.add(self._progress, row(theme, self._doing, None, self._cancel))
        self.add(row(theme, self._on_map, self._color, None), gap=0.25)
        self.add(row(theme, self._copy, self._cite, None))
        self.add(row(theme, self._export, self._report, None))
        self.add(row(theme, self._command, self._python, None, gap=0.75))
        self.finish()
        services.store.subscribe(self._changed)
        self._show(services.store.state)

    def _make_buttons(self, theme: Theme) -> None:
        self._on_map = Button(theme, self, "Show on map")
        self._on_map.setCheckable(True)
        self._on_map.toggled.connect(self._toggle_map)
        self._color = Button(theme, self, "Color the map")
        self._color.setMenu(BiasMapMenu(self._color, self._services))
        self._copy = Button(theme, self, "Copy", tip="All numbers with their method.")
        self._copy.clicked.connect(self.copy_requested)
        self._cite = Button(theme, self, "Copy citation")
        self._cite.clicked.connect(self.citation_requested)
        self._export = Button(theme, self, "Export…")
        self._export.clicked.connect(self.export_requested)
        tip = "One document with numbers, pictures, sources and how to repeat it: PDF or HTML."
        self._report = Button(theme, self, "Save report…", tip=tip)
        self._report.clicked.connect(self.report_requested)
        self._command = Button(theme, self, "Copy as command line", kind="link")
        self._command.clicked.connect(self._ask_command)
        self._python = Button(theme, self, "Copy as Python", kind="link")
        self._python.clicked.connect(self._ask_python)
        self._buttons = (
            self._on_map, self._color, self._copy, self._cite, self._export, self._report,
            self._command, self._python,
        )  # fmt: skip

    def focus_field(self) -> None:
        """Put the keyboard on the choice of sets, or of the probe where sets are chosen."""
        (self.form.probe if self.form.sets.currentData() else self.form.sets).setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what changed while another tab was open."""
        super().showEvent(event)
        self._show(self._services.store.state)
        self.form.source.renew()
        self.form.look()

    def _changed(self, old: State, new: State) -> None:
        if old.document.item_sets is not new.document.item_sets:
            self.form.renew_sets()
        if self.isVisible() and old.document.spaces is not new.document.spaces:
            self.form.source.renew()
        if self.isVisible() and any(getattr(old, k) is not getattr(new, k) for k in SEEN):
            self._show(new)
            if old.reach is not new.reach:
                self.form.show_reach()

    def _show(self, state: State) -> None:
        asked = state.bias
        self._show_progress(state)
        if asked is self._shown and state.active_space == self._space:
            return
        self._shown, self._space = asked, state.active_space
        self.form.show_question(asked)
        error = None if asked is None else asked.error
        has_answer = asked is not None and asked.answer is not None and error is None
        self._error.show_error(error)
        self._empty.setVisible(asked is None)
        self.answer.setVisible(has_answer)
        for button in self._buttons:
            button.setVisible(has_answer)
        if asked is None or not has_answer:
            self._pause.stop()
        elif asked.is_running:
            self._pause.start()
        else:
            self._pause.stop()
            self._show_answer(asked)

    def _show_answer(self, asked: BiasQuestion) -> None:
        assert asked.answer is not None
        view = view_of(asked, self._services.bias.find_probe(asked.answer.probe))
        if view is not None:
            self.answer.show_view(view)
        is_here = bool(asked.rows)  # the sentences that an encoder read are not in this space
        self._color.setEnabled(is_here)
        self._on_map.setEnabled(is_here)
        self._on_map.blockSignals(True)
        self._on_map.setChecked(asked.is_on_map)
        self._on_map.blockSignals(False)

    def _show_progress(self, state: State) -> None:
        job = working_on(state)
        for widget in (self._progress, self._doing, self._cancel):
            widget.setVisible(job is not None)
        if job is None:
            self._progress.restart()
            return
        self._progress.show_fraction(job.fraction)
        self._doing.setText(job.message or job.title)

    def _dim(self) -> None:
        asked = self._services.store.state.bias
        self.answer.set_dimmed(is_dimmed=asked is not None and asked.is_running)

    def _stop(self) -> None:
        self._services.bias.cancel()

    def _toggle_map(self, is_on: bool) -> None:
        self._services.bias.show_on_map(is_on_map=is_on)

    def _walk(self, found: int) -> None:
        self._services.selecting.take([found])

    def _ask_command(self) -> None:
        self.repeat_requested.emit("command")

    def _ask_python(self) -> None:
        self.repeat_requested.emit("python")
