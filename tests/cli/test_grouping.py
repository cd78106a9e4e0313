from __future__ import annotations

import csv

import numpy as np
import pytest
from pyarrow import parquet

import embexplorer as ee

KEYS = {
    "version", "method", "params", "seed", "on", "n", "n_clusters", "noise", "sizes", "labels",
    "seconds", "warnings",
}  # fmt: skip


@pytest.fixture
def three(tmp_path):
    """Sixty words in three groups of 30, 20 and 10."""
    rng = np.random.default_rng(0)
    group = np.repeat([0, 1, 2], [30, 20, 10])
    vectors = 20 * np.eye(3, 4)[group] + rng.normal(size=(60, 4))
    lines = ["item,v0,v1,v2,v3"]
    for row, vector in enumerate(vectors):
        lines.append(f"{'abc'[group[row]]}{row}," + ",".join(f"{value:.4f}" for value in vector))
    path = tmp_path / "three.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_cluster_writes_the_items_in_order_and_tells_the_groups(cli, three, tmp_path):
    target = tmp_path / "groups.csv"
    question = ("cluster", three, "--method", "kmeans", "--n-clusters", 3, "-o", target)
    document = cli(*question, "--json").document
    assert set(document) == KEYS
    assert (document["n_clusters"], document["noise"], document["n"]) == (3, 0, 60)
    assert document["sizes"] == [30, 20, 10]
    assert (document["method"], document["on"], document["seed"]) == ("kmeans", "vectors", 0)
    assert document["params"]["n_clusters"] == 3
    assert document["warnings"] == []
    for number, label in enumerate(document["labels"]):
        assert set(label) == {"cluster", "terms", "name", "medoid", "size"}
        assert (label["cluster"], label["terms"]) == (number, [])
        assert label["medoid"] == label["name"].split(", ")[0]
        assert all(item[0] == "abc"[number] for item in label["name"].split(", "))
    rows = read_csv(target)
    assert [row["item"] for row in rows] == ee.open(three).items[:]
    assert [row["cluster"] for row in rows] == ["0"] * 30 + ["1"] * 20 + ["2"] * 10
    assert {row["name"] for row in rows} == {label["name"] for label in document["labels"]}


def test_plain_lines_list_size_and_name(cli, three, tmp_path):
    target = tmp_path / "groups.parquet"
    ran = cli("cluster", three, "--method", "kmeans", "--n-clusters", 3, "-o", target)
    lines = ran.out.splitlines()
    assert lines[0] == f"Found 3 clusters of 60 items with kmeans, written to {target}"
    assert [line.split()[:2] for line in lines[1:]] == [["0", "30"], ["1", "20"], ["2", "10"]]
    table = parquet.read_table(target)
    assert table.column_names == ["item", "cluster", "name"]
    assert table.column("cluster").to_pylist() == [0] * 30 + [1] * 20 + [2] * 10


def test_texts_are_named_by_terms(cli, tmp_path):
    path = tmp_path / "texts.txt"
    path.write_text(
        "salt in the soup\npepper soup with salt\nthe soup and salt\n"
        "a goal in the match\nthe match without goal\ngoal and match\n",
        encoding="utf-8",
    )
    cli("encode", path, "--encoder", "hashing", "-o", tmp_path / "space")
    question = ("cluster", tmp_path / "space", "--method", "kmeans", "--n-clusters", 2)
    document = cli(*question, "-o", tmp_path / "g.csv", "--json").document
    assert {tuple(sorted(label["terms"][:2])) for label in document["labels"]} == {
        ("salt", "soup"), ("goal", "match"),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["map.csv", "map.parquet", "map.npy"])
def test_a_map_is_grouped_as_project_writes_it(cli, three, tmp_path, name):
    cli("project", three, "--method", "pca", "-o", tmp_path / name)
    question = (
        "cluster",
        three,
        "--on",
        tmp_path / name,
        "--selection",
        "eom",
        "-o",
        tmp_path / "g.csv",
    )
    document = cli(*question, "--min-cluster-size", 6, "--min-samples", 3, "--json").document
    assert document["on"] == str(tmp_path / name)
    assert document["method"] == "hdbscan"
    assert document["n_clusters"] == 3
    assert sum(document["sizes"]) + document["noise"] == 60
    assert document["warnings"][0] == (
        "These are clusters of the map, which has gaps that the vectors do not have."
    )
    rows = read_csv(tmp_path / "g.csv")
    assert sum(row["cluster"] == "-1" for row in rows) == document["noise"]
    assert all((row["name"] == "") == (row["cluster"] == "-1") for row in rows)


def test_the_map_of_a_sample_leaves_the_rest_in_no_cluster(cli, three, tmp_path):
    cli("project", three, "--method", "pca", "--sample", 50, "-o", tmp_path / "map.csv")
    question = ("cluster", three, "--method", "kmeans", "--n-clusters", 3)
    more = ("--on", tmp_path / "map.csv", "-o", tmp_path / "g.csv", "--json")
    document = cli(*question, *more).document
    assert document["noise"] == 10
    assert "10 items are not on the map, and so in no cluster." in document["warnings"]
    on_map = {row["item"] for row in read_csv(tmp_path / "map.csv")}
    rows = read_csv(tmp_path / "g.csv")
    assert all((row["cluster"] == "-1") == (row["item"] not in on_map) for row in rows)
    assert all(row["cluster"] in ("-1", str("abc".index(row["item"][0]))) for row in rows)


def test_a_sample_is_told(cli, three, tmp_path):
    question = ("cluster", three, "--method", "kmeans", "--n-clusters", 3, "--sample", 40)
    document = cli(*question, "-o", tmp_path / "g.csv", "--json").document
    assert document["sizes"] == [30, 20, 10]
    assert "40 of 60 items" in document["warnings"][0]


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--method", "dbscan"], "invalid choice: 'dbscan'"),
        (["--method", "kmeans", "--n-clusters", 1], "Clusters is 1."),
        (["--method", "kmeans", "--min-samples", 5], "a setting of hdbscan, not of kmeans."),
        (["--method", "hdbscan", "--selection", "best"], "'best' is not one of: leaf, eom"),
        (["--method", "kmeans", "--seed", -1], "The seed is -1."),
        (["--sample", 0], "'0' is not a whole number above 0"),
        (["--on", "nowhere.csv"], "There is no nowhere.csv."),
        (["--on", "vector"], "There is no vector."),
    ],
)
def test_what_does_not_fit_is_refused(refused, three, tmp_path, flags, says):
    assert says in refused("cluster", three, "-o", tmp_path / "g.csv", *flags)
    assert not (tmp_path / "g.csv").exists()


def test_a_map_that_is_not_of_this_space_is_refused(refused, three, tmp_path):
    question = ("cluster", three, "--method", "kmeans", "-o", tmp_path / "g.csv", "--on")
    np.save(tmp_path / "m.npy", np.ones((61, 2), np.float32))
    assert "m.npy has 61 rows, the space 60 items." in refused(*question, tmp_path / "m.npy")
    lines = ["item,x,y", *(f"z{row},1,{row}" for row in range(60))]
    (tmp_path / "m.csv").write_text("\n".join(lines), encoding="utf-8")
    assert "A map of other items: m.csv, row 1" in refused(*question, tmp_path / "m.csv")
    (tmp_path / "m.csv").write_text("\n".join([*lines[:3], "z2,1,nan"]), encoding="utf-8")
    assert "m.csv, line 4, column y: “nan”" in refused(*question, tmp_path / "m.csv")
    flat = ("cluster", three, "--unit-length", "-o", tmp_path / "g.csv", "--on")
    np.save(tmp_path / "m.npy", np.ones((60, 2), np.float32))
    assert "A map has no directions" in refused(*flat, tmp_path / "m.npy")


def test_a_target_that_cannot_be_written_is_refused_before_the_work(refused, tmp_path):
    nowhere = tmp_path / "nowhere.csv"
    assert "tables are not written as .npy." in refused("cluster", nowhere, "-o", "g.npy")
    (tmp_path / "folder.csv").mkdir()
    assert "is a folder" in refused("cluster", nowhere, "-o", tmp_path / "folder.csv")
    assert "-o/--output" in refused("cluster", nowhere)


def test_the_same_seed_gives_the_same_bytes(cli, words, tmp_path):
    def group(name, seed):
        question = ("cluster", words, "--limit", 400, "--method", "kmeans", "--n-init", 1)
        cli(*question, "--seed", seed, "-o", tmp_path / name)
        return (tmp_path / name).read_bytes()

    assert group("a.csv", 1) == group("b.csv", 1) != group("c.csv", 2)
