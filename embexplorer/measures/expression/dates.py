"""Which period a written date stands for: a year, a month, a day, a minute, a second or less."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

_DATE = re.compile(
    r"(?P<Y>[0-9]{4})(?:-(?P<M>[0-9]{2})(?:-(?P<D>[0-9]{2})"
    r"(?:[ T](?:[0-9]{2}):(?P<m>[0-9]{2})(?::(?P<s>[0-9]{2})(?:\.(?P<us>[0-9]{1,6}))?)?)?)?)?"
)


@dataclass(frozen=True, slots=True)
class Period:
    """From a moment up to, and without, another."""

    start: np.datetime64
    end: np.datetime64


def period_of(text: str) -> Period | None:
    """Return the period that a date in ISO 8601 stands for, None where it is none."""
    stripped = text.strip()
    match = _DATE.fullmatch(stripped)
    if match is None:
        return None
    unit = [name for name, part in match.groupdict().items() if part is not None][-1]
    try:
        start = np.array([stripped.replace(" ", "T")], f"datetime64[{unit}]")
    except ValueError:  # such as the 31st of June
        return None
    first, after = np.concatenate([start, start + 1]).astype("datetime64[us]")
    return Period(first, after)
