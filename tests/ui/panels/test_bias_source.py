"""What the bias panel offers beside probe and sets: columns, encoders, seed, coverage, a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit

from embexplorer.core.item_sets import ItemSet, ItemSets
from embexplorer.core.space import make_space, make_table
from embexplorer.ui import dialogs
from embexplorer.ui.panels.probe_source import FROM_FOLDER, ITEMS, ITSELF
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.noted_rows import IS_FAINT, NOTE
from tests.ui.real_window import settle, show_space

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.ui.main_window import MainWindow
    from embexplorer.ui.panels.bias import BiasPanel

WORDS = ("rose", "tulip", "ant", "wasp", "joy", "peace", "pain", "filth")
SETS = ItemSets(
    "garden",
    (ItemSet("flowers", WORDS[:2]), ItemSet("insects", WORDS[2:4])),
    (ItemSet("pleasant", WORDS[4:6]), ItemSet("unpleasant", WORDS[6:])),
)


@pytest.fixture
def panel(main_window: MainWindow, topics) -> BiasPanel:
    """Return the panel with a space of words, and before it one of their occurrences."""
    rng = np.random.default_rng(1)
    owners = np.repeat(WORDS, 3).tolist()
    items = [f"{word} {k}" for k, word in enumerate(owners)]
    vectors = rng.normal(size=(24, 4)).astype(np.float32)
    show_space(main_window, make_space(vectors, make_table(items, {"word": owners}), name="uses"))
    vectors = rng.normal(size=(9, 4)).astype(np.float32)
    show_space(main_window, make_space(vectors, make_table([*WORDS, "x"], {}), name="words"))
    services = main_window.services
    services.editing_sets.start(SETS)
    services.editing_sets.save()
    main_window.shell.show_tab("Bias")
    settle()
    return main_window.bias


def choose_probe(panel: BiasPanel, probe: str) -> None:
    panel.form.probe.setCurrentIndex(panel.form.probe.findData(probe))
    settle()


def activate(main_window: MainWindow, name: str) -> None:
    services = main_window.services
    spaces = services.store.state.document.spaces
    services.library.activate(next(one.id for one in spaces if one.name == name))
    settle()


def press(panel: BiasPanel, text: str) -> None:
    next(one for one in panel.findChildren(Button) if one.text() == text).click()
    settle()


def test_the_list_of_sets_says_what_the_space_has(panel, main_window) -> None:
    sets = panel.form.sets
    at = sets.findText("garden: flowers, insects")
    assert sets.itemData(at, NOTE) == "2/2  2/2  2/2  2/2"
    assert not sets.itemData(at, IS_FAINT)
    other = sets.findData("weat-6")
    assert sets.itemData(other, NOTE) == "0/8  0/8  0/8  0/8"
    assert sets.itemData(other, IS_FAINT)
    tip = sets.itemData(other, Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("male names: 0 of 8 are in this space; female names: 0 of 8")
    assert "Caliskan" in tip
    activate(main_window, "uses")
    assert sets.itemData(sets.findText("garden: flowers, insects"), NOTE) == "0/2  0/2  0/2  0/2"
    choose_probe(panel, "ceat")
    assert sets.itemData(sets.findText("garden: flowers, insects"), NOTE) == "2/2  2/2  2/2  2/2"


def test_ceat_takes_the_column_that_names_the_word(panel, main_window) -> None:
    activate(main_window, "uses")
    choose_probe(panel, "ceat")
    source = panel.form.source
    assert source.column.isVisible()
    assert not source.encoder.isVisible()
    assert [source.column.itemText(at) for at in range(source.column.count())] == ["word", ITEMS]
    panel.form.use_sets(SETS)
    settle()
    asked = main_window.services.store.state.bias
    assert (asked.error, asked.word_column) == (None, "word")
    assert asked.answer.found.details["occurrences"]["X"] == {"rose": 3, "tulip": 3}


def test_items_that_repeat_are_occurrences_too(panel, main_window) -> None:
    rng = np.random.default_rng(2)
    table = make_table([*WORDS, *WORDS], {})
    vectors = rng.normal(size=(16, 4)).astype(np.float32)
    show_space(main_window, make_space(vectors, table, name="twice"))
    choose_probe(panel, "ceat")
    assert panel.form.source.column.currentText() == ITEMS
    panel.form.use_sets(SETS)
    settle()
    asked = main_window.services.store.state.bias
    assert (asked.error, asked.word_column) == (None, "item")
    assert asked.answer.found.details["occurrences"]["A"] == {"joy": 2, "peace": 2}


def test_seat_lets_an_encoder_read_templates_that_can_be_edited(panel, main_window) -> None:
    choose_probe(panel, "seat")
    source = panel.form.source
    assert source.encoder.isVisible()
    assert source.encoder.itemText(source.encoder.count() - 1) == FROM_FOLDER
    source.encoder.setCurrentIndex(source.encoder.findData("hashing"))
    panel.form._more.click()
    lines = next(one for one in panel.findChildren(QPlainTextEdit) if one.isVisible())
    assert lines.toPlainText().splitlines()[0] == "This is {word}."
    lines.setPlainText("This is {word}.\n\n  {a_word} is here. ")
    panel.form.use_sets(SETS)
    settle()
    asked = main_window.services.store.state.bias
    assert asked.error is None
    assert asked.params["templates"] == "This is {word}. | {a_word} is here."
    assert asked.answer.found.details["sentences"]["X"] == 4
    assert not panel._color.isEnabled()
    assert not panel._on_map.isEnabled()
    assert lines.toPlainText() == "This is {word}.\n\n  {a_word} is here. "


def test_a_model_in_a_folder_can_be_chosen(panel, main_window, monkeypatch, tmp_path) -> None:
    choose_probe(panel, "seat")
    encoder = panel.form.source.encoder
    monkeypatch.setattr(dialogs, "ask_folder", lambda *given: tmp_path)
    encoder.setCurrentIndex(encoder.count() - 1)
    encoder.activated.emit(encoder.currentIndex())
    assert panel.form.source.values()["encoder"] == str(tmp_path)
    panel.form.use_sets(SETS)
    settle()
    assert main_window.services.store.state.bias.error is not None  # there is no model in it
    assert panel.form.source.values()["encoder"] == str(tmp_path)


def test_seed_and_samples_are_always_there_and_ask_again(panel, main_window) -> None:
    panel.form.use_sets(SETS)
    settle()
    sampling = panel.form.sampling
    assert sampling.seed.isVisible()
    assert (sampling.samples.isVisible(), sampling.samples.value()) == (True, 100_000)
    sampling.seed.setValue(9)
    sampling.samples.setValue(500)
    settle()
    asked = main_window.services.store.state.bias
    assert (asked.answer.seed, asked.answer.params["n_permutations"]) == (9, 500)
    choose_probe(panel, "mac")
    assert sampling.seed.isVisible()
    assert not sampling.samples.isVisible()
    choose_probe(panel, "ceat")
    assert sampling.samples.accessibleName() == "Draws"


def test_a_space_to_compare_with_is_offered_where_a_probe_takes_one(panel, main_window) -> None:
    source = panel.form.source
    assert not source.original.isVisible()
    choose_probe(panel, "neighbor-bias")
    assert source.original.isVisible()
    names = [source.original.itemText(at) for at in range(source.original.count())]
    assert names == [ITSELF, "uses"]
    assert source.values()["original"] == ""
    source.original.setCurrentIndex(1)
    services = main_window.services
    uses = source.values()["original"]
    show_space(
        main_window, make_space(np.eye(9, 4, dtype=np.float32), make_table(list("abcdefghi")))
    )
    settle()
    assert source.original.count() == 3
    assert source.values()["original"] == ""  # it was chosen for another space
    services.library.close(uses)
    settle()
    assert source.original.findData(uses) == -1


def test_a_report_is_written_by_its_ending(panel, main_window, monkeypatch, tmp_path: Path) -> None:
    panel.form.use_sets(SETS)
    settle()
    for name, start in (("r.html", b"<!"), ("r.pdf", b"%PDF")):
        target = tmp_path / name
        monkeypatch.setattr(dialogs, "ask_document_file", lambda *given, to=target: to)
        press(panel, "Save report…")
        assert target.read_bytes().startswith(start)
        assert main_window.services.store.state.message == f"Wrote the report to {target}."
