from __future__ import annotations

import time

import pytest

from embexplorer.engines.documents.document import Passage
from embexplorer.engines.documents.html import read_html

PAGE = """<!doctype html><html><head><title>The  page</title><style>p {}</style>
<script>if (a < b) write("<p>no</p>")</script></head><body>
<nav><ul><li>Home</ul></nav><h1>One</h1><p>A <b>bo</b>ld&nbsp;word &ndash; 3&lt;4
goes on.<p>Line<br>two <input hidden> seen <span style="display: none">gone</span><i hidden>x</i>
<table><tr><th>Name<th>Age<tr><td>Ann</td><td>34</td></table>
<h2>Two</h2><ul><li>first<li>second</ul><pre>a
b</pre>tail<svg><title>no title</title></svg></body></html>"""


def test_a_page_is_its_visible_text_by_blocks():
    document = read_html(PAGE.encode())
    assert document.title == "The page"
    assert document.passages == [
        Passage("One", section="One"),
        Passage("A bold word – 3<4 goes on.", section="One"),
        Passage("Line\ntwo seen", section="One"),
        Passage("Name | Age", section="One"),
        Passage("Ann | 34", section="One"),
        Passage("Two", section="Two"),
        Passage("first", section="Two"),
        Passage("second", section="Two"),
        Passage("a\nb", section="Two"),
        Passage("tail", section="Two"),
    ]
    assert document.notes == ()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("<meta charset='iso-8859-1'><p>caf\u00e9 \u201cso\u201d".encode("cp1252"), "café “so”"),
        ("<meta http-equiv=x content='text/html; charset=GB2312'>国王".encode("gb2312"), "国王"),
        ("<?xml version='1.0' encoding='Shift_JIS'?><p>王様".encode("cp932"), "王様"),
        ("\ufeff<p>naïve".encode("utf-16-le"), "naïve"),
        ("\ufeff<meta charset=latin-1><p>naïve".encode(), "naïve"),
        ("<meta charset=zlib><p>naïve".encode(), "naïve"),
        (b"plain words", "plain words"),
    ],
)
def test_the_encoding_is_what_the_page_says(data, text):
    document = read_html(data)
    assert [passage.text for passage in document.passages] == [text]
    assert document.notes == ()


def test_an_encoding_that_was_guessed_or_is_broken_is_noted():
    document = read_html("<p>café “so”".encode("cp1252"))
    assert document.passages[0].text == "café “so”"
    assert document.notes == ("says no encoding and was read as Windows-1252",)
    document = read_html(b"<meta charset=utf-8><p>caf\xe9 bar")
    assert document.passages[0].text == "caf� bar"
    assert document.notes == ("is not all utf-8, as it says: byte 27 and others became �",)


@pytest.mark.parametrize(
    "text",
    ["<div>" * 100_000 + "bottom", "<a " * 50_000, "<!--" * 50_000, "&" * 99_999, "</p>" * 50_000],
)
def test_malformed_and_deep_pages_end_at_once(text):
    started = time.process_time()
    read_html(text.encode())
    assert time.process_time() - started < 5


def test_what_shows_nothing_has_no_passages():
    for data in (b"", b"  ", b"<script>x</script>", b"<p hidden>x</p>"):
        assert read_html(data).passages == []
