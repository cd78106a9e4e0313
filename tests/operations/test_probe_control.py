from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.contracts import Probe
from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.context import Context
from embexplorer.operations.item_sets import find_sets
from embexplorer.operations.probe import probe
from embexplorer.operations.probe_uncertainty import find_uncertainty, uncertainty_values

NOUNS = find_sets("neutral-nouns").words.items
X, Y = (tuple(f"{key}{at}" for at in range(4)) for key in "xy")
A, B = (tuple(f"{key}{at}" for at in range(5)) for key in "ab")
FOUR = {"X": X, "Y": Y, "A": A, "B": B}
SETS = {key: list(items) for key, items in FOUR.items()}
GROUPS = {"targets": [SETS["X"], SETS["Y"]], "attributes": [SETS["A"]]}
PAIRS = {"pairs": [list(pair) for pair in zip(X, Y, strict=True)], "words": SETS["A"]}
BOTH = GROUPS | {"attributes": [SETS["A"], SETS["B"]]}
ASKED = [
    ("weat", SETS, "targets", (4, 4)),
    ("ml-eat", SETS, "targets", (4, 4)),
    ("sc-weat", BOTH, "targets", (4, 4)),
    ("mac", BOTH, "targets", (4, 4)),
    ("rnsb", BOTH, "targets", (4, 4)),
    ("rnd", GROUPS, "attributes", (5,)),
    ("ect", GROUPS, "attributes", (5,)),
    ("ripa", GROUPS, "attributes", (5,)),
    ("direct-bias", PAIRS, "words", (5,)),
]


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


@pytest.fixture
def space_with():
    """Return what makes a space of the words of the sets and of others, all anywhere."""

    def make(others):
        names = [*X, *Y, *A, *B, *others]
        vectors = np.random.default_rng(1).normal(size=(len(names), 12))
        vectors[:4] += 2  # X and A lie apart from all others
        vectors[8:13] += 2
        return make_space(vectors.astype(np.float32), make_table(names), name="words")

    return make


def controlled(space, name, sets, context, **options):
    result = probe(space, name, sets, context)
    found = find_uncertainty(space, result, context, draws=20, null_draws=0, **options)
    return result, found


@pytest.mark.parametrize(("name", "sets", "place", "sizes"), ASKED)
def test_neutral_words_take_the_place_of_what_is_judged(
    space_with, context, name, sets, place, sizes
):
    _, found = controlled(space_with(NOUNS), name, sets, context)
    control = found.control
    assert (control.in_place_of, control.sizes) == (place, sizes)
    assert (control.asked, control.used, control.draws) == (60, 60, 200)
    assert control.low <= control.value <= control.high
    assert control.sentence in found.notes
    values = uncertainty_values(found)["control"]
    assert values["quantiles"] == [control.low, control.value, control.high]
    assert values["set"] == "neutral-nouns"


def test_every_probe_that_judges_words_by_repetition_has_one(context):
    without = {
        one.id
        for one in context.registry.all(Probe)
        if one.measure is not None and one.control is None
    }
    # a direction judges pairs; unrelated words have no indirect bias; rows and images are no words
    assert without <= {"direction", "indirect-bias", "seat", "ceat", "ieat"}


def test_all_neutral_words_in_one_set_are_the_probe_of_them(space_with, context):
    # as many words are judged as there are neutral ones: one draw, which is the probe itself
    space = space_with(NOUNS[:5])
    _, found = controlled(space, "rnd", GROUPS, context)
    asked = GROUPS | {"attributes": [list(NOUNS[:5])]}
    assert found.control.draws == 1
    assert found.control.value == pytest.approx(probe(space, "rnd", asked, context).found.statistic)
    assert "draws" not in found.control.sentence


def test_the_draws_of_a_test_are_the_test_of_their_words(space_with, context):
    space = space_with(NOUNS)
    _, found = controlled(space, "weat", SETS, context)
    rng = np.random.default_rng([0, 2])
    numbers = []
    for _ in range(200):
        drawn = rng.permutation(np.arange(60))
        words = [NOUNS[at] for at in drawn[:8]]
        sets = SETS | {"X": words[:4], "Y": words[4:]}
        numbers.append(probe(space, "weat", sets, context).found.effect_size)
    assert found.control.value == pytest.approx(np.median(numbers))
    assert found.control.high == pytest.approx(np.quantile(numbers, 0.975))
    assert found.value > found.control.high  # the sets are apart, nouns are not


def test_fewer_neutral_words_than_items_make_smaller_sets(space_with, context):
    _, found = controlled(space_with(NOUNS[:7]), "weat", SETS, context)
    assert found.control.sizes == (3, 3)
    _, found = controlled(space_with(NOUNS[:3]), "weat", SETS, context)
    assert found.control is None
    assert "3 of 60 neutral words are in this space" in " ".join(found.notes)
    assert uncertainty_values(found)["control"] is None


def test_words_that_are_in_other_sets_or_zero_are_no_neutral_ones(space_with, context):
    space = space_with(NOUNS)
    vectors = np.array(space.vectors)
    vectors[space.items.index_of(NOUNS[10])] = 0
    space = make_space(vectors, make_table(space.items[:]), name="words")
    sets = SETS | {"A": [*A, NOUNS[0]]}
    _, found = controlled(space, "weat", sets, context)
    assert found.control.used == 58


def test_sets_in_another_language_have_no_control(space_with, context):
    _, found = controlled(space_with(NOUNS), "weat", SETS | {"language": "de"}, context)
    assert found.control is None
    assert "its words are English, the sets “de”" in " ".join(found.notes)


def test_case_is_ignored_only_when_asked(space_with, context):
    space = space_with([noun.upper() for noun in NOUNS])
    assert controlled(space, "weat", SETS, context)[1].control is None
    _, found = controlled(space, "weat", SETS, context, ignore_case=True)
    assert found.control.used == 60


class Stopping(Progress):
    """Cancels itself at a message."""

    def __init__(self, at):
        super().__init__()
        self.at, self.last = at, ""

    def report(self, fraction, message=""):
        self.last = message
        if self.at in message:
            self.cancel()


@pytest.mark.parametrize("at", ["of 20 draws", "items", "random sets", "draws of neutral words"])
@pytest.mark.parametrize("name", ["weat", "rnsb"])
def test_a_cancel_is_heard_in_every_step(space_with, context, at, name):
    space = space_with([*NOUNS, *(f"word {at}" for at in range(100))])
    result = probe(space, name, SETS if name == "weat" else BOTH, context)
    progress = Stopping(at)
    with pytest.raises(CancelledError):
        find_uncertainty(space, result, context, draws=20, null_draws=20, progress=progress)
    assert at in progress.last  # nothing was reported after
