"""The dialog that opens a file with options: its first rows at the left, how to read it right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QWidget

from embexplorer.core.errors import UserError
from embexplorer.operations.column_roles import ROLE_PARAMS, params_with_role
from embexplorer.ui.forms import ParamsForm
from embexplorer.ui.preview_table import PreviewTable
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import ScrollColumn, column, row
from embexplorer.ui.widgets.fields import Combo, SpinBox
from embexplorer.ui.widgets.labels import ElidedLabel, label, rule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from embexplorer.app.presenters.opening import Opening
    from embexplorer.operations.preview import Preview
    from embexplorer.ui.theme import Theme

DELAY = 150  # ms after the last change before the file is looked into again
# em
TABLE = (40, 24)
FORM, CAPTION, MARGIN = 20, 5.5, 0.875
LOOKING = "Looking into the file…"
MOST_ITEMS = 2**31 - 1


def show_options(
    theme: Theme, opening: Opening, path: Path, parent: QWidget, error: UserError | None = None
) -> None:
    """Show the dialog of a file, beside which one can go on working; one of each file."""
    for dialog in parent.findChildren(OptionsDialog):
        if dialog.path == path:
            dialog.raise_()
            return
    OptionsDialog(theme, opening, path, parent, error).show()


class OptionsDialog(QDialog):
    """Lets the person see and choose how a file is read, and opens it.

    Parameters
    ----------
    error
        Why the file could not be read as it is, which is said until something is changed: it may
        be about a row further down.

    Signals
    -------
    shown()
        The preview, or what is wrong, shows what the fields say.
    """

    shown = Signal()

    def __init__(
        self,
        theme: Theme,
        opening: Opening,
        path: Path,
        parent: QWidget,
        error: UserError | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._opening = opening
        self.path = path
        self._found: Preview | None = None
        self._format_id: str | None = None
        self._before = error
        self._roles: dict[str, Any] = {}
        self._form: ParamsForm | None = None
        self._formats = {plugin.id: plugin for plugin in opening.formats()}
        self.setObjectName("open-with-options")
        self.setWindowTitle("Open with options")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.table = PreviewTable(theme, self)
        self._place = QStackedWidget(self)
        self._summary = ElidedLabel(self, "", "strong")
        self._notes = label(self, "", "caption", wrap=True)
        self._problem = label(self, "", "danger", wrap=True)
        self._error_title = label(self, "", "title", wrap=True)
        self._error_detail = label(self, "", wrap=True)
        self._error_hint = label(self, "", "caption", wrap=True)
        self._format = Combo(theme, self, "Format")
        self._limit = SpinBox(theme, self, "First items only")
        self._detect = Button(theme, self, "Detect the roles", kind="link")
        self._go = Button(theme, self, "Open", kind="primary")
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(DELAY)
        self._waiting.timeout.connect(self._look)
        self._lay_out()
        self._connect()
        self._look()

    # -- what stands where ---------------------------------------------------------------------

    def _lay_out(self) -> None:
        theme = self._theme
        for plugin in self._formats.values():
            self._format.addItem(plugin.title, plugin.id)
        self._format.setCurrentIndex(-1)
        self._limit.setRange(0, MOST_ITEMS)
        self._limit.setSpecialValueText("All")
        self._limit.first = 1000
        self._go.setDefault(True)
        self._go.setEnabled(False)
        self._place.setMinimumSize(theme.px(TABLE[0]), theme.px(TABLE[1]))
        self._place.addWidget(self.table)
        self._place.addWidget(self._error_page())
        right = ScrollColumn(theme, self, "How it is read")
        right.setFixedWidth(theme.px(FORM))
        self._slot = column(theme)
        self._format_row = self._labelled("Format", self._format)
        right.add(self._format_row, self._slot, self._labelled("First items only", self._limit))
        right.add(row(theme, self._detect, None))
        right.finish()
        name = ElidedLabel(self, self.path.name, "title")
        cancel = Button(theme, self, "Cancel")
        cancel.clicked.connect(self.reject)
        left = column(theme, name, self._summary, self._place, self._problem, self._notes)
        left.setStretch(2, 1)
        sides = row(theme, gap=1.0)
        sides.addLayout(left, 1)
        sides.addWidget(right)
        whole = column(theme, sides, rule(self), row(theme, None, cancel, self._go), gap=0.75)
        whole.setStretch(0, 1)
        margin = theme.px(MARGIN)
        whole.setContentsMargins(margin, margin, margin, margin)
        self.setLayout(whole)

    def _error_page(self) -> QWidget:
        page = QWidget(self)
        texts = (self._error_title, self._error_detail, self._error_hint)
        box = column(self._theme, None, *texts, None)
        margin = self._theme.px(2 * MARGIN)
        box.setContentsMargins(margin, margin, margin, margin)
        page.setLayout(box)
        return page

    def _labelled(self, text: str, field: QWidget) -> QHBoxLayout:
        caption = label(self, text, "caption")
        caption.setBuddy(field)
        caption.setMinimumWidth(self._theme.px(CAPTION))
        line = row(self._theme, caption, gap=0.625)
        line.addWidget(field, 1)
        return line

    def _connect(self) -> None:
        self.table.role_chosen.connect(self._choose_role)
        self._format.activated.connect(self._choose_format)
        self._detect.clicked.connect(self._forget_roles)
        self._go.clicked.connect(self._open)
        self.finished.connect(self._stop)

    # -- what the person does ------------------------------------------------------------------

    def _choose_role(self, at: int, role: str) -> None:
        if self._found is not None:
            params = params_with_role(
                self._found.columns, self._found.params, at, role  # type: ignore[arg-type]  # of the choices
            )  # fmt: skip
            self._roles = {name: params[name] for name in ROLE_PARAMS}
            self._change()

    def _choose_format(self) -> None:
        self._drop_form()
        self._format_id = self._format.currentData()
        self._forget_roles()

    def _forget_roles(self) -> None:
        self._roles = {}
        self._change()

    def _change(self) -> None:
        self._before = None
        self._go.setEnabled(False)  # until it is known what would be opened
        self._waiting.start()

    def _stop(self) -> None:
        self._opening.stop(self.path)

    def _open(self) -> None:
        if self._found is not None:
            limit = self._limit.value() or None
            self._opening.open(self.path, self._params(), self._found.format, limit)
            self.accept()

    # -- what is shown -------------------------------------------------------------------------

    def _params(self) -> dict[str, Any]:
        """Return what the fields and the header say."""
        return {**(self._form.values() if self._form is not None else {}), **self._roles}

    def _look(self) -> None:
        """Ask for a preview; until it comes, the one before stays and nothing can be opened."""
        self._waiting.stop()
        self._go.setEnabled(False)
        if self._found is None:
            self._summary.show_text(LOOKING)
        self._opening.preview(self.path, self._params(), self._format_id, self._answered)

    def _answered(self, answer: Preview | UserError) -> None:
        if isinstance(answer, UserError):
            self._found = None
            self._say(answer)
        else:
            self._show(answer)
        self.shown.emit()

    def _show(self, found: Preview) -> None:
        self._found = found
        self._format_id = found.format
        self._format.setCurrentIndex(self._format.findData(found.format))
        if self._form is None:
            self._make_form(found.format, found.params)
        if found.problem is not None and not found.columns:
            self._say(found.problem)
            return
        self._place.setCurrentIndex(0)
        self.table.show_preview(found)
        self._summary.show_text(found.summary)
        self._notes.setText(" ".join(found.notes))
        self._notes.setVisible(bool(found.notes))
        problem = found.problem or self._before
        self._problem.setText("" if problem is None else f"{problem} {problem.hint}")
        self._problem.setVisible(problem is not None)
        self._detect.setVisible(found.can_choose)
        self._go.setEnabled(found.problem is None)

    def _say(self, error: UserError) -> None:
        """Say what is wrong in the place of the rows."""
        self._place.setCurrentIndex(1)
        self._go.setEnabled(False)
        self._error_title.setText(error.title)
        self._error_detail.setText(error.detail)
        self._error_hint.setText(error.hint)
        for text in (self._problem, self._notes):
            text.hide()
        self._summary.show_text("")

    def _make_form(self, format_id: str, params: Mapping[str, Any]) -> None:
        """Show the parameters of a format, beside those that are chosen in the header."""
        form = ParamsForm(self._theme, self, self._formats[format_id].params, without=ROLE_PARAMS)
        form.set_values({name: params[name] for name in form.names})
        form.changed.connect(self._change)
        self._slot.addWidget(form)
        self._form = form

    def _drop_form(self) -> None:
        if self._form is not None:
            self._slot.removeWidget(self._form)
            self._form.hide()
            self._form.deleteLater()
            self._form = None
