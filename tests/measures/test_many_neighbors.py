from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.measures.many_neighbors import Questions, candidates_of_many
from embexplorer.measures.neighbors import find_nearest, find_nearest_many
from embexplorer.measures.similarity import PRODUCT_METRICS, norms
from tests.measures.test_int8_copy import KINDS, near_ties, plain

NOTHING = np.empty(0, np.int64)


def check_same(vectors, rows, k, metric):
    many = find_nearest_many(vectors, vectors[rows], k, metric, rows=rows, exclude=[3])
    for row, found in zip(rows, many, strict=True):
        one = find_nearest(vectors, vectors[row], k, metric, exclude=[3, row])
        assert found.indices.tolist() == one.indices.tolist()
        assert found.scores.tolist() == one.scores.tolist()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("metric", PRODUCT_METRICS)
def test_many_queries_are_answered_as_one_at_a_time(kind, metric):
    vectors = kind(np.random.default_rng(1), 900, 12).astype(np.float32)
    rows = np.flatnonzero(norms(vectors) > 0)[::80]
    check_same(vectors, rows, 7, metric)


@pytest.mark.parametrize("metric", PRODUCT_METRICS)
@pytest.mark.parametrize("order", ["random", "nearest last", "nearest first"])
def test_the_best_of_later_blocks_are_found(metric, order):
    rng = np.random.default_rng(2)
    vectors = plain(rng, 20_000, 6).astype(np.float32)
    if order != "random":
        closeness = vectors @ vectors[0]
        vectors = vectors[np.argsort(closeness if order == "nearest last" else -closeness)]
    queries = vectors[rng.choice(20_000, 300)]  # two groups of queries, three blocks of rows
    many = find_nearest_many(vectors, queries, 5, metric)
    for at in (0, 255, 256, 299):
        one = find_nearest(vectors, queries[at], 5, metric)
        assert many[at].indices.tolist() == one.indices.tolist()
        assert many[at].scores.tolist() == one.scores.tolist()


@pytest.mark.parametrize("k", [1, 64, 899, 2000])
def test_any_number_of_neighbors_can_be_asked_for(k):
    vectors = near_ties(np.random.default_rng(3), 900, 9).astype(np.float32)
    check_same(vectors, np.arange(10, 16), k, "euclidean")


@pytest.mark.parametrize("metric", PRODUCT_METRICS)
@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_norms_that_float32_cannot_multiply_are_asked_one_at_a_time(metric, scale):
    vectors = (plain(np.random.default_rng(4), 300, 5) * scale).astype(np.float32)
    asked = Questions(vectors, vectors[:8], metric, norms(vectors), NOTHING)
    assert candidates_of_many(asked, 3) is None
    check_same(vectors, np.arange(8, 14), 4, metric)


def test_more_ties_than_fit_into_the_memory_are_asked_one_at_a_time():
    vectors = np.ones((40_000, 2), np.float32)
    asked = Questions(vectors, vectors[:256], "cosine", norms(vectors), NOTHING)
    assert candidates_of_many(asked, 3) is None


def test_few_rows_are_kept_for_each_query():
    vectors = plain(np.random.default_rng(5), 30_000, 40).astype(np.float32)
    asked = Questions(vectors, vectors[:64], "cosine", norms(vectors), NOTHING)
    found = candidates_of_many(asked, 10)
    assert found is not None
    assert max(map(len, found)) <= 12


def test_a_zero_query_among_many_has_no_cosine():
    vectors = plain(np.random.default_rng(6), 50, 4).astype(np.float32)
    vectors[4] = 0
    with pytest.raises(ValueError, match="zero query"):
        find_nearest_many(vectors, vectors[:8], 3)
    assert len(find_nearest_many(vectors, vectors[:8], 3, "dot")) == 8


def test_many_queries_can_be_cancelled():
    vectors = plain(np.random.default_rng(7), 50, 4).astype(np.float32)
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        find_nearest_many(vectors, vectors[:8], 3, norms=norms(vectors), progress=progress)
