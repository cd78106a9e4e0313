"""The further numbers of a probe as HTML: whatever a probe tells, as it names it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from embexplorer.operations.bias_figures.scale import number
from embexplorer.operations.html_text import table, text

MOST = 25  # rows of a table; the JSON document has all
MOST_NUMBERS = 12  # side by side
DRAWN = ("neutrality",)  # what a picture shows


def detail_rows(details: Mapping[str, Any]) -> list[list[str]]:
    """Return the single numbers and short lists of them, as rows of name and value."""
    rows = []
    for name, value in details.items():
        if _is_single(value):
            rows.append([_named(name), _said(value)])
        elif _is_list(value) and value and len(value) <= MOST_NUMBERS and _is_single(value[0]):
            rows.append([_named(name), ", ".join(map(_said, value))])
    return rows


def detail_tables(details: Mapping[str, Any]) -> str:
    """Return what has a row for each of many things as tables, long ones cut, which is said."""
    parts = []
    for name, value in details.items():
        if name in DRAWN:
            continue
        head: list[str] = []
        rows: list[list[str]] = []
        if isinstance(value, Mapping) and value and all(map(_is_single, value.values())):
            head = ["", name.replace("_", " ")]
            rows = [[text(key), _said(one)] for key, one in value.items()]
        elif _is_list(value) and value and isinstance(value[0], Mapping):
            head = [str(key).replace("_", " ") for key in value[0]]
            rows = [[_said(one) for one in row.values()] for row in value]
        if rows:
            cut = f", the first {MOST} of {len(rows):,}" if len(rows) > MOST else ""
            parts.append(f"<h3>{_named(name)}{cut}</h3>\n{table(head, rows[:MOST])}")
    return "".join(parts)


def _is_single(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _named(name: str) -> str:
    return text(name.replace("_", " ").capitalize())


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number(value)
    return "–" if value is None else f"<bdi>{text(value)}</bdi>"
