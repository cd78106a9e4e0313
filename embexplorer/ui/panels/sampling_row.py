"""What chance is in a probe: the seed, and how many samples where it draws some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from embexplorer.core.params import fields_of
from embexplorer.ui.widgets.columns import row
from embexplorer.ui.widgets.fields import SpinBox
from embexplorer.ui.widgets.labels import label
from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embexplorer.core.params import ParamField
    from embexplorer.ui.theme import Theme

SEED, SAMPLE = 3.5, 5.5  # em, the narrowest: a number of samples has up to six digits
SAMPLES = ("n_permutations", "n_draws")  # parameters that say how many samples are drawn
LARGEST_SEED = 2**31 - 1
SEED_TIP = "The same seed gives the same numbers."


class SamplingRow(QWidget):
    """Always on the screen; a number counts when it was typed to its end.

    Signals
    -------
    changed()
        The person set another number.
    """

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget, caption_ems: float) -> None:
        super().__init__(parent)
        name_widget(self, "Seed and samples")
        self._param: ParamField | None = None
        self.seed = SpinBox(theme, self, "Seed")
        self.seed.setRange(0, LARGEST_SEED)
        self.seed.setToolTip(SEED_TIP)
        self.samples = SpinBox(theme, self, "Samples")
        self.samples.setGroupSeparatorShown(True)
        self._caption = label(self, "Samples", "caption")
        first = label(self, "Seed", "caption")
        first.setBuddy(self.seed)
        first.setMinimumWidth(theme.px(caption_ems))
        self._caption.setBuddy(self.samples)
        line = row(theme, first, self.seed, self._caption, self.samples)
        line.setStretch(1, 1)
        line.setStretch(3, 2)
        self.seed.setMinimumWidth(theme.px(SEED))
        self.samples.setMinimumWidth(theme.px(SAMPLE))
        self.setLayout(line)
        for field in (self.seed, self.samples):
            field.setKeyboardTracking(False)
            field.valueChanged.connect(self.changed)

    def show_params(self, params_type: type) -> None:
        """Show how many samples a probe draws by default; nothing where it draws none."""
        fields = fields_of(params_type)
        self._param = next((one for one in fields if one.name in SAMPLES), None)
        for thing in (self._caption, self.samples):
            thing.setVisible(self._param is not None)
        if self._param is None:
            return
        doc = self._param.doc
        self._caption.setText(doc.label)
        self.samples.setAccessibleName(doc.label)
        self.samples.setToolTip(doc.help)
        self.samples.blockSignals(True)
        self.samples.setRange(int(doc.min or 0), int(doc.max or LARGEST_SEED))
        self.samples.setValue(self._param.default)
        self.samples.blockSignals(False)

    def params(self) -> dict[str, Any]:
        """Return how many samples are drawn, as a parameter of the probe."""
        return {} if self._param is None else {self._param.name: self.samples.value()}

    def show_values(self, seed: int, params: Mapping[str, Any]) -> None:
        """Show what was asked; `changed` is not emitted."""
        wanted = None if self._param is None else params.get(self._param.name)
        for field, value in ((self.seed, seed), (self.samples, wanted)):
            if value is not None and not field.hasFocus():  # else a person is typing
                field.blockSignals(True)
                field.setValue(int(value))
                field.blockSignals(False)
