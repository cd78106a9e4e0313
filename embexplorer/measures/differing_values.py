"""Which values of the columns set a selection of rows apart from the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.core.space import ITEM, TEXT
from embexplorer.measures.expression.columns import kind_of, plain_values
from embexplorer.measures.overrepresented import checked_rows, nothing_to_compare
from embexplorer.measures.significance import Test, association, false_discovery, rank_test

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

_ALWAYS_GROUPS = 20  # with so few different texts a column holds groups, not names
_LARGE = 1e300  # sums of larger numbers leave float64


@dataclass(frozen=True, slots=True)
class ValueDifference:
    """One value of a column of groups, in the selection against the rest.

    Parameters
    ----------
    column, value
        Which; the value None stands for a missing one.
    n_in, n_out
        How many have the value.
    share_in, share_out
        The same as shares of those whose value is known; for None, of all.
    effect
        The risk difference, `share_in` - `share_out`: -1..1.
    p, q
        Two-sided p, and corrected over all values of all columns.
    test
        What p comes from.
    """

    column: str
    value: str | None
    n_in: int
    n_out: int
    share_in: float
    share_out: float
    effect: float
    p: float
    q: float
    test: Test


@dataclass(frozen=True, slots=True)
class NumberDifference:
    """A column of numbers or dates, in the selection against the rest.

    Parameters
    ----------
    column
        Which.
    n_in, n_out
        How many values are known and finite.
    missing_in, missing_out
        How many are not.
    mean_in, mean_out
        Means of the known values; of dates in seconds since 1970 on the clock of the column.
    effect
        Cliff's delta: the share of pairs in which the selected value is larger, less the share in
        which it is smaller; -1..1.
    p, q
        Two-sided p, and corrected over all values of all columns.
    test
        What p comes from.
    is_date
        Whether the values are dates.
    """

    column: str
    n_in: int
    n_out: int
    missing_in: int
    missing_out: int
    mean_in: float
    mean_out: float
    effect: float
    p: float
    q: float
    test: Test = "Mann-Whitney"
    is_date: bool = False


Difference: TypeAlias = ValueDifference | NumberDifference


@dataclass(frozen=True, slots=True)
class ValueDifferences:
    """Values by p, then by the size of the effect, in either direction.

    `n_tested` is the family over which q is corrected; `notes` name the columns that could not be
    compared, and why.
    """

    values: tuple[Difference, ...]
    n_in: int
    n_out: int
    n_tested: int
    notes: tuple[str, ...] = ()


def values_of(
    table: pa.Table,
    rows: NDArray[np.int64],
    columns: Sequence[str] | None = None,
    *,
    n: int | None = None,
) -> ValueDifferences:
    """Return how the values of the columns differ between the selected rows and the rest.

    Columns of texts and of true and false are compared value by value: the risk difference, with
    Fisher's exact or the chi-square test. Columns of numbers and dates are compared as a whole:
    Cliff's delta, with the Mann-Whitney test. Where a column has missing values, their share is
    compared as well. All q are corrected over one family: every value of every column.

    Parameters
    ----------
    rows
        The selected rows, in any order; duplicates count once.
    columns
        Names of columns; None takes all but the items and their texts.
    n
        Only the first so many; q is corrected over all even so.

    References
    ----------
    `association`, `rank_test` and `false_discovery` name the tests.
    """
    selected = checked_rows(rows, table.num_rows)
    size_in, size_out = len(selected), table.num_rows - len(selected)
    note = nothing_to_compare(size_in, size_out)
    if note:
        return ValueDifferences((), size_in, size_out, 0, (note,))
    is_in = np.zeros(table.num_rows, bool)
    is_in[selected] = True
    found: list[Difference] = []
    notes: list[str] = []
    names = [name for name in table.column_names if name not in (ITEM, TEXT)]
    for name in names if columns is None else columns:
        column = table.column(table.schema.get_all_field_indices(name)[0])
        tested, column_notes = _column_differences(name, column, is_in)
        found += tested
        notes += column_notes
    ranked = _ranked(found, n)
    return ValueDifferences(ranked, size_in, size_out, len(found), tuple(notes))


def _ranked(found: list[Difference], n: int | None) -> tuple[Difference, ...]:
    p = np.array([one.p for one in found], np.float64)
    effects = np.array([one.effect for one in found], np.float64)
    q = false_discovery(p)
    order = np.lexsort((-np.abs(effects), p))[:n]  # stable: ties stay in the order of the columns
    return tuple(replace(found[i], q=float(q[i])) for i in order)


def _column_differences(
    name: str, column: pa.ChunkedArray, is_in: NDArray[np.bool_]
) -> tuple[list[Difference], list[str]]:
    """Return what was tested in a column, its q still open, and why something was not."""
    kind = kind_of(column.type)
    try:
        values = plain_values(column)
    except pa.ArrowInvalid as error:
        return [], [f"Column {name} was not compared: {error}"]
    if kind == "other":
        return [], [f"Column {name} was not compared: it holds {column.type}."]
    is_known = pc.is_valid(values).to_numpy().astype(bool)
    if kind in ("number", "date"):
        numbers = _numbers(values, is_known)
        is_known &= np.isfinite(numbers)
    missing = list(_missing(name, is_known, is_in))
    note = _why_not(name, is_known, is_in)
    if note:
        return [*missing], [note]
    if kind in ("number", "date"):
        tested, note = _number_difference(name, numbers, is_known, is_in, is_date=kind == "date")
    else:
        tested, note = _group_differences(name, values, is_known, is_in)
    return [*tested, *missing], [note] if note else []


def _why_not(name: str, is_known: NDArray[np.bool_], is_in: NDArray[np.bool_]) -> str:
    for side, where in (("selection", is_in), ("rest", ~is_in)):
        if not (is_known & where).any():
            return f"Column {name} was not compared: it has no known value in the {side}."
    return ""


def _missing(
    name: str, is_known: NDArray[np.bool_], is_in: NDArray[np.bool_]
) -> Iterator[ValueDifference]:
    """Yield how often the value is missing, where some are and some are not."""
    if is_known.all() or not is_known.any():
        return
    n_in = np.array([np.count_nonzero(~is_known & is_in)])
    n_out = np.array([np.count_nonzero(~is_known & ~is_in)])
    yield from _differences(name, [None], n_in, n_out, int(is_in.sum()), int((~is_in).sum()))


def _group_differences(
    name: str, values: pa.ChunkedArray, is_known: NDArray[np.bool_], is_in: NDArray[np.bool_]
) -> tuple[Sequence[Difference], str]:
    encoded = values.dictionary_encode().combine_chunks()
    groups = encoded.dictionary.to_pylist()
    n_known = int(is_known.sum())
    if len(groups) == 1:
        return [], f"Column {name} was not compared: all its values are equal."
    if len(groups) > max(_ALWAYS_GROUPS, n_known // 2):
        return [], (
            f"Column {name} was not compared: {len(groups):,} different texts in {n_known:,} items "
            "are names, not groups."
        )
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    n_in = np.bincount(codes[is_known & is_in], minlength=len(groups))
    n_out = np.bincount(codes[is_known & ~is_in], minlength=len(groups))
    shown: list[str | None] = [str(group) for group in groups]
    if kind_of(values.type) == "boolean":  # what is not true is false: one test, not two
        is_true = np.array(groups, bool)
        n_in, n_out, shown = n_in[is_true], n_out[is_true], ["true"]
    size_in = int((is_known & is_in).sum())
    return _differences(name, shown, n_in, n_out, size_in, n_known - size_in), ""


def _differences(
    name: str,
    values: list[str | None],
    n_in: NDArray[np.int64],
    n_out: NDArray[np.int64],
    size_in: int,
    size_out: int,
) -> list[ValueDifference]:
    found = association(n_in, n_out, size_in, size_out)
    share_in, share_out = n_in / size_in, n_out / size_out
    return [
        ValueDifference(
            name,
            value,
            int(n_in[i]),
            int(n_out[i]),
            float(share_in[i]),
            float(share_out[i]),
            float(share_in[i] - share_out[i]),
            float(found.p[i]),
            1.0,
            "Fisher" if found.is_exact[i] else "chi-square",
        )
        for i, value in enumerate(values)
    ]


def _number_difference(
    name: str,
    numbers: NDArray[np.float64],
    is_known: NDArray[np.bool_],
    is_in: NDArray[np.bool_],
    *,
    is_date: bool,
) -> tuple[Sequence[Difference], str]:
    known, known_in = numbers[is_known], is_in[is_known]
    if (known == known[0]).all():
        return [], f"Column {name} was not compared: all its values are equal."
    test = rank_test(known, known_in)
    difference = NumberDifference(
        name,
        int(known_in.sum()),
        int((~known_in).sum()),
        int((~is_known & is_in).sum()),
        int((~is_known & ~is_in).sum()),
        _mean(known[known_in]),
        _mean(known[~known_in]),
        test.delta,
        test.p,
        1.0,
        is_date=is_date,
    )
    return [difference], ""


def _numbers(values: pa.ChunkedArray, is_known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return numbers, or dates in seconds since 1970, as float64; NaN where missing."""
    if pa.types.is_timestamp(values.type):
        microseconds = values.cast(pa.int64()).fill_null(0).to_numpy()
        return np.where(is_known, microseconds / 1e6, np.nan)
    numbers: NDArray[np.float64] = values.cast(pa.float64(), safe=False).to_numpy()
    return numbers


def _mean(values: NDArray[np.float64]) -> float:
    largest = float(np.abs(values).max())
    if largest > _LARGE:
        return float((values / largest).mean() * largest)
    return float(values.mean())
