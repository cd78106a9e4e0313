from __future__ import annotations

import csv
import html
import json
import math
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


def test_words_are_read_in_sentences_by_an_encoder(cli, files):
    _, sets = files
    templates = "This is {word}. | {word} is here."
    asked = ("probe", "--encoder", "hashing", "--probe", "seat", "--sets", sets)
    document = cli(*asked, "--templates", templates, "--ddof", 0, "--json").document
    assert (document["probe"], document["ddof"], document["p_kind"]) == ("seat", 0, "exact")
    assert document["params"]["templates"] == templates
    assert [one["item"] for one in document["per_item"][:2]] == ["This is x1.", "X1 is here."]
    assert document["sentences"] == {"X": 4, "Y": 4, "A": 4, "B": 4}
    assert "not independent, so p is smaller than it should be" in " ".join(document["warnings"])
    assert document["missing"] == []


def test_a_word_space_is_no_space_of_sentences(cli, refused, files):
    space, sets = files
    said = refused("probe", space, "--probe", "seat", "--sets", sets)
    assert "SEAT needs rows that are about a word each, such as sentences" in said
    assert "give an encoder for SEAT (--encoder)" in said
    said = refused("probe", space, "--encoder", "hashing", "--probe", "seat", "--sets", sets)
    assert "a space has no meaning beside --encoder here." in said


def test_what_is_asked_must_be_whole(cli, refused, files):
    space, sets = files
    assert "Give one of --sets and --battery." in refused("probe", space)
    assert "No space is given" in refused("probe", "--sets", sets)
    assert "No space is given" in refused("probe", "--battery", sets, space)
    for words, said in (
        (("--battery", sets, "--uncertainty"), "--uncertainty has no meaning beside --battery"),
        (("--sets", sets, "--probes", "mac"), "--probes has no meaning beside --sets"),
        (("--sets", sets, "--device", "cpu"), "--device has no meaning beside --sets"),
        (("--sets", sets, "--coverage", "--report", "x.pdf"), "--report has no meaning beside"),
        (("--sets", sets, "--with", space, "--word-column", "a"), "--word-column has no meaning"),
    ):
        assert said in refused("probe", space, *words)


def test_occurrences_are_drawn_by_a_column(cli, tmp_path, files):
    rng = np.random.default_rng(0)
    lines = ["item,about,v0,v1,v2"]
    for at in range(3):
        for word in (word for part in SETS.values() for word in part):
            numbers = ",".join(map(str, rng.normal(size=3).round(4).tolist()))
            lines.append(f"{word} in text {at},{word},{numbers}")
    space = tmp_path / "texts.csv"
    space.write_text("\n".join(lines) + "\n", encoding="utf-8")
    asked = ("probe", space, "--probe", "ceat", "--sets", files[1], "--word-column", "about")
    document = cli(*asked, "--n-draws", 500, "--json").document
    assert document["n_draws"] == 500
    assert document["p_kind"] is None
    assert 0 <= document["p_value"] <= 1
    quantiles = document["draws"]["quantiles"]
    assert quantiles["0.025"] < document["effect_size"] < quantiles["0.975"]
    assert "by formula" in cli(*asked).out


def test_several_spaces_are_a_series(cli, files, tmp_path):
    space, sets = files
    other = tmp_path / "later.txt"
    lines = space.read_text(encoding="utf-8").splitlines()
    other.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    asked = ("probe", space, "--with", other, space, "--sets", sets)
    document = cli(*asked, "--json").document
    assert [one["space"] for one in document["series"]] == ["words", "later", "words"]
    assert len({one["value"] for one in document["series"]}) == 1
    assert document["trend"] is None
    assert "All numbers are the same, so there is no trend." in document["warnings"]
    assert document["sets"]["X"]["used"] == ["x1", "x2"]
    assert "later" in cli(*asked).out


def test_a_battery_is_one_table(cli, files):
    space, sets = files
    asked = ("probe", space, "--battery", sets, "weat", "--probes", "weat", "mac")
    document = cli(*asked, "--json").document
    cells = {(one["sets"], one["probe"]): one for one in document["cells"]}
    assert cells["mine", "weat"]["p_holm"] == cells["mine", "weat"]["p_value"]
    assert cells["weat-6", "weat"]["value"] is None
    assert cells["weat-6", "weat"]["error"].startswith("Too few items found")
    assert document["n_tests"] == 1
    assert document["grid"]["columns"] == ["words"]
    table = cli(*asked).out.splitlines()
    assert table[0].split() == ["sets", "probe", "value", "p", "Holm", "BH", "space"]
    assert table[1].split()[:2] == ["mine", "weat"]


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
    by_weat = ("probe", space, "--sets", sets, "--column", table)
    document = cli(*by_weat, "--json").document
    written = {
        item: float(score)
        for item, score in list(csv.reader(table.read_text(encoding="utf-8").splitlines()))[1:]
    }
    assert {one["item"]: one["score"] for one in document["per_item"]} == pytest.approx(
        {one["item"]: written[one["item"]] for one in document["per_item"]}
    )
    assert "about sets as a whole" in refused(*by_weat, "--probe", "ect")
    assert "bias.pdf" in refused(*asked, "--column", tmp_path / "bias.pdf")


def test_a_map_of_bias_is_written(cli, refused, files, pairs, tmp_path):
    space, sets = files
    table = tmp_path / "axes.csv"
    asked = ("probe", space, "--probe", "direction", "--sets", pairs)
    document = cli(*asked, "--axes", table, "--across", "order", "--json").document
    assert document["axes"]["axes"] == ["y1 to x1 (cosine)", "log₁₀ of the row (rarer)"]
    assert "stands for frequency only where" in document["axes"]["how"]
    lines = list(csv.reader(table.read_text(encoding="utf-8").splitlines()))
    assert lines[0] == ["item", "x", "y"]
    heights = [float(y) for _, _, y in lines[1:]]
    assert heights == pytest.approx([math.log10(row) for row in range(1, 11)], abs=1e-5)
    assert "axes.pdf" in refused(*asked, "--axes", tmp_path / "axes.pdf")
    several = ("probe", space, "--battery", sets, "--axes", table)
    assert "--axes has no meaning" in refused(*several)


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


def test_a_series_and_a_battery_are_reported_with_all_their_spaces(cli, files, tmp_path):
    space, sets = files
    other, path = tmp_path / "others.txt", tmp_path / "report.html"
    rows = [line.split(" ") for line in space.read_text(encoding="utf-8").splitlines()]
    turned = [" ".join([row[0], *row[3:], *row[1:3]]) for row in rows]
    turned[0] = f"{turned[0].split(' ')[0]} 1 2 3 4 5"
    other.write_text("\n".join(turned) + "\n", encoding="utf-8")
    for words in (("--sets", sets), ("--battery", sets)):
        document = cli("probe", space, *words, "--with", other, "--report", path, "--json").document
        page = path.read_text(encoding="utf-8")
        assert document["report"] == str(path)
        cells = document["series" if "series" in document else "cells"]
        for one in cells:
            assert html.escape(f"{one['value']:.4f}".replace("-", "−")) in page
        assert page.count("WEAT over spaces") == 1
        assert f"embexplorer probe {space} {words[0]}" in html.unescape(page)
