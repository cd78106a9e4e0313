from __future__ import annotations

from pathlib import Path

import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.progress import Progress
from embexplorer.engines.documents.document import Passage
from embexplorer.engines.documents.pdf import read_pdf
from tests.engines.documents.making_pdf import lines_from, pdf_of

DATA = Path(__file__).parents[2] / "data" / "documents"
FULL = "A line of text that goes from the left margin to the right one"


def read(data):
    return read_pdf(data, "a.pdf", Progress())


def refused(source):
    with pytest.raises(UserError) as caught:
        read_pdf(source, "a.pdf", Progress())
    return caught.value


def test_paragraphs_end_at_gaps_sizes_short_lines_and_points():
    page = [
        (50, 550, 18, "The title"),
        *lines_from(
            520, [FULL, "and ends here.", FULL, "goes on", "", "After a gap.", "• A point"]
        ),
    ]
    document = read(pdf_of([page], "Of the file"))
    assert document.title == "Of the file"
    assert document.passages == [
        Passage("The title", 1),
        Passage(f"{FULL}\nand ends here.", 1),
        Passage(f"{FULL}\ngoes on", 1),
        Passage("After a gap.", 1),
        Passage("• A point", 1),
    ]


def test_broken_words_are_whole_again_unless_the_hyphen_is_their_own():
    page = lines_from(500, [f"{FULL} repre-", f"sentation {FULL} in Baden-", "Württemberg – fi."])
    (passage,) = read(pdf_of([page])).passages
    assert passage.text == f"{FULL} representation {FULL} in Baden-Württemberg – fi."


def test_a_paragraph_goes_on_in_the_next_column_and_page():
    left = lines_from(500, ["The first column ends with a", "word that is bro-"], 20)
    right = lines_from(500, ["ken, and the second one", "ends with the page of"], 220)
    after = lines_from(500, ["which this is the last line."], 20)
    document = read(pdf_of([[*left, *right], after]))
    assert document.passages == [
        Passage(
            "The first column ends with a\nword that is broken, and the second one\n"
            "ends with the page of\nwhich this is the last line.",
            None,
        )
    ]


def test_lines_that_pages_repeat_are_left_out_and_counted():
    pages = [
        [(50, 570, 8, "Journal of Tests"), (50, 400, 10, text), (180, 20, 8, f"- {number} -")]
        for number, text in enumerate(("One.", "Two.", "Three."), start=1)
    ]
    document = read(pdf_of(pages))
    assert document.passages == [Passage("One.", 1), Passage("Two.", 2), Passage("Three.", 3)]
    assert document.notes == ("has 6 lines at the top or foot of pages that repeat, left out",)


def test_pages_without_text_are_counted_and_a_scan_is_refused():
    document = read(pdf_of([[(50, 50, 10, "Words.")], []]))
    assert document.notes == ("has no text on 1 of 2 pages, which are blank or a scan",)
    error = refused(pdf_of([[], [], []]))
    assert error.title == "No text in this PDF"
    assert error.detail == "a.pdf has 3 pages and no text: it is a scan, or pictures only."
    assert "OCR" in error.hint


def test_locked_and_damaged_files_are_told_apart():
    assert refused(DATA / "locked.pdf").title == "The PDF is locked"
    assert refused(b"%PDF-1.4 nothing").title == "The PDF is damaged"
