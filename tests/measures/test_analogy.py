from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.results import ANALOGY_METHODS
from embexplorer.measures.analogy import has_direction, solve_analogy, unit_inputs


@pytest.fixture
def vectors():
    return np.random.default_rng(11).standard_normal((3000, 16)).astype(np.float32)


def direct(vectors, a, b, c, method):
    """The formulas as the papers write them, in float64, over all items at once."""
    with np.errstate(invalid="ignore", divide="ignore"):
        units = vectors.astype(np.float64)
        units = units / np.linalg.norm(units, axis=1, keepdims=True)
        va, vb, vc = units[a], units[b], units[c]
        if method == "3cosadd":
            target = vb - va + vc
            return units @ target / np.linalg.norm(target)
        if method == "3cosmul":
            shares = [(1 + units @ v) / 2 for v in (va, vb, vc)]
            return shares[1] * shares[2] / (shares[0] + 1e-6)
        ways = units - vc
        if method == "pairdistance":
            return -np.linalg.norm(ways - (vb - va), axis=1)
        return ways @ (vb - va) / np.linalg.norm(ways, axis=1) / np.linalg.norm(vb - va)


@pytest.mark.parametrize("method", ANALOGY_METHODS)
def test_answers_equal_the_formula_over_all_items(vectors, method):
    for a, b, c in [(0, 1, 2), (2999, 5, 17), (3, 100, 200)]:
        scores = direct(vectors, a, b, c, method)
        scores[~np.isfinite(scores)] = -np.inf
        order = np.argsort(-scores, kind="stable")
        without, with_inputs = solve_analogy(vectors, a, b, c, 10, method)
        assert with_inputs.indices.tolist() == order[:10].tolist()
        np.testing.assert_allclose(with_inputs.scores, scores[order[:10]], atol=1e-12, rtol=1e-9)
        others = [i for i in order if i not in (a, b, c)][:10]
        assert without.indices.tolist() == others
        np.testing.assert_allclose(without.scores, scores[others], atol=1e-12, rtol=1e-9)


def test_the_answer_by_hand():
    # On unit vectors: a = (1, 0, 0), b = (0, 1, 0), c = (0, 0, 1); v = (-1, 2, 2) / 3.
    vectors = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [-1, 2, 2]], np.float32)
    found = {m: solve_analogy(vectors, 0, 1, 2, 1, m)[0] for m in ANALOGY_METHODS}
    assert all(ranked.indices.tolist() == [3] for ranked in found.values())
    assert found["3cosadd"].scores[0] == pytest.approx(5 / 3 / np.sqrt(3))
    assert found["3cosmul"].scores[0] == pytest.approx((5 / 6) ** 2 / (1 / 3 + 1e-6))
    # v - c = (-1, 2, -1) / 3 and b - a = (-1, 1, 0).
    assert found["pairdirection"].scores[0] == pytest.approx(1 / np.sqrt(6 / 9) / np.sqrt(2))
    # v - c - b + a = (2, -1, -1) / 3.
    assert found["pairdistance"].scores[0] == pytest.approx(-np.sqrt(6) / 3)


def test_3cosadd_and_3cosmul_agree_with_gensim():
    from gensim.models import KeyedVectors

    vectors = np.random.default_rng(12).standard_normal((900, 30)).astype(np.float32)
    keyed = KeyedVectors(30)
    keyed.add_vectors([f"i{i}" for i in range(900)], vectors)
    for a, b, c in [(0, 1, 2), (880, 40, 7)]:
        words = {"positive": [f"i{b}", f"i{c}"], "negative": [f"i{a}"], "topn": 10}
        for method, expected in (
            ("3cosadd", keyed.most_similar(**words)),
            ("3cosmul", keyed.most_similar_cosmul(**words)),
        ):
            ranked = solve_analogy(vectors, a, b, c, 10, method)[0]
            assert [f"i{i}" for i in ranked.indices] == [item for item, _ in expected]
            np.testing.assert_allclose(ranked.scores, [s for _, s in expected], atol=1e-5)


def test_analogies_agree_with_the_reference(twitter, reference_values):
    items, vectors = twitter
    for reference in reference_values("analogies"):
        positive, negative = reference["what"].removeprefix("positive=").split(" negative=")
        b, c = (items.index(w.strip(" '[]")) for w in positive.split(","))
        a = items.index(negative.strip("'[]"))
        for method, key in (("3cosadd", "cos_add"), ("3cosmul", "cos_mul")):
            without, with_inputs = solve_analogy(vectors, a, b, c, 10, method)
            expected = reference["value"][key]
            assert [items[i] for i in without.indices] == [item for item, _ in expected]
            np.testing.assert_allclose(without.scores, [s for _, s in expected], atol=1e-5)
            if method == "3cosadd":
                first = items[with_inputs.indices[0]]
                assert first == reference["value"]["unrestricted_top1"]


def test_pairdistance_orders_as_3cosadd_on_unit_vectors(vectors):
    by_distance = solve_analogy(vectors, 1, 2, 3, 50, "pairdistance")[0]
    by_cosine = solve_analogy(vectors, 1, 2, 3, 50, "3cosadd")[0]
    assert by_distance.indices.tolist() == by_cosine.indices.tolist()


@pytest.mark.parametrize("method", ANALOGY_METHODS)
def test_lengths_and_rotations_change_nothing(vectors, method):
    rng = np.random.default_rng(13)
    rotation = np.linalg.qr(rng.standard_normal((16, 16)))[0]
    changed = (vectors @ rotation * rng.uniform(0.1, 10, (3000, 1))).astype(np.float32)
    before = solve_analogy(vectors, 0, 1, 2, 10, method)[0]
    after = solve_analogy(changed, 0, 1, 2, 10, method)[0]
    assert before.indices.tolist() == after.indices.tolist()
    np.testing.assert_allclose(before.scores, after.scores, atol=1e-4)


@pytest.mark.parametrize("method", ANALOGY_METHODS)
def test_inputs_are_left_out_by_index_alone_and_zero_vectors_never_answer(vectors, method):
    copied = vectors[:40].copy()
    copied[10] = copied[1]
    copied[20] = 0
    without, with_inputs = solve_analogy(copied, 0, 1, 2, 40, method)
    assert not {0, 1, 2, 20} & set(without.indices.tolist())
    assert 10 in without.indices
    assert 20 not in with_inputs.indices
    assert np.isfinite(with_inputs.scores).all()
    # PairDirection has no way from c to itself.
    assert ({0, 1, 2} - set(with_inputs.indices.tolist())) == (
        {2} if method == "pairdirection" else set()
    )


def test_pairdirection_leaves_out_rows_that_differ_from_c_by_rounding_alone(vectors):
    copied = vectors[:40].copy()
    copied[30] = copied[2] * np.float32(1.7)
    without, _ = solve_analogy(copied, 0, 1, 2, 40, "pairdirection")
    assert 30 not in without.indices
    assert len(without) == 36


def test_3cosmul_is_exact_where_an_item_is_opposite_to_a(vectors):
    copied = vectors.copy()
    copied[50] = -copied[0]
    without, _ = solve_analogy(copied, 0, 1, 2, 5, "3cosmul")
    assert without.indices[0] == 50
    assert without.scores[0] == pytest.approx(direct(copied, 0, 1, 2, "3cosmul")[50], rel=1e-6)


def test_inputs_without_a_direction_are_refused(vectors):
    copied = vectors[:5].copy()
    copied[4] = 0
    with pytest.raises(ValueError, match="zero vector"):
        solve_analogy(copied, 0, 1, 4, 3)
    with pytest.raises(ValueError, match="no direction"):
        solve_analogy(copied, 0, 0, 2, 3, "pairdirection")
    same = unit_inputs(copied, 0, 0, 2)
    assert [has_direction(same, m) for m in ANALOGY_METHODS] == [True, True, False, True]


def test_pairdistance_works_where_the_target_is_zero():
    # b - a + c = 0 for three unit vectors at 120 degrees and c = -(b - a).
    a, b = np.array([1, 0]), np.array([0.5, np.sqrt(0.75)])
    vectors = np.array([a, b, a - b, [0, 1], [1, 1]], np.float32)
    without, _ = solve_analogy(vectors, 0, 1, 2, 5, "pairdistance")
    np.testing.assert_allclose(without.scores, [-1, -1], atol=1e-6)
    with pytest.raises(ValueError, match="no direction"):
        solve_analogy(vectors, 0, 1, 2, 5, "3cosadd")
