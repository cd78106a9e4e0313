from __future__ import annotations

import pytest

from embexplorer.core.errors import UserError
from embexplorer.engines.brace_text import read_brace_text


def test_fields_are_kept_in_order_and_may_repeat():
    text = 'name: "a"\nsize: 3 size: 4\nsize: [5, 6]\nempty: []\nratio: -1.5e3; is_on: true,'
    assert read_brace_text(text, "f") == {
        "name": ["a"],
        "size": ["3", "4", "5", "6"],
        "empty": [],
        "ratio": ["-1.5e3"],
        "is_on": ["true"],
    }


def test_messages_nest_with_braces_or_angles_with_or_without_a_colon():
    text = "a { b: { c <d: 1> } } a: [{ b { } }, {}]"
    assert read_brace_text(text, "f") == {
        "a": [{"b": [{"c": [{"d": ["1"]}]}]}, {"b": [{}]}, {}],
    }
    assert read_brace_text("", "f") == {}


def test_comments_end_with_the_line_and_quotes_hide_signs():
    text = "# first\na: \"x # { } : 'y'\" # \"not this\nb: '\"'#last"
    assert read_brace_text(text, "f") == {"a": ["x # { } : 'y'"], "b": ['"']}


def test_strings_have_escapes_and_join():
    text = r'''a: "tab\t \"q\" \\ \303\251 \xE6\x9D\xB1" b: "one " 'two' c: "é"'''
    assert read_brace_text(text, "f") == {"a": ['tab\t "q" \\ é 東'], "b": ["one two"], "c": ["é"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('a: "b\nc: 1', 'line 1: “"” has no end'),
        ("a {\n\n b: 1", "line 3: a brace has no end"),
        ("a: 1 }", "line 1: “}” is no name of a field"),
        ("a: 1\n: 2", "line 2: “:” is no name of a field"),
        ("a", "line 1: a value is missing"),
        ("a 1", "a value is missing before “1”"),
        ("a:\n}", "line 2: a value is missing before “}”"),
        ("a: [1 2]", "a list has no end"),
        ("a: [1", "a list has no end"),
        ("a: [", "a value is missing"),
        ('"a": 1', "is no name of a field"),
        ("a {" * 5000, "is no name of a field"),
    ],
)
def test_the_line_that_does_not_fit_is_named(text, said):
    with pytest.raises(UserError) as caught:
        read_brace_text(text, "c.pbtxt")
    assert caught.value.title == "The configuration is damaged"
    assert caught.value.detail.startswith("c.pbtxt, line ")
    assert said in caught.value.detail
