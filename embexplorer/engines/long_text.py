"""How a text that is longer than a model reads is split into parts that fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

TokenCount = Callable[[Sequence[str]], list[int]]

_WORD = re.compile(r"\S+")


def split_text(text: str, count: TokenCount, limit: int) -> list[str]:
    """Return consecutive parts of a text, each of at most `limit` tokens.

    Parts end between words; a word that alone is too long is halved. Parts are as long as they can
    be, so that each keeps as much context as the model can read.

    Parameters
    ----------
    text
        The text to split; it comes back whole where it fits.
    count
        Returns the number of tokens of each of some texts, special tokens left out.
    limit
        Tokens that a part may have, at least 1.
    """
    if len(text) < 2 or count([text])[0] <= limit:
        return [text]
    spans = [match.span() for match in _WORD.finditer(text)]
    if len(spans) < 2:
        middle = len(text) // 2
        parts = [text[:middle], text[middle:]]
    else:
        sizes = count([text[start:end] for start, end in spans])
        groups = _packed(sizes, limit)
        if len(groups) == 1:  # words take more tokens together than one by one
            groups = [(0, len(spans) // 2), (len(spans) // 2, len(spans))]
        parts = [text[spans[first][0] : spans[end - 1][1]] for first, end in groups]
    return [piece for part in parts for piece in split_text(part, count, limit)]


def _packed(sizes: Sequence[int], limit: int) -> list[tuple[int, int]]:
    """Return (first, end) of runs of words whose sizes add up to at most `limit`."""
    groups = []
    first = total = 0
    for index, size in enumerate(sizes):
        if index > first and total + size > limit:
            groups.append((first, index))
            first, total = index, 0
        total += size
    groups.append((first, len(sizes)))
    return groups
