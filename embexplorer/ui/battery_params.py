"""What a battery is run with beside its probes: seed, column of words, parameters of each probe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from embexplorer.core.params import fields_of
from embexplorer.ui.forms import ParamsForm
from embexplorer.ui.widgets.buttons import Disclosure
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.fields import Combo, SpinBox
from embexplorer.ui.widgets.labels import label
from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embexplorer.core.contracts import Probe
    from embexplorer.ui.theme import Theme

LARGEST_SEED = 2**31 - 1
FIELD, FORM = 8, 34  # em


class BatteryParams(QWidget):
    """`head` stands in a line with other options, the widget itself under it while it is open."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        name_widget(self, "Parameters of the probes")
        self._theme = theme
        self._forms: dict[str, ParamsForm] = {}
        self._probes: dict[str, Probe] = {}
        self.head = QWidget(parent)
        self.seed = SpinBox(theme, self.head, "Seed")
        self.seed.setRange(0, LARGEST_SEED)
        self.seed.setToolTip("The same seed gives the same numbers.")
        self.column = Combo(theme, self.head, "Column that names the word")
        self.column.setToolTip("For SEAT, CEAT and iEAT: its values are the items of the sets.")
        self.more = Disclosure(theme, self.head, "Parameters")
        seed_caption = label(self.head, "Seed", "caption")
        self._column_caption = label(self.head, "Column", "caption")
        for caption, field in ((seed_caption, self.seed), (self._column_caption, self.column)):
            caption.setBuddy(field)
            field.setFixedWidth(theme.px(FIELD))
        self.head.setLayout(
            row(theme, self.more, seed_caption, self.seed, self._column_caption, self.column)
        )
        self.probe = Combo(theme, self, "Probe whose parameters are shown")
        self._slot = column(theme)
        box = column(theme, self.probe, self._slot)
        self.setLayout(box)
        self.setMaximumWidth(theme.px(FORM))
        self.hide()
        self.more.opened.connect(self.setVisible)
        self.probe.currentIndexChanged.connect(self._show_form)

    def show_probes(self, probes: Sequence[Probe], columns: Sequence[str]) -> None:
        """Show the parameters of the probes that are to be run, as they were set before."""
        self._probes = {one.id: one for one in probes}
        chosen = self.probe.currentData()
        self.probe.blockSignals(True)
        self.probe.clear()
        for one in probes:
            if fields_of(one.params):
                self.probe.addItem(one.title, one.id)
        self.probe.setCurrentIndex(max(0, self.probe.findData(chosen)))
        self.probe.blockSignals(False)
        self.more.setVisible(self.probe.count() > 0)
        self.setVisible(self.more.isChecked() and self.probe.count() > 0)
        named = self.column.currentText()
        self.column.clear()
        self.column.addItems(list(columns))
        self.column.setCurrentIndex(max(0, self.column.findText(named)))
        takes_column = any(one.asks.word_column is not False for one in probes)
        for thing in (self._column_caption, self.column):
            thing.setVisible(takes_column and bool(columns))
        self._show_form()

    def values(self) -> dict[str, Any]:
        """Return what is set, as `ProbeBattery.run` takes it."""
        return {
            "params": {
                name: form.values() for name, form in self._forms.items() if name in self._probes
            },
            "word_column": "" if self.column.isHidden() else self.column.currentText(),
            "seed": self.seed.value(),
        }

    def _show_form(self) -> None:
        shown = self.probe.currentData()
        if shown and shown not in self._forms:
            plugin = self._probes[shown]
            form = ParamsForm(
                self._theme, self, plugin.params, name=f"Parameters of {plugin.title}"
            )
            self._forms[shown] = form
            self._slot.addWidget(form)
        for name, form in self._forms.items():
            form.setVisible(name == shown)
