"""Probes of words in many rows, of encoded sentences, and compared with another space."""

from __future__ import annotations

import dataclasses

import numpy as np
import pyarrow as pa
import pytest

from embexplorer.app.presenters.probe_choices import text_columns
from embexplorer.app.presenters.repeating import action_of, repeat_text
from embexplorer.core.errors import UserError
from embexplorer.core.item_sets import ItemSet, ItemSets
from embexplorer.core.space import Space, make_space, make_table
from embexplorer.operations.keep import on_disk

WORDS = ("rose", "tulip", "ant", "wasp", "joy", "peace", "pain", "filth")
SETS = ItemSets(
    "garden",
    (ItemSet("flowers", WORDS[:2]), ItemSet("insects", WORDS[2:4])),
    (ItemSet("pleasant", WORDS[4:6]), ItemSet("unpleasant", WORDS[6:])),
)
PAIRS = ItemSets("sides", pairs=(("rose", "ant"), ("tulip", "wasp")))


def make_contexts(times: int = 5, seed: int = 0) -> Space:
    """Make `times` occurrences of each word, and after them as many of no word."""
    rng = np.random.default_rng(seed)
    side = np.repeat([1.0, 1, -1, -1, 1, 1, -1, -1, 0], times)
    vectors = rng.normal(0, 0.3, (len(side), 4)).astype(np.float32)
    vectors[:, 0] += side
    words = [*np.repeat(WORDS, times).tolist(), *[None] * times]
    items = [f"sentence {row} about {word}" for row, word in enumerate(words)]
    kinds = pa.array(["odd", "even"] * len(side)).dictionary_encode()[: len(side)]
    table = make_table(items, {"length": [1] * len(side), "kind": kinds, "word": words})
    return make_space(vectors, table, name="contexts")


@pytest.fixture
def contexts(services) -> Space:
    made = on_disk(make_contexts(), services.context)
    services.library.add(made)
    return made


def test_columns_that_may_name_words_are_those_of_text_or_categories(contexts) -> None:
    assert text_columns(contexts) == ("word", "kind")


def test_ceat_runs_over_the_occurrences_that_a_column_names(services, contexts) -> None:
    services.bias.ask("ceat", SETS, {"n_draws": 200}, word_column="word", seed=4)
    asked = services.store.state.bias
    assert asked.error is None
    assert asked.answer.found.effect_size > 1.0
    assert asked.answer.seed == 4
    assert {one.item for one in asked.answer.found.per_item} == set(WORDS[:4])
    shown = {contexts.items[row] for (key, _), row in asked.rows.items() if key == "X"}
    assert shown == set(contexts.items[:10])
    command = repeat_text(action_of(services.store.state, "Bias"), "python", services.context)
    assert "word_column='word', seed=4, n_draws=200)" in command


def test_a_word_of_many_rows_is_shown_by_its_first_ones(services) -> None:
    services.library.add(on_disk(make_contexts(30), services.context))
    services.bias.ask("ceat", SETS, {"n_draws": 20}, word_column="word")
    rows = [row for (key, _), row in services.store.state.bias.rows.items() if key == "X"]
    assert rows == [*range(20), *range(30, 50)]


def test_a_probe_of_rows_runs_in_a_child(desk) -> None:
    services = desk.services
    services.library.add(on_disk(make_contexts(), services.context))
    desk.run_all()
    services.bias.ask("seat", SETS, word_column="word")
    assert desk.lanes["measure"].keys == [f"bias:{services.store.state.active_space}"]
    desk.run_all()
    asked = services.store.state.bias
    assert asked.uncertainty.value == pytest.approx(asked.answer.found.effect_size)


def test_seat_encodes_the_sentences_of_its_templates(desk) -> None:
    services = desk.services
    services.library.add(on_disk(make_contexts(), services.context))
    desk.run_all()
    templates = "This is {word}. | Here is {word}."
    services.bias.ask("seat", SETS, {"templates": templates}, encoder="hashing")
    assert desk.lanes["device"].keys == [f"bias:{services.store.state.active_space}"]
    desk.run_all()
    asked = services.store.state.bias
    assert asked.error is None
    assert asked.answer.found.details["sentences"] == {"X": 4, "Y": 4, "A": 4, "B": 4}
    assert asked.answer.how.endswith("encoded by hashing.")
    assert asked.rows == {}
    assert asked.sentences.open().n == 16
    assert asked.uncertainty.value == pytest.approx(asked.answer.found.effect_size)
    script = repeat_text(action_of(services.store.state, "Bias"), "python", services.context)
    names: dict[str, object] = {}
    exec(script, names)  # our own script, which must run
    assert names["result"].found.effect_size == asked.answer.found.effect_size
    assert names["uncertainty"].bca == asked.uncertainty.bca


def test_the_command_of_encoded_sentences_names_no_space(services, contexts) -> None:
    services.bias.ask("seat", "weat-6", encoder="hashing")
    command = repeat_text(action_of(services.store.state, "Bias"), "command", services.context)
    assert command == (
        "embexplorer probe --probe seat --sets weat-6 --encoder hashing --uncertainty"
    )


def test_a_question_that_was_cancelled_leaves_no_encoding(desk) -> None:
    services = desk.services
    services.library.add(on_disk(make_contexts(), services.context))
    desk.run_all()
    services.bias.ask("seat", SETS, encoder="hashing")
    services.bias.cancel()
    desk.pump()
    assert desk.lanes["device"].keys == []
    assert services.store.state.bias is None


def test_the_encoder_of_the_space_is_the_first_to_choose(services, contexts) -> None:
    assert "as this space" not in services.bias.choices.encoders()[0].title
    made = dataclasses.replace(
        contexts.provenance, encoder="hashing", params={"batch_size": 3, "n_features": 7}
    )
    services.library.add(dataclasses.replace(contexts, id="other", provenance=made))
    first, *others = services.bias.choices.encoders()
    assert (first.name, first.params) == ("hashing", {"n_features": 7})
    assert first.title.endswith(", as this space")
    assert "hashing" not in [one.name for one in others]
    assert services.bias.choices.encodes("seat")
    assert not services.bias.choices.encodes("ceat")


def test_the_space_that_another_was_made_of_is_compared_with_first(services) -> None:
    first = on_disk(make_contexts(seed=1), services.context)
    between = on_disk(make_contexts(seed=2), services.context)
    for one in (first, between):
        services.library.add(one)
    made_of = {"of": {"id": first.id, "name": first.name}}
    made = dataclasses.replace(first.provenance, reader="debias hard", params=made_of)
    services.library.add(dataclasses.replace(make_contexts(seed=3), provenance=made))
    choices = services.bias.choices
    assert [one.id for one in choices.originals()] == [first.id, between.id]
    assert choices.first_original() == first.id
    services.library.activate(between.id)
    assert choices.first_original() == ""


def test_sides_are_those_of_the_original_and_its_name_is_said(services) -> None:
    names, rng = [*WORDS, *(f"other {k}" for k in range(60))], np.random.default_rng(0)
    old, new = (
        on_disk(
            make_space(
                rng.normal(size=(68, 3)).astype(np.float32), make_table(names, {}), name=one
            ),
            services.context,
        )
        for one in ("before", "after")
    )
    services.library.add(old)
    services.library.rename(old.id, "first")
    services.library.add(new)
    params = {"k": 10, "n_first": 68, "classifier": False}
    services.bias.ask("cluster-bias", PAIRS, params, original=old.id)
    asked = services.store.state.bias
    assert asked.error is None
    assert "sides of items from “first”" in asked.answer.how
    script = repeat_text(action_of(services.store.state, "Bias"), "python", services.context)
    assert f"original = ee.open({str(old.folder)!r})" in script
    made: dict[str, object] = {}
    exec(script, made)  # our own script, which must run
    assert made["result"].found.value == asked.answer.found.value
    services.library.close(old.id)
    with pytest.raises(UserError, match="A space is closed"):
        action_of(services.store.state, "Bias")
