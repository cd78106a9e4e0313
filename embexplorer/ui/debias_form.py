"""How bias is mitigated: which space, which method, which item sets, which parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from embexplorer.ui.forms import ParamsForm
from embexplorer.ui.widgets.columns import ScrollColumn, column, row
from embexplorer.ui.widgets.fields import Combo, SpinBox
from embexplorer.ui.widgets.labels import label
from embexplorer.ui.widgets.sets_choice import SetsChoice

if TYPE_CHECKING:
    from embexplorer.app.presenters.mitigating import Mitigating
    from embexplorer.app.state import State
    from embexplorer.ui.theme import Theme

CAPTION = 5.5  # em


class DebiasForm(ScrollColumn):
    """Asks nothing by itself; `make` does.

    Signals
    -------
    changed()
        Something was chosen.
    file_requested(callable)
        The person wants the sets in a file: call it with the path.
    """

    changed = Signal()
    file_requested = Signal(object)

    def __init__(self, theme: Theme, mitigating: Mitigating, parent: QWidget) -> None:
        super().__init__(theme, parent, "How bias is mitigated")
        self._mitigating = mitigating
        self._params: ParamsForm | None = None
        self.space = Combo(theme, self, "Space")
        self.method = Combo(theme, self, "Mitigation")
        for one in mitigating.methods():
            self.method.addItem(one.title, one.id)
        self._summary = label(self, "", "caption", wrap=True)
        self._formula = label(self, "", "caption", wrap=True)
        self.sets = SetsChoice(theme, self, "Item sets")
        self.keep = SetsChoice(theme, self, "Sets to keep", none="None")
        self.keep.setToolTip("All items of these keep their difference, as “specific” ones.")
        self.equalize = SetsChoice(theme, self, "Sets to equalize", none="None")
        self.equalize.setToolTip("Pairs and sets of these become equally far from neutral items.")
        self.ignore_case = QCheckBox("Ignore case", self)
        self.ignore_case.setAccessibleName("Ignore case")
        self.ignore_case.setToolTip("An item that differs in case alone stands for a missing one.")
        self.allow_missing = QCheckBox("Allow missing items", self)
        self.allow_missing.setAccessibleName("Allow missing items")
        self.allow_missing.setToolTip("Go on in spite of a set that lost over 20% of its items.")
        self.seed = SpinBox(theme, self, "Seed")
        self.seed.setRange(0, 2**31 - 1)
        self._slot = column(theme)
        self._keep_line, self._equalize_line = QWidget(self), QWidget(self)
        self._keep_line.setLayout(self._labelled("Keep", self.keep))
        self._equalize_line.setLayout(self._labelled("Equalize", self.equalize))
        self.add(
            self._labelled("Space", self.space),
            self._labelled("Method", self.method),
            self._summary,
            self._formula,
            self._labelled("Item sets", self.sets),
            self._keep_line,
            self._equalize_line,
            row(theme, self.ignore_case, self.allow_missing, None, gap=0.875),
            self._slot,
            self._labelled("Seed", self.seed),
        )
        self.finish()
        self._choose_method()
        self.method.currentIndexChanged.connect(self._choose_method)
        for choice in (self.sets, self.keep, self.equalize):
            choice.sets_chosen.connect(self.changed)
            choice.file_requested.connect(self.file_requested)

    @property
    def can_make(self) -> bool:
        """Whether all that is needed was chosen."""
        return bool(self.sets.currentData()) and bool(self.space.currentData())

    def make(self) -> None:
        """Make a new space as it was chosen."""
        method = self.method.currentData()
        asks = self._mitigating.find_method(method).asks
        keeps = self._mitigating.leaves_out(method)
        if not self.can_make or self._params is None:
            return
        self._mitigating.make(
            self.space.currentData(),
            method,
            self.sets.currentData(),
            self._params.values(),
            keep=self.keep.currentData() if keeps else None,
            equalize=self.equalize.currentData() if asks.equalize else None,
            ignore_case=self.ignore_case.isChecked(),
            allow_missing=self.allow_missing.isChecked(),
            seed=self.seed.value(),
        )

    def show_spaces(self, state: State, chosen: str) -> None:
        """List the spaces that are open, and choose one."""
        self.space.clear()
        for one in state.document.spaces:
            self.space.addItem(one.name, one.id)
        self.space.setCurrentIndex(max(0, self.space.findData(chosen)))
        self.changed.emit()

    def renew_sets(self) -> None:
        """List the sets again, and leave those chosen that were."""
        mitigating, method = self._mitigating, self.method.currentData()
        self.sets.list_sets(
            mitigating.kept_sets_for(method), mitigating.sets_for(method), self.sets.currentData()
        )
        kept, built_in = mitigating.known.kept, mitigating.known.built_in
        self.keep.list_sets(kept, built_in, self.keep.currentData())
        self.equalize.list_sets(
            [sets for sets in kept if sets.pairs or sets.equalize],
            {name: sets for name, sets in built_in.items() if sets.pairs or sets.equalize},
            self.equalize.currentData(),
        )

    def _choose_method(self) -> None:
        """Show what the method does, which sets it takes, and its parameters."""
        chosen = self._mitigating.find_method(self.method.currentData())
        self._summary.setText(chosen.summary)
        self._formula.setText(chosen.formula)
        self._formula.setToolTip(chosen.source)
        self.renew_sets()
        self._keep_line.setVisible(self._mitigating.leaves_out(chosen.id))
        self._equalize_line.setVisible(chosen.asks.equalize)
        if self._params is not None:
            self._slot.removeWidget(self._params)
            self._params.hide()
            self._params.deleteLater()
        self._params = ParamsForm(
            self._theme, self, chosen.params, name=f"Parameters of {chosen.title}"
        )
        self._slot.addWidget(self._params)
        self.changed.emit()

    def _labelled(self, text: str, field: QWidget) -> QHBoxLayout:
        caption = label(self, text, "caption")
        caption.setBuddy(field)
        caption.setMinimumWidth(self._theme.px(CAPTION))
        return row(self._theme, caption, field)
