from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.space import Provenance, make_space, make_table
from embexplorer.operations.same_model import check_same_model


def space_of(vectors, name, **made):
    table = make_table([f"{name} {row}" for row in range(len(vectors))])
    return make_space(vectors, table, name=name, provenance=Provenance(**made))


def normal(n, d=4):
    return np.random.default_rng(0).normal(size=(n, d)).astype(np.float32)


def test_another_number_of_dimensions_is_refused_with_both_numbers():
    with pytest.raises(UserError, match="Vectors of another model") as caught:
        check_same_model(space_of(normal(5, 4), "old"), space_of(normal(5, 3), "new"))
    assert caught.value.detail == "“new” has 3 dimensions, “old” has 4."


@pytest.mark.parametrize("other", [{"encoder": "b"}, {"encoder": "a", "revision": "22222222222"}])
def test_another_model_is_refused_by_its_name(other):
    old = space_of(normal(5), "old", encoder="a", revision="1111111111")
    with pytest.raises(UserError, match="Vectors of another model") as caught:
        check_same_model(old, space_of(normal(6), "new", **other))
    assert "“old” by a (11111111)" in caught.value.detail


def test_what_is_not_known_of_the_models_is_said():
    old = space_of(normal(5), "old", encoder="a", params={"pooling": "mean", "batch_size": 8})
    assert check_same_model(old, old) == ()
    (said,) = check_same_model(old, space_of(normal(6), "new"))
    assert said.startswith("Nothing says that “new” and “old” come from the same model")
    changed = dataclasses.replace(
        old, provenance=dataclasses.replace(old.provenance, params={"pooling": "cls"})
    )
    assert check_same_model(old, changed) == (
        "The spaces were encoded with different settings: batch_size, pooling.",
    )
