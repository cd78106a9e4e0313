"""The dialog that selects items by an expression on columns, which it helps to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout

from embexplorer.ui.panels.error_line import ErrorLine
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import row
from embexplorer.ui.widgets.expression_field import ExpressionField
from embexplorer.ui.widgets.labels import label
from embexplorer.ui.widgets.segment import Segment

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from embexplorer.app.presenters.filtering import Completion
    from embexplorer.app.services import Services
    from embexplorer.ui.theme import Theme

WIDTH = 36  # em
EXAMPLE = 'year >= 2010 and topic == "sport"'
HOW = {"replace": "Select", "add": "Add", "remove": "Take out", "intersect": "Intersect"}


class ExpressionDialog(QDialog):
    """Stays open until the expression can be read, or it is cancelled."""

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self._services = services
        self.setObjectName("SelectByExpression")
        self.setWindowTitle("Select by expression")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.field = ExpressionField(theme, self, "Expression on columns")
        self.field.setPlaceholderText(EXAMPLE)
        self.how = Segment(theme, self, "How it changes the selection", HOW)
        self.error = ErrorLine(theme, self)
        self._cancel = Button(theme, self, "Cancel")
        self._run = Button(theme, self, "Select items", kind="primary")
        layout = QVBoxLayout(self)
        margin = theme.px(0.875)
        layout.setContentsMargins(margin, margin, margin, margin)
        layout.setSpacing(theme.px(0.5))
        layout.addWidget(label(self, "Select the shown items for which this is true.", wrap=True))
        layout.addWidget(self.field)
        layout.addWidget(self.error)
        layout.addLayout(row(theme, self.how, None))
        layout.addLayout(row(theme, None, self._cancel, self._run))
        self.setMinimumWidth(theme.px(WIDTH))
        self.field.completion_wanted.connect(self._complete)
        self.field.entered.connect(self._select)
        self.field.changed.connect(self._forget_error)
        self._run.clicked.connect(self._select)
        self._cancel.clicked.connect(self.reject)
        self.field.setFocus()

    def _complete(self, text: str, cursor: int) -> None:
        self._services.filtering.complete(text, cursor, self._offer)

    def _offer(self, found: Completion) -> None:
        self.field.show_completions(found.text, found.cursor, found.start, found.options)

    def _select(self) -> None:
        text = self.field.text().strip()
        if not text:
            return
        error = self._services.filtering.check(text)
        self.error.show_error(error)
        if error is not None:
            self.field.show_fault(error.position, error.length)
            self.field.setFocus()
            return
        self._services.selecting.by_expression(text, self.how.value)  # type: ignore[arg-type]
        self.accept()

    def _forget_error(self) -> None:
        self.field.clear_fault()
        self.error.show_error(None)
