# ruff: noqa: RUF001  Chinese stops look like Latin ones
from __future__ import annotations

import pytest

from embexplorer.core.errors import UserError
from embexplorer.engines.documents.document import Passage
from embexplorer.engines.sentences import split_sentences
from embexplorer.engines.text_splitting import (
    SplitParams,
    check_split,
    join_lines,
    split_lines,
    split_passages,
)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four…  Five", ["One.", "Two!", "Three?", "Four…", "Five"]),
        ("Dr. Smith met J. Doe. They spoke.", ["Dr. Smith met J. Doe.", "They spoke."]),
        ("See Fig. 3, e.g. the left one. It fits.", ["See Fig. 3, e.g. the left one.", "It fits."]),
        ("It cost 3.5 million. 20 came.", ["It cost 3.5 million.", "20 came."]),
        ("“Is it?” she asked. “Yes.” He left.", ["“Is it?” she asked.", "“Yes.”", "He left."]),
        ("So did I. Then he left.", ["So did I.", "Then he left."]),
        ("visit example.com. now", ["visit example.com. now"]),
        ("国王来了。王后走了！为什么？", ["国王来了。", "王后走了！", "为什么？"]),
        ("他说：「好。」她走了。", ["他说：「好。」她走了。"]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, sentences):
    assert split_sentences(text) == sentences


def test_sentences_never_cross_a_blank_line():
    lines = ["A heading\n", "\n", "First one. second\n", "half. Third.\n"]
    assert list(split_lines(lines, SplitParams("sentence"))) == [
        "A heading",
        "First one. second half.",
        "Third.",
    ]


def windows_of(text, words, overlap):
    params = SplitParams("window", words, overlap)
    return [piece.text for piece in split_passages([Passage(text)], params)]


def test_windows_share_words_and_cut_none():
    assert windows_of("a b c d e f g", 4, 1) == ["a b c d", "d e f g"]
    assert windows_of("a b c d e f", 4, 1) == ["a b c d", "d e f"]
    assert windows_of("a b", 4, 1) == ["a b"]
    assert windows_of("a b c d", 2, 0) == ["a b", "c d"]
    assert windows_of("don't cut well-known words", 2, 1) == [
        "don't cut",
        "cut well-known",
        "well-known words",
    ]


def test_windows_count_letters_where_words_have_no_blanks():
    assert windows_of("国王和王后住在城堡里。他们很老", 8, 2) == [
        "国王和王后住在城",
        "在城堡里。他们很老",
    ]
    assert windows_of("ที่นี่สวย", 3, 0) == ["ที่นี่ส", "วย"]  # vowels and tones stay on their letter
    assert windows_of("GPT 很好 用", 2, 0) == ["GPT 很", "好 用"]


def test_a_window_has_the_page_it_lies_on_and_the_section_it_begins_in():
    passages = [Passage("a b c", 1, "One"), Passage("d e", 2, "Two"), Passage("f", 2, "Three")]
    pieces = split_passages(passages, SplitParams("window", 2, 0))
    assert list(pieces) == [
        Passage("a b", 1, "One"),
        Passage("c\nd", None, "One"),
        Passage("e\nf", 2, "Two"),
    ]


def test_windows_that_would_not_move_on_are_refused():
    with pytest.raises(UserError) as caught:
        check_split(SplitParams("window", 20, 20))
    assert caught.value.title == "Windows share too much"
    assert "20" in caught.value.detail
    check_split(SplitParams("line", 20, 20))


def test_lines_of_a_paragraph_are_joined_as_their_script_does():
    assert join_lines(["one ", " two"]) == "one two"
    assert join_lines(["国王", "来了"]) == "国王来了"
    assert join_lines(["왕과", "왕비"]) == "왕과 왕비"
