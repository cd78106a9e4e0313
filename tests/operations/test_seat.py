from __future__ import annotations

import pytest

from embexplorer.core.errors import UserError
from embexplorer.operations.context import Context
from embexplorer.operations.probe import probe
from embexplorer.operations.seat import probe_sentences, read_forms, write_sentences

SETS = {
    "X": ["rose", "tulip"],
    "Y": ["ant", "wasp"],
    "A": ["joy", "peace"],
    "B": ["filth", "agony"],
}


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


def sentences(words, templates, forms=""):
    texts = write_sentences(words, templates, forms, name="mine")
    return texts.items[:], texts


def test_templates_are_filled_with_articles_and_plurals():
    found, texts = sentences(
        ["ant", "mouse", "hour"],
        "this is {a_word}. | {words} are here.",
        "mouse: mice; hour: an hour, hours",
    )
    assert found == [
        "This is an ant.",
        "This is a mouse.",
        "Mice are here.",
        "This is an hour.",
        "Hours are here.",
    ]
    assert texts.columns["word"].to_pylist() == ["ant", "mouse", "mouse", "hour", "hour"]
    assert texts.columns["template"].to_pylist()[2] == "{words} are here."
    assert texts.provenance.notes == (
        "Words without a sentence from templates with {words}, as no plural of theirs is given: "
        "ant.",
    )


def test_a_sentence_is_there_once():
    found, _ = sentences(["sheep"], "{word} | {words} | {word}", "sheep: sheep")
    assert found == ["Sheep"]
    found, texts = sentences(["person", "people"], "{word}. | {words}.", "person: people")
    assert found == ["Person.", "People."]
    assert "“People.” for person, not for people" in texts.provenance.notes[1]


@pytest.mark.parametrize(
    ("templates", "forms", "title"),
    [
        (" | ", "", "No templates"),
        ("This is it.", "", "A template does not fit"),
        ("This is {word} or {other}.", "", "A template does not fit"),
        ("{words}.", "", "No sentences"),
        ("{word}.", "mice", "Forms that cannot be read"),
        ("{word}.", "mouse: mice, mouses", "Forms that cannot be read"),
    ],
)
def test_what_makes_no_sentence_is_refused(templates, forms, title):
    with pytest.raises(UserError) as caught:
        sentences(["ant"], templates, forms)
    assert caught.value.title == title


def test_forms_are_read():
    assert read_forms("mouse: mice\n hour: an hour") == {
        "mouse": ("", "mice"),
        "hour": ("an hour", ""),
    }


def test_words_are_probed_in_sentences(context):
    templates = "This is {word}. | {word} is here."
    space, found = probe_sentences(
        SETS, "hashing", context, params={"templates": templates, "ddof": 0}
    )
    assert space.n == 16
    assert space.name == "sets in sentences, hashing"
    assert "Rose is here." in space.items[:]
    by_item = {
        key: [text.format(word=word) for word in words for text in ("This is {word}.", "{word} is")]
        for key, words in SETS.items()
    }
    by_item = {
        key: [f"{text.capitalize()} here." if text.endswith(" is") else text for text in items]
        for key, items in by_item.items()
    }
    weat = probe(space, "weat", by_item, context, params={"ddof": 0})
    assert found.found.effect_size == pytest.approx(weat.found.effect_size)
    assert found.found.details["sentences"] == {"X": 4, "Y": 4, "A": 4, "B": 4}
    assert "This is {word}. | {word} is here., encoded by hashing." in found.how
    assert found.found.ddof == 0


def test_the_same_question_is_found_in_the_cache(context):
    one, found = probe_sentences(SETS, "hashing", context)
    again, refound = probe_sentences(SETS, "hashing", context)
    assert (again.id, again.folder) == (one.id, one.folder)
    assert refound.found.p_value == found.found.p_value


def test_only_a_probe_with_templates_makes_sentences(context):
    with pytest.raises(UserError) as caught:
        probe_sentences(SETS, "weat", context, probe_id="weat")
    assert caught.value.title == "This probe makes no sentences"
