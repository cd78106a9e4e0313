"""What a bias probe is asked: which probe, which item sets, and with which parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from embexplorer.core.params import fields_of
from embexplorer.ui.forms import ParamsForm
from embexplorer.ui.panels.probe_source import ProbeSource
from embexplorer.ui.panels.sampling_row import SAMPLES, SamplingRow
from embexplorer.ui.widgets.buttons import Button, Disclosure
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.fields import Combo
from embexplorer.ui.widgets.labels import label
from embexplorer.ui.widgets.naming import name_widget
from embexplorer.ui.widgets.sets_choice import SetsChoice

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.app.services import Services
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

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        name_widget(self, "Probe and item sets")
        self._theme = theme
        self._services = services
        self._choices = services.bias.choices
        self._form: ParamsForm | None = None
        self.probe = Combo(theme, self, "Probe")
        for one in self._choices.probes():
            self.probe.addItem(one.title, one.id)
        self.sets = SetsChoice(theme, self, "Item sets")
        self._edit = Button(theme, self, "Edit…", tip="Change these item sets, or make new ones.")
        self._edit.clicked.connect(self._ask_edit)
        self._summary = label(self, "", "caption", wrap=True)
        self.source = ProbeSource(theme, self._choices, self, CAPTION)
        self.sampling = SamplingRow(theme, self, CAPTION)
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
                self.source,
                row(theme, self._ignore_case, self._allow_missing, None, gap=0.875),
                self.sampling,
                self._more,
                self._params,
            )
        )
        self._choose_probe()
        self._more.opened.connect(self._params.setVisible)
        self.probe.currentIndexChanged.connect(self._on_probe)
        self.sets.sets_chosen.connect(self.ask)
        self.sets.file_requested.connect(self.file_requested)
        self.source.changed.connect(self._on_source)
        self.sampling.changed.connect(self.ask)
        self._ignore_case.clicked.connect(self._on_source)
        self._allow_missing.clicked.connect(self.ask)
        self._run.clicked.connect(self.ask)

    def ask(self) -> None:
        """Ask, where sets are chosen."""
        chosen = self.sets.currentData()
        if not chosen or self._form is None:
            return
        self._services.bias.ask(
            self.probe.currentData(),
            chosen,
            {**self._form.values(), **self.sampling.params()},
            ignore_case=self._ignore_case.isChecked(),
            allow_missing=self._allow_missing.isChecked(),
            seed=self.sampling.seed.value(),
            **self.source.values(),
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
        self.look()

    def look(self) -> None:
        """Have it looked up what the active space has of the sets, as it is to be probed."""
        if not self.isVisible():
            return
        chosen = self.source.values()
        self._services.reaching.look(
            word_column=chosen.get("word_column", ""), ignore_case=self._ignore_case.isChecked()
        )

    def show_reach(self) -> None:
        """Say of each of the sets what the space has; an encoder reads any word."""
        is_encoded = bool(self.source.values().get("encoder"))
        self._ignore_case.setEnabled(not is_encoded)
        self.sets.note_sets({} if is_encoded else self._choices.notes_on(self.probe.currentData()))

    def show_question(self, asked: BiasQuestion | None) -> None:
        """Show what was asked of the active space; nothing is asked by that."""
        if asked is None:
            self._choose_probe()
            self.look()
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
        self.source.show_question(asked)
        self.sampling.show_values(asked.seed, asked.params)
        self.look()

    def _labelled(self, text: str, field: QWidget) -> QHBoxLayout:
        caption = label(self, text, "caption")
        caption.setBuddy(field)
        caption.setMinimumWidth(self._theme.px(CAPTION))
        return row(self._theme, caption, field)

    def _on_probe(self) -> None:
        self._choose_probe(self.sets.currentData())
        self.look()
        self.ask()

    def _on_source(self) -> None:
        self.look()
        self.show_reach()
        self.ask()

    def _ask_edit(self) -> None:
        self.edit_requested.emit(self.sets.currentData())

    def _choose_probe(self, chosen: str | ItemSets | None = None) -> None:
        """Show the sets and the parameters of the probe."""
        plugin = self._choices.find(self.probe.currentData())
        self._summary.setText(plugin.summary)
        self.source.show_probe(plugin)
        self._fill_sets(chosen)
        if self._form is not None and self._form.objectName() == plugin.id:
            return
        if self._form is not None:
            self._slot.removeWidget(self._form)
            self._form.hide()
            self._form.deleteLater()
        names = [one.name for one in fields_of(plugin.params)]
        self._form = ParamsForm(
            self._theme,
            self,
            plugin.params,
            name=f"Parameters of {plugin.title}",
            without=[name for name in names if name in SAMPLES],
        )
        self.sampling.show_params(plugin.params)
        self._form.setObjectName(plugin.id)
        self._slot.addWidget(self._form)
        has_params = bool(self._form.names)
        self._more.setVisible(has_params)
        self._params.setVisible(has_params and self._more.isChecked())

    def _fill_sets(self, chosen: Any) -> None:
        """List the sets that the probe takes, and leave those chosen that were, where it can."""
        probe_id = self.probe.currentData()
        self.sets.list_sets(
            self._choices.kept_sets_for(probe_id), self._choices.sets_for(probe_id), chosen
        )
        self.show_reach()
