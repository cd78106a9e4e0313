"""The form that encodes a corpus: encoder, device, and the encoder's own parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from embexplorer.app.wording import count, duration
from embexplorer.core.counted import counted
from embexplorer.ui.forms import ParamsForm
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.fields import Combo
from embexplorer.ui.widgets.labels import ElidedLabel, label, rule

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.core.space import Texts
    from embexplorer.ui.theme import Theme

DEVICES = (("Auto", "auto"), ("CPU", "cpu"), ("CUDA", "cuda"), ("MPS", "mps"))
LOCAL = "sentence-transformers"  # the encoder that takes a folder or a hub id
MODEL = "model"


class EncodeForm(QWidget):
    """Shown while a corpus is active that can be encoded."""

    folder_requested = Signal(object)  # the callable that gets the chosen folder

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("encode-form")
        self._theme = theme
        self._services = services
        self._texts: Texts | None = None
        self._encoders = {plugin.id: plugin for plugin in services.library.encoders()}
        self._title = ElidedLabel(self, "", "caption")
        self._encoder = Combo(theme, self, "Encoder")
        for plugin in sorted(self._encoders.values(), key=lambda plugin: plugin.id == LOCAL):
            self._encoder.addItem(plugin.title, plugin.id)
        self._encoder.currentIndexChanged.connect(self._choose_encoder)
        self._device = Combo(theme, self, "Device")
        for text, device in DEVICES:
            self._device.addItem(text, device)
        self._browse = Button(theme, self, "Choose a folder…", kind="link")
        self._browse.clicked.connect(self._ask_folder)
        self._summary = label(self, "", "caption", wrap=True)
        self._missing = label(self, "", "warning", wrap=True)
        self._form: ParamsForm | None = None
        self._go = Button(theme, self, "Encode", kind="primary")
        self._go.clicked.connect(self._start)
        self._estimate = ElidedLabel(self, "", "caption")
        self._estimate.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._slot = column(theme)
        head = row(theme, label(self, "Encode", "section"))
        self._title.setAlignment(Qt.AlignmentFlag.AlignRight)
        head.addWidget(self._title, 1)
        foot = row(theme, self._go)
        foot.addWidget(self._estimate, 1)
        box = column(
            theme,
            rule(self),
            head,
            self._labelled("Encoder", self._encoder),
            self._summary,
            self._labelled("Device", self._device),
            self._slot,
            self._browse,
            self._missing,
            foot,
        )
        box.setContentsMargins(0, 0, 0, 0)
        self.setLayout(box)
        services.store.subscribe(self._changed)
        self._choose_default()
        self._show(services.store.state.texts)

    def _labelled(self, text: str, field: QWidget) -> QHBoxLayout:
        caption = label(self, text, "caption")
        caption.setBuddy(field)
        caption.setMinimumWidth(self._theme.px(4.5))
        return row(self._theme, caption, field)

    def _choose_default(self) -> None:
        wanted = self._services.remembered.settings.encoder
        order = [wanted, "minilm", "hashing"]
        known = [key for key in order if key in self._encoders and self._encoders[key].is_available]
        self._encoder.setCurrentIndex(max(0, self._encoder.findData(known[0] if known else LOCAL)))
        self._choose_encoder()

    def _changed(self, old: State, new: State) -> None:
        if old.texts is not new.texts:
            self._show(new.texts)
        if old.estimate is not new.estimate:
            self._show_estimate(new)

    def _show_estimate(self, state: State) -> None:
        found = state.estimate
        asked = (state.active_texts, self._encoder.currentData())
        is_mine = found is not None and (found.texts_id, found.encoder) == asked
        seconds = found.seconds if is_mine and found is not None else None
        self._estimate.show_text("" if seconds is None else f"about {duration(seconds)}")

    def _ask_estimate(self) -> None:
        """Let the child measure the encoder, except one that still needs a model's name."""
        self._estimate.show_text("")
        encoder = self._encoder.currentData()
        plugin = self._encoders[encoder]
        if (
            self._texts is not None
            and self._form is not None
            and plugin.is_available
            and encoder != LOCAL
        ):
            self._services.library.estimate(
                self._texts.id, encoder, self._form.values(), self._device.currentData()
            )

    def _show(self, texts: Texts | None) -> None:
        self._texts = texts
        self.setVisible(texts is not None)
        if texts is not None:
            self._title.show_text(f"{texts.name} · {count(texts.n)}")
            self._go.show_text(f"Encode {counted(texts.n, 'item')}")
            self._ask_estimate()

    def _choose_encoder(self) -> None:
        plugin = self._encoders[self._encoder.currentData()]
        self._browse.setVisible(plugin.id == LOCAL)
        self._summary.setText(plugin.summary)
        self._missing.setVisible(not plugin.is_available)
        self._missing.setText(f'Not installed: pip install "embexplorer[{plugin.needs}]"')
        self._go.setEnabled(plugin.is_available)
        if self._form is not None:
            self._slot.removeWidget(self._form)
            self._form.hide()
            self._form.deleteLater()
        self._form = ParamsForm(self._theme, self, plugin.params)
        self._slot.addWidget(self._form)
        self._ask_estimate()

    def _ask_folder(self) -> None:
        self.folder_requested.emit(self._set_folder)

    def _set_folder(self, folder: Path) -> None:
        if self._form is not None:
            self._form.set_values({**self._form.values(), MODEL: str(folder)})

    def _start(self) -> None:
        if self._texts is None or self._form is None:
            return
        self._services.library.encode(
            self._texts.id,
            self._encoder.currentData(),
            self._form.values(),
            self._device.currentData(),
        )
