from __future__ import annotations

import json

import numpy as np
import pytest

import embexplorer as ee

SETS = {"pairs": [["she", "he"], ["her", "him"], ["woman", "man"]], "specific": ["queen", "king"]}


@pytest.fixture
def files(tmp_path):
    """A file of words of two sides, one of item sets, and one of similarities."""
    rng = np.random.default_rng(0)
    names = [*(item for pair in SETS["pairs"] for item in pair), "queen", "king"]
    names += [f"word{at}" for at in range(40)]
    vectors = rng.normal(size=(len(names), 8))
    vectors[:, 0] += 2 * np.array([1, -1] * (len(names) // 2))
    lines = [
        " ".join([name, *map(str, row.round(4).tolist())])
        for name, row in zip(names, vectors, strict=True)
    ]
    space, sets, pairs = tmp_path / "words.txt", tmp_path / "mine.json", tmp_path / "sim.txt"
    space.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sets.write_text(json.dumps(SETS), encoding="utf-8")
    pairs.write_text("".join(f"word{at} word{at + 1} {at}\n" for at in range(9)), encoding="utf-8")
    return space, sets, pairs


def test_debias_writes_a_new_space_and_prints_the_contract(cli, files, tmp_path):
    space, sets, pairs = files
    before = space.read_bytes()
    ran = cli(
        "debias", space, "--method", "hard", "--sets", sets, "--probe", "cluster-bias",
        "--benchmark", pairs, "-o", tmp_path / "new", "--json",
    )  # fmt: skip
    document = ran.document
    assert space.read_bytes() == before
    assert (document["method"], document["n"], document["d"]) == ("hard", 48, 8)
    assert document["params"] == {"direction": "pca", "equalize": True}
    assert document["found"]["neutralized"] == 40
    assert document["of"]["name"] == "words"
    assert document["citation"].startswith("Bolukbasi")
    report = document["report"]
    assert [row["probe"] for row in report["probes"]] == ["cluster-bias"]
    assert report["projections"]["mean_absolute_after"] < 1e-6
    assert report["benchmarks"][0]["before"]["pairs_used"] == 9
    assert "Gonen and Goldberg" in " ".join(document["warnings"])
    made = ee.open(tmp_path / "new")
    assert np.linalg.norm(made.vectors, axis=1) == pytest.approx(1, abs=1e-6)
    assert made.provenance.params["sets"]["pairs"] == SETS["pairs"]
    shown = cli("debias", space, "--sets", sets, "-o", tmp_path / "new.txt").out
    assert "scale to length 1 → neutralize and equalize" in shown
    assert "Cluster bias" in shown
    assert ee.open(tmp_path / "new.txt").vectors == pytest.approx(made.vectors, abs=1e-6)


def test_a_method_has_its_own_flags(cli, files, tmp_path):
    space, sets, _ = files
    document = cli(
        "debias", space, "--method", "soft", "--strength", 5, "--sets", sets,
        "--keep", sets, "-o", tmp_path / "soft", "--json",
    ).document  # fmt: skip
    assert document["params"]["strength"] == 5
    assert document["sets"]["specific"][:3] == ["queen", "king", "she"]


def test_what_does_not_do_is_refused_before_anything_is_written(cli, refused, files, tmp_path):
    space, sets, _ = files
    out = tmp_path / "new"
    asked = ("debias", space, "--sets", sets, "-o", out)
    assert "not of hard" in refused(*asked, "--strength", 3)
    assert "takes one or more target sets" in refused(*asked, "--method", "leace")
    assert "no file and no name" in refused(*asked, "--benchmark", "simlex")
    assert "invalid choice" in refused(*asked, "--probe", "nothing")
    assert "is what is debiased" in refused("debias", space, "--sets", sets, "-o", space)
    assert not out.exists()
