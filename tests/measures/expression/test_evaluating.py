from __future__ import annotations

import datetime
import decimal
import operator
import random

import numpy as np
import pyarrow as pa
import pytest

from embexplorer.measures.expression import ExpressionError, evaluate, parse

NAN = float("nan")
YEARS = [1999, 2000, 2005, 2010, None, 2020]
TOPICS = ["sport", "art", None, "Sport", "", "a b"]
SCORES = [0.5, NAN, -1.0, None, 2.5, 0.0]
TABLE = pa.table(
    {
        "year": YEARS,
        "topic": TOPICS,
        "score": SCORES,
        "flag": [True, False, None, True, False, True],
        "day": [datetime.date(2020, 1, 31), datetime.date(2020, 2, 1), None,
                datetime.date(2019, 12, 31), datetime.date(2021, 1, 1), datetime.date(1969, 7, 20)],
        "the day's `name`": list("abcdef"),
        "in": [1, 2, 3, 4, 5, 6],
        "год": [1, 2, 3, 4, 5, 6],
        "nothing": pa.nulls(6),
        "many": [[1], [2], None, [], [3], [4]],
    }
)  # fmt: skip


def rows(text, table=TABLE):
    return np.flatnonzero(evaluate(parse(text), table)).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("year >= 2005", [2, 3, 5]),
        ("year == 2005", [2]),
        ("year = 2005", [2]),
        ("2005 == year", [2]),
        ("year != 2005", [0, 1, 3, 5]),  # not the missing one
        ("year ≠ 2005", [0, 1, 3, 5]),
        ("not year == 2005", [0, 1, 3, 5]),
        ("2000 <= year < 2010", [1, 2]),
        ("2010 > year ≥ 2000", [1, 2]),
        ("year in (1999, 2020.0, 2005.5)", [0, 5]),
        ("year not in (1999, 2000)", [2, 3, 5]),
        ("score > -1e0", [0, 4, 5]),
        ("score in (-1, .5)", [0, 2]),
        ("-score > 0", [2]),
        ("- -score > 0", [0, 4]),
        ("+score > 0", [0, 4]),
        ("year - 2000 == 5", [2]),
        ("year / 2 * 2 + 1 - 1 == year", [0, 1, 2, 3, 5]),
        ("2 + 3 * 2 == 8", [0, 1, 2, 3, 4, 5]),
        ("(2 + 3) * 2 == 8", []),
        ("2 - 3 - 4 == -5", [0, 1, 2, 3, 4, 5]),
        ("8 / 4 / 2 = 1", [0, 1, 2, 3, 4, 5]),
        ("1 / score > 0", [0, 4]),  # by zero is missing
        ("(1 / score) is missing", [1, 3, 5]),
        ('topic == "sport"', [0]),
        ("topic == 'sport'", [0]),
        ('topic != "sport"', [1, 3, 4, 5]),
        ('topic == ""', [4]),
        ('topic < "b"', [1, 3, 4, 5]),
        ('topic in ("sport", "art")', [0, 1]),
        ('topic not in ("sport")', [1, 3, 4, 5]),
        ('topic contains "port"', [0, 3]),
        ('topic not contains "port"', [1, 4, 5]),
        ('topic startswith "s"', [0]),
        ('topic ENDSWITH "t"', [0, 1, 3]),
        (r'topic matches "^\w$|\s"', [5]),
        ('topic matches "(?i)^S"', [0, 3]),
        ("topic is missing", [2]),
        ("topic IS NOT Missing", [0, 1, 3, 4, 5]),
        ("score is missing", [1, 3]),
        ("nothing is missing", [0, 1, 2, 3, 4, 5]),
        ("nothing > 3", []),
        ("not nothing > 3", []),
        ("nothing + 1 > 3 or year == 2000", [1]),
        ("many is missing", [2]),
        ("flag", [0, 3, 5]),
        ("not flag", [1, 4]),
        ("flag == false", [1, 4]),
        ("flag != TRUE", [1, 4]),
        ("flag in (true)", [0, 3, 5]),
        ("(year > 2000) == flag", [1, 3, 5]),
        ("true", [0, 1, 2, 3, 4, 5]),
        ("year > 2000 and topic == 'sport'", []),
        ("year > 2000 or topic == 'sport'", [0, 2, 3, 5]),
        ("year < 2000 or year > 2010 and flag", [0, 5]),
        ("(year < 2000 or year > 2010) and flag", [0, 5]),
        ("not (year < 2000 or year > 2010)", [1, 2, 3]),
        ("`the day's ``name``` in ('a', 'f')", [0, 5]),
        ("`in` > 4 AND год < 6", [4]),
        ("1 < 2", [0, 1, 2, 3, 4, 5]),
        ("'a' in ('b')", []),
    ],
)
def test_an_expression_chooses_these_rows(text, expected):
    assert rows(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('day == "2020-01-31"', [0]),
        ('day > "2020-01-31"', [1, 4]),
        ('day >= "2020-01"', [0, 1, 4]),
        ('day > "2020"', [4]),
        ('day <= "2020"', [0, 1, 3, 5]),
        ('day < "1970"', [5]),
        ('day != "2020-01"', [1, 3, 4, 5]),
        ('"2020-02" > day', [0, 3, 5]),
        ('"2019-12" <= day <= "2020-01"', [0, 3]),
        ('day in ("2019", "2020-02-01")', [1, 3]),
        ("day == day", [0, 1, 3, 4, 5]),
        ("day is missing", [2]),
    ],
)
def test_a_date_stands_for_its_whole_period(text, expected):
    assert rows(text) == expected


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_of_every_unit_are_compared(unit):
    moments = np.array(["1969-12-31T23:59:59", "2020-01-31T18:30:59", "2020-01-31T18:31:00"])
    table = pa.table({"t": pa.array(moments.astype(f"datetime64[{unit}]"))})
    assert rows('t == "2020-01-31 18:30"', table) == [1]
    assert rows('t > "2020-01-31T18:30"', table) == [2]
    assert rows('t < "1970-01-01"', table) == [0]
    assert rows('t == "2020-01-31 18:30:59.0"', table) == [1]


def test_times_with_a_zone_are_on_its_clock():
    table = pa.table({"t": pa.array([0, 3600 * 23], pa.timestamp("s", "+02:00"))})
    assert rows('t == "1970-01-01"', table) == [0]
    assert rows('t >= "1970-01-02 01:00"', table) == [1]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([1, 2, 3], pa.int8()),
        pa.array([1, 2, 3], pa.uint64()),
        pa.array([1, 2, 3], pa.float32()),
        pa.array(np.array([1, 2, 3], np.float16)),
        pa.array([decimal.Decimal("1.0"), decimal.Decimal("2.0"), decimal.Decimal("3.0")]),
        pa.array([1, 2, 3]).dictionary_encode(),
    ],
)
def test_every_type_of_number_is_compared_with_every_number(column):
    table = pa.table({"x": column})
    assert rows("x > 1.5", table) == [1, 2]
    assert rows("x in (1, 3)", table) == [0, 2]
    assert rows("x > -1", table) == [0, 1, 2]
    assert rows("x + 1 == 3", table) == [1]
    assert rows("x < 99999999999999999999", table) == [0, 1, 2]
    assert rows("x == 99999999999999999999", table) == []


def test_whole_numbers_are_compared_exactly():
    table = pa.table({"x": [2**53, 2**53 + 1]})
    assert rows("x == 9007199254740993", table) == [1]
    large = pa.table({"x": pa.array([1, 2**64 - 1], pa.uint64())})
    assert rows("x > 5", large) == [1]


def test_a_decimal_is_found_in_float32_as_it_is_shown():
    table = pa.table({"x": pa.array([0.1, 0.2], pa.float32())})
    assert rows("x == 0.1", table) == [0]
    assert rows("0.1 < x <= 0.2", table) == [1]
    assert rows("x in (0.1)", table) == [0]


@pytest.mark.parametrize("data_type", [pa.string(), pa.large_string(), pa.string_view()])
def test_every_type_of_text_is_compared(data_type):
    table = pa.table({"x": pa.array(["a", "bé", None], data_type)})
    assert rows('x == "b\\u00e9"', table) == [1]
    assert rows('x contains "é" or x in ("a")', table) == [0, 1]


def test_texts_in_many_chunks_and_dictionaries_are_compared():
    parts = [pa.array(["a", "b"]).dictionary_encode(), pa.array(["b", None]).dictionary_encode()]
    table = pa.table({"x": pa.chunked_array(parts)})
    assert rows('x == "b"', table) == [1, 2]
    assert rows('x startswith "a" or x is missing', table) == [0, 3]


def test_an_empty_table_has_no_rows():
    assert evaluate(parse('year > 3 and topic contains "x"'), TABLE.slice(0, 0)).shape == (0,)
    assert evaluate(parse("1 < 2"), TABLE.slice(0, 0)).shape == (0,)


def test_of_columns_with_one_name_the_first_counts():
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], ["x", "x"])
    assert rows("x == 1", table) == [0]


SLOW = {"==": operator.eq, "!=": operator.ne, "<": operator.lt, ">=": operator.ge}


def tree_and_text(rng, depth):
    """Return a random condition as a function of a row, in three-valued logic, and as text."""
    kind = rng.choice(["and", "or", "not", "compare"]) if depth else "compare"
    if kind == "compare":
        name, order, number = rng.choice("ab"), rng.choice(list(SLOW)), rng.randint(0, 3)
        return (
            lambda row: None if row[name] is None else SLOW[order](row[name], number),
            f"{name} {order} {number}",
        )
    first, first_text = tree_and_text(rng, depth - 1)
    if kind == "not":
        return lambda row: None if first(row) is None else not first(row), f"not ({first_text})"
    second, second_text = tree_and_text(rng, depth - 1)
    decisive = kind == "or"

    def joined(row):
        sides = [first(row), second(row)]
        return decisive if decisive in sides else None if None in sides else not decisive

    return joined, f"({first_text}) {kind} ({second_text})"


def test_random_conditions_equal_three_valued_logic_row_by_row():
    rng = random.Random(7)
    values = [None, 0, 1, 2, 3]
    pairs = [{"a": a, "b": b} for a in values for b in values]
    table = pa.Table.from_pylist(pairs)
    for _ in range(150):
        condition, text = tree_and_text(rng, 4)
        expected = [row for row, pair in enumerate(pairs) if condition(pair) is True]
        assert rows(text, table) == expected, text


@pytest.mark.parametrize(
    ("text", "wrong", "title", "hint"),
    [
        ("yaer > 3", "yaer", "No such column", "Did you mean year? "),
        (
            'topic == "a" or topic == sport',
            "sport",
            "No such column",
            'Put text in quotes: "sport"',
        ),
        ('year > "3"', '"3"', "Values of different kinds", "year holds numbers: leave the quotes"),
        ("topic == 3", "3", "Values of different kinds", "topic holds texts: put the number in"),
        ("3 == topic", "3", "Values of different kinds", "put the number in quotes"),
        ("year == topic", "topic", "Values of different kinds", "numbers with numbers"),
        ('year in (1, "2")', '"2"', "Values of different kinds", "leave the quotes away"),
        ("day > 2020", "2020", "Values of different kinds", 'write "2020-01-31" in quotes'),
        ('day > "2020-13"', '"2020-13"', "Not a date", '"2020-01-31"'),
        ('day in ("June")', '"June"', "Not a date", '"2020-01-31"'),
        ("many == 1", "many", "Values of different kinds", "Only is missing"),
        ("flag < true", "true", "True and false have no order", "== or !="),
        ('year + "a" > 3', '"a"', "Not a number", "a column of numbers"),
        ("-topic > 3", "topic", "Not a number", "a column of numbers"),
        ('year contains "2"', "year", "Not a text", "== < >"),
        ("year and flag", "year", "Not a condition", "Compare it"),
        ("topic", "topic", "Not a condition", "Compare it"),
        ("not 3", "3", "Not a condition", "Compare it"),
    ],
)
def test_what_does_not_fit_the_columns_is_underlined(text, wrong, title, hint):
    with pytest.raises(ExpressionError) as caught:
        evaluate(parse(text), TABLE)
    error = caught.value
    assert text[error.position : error.position + error.length] == wrong
    assert error.title == title
    assert hint in error.hint
