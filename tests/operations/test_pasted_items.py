"""What is read from pasted text and from files: items, pairs, columns as sets."""

from __future__ import annotations

import contextlib
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embexplorer.core.errors import UserError
from embexplorer.operations.edit_sets import MOST_ITEMS
from embexplorer.operations.pasted_items import (
    items_in_file,
    pairs_in_file,
    read_file,
    read_items,
    read_pairs,
)

WORDS = st.lists(st.from_regex(r"[\w'’-]+( [\w-]+)?", fullmatch=True).map(str.strip), min_size=1)


@settings(max_examples=40, deadline=None)
@given(WORDS, st.sampled_from(["\n", ",", ";", "\t", ", ", "\r\n", ",\n"]))
def test_items_come_back_once_and_in_order(words, separator):
    words = [word for word in words if not word.startswith("'")] or ["a"]
    found = read_items(separator.join(words))
    assert found.items == tuple(dict.fromkeys(words))
    assert set(found.repeated) == {word for word in words if words.count(word) > 1}


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ('"Hello, world", "a ""b"""', ("Hello, world", 'a "b"')),
        ("['he', 'she',]", ("he", "she")),
        ('["he",\n "she"]', ("he", "she")),
        ("“he”; `she`", ("he", "she")),
        ("it's, o'clock", ("it's", "o'clock")),
        ("short-term\n:)\n(laughs)", ("short-term", ":)", "(laughs)")),
        ("New York\n  ice cream ", ("New York", "ice cream")),
        ('5" disk, b', ('5" disk', "b")),
    ],
)
def test_lists_as_people_copy_them(text, items):
    assert read_items(text).items == items


@pytest.mark.parametrize("text", ["", " \n\t,;,", "[]", "''"])
def test_nothing_but_separators_is_refused(text):
    with pytest.raises(UserError, match="No items here"):
        read_items(text)


def test_too_many_items_are_refused():
    with pytest.raises(UserError, match=f"at most {MOST_ITEMS:,}"):
        read_items("\n".join(map(str, range(MOST_ITEMS + 1))))


@pytest.mark.parametrize("part", ["\t", " ", '"', '"a,', ",", '" ', "(", "\u2028"])
def test_odd_text_is_read_in_no_time(part):
    started = time.perf_counter()
    for read in (read_items, read_pairs):
        with contextlib.suppress(UserError):
            read(part * 200_000)
    assert time.perf_counter() - started < 5


def test_pairs_are_two_columns_and_a_line_with_more_is_named():
    assert read_pairs("she, he\nher\this\n\nshe;he") == (("she", "he"), ("her", "his"))
    with pytest.raises(UserError, match=r"Line 3 has 3: a, b, c\."):
        read_pairs("she,he\n\na,b,c")


def test_each_kind_of_file(tmp_path):
    table = tmp_path / "words.tsv"
    table.write_text("career\tfamily\noffice\thome\nsalary\t\n", encoding="utf-8")
    found = read_file(table)
    assert (found.name, [(one.name, one.items) for one in found.targets]) == (
        "words", [("career", ("office", "salary")), ("family", ("home",))],
    )  # fmt: skip
    excel = tmp_path / "excel.csv"
    excel.write_text("\ufeffGehalt;Familie\r\nBüro;Ehe\r\n", encoding="utf-8")
    assert [one.name for one in read_file(excel).targets] == ["Gehalt", "Familie"]
    sets = tmp_path / "sets.json"
    sets.write_text(json.dumps({"X": ["a", "b"], "A": ["b", "c"], "pairs": [["d", "e"]]}))
    assert items_in_file(sets) == ("a", "b", "c", "d", "e")
    assert pairs_in_file(sets) == (("d", "e"),)
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("she,he\nher,his\n", encoding="utf-8")
    assert pairs_in_file(pairs) == (("she", "he"), ("her", "his"))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", b"one\nx,y\n", "a.csv, line 2 has 2; the first row names 1"),
        ("a.csv", b"only,names\n", "nothing but separators"),
        ("a.txt", b"\xff\xfe", "not UTF-8"),
        ("a.xlsx", b"PK", "a.xlsx is none of .txt"),
        ("a.json", b"{", "does not read as JSON"),
    ],
)
def test_a_file_that_does_not_fit_is_named(tmp_path, name, data, said):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(UserError, match=said):
        read_file(path)


def test_a_file_that_is_gone_and_one_without_pairs(tmp_path):
    with pytest.raises(UserError, match=r"gone\.txt"):
        items_in_file(tmp_path / "gone.txt")
    sets = tmp_path / "sets.json"
    sets.write_text('{"X": ["a"]}')
    with pytest.raises(UserError, match="No pairs in this file"):
        pairs_in_file(sets)
