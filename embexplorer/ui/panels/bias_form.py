"""What a bias probe is asked: which probe, which item sets, and with which parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from embexplorer.core.params import fields_of
from embexplorer.ui.forms import ParamsForm
from embexplorer.ui.widgets.buttons import Button, Disclosure
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.fields import Combo
from embexplorer.ui.widgets.labels import label
from embexplorer.ui.widgets.naming import name_widget
from embexplorer.ui.widgets.sets_choice import SetsChoice

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.app.presenters.bias import Bias
    from embexplorer.app.state import BiasQuestion
    from embexplorer.core.item_sets import ItemSets
    from embexplorer.ui.theme import Theme

CAPTION = 4.5  # em


class BiasForm(QWidget):
    """Asks as soon as probe and sets are chosen; parameters wait for `Run`.

    Signals
    -------
    file_requested(callable)
        The person wants the sets in a file: call it with the path.
    """

    file_requested = Signal(object)
    edit_requested = Signal(object)  # the sets that are chosen: a name, a path or themselves

    def __init__(self, theme: Theme, bias: Bias, parent: QWidget) -> None:
        super().__init__(parent)
        name_widget(self, "Probe and item sets")
        self._theme = theme
        self._bias = bias
        self._form: ParamsForm | None = None
        self.probe = Combo(theme, self, "Probe")
        for one in bias.choices.probes():
            self.probe.addItem(one.title, one.id)
        self.sets = SetsChoice(theme, self, "Item sets")
        self._edit = Button(theme, self, "Edit…", tip="Change these item sets, or make new ones.")
        self._edit.clicked.connect(self._ask_edit)
        self._summary = label(self, "", "caption", wrap=True)
        self._ignore_case = QCheckBox("Ignore case", self)
        self._ignore_case.setAccessibleName("Ignore case")
        self._ignore_case.setToolTip("An item that differs in case alone stands for a missing one.")
        self._allow_missing = QCheckBox("Allow missing items", self)
        self._allow_missing.setAccessibleName("Allow missing items")
        self._allow_missing.setToolTip("Run in spite of a set that lost over 20% of its items.")
        self._more = Disclosure(theme, self, "Parameters")
        self._params = QWidget(self)
        self._slot = column(theme)
        self._run = Button(theme, self._params, "Run again")
        self._params.setLayout(column(theme, self._slot, row(theme, None, self._run)))
        self._params.hide()
        self.setLayout(
            column(
                theme,
                self._labelled("Probe", self.probe),
                row(theme, self._labelled("Item sets", self.sets), self._edit),
                self._summary,
                row(theme, self._ignore_case, self._allow_missing, None, gap=0.875),
                self._more,
                self._params,
            )
        )
        self._choose_probe()
        self._more.opened.connect(self._params.setVisible)
        self.probe.currentIndexChanged.connect(self._on_probe)
        self.sets.sets_chosen.connect(self.ask)
        self.sets.file_requested.connect(self.file_requested)
        self._ignore_case.clicked.connect(self.ask)
        self._allow_missing.clicked.connect(self.ask)
        self._run.clicked.connect(self.ask)

    def ask(self) -> None:
        """Ask, where sets are chosen."""
        chosen = self.sets.currentData()
        if not chosen or self._form is None:
            return
        self._bias.ask(
            self.probe.currentData(),
            chosen,
            self._form.values(),
            ignore_case=self._ignore_case.isChecked(),
            allow_missing=self._allow_missing.isChecked(),
        )

    def use_file(self, path: Path) -> None:
        """Ask about the sets in a file."""
        self.sets.use_file(path)

    def use_sets(self, sets: ItemSets) -> None:
        """Ask about sets that a person made."""
        self._fill_sets(sets)
        self.ask()

    def renew_sets(self) -> None:
        """List the sets again: those of the project have changed."""
        self._fill_sets(self.sets.currentData())

    def show_question(self, asked: BiasQuestion | None) -> None:
        """Show what was asked; nothing is asked by that."""
        if asked is None:
            self.sets.setCurrentIndex(-1)
            return
        self.probe.blockSignals(True)
        self.probe.setCurrentIndex(self.probe.findData(asked.probe))
        self.probe.blockSignals(False)
        self._choose_probe(asked.sets)
        self._ignore_case.setChecked(asked.ignore_case)
        self._allow_missing.setChecked(asked.allow_missing)
        if self._form is not None:
            known = {name: asked.params[name] for name in self._form.names if name in asked.params}
            self._form.set_values(known)

    def _labelled(self, text: str, field: QWidget) -> QHBoxLayout:
        caption = label(self, text, "caption")
        caption.setBuddy(field)
        caption.setMinimumWidth(self._theme.px(CAPTION))
        return row(self._theme, caption, field)

    def _on_probe(self) -> None:
        self._choose_probe(self.sets.currentData())
        self.ask()

    def _ask_edit(self) -> None:
        self.edit_requested.emit(self.sets.currentData())

    def _choose_probe(self, chosen: str | ItemSets | None = None) -> None:
        """Show the sets and the parameters of the probe."""
        plugin = self._bias.find_probe(self.probe.currentData())
        self._summary.setText(plugin.summary)
        self._fill_sets(chosen)
        if self._form is not None and self._form.objectName() == plugin.id:
            return
        if self._form is not None:
            self._slot.removeWidget(self._form)
            self._form.hide()
            self._form.deleteLater()
        self._form = ParamsForm(
            self._theme, self, plugin.params, name=f"Parameters of {plugin.title}"
        )
        self._form.setObjectName(plugin.id)
        self._slot.addWidget(self._form)
        has_params = bool(fields_of(plugin.params))
        self._more.setVisible(has_params)
        self._params.setVisible(has_params and self._more.isChecked())

    def _fill_sets(self, chosen: Any) -> None:
        """List the sets that the probe takes, and leave those chosen that were, where it can."""
        probe_id = self.probe.currentData()
        self.sets.list_sets(
            self._bias.choices.kept_sets_for(probe_id),
            self._bias.choices.sets_for(probe_id),
            chosen,
        )
