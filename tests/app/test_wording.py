"""How numbers, durations and names read."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from embexplorer.app import wording
from embexplorer.core.space import Provenance, Texts, make_space, make_table


def test_thousands_have_commas():
    assert wording.count(0) == "0"
    assert wording.count(999) == "999"
    assert wording.count(60214) == "60,214"


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [
        (0.5, 3, "0.500"),
        (-0.25, 3, "−0.250"),
        (-0.0004, 3, "0.000"),
        (-0.0, 2, "0.00"),
        (-1e-9, 0, "0"),
        (-0.0005001, 3, "−0.001"),
        (12.345, 1, "12.3"),
    ],
)
def test_figures_have_a_true_minus_sign(value, digits, said):
    assert wording.decimal(value, digits) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0, "1 ms"),
        (0.0004, "1 ms"),
        (0.004, "4 ms"),
        (0.099, "99 ms"),
        (0.1, "0.1 s"),
        (0.34, "0.3 s"),
        (9.94, "9.9 s"),
        (44.4, "44 s"),
        (98, "98 s"),
        (99, "2 min"),
        (180, "3 min"),
        (5880, "98 min"),
        (5940, "1 h 39 min"),
        (7200, "2 h 0 min"),
        (7500, "2 h 5 min"),
    ],
)
def test_durations_are_short(seconds, said):
    assert wording.duration(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, ""), (0.0, "1.0 s left"), (44.2, "44 s left"), (600, "10 min left")],
)
def test_time_left(seconds, said):
    assert wording.time_left(seconds) == said


@pytest.mark.parametrize(
    ("provenance", "said"),
    [
        (Provenance(), "1,200 × 3"),
        (Provenance(reader="csv"), "1,200 × 3 · csv"),
        (Provenance(reader="csv", encoder="minilm"), "1,200 × 3 · minilm"),
        (Provenance(encoder="/models/my-model"), "1,200 × 3 · my-model"),
    ],
)
def test_a_space_is_summed_up_by_size_and_origin(provenance, said):
    table = make_table([str(row) for row in range(1200)])
    space = make_space(np.ones((1200, 3), np.float32), table, provenance=provenance)
    assert wording.space_summary(space) == said


def test_a_corpus_is_summed_up():
    assert wording.texts_summary(Texts("t", "t", make_table(["one"]))) == "1 text, not encoded"
    two = Texts("t", "t", make_table(["one", "two"]))
    assert wording.texts_summary(two) == "2 texts, not encoded"
    table, vectors = make_table(["one", "two"]), np.ones((2, 3), np.float32)
    here = dataclasses.replace(two, provenance=Provenance(source="a.csv"))
    made = make_space(vectors, table, provenance=Provenance(source="a.csv", encoder="minilm"))
    loaded = make_space(vectors, table, provenance=Provenance(source="a.csv"))
    other = make_space(vectors, table, provenance=Provenance(source="b.csv", encoder="minilm"))
    assert wording.texts_summary(here, [loaded, other]) == "2 texts, not encoded"
    assert wording.texts_summary(here, [other, made]) == "2 texts, encoded"


@pytest.mark.parametrize(
    ("text", "length", "said"),
    [
        ("short", 5, "short"),
        ("longer", 5, "long…"),
        ("two words", 5, "two…"),
        ("  many \n lines\tflat ", 20, "many lines flat"),
        ("", 5, ""),
    ],
)
def test_a_shortened_text_is_flat_and_marked(text, length, said):
    assert wording.shortened(text, length) == said
    assert len(wording.shortened(text, length)) <= length


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((2, 1, 3), "2 spaces, 1 corpus, 3 maps"),
        ((1, 0, 0), "1 space"),
        ((0, 1200, 0), "1,200 corpora"),
        ((0, 0, 0), "nothing"),
    ],
)
def test_what_is_held_is_said_without_what_there_is_none_of(numbers, said):
    assert wording.held(*numbers) == said
