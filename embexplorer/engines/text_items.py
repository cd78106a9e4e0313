"""How long texts become items: a short label for each, the full text beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from embexplorer.core.space import ITEM, TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LABEL_LENGTH = 80  # characters of a text that its label shows


def label_of(text: str) -> str:
    """Return a text on one line, cut behind a word to at most `LABEL_LENGTH` characters."""
    line = " ".join(text[: 8 * LABEL_LENGTH].split())
    if len(line) <= LABEL_LENGTH:
        return line
    cut = line[: LABEL_LENGTH - 1]
    words = cut.rpartition(" ")[0]
    return f"{words if len(words) > LABEL_LENGTH // 2 else cut}…"


def table_of_texts(
    texts: Sequence[str],
    columns: Mapping[str, Any] | None = None,
    items: Sequence[str] | None = None,
) -> pa.Table:
    """Return the table of a corpus: items, then the full texts where one is not its own item.

    Parameters
    ----------
    texts
        n texts.
    columns
        Further columns, n values each.
    items
        Labels; None makes them from the texts.
    """
    labels = [label_of(text) for text in texts] if items is None else list(items)
    arrays: dict[str, Any] = {ITEM: pa.array(labels, pa.large_string())}
    if any(label != text for label, text in zip(labels, texts, strict=True)):
        arrays[TEXT] = pa.array(texts, pa.large_string())
    arrays.update(columns or {})
    return pa.table(arrays)


def left_out_texts_note(count: int, what: str, first: str) -> str:
    """Return the note on texts that are empty."""
    noun = what if count == 1 else f"{what}s"
    return f"{count:,} {noun} without text {'was' if count == 1 else 'were'} left out ({first})."
