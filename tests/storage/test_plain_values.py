"""What JSON alone would lose comes back as it was."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from embexplorer.storage.plain_values import from_json, to_json


def there_and_back(value):
    arrays = []

    def put(array):
        arrays.append(array)
        return {"at": len(arrays) - 1}

    text = json.dumps(to_json(value, put), allow_nan=False)
    return from_json(json.loads(text), lambda described: arrays[described["at"]])


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        -0.25,
        "naïve $tuple",
        [1, [2, "b"]],
        (1.5, ("a", None)),
        frozenset({"density", "edges"}),
        {"a": (1, 2), "b": [{"c": math.inf}]},
        {1: "one", (2, 3): "pair"},
        {"$tuple": [1]},
        {},
        (),
    ],
)
def test_a_value_comes_back_equal_and_of_its_type(value) -> None:
    found = there_and_back(value)
    assert found == value
    assert type(found) is type(value)


def test_not_a_number_stays_one() -> None:
    assert math.isnan(there_and_back({"x": float("nan")})["x"])


def test_numbers_of_numpy_become_plain_ones_and_arrays_are_kept_apart() -> None:
    found = there_and_back({"k": np.int64(15), "share": np.float32(0.5), "per": np.arange(3)})
    assert found["k"] == 15
    assert type(found["k"]) is int
    assert found["share"] == 0.5
    assert found["per"].tolist() == [0, 1, 2]


def test_what_a_project_cannot_keep_is_refused_by_its_kind() -> None:
    with pytest.raises(TypeError, match="cannot keep object"):
        there_and_back({"x": object()})


def test_an_unknown_mark_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\$code is not known"):
        from_json({"$code": "1"}, lambda described: None)
