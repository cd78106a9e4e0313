from __future__ import annotations

import pytest

from embexplorer.core.counted import counted


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 items"), (1, "1 item"), (2, "2 items"), (2000, "2,000 items")]
)
def test_a_noun_follows_its_number(number, said):
    assert counted(number, "item") == said
