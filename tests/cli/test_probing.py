from __future__ import annotations

import csv
import html
import json
import shlex

import numpy as np
import pypdfium2
import pytest

SETS = {"X": ["x1", "x2"], "Y": ["y1", "y2"], "A": ["a1", "a2"], "B": ["b1", "b2"]}


@pytest.fixture
def files(tmp_path):
    """A space of words in groups, and a file of item sets."""
    rng = np.random.default_rng(0)
    lines = [
        " ".join([word, *map(str, rng.normal(size=5).round(4).tolist())])
        for word in (*(word for part in SETS.values() for word in part), "other", "more")
    ]
    space, sets = tmp_path / "words.txt", tmp_path / "mine.json"
    space.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sets.write_text(json.dumps(SETS), encoding="utf-8")
    return space, sets


def test_a_probe_prints_the_contract(cli, files):
    space, sets = files
    document = cli("probe", space, "--probe", "weat", "--sets", sets, "--json").document
    assert document["probe"] == "weat"
    assert (document["ddof"], document["alternative"], document["p_kind"]) == (
        1,
        "greater",
        "exact",
    )
    assert document["n_permutations"] == 6
    assert document["sets"]["X"] == {
        "name": "X", "asked": ["x1", "x2"], "used": ["x1", "x2"], "missing": [], "left_out": [],
    }  # fmt: skip
    assert [one["item"] for one in document["per_item"]] == ["x1", "x2", "y1", "y2"]
    assert document["citation"].startswith("Caliskan")
    other = cli("probe", space, "--sets", sets, "--ddof", 0, "--json").document
    assert other["effect_size"] == pytest.approx(document["effect_size"] * np.sqrt(4 / 3))


def test_uncertainty_is_added_when_asked(cli, files):
    space, sets = files
    document = cli("probe", space, "--sets", sets, "--uncertainty", "--json").document
    low, high = document["interval"]["percentile"]
    assert low < document["effect_size"] < high
    assert document["leave_one_out"] == []  # no set may lose one of its two items
    assert {one["by"] for one in document["swap_one"]} == {"other", "more"}
    assert document["random_null"] is None


def test_coverage_is_printed_before_a_run(cli, files, tmp_path):
    space, _ = files
    sets = tmp_path / "more.json"
    sets.write_text(json.dumps(SETS | {"X": ["x1", "X2", "x9"]}), encoding="utf-8")
    found = cli("probe", space, "--sets", sets, "--coverage", "--json").document
    first = found["sets"]["T1"]
    assert (first["found"], first["missing"]) == (["x1"], ["X2", "x9"])
    assert first["items"][0]["index"] == 0
    assert found["missing"] == ["X2", "x9"]
    assert found["has_ranks"] is False
    assert "T1 “X”: ignore case to find x2." in found["warnings"]
    relaxed = cli("probe", space, "--sets", sets, "--coverage", "--ignore-case", "--json").document
    assert relaxed["sets"]["T1"]["items"][1]["found_as"] == "x2"


def test_missing_items_are_refused_or_said(cli, refused, files, tmp_path):
    space, _ = files
    sets = tmp_path / "more.json"
    sets.write_text(json.dumps(SETS | {"X": ["x1", "x2", "x3"]}), encoding="utf-8")
    assert "1 of 3 items of X are not in this space: x3" in refused("probe", space, "--sets", sets)
    document = cli("probe", space, "--sets", sets, "--allow-missing", "--json").document
    assert document["missing"] == ["x3"]
    assert "X lost 33% of its items" in " ".join(document["warnings"])


def test_probes_and_sets_are_listed(cli):
    probes = {one["id"]: one for one in cli("probe", "list", "--json").document["probes"]}
    assert probes["weat"]["asks"]["targets"] == 2
    assert "standard deviation" in probes["weat"]["formula"]
    sets = {one["id"]: one for one in cli("probe", "--json", "sets").document["sets"]}
    assert sets["weat-6"]["targets"][0][0] == "John"
    assert sets["weat-6"]["names"]["A1"] == "career"


@pytest.fixture
def pairs(tmp_path):
    sets = tmp_path / "pairs.json"
    document = {"pairs": [["x1", "y1"], ["x2", "y2"]], "words": ["a1", "a2", "b1", "b2"]}
    sets.write_text(json.dumps(document), encoding="utf-8")
    return sets


def test_a_column_of_all_items_is_written(cli, refused, files, pairs, tmp_path):
    space, sets = files
    table = tmp_path / "bias.csv"
    asked = ("probe", space, "--probe", "direction", "--sets", pairs, "--way", "mean")
    document = cli(*asked, "--column", table, "--json").document
    assert document["column"]["name"] == "Bias: pairs"
    lines = list(csv.reader(table.read_text(encoding="utf-8").splitlines()))
    assert lines[0] == ["item", "score"]
    assert len(lines) == 11
    written = {item: float(score) for item, score in lines[1:]}
    assert {one["item"]: one["score"] for one in document["per_item"]} == pytest.approx(
        {one["item"]: written[one["item"]] for one in document["per_item"]}
    )
    assert "no pairs of opposites" in refused("probe", space, "--sets", sets, "--column", table)
    assert "bias.pdf" in refused(*asked, "--column", tmp_path / "bias.pdf")


def test_sides_may_come_from_another_space(cli, refused, files, pairs, tmp_path):
    space, sets = files
    original = tmp_path / "before.txt"
    original.write_text(space.read_text(encoding="utf-8").replace(" -", " "), encoding="utf-8")
    asked = ("probe", space, "--probe", "neighbor-bias", "--sets", pairs, "--k", 2)
    alone = cli(*asked, "--json").document
    compared = cli(*asked, "--original", original, "--json").document
    assert "sides of items from “before”" in compared["how"]
    assert alone["words"] != compared["words"]
    assert "looks at one space only" in refused(
        "probe", space, "--sets", sets, "--original", original
    )


def test_generated_analogies_are_printed_as_pairs(cli, files, pairs):
    space, _ = files
    asked = ("probe", space, "--probe", "generated-analogies", "--sets", pairs, "--delta", 2)
    first = cli(*asked, "--json").document["analogies"][0]
    assert f"+{first['score']:.4f}  {first['x']} – {first['y']}" in cli(*asked).out


def test_a_report_is_written_with_its_uncertainty_and_its_command(cli, files, tmp_path):
    space, sets = files
    path = tmp_path / "report.html"
    asked = ("probe", space, "--sets", sets, "--ddof", 0, "--report", path, "--json")
    document = cli(*asked).document
    page = path.read_text(encoding="utf-8")
    assert document["report"] == str(path)
    assert len(document["interval"]["percentile"]) == 2  # uncertainty is implied
    assert f"{document['effect_size']:.4f}".replace("-", "−") in page
    line = page.partition('<p class="command"><code>')[2].partition("</code>")[0]
    words = shlex.split(html.unescape(line))
    assert words[:2] == ["embexplorer", "probe"]
    again = cli(*words[1:], "--json").document
    assert (again["effect_size"], again["interval"]) == (
        document["effect_size"],
        document["interval"],
    )


def test_a_report_as_pdf_has_text(cli, qapp, files, tmp_path):
    space, sets = files
    path = tmp_path / "report.pdf"
    document = cli("probe", space, "--sets", sets, "--report", path, "--json").document
    pdf = pypdfium2.PdfDocument(path)
    text = " ".join(page.get_textpage().get_text_range() for page in pdf)
    pdf.close()
    assert f"{document['effect_size']:.4f}".replace("-", "−") in text


def test_a_report_of_a_probe_without_an_interval_says_so(cli, files, tmp_path):
    space, _ = files
    path, sets = tmp_path / "report.html", tmp_path / "pairs.json"
    sets.write_text(json.dumps({"pairs": [["x1", "y1"], ["x2", "y2"]]}), encoding="utf-8")
    asked = ("probe", space, "--probe", "generated-analogies", "--sets", sets)
    document = cli(*asked, "--report", path, "--json").document
    assert any(one.startswith("No interval for this probe") for one in document["warnings"])
    assert "No interval for this probe" in path.read_text(encoding="utf-8")
    assert "--uncertainty" not in path.read_text(encoding="utf-8")


def test_a_report_of_another_kind_is_refused_before_the_work(cli, files, tmp_path):
    space, sets = files
    ran = cli("probe", space, "--sets", sets, "--report", tmp_path / "report.doc")
    assert ran.code == 2
    assert "Unknown report format: report.doc ends in neither of .html and .pdf." in ran.err
