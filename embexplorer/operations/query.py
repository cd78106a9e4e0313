"""What a typed query means: an item, a row such as ``#17``, or a sum, ``king - man + woman``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.core.errors import UserError
from embexplorer.core.space import ITEM, Space
from embexplorer.measures.spelling import near_spellings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]

SIGNS = {"+": 1, "-": -1, "\N{MINUS SIGN}": -1}

_MOST_SIGNS = 32  # a text with more is prose with dashes, not a sum


class UnknownItemError(UserError):
    """An item that the space does not have, with what it may have been meant to be."""

    def __init__(self, item: str, space: Space, hint: str = "") -> None:
        self.item = item
        self.suggestions = tuple(near_spellings(space.table.column(ITEM), item))
        if self.suggestions:
            hint = f"Did you mean {', '.join(self.suggestions)}?"
        super().__init__(
            "Item not in this space",
            f'"{item}" is not among {space.n:,} item{"s" if space.n != 1 else ""}.',
            hint or "Check the spelling, or name a row such as #0.",
        )


@dataclass(frozen=True, slots=True)
class Term:
    """One item of a query, added (sign 1) or taken away (sign -1).

    A word that is no item has a `vector` (d,) of its own, made of its subwords, and the index -1.
    """

    index: int
    sign: int = 1
    vector: Vector | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was understood: the items it is made of, and what was noticed on the way."""

    text: str
    terms: tuple[Term, ...]
    notes: tuple[str, ...] = ()

    @property
    def inputs(self) -> NDArray[np.int64]:
        """The rows it is made of, sorted, each once."""
        rows = [term.index for term in self.terms if term.vector is None]
        return np.unique(np.array(rows, np.int64))

    @property
    def is_sum(self) -> bool:
        """Whether it is more than one item as it is."""
        return len(self.terms) != 1 or self.terms[0].sign != 1


@dataclass(frozen=True, slots=True)
class Found:
    """The row that a text names, and what was noticed; an empty note says nothing.

    For a word that is no item it is -1, and `vector` is what its subwords make of it.
    """

    index: int
    note: str = ""
    vector: Vector | None = field(default=None, compare=False)


class _Token(NamedTuple):
    text: str
    start: int
    end: int


def parse_query(text: str, space: Space, *, ignore_case: bool = False) -> Query:
    """Return what a text means in a space.

    The whole text is tried first as an item, then as a row: ``#17`` is the row whose index is 17,
    counted from 0 as results report it. Then it is read as a sum of items or rows with ``+``, ``-``
    or ``−`` between spaces, and a sign in front if wanted; an item may itself hold spaces and
    signs, and the longest item that fits is taken. Of several rows with the same item the first is
    used. A word that is no item is made of its subwords, where the space has them.

    Parameters
    ----------
    ignore_case
        An item that the space does not have as it is written stands for the first one that differs
        from it in case alone.

    Raises
    ------
    UnknownItemError
        Naming the item that the space does not have.
    UserError
        When there is no such row, or a sum ends in a sign.
    """
    found = _exact(text, space)
    if found is None:
        stripped = text.strip()
        tokens = [_Token(m.group(), m.start(), m.end()) for m in re.finditer(r"\S+", stripped)]
        n_signs = sum(token.text in SIGNS for token in tokens)
        if len(tokens) > 1 and 0 < n_signs <= _MOST_SIGNS:
            return _parse_sum(text, stripped, tokens, space, ignore_case)
        found = _otherwise(stripped, space, ignore_case)
    return Query(text, (Term(found.index, 1, found.vector),), _said([found]))


def find_item(text: str, space: Space, *, ignore_case: bool = False) -> Found:
    """Return the row that a text names, as an item or as ``#17``; never a sum.

    Raises
    ------
    UserError
        When the space has no such item or row.
    """
    return _exact(text, space) or _variant(text.strip(), space, ignore_case)


def find_input(text: str, space: Space, *, ignore_case: bool = False) -> Found:
    """Return the row that a text names, or the vector that its subwords make.

    Raises
    ------
    UserError
        When the space has no such item or row, and no subwords for it.
    """
    return _exact(text, space) or _otherwise(text.strip(), space, ignore_case)


def _said(found: list[Found]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.note for one in found if one.note))


def _exact(text: str, space: Space) -> Found | None:
    """Find an item as it is written, with spaces around it or without, or a row ``#17``."""
    for candidate in dict.fromkeys((text, text.strip())):
        index = space.items.index_of(candidate)
        if index >= 0:
            return Found(index, _repeat_note(candidate, index, space))
    return _numbered(text.strip(), space)


def _numbered(text: str, space: Space) -> Found | None:
    if not re.fullmatch(r"#[0-9]+", text):
        return None
    number = text[1:].lstrip("0") or "0"
    if len(number) > len(str(space.n)) or int(number) >= space.n:
        raise UserError(
            "Row not in this space",
            f"{text} is not among {space.n:,} rows.",
            f"Rows are counted from 0: choose #0 to #{space.n - 1}.",
        )
    return Found(int(number))


def _variant(text: str, space: Space, ignore_case: bool) -> Found:
    """Find the first item that differs in case alone, where that is wanted."""
    if ignore_case:
        lowered = pc.utf8_lower(space.table.column(ITEM))
        index = int(pc.index(lowered, pa.scalar(text.lower(), lowered.type)).as_py())
        if index >= 0:
            return Found(index, f"“{text}” is not in this space; “{space.items[index]}” is used.")
    raise UnknownItemError(text, space, _spacing_hint(text, space))


def _otherwise(text: str, space: Space, ignore_case: bool) -> Found:
    """Find what is no item as it is written: a variant of it, or a word made of subwords."""
    try:
        return _variant(text, space, ignore_case)
    except UnknownItemError:
        composed = None if space.subwords is None else space.subwords.compose(text)
        if composed is None:
            raise
    count = composed.n_subwords
    made_of = f"{count:,} subword{'s' if count != 1 else ''}"
    note = f"“{text}” is not in this space; its vector is composed from {made_of}."
    return Found(-1, note, composed.vector)


def _repeat_note(item: str, index: int, space: Space) -> str:
    rest = space.table.column(ITEM).slice(index + 1)
    if pc.index(rest, pa.scalar(item, rest.type)).as_py() < 0:
        return ""
    return f"“{item}” names several rows; the first, #{index}, is used."


def _spacing_hint(text: str, space: Space) -> str:
    """Return a hint where the text is a sum of items without spaces around its signs."""
    parts = [part.strip() for part in re.split(r"([+\-−])", text) if part.strip()]
    names = {part for part in parts if part not in SIGNS}
    is_sum = 3 <= len(parts) <= 2 * _MOST_SIGNS and len(names) > 1
    if not is_sum or len(first_rows(space, names)) < len(names):
        return ""
    return f"Put spaces around the signs: {' '.join(parts)}."


def _parse_sum(
    text: str, stripped: str, tokens: list[_Token], space: Space, ignore_case: bool
) -> Query:
    spans = _spans(stripped, tokens)
    rows = first_rows(space, {span for options in spans.values() for _, span in options})
    at, sign = 0, 1
    if tokens[0].text in SIGNS and not any(span in rows for _, span in spans[0]):
        at, sign = 1, SIGNS[tokens[0].text]
    terms: list[Term] = []
    found: list[Found] = []
    while True:
        # The longest item that fits, or else the shortest text, which is then not known as written.
        end, span = next((option for option in spans[at] if option[1] in rows), spans[at][-1])
        found.append(find_input(span, space, ignore_case=ignore_case))
        terms.append(Term(found[-1].index, sign, found[-1].vector))
        if end == len(tokens):
            return Query(text, tuple(terms), _said(found))
        at, sign = end + 1, SIGNS[tokens[end].text]
        if at == len(tokens):
            raise UserError(
                "Sum without an end",
                f'"{stripped}" ends in a sign.',
                "Name the item to add or take away, as in king - man + woman.",
            )


def _spans(stripped: str, tokens: list[_Token]) -> dict[int, list[tuple[int, str]]]:
    """Return, for each token where a term may start, where it may end and its text, longest first.

    A term starts at the beginning or after a sign and ends before a sign or at the end.
    """
    signs = [number for number, token in enumerate(tokens) if token.text in SIGNS]
    ends = [len(tokens), *reversed(signs)]
    starts = [0, *(number + 1 for number in signs if number + 1 < len(tokens))]
    return {
        start: [
            (end, stripped[tokens[start].start : tokens[end - 1].end])
            for end in ends
            if end > start
        ]
        for start in starts
    }


def first_rows(space: Space, wanted: set[str]) -> dict[str, int]:
    """Return the first row of each wanted item that the space has, in one pass over the items."""
    column = space.table.column(ITEM)
    names = sorted(wanted)
    codes = pc.index_in(column, value_set=pa.array(names, column.type))
    found = pc.indices_nonzero(pc.is_valid(codes)).to_numpy()
    present = codes.take(pa.array(found)).to_numpy()
    numbers, firsts = np.unique(present, return_index=True)
    return {names[int(number)]: int(found[at]) for number, at in zip(numbers, firsts, strict=True)}
