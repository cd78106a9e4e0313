"""Sizes, opacities and shapes follow columns."""

from __future__ import annotations

import numpy as np
import pytest

from embexplorer.app.point_look import opacities_of, shapes_of, sizes_of
from embexplorer.core.space import Space, make_space, make_table


def space_with(**columns) -> Space:
    n = len(next(iter(columns.values())))
    table = make_table([f"item{row}" for row in range(n)], columns)
    return make_space(np.ones((n, 2), np.float32), table)


def test_areas_follow_the_numbers_between_the_extreme_quantiles():
    found = sizes_of(space_with(score=np.arange(101.0)), "score")
    assert (found.low, found.high) == ("2", "98")
    assert found.factors[[0, 2, 98, 100]].tolist() == [0.5, 0.5, 2.5, 2.5]
    assert found.factors[50] ** 2 == pytest.approx((0.25 + 6.25) / 2)


def test_opacities_follow_the_numbers_and_a_missing_one_is_the_least():
    found = opacities_of(space_with(score=[0.0, 1.0, None, 0.5, float("nan")]), "score")
    assert found.factors.tolist() == pytest.approx([0.15, 1.0, 0.15, 0.575, 0.15])


def test_equal_numbers_have_one_size():
    found = sizes_of(space_with(score=[3.0, 3.0, 3.0]), "score")
    assert len(set(found.factors.tolist())) == 1
    assert 0.5 < found.factors[0] < 2.5


def test_an_outlier_does_not_make_all_others_small():
    found = sizes_of(space_with(score=[*np.arange(200.0), 1e9]), "score")
    assert found.factors[100] > 1.5


def test_categories_have_no_size_and_numbers_no_shape():
    space = space_with(kind=["a", "b"], score=[0.5, 1.5])
    assert sizes_of(space, "kind") is None
    assert sizes_of(space, "") is None
    assert opacities_of(space, "gone") is None
    assert shapes_of(space, "score") is None


def test_six_categories_have_a_shape_each():
    found = shapes_of(space_with(kind=list("aabbccddeef")), "kind")
    assert found.shapes.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5]
    assert found.names == tuple(enumerate("abcdef"))
    assert found.n_others == 0


def test_the_circle_stands_for_others_and_for_missing_values():
    found = shapes_of(space_with(kind=list("aabbccddeefg")), "kind")
    assert found.shapes.tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 0, 0]
    assert found.names == ((1, "a"), (2, "b"), (3, "c"), (4, "d"), (5, "e"))
    assert found.n_others == 2
    with_gap = shapes_of(space_with(kind=["a", None, "b", "a"]), "kind")
    assert with_gap.shapes.tolist() == [1, 0, 2, 1]
