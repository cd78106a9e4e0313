from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from pyarrow import parquet

import embexplorer as ee

ENCODED = {
    "version", "n", "d", "seconds", "items_per_second", "device", "encoder", "revision", "cached",
    "warnings",
}  # fmt: skip
PROJECTED = {
    "version", "method", "params", "n", "dims", "labels_from", "seconds", "quality", "warnings",
}  # fmt: skip
QUALITY = {
    "trustworthiness", "continuity", "neighbors_kept", "k", "sampled",
    "explained_variance", "explained_variance_total",
}  # fmt: skip


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_encode_writes_a_space_folder_and_tells_how(cli, corpus, tmp_path):
    target = tmp_path / "space"
    document = cli("encode", corpus, "--encoder", "hashing", "-o", target, "--json").document
    assert set(document) == ENCODED
    assert (document["n"], document["d"], document["encoder"]) == (3, 256, "hashing")
    assert (document["device"], document["cached"]) == ("CPU", False)
    assert document["items_per_second"] == pytest.approx(3 / document["seconds"])
    space = ee.open(target)
    expected = ee.encode(["the cat sat", "a dog ran", "the cats sat down"], "hashing")
    assert space.items[:] == expected.items[:]
    assert np.array_equal(space.vectors, expected.vectors)
    assert space.provenance.revision == document["revision"]


def test_encoding_again_comes_from_the_cache(cli, corpus, tmp_path):
    question = ("encode", corpus, "--encoder", "hashing", "-o", tmp_path / "space", "--json")
    first, second = cli(*question).document, cli(*question).document
    assert (first["cached"], second["cached"]) == (False, True)
    assert second["items_per_second"] is None
    assert second["revision"] == first["revision"]


@pytest.mark.parametrize("name", ["space.v1", "my.npy", "words.csv"])
def test_encode_writes_a_folder_whatever_its_name(cli, corpus, tmp_path, name):
    ran = cli("encode", corpus, "--encoder", "hashing", "-o", tmp_path / name)
    assert ran.out == (
        f"Encoded 3 items × 256 dimensions with hashing on CPU to {tmp_path / name}\n"
    )
    assert (tmp_path / name / "vectors.npy").is_file()
    assert cli("info", tmp_path / name, "--json").document["n"] == 3


def test_what_is_no_space_folder_is_never_written_over(refused, corpus, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("years of work")
    said = refused("encode", corpus, "--encoder", "hashing", "-o", tmp_path / "mine")
    assert "mine exists and is none; nothing was written." in said
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.tex"]


def test_the_parameters_of_the_encoder_are_flags(cli, refused, corpus, tmp_path):
    question = ("encode", corpus, "-o", tmp_path / "space", "--encoder", "hashing")
    assert cli(*question, "--dimensions", 32, "--no-ignore-case", "--json").document["d"] == 32
    params = json.loads((tmp_path / "space" / "space.json").read_text(encoding="utf-8"))
    assert params["provenance"]["params"]["ignore_case"] is False
    said = refused(*question, "--max-tokens", 9)
    assert "--max-tokens is a setting of minilm, sentence-transformers, not of hashing." in said
    assert "Dimensions is 3." in refused(*question, "--dimensions", 3)


def test_a_batch_size_is_told_where_it_changes_nothing(cli, corpus, tmp_path):
    question = ("encode", corpus, "--encoder", "hashing", "-o", tmp_path / "s", "--batch-size", 2)
    assert cli(*question, "--json").document["warnings"] == [
        "hashing works without batches: --batch-size changes nothing."
    ]


def test_dropped_and_repeated_texts_are_told(cli, tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text("one\n\ntwo\none\n", encoding="utf-8")
    document = cli("encode", path, "--encoder", "hashing", "-o", tmp_path / "s", "--json").document
    assert document["n"] == 3
    assert "1 blank line was left out." in document["warnings"]
    assert "1 text repeats an earlier one exactly." in document["warnings"]


def test_texts_are_split_limited_and_taken_from_a_column(cli, tmp_path):
    path = tmp_path / "texts.csv"
    path.write_text(
        "name,body\nx,Hello there. My friend of old.\ny,Goodbye until tomorrow.\n", encoding="utf-8"
    )
    question = ("encode", "--encoder", "hashing", "-o", tmp_path / "s", "--json")
    assert cli(*question, path, "--text-column", "body", "--limit", 1).document["n"] == 1
    prose = tmp_path / "prose.txt"
    prose.write_text("One. Two. Three.\nFour.", encoding="utf-8")
    assert cli(*question, prose).document["n"] == 2
    assert cli(*question, prose, "--split", "sentence").document["n"] == 4
    assert cli(*question, prose, "--split", "document").document["n"] == 1


def test_a_folder_of_documents_is_a_corpus(cli, tmp_path):
    (tmp_path / "docs").mkdir()
    for name in ("a", "b"):
        (tmp_path / "docs" / f"{name}.txt").write_text(f"the text of {name}", encoding="utf-8")
    question = ("encode", tmp_path / "docs", "--encoder", "hashing", "-o", tmp_path / "s", "--json")
    assert cli(*question).document["n"] == 2


@pytest.mark.parametrize(
    ("encoder", "says"),
    [
        ("./no/such/model", "does not exist."),
        ("nobody/no-model", "“nobody/no-model” is not on this computer."),
    ],
)
def test_a_model_that_is_not_here_is_never_fetched_unasked(
    refused, corpus, tmp_path, encoder, says
):
    assert says in refused("encode", corpus, "--encoder", encoder, "-o", tmp_path / "s")
    assert not (tmp_path / "s").exists()


def test_a_table_without_texts_is_refused(refused, tmp_path):
    path = tmp_path / "numbers.csv"
    path.write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    question = ("encode", path, "--encoder", "hashing", "-o", tmp_path / "s")
    assert "No text column: numbers.csv" in refused(*question)
    path.write_text("name,body\nx,Hello there my old friend\n", encoding="utf-8")
    said = refused(*question, "--text-column", "nope")
    assert "no column “nope”" in said
    assert "name, body" in said


def test_project_writes_the_coords_in_the_order_of_the_items(cli, tiny, tmp_path):
    target = tmp_path / "map.csv"
    document = cli("project", tiny, "--method", "pca", "-o", target, "--json").document
    assert set(document) == PROJECTED
    assert (document["method"], document["n"], document["dims"]) == ("pca", 8, 2)
    assert document["params"] == {"unit_length": False, "whiten": False}
    assert set(document["quality"]) == QUALITY
    assert 0.5 < document["quality"]["trustworthiness"] <= 1
    rows = read_csv(target)
    space = ee.open(tiny)
    explained = document["quality"]["explained_variance"]
    variances = np.linalg.svd(space.vectors - space.vectors.mean(axis=0), compute_uv=False) ** 2
    assert explained == pytest.approx(variances[:2] / variances.sum(), abs=1e-6)
    assert document["quality"]["explained_variance_total"] == pytest.approx(sum(explained))
    assert list(rows[0]) == ["item", "x", "y"]
    assert [row["item"] for row in rows] == space.items[:]
    coords = np.array([[row["x"], row["y"]] for row in rows], np.float32)
    assert coords == pytest.approx(ee.project(space, "pca").coords, abs=1e-6)


def test_three_dimensions_have_a_z(cli, tiny, tmp_path):
    target = tmp_path / "map.parquet"
    question = ("project", tiny, "--method", "pca", "--dims", 3, "-o", target, "--json")
    assert cli(*question).document["dims"] == 3
    table = parquet.read_table(target)
    assert table.column_names == ["item", "x", "y", "z"]
    assert table.column("item").to_pylist() == ee.open(tiny).items[:]
    assert np.std(table.column("z").to_numpy()) > 0


def test_npy_holds_the_coords_alone(cli, tiny, tmp_path):
    assert cli("project", tiny, "--method", "pca", "-o", tmp_path / "map.npy").code == 0
    coords = np.load(tmp_path / "map.npy")
    assert (coords.shape, coords.dtype) == ((8, 2), np.float32)
    assert np.array_equal(coords, ee.project(ee.open(tiny), "pca").coords)


@pytest.mark.parametrize("name", ["map.csv", "map.parquet", "map.npy"])
def test_a_sample_holds_exactly_the_sampled_items_with_their_coords(cli, words, tmp_path, name):
    question = ("project", words, "--limit", 200, "--method", "pca", "--sample", 30, "--seed", 4)
    document = cli(*question, "-o", tmp_path / name, "--json").document
    assert document["n"] == 30
    assert any("30 of 200 items" in warning for warning in document["warnings"])
    space = ee.open(words, limit=200)
    expected = ee.project(space, "pca", sample=30, seed=4)
    assert len(set(expected.rows.tolist())) == 30
    if name == "map.npy":
        assert np.array_equal(np.load(tmp_path / name), expected.coords)
        return
    if name == "map.csv":
        rows = read_csv(tmp_path / name)
    else:
        rows = parquet.read_table(tmp_path / name).to_pylist()
    assert [row["item"] for row in rows] == space.items.take(expected.rows)
    assert [float(row["x"]) for row in rows] == pytest.approx(expected.coords[:, 0], rel=1e-5)


def test_a_sample_of_more_than_all_is_all(cli, tiny, tmp_path):
    question = ("project", tiny, "--method", "pca", "--sample", 99, "-o", tmp_path / "m.csv")
    assert cli(*question, "--json").document["n"] == 8


def test_the_same_seed_gives_the_same_bytes(cli, words, tmp_path):
    def project(seed, name):
        question = ("project", words, "--limit", 60, "--method", "umap", "--n-epochs", 20)
        ran = cli(*question, "--init", "random", "--seed", seed, "-o", tmp_path / name, "--quiet")
        assert (ran.code, ran.err) == (0, "")
        return (tmp_path / name).read_bytes()

    first = project(1, "a.csv")
    assert project(1, "b.csv") == first
    assert project(2, "c.csv") != first


def test_the_parameters_of_the_method_are_flags(cli, tiny, words, tmp_path):
    question = ("project", tiny, "--method", "pca", "--unit-length", "--no-whiten")
    params = cli(*question, "-o", tmp_path / "m.csv", "--json").document["params"]
    assert params == {"unit_length": True, "whiten": False}
    question = ("project", words, "--limit", 50, "--method", "umap", "--metric", "manhattan")
    more = ("--n-neighbors", 4, "--n-epochs", "none", "--min-dist", 0.5)
    document = cli(*question, *more, "-o", tmp_path / "m.csv", "--json").document
    assert document["params"] == {
        "n_neighbors": 4,
        "min_dist": 0.5,
        "metric": "manhattan",
        "n_epochs": None,
        "init": "spectral",
        "spread": 1.0,
    }
    assert set(document["quality"].values()) == {None}
    assert any("manhattan" in warning for warning in document["warnings"])


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--method", "pca", "--n-neighbors", 5], "a setting of tsne, umap, not of pca."),
        (["--method", "tsne", "--metric", "manhattan"], "Metric is 'manhattan'."),
        (["--method", "umap", "--n-neighbors", 1], "Neighbors is 1."),
        (["--method", "umap", "--n-neighbors", "many"], "invalid whole number value: 'many'"),
        (["--method", "pca", "--seed", -1], "The seed is -1."),
        (["--method", "pca", "--sample", 0], "'0' is not a whole number above 0"),
    ],
)
def test_settings_that_do_not_fit_are_refused(refused, tiny, tmp_path, flags, says):
    assert says in refused("project", tiny, "-o", tmp_path / "m.csv", *flags)


def test_a_target_that_cannot_be_written_is_refused_before_the_work(refused, tmp_path):
    nowhere = tmp_path / "nowhere.csv"
    assert "tables are not written as .foo." in refused("project", nowhere, "-o", "m.foo")
    (tmp_path / "folder.csv").mkdir()
    assert "is a folder" in refused("project", nowhere, "-o", tmp_path / "folder.csv")


def test_too_few_items_have_coords_but_no_quality(cli, tmp_path):
    path = tmp_path / "one.vec"
    path.write_text("only 1 2 3\n", encoding="utf-8")
    document = cli("project", path, "--method", "umap", "-o", tmp_path / "m.csv", "--json").document
    quality = document["quality"]
    assert [quality[name] for name in ("trustworthiness", "continuity", "neighbors_kept")] == [
        None, None, None,
    ]  # fmt: skip
    assert "Faithfulness needs 4 items; there is 1." in document["warnings"]
    assert read_csv(tmp_path / "m.csv") == [{"item": "only", "x": "0", "y": "0"}]


def groups_file(tmp_path, name, rows):
    rng = np.random.default_rng(0)
    vectors = np.repeat(5 * rng.normal(size=(3, 6)), 20, axis=0) + rng.normal(size=(60, 6))
    lines = ["item,topic," + ",".join(f"d{at}" for at in range(6))]
    for row in rows:
        lines.append(f"item {row},topic {row // 20}," + ",".join(f"{x:.4f}" for x in vectors[row]))
    path = tmp_path / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_labels_from_a_column_are_noted(cli, refused, tmp_path):
    space = groups_file(tmp_path, "space.csv", range(60))
    target = tmp_path / "map.csv"
    question = ("project", space, "--labels-from", "topic", "-o", target)
    document = cli(*question, "--json").document
    assert document["labels_from"] == "topic"
    assert "Items were pulled together by the column “topic”" in " ".join(document["warnings"])
    assert "Method takes no labels" in refused(*question, "--method", "pca")
    assert "has no column “nope”" in refused(
        "project", space, "--labels-from", "nope", "-o", target
    )


def test_new_items_are_placed_onto_a_map(cli, refused, tmp_path):
    space = groups_file(tmp_path, "space.csv", [row for row in range(60) if row % 4])
    new = groups_file(tmp_path, "new.csv", range(0, 60, 4))
    map_, target = tmp_path / "map.csv", tmp_path / "placed.csv"
    cli("project", space, "-o", map_)
    question = ("project", new, "--onto", space, map_, "-o", target)
    document = cli(*question, "--json").document
    assert (document["n"], document["onto"], document["dims"]) == (15, 45, 2)
    assert "map.csv does not say what made it, and is taken for a map by UMAP" in " ".join(
        document["warnings"]
    )
    there = {row["item"]: (float(row["x"]), float(row["y"])) for row in read_csv(map_)}
    for row in read_csv(target):
        place = np.array([float(row["x"]), float(row["y"])])
        nearest = min(there, key=lambda item: np.linalg.norm(there[item] - place))
        assert int(nearest.split()[1]) // 20 == int(row["item"].split()[1]) // 20
    assert "--sample makes a map" in refused(*question, "--sample", 5)


def test_a_map_that_says_what_made_it_is_believed_and_nothing_else(cli, refused, tmp_path):
    space = groups_file(tmp_path, "space.csv", [row for row in range(60) if row % 4])
    new = groups_file(tmp_path, "new.csv", range(0, 60, 4))
    map_, target = tmp_path / "map.parquet", tmp_path / "placed.csv"
    cli("project", space, "--method", "pca", "--whiten", "-o", map_)
    question = ("project", new, "--onto", space, map_, "-o", target)
    document = cli(*question, "--json").document
    assert (document["method"], document["params"]["whiten"]) == ("pca", True)
    assert not any("taken for a map by" in said for said in document["warnings"])
    assert "map.parquet was made by pca, and --method says umap." in refused(
        *question, "--method", "umap"
    )
    assert "map.parquet was made with whiten = True, not False." in refused(
        *question, "--method", "pca", "--no-whiten"
    )
    lines = space.read_text().splitlines()
    other = tmp_path / "other.csv"
    other.write_text("\n".join([lines[0], lines[1].replace(".", "9.", 1), *lines[2:]]))
    assert "map.parquet is a map of other" in refused(
        "project", new, "--onto", other, map_, "-o", target
    )
