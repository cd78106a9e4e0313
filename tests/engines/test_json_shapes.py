from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from embexplorer.core.contracts import Reading
from embexplorer.core.errors import UserError
from embexplorer.core.params import build
from embexplorer.engines.json_shapes import UnknownShapeError, rows_of
from embexplorer.formats import json as module

SIMPLE = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(width=16) | st.text(max_size=3)
NAMES = st.sampled_from(["item", "text", "vector", "x", "y", "0", "1", "columns", "data", "index"])
VALUES = st.recursive(
    SIMPLE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


def said_of(read, value, error):
    """Return what reading says in place of a result; empty where there is one."""
    try:
        read(value)
    except error as refused:
        return str(getattr(refused, "detail", refused))
    return ""


def check_rows(value):
    rows, _ = rows_of(value)
    assert all(isinstance(row, dict) and all(isinstance(n, str) for n in row) for row in rows)


@given(VALUES)
def test_any_value_is_rows_or_of_no_known_shape(value):
    said = said_of(check_rows, value, UnknownShapeError)
    assert not said or said.endswith(".")


@given(VALUES)
def test_any_file_is_read_or_refused_in_one_sentence(tmp_path_factory, value):
    folder = tmp_path_factory.mktemp("json")
    path = folder / "v.json"
    path.write_text(json.dumps(value))
    reading = Reading(path, build(module.plugin.params, {}), folder)
    said = said_of(module.read, reading, UserError)
    assert not said or "v.json" in said
