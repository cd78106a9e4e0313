from __future__ import annotations

import random

import pyarrow as pa
import pytest

from embexplorer.measures.expression import ExpressionError, evaluate, parse
from embexplorer.measures.expression.tree import Column, Comparison, Constant, Junction
from embexplorer.measures.expression.words import quoted_name, quoted_text


def constant(text):
    root = parse(f"x == {text}").root
    assert isinstance(root, Comparison)
    node = root.rest[0][1]
    assert isinstance(node, Constant)
    return node.value


def test_the_tree_knows_where_each_node_stands():
    root = parse('year >= 2010 and topic == "a"').root
    assert root == Junction(
        "and",
        (
            Comparison(Column("year", 0, 4), ((">=", Constant(2010, 8, 12)),), 0, 12),
            Comparison(Column("topic", 17, 22), (("==", Constant("a", 26, 29)),), 17, 29),
        ),
        0,
        29,
    )


def test_columns_are_named_once_in_order():
    expression = parse("b > 1 and (a < b or `c d` is missing)")
    assert expression.columns == ("b", "a", "c d")
    assert expression.text == "b > 1 and (a < b or `c d` is missing)"


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), ("3.", 3.0), (".5", 0.5), ("1e3", 1000.0), ("2.5E-1", 0.25), ("-4", -4),
     ("\N{MINUS SIGN}4", -4), ("9007199254740993", 9007199254740993), ("TRUE", True)],
)  # fmt: skip
def test_numbers_and_truths_are_read_as_they_are_written(text, value):
    assert constant(text) == value
    assert type(constant(text)) is type(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"a\"b"', 'a"b'),
        (r"'a\'b'", "a'b"),
        (r'"a\\b"', "a\\b"),
        (r'"\n\t\r"', "\n\t\r"),
        (r'"\u00e9"', "é"),
        (r'"\d+\."', r"\d+\."),  # any other backslash stays, for regular expressions
        ('"it\'s"', "it's"),
        ('""', ""),
        ('"日本 and or"', "日本 and or"),
    ],
)
def test_escapes_in_texts(text, value):
    assert constant(text) == value


@pytest.mark.parametrize(
    "text", ["", "a", 'say "x"', "back\\slash", "line\nbreak\ttab\r", "\\n", "é"]
)
def test_a_quoted_text_is_read_back(text):
    assert constant(quoted_text(text)) == text


@pytest.mark.parametrize(
    "name", ["a", "год", "a b", "in", "Not", "1st", "a`b", "a.b", "TRUE", "x-y"]
)
def test_a_quoted_name_is_read_back(name):
    assert parse(f"{quoted_name(name)} == 1").columns == (name,)


def test_a_plain_name_needs_no_backticks():
    assert [quoted_name(name) for name in ("year", "in", "a b")] == ["year", "`in`", "`a b`"]


@pytest.mark.parametrize(
    ("text", "wrong", "title"),
    [
        ("", "", "Nothing to choose by"),
        ("  ", "", "Nothing to choose by"),
        ("year >=", ">=", "Something is missing"),
        ("a == 1 and", "and", "Something is missing"),
        ("(a == 1", "(", "Parenthesis is not closed"),
        ("a in (1, 2", "(", "Parenthesis is not closed"),
        ("a == 1)", ")", "One parenthesis too many"),
        ('a == "b', '"b', "Text is not closed"),
        (r'a == "b\"', r'"b\"', "Text is not closed"),
        ("`a == 1", "`a == 1", "Column name is not closed"),
        ("`` == 1", "``", "Column name is not closed"),
        ("a & b", "&", "Unknown sign"),
        ("a == “b”", "“", "Unknown sign"),
        ('a matches "(b"', '"(b"', "Not a regular expression"),
        ("a in ()", ")", "Not understood"),
        ('a in "b"', '"b"', "Not understood"),
        ("a in (b)", "b", "Not understood"),
        ("a contains 3", "3", "Not understood"),
        ("a b", "b", "Not understood"),
        ("a == 1 b", "b", "Not understood"),
        ("a not 3", "3", "Not understood"),
        ("a is null", "null", "Not understood"),
        ("and", "and", "Not understood"),
        ("a == * 3", "*", "Not understood"),
        ("2nd > 1", "2nd", "Neither number nor column"),
        ("a > 1.2.3", "1.2.3", "Neither number nor column"),
        ("a > 1e999", "1e999", "Number too large"),
        ('a == "\ud83d"', '"\ud83d"', "Not a text"),
        (r'a == "\ud83d"', r'"\ud83d"', "Not a text"),
        ("`\ud83d` == 1", "`\ud83d`", "Not a text"),
    ],
)
def test_what_cannot_be_read_is_underlined(text, wrong, title):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    error = caught.value
    assert error.title == title
    if wrong == "``":  # both backticks and what follows
        assert error.position == 0
    else:
        assert text[error.position : error.position + error.length] == wrong
    assert len(error.title.split()) <= 6
    assert error.detail
    assert error.hint


@pytest.mark.parametrize("opening", ["(", "not ", "-", "+", "-(", "not ("])
def test_nesting_is_bounded(opening):
    with pytest.raises(ExpressionError, match="Expression too deep"):
        parse(opening * 3000 + "1")


def test_the_deepest_nesting_is_evaluated():
    text = "(1 + 0 * " * 31 + "(a)" + ")" * 31 + " == 1 and a == 1"
    table = pa.table({"a": [1, 2]})
    assert evaluate(parse(text), table).tolist() == [True, False]


def test_a_long_chain_is_not_deep():
    text = " or ".join(f"a == {i} + 0 + 0" for i in range(400))
    assert evaluate(parse(text), pa.table({"a": [399, 400]})).tolist() == [True, False]


def test_a_text_beyond_the_limit_is_refused():
    with pytest.raises(ExpressionError) as caught:
        parse("a == 1" + " " * 20_000)
    assert (caught.value.title, caught.value.position) == ("Expression too long", 20_000)


def test_random_words_are_read_or_refused_with_a_place():
    words = ["a", "b", "`c d`", "x", "1", "-2.5", '"t"', "(", ")", ",", "and", "or", "not", "in",
             "contains", "matches", "is", "missing", "==", "<", "<=", "+", "-", "*", "/", "true",
             '"', "`", "\\", "?", "é", "\n", "'", "1e", "\ud800", '"2020"', "\x00"]  # fmt: skip
    table = pa.table({"a": [1, None], "b": ["t", "u"], "c d": [True, None]})
    rng = random.Random(11)
    outcomes = set()
    for _ in range(3000):
        text = rng.choice(["", " "]).join(rng.choices(words, k=rng.randint(1, 9)))
        outcome, end = "chosen", 0
        try:
            assert evaluate(parse(text), table).shape == (2,)
        except ExpressionError as error:
            outcome, end = error.title, error.position + error.length
        assert 0 <= end <= len(text), text
        outcomes.add(outcome)
    assert len(outcomes) > 10
