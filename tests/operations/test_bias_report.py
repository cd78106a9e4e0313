from __future__ import annotations

import datetime
import html.parser

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.space import Provenance, make_space, make_table
from embexplorer.measures.significance import false_discovery, family_wise
from embexplorer.operations.bias_figures.scale import number
from embexplorer.operations.bias_report import bias_page, write_bias_report
from embexplorer.operations.bias_report_details import detail_rows, detail_tables
from embexplorer.operations.bias_report_parts import Reported, adjust
from embexplorer.operations.context import Context
from embexplorer.operations.probe import probe
from embexplorer.operations.probe_uncertainty import find_uncertainty

BAD = "</td><script>alert(1)</script>&amp;"
ARABIC = "مرحبا"
SETS = {
    "name": "mine <of them>",
    "X": ["x1", "x2", BAD, ARABIC],
    "Y": ["y1", "y2", "y3", "y4"],
    "A": ["a1", "a2", "a3", "a4", "a5"],
    "B": ["b1", "b2", "b3", "b4", "b5", "nowhere"],
    "names": {"X": "ex & co", "Y": "why", "A": "ay", "B": "bee"},
    "citation": "Somebody 2020, https://example.org/paper?a=1&b=2.",
    "language": "ar",
    "license": "CC0",
    "note": "Shortened <by us>.",
}
DAY = datetime.date(2024, 2, 29)
VOID = {"meta", "img", "br", "rect", "line", "circle", "polygon"}


class Reader(html.parser.HTMLParser):
    """Checks that what is opened is closed, and gathers texts, tags and addresses."""

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.texts, self.links, self.loads = [], [], [], [], []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "xlink:href", "data", "action", "srcset"):
                (self.links if tag == "a" else self.loads).append(value)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())


def make_words(seed, name="words"):
    names = [one for key in "XYAB" for one in SETS[key] if one != "nowhere"]
    names += [f"w{at}" for at in range(200)]
    made = Provenance(
        source="/home/somebody/secret/words.vec", reader="word2vec-text", encoder="minilm",
        revision="abc123", notes=("Two rows were <left out>.",),
    )  # fmt: skip
    vectors = np.random.default_rng(seed).normal(size=(len(names), 6))
    return make_space(vectors, make_table(names), name=name, provenance=made)


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    return Context.default(tmp_path_factory.mktemp("report") / "cache")


@pytest.fixture(scope="module")
def reported(context):
    """One probe with uncertainty, the same in another space, and another of the first space."""
    words, others = make_words(0), make_words(1, "other <words>")
    first = probe(words, "weat", SETS, context)
    second = probe(others, "weat", SETS, context)
    third = probe(words, "weat", SETS, context, params={"alternative": "two-sided"})
    sure = find_uncertainty(words, first, context, draws=50, null_draws=40)
    return [
        Reported(first, words, sure, command="embexplorer probe words.vec --sets 'm <y>.json'"),
        Reported(second, others),
        Reported(third, words),
    ]


@pytest.fixture(scope="module")
def page(reported, context):
    return bias_page(reported, context, on=DAY)


@pytest.fixture(scope="module")
def read(page):
    return Reader(page.html)


def test_the_page_holds_every_number_of_the_results(read, reported):
    first = reported[0]
    found, sure = first.result.found, first.uncertainty
    for value in (found.effect_size, found.statistic, *found.bounds, *sure.percentile, *sure.bca):
        assert number(value) in read.text
    assert first.result.sentence in read.text
    assert first.result.how in read.text
    assert "mean over X of s − mean over Y of s" in read.text  # the formula
    assert "https://doi.org/10.1126/science.aal4230" in read.links
    assert f"greater, exact, {found.n_permutations:,} partitions" in read.text
    assert all(note in read.text for note in (*sure.notes, sure.how))


def test_p_is_adjusted_over_all_that_is_reported(read, reported):
    p = np.array([one.result.found.p_value for one in reported])
    assert [holm for holm, _ in adjust(reported)] == pytest.approx(family_wise(p).tolist())
    assert [rate for _, rate in adjust(reported)] == pytest.approx(false_discovery(p).tolist())
    for holm, rate in adjust(reported):
        assert f"Holm {number(holm)}; Benjamini and Hochberg {number(rate)}" in read.text
    assert "among the tests of this report (3)" in read.text


def test_a_probe_without_p_has_none_and_adjusts_none(reported, context):
    words = reported[0].space
    mac = Reported(probe(words, "mac", SETS, context), words)
    adjusted = adjust([reported[0], mac])
    assert adjusted[1] == (None, None)
    assert adjusted[0][0] == reported[0].result.found.p_value
    assert "Holm" not in Reader(bias_page([mac], context).html).text.partition("Spaces")[2]


def test_spaces_are_named_with_their_content_and_origin(read, reported):
    for text in (
        reported[0].space.id, "other <words>", "218 items × 6 dimensions", "words.vec", "minilm",
        "abc123", "Two rows were <left out>.",
    ):  # fmt: skip
        assert text in read.text
    assert "secret" not in read.text  # a folder says who the person is and nothing of the data


def test_sets_have_their_items_source_and_coverage(read):
    for text in ("ex & co", "CC0", "Shortened <by us>.", "Somebody 2020,", ARABIC, BAD):
        assert text in read.text
    assert "https://example.org/paper?a=1&b=2" in read.links
    assert "B: bee 6 5 nowhere" in read.text
    assert read.text.count("Somebody 2020,") == 1  # the sets that all three share


def test_item_texts_are_texts_with_their_own_direction(page, read):
    assert "script" not in read.tags
    assert f'<bdi lang="ar">{ARABIC}</bdi>' in page.html
    assert "alert(1)</script>" not in page.html


def test_nothing_is_loaded_from_anywhere(page, read):
    assert read.loads == []
    assert "default-src 'none'; style-src 'unsafe-inline'" in page.html
    style = page.html.partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    assert "$" not in style
    assert not {"link", "img", "iframe", "object", "use", "image"} & set(read.tags)


def test_pictures_are_inside_and_told(page, read):
    titles = [one.title for one in page.figures]
    assert titles == [
        "How much the number hangs on the choice of items",
        "The same items, split otherwise",
        "Other items of like frequency",
        *["Score of each item", "How near the sets are to each other"],
        *["The same items, split otherwise", "Score of each item"],
        "How near the sets are to each other",
        *["The same items, split otherwise", "Score of each item"],
        "How near the sets are to each other",
        "WEAT, mine <of them> over spaces",
        "WEAT, mine <of them>: items in both spaces",
    ]
    assert read.tags.count("svg") == len(titles)
    assert all(one.sentence in read.text for one in page.figures)


def test_spaces_are_compared_where_they_were_asked_the_same(page, reported):
    series, changes = page.figures[-2:]
    for one in reported[:2]:
        assert f"“{one.space.name}” {number(one.result.found.effect_size)}" in series.sentence
    low, high = reported[0].uncertainty.bca
    assert f"({number(low)} to {number(high)})" in series.sentence
    assert "The score of 8 items in words and in other <words>" in changes.sentence


def test_the_mean_cosines_of_the_sets_are_those_of_their_vectors(page, reported):
    words = reported[0].space
    unit = words.vectors / np.linalg.norm(words.vectors, axis=1, keepdims=True)
    rows = {item: row for row, item in enumerate(words.items)}
    x, a = (unit[[rows[one] for one in SETS[key]]].astype(float) for key in "XA")
    figure = next(one for one in page.figures if one.title.startswith("How near"))
    said = figure.sentence.partition("“ex & co” with “ay” ")[2]
    assert float(said.split(",")[0].replace("−", "-")) == pytest.approx((x @ a.T).mean(), abs=1e-3)


def test_whatever_a_probe_tells_is_in_the_report():
    details = {
        "mean_difference": -0.25,
        "accuracies": [0.5, 0.75],
        "is_exact": True,
        "by_sets": {"T1, <A1>": 0.125},
        "analogies": [{"x": "she", "distance": 0.5, "none": None}] * 41,
        "neutrality": [{"item": "drawn"}],
        "empty": [],
    }
    assert detail_rows(details) == [
        ["Mean difference", "−0.2500"], ["Accuracies", "0.5000, 0.7500"], ["Is exact", "yes"],
    ]  # fmt: skip
    read = Reader(detail_tables(details)).text
    for said in ("T1, <A1>", "0.1250", "Analogies, the first 25 of 41", "she"):
        assert said in read
    assert read.count("she") == 25
    assert "drawn" not in read


def test_the_command_and_the_versions_are_there(read):
    assert "embexplorer probe words.vec --sets 'm <y>.json'" in read.text
    assert "2024-02-29" in read.text
    assert f"numpy {np.__version__}" in read.text


def test_the_file_is_whole_and_the_same_each_time(reported, context, tmp_path, page):
    path = tmp_path / "report.html"
    write_bias_report(reported, path, context, on=DAY)
    assert path.read_text(encoding="utf-8") == page.html


def test_nothing_to_report_is_refused(context):
    with pytest.raises(UserError) as caught:
        bias_page([], context)
    assert caught.value.title == "Nothing to report"
