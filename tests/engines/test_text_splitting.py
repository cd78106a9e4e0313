# ruff: noqa: RUF001  Chinese stops look like Latin ones
from __future__ import annotations

import pytest

from embexplorer.engines.text_splitting import SplitParams, split_lines, split_sentences


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
