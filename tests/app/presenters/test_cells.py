"""The value of a cell becomes a condition that is true for its row; rows become text."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from embexplorer.app.presenters.cells import cell_condition, rows_as_text
from embexplorer.core.progress import Progress
from embexplorer.core.space import make_space, make_table
from embexplorer.measures.expression import evaluate, parse

MOMENT = dt.datetime(2020, 1, 2, 3, 4, 5, 6)
COLUMNS = {
    "the kind": pa.array(["x", None, 'a "b" \\ c']).dictionary_encode(),
    "not": [1.5, float("nan"), -2.0],
    "single": pa.array([0.1, 0.2, 0.3], pa.float32()),
    "day": [dt.date(2020, 1, 2), dt.date(2021, 1, 2), None],
    "moment": [MOMENT, MOMENT + dt.timedelta(microseconds=1), None],
    "is_it": [True, False, None],
    "price": [Decimal("1.50"), Decimal("2.25"), None],
}


@pytest.fixture
def mixed():
    return make_space(np.eye(3), make_table(["a", "b\nc", "d"], COLUMNS))


@pytest.mark.parametrize("column", ["item", *COLUMNS])
@pytest.mark.parametrize("row", range(3))
def test_a_condition_holds_for_the_row_and_its_likes_alone(mixed, column, row) -> None:
    found = cell_condition(mixed, column, row)
    has = evaluate(parse(found.has), mixed.table)
    lacks = evaluate(parse(found.lacks), mixed.table)
    assert has.tolist() == [k == row for k in range(3)]
    assert (has ^ lacks).all()


def test_titles_name_the_value_and_missing_ones(mixed) -> None:
    assert cell_condition(mixed, "the kind", 0).title == "the kind = x"
    assert cell_condition(mixed, "not", 1).title == "not is missing"


def test_lists_and_infinities_are_no_condition() -> None:
    table = make_table(["a"], {"tags": [["x"]], "size": [float("inf")]})
    space = make_space(np.eye(1), table)
    assert cell_condition(space, "tags", 0) is None
    assert cell_condition(space, "size", 0) is None


def test_rows_become_lines_with_a_head(mixed) -> None:
    scores = ("Similarity", np.array([0.5, np.nan, 1.0]))
    names = ["item", "the kind", "day", "is_it"]
    text = rows_as_text(mixed.table, np.array([1, 0]), names, scores, Progress())
    assert text.split("\n") == [
        "item\tthe kind\tday\tis_it\tSimilarity",
        "b c\t\t2021-01-02\tfalse\t",
        "a\tx\t2020-01-02\ttrue\t0.5",
    ]


def test_lists_and_empty_columns_become_text() -> None:
    table = make_table(["a", "b"], {"tags": [["x", "y"], None], "none": pa.nulls(2)})
    text = rows_as_text(table, np.array([0, 1]), ["tags", "none"], None, Progress())
    assert text == "tags\tnone\n['x', 'y']\t\n\t"
