from __future__ import annotations

import pytest

from embexplorer.measures.regular import RegexFault, find_fault


@pytest.mark.parametrize("pattern", ["", "a.*b", r"\d+", "(?i)x", "[ж-щ]", r"\pL"])
def test_a_readable_pattern_has_no_fault(pattern):
    assert find_fault(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("ab(c", RegexFault("missing )", 0, 4)),
        ("ab[c", RegexFault("missing ]", 2, 2)),
        ("ab**", RegexFault("bad repetition operator", 2, 2)),
        ("x(?=y)", RegexFault("invalid perl operator", 1, 3)),
        ("a\\", RegexFault("trailing \\", 0, 2)),
    ],
)
def test_a_fault_says_what_and_where(pattern, fault):
    assert find_fault(pattern) == fault
