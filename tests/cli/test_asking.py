from __future__ import annotations

import pytest

from embexplorer.core.results import ANALOGY_METHODS, METRICS
from tests.tiny_model import write_plain_model


def items_of(ranked):
    return [row["item"] for row in ranked]


def test_neighbors_are_ranked_with_item_index_and_score(cli, tiny):
    document = cli("neighbors", tiny, "queen", "-k", 2, "--json").document
    warnings = document.pop("warnings")
    assert document.pop("seconds") >= 0
    assert document.pop("version")
    assert document == {
        "query": "queen",
        "metric": "cosine",
        "higher_is_nearer": True,
        "exact": True,
        "neighbors": [
            {"item": "woman", "index": 3, "score": pytest.approx(0.5)},
            {"item": "king", "index": 0, "score": pytest.approx(0.0)},
        ],
        "missing": [],
    }
    assert "1 item is a zero vector, which has no cosine: it is left out." in warnings


def test_plain_neighbors_are_one_line_each(cli, tiny):
    ran = cli("neighbors", tiny, "queen", "-k", 1)
    assert ran.out == "  1      0.5000  woman\n"
    assert "note: 1 item is a zero vector" in ran.err


def test_neighbors_of_a_word_in_the_sample(cli, words):
    document = cli("neighbors", words, "king", "-k", 3, "--json").document
    assert items_of(document["neighbors"]) == ["kings", "monarch", "kingdom"]
    assert [row["score"] for row in document["neighbors"]] == pytest.approx(
        [0.8147, 0.6534, 0.6347], abs=1e-3
    )


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_says_which_way_is_near(cli, tiny, metric):
    document = cli("neighbors", tiny, "apple", "-k", 7, "--metric", metric, "--json").document
    assert document["metric"] == metric
    assert document["higher_is_nearer"] is (metric in ("cosine", "dot"))
    assert document["neighbors"][0]["item"] == "pear" or metric == "hamming"
    scores = [row["score"] for row in document["neighbors"]]
    assert scores == sorted(scores, reverse=document["higher_is_nearer"])


def test_hamming_counts_differing_signs(cli, tiny):
    document = cli("neighbors", tiny, "queen", "-k", 7, "--metric", "hamming", "--json").document
    scores = {row["index"]: row["score"] for row in document["neighbors"]}
    assert scores[0] == 1  # king and queen differ in the sign of the second dimension


def test_a_row_is_asked_for_by_its_number(cli, tiny):
    row = cli("neighbors", tiny, "#1", "-k", 2, "--json").document
    item = cli("neighbors", tiny, "queen", "-k", 2, "--json").document
    assert row["neighbors"] == item["neighbors"]
    assert row["query"] == "#1"


def test_a_row_beyond_the_end_is_refused(refused, tiny):
    assert "#8 is not among 8 rows." in refused("neighbors", tiny, "#8")


def test_a_sum_leaves_its_items_out_unless_they_are_wanted(cli, tiny, words):
    question = ("neighbors", tiny, "king - man + woman", "-k", 1)
    assert items_of(cli(*question, "--json").document["neighbors"]) == ["queen"]
    king = ("neighbors", words, "king - man + woman", "-k", 1)
    assert items_of(cli(*king, "--json").document["neighbors"]) == ["queen"]
    kept = cli(*king, "--include-inputs", "--json").document["neighbors"]
    assert items_of(kept) == ["king"]


def test_a_variant_in_case_is_taken_only_when_asked(cli, refused, tiny):
    assert '"KING" is not among 8 items.' in refused("neighbors", tiny, "KING")
    document = cli("neighbors", tiny, "KING", "--ignore-case", "-k", 1, "--json").document
    assert document["neighbors"][0] == {"item": "king", "index": 7, "score": pytest.approx(1.0)}
    assert "“KING” is not in this space; “king” is used." in document["warnings"]


def test_fewer_items_than_asked_for_are_all_given_with_a_note(cli, tiny):
    document = cli("neighbors", tiny, "king", "-k", 100, "--json").document
    assert len(document["neighbors"]) == 6
    assert "Only 6 items are there to compare; 100 were asked for." in document["warnings"]


def test_a_space_of_one_item_has_no_neighbors(cli, tmp_path):
    path = tmp_path / "one.vec"
    path.write_text("only 1 2 3\n", encoding="utf-8")
    document = cli("neighbors", path, "only", "--json").document
    assert document["neighbors"] == []
    assert "No other item is there to compare; 10 were asked for." in document["warnings"]


def test_what_the_reader_noticed_is_told_with_every_answer(cli, tiny):
    noticed = cli("info", tiny, "--json").document["warnings"]
    assert noticed
    for words in (("neighbors", tiny, "king"), ("analogy", tiny, "man", "king", "woman")):
        told = cli(*words, "--json").document["warnings"]
        assert set(noticed) <= set(told)


@pytest.fixture
def encoded(cli, corpus, tmp_path):
    folder = tmp_path / "encoded"
    made = cli("encode", corpus, "--encoder", "hashing", "--dimensions", 64, "-o", folder)
    assert made.code == 0
    return folder


def test_free_text_is_encoded_as_the_space_was(cli, encoded):
    question = ("neighbors", encoded, "a cat sat there", "--encoder", "hashing", "-k", 1)
    document = cli(*question, "--json").document
    assert items_of(document["neighbors"]) == ["the cat sat"]
    assert document["missing"] == document["warnings"] == []


def test_free_text_that_is_an_item_finds_itself(cli, encoded):
    question = ("neighbors", encoded, "a dog ran", "--encoder", "hashing", "-k", 1, "--json")
    assert cli(*question).document["neighbors"][0]["score"] == pytest.approx(1.0)


def test_a_query_of_another_size_than_the_space_is_refused(refused, tiny):
    said = refused("neighbors", tiny, "a cat", "--encoder", "hashing")
    assert "The query has 256 dimensions, the space “tiny” 4." in said


def test_an_encoder_that_the_space_does_not_name_is_noted(cli, corpus, tmp_path):
    folder, flat = tmp_path / "encoded", tmp_path / "flat.csv"
    cli("encode", corpus, "--encoder", "hashing", "-o", folder)
    cli("convert", folder, "-o", flat)  # which forgets the encoder
    question = ("neighbors", flat, "a cat sat there", "--encoder", "hashing", "-k", 1, "--json")
    document = cli(*question).document
    assert items_of(document["neighbors"]) == ["the cat sat"]
    assert document["warnings"] == ["Nothing says that hashing made the vectors of this space."]


def test_a_model_folder_encodes_the_query_as_it_encoded_the_space(cli, corpus, tmp_path):
    model = write_plain_model(tmp_path / "model")
    made = ("--encoder", model, "--max-tokens", 8, "--prompt", "the ")
    assert cli("encode", corpus, *made, "-o", tmp_path / "encoded", "--quiet").code == 0
    question = ("neighbors", tmp_path / "encoded", "a dog ran", "--encoder", model, "-k", 1)
    document = cli(*question, "--json").document
    assert document["neighbors"][0]["item"] == "a dog ran"
    assert document["neighbors"][0]["score"] == pytest.approx(1.0, abs=1e-5)
    assert not any("query" in warning for warning in document["warnings"])


def test_an_analogy_has_its_answers_without_and_with_the_inputs(cli, words):
    document = cli("analogy", words, "man", "king", "woman", "-k", 3, "--json").document
    assert set(document) == {
        "version", "method", "excluded", "results", "results_with_inputs", "missing", "warnings",
    }  # fmt: skip
    assert document["method"] == "3cosadd"
    assert document["excluded"] == ["man", "king", "woman"]
    assert items_of(document["results"]) == ["queen", "monarch", "elizabeth"]
    assert items_of(document["results_with_inputs"])[0] == "king"
    assert document["missing"] == document["warnings"] == []
    assert cli("analogy", words, "man", "king", "woman").out.split()[:3] == ["1", "0.5221", "queen"]


@pytest.mark.parametrize("method", ANALOGY_METHODS)
def test_every_analogy_method_makes_king_a_queen(cli, tiny, method):
    question = ("analogy", tiny, "man", "king", "woman", "--method", method, "-k", 1, "--json")
    document = cli(*question).document
    assert document["method"] == method
    assert items_of(document["results"]) == ["queen"]


def test_an_analogy_takes_rows_and_variants(cli, tiny):
    question = ("analogy", tiny, "#2", "KING", "woman", "--ignore-case", "-k", 1, "--json")
    assert items_of(cli(*question).document["results"]) == ["queen"]


def test_an_analogy_with_an_unknown_item_names_it(refused, cli, tiny):
    told = cli("analogy", tiny, "man", "emperor", "woman", "--json").document
    assert told["missing"] == ["emperor"]
    assert "emperor" in told["error"]["detail"]
