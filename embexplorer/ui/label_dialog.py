"""The dialog in which a person types labels to color the map by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from embexplorer.app.presenters.labeling import TOO_FEW
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.labels import label
from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from embexplorer.app.presenters.labeling import Labeling
    from embexplorer.ui.theme import Theme

# em
WIDTH = 26
LABELS, TEMPLATES = 10, 4.5  # heights
MARGIN = 1.0
HELP = (
    "Each item gets the label that is nearest to it in the full space, as the encoder of this "
    "space sees both."
)
TEMPLATE_HELP = (
    "Sentences that a label is put into, one a line, at {}. Several are averaged; {} alone is the "
    "bare label."
)


class LabelDialog(QDialog):
    """Labels and templates; the button says what is wrong with them."""

    def __init__(self, theme: Theme, labeling: Labeling, parent: QWidget) -> None:
        super().__init__(parent)
        self._labeling = labeling
        self.setObjectName("typed-labels")
        self.setWindowTitle("Color by typed labels")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        labels, templates = labeling.typed_before()
        self.labels = self._field(theme, "Labels, one a line", labels, LABELS)
        self.labels.setPlaceholderText("sport\npolitics\nscience")
        self.templates = self._field(theme, "Templates", templates, TEMPLATES)
        self._error = label(self, "", "danger", wrap=True)
        self._go = Button(theme, self, "Color", kind="primary")
        self._go.clicked.connect(self._color)
        cancel = Button(theme, self, "Cancel")
        cancel.clicked.connect(self.reject)
        box = column(
            theme,
            label(self, HELP, "caption", wrap=True),
            label(self, "Labels, one a line", "section"),
            self.labels,
            label(self, "Templates", "section"),
            label(self, TEMPLATE_HELP, "caption", wrap=True),
            self.templates,
            self._error,
            row(theme, None, cancel, self._go),
        )
        margin = theme.px(MARGIN)
        box.setContentsMargins(margin, margin, margin, margin)
        self.setLayout(box)
        self.setMinimumWidth(theme.px(WIDTH))
        self.labels.textChanged.connect(self._check)
        self.templates.textChanged.connect(self._check)
        self._check()

    @property
    def error_text(self) -> str:
        """What is wrong with what was typed; empty where nothing is."""
        return self._error.text()

    def _field(self, theme: Theme, name: str, text: str, height: float) -> QPlainTextEdit:
        field = QPlainTextEdit(text, self)
        field.setTabChangesFocus(True)
        field.setFixedHeight(theme.px(height))
        name_widget(field, name)
        return field

    def _check(self) -> None:
        error = self._labeling.check(self.labels.toPlainText(), self.templates.toPlainText())
        self._go.setEnabled(error is None)
        is_begun = error is not None and error.title == TOO_FEW  # no mistake while one types
        self._error.setText("" if error is None or is_begun else f"{error.detail} {error.hint}")

    def _color(self) -> None:
        self._labeling.color(self.labels.toPlainText(), self.templates.toPlainText())
        self.accept()
