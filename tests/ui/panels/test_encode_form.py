"""The encode form offers every encoder with its own parameters, and starts what it shows."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit

from embexplorer.core.contracts import Encoder
from embexplorer.core.params import fields_of
from embexplorer.ui.forms import ParamsForm
from embexplorer.ui.panels.encode_form import EncodeForm
from embexplorer.ui.widgets.buttons import Button, Disclosure
from tests.ui.real_window import settle


@pytest.fixture
def form(main_window) -> EncodeForm:
    main_window.services.library.open_sample("corpus")
    settle()
    return main_window.findChild(EncodeForm)


def choose(form: EncodeForm, encoder: str) -> None:
    box = form.findChild(QComboBox, "Encoder")
    box.setCurrentIndex(box.findData(encoder))
    settle()


def params(form: EncodeForm) -> ParamsForm:
    (shown,) = [found for found in form.findChildren(ParamsForm) if found.isVisible()]
    return shown


def words(form: EncodeForm) -> str:
    return " ".join(text.text() for text in form.findChildren(QLabel) if text.isVisible())


def button(form: EncodeForm, start: str) -> Button:
    return next(found for found in form.findChildren(Button) if found.text().startswith(start))


def test_it_is_there_only_for_a_corpus(main_window, topics) -> None:
    from tests.ui.real_window import show_space

    shown = main_window.findChild(EncodeForm)
    show_space(main_window, topics)
    assert not shown.isVisible()
    main_window.services.library.open_sample("corpus")
    settle()
    assert shown.isVisible()
    assert "sentences · 300" in words(shown)
    assert button(shown, "Encode 300 items").isEnabled()


def test_every_encoder_is_offered(form, main_window) -> None:
    box = form.findChild(QComboBox, "Encoder")
    known = {plugin.id for plugin in main_window.services.library.encoders()}
    assert {box.itemData(row) for row in range(box.count())} == known
    assert {"hashing", "minilm", "sentence-transformers"} <= known
    assert box.currentData() == "hashing"  # what was used last


def test_each_encoder_shows_its_own_parameters_and_only_those(main_window) -> None:
    form = main_window.findChild(EncodeForm)  # without a corpus: no encoder is loaded and timed
    for plugin in main_window.services.context.registry.all(Encoder):
        choose(form, plugin.id)
        (shown,) = form.findChildren(ParamsForm)
        assert set(shown.names) == {field.name for field in fields_of(plugin.params)}
        more = shown.findChild(Disclosure)
        if more.isVisibleTo(form):
            more.click()
        assert [name for name in shown.names if not shown.field(name).isVisibleTo(form)] == []
        said = [text.text() for text in form.findChildren(QLabel) if text.isVisibleTo(form)]
        assert plugin.summary in said
        assert form.findChild(Button, "Encode").isEnabled() == plugin.is_available
        takes_folder = form.findChild(Button, "ChooseAFolder").isVisibleTo(form)
        assert takes_folder == (plugin.id == "sentence-transformers")


def test_a_chosen_folder_becomes_the_model(form, main_window, tmp_path, monkeypatch) -> None:
    from PySide6.QtWidgets import QFileDialog

    choose(form, "sentence-transformers")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    form.findChild(Button, "ChooseAFolder").click()
    assert params(form).findChild(QLineEdit, "model").text() == str(tmp_path)


def test_encode_makes_a_space_with_the_shown_parameters(form, main_window) -> None:
    shown = params(form)
    shown.set_values({"dimensions": 64})
    button(form, "Encode 300").click()
    settle()
    state = main_window.services.store.state
    assert (state.space.n, state.space.d) == (300, 64)
    assert state.space.provenance.encoder == "hashing"
    assert state.space.provenance.params["dimensions"] == 64
    assert not form.isVisible()
    assert main_window.map.view.n_items == 300
    assert main_window.status.message.startswith("Encoded 300 texts")
    assert main_window.services.remembered.settings.encoder == "hashing"


def test_how_long_it_takes_is_said_beside_the_button(form) -> None:
    assert "about " in words(form)
