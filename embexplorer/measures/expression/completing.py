"""What may come next where someone is typing an expression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.measures.expression.columns import Kind, kind_of
from embexplorer.measures.expression.parsing import ORDERS, TEXT_QUESTIONS
from embexplorer.measures.expression.words import (
    Word,
    quoted_name,
    quoted_text,
    read_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_VALUES = 50  # a column with more different texts is not offered value by value

_JOINS = ("and", "or")
_IS = ("is missing", "is not missing")
_AFTER: dict[Kind, tuple[str, ...]] = {
    "number": (*ORDERS, "in", *_IS, "+", "-", "*", "/"),
    "text": (
        "==",
        "!=",
        "in",
        *TEXT_QUESTIONS,
        "not in",
        "not contains",
        *_IS,
        "<",
        "<=",
        ">",
        ">=",
    ),
    "date": (*ORDERS, *_IS),
    "boolean": ("==", "!=", *_IS, *_JOINS),
    "missing": _IS,
    "other": _IS,
}


@dataclass(frozen=True, slots=True)
class _Typed:
    """What stands before the cursor: whole words, and the begin of one."""

    words: tuple[Word, ...]
    begun: str
    start: int

    def before(self, back: int) -> Word | None:
        """Return the word so many before the begun one."""
        return self.words[-back] if back <= len(self.words) else None


def completions(text: str, cursor: int, table: pa.Table) -> list[str]:
    """Return what may stand at the cursor, as it has to be written there.

    Each replaces the characters from `word_start` to the cursor. Columns, operators that fit the
    column before, then values of a column of texts with at most 50 different ones; those that start
    as what was begun come first, then those that hold it.
    """
    typed = _typed(text[:cursor])
    begun = typed.begun.lstrip("`\"'").lower()
    offered = list(dict.fromkeys(_offered(typed, table)))
    bare = [(option, option.lstrip('`"').lower()) for option in offered]
    first = [option for option, plain in bare if plain.startswith(begun)]
    return first + [
        option for option, plain in bare if begun in plain and not plain.startswith(begun)
    ]


def word_start(text: str, cursor: int) -> int:
    """Return where the word starts that a completion at the cursor replaces."""
    return _typed(text[:cursor]).start


def _typed(before: str) -> _Typed:
    words, fault = read_words(before)
    words.pop()  # the end
    if fault is not None and fault.position < len(before):  # an open quote or backtick
        return _Typed(tuple(words), before[fault.position :], fault.position)
    last = words[-1] if words else None
    if last is not None and last.end == len(before) and last.kind in ("name", "keyword"):
        words.pop()
        return _Typed(tuple(words), before[last.start :], last.start)
    return _Typed(tuple(words), "", len(before))


def _offered(typed: _Typed, table: pa.Table) -> Sequence[str]:
    last = typed.before(1)
    is_open_text = typed.begun[:1] in ('"', "'")
    asked = _asked_column(typed, table)
    if is_open_text or (last is not None and last.is_one_of(*TEXT_QUESTIONS)):
        return _values(asked)
    if last is None or (last.is_one_of("not") and not _follows_value(typed, 2)):
        return [*_columns(table), "not"]
    if last.is_one_of("not"):
        second = typed.before(2)
        is_after_is = second is not None and second.is_one_of("is")
        return ["missing"] if is_after_is else ["in", *TEXT_QUESTIONS]
    if last.is_one_of("is"):
        return ["missing", "not missing"]
    if last.is_one_of("in"):
        return ["("]
    if last.is_one_of(*_JOINS):
        return [*_columns(table), "not"]
    if last.is_one_of(*ORDERS):
        kind = kind_of(asked.type) if asked is not None else None
        truths = ["true", "false"] if kind == "boolean" else []
        return [*_values(asked), *truths, *_columns(table, kind)]
    if last.is_one_of("(", ","):
        return _values(asked) if asked is not None else [*_columns(table), "not"]
    if last.is_one_of("+", "-", "*", "/"):
        return _columns(table, "number")
    return _after_value(typed, last, table)


def _after_value(typed: _Typed, last: Word, table: pa.Table) -> Sequence[str]:
    """Return what may follow a column, a value or a closed parenthesis."""
    second = typed.before(2)
    if last.kind == "name":
        column = _column(last, table)
        if column is None:
            return []
        is_compared = second is not None and second.is_one_of(*ORDERS)
        return _JOINS if is_compared else _AFTER[kind_of(column.type)]
    return _JOINS


def _follows_value(typed: _Typed, back: int) -> bool:
    word = typed.before(back)
    if word is None:
        return False
    return word.kind in ("name", "number", "text") or word.is_one_of(
        ")", "missing", "true", "false", "is"
    )


def _asked_column(typed: _Typed, table: pa.Table) -> pa.ChunkedArray | None:
    """Return the column that a value at the cursor is compared with."""
    back = 1
    last = typed.before(back)
    if last is not None and last.is_one_of("(", ","):
        while last is not None and not last.is_one_of("in"):
            if not (last.kind in ("number", "text") or last.is_one_of("(", ",", "-")):
                return None
            back += 1
            last = typed.before(back)
    if last is None or not last.is_one_of(*ORDERS, *TEXT_QUESTIONS, "in"):
        return None
    back += 1
    last = typed.before(back)
    if last is not None and last.is_one_of("not"):
        last = typed.before(back + 1)
    return _column(last, table) if last is not None and last.kind == "name" else None


def _column(word: Word, table: pa.Table) -> pa.ChunkedArray | None:
    found = table.schema.get_all_field_indices(str(word.value))
    return table.column(found[0]) if found else None


def _columns(table: pa.Table, kind: Kind | None = None) -> list[str]:
    return [
        quoted_name(field.name)
        for field in table.schema
        if kind is None or kind_of(field.type) == kind
    ]


def _values(column: pa.ChunkedArray | None) -> list[str]:
    """Return the different texts of a column, sorted, where they are few."""
    if column is None or kind_of(column.type) != "text":
        return []
    values = [value for value in pc.unique(column).to_pylist() if value is not None]
    return [quoted_text(value) for value in sorted(values)] if len(values) <= MOST_VALUES else []
