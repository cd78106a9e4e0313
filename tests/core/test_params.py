from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc, NoParams, as_dict, build, fields_of


@dataclass(frozen=True)
class Params:
    k: Annotated[int, Doc("Neighbors", "How many.", min=2, max=200)] = 15
    rate: Annotated[float, Doc("Rate", min=0)] = 0.5
    metric: Annotated[Literal["cosine", "dot"], Doc("Metric")] = "cosine"
    seed: Annotated[int | None, Doc("Seed", max=9)] = None
    center: Annotated[bool, Doc("Center")] = False
    name: Annotated[str, Doc("Name", advanced=True)] = ""


def refused(**values):
    with pytest.raises(UserError) as caught:
        build(Params, values)
    return caught.value.title, caught.value.detail, caught.value.hint


def test_fields_say_what_a_form_needs():
    fields = {field.name: field for field in fields_of(Params)}
    assert list(fields) == ["k", "rate", "metric", "seed", "center", "name"]
    assert (fields["k"].type, fields["k"].default, fields["k"].doc.max) == (int, 15, 200)
    assert (fields["metric"].type, fields["metric"].choices) == (str, ("cosine", "dot"))
    assert (fields["seed"].type, fields["seed"].optional) == (int, True)
    assert fields["name"].doc.advanced
    assert fields_of(NoParams) == ()


def test_values_are_checked_and_kept():
    made = build(Params, {"k": 2, "rate": 3, "metric": "dot", "seed": None, "center": True})
    assert made == Params(2, 3.0, "dot", None, True)
    assert type(made.rate) is float
    assert build(Params, as_dict(made)) == made


def test_what_is_wrong_is_named_with_the_next_step():
    assert refused(kk=1) == (
        "Unknown setting",
        "kk is not a setting here.",
        "The settings are: k, rate, metric, seed, center, name.",
    )
    assert refused(k=1.5) == (
        "Setting of the wrong kind",
        "Neighbors is 1.5.",
        "It takes a whole number.",
    )
    assert refused(k=True)[0] == "Setting of the wrong kind"
    assert refused(center=1)[2] == "It takes yes or no."
    assert refused(metric="l3") == (
        "Unknown choice",
        "Metric is 'l3'.",
        "Choose one of: cosine, dot.",
    )
    assert refused(k=1) == ("Setting out of range", "Neighbors is 1.", "Choose 2 to 200.")
    assert refused(rate=-1.0)[2] == "Choose 0 or more."
    assert refused(seed=10)[2] == "Choose 9 or less."
    assert refused(rate=float("nan"))[0] == "Setting out of range"


def test_a_field_that_no_form_can_show_is_a_mistake():
    @dataclass(frozen=True)
    class WithoutDoc:
        k: int = 1

    @dataclass(frozen=True)
    class WithList:
        k: Annotated[list, Doc("K")] = None

    @dataclass(frozen=True)
    class OfTwo:
        k: Annotated[int | str, Doc("K")] = 1

    for wrong in (WithoutDoc, WithList, OfTwo):
        with pytest.raises(TypeError, match="parameter k"):
            fields_of(wrong)
