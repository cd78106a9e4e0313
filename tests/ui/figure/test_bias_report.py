from __future__ import annotations

import datetime

import numpy as np
import pypdfium2
import pytest

from embexplorer.core.space import make_space, make_table
from embexplorer.operations.bias_figures.scale import number
from embexplorer.operations.bias_report import bias_page
from embexplorer.operations.bias_report_parts import Reported
from embexplorer.operations.context import Context
from embexplorer.operations.probe import probe
from embexplorer.operations.probe_uncertainty import find_uncertainty
from embexplorer.ui.bias_report import write_bias_report_pdf
from embexplorer.ui.figure.bias_report import draw_bias_report

SETS = {key: [f"{key.lower()}{at}" for at in range(6)] for key in "XYAB"}
DAY = datetime.date(2024, 2, 29)


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    return Context.default(tmp_path_factory.mktemp("report") / "cache")


@pytest.fixture(scope="module")
def reported(context):
    names = [one for part in SETS.values() for one in part] + [f"w{at}" for at in range(200)]
    names[0] = "<b>x0 & co"
    sets = SETS | {"X": names[:6]}
    vectors = np.random.default_rng(0).normal(size=(len(names), 6))
    words = make_space(vectors, make_table(names), name="words")
    result = probe(words, "weat", sets, context)
    sure = find_uncertainty(words, result, context, draws=50, null_draws=40)
    return [Reported(result, words, sure, command="embexplorer probe words.vec --sets mine.json")]


@pytest.fixture
def pages(qapp, reported, context):
    """The pages of a report, open."""
    document = pypdfium2.PdfDocument(draw_bias_report(reported, context, on=DAY))
    yield list(document)
    document.close()


def text_of(page):
    return " ".join(page.get_textpage().get_text_range().split())


def test_the_document_has_pages_of_a4_whose_text_is_that_of_the_page(pages, reported):
    assert len(pages) == 4
    for page in pages:
        assert [side / 72 * 25.4 for side in page.get_size()] == pytest.approx([210, 297], abs=0.3)
    text = " ".join(map(text_of, pages))
    found, sure = reported[0].result.found, reported[0].uncertainty
    for value in (found.effect_size, found.statistic, *sure.bca):
        assert number(value) in text
    assert "2024-02-29" in text
    assert "<b>x0 & co" in text
    assert "embexplorer probe words.vec --sets mine.json" in text
    assert text.count("4 / 4") == 1


def test_pictures_are_vectors_with_text_on_the_page(pages, reported, context):
    kinds = [one.type for page in pages for one in page.get_objects(max_depth=4)]
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE not in kinds
    assert kinds.count(pypdfium2.raw.FPDF_PAGEOBJ_PATH) > 100
    text = " ".join(map(text_of, pages))
    assert "without one item" in text  # of a picture
    assert f"observed {number(reported[0].result.found.effect_size)}" in text
    for figure in bias_page(reported, context).figures:
        assert figure.sentence[:30] in text


def test_every_picture_is_drawn_where_its_caption_is(pages):
    wanted = {0: (), 1: ("95% interval",), 2: ("Score of each item",)}
    for at, texts in wanted.items():
        assert all(one in text_of(pages[at]) for one in texts)
    blue = 0
    for page in pages[:3]:
        pixels = page.render(scale=1).to_numpy().reshape(-1, 3)
        blue += int(np.count_nonzero(np.abs(pixels - [178, 114, 0]).sum(axis=1) < 30))
    assert blue > 500  # the bars above zero


def test_the_file_is_written(qapp, reported, context, tmp_path):
    path = tmp_path / "report.pdf"
    write_bias_report_pdf(reported, path, context, on=DAY)
    assert path.read_bytes().startswith(b"%PDF-")
