from __future__ import annotations

import pyarrow as pa
import pytest

from embexplorer.measures.expression import completions, evaluate, parse, word_start

TABLE = pa.table(
    {
        "year": [2001, 2002],
        "topic": ["sport", 'the "art"'],
        "the day": ["a", None],
        "flag": [True, False],
        "in": [1, 2],
        "tags": [[1], [2]],
    }
)
COLUMNS = ["year", "topic", "`the day`", "flag", "`in`", "tags"]
TOPICS = ['"sport"', '"the \\"art\\""']
ORDERS = ["==", "!=", "<", "<=", ">", ">="]
TESTS = ["contains", "startswith", "endswith", "matches"]


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("", [*COLUMNS, "not"]),
        ("y", ["year", "`the day`"]),  # what starts so, then what holds it
        ("YE", ["year"]),
        ("`the", ["`the day`"]),
        ("year ", [*ORDERS, "in", "is missing", "is not missing", "+", "-", "*", "/"]),
        ("topic c", ["contains", "matches", "not contains"]),
        ("topic not ", ["in", *TESTS]),
        ("topic == ", [*TOPICS, "topic", "`the day`"]),
        ('topic == "', TOPICS),
        ('topic == "ar', ['"the \\"art\\""']),
        ("topic in ", ["("]),
        ("topic in (", TOPICS),
        ('topic in ("sport", ', TOPICS),
        ("topic not in (", TOPICS),
        ("topic not contains ", TOPICS),
        ('topic == "sport" ', ["and", "or"]),
        ("year > 3 ", ["and", "or"]),
        ("year > 3 and ", [*COLUMNS, "not"]),
        ("year > 3 and not ", [*COLUMNS, "not"]),
        ("(", [*COLUMNS, "not"]),
        ("(year > 3) ", ["and", "or"]),
        ("year > ", ["year", "`in`"]),
        ("1 + ", ["year", "`in`"]),
        ("year is ", ["missing", "not missing"]),
        ("year is not ", ["missing"]),
        ("year is missing ", ["and", "or"]),
        ("flag == ", ["true", "false", "flag"]),
        ("flag ", ["==", "!=", "is missing", "is not missing", "and", "or"]),
        ("tags ", ["is missing", "is not missing"]),
        ("unknown ", []),
        ("year == year ", ["and", "or"]),
    ],
)
def test_what_may_come_next_is_offered(text, offered):
    assert completions(text, len(text), TABLE) == offered


@pytest.mark.parametrize(
    ("text", "start"), [("", 0), ("ye", 0), ("year > 3 an", 9), ('topic == "sp', 9), ("a ", 2)]
)
def test_the_begun_word_is_replaced(text, start):
    assert word_start(text, len(text)) == start


def test_only_what_is_before_the_cursor_counts():
    assert completions("year > 3 and ye > 4", 15, TABLE) == ["year"]


def test_a_completed_value_is_found():
    value = completions('topic == "the', 13, TABLE)[0]
    assert evaluate(parse(f"topic == {value}"), TABLE).tolist() == [False, True]


def test_many_values_are_not_offered():
    table = pa.table({"name": [f"n{i}" for i in range(51)]})
    assert completions("name == ", 8, table) == ["name"]
    assert len(completions("name == ", 8, table.slice(1))) == 51


def test_broken_and_long_texts_offer_without_an_error():
    assert completions("year ? ", 7, TABLE) == []
    assert completions("x" * 30_000, 30_000, TABLE) == []
