from __future__ import annotations

import csv

import numpy as np
import pytest
from pyarrow import parquet
from sklearn.manifold import trustworthiness

import embexplorer as ee
from embexplorer import __version__

KEYS = {
    "version", "n", "dims", "metric", "seed", "trustworthiness", "continuity", "neighbors_kept",
    "k", "sampled", "neighbors_kept_by_chance", "per_item", "warnings",
}  # fmt: skip


@pytest.fixture
def mapped(cli, words, tmp_path):
    """Words and a PCA map of them: a command that projects, and its file."""

    def make(name="map.csv", limit=120, *flags):
        target = tmp_path / name
        question = ("project", words, "--limit", limit, "--method", "pca", *flags)
        return target, cli(*question, "-o", target, "--json").document["quality"]

    return make


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["map.csv", "map.parquet", "map.npy"])
def test_quality_is_that_of_the_projection_and_of_scikit_learn(cli, words, mapped, name):
    target, projected = mapped(name)
    document = cli("quality", words, target, "--limit", 120, "--json").document
    assert set(document) == KEYS
    assert (document["version"], document["n"], document["dims"]) == (__version__, 120, 2)
    assert (document["metric"], document["seed"], document["warnings"]) == ("euclidean", 0, [])
    for key in ("trustworthiness", "continuity", "neighbors_kept"):
        assert document[key] == pytest.approx(projected[key], abs=1e-6)
    assert (document["k"], document["sampled"], document["per_item"]) == (15, None, None)
    assert document["neighbors_kept_by_chance"] == pytest.approx(15 / 119)
    space = ee.open(words, limit=120)
    coords = ee.project(space, "pca").coords
    for metric in ("euclidean", "cosine"):
        question = ("quality", words, target, "--limit", 120, "-k", 7, "--metric", metric)
        expected = trustworthiness(
            space.vectors.astype(np.float64), coords, n_neighbors=7, metric=metric
        )
        document = cli(*question, "--json").document
        assert (document["k"], document["metric"]) == (7, metric)
        assert document["trustworthiness"] == pytest.approx(expected, abs=1e-6)


def test_plain_lines_say_the_same(cli, words, mapped):
    target, projected = mapped(limit=60)
    assert cli("quality", words, target, "--limit", 60, "--quiet").out.splitlines() == [
        f"trustworthiness  {projected['trustworthiness']:.4f}",
        f"continuity       {projected['continuity']:.4f}",
        f"neighbors kept   {projected['neighbors_kept']:.4f}  (0.2542 by chance)",
        "k 15, Euclidean distance in the space, 60 items",
    ]


@pytest.mark.parametrize("name", ["items.csv", "items.parquet"])
def test_each_item_is_written_with_its_share(cli, words, mapped, tmp_path, name):
    target, projected = mapped()
    question = ("quality", words, target, "--limit", 120, "--per-item", tmp_path / name)
    assert cli(*question, "--json").document["per_item"] == str(tmp_path / name)
    if name == "items.csv":
        rows = read_csv(tmp_path / name)
    else:
        rows = parquet.read_table(tmp_path / name).to_pylist()
    assert list(rows[0]) == ["item", "kept", "false", "missing"]
    assert [row["item"] for row in rows] == ee.open(words, limit=120).items[:]

    def mean(column):
        return np.mean([float(row[column]) for row in rows])

    assert mean("kept") == pytest.approx(projected["neighbors_kept"], abs=1e-6)
    assert 1 - mean("false") == pytest.approx(projected["trustworthiness"], abs=1e-6)
    assert 1 - mean("missing") == pytest.approx(projected["continuity"], abs=1e-6)


def test_a_sampled_measure_is_told(cli, words, mapped):
    target, projected = mapped("map.npy", 2100)
    ran = cli("quality", words, target, "--limit", 2100)
    assert "1,000 sampled items, each ranked against all 2,100 items" in ran.out
    document = cli("quality", words, target, "--limit", 2100, "--json").document
    assert document["sampled"] == projected["sampled"] == 1000
    assert document["trustworthiness"] == pytest.approx(projected["trustworthiness"], abs=1e-9)


def test_the_map_of_a_sample_is_measured_among_its_items(cli, words, mapped, tmp_path):
    target, projected = mapped("map.csv", 200, "--sample", 50)
    question = ("quality", words, target, "--limit", 200, "--per-item", tmp_path / "items.csv")
    document = cli(*question, "--json").document
    assert document["n"] == 50
    assert document["trustworthiness"] == pytest.approx(projected["trustworthiness"], abs=1e-6)
    assert document["warnings"] == ["Only 50 of 200 items; quality is measured among them."]
    written = [row["item"] for row in read_csv(tmp_path / "items.csv")]
    assert written == [row["item"] for row in read_csv(target)]


def test_what_must_be_known_is_a_warning(cli, tiny, tmp_path):
    cli("project", tiny, "--method", "pca", "-o", tmp_path / "m.csv")
    question = ("quality", tiny, tmp_path / "m.csv", "--metric", "cosine", "--json")
    per_item = ("--per-item", tmp_path / "items.csv")
    document = cli(*question, *per_item).document
    assert "Zero vectors have no cosine; left out: 1." in document["warnings"]
    assert "Measured with 2 neighbors instead of 15: there are 7 items." in document["warnings"]
    assert document["n"] == 8
    nothing = read_csv(tmp_path / "items.csv")[6]
    assert nothing == {"item": "nothing", "kept": "", "false": "", "missing": ""}


def test_bad_input_is_one_clear_sentence(refused, words, mapped, tmp_path):
    target, _ = mapped("map.npy", 30)
    question = ("quality", words, target)
    assert "map.npy has 30 rows, the space 29 items." in refused(*question, "--limit", 29)
    question = (*question, "--limit", 30)
    assert "k is 15; for 30 items it is at most 14." in refused(*question, "-k", 15)
    assert "'0' is not a whole number above 0" in refused(*question, "-k", 0)
    assert "invalid choice: 'manhattan'" in refused(*question, "--metric", "manhattan")
    assert "The seed is -1." in refused(*question, "--seed", -1)
    assert "tables are not written as .doc" in refused(*question, "--per-item", "items.doc")
    coords = np.load(target)
    np.save(tmp_path / "two.npy", coords[:2])
    said = refused("quality", words, tmp_path / "two.npy", "--limit", 2)
    assert "Faithfulness needs 4 items; there are 2." in said
    coords[4, 1] = np.inf
    np.save(target, coords)
    assert "not finite" in refused(*question)
    assert "There is no" in refused("quality", words, tmp_path / "none.csv", "--limit", 30)
