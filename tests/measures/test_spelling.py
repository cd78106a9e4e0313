from __future__ import annotations

import random

import pyarrow as pa
import pytest

from embexplorer.measures.spelling import near_spellings


def column(*items):
    return pa.chunked_array([pa.array(items, pa.large_string())])


def edits(first, second):
    """Optimal string alignment, cell by cell."""
    table = [
        [i + j if not i * j else 0 for j in range(len(second) + 1)] for i in range(len(first) + 1)
    ]
    for i in range(1, len(first) + 1):
        for j in range(1, len(second) + 1):
            differs = first[i - 1] != second[j - 1]
            options = [table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + differs]
            is_swap = i > 1 and j > 1 and first[i - 2 : i] == second[j - 2 : j][::-1]
            table[i][j] = min(options + [table[i - 2][j - 2] + 1] * is_swap)
    return table[-1][-1]


@pytest.mark.parametrize("wanted", ["a", "abba", "abacabad", "bcabacadabaa"])
def test_spellings_equal_the_table_cell_by_cell(wanted):
    rng = random.Random(14)
    items = ["".join(rng.choices("abcd", k=rng.randint(0, 14))) for _ in range(2000)]
    limit = 1 if len(wanted) <= 2 else 2 if len(wanted) <= 8 else 3
    ranked = sorted(
        (edits(wanted, item), row) for row, item in enumerate(items) if item and item != wanted
    )
    expected = list(dict.fromkeys(items[row] for count, row in ranked if count <= limit))
    assert near_spellings(column(*items), wanted, n=5) == expected[:5]


@pytest.mark.parametrize(
    ("wanted", "item"),
    [
        ("quen", "queen"),  # one letter missing
        ("queeen", "queen"),  # one too many
        ("qeuen", "queen"),  # two swapped
        ("wueen", "queen"),  # the first letter wrong
        ("München", "Munchen"),
        ("naïve", "naive"),
        ("日本吾", "日本語"),
        ("internatinol", "international"),  # two edits
    ],
)
def test_one_slip_is_found(wanted, item):
    assert near_spellings(column("apple", item, "zebra"), wanted) == [item]


def test_case_variants_come_first_then_the_fewest_edits_then_the_first_row():
    items = column("kings", "ring", "king", "King", "kin", "KING")
    assert near_spellings(items, "kinG", n=5) == ["king", "King", "KING", "kings", "ring"]


def test_repeated_items_are_named_once():
    assert near_spellings(column("king", "king", "ring"), "kinq") == ["king", "ring"]


def test_nothing_near_gives_nothing():
    assert near_spellings(column("apple", "zebra"), "queen") == []
    assert near_spellings(column("apple", ""), "  ") == []
    assert near_spellings(column("", "b"), "a") == ["b"]


def test_chunks_and_slices_are_read():
    chunks = pa.chunked_array(
        [
            pa.array(["x", "queen"], pa.large_string())[1:],
            pa.array(["y", "quern"], pa.large_string()),
        ]
    )
    assert near_spellings(chunks, "quen") == ["queen", "quern"]
