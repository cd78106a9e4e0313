"""The dialog that joins the columns of a table to the space: by which key, and how many match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QWidget

from embexplorer.core.errors import UserError
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.fields import Combo
from embexplorer.ui.widgets.labels import ElidedLabel, label, set_kind
from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.app.presenters.joining import Joining, JoinView
    from embexplorer.ui.theme import Theme

# em
WIDTH, CAPTION, LIST, MARGIN = 30, 9, 10, 1.0
HELP = (
    "Each item gets the row of the table whose key equals its own. The columns can then color, "
    "filter and be exported like those of the space."
)


class JoinDialog(QDialog):
    """Keys, columns, and what matching them comes to."""

    def __init__(self, theme: Theme, joining: Joining, path: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._joining = joining
        self._path = path
        self._view: JoinView | None = None
        self.setObjectName("join-columns")
        self.setWindowTitle("Join columns")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._on = Combo(theme, self, "Key in the table")
        self._key = Combo(theme, self, "Key in the space")
        self._columns = QListWidget(self)
        name_widget(self._columns, "Columns to join")
        self._columns.setFixedHeight(theme.px(LIST))
        self._said = label(self, "Reading the table…", "caption", wrap=True)
        self._go = Button(theme, self, "Join", kind="primary")
        self._lay_out()
        for combo in (self._on, self._key):
            combo.activated.connect(self._match)
        self._columns.itemChanged.connect(self._allow)
        self._go.clicked.connect(self._join)
        self.finished.connect(self._joining.stop)
        self._allow()
        joining.look(path, self._answered)

    def _lay_out(self) -> None:
        theme = self._theme
        self._go.setDefault(True)
        cancel = Button(theme, self, "Cancel")
        cancel.clicked.connect(self.reject)
        box = column(
            theme,
            ElidedLabel(self, self._path.name, "title"),
            label(self, HELP, "caption", wrap=True),
            self._labelled("Key in the table", self._on),
            self._labelled("Key in the space", self._key),
            self._said,
            label(self, "Columns to join", "section"),
            self._columns,
            row(theme, None, cancel, self._go),
        )
        margin = theme.px(MARGIN)
        box.setContentsMargins(margin, margin, margin, margin)
        self.setLayout(box)
        self.setMinimumWidth(theme.px(WIDTH))

    def _labelled(self, text: str, field: QWidget) -> QHBoxLayout:
        caption = label(self, text, "caption")
        caption.setBuddy(field)
        caption.setMinimumWidth(self._theme.px(CAPTION))
        line = row(self._theme, caption)
        line.addWidget(field, 1)
        return line

    def _match(self) -> None:
        self._view = None
        self._allow()
        self._joining.match(self._on.currentText(), self._key.currentText(), self._answered)

    def _answered(self, answer: JoinView | UserError) -> None:
        is_error = isinstance(answer, UserError)
        set_kind(self._said, "danger" if is_error else "caption")
        if isinstance(answer, UserError):
            self._view = None
            self._said.setText(f"{answer} {answer.hint}")
        else:
            self._show(answer)
        self._allow()

    def _show(self, view: JoinView) -> None:
        self._view = view
        matching = view.matching
        for combo, names, chosen in (
            (self._on, view.theirs, matching.on),
            (self._key, view.ours, matching.key),
        ):
            combo.clear()
            combo.addItems(list(names))
            combo.setCurrentText(chosen)
        self._said.setText(" ".join(view.notes))
        off = set(self._names(Qt.CheckState.Unchecked))
        self._columns.clear()
        for name in view.columns:
            item = QListWidgetItem(name, self._columns)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked if name in off else Qt.CheckState.Checked)

    def _names(self, state: Qt.CheckState) -> list[str]:
        items = [self._columns.item(at) for at in range(self._columns.count())]
        return [item.text() for item in items if item.checkState() == state]

    def _allow(self) -> None:
        is_match = self._view is not None and self._view.matching.found > 0
        self._go.setEnabled(is_match and bool(self._names(Qt.CheckState.Checked)))

    def _join(self) -> None:
        if self._view is not None:
            self._joining.join(self._path, self._view, self._names(Qt.CheckState.Checked))
            self.accept()
