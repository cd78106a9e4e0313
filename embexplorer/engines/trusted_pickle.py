"""What a pickle holds, read by running it: only content whose hash a person trusts.

To be called in a process of its own (`engines.confined`), which bounds memory and time and nothing
else: what the pickle does, it does with the rights of the person.
"""

from __future__ import annotations

import hashlib
import pickle
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.errors import UserError
from embexplorer.engines.restricted_pickle import Array, Inert

if TYPE_CHECKING:
    from pathlib import Path

_AS_THEY_ARE = (type, FunctionType, BuiltinFunctionType, ModuleType)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content as 64 digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def run_pickle(path: Path, sha256: str) -> Any:
    """Return what a pickle holds once it has run, in the same shape as the restricted reader does.

    Parameters
    ----------
    sha256
        Of the content that is trusted; what is run are the very bytes that were held against it.

    Raises
    ------
    UserError
        When it has another content, is damaged, or needs a program that is not installed.
    """
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise UserError(
            "The file changed meanwhile",
            f"{path.name} no longer has the content that is trusted. Nothing of it was run.",
            "Open it again, and decide anew.",
        )
    try:
        found = pickle.loads(data, encoding="latin1")  # as gensim itself reads it
    except (ImportError, AttributeError) as error:
        raise UserError(
            "A program of this file is missing",
            f"{path.name} was run, but needs what is not installed here: {error}.",
            "Install gensim, and what else it needs, beside embexplorer.",
        ) from error
    return _stand_in(found, {})


def _stand_in(value: Any, seen: dict[int, Any]) -> Any:
    """Return a value of plain parts: objects as `Inert`, arrays as `Array`, single numbers."""
    if id(value) in seen:
        return seen[id(value)]
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        array = Array()
        array.numbers = value if value.dtype.kind in "biuf" else None
        return array
    if isinstance(value, dict):
        made: Any = {}
        seen[id(value)] = made
        made.update((name, _stand_in(part, seen)) for name, part in value.items())
        return made
    if isinstance(value, _AS_THEY_ARE) or not hasattr(value, "__dict__"):
        return value
    kind = type(value)
    named = {"__slots__": (), "is_of": f"{kind.__module__}.{kind.__qualname__}"}
    made = seen[id(value)] = type("Inert", (Inert,), named)()
    made.state = {name: _stand_in(part, seen) for name, part in vars(value).items()}
    return made
