from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.context import Context
from embexplorer.operations.probe import probe
from embexplorer.operations.probe_uncertainty import find_uncertainty

SETS = {
    "X": [f"x{at}" for at in range(6)],
    "Y": [f"y{at}" for at in range(6)],
    "A": [f"a{at}" for at in range(5)],
    "B": [f"b{at}" for at in range(5)],
}


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


@pytest.fixture
def words():
    """X lies toward A and Y toward B; 400 further words point anywhere."""
    rng = np.random.default_rng(0)
    names, vectors = [], []
    for key, sign in (("X", 1), ("Y", -1), ("A", 1), ("B", -1)):
        for name in SETS[key]:
            names.append(name)
            vectors.append(rng.normal(size=20) + sign * 1.5 * np.eye(20)[0])
    names += [f"word {at}" for at in range(400)]
    vectors += list(rng.normal(size=(400, 20)))
    order = rng.permutation(len(names))
    table = make_table([names[at] for at in order])
    return make_space(np.array(vectors, np.float32)[order], table, name="words")


@pytest.fixture
def found(words, context):
    result = probe(words, "weat", SETS, context)
    return find_uncertainty(words, result, context, draws=300, null_draws=200)


def without(space, context, key, item):
    sets = SETS | {key: [one for one in SETS[key] if one != item]}
    return probe(space, "weat", sets, context).found.effect_size


def test_leaving_an_item_out_is_the_probe_without_it(words, context, found):
    assert len(found.leave_one_out) == sum(map(len, SETS.values()))
    for one in found.leave_one_out[::5]:
        assert one.score == pytest.approx(without(words, context, one.set, one.item))


def test_a_swapped_item_is_replaced_by_its_nearest_outside_the_sets(words, context, found):
    unit = words.vectors / np.linalg.norm(words.vectors, axis=1, keepdims=True)
    used = {item for part in SETS.values() for item in part}
    for one in found.swap_one[::5]:
        cosines = unit @ unit[words.items.index_of(one.item)]
        nearest = max(
            (row for row in range(words.n) if words.items[row] not in used),
            key=lambda row: cosines[row],
        )
        assert one.by == words.items[nearest]
        sets = SETS | {one.set: [one.by if it == one.item else it for it in SETS[one.set]]}
        expected = probe(words, "weat", sets, context).found.effect_size
        assert one.score == pytest.approx(expected)


def test_the_interval_holds_the_value_and_the_null_does_not(found):
    assert found.percentile.low < found.value < found.percentile.high
    assert found.bca.low < found.value
    assert abs(np.median(found.null)) < 0.3
    assert found.null_share < 0.02
    assert "seed 0" in found.how


def test_the_same_seed_gives_the_same_draws(words, context, found):
    result = probe(words, "weat", SETS, context)
    again = find_uncertainty(words, result, context, draws=300, null_draws=200)
    np.testing.assert_array_equal(again.draws, found.draws)
    np.testing.assert_array_equal(again.null, found.null)


def test_a_space_of_little_else_has_no_null(words, context):
    used = [row for row in range(words.n) if not words.items[row].startswith("word")]
    rows = sorted(used + [row for row in range(words.n) if row not in used][:30])
    few = make_space(words.vectors[rows], make_table(words.items.take(np.array(rows))), name="few")
    found = find_uncertainty(few, probe(few, "weat", SETS, context), context, draws=20)
    assert len(found.null) == 0
    assert found.null_share is None


def test_a_cancel_is_heard(words, context):
    result = probe(words, "weat", SETS, context)
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        find_uncertainty(words, result, context, progress=progress)


def test_draws_measured_at_once_are_those_of_the_seed(words, context):
    sets = {"targets": [SETS["X"], SETS["Y"]], "attributes": [SETS["A"], SETS["B"]]}
    result = probe(words, "rnsb", sets, context)
    found = find_uncertainty(words, result, context, draws=130, null_draws=0)
    rng = np.random.default_rng(0)
    rows = {name: words.items.index_of(name) for part in SETS.values() for name in part}
    assert len(found.draws) == 130
    drawn = [[part[at] for at in rng.integers(0, len(part), len(part))] for part in SETS.values()]
    again = [np.asarray(words.vectors[[rows[one] for one in part]], np.float64) for part in drawn]
    learned = LogisticRegression(solver="liblinear", tol=1e-10, max_iter=10_000)
    learned.fit(np.concatenate(again[2:]), [0] * 5 + [1] * 5)
    negative = learned.predict_proba(np.concatenate(again[:2]))[:, 1]
    share = negative / negative.sum()
    assert found.draws[0] == pytest.approx(np.sum(share * np.log(12 * share)), rel=1e-5)
