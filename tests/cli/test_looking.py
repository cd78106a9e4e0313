from __future__ import annotations

import json

import numpy as np
import pytest

import embexplorer as ee
from embexplorer import __version__


def test_info_describes_a_space(cli, tiny):
    document = cli("info", tiny, "--json").document
    provenance = document.pop("provenance")
    assert document == {
        "version": __version__,
        "n": 8,
        "d": 4,
        "dtype": "float32",
        "items_head": ["king", "queen", "man", "woman", "apple", "pear", "nothing", "king"],
        "columns": [{"name": "kind", "kind": "text"}, {"name": "size", "kind": "integer"}],
        "zero_vectors": 1,
        "duplicate_items": 1,
        "bytes": 8 * 4 * 4,
        "warnings": provenance["notes"],
    }
    assert (provenance["source"], provenance["reader"]) == (str(tiny), "csv")
    assert any("king" in note for note in provenance["notes"])


def test_info_lists_ten_items_and_says_that_there_are_more(cli, words):
    ran = cli("info", words)
    assert ran.out.splitlines()[:2] == [
        "words: 10,256 items × 192 dimensions",
        "items: a, i, the, of, and, in, to, was, he, is, …",
    ]
    assert len(cli("info", words, "--json").document["items_head"]) == 10


def test_plugins_lists_what_a_form_or_a_script_needs(cli):
    document = cli("plugins", "--json").document
    kinds = ("formats", "encoders", "projections", "clusterings", "probes", "debiasings")
    assert list(document) == ["version", *kinds, "warnings"]
    assert document["warnings"] == []
    for kind in kinds:
        for plugin in document[kind]:
            assert list(plugin) == [
                "id", "title", "summary", "params", "source", "needs", "available",
            ]  # fmt: skip
            assert plugin["available"] is True
    umap = next(plugin for plugin in document["projections"] if plugin["id"] == "umap")
    params = {param["name"]: param for param in umap["params"]}
    assert params["n_neighbors"] == {
        "name": "n_neighbors",
        "type": "int",
        "default": 15,
        "min": 2,
        "max": 200,
        "choices": [],
        "help": "Few show fine detail, many the large structure.",
    }
    assert params["metric"]["choices"] == ["cosine", "euclidean", "manhattan"]
    assert (params["n_epochs"]["type"], params["n_epochs"]["default"]) == ("int", None)
    assert params["min_dist"]["type"] == "float"


def test_plugins_of_one_kind(cli):
    document = cli("plugins", "encoders", "--json").document
    assert set(document) == {"version", "encoders", "warnings"}
    assert [plugin["id"] for plugin in document["encoders"]][:2] == ["hashing", "minilm"]
    lines = [line.split()[:2] for line in cli("plugins", "projections").out.splitlines()]
    assert lines == [["projections", name] for name in ("pca", "tsne", "umap")]
    lines = [line.split()[:2] for line in cli("plugins", "clusterings").out.splitlines()]
    assert lines == [["clusterings", name] for name in ("hdbscan", "kmeans")]


@pytest.mark.parametrize(
    ("verb", "kind"),
    [("project", "projections"), ("shot", "projections"), ("cluster", "clusterings")],
)
def test_every_parameter_of_every_plugin_is_a_documented_flag(cli, verb, kind):
    shown = " ".join(cli(verb, "--help").out.split())
    plugins = cli("plugins", "--json").document
    for plugin in (*plugins[kind], *plugins["formats"]):
        for param in plugin["params"]:
            assert f"--{param['name'].replace('_', '-')}" in shown
            assert " ".join(param["help"].split()) in shown


def test_convert_keeps_items_vectors_and_columns(cli, tiny, tmp_path):
    target = tmp_path / "deep" / "tiny.parquet"
    document = cli("convert", tiny, "-o", target, "--json").document
    assert (document["file"], document["n"], document["d"]) == (str(target), 8, 4)
    before, after = ee.open(tiny), ee.open(target)
    assert after.items[:] == before.items[:]
    assert np.array_equal(after.vectors, before.vectors)
    assert after.columns["kind"].to_pylist() == before.columns["kind"].to_pylist()


def test_convert_joins_the_columns_of_a_table(cli, tiny, tmp_path):
    table, target = tmp_path / "meta.csv", tmp_path / "joined.parquet"
    table.write_text("id,word,year\n1,king,1900\n2,apple,2000\n3,fig,1\n")
    document = cli("convert", tiny, "--join", table, "-o", target, "--json").document
    assert document["joined"] == {
        "table": str(table), "on": "word", "key": "item", "asked": 8, "found": 3, "unused": 1,
        "repeated": [], "columns": ["id", "year"],
    }  # fmt: skip
    assert document["missing"] == ["queen", "man", "woman", "pear", "nothing"]
    assert "3 of 8 items found, 5 missing." in document["warnings"]
    years = [1900, None, None, None, 2000, None, None, 1900]
    assert ee.open(target).columns["year"].to_pylist() == years
    joined = ee.join(ee.open(tiny), table)
    assert joined.columns["year"].to_pylist() == years


def test_convert_joins_on_the_column_that_is_named(cli, tiny, tmp_path):
    table, target = tmp_path / "meta.csv", tmp_path / "joined.parquet"
    table.write_text("id,word,year\n1,king,1900\n2,apple,2000\n")
    words = ("convert", tiny, "--join", table, "--on", "id", "-o", target, "--json")
    assert cli(*words).document["joined"]["key"] == "size"
    failed = cli("convert", tiny, "--join", table, "--on", "no", "-o", target, "--json")
    assert failed.code == 2
    assert failed.document["error"]["title"] == "No such column"
    failed = cli("convert", tiny, "--on", "id", "-o", target, "--json")
    assert failed.code == 2
    assert failed.document["error"]["title"] == "Nothing to join"


def test_convert_says_what_a_format_cannot_hold(cli, tiny, tmp_path):
    document = cli("convert", tiny, "-o", tmp_path / "tiny.vec", "--json").document
    assert "The format holds items and vectors only; left out: kind, size." in document["warnings"]


def test_convert_without_extension_writes_a_space_folder(cli, tiny, tmp_path):
    assert cli("convert", tiny, "-o", tmp_path / "folder", "--quiet").err == ""
    described = json.loads((tmp_path / "folder" / "space.json").read_text(encoding="utf-8"))
    assert described["name"] == "tiny"


def test_convert_refuses_a_target_before_it_reads(refused, tmp_path):
    nowhere = tmp_path / "nowhere.csv"
    assert "x.foo: no format is written as .foo." in refused("convert", nowhere, "-o", "x.foo")
    (tmp_path / "folder.csv").mkdir()
    assert "is a folder" in refused("convert", nowhere, "-o", tmp_path / "folder.csv")
    (tmp_path / "notes").write_text("mine")
    assert "exists and is none" in refused("convert", nowhere, "-o", tmp_path / "notes")


def test_info_reports_which_rows_were_left_out(cli, tmp_path):
    path, report = tmp_path / "a.csv", tmp_path / "report.csv"
    path.write_text("item,v0,v1\na,0.5,1.5\nb,nan,1\nc,1,2,3\nd,0,0\n")
    ran = cli("info", path, "--bad-rows", "leave out", "--report", report, "--json")
    assert ran.document["report"] == str(report)
    assert report.read_text().splitlines() == [
        '"row","counted_as","item","outcome","reason","total"',
        '3,"line","b","left out","a number is missing or not finite",1',
        '4,"line","c","left out","another number of columns",1',
        '1,"item","d","kept","zero vector",1',
    ]
    refused = cli("info", path, "--bad-rows", "leave out", "--report", tmp_path / "report.xyz")
    assert refused.code == 2
