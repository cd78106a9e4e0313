from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import embexplorer as ee
from embexplorer.core.errors import UserError
from embexplorer.core.progress import Progress
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.context import Context
from embexplorer.operations.debias import debias, debias_to_cache
from embexplorer.operations.debias_report import report_debias, report_values
from embexplorer.operations.human_benchmarks import Benchmark, find_benchmark, run_benchmark
from embexplorer.operations.keep import on_disk
from embexplorer.storage.space_folder import open_folder

NAMES = ["she", "he", "her", "him", "Aunt", "Uncle", "aunt", "uncle", "queen", "king"]
SETS = {
    "pairs": [["she", "he"], ["her", "him"]],
    "specific": ["queen", "king"],
    "equalize": [["aunt", "uncle"]],
}


@pytest.fixture
def words():
    """Ten words of two sides and 200 others, apart along one axis and in two crowds beside it."""
    rng = np.random.default_rng(2)
    names = [*NAMES, *(f"word {at}" for at in range(200))]
    vectors = rng.normal(size=(len(names), 16))
    side = np.array([1, -1] * 5 + [1] * 100 + [-1] * 100)
    vectors[:, 0] += 3 * side
    vectors[10:, 1] += 4 * side[10:]  # what taking the first axis out only hides
    return make_space(vectors.astype(np.float32), make_table(names), name="words")


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


def test_other_sets_add_what_stays_and_what_is_equalized(words, context):
    more = {"keep": {"words": ["word 0"]}, "equalize": {"pairs": [["word 1", "word 2"]]}}
    made = debias(words, "hard", SETS, context, **more)
    kept = made.provenance.params["sets"]
    assert kept["specific"] == ["queen", "king", "word 0"]
    assert kept["equalize"] == [["aunt", "uncle"], ["word 1", "word 2"]]
    assert made.provenance.params["found"]["equalized_sets"] == 2
    assert made.name == "words, hard"
    with pytest.raises(UserError, match="neither pairs nor sets"):
        debias(words, "hard", SETS, context, equalize={"words": ["aunt"]})


def test_case_variants_are_taken_where_the_space_has_them(words, context):
    made = debias(words, "hard", SETS, context, case_variants=True)
    assert made.provenance.params["sets"]["equalize"] == [["aunt", "uncle"], ["Aunt", "Uncle"]]
    assert made.provenance.params["sets"]["specific"] == ["queen", "king"]
    without = debias(words, "hard", SETS, context)
    others = made.vectors[10:].astype(np.float64)
    pairs = made.vectors[4:6].astype(np.float64)
    assert others @ pairs[0] == pytest.approx(others @ pairs[1], abs=1e-6)
    assert np.abs(others @ (without.vectors[4] - without.vectors[5])).max() > 1e-3


def test_the_same_set_in_other_letters_counts_once_where_case_is_ignored(words, context):
    sets = SETS | {"equalize": [["queen", "king"], ["Queen", "King"]]}
    made = debias(words, "hard", sets, context, ignore_case=True)
    assert made.provenance.params["found"]["equalized_sets"] == 1


def test_what_is_missing_is_said(words, context):
    made = debias(words, "hard", SETS | {"specific": ["queen", "nobody"]}, context)
    assert "specific: 1 of 2 items are in this space and were kept." in made.provenance.notes
    made = debias(words, "hard", {"pairs": SETS["pairs"], "words": ["word 1"]}, context)
    assert "count as neutral like all others" in " ".join(made.provenance.notes)
    with pytest.raises(UserError, match="1 of 2 items of pairs are not in this space"):
        debias(words, "hard", {"pairs": [["she", "he"], ["a", "b"]]}, context)


def test_a_cache_that_is_reached_by_a_link_keeps_the_vectors(words, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    made = debias(words, "hard", SETS, Context.default(tmp_path / "link"))
    other = debias(words, "hard", SETS, Context.default(tmp_path / "other"))
    np.testing.assert_array_equal(made.vectors, other.vectors)


def test_a_child_gets_and_returns_folders(words, context, tmp_path):
    kept = on_disk(words, context)
    folder = debias_to_cache(str(kept.folder), str(tmp_path / "cache"), "hard", SETS, seed=2)
    made, _ = open_folder(Path(folder))
    expected = debias(words, "hard", SETS, context, seed=2)
    np.testing.assert_array_equal(made.vectors, expected.vectors)


def test_python_gives_the_space(words):
    made = ee.debias(words, "linear-projection", {"X": NAMES[::2], "Y": NAMES[1::2]})
    assert made.provenance.params["method"] == "linear-projection"
    with pytest.raises(UserError, match="not among the debiasings"):
        ee.debias(words, "softly", SETS)


def test_the_report_says_what_went_and_what_stayed(words, context):
    made = debias(words, "hard", SETS | {"equalize": []}, context)
    sets = {"X": ["word 0", "word 1", "word 2"], "Y": ["word 150", "word 151", "word 152"]}
    sets |= {"A": ["she", "her"], "B": ["he", "him"]}
    report = report_debias(words, made, context, probes=["weat"], probe_sets=sets)
    weat, crowds = report.probes
    assert weat["value_before"] > 1.5
    # Each word is as near to A as to B, but for rounding, of which no effect is made.
    assert weat["value_after"] is None
    assert "WEAT has no number afterwards: no differences to compare." in " ".join(report.notes)
    assert crowds["probe"] == "cluster-bias"
    assert crowds["value_after"] > 0.95, "two crowds lie together still"
    along = report.projections
    assert along["items"] == 204  # all but the pairs and the specific ones
    assert along["mean_absolute_after"] < 1e-6 < 0.3 < along["mean_absolute_before"]
    assert along["changed_most"][0]["after"] == pytest.approx(0, abs=1e-6)
    wide = words.vectors.astype(np.float64)
    lengths = np.linalg.norm(wide, axis=1)
    changes = report.changes
    assert changes["mean_length_before"] == pytest.approx(lengths.mean())
    assert changes["mean_length_after"] == pytest.approx(1)
    assert changes["changed_directions"] == 208  # all but queen and king
    assert changes["mean_cosine_to_before"] == pytest.approx(
        float(np.vecdot(wide / lengths[:, None], made.vectors.astype(np.float64)).mean())
    )
    near = report.neighbors
    assert (near["k"], near["sampled"]) == (10, 210)
    assert 0.3 < near["kept"] < 1
    assert near["changed_most"][0]["kept"] <= near["kept"]
    assert len(near["changed_most"][0]["before"]) == 10
    assert "does not take out the information" in report.notes[-1]
    json.dumps(report_values(report), allow_nan=False)


def test_the_report_of_classes_compares_their_means(words, context):
    sets = {"targets": [["word 0", "word 1", "word 2"], ["word 150", "word 151", "word 152"]]}
    made = debias(words, "linear-projection", sets, context)
    report = report_debias(words, made, context)
    assert report.probes == ()
    assert report.projections["direction"].startswith("from the mean of")
    assert report.projections["mean_absolute_after"] < 1e-6


def test_a_space_too_small_for_groups_still_has_a_report(context):
    vectors = np.array([[1, 1, 0], [-1, 1, 0], [1, 2, 1], [1, 0, 3]], np.float32)
    space = make_space(vectors, make_table(["she", "he", "nurse", "king"]))
    made = debias(space, "hard", {"pairs": [["she", "he"]]}, context)
    report = report_debias(space, made, context)
    assert report.probes == ()
    assert "Whether groups still lie together was not measured" in report.notes[0]
    assert report.projections["items"] == 2


def test_a_probe_without_a_number_before_is_refused(words, context):
    made = debias(words, "hard", SETS, context)
    with pytest.raises(UserError, match="WEAT takes 2 target sets"):
        report_debias(words, made, context, probes=["weat"])


def test_a_benchmark_of_similarities_is_a_rank_correlation(tmp_path):
    table = make_table(["a", "b", "c", "d", "zero"])
    vectors = np.array([[1, 0], [1, 0.1], [1, 1], [0, 1], [0, 0]], np.float32)
    space = make_space(vectors, table)
    path = tmp_path / "mine.tsv"
    path.write_text("# first\na\tb\t9\na\tc\t5\nA\td\t1\nb\td\t2\na\tzero\t3\n", encoding="utf-8")
    task = find_benchmark(str(path))
    found = run_benchmark(space, task, Progress())
    assert (found["value"], found["pairs_used"], found["pairs_skipped"]) == (1.0, 3, 2)
    folded = run_benchmark(space, task, Progress(), ignore_case=True)
    assert (folded["value"], folded["pairs_used"]) == (1.0, 4)
    few = run_benchmark(space, Benchmark("few", (("a", "b", 1.0),)), Progress())
    assert few["value"] is None


def test_a_benchmark_of_analogies_leaves_the_inputs_out(space):
    task = Benchmark(
        "kings",
        analogies=(
            ("man", "king", "woman", "queen"),
            ("woman", "queen", "man", "king"),
            ("man", "king", "woman", "pear"),
            ("man", "king", "woman", "gone"),
        ),
    )
    found = run_benchmark(space, task, Progress())
    assert found["value"] == pytest.approx(2 / 3)
    assert (found["pairs_used"], found["pairs_skipped"], found["among"]) == (3, 1, 8)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a b\n", "line 1"),
        ("a b nan\n", "line 1"),
        ("a b 1\na b c d\n", "both kinds"),
        ("", "no l"),
    ],
)
def test_a_file_that_is_no_benchmark_is_refused(tmp_path, text, said):
    path = tmp_path / "bad.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=said):
        find_benchmark(str(path))
    with pytest.raises(UserError, match="no file and no name"):
        find_benchmark("simlex")


def test_benchmarks_of_gensim_are_read_from_its_data():
    pytest.importorskip("gensim")
    assert len(find_benchmark("simlex999").similarities) == 999
    assert len(find_benchmark("wordsim353").similarities) == 353
    assert len(find_benchmark("google-analogies").analogies) == 19_544
