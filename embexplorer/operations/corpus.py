"""What of a corpus is to be encoded: each different text once, and where it belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.core.errors import UserError
from embexplorer.core.space import ITEM, TEXT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.space import Space, Texts


class Corpus:
    """The texts to encode, each different one once.

    `texts` are the different texts in the order of their first item, `row_of` (n,) the row in
    `texts` of each item, `times` (m,) how many items have each text.
    """

    def __init__(self, texts: Texts | Space) -> None:
        rows: dict[str, int] = {}
        found = [rows.setdefault(text, len(rows)) for text in _texts_of(texts)]
        if not found:
            raise UserError(
                "Nothing to encode", f"“{texts.name}” has no items.", "Choose a file with texts."
            )
        self.texts = list(rows)
        self.row_of = np.array(found, np.int64)
        self.times = np.bincount(self.row_of, minlength=len(rows))

    @property
    def n(self) -> int:
        """Number of items."""
        return len(self.row_of)

    @property
    def n_repeated(self) -> int:
        """Number of items whose text is that of an earlier item."""
        return self.n - len(self.texts)

    @property
    def first_item(self) -> NDArray[np.int64]:
        """(m,) the first item that has each text."""
        first: NDArray[np.int64] = np.unique(self.row_of, return_index=True)[1]
        return first

    @property
    def n_empty(self) -> int:
        """Number of items whose text has no visible character."""
        return sum(
            int(times)
            for text, times in zip(self.texts, self.times, strict=True)
            if not text.strip()
        )

    def sample(self, size: int) -> list[str]:
        """Return up to `size` of the texts, of all lengths, longest first."""
        ordered = sorted(self.texts, key=len, reverse=True)
        picked = np.linspace(0, len(ordered) - 1, min(size, len(ordered))).round().astype(int)
        return [ordered[index] for index in picked]


def _texts_of(texts: Texts | Space) -> list[str]:
    """Return the full text of each item; its label where there is no longer text."""
    table = texts.table
    column = table.column(ITEM)
    if TEXT in table.column_names:
        longer = table.column(TEXT)
        kind = longer.type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            raise UserError(
                "The texts are not text",
                f"The column “{TEXT}” of “{texts.name}” holds {kind}.",
                "Choose the column that holds the texts.",
            )
        column = pc.coalesce(longer.cast(pa.large_string()), column.cast(pa.large_string()))
    found: list[str] = column.to_pylist()
    return found
