"""Columns as numbers: which columns are, dates as seconds, and how such a number reads."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from embexplorer.app.wording import MINUS

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHORT = 10_000  # below it no comma: 2015 may be a year
LONG = 1e9  # from here on powers of ten
DAY = 86_400.0


def is_date(kind: pa.DataType) -> bool:
    """Return whether a column of this type holds days or moments."""
    return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))


def are_numbers(kind: pa.DataType) -> bool:
    """Return whether a column of this type has a number for each item; dates have."""
    types = pa.types
    return (
        types.is_floating(kind) or types.is_integer(kind) or types.is_decimal(kind) or is_date(kind)
    )


def numbers_of(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """Return (n,) numbers of a column, NaN where it has none that is finite.

    A date is the seconds since 1970 began, by UTC.
    """
    kind = column.type
    if is_date(kind):
        zone = getattr(kind, "tz", None)
        micros = column.cast(pa.timestamp("us", zone), safe=False).cast(pa.int64())
        return _filled(micros) / 1e6
    values = _filled(column)
    values[~np.isfinite(values)] = np.nan
    return values


def _filled(column: pa.ChunkedArray) -> NDArray[np.float64]:
    # Not "safe": a whole number above 2^53 loses digits that no color can show.
    floats = column.cast(pa.float64(), safe=False).fill_null(math.nan)
    return np.array(floats.to_numpy(), np.float64)


def number_text(value: float) -> str:
    """Return a number with about five digits: ``60,214``, ``0.12346``, ``−2.5``, ``1.2e+12``."""
    size = abs(value)
    if SHORT <= size < LONG:
        text = f"{value:,.0f}"
    elif size >= LONG or 0 < size < 1e-4:
        text = f"{value:.3g}"
    else:
        text = f"{value:.5g}"
    return "0" if text == "-0" else text.replace("-", MINUS, 1) if value < 0 else text


def date_text(seconds: float, span: float) -> str:
    """Return ``2025-03-14``, with the time of day where all dates span less than two days."""
    moment = np.datetime64(round(seconds), "s")
    if span >= 2 * DAY:
        return str(moment.astype("datetime64[D]"))
    return str(moment.astype("datetime64[m]")).replace("T", " ")


def read_number(text: str) -> float | None:
    """Return the number that a person wrote, or None: ``60,214``, ``−2.5``, ``1e3``."""
    plain = text.strip().replace(MINUS, "-").replace(",", "").replace("\N{NO-BREAK SPACE}", "")
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def read_date(text: str) -> float | None:
    """Return the seconds of a date that a person wrote, such as ``2025-03-14 10:30``, or None.

    A year or a month stands for its first day.
    """
    plain = text.strip()
    if plain.replace("-", "").isdigit():
        plain += {4: "-01-01", 7: "-01"}.get(len(plain), "")
    try:
        moment = dt.datetime.fromisoformat(plain)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return moment.timestamp()
