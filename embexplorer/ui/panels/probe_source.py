"""What a bias probe reads: the items or a column of the space, sentences, and a space before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from embexplorer.core.space import ITEM
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.fields import Combo
from embexplorer.ui.widgets.labels import label
from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.app.presenters.probe_choices import ProbeChoices
    from embexplorer.app.state import BiasQuestion
    from embexplorer.core.contracts import Probe
    from embexplorer.ui.theme import Theme

HERE = "Those of this space"
ITEMS = "The items themselves"
ITSELF = "This space alone"
FROM_FOLDER = "A model in a folder…"


class ProbeSource(QWidget):
    """Shows only what the probe takes.

    Signals
    -------
    changed()
        The person chose something else.
    folder_requested(callable)
        The person wants a model in a folder: call it with the path.
    """

    changed = Signal()
    folder_requested = Signal(object)

    def __init__(
        self, theme: Theme, choices: ProbeChoices, parent: QWidget, caption_ems: float
    ) -> None:
        super().__init__(parent)
        name_widget(self, "What the probe reads")
        self._theme = theme
        self._choices = choices
        self._caption = theme.px(caption_ems)
        self._probe: Probe | None = None
        self._asked_of = ("", "")  # probe and space that the choices are for
        self._model = ""
        self.encoder, self._encoder_line = self._line("Sentences", "Whose sentences are read")
        self.column, self._column_line = self._line("Column", "Column that names the word")
        self.original, self._original_line = self._line("Sides from", "Space before debiasing")
        self.column.setToolTip("Its values are the items of the sets; each may have many rows.")
        self.original.setToolTip(
            "The space that says on which side of the pairs an item was, before bias was taken out."
        )
        self.setLayout(column(theme, self._encoder_line, self._column_line, self._original_line))
        self.encoder.activated.connect(self._choose_encoder)
        self.column.activated.connect(self.changed)
        self.original.activated.connect(self.changed)

    def values(self) -> dict[str, str]:
        """Return what is chosen, as `Bias.ask` takes it."""
        asks = None if self._probe is None else self._probe.asks
        if asks is None:
            return {}
        encoder = str(self.encoder.currentData() or "") if self._encodes else ""
        reads_column = asks.word_column is not False and not encoder
        return {
            "encoder": encoder,
            "word_column": str(self.column.currentData() or "") if reads_column else "",
            "original": str(self.original.currentData() or "") if asks.original else "",
        }

    def show_probe(self, probe: Probe) -> None:
        """Show what a probe of the active space takes; what was chosen stays where it can."""
        asked_of = (probe.id, self._choices.space_id)
        was = self.values() if asked_of == self._asked_of else {}
        self._probe, self._asked_of = probe, asked_of
        columns = [(name, name) for name in self._choices.columns()]
        items = [(ITEMS, ITEM if probe.asks.word_column else "")]
        is_second = probe.asks.word_column and self._choices.has_words()
        fill(self.column, *((columns, items) if is_second else (items, columns)))
        encoders = [(one.title, one.name) for one in self._choices.encoders()]
        model = [(self._model, self._model)] if self._model else []
        fill(self.encoder, [(HERE, "")], [*encoders, *model])
        self.encoder.insertSeparator(self.encoder.count())
        self.encoder.addItem(FROM_FOLDER)
        others = [(one.name, one.id) for one in self._choices.originals()]
        fill(self.original, [(ITSELF, "")], others)
        choose(self.encoder, was.get("encoder", self._first_encoder()))
        choose(self.column, was.get("word_column", ""))
        choose(self.original, was.get("original", self._choices.first_original()))
        self._show_lines()

    def renew(self) -> None:
        """List again what there is: spaces were opened or closed, or another one is active."""
        if self._probe is not None:
            self.show_probe(self._probe)

    def show_question(self, asked: BiasQuestion) -> None:
        """Show what was asked."""
        if self._encodes and asked.encoder and self.encoder.findData(asked.encoder) < 0:
            self._model = asked.encoder
            self.encoder.insertItem(self.encoder.count() - 2, self._model, self._model)
        choose(self.encoder, asked.encoder)
        choose(self.column, asked.word_column)
        choose(self.original, asked.original)
        self._show_lines()

    @property
    def _encodes(self) -> bool:
        return self._probe is not None and self._choices.encodes(self._probe.id)

    def _first_encoder(self) -> str:
        """Return what reads sentences at first; empty where the space has some, by words."""
        if self._choices.has_words():
            return ""
        return next((one.name for one in self._choices.encoders()), "")

    def _show_lines(self) -> None:
        if self._probe is None:
            return
        asks, chosen = self._probe.asks, self.values()
        reads_column = asks.word_column is not False and not chosen["encoder"]
        self._encoder_line.setVisible(self._encodes)
        self._column_line.setVisible(reads_column)
        self._original_line.setVisible(asks.original)
        self.setVisible(asks.word_column is not False or asks.original)

    def _choose_encoder(self) -> None:
        if self.encoder.currentText() == FROM_FOLDER:
            choose(self.encoder, self._model or self._first_encoder())
            self.folder_requested.emit(self._use_folder)
            return
        self._show_lines()
        self.changed.emit()

    def _use_folder(self, folder: Path) -> None:
        self._model = str(folder)
        self.renew()
        choose(self.encoder, self._model)
        self._show_lines()
        self.changed.emit()

    def _line(self, text: str, name: str) -> tuple[Combo, QWidget]:
        line = QWidget(self)
        field = Combo(self._theme, line, name)
        caption = label(line, text, "caption")
        caption.setBuddy(field)
        caption.setMinimumWidth(self._caption)
        line.setLayout(row(self._theme, caption, field))
        return field, line


def fill(field: Combo, *parts: list[tuple[str, str]]) -> None:
    """Give a field other entries, each with its value."""
    field.clear()
    for part in parts:
        for text, value in part:
            field.addItem(text, value)


def choose(field: Combo, value: str) -> None:
    """Choose a value, or the first one where it is not there."""
    field.setCurrentIndex(max(0, field.findData(value)))
