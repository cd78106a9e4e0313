"""Small JSON files that describe a folder: read whole, held against the kind they should be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from embexplorer.core.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

J = TypeVar("J", dict[str, Any], list[Any])

LONGEST = 1 << 28  # bytes; the largest vocabularies take a tenth of this


def read_json(path: Path, kind: type[J]) -> J:
    """Return the object or the list that a JSON file holds.

    Raises
    ------
    UserError
        When it is missing, too long, not JSON, or of the other kind.
    """
    if not path.is_file():
        raise UserError("A file is missing", f"There is no {path}.", "Get the whole folder again.")
    size = path.stat().st_size
    if size > LONGEST:
        raise UserError(
            "The JSON file is too large",
            f"{path} has {size / 1e6:,.0f} MB; up to {LONGEST / 1e6:,.0f} MB are read.",
            "Check that it is the right folder.",
        )
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise _damaged(path, str(error)) from error
    if not isinstance(content, kind):
        raise _damaged(path, "it holds no object" if kind is dict else "it holds no list")
    return content


def _damaged(path: Path, reason: str) -> UserError:
    return UserError("The JSON file is damaged", f"{path}: {reason}.", "Get the whole file again.")
