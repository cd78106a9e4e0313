"""The dialog that mitigates bias: how on the left, what changed on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from embexplorer.app.presenters.mitigating import working_on
from embexplorer.ui.debias_changes import DebiasChanges
from embexplorer.ui.debias_form import DebiasForm
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.labels import ElidedLabel
from embexplorer.ui.widgets.progress_bar import ProgressBar

if TYPE_CHECKING:
    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.ui.theme import Theme

# em
WIDTH, HEIGHT = 66, 44
FORM, MARGIN = 26, 1.0
SEEN = ("mitigation", "activity", "document")


class DebiasDialog(QDialog):
    """Makes a new space and shows what that changed; the window stays usable.

    Signals
    -------
    file_requested(callable)
        The person wants item sets in a file: call it with the path.
    copy_requested(), export_requested()
        The report is wanted on the clipboard, or in a file.
    """

    file_requested = Signal(object)
    copy_requested = Signal()
    export_requested = Signal()

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._services = services
        self.setObjectName("debias")
        self.setWindowTitle("Debias")
        self.setModal(False)
        self.form = DebiasForm(theme, services.mitigating, self)
        self.form.setFixedWidth(theme.px(FORM))
        self.changes = DebiasChanges(theme, self)
        self._progress = ProgressBar(theme, self, "Mitigating bias")
        self._doing = ElidedLabel(self, "", "caption")
        self._stop = Button(theme, self, "Cancel", kind="link")
        self._stop.clicked.connect(services.mitigating.cancel)
        self._make = Button(theme, self, "Make a new space", kind="primary")
        self._make.clicked.connect(self.form.make)
        self._copy = Button(theme, self, "Copy", tip="All numbers with what was compared.")
        self._copy.clicked.connect(self.copy_requested)
        self._export = Button(theme, self, "Export…")
        self._export.clicked.connect(self.export_requested)
        self._lay_out()
        self.form.changed.connect(self._allow)
        self.form.file_requested.connect(self.file_requested)
        services.store.subscribe(self._changed)

    def _lay_out(self) -> None:
        theme = self._theme
        close = Button(theme, self, "Close")
        close.clicked.connect(self.close)
        doing = row(theme, self._doing, self._stop)
        doing.setStretch(0, 1)
        left = column(theme, self.form, self._progress, doing, row(theme, None, self._make))
        right = column(theme, self.changes, row(theme, self._copy, self._export, None, close))
        sides = row(theme, left, right, gap=1.0)
        sides.setStretch(1, 1)
        margin = theme.px(MARGIN)
        sides.setContentsMargins(margin, margin, margin, margin)
        self.setLayout(sides)
        self.resize(theme.px(WIDTH), theme.px(HEIGHT))

    def ask(self) -> None:
        """Show how the active space can be debiased, and the last report."""
        state = self._services.store.state
        if not self.isVisible():
            self.form.show_spaces(state, state.active_space)
            self.form.renew_sets()
        self._show(state)
        self.show()
        self.raise_()
        self.form.method.setFocus()

    def _changed(self, old: State, new: State) -> None:
        if not self.isVisible():
            return
        if old.document.spaces is not new.document.spaces:
            self.form.show_spaces(new, self.form.space.currentData())
        if old.document.item_sets is not new.document.item_sets:
            self.form.renew_sets()
        if any(getattr(old, name) is not getattr(new, name) for name in SEEN):
            self._show(new)

    def _show(self, state: State) -> None:
        job, asked = working_on(state), state.mitigation
        for widget in (self._progress, self._doing, self._stop):
            widget.setVisible(job is not None)
        if job is None:
            self._progress.restart()
        else:
            self._progress.show_fraction(job.fraction)
            self._doing.show_text(job.message or job.title)
        self.changes.show_mitigation(asked)
        has_report = asked is not None and asked.report is not None
        self._copy.setEnabled(has_report)
        self._export.setEnabled(has_report)
        self._allow()

    def _allow(self) -> None:
        is_free = working_on(self._services.store.state) is None
        self._make.setEnabled(is_free and self.form.can_make)
