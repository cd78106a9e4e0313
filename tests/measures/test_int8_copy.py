"""The copy of a byte a number: its bounds hold for every row, and answers are the same with it."""

from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.measures import int8_copy, scan_kernels
from embexplorer.measures.analogy import solve_analogy
from embexplorer.measures.bounds import bounds_of
from embexplorer.measures.int8_copy import Int8Copy, choose_center, quantized
from embexplorer.measures.neighbors import find_nearest, find_nearest_many
from embexplorer.measures.similarity import PRODUCT_METRICS, norms
from tests.measures.test_bounds import check_bounds
from tests.measures.test_neighbors import brute_force

pytestmark = pytest.mark.usefixtures("compiled")


def plain(rng, n, d):
    return rng.standard_normal((n, d))


def heavy_tailed(rng, n, d):
    return rng.standard_t(1.5, (n, d))


def one_direction(rng, n, d):
    return 30 * rng.standard_normal(d) + rng.standard_normal((n, d))


def near_ties(rng, n, d):
    return rng.standard_normal(d) + 1e-6 * rng.standard_normal((n, d))


def duplicates(rng, n, d):
    return rng.standard_normal((9, d))[rng.integers(0, 9, n)]


def norms_far_apart(rng, n, d):
    return rng.standard_normal((n, d)) * 10.0 ** rng.uniform(-9, 9, (n, 1))


def sparse(rng, n, d):
    return rng.standard_normal((n, d)) * (rng.random((n, d)) < 0.1)


def outlying_column(rng, n, d):
    return rng.standard_normal((n, d)) * np.where(np.arange(d) == d // 2, 200.0, 1.0)


def whole_numbers(rng, n, d):
    return rng.integers(-3, 4, (n, d)).astype(float)


def with_zeros(rng, n, d):
    vectors = rng.standard_normal((n, d))
    vectors[rng.random(n) < 0.3] = 0.0
    vectors[rng.random((n, d)) < 0.2] = -0.0
    return vectors


KINDS = [
    plain,
    heavy_tailed,
    one_direction,
    near_ties,
    duplicates,
    norms_far_apart,
    sparse,
    outlying_column,
    whole_numbers,
    with_zeros,
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("d", [1, 7, 96])
def test_the_bounds_hold_for_every_row(kind, d, copy_of):
    for seed in range(4):
        rng = np.random.default_rng(seed)
        vectors = kind(rng, 1500, d).astype(np.float32)
        strange = rng.standard_normal(d) * 10.0 ** rng.uniform(-5, 5)
        used = vectors[norms(vectors) > 0]
        queries = np.stack([strange, used[0].astype(np.float64), used[-1].astype(np.float64)])
        for metric in PRODUCT_METRICS:
            check_bounds(vectors, queries, metric, copy_of(vectors))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("d", "k"), [(1, 3), (7, 50), (64, 10)])
def test_the_answer_is_that_of_brute_force(kind, d, k, copy_of):
    rng = np.random.default_rng(d)
    vectors = kind(rng, 2500, d).astype(np.float32)
    copy, lengths = copy_of(vectors), norms(vectors)
    rows = np.flatnonzero(lengths > 0)[[0, 1, -1]]
    for metric in PRODUCT_METRICS:
        for row in rows:
            found = find_nearest(
                vectors, vectors[row], k, metric, exclude=[row], norms=lengths, copy=copy
            )
            indices, scores = brute_force(vectors, vectors[row], k, metric, [row])
            assert found.indices.tolist() == indices
            assert found.scores.tolist() == scores.tolist()
        many = find_nearest_many(vectors, vectors[rows], k, metric, rows=rows, copy=copy)
        assert many[-1].indices.tolist() == indices


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_a_query_that_float32_cannot_hold_is_answered_without_the_copy(scale, copy_of):
    vectors = plain(np.random.default_rng(0), 900, 12).astype(np.float32)
    query = vectors[0].astype(np.float64) * scale
    for metric in PRODUCT_METRICS:
        found = find_nearest(vectors, query, 9, metric, copy=copy_of(vectors))
        assert found.indices.tolist() == brute_force(vectors, query, 9, metric)[0]


@pytest.mark.parametrize("kind", [plain, near_ties, one_direction, heavy_tailed])
def test_an_analogy_is_the_same_with_the_copy(kind, copy_of):
    vectors = kind(np.random.default_rng(1), 3000, 40).astype(np.float32)
    vectors[7] = 0
    for method in ("3cosadd", "3cosmul", "pairdirection", "pairdistance"):
        plain_answer = solve_analogy(vectors, 0, 1, 2, 8, method)
        answer = solve_analogy(vectors, 0, 1, 2, 8, method, copy=copy_of(vectors))
        for one, other in zip(answer, plain_answer, strict=True):
            assert one.indices.tolist() == other.indices.tolist()
            assert one.scores.tolist() == other.scores.tolist()


def test_few_of_many_items_are_scored_again(copy_of):
    vectors = plain(np.random.default_rng(2), 20_000, 64).astype(np.float32)
    (bounds,) = bounds_of(vectors, vectors[:1], "cosine", copy=copy_of(vectors))
    assert (bounds.upper - bounds.lower).max() < 0.03
    assert np.count_nonzero(bounds.upper >= np.sort(bounds.lower)[-10]) < 60


def test_codes_by_hand():
    vectors = np.array([[1.27, -0.64, 0.0], [0.0, 0.0, 0.0]], np.float32)
    codes, scales, errors = quantized(vectors, np.zeros(3, np.float32))
    assert codes.tolist() == [[127, -64, 0], [0, 0, 0]]
    np.testing.assert_allclose(scales, [0.01, 0.0], rtol=1e-6)
    assert errors[0] < 1e-7
    assert errors[1] < 1e-44


def test_the_error_is_the_length_of_what_is_missing():
    vectors = plain(np.random.default_rng(3), 50, 20).astype(np.float32)
    center = vectors.mean(axis=0)
    codes, scales, errors = quantized(vectors, center)
    missing = vectors - (center + codes * scales[:, None].astype(np.float64))
    lengths = np.sqrt((missing**2).sum(axis=1))
    assert (errors >= lengths).all()
    np.testing.assert_allclose(errors, lengths, rtol=1e-5)
    assert np.abs(missing).max() <= scales.max() / 2 * (1 + 1e-5)


def test_the_center_is_the_mean_where_vectors_point_into_one_direction_and_zero_where_sparse():
    rng = np.random.default_rng(4)
    vectors = one_direction(rng, 500, 30).astype(np.float32)
    np.testing.assert_allclose(choose_center(vectors), vectors.mean(axis=0), rtol=1e-5)
    assert not choose_center(sparse(rng, 500, 300).astype(np.float32)).any()


def test_products_of_the_largest_codes_do_not_overflow():
    vectors = np.ones((3, 100_000), np.float32)
    codes = np.full(vectors.shape, 127, np.int8)
    scales = np.full(3, 1 / 127, np.float32)
    copy = Int8Copy(codes, scales, np.full(3, 1e-3, np.float32), np.zeros(100_000, np.float32))
    check_bounds(vectors, np.ones((1, 100_000)), "dot", copy)


def test_memory_mapped_copies_are_searched(tmp_path, copy_of):
    vectors = plain(np.random.default_rng(5), 5000, 16).astype(np.float32)
    copy = copy_of(vectors)
    np.save(tmp_path / "codes.npy", copy.codes)
    mapped = Int8Copy(
        np.load(tmp_path / "codes.npy", mmap_mode="r"), copy.scales, copy.errors, copy.center
    )
    found = find_nearest(vectors, vectors[0], 10, copy=mapped)
    assert found.indices.tolist() == find_nearest(vectors, vectors[0], 10).indices.tolist()


def test_a_scan_of_the_copy_can_be_cancelled(copy_of):
    vectors = np.zeros((200_000, 64), np.float32)
    vectors[:, 0] = 1
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        find_nearest(
            vectors, vectors[0], 5, norms=norms(vectors), copy=copy_of(vectors), progress=progress
        )


def test_kernels_hold_the_same_constants():
    assert (scan_kernels.COSINE, scan_kernels.DOT, scan_kernels.EUCLIDEAN) == (
        int8_copy.COSINE,
        int8_copy.DOT,
        int8_copy.EUCLIDEAN,
    )
