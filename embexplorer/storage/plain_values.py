"""JSON that keeps what Python tells apart: tuples, sets, infinities, keys of any type, arrays."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    PutArray = Callable[[np.ndarray[Any, Any]], Mapping[str, Any]]
    GetArray = Callable[[Mapping[str, Any]], np.ndarray[Any, Any]]

MARK = "$"  # begins the one key of an object that stands for something else
_FLOATS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def to_json(value: Any, put: PutArray) -> Any:
    """Return a value as JSON takes it.

    Parameters
    ----------
    value
        None, truth values, numbers, text, and mappings, lists, tuples, sets and arrays of these.
    put
        Keeps an array, and returns what stands for it.

    Raises
    ------
    TypeError
        For any other value.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"$float": str(value)}
    if isinstance(value, np.ndarray):
        return {"$array": dict(put(value))}
    if isinstance(value, list):
        return [to_json(part, put) for part in value]
    if isinstance(value, tuple):
        return {"$tuple": [to_json(part, put) for part in value]}
    if isinstance(value, set | frozenset):
        return {"$set": [to_json(part, put) for part in sorted(value, key=repr)]}
    if isinstance(value, Mapping):
        return _mapping_to_json(value, put)
    raise TypeError(f"a project cannot keep {type(value).__name__}")


def from_json(value: Any, get: GetArray) -> Any:
    """Return the value that `to_json` made into JSON; `get` returns a kept array.

    Raises
    ------
    ValueError
        When it was not made by `to_json`.
    """
    if isinstance(value, list):
        return [from_json(part, get) for part in value]
    if not isinstance(value, dict):
        return value
    if len(value) != 1 or not next(iter(value)).startswith(MARK):
        return {name: from_json(part, get) for name, part in value.items()}
    ((kind, inner),) = value.items()
    if kind == "$float" and inner in _FLOATS:
        return _FLOATS[inner]
    if kind == "$array" and isinstance(inner, dict):
        return get(inner)
    if isinstance(inner, list):
        parts = [from_json(part, get) for part in inner]
        if kind == "$tuple":
            return tuple(parts)
        if kind == "$set":
            return frozenset(parts)
        if kind == "$pairs":
            return dict(parts)
    raise ValueError(f"{kind} is not known")


def _mapping_to_json(value: Mapping[Any, Any], put: PutArray) -> dict[str, Any]:
    names_are_plain = all(isinstance(name, str) and not name.startswith(MARK) for name in value)
    if names_are_plain:
        return {name: to_json(part, put) for name, part in value.items()}
    pairs = [[to_json(name, put), to_json(part, put)] for name, part in value.items()]
    return {"$pairs": pairs}
