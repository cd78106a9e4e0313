"""Whether the files that arrays are mapped from still hold them.

Touching a mapped page that its file has lost ends the whole process, and no handler can mend that.
So it is asked for before work that goes through all of a space.
"""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable


def check_whole(values: Iterable[Any]) -> None:
    """Refuse work on spaces and arrays among `values` whose file became shorter.

    Raises
    ------
    UserError
        Naming the file.
    """
    for value in values:
        array = getattr(value, "vectors", value)
        if is_cut(array):
            place = Path(str(getattr(array, "filename", None) or "its file"))
            named = f"{place.parent.name}/{place.name}"
            raise UserError(
                "Vectors were cut off",
                f"{named}, where the vectors lie, became shorter while it was in use. Nothing was "
                "computed from it.",
                "Open the file again; another program must not write into the cache.",
            )


def is_cut(array: Any) -> bool:
    """Return whether an array is mapped from a file that has become shorter than what is mapped."""
    place = array
    while isinstance(place, np.ndarray):
        place = place.base
    if not isinstance(place, mmap.mmap):
        return False
    try:
        return place.size() < len(place)
    except (OSError, ValueError):  # it is gone for good, or closed
        return True
