from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import pytest

from embexplorer.cli.arguments import Parser, PluginFlags, flag_of, positive
from embexplorer.core.contracts import ProjectionMethod
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc


@dataclass(frozen=True)
class Near:
    n_neighbors: Annotated[int, Doc("Neighbors", "How many.", min=2, max=200)] = 15
    metric: Annotated[Literal["cosine", "dot"], Doc("Metric", "What is near.")] = "cosine"
    epochs: Annotated[int | None, Doc("Epochs", "100 % of them.")] = None
    start: Annotated[Literal["pca", "random"] | None, Doc("Start", "From where.")] = "pca"
    is_exact: Annotated[bool, Doc("Exact", "Not sampled.")] = False


@dataclass(frozen=True)
class Far:
    metric: Annotated[Literal["cosine", "hamming"], Doc("Metric", "What is far.")] = "hamming"
    epochs: Annotated[str, Doc("Epochs", "Their names.")] = ""
    rate: Annotated[float, Doc("Rate", "Length of a step.")] = 0.5
    limit: Annotated[int, Doc("Limit", "A limit of its own.")] = 1


def method(name, params):
    return ProjectionMethod(id=name, title=name, summary=name, params=params)


@pytest.fixture
def parser():
    made = Parser("embexplorer project", "project a space")
    made.add_argument("space", metavar="SPACE")
    made.add_argument("--limit", type=positive)
    made.add_argument("-o", "--output", required=True, metavar="FILE")
    return made


@pytest.fixture
def values(parser):
    flags = PluginFlags(parser, [method("near", Near), method("far", Far)], "method")

    def read(plugin_id, *words):
        return flags.values_for(plugin_id, parser.parse(["s", "-o", "f", *words]))

    return read


def test_a_flag_is_the_name_of_its_parameter():
    assert flag_of("n_neighbors") == "--n-neighbors"


def test_only_what_was_given_is_set_each_with_its_type(values):
    assert values("near") == {}
    given = values("near", "--n-neighbors", "5", "--epochs", "9", "--is-exact", "--start", "random")
    assert given == {"n_neighbors": 5, "epochs": 9, "is_exact": True, "start": "random"}
    assert values("near", "--no-is-exact") == {"is_exact": False}
    assert values("far", "--rate=1e-3") == {"rate": 0.001}


@pytest.mark.parametrize("none", ["none", "None"])
def test_none_unsets_what_may_be_unset(values, none):
    assert values("near", "--epochs", none, "--start", none) == {"epochs": None, "start": None}


def test_none_is_no_number_elsewhere(values):
    with pytest.raises(UserError, match="--n-neighbors: invalid whole number value: 'none'"):
        values("near", "--n-neighbors", "none")


def test_a_shared_flag_takes_the_choices_of_all(values):
    assert values("near", "--metric", "dot") == {"metric": "dot"}
    assert values("far", "--metric", "hamming") == {"metric": "hamming"}
    with pytest.raises(UserError, match="'far' is not one of: cosine, dot, hamming"):
        values("far", "--metric", "far")


def test_a_taken_name_gets_the_id_in_front(values):
    assert values("far", "--far-epochs", "spring", "--far-limit", "4", "--limit", "2") == {
        "epochs": "spring",
        "limit": 4,
    }


def test_a_flag_of_another_plugin_is_refused_with_its_owner(values):
    with pytest.raises(UserError) as caught:
        values("near", "--rate", "1")
    assert caught.value.detail == "--rate is a setting of far, not of near."
    assert caught.value.hint == "Leave it out, or see embexplorer project --help."


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
def test_numbers_are_finite(values, number):
    with pytest.raises(UserError, match=f"{number} is not a finite number"):
        values("far", f"--rate={number}")


def test_no_flag_is_abbreviated(values):
    with pytest.raises(UserError, match="--n-neigh is not an argument") as caught:
        values("near", "--n-neigh", "3")
    assert caught.value.hint == "Did you mean --n-neighbors?"


def test_the_help_groups_flags_by_owner_with_their_defaults(values, parser, capsys):
    with pytest.raises(SystemExit) as ended:
        values("near", "--help")
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert shown.startswith("usage: embexplorer project SPACE -o FILE [OPTION ...]\n")
    groups = shown.split("parameters of the method ")
    assert [group.partition(":")[0] for group in groups[1:]] == ["(near)", "(near, far)", "(far)"]
    assert "Neighbors. How many. (default: 15)" in groups[1]
    assert "Epochs. 100 % of them. (default: none)" in groups[1]
    assert "--start {pca,random,none}" in groups[1]
    assert "Exact. Not sampled. (default: no)" in groups[1]
    flat = " ".join(groups[2].split())
    assert "--metric {cosine,dot,hamming}" in flat
    assert "For near: Metric. What is near. For far: Metric. What is far." in flat
    assert "(default: cosine for near, hamming for far)" in flat
    assert "Epochs. Their names.\n" in groups[3]
