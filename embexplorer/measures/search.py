"""Which items hold a text: as it is, as a whole word, or as a regular expression."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.core.errors import UserError
from embexplorer.core.space import ITEM, TEXT
from embexplorer.measures.regular import find_fault
from embexplorer.measures.spelling import near_spellings

if TYPE_CHECKING:
    from numpy.typing import NDArray

SearchMode = Literal["substring", "regex", "word"]

# RE2's own \b knows the letters a to z only.
_INSIDE_WORD = r"\pL\pM\pN_"


def find_rows(
    table: pa.Table,
    text: str,
    *,
    column: str | None = None,
    mode: SearchMode = "substring",
    match_case: bool = False,
    limit: int | None = None,
) -> NDArray[np.int64]:
    r"""Return the rows that hold a text, in order; none where the text is empty.

    Parameters
    ----------
    table
        The table of a space or a corpus.
    column
        Where to look; None looks at the items and at their full texts. Numbers, dates and the like
        are searched as they are written.
    mode
        ``word`` finds the text where no letter, digit or underscore of any script is beside it;
        ``regex`` is a regular expression as RE2 knows it.
    match_case
        Whether ``a`` and ``A`` differ.
    limit
        Only the first so many.

    Raises
    ------
    UserError
        When there is no such column, it holds lists, or the regular expression cannot be read; the
        detail names the character.
    """
    if not text:
        return np.empty(0, np.int64)
    _check_text(text, mode)
    names = [name for name in (ITEM, TEXT) if name in table.column_names]
    found: NDArray[np.bool_] = np.zeros(table.num_rows, bool)
    for searched in names if column is None else [column]:
        found |= _holds(_texts(table, searched), text, mode, match_case=match_case)
    return np.flatnonzero(found)[:limit].astype(np.int64)


def _holds(
    texts: pa.ChunkedArray, wanted: str, mode: SearchMode, *, match_case: bool
) -> NDArray[np.bool_]:
    if mode == "substring":
        holds = pc.match_substring(texts, wanted, ignore_case=not match_case)
    else:
        pattern = wanted
        if mode == "word":
            pattern = f"(?:^|[^{_INSIDE_WORD}]){re.escape(wanted)}(?:$|[^{_INSIDE_WORD}])"
        holds = pc.match_substring_regex(texts, pattern, ignore_case=not match_case)
    answer: NDArray[np.bool_] = holds.fill_null(fill_value=False).to_numpy().astype(np.bool_)
    return answer


def _texts(table: pa.Table, name: str) -> pa.ChunkedArray:
    found = table.schema.get_all_field_indices(name)
    if not found:
        near = near_spellings(pa.array(table.column_names, pa.large_string()), name)
        hint = f"Did you mean {', '.join(near)}?" if near else "Choose one of the columns."
        raise UserError("No such column", f"“{name}” is no column.", hint)
    column = table.column(found[0])
    try:
        return column.cast(pa.large_string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid) as error:
        raise UserError(
            "Column holds no texts",
            f"“{name}” holds {column.type}, which cannot be searched.",
            "Choose another column.",
        ) from error


def _check_text(text: str, mode: SearchMode) -> None:
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise UserError("Not a text", "It holds half of a character (a surrogate).", "Remove it.")
    fault = find_fault(text) if mode == "regex" else None
    if fault is not None:
        part = text[fault.position : fault.position + fault.length]
        raise UserError(
            "Not a regular expression",
            f"At character {fault.position + 1}, “{part}”: {fault.reason}.",
            "Mend it, or search for it as plain text.",
        )
