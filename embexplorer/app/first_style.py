"""How the map of a space is drawn until a person chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.app.appearance import default_column
from embexplorer.app.style import ITEM_NAMES, Style
from embexplorer.core.space import TEXT

if TYPE_CHECKING:
    from embexplorer.core.space import Space

LOOKED_AT = 1_000  # items that tell what all are like
WORD_LENGTH = 24  # characters of a word or a short phrase
MOSTLY = 0.8


def first_style(space: Space) -> Style:
    """Return a style that colors by the first categories and names items where they are words."""
    return Style(color_by=default_column(space), labels=ITEM_NAMES if _has_words(space) else "")


def _has_words(space: Space) -> bool:
    """Return whether items are words or short phrases, of which hardly any comes twice."""
    if TEXT in space.table.column_names:
        return False
    items = space.items.take(np.arange(min(space.n, LOOKED_AT)))
    words = {item for item in items if _is_word(item)}
    return len(words) >= MOSTLY * len(items)


def _is_word(item: str) -> bool:
    """Return whether something may be read at a glance, which no number or file name can."""
    return (
        len(item) <= WORD_LENGTH and any(map(str.isalpha, item)) and not any(map(str.isdigit, item))
    )
