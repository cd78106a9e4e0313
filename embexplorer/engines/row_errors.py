"""What is said of a row that cannot be read: the same words in every format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

T = TypeVar("T")

LEAVE_OUT = "open the file and leave out rows that do not fit"
SHOWN = 40  # characters of a value that a message repeats


@dataclass(frozen=True, slots=True)
class Where:
    """One row as the person finds it: file name, number from 1, and whether that is a line."""

    file: str
    row: int
    is_line: bool = True

    def __str__(self) -> str:
        return f"{self.file}, {'line' if self.is_line else 'row'} {self.row:,}"


def ragged_row(where: Where, count: int, expected: int, said_by: str = "") -> UserError:
    """Return the error of a row with another number of numbers than the rest."""
    rule = f"{said_by} says" if said_by else "the rows before it have"
    return UserError(
        f"Row {where.row:,} has {count:,} {'number' if count == 1 else 'numbers'}",
        f"{where}: {rule} {expected:,}. Nothing was loaded.",
        f"Fix or remove the row, or {LEAVE_OUT}.",
    )


def not_a_number(where: Where, column: str, text: str) -> UserError:
    """Return the error of a value that is no number."""
    if not text.strip():
        return UserError(
            f"No number in row {where.row:,}",
            f"{where}, {column} is empty. Nothing was loaded.",
            f"Fill it, or {LEAVE_OUT}.",
        )
    return UserError(
        f"Not a number in row {where.row:,}",
        f"{where}, {column}: “{shown(text)}”. Nothing was loaded.",
        f"Replace it, or {LEAVE_OUT}.",
    )


def not_finite(where: Where, column: str, text: str) -> UserError:
    """Return the error of a value that is NaN, infinite, or too large for 32 bits."""
    return UserError(
        f"Row {where.row:,} is not finite",
        f"{where}, {column}: “{shown(text)}” is not a finite 32-bit number. Nothing was loaded.",
        f"Replace it, or {LEAVE_OUT}.",
    )


def no_vector(where: Where) -> UserError:
    """Return the error of a row whose vector is missing."""
    return UserError(
        f"Row {where.row:,} has no vector",
        f"{where}: the vector is empty. Nothing was loaded.",
        f"Fill it, remove the row, or {LEAVE_OUT}.",
    )


def ends_early(file: str, promised: int, whole: int, last_line: int | None = None) -> UserError:
    """Return the error of a file with fewer rows than its header promises."""
    if whole:
        at = f" (line {last_line:,})" if last_line else ""
        held = f"the last whole row is row {whole:,}{at}"
    else:
        held = "there is no whole row"
    return UserError(
        "The file ends early",
        f"{file}: its header promises {counted(promised, 'row')}; {held}. Nothing was loaded.",
        "Get the whole file again, or correct the header.",
    )


def left_out_note(count: int, first: Where) -> str:
    """Return the note on rows that were left out."""
    rows = "1 row was" if count == 1 else f"{count:,} rows were"
    return f"{rows} left out: no vector that fits ({first}{' first' if count > 1 else ''})."


def picked(values: Iterable[T], places: Sequence[int]) -> list[T]:
    """Return the values at some places, ascending and counted from 0, in one walk."""
    wanted = iter(places)
    found: list[T] = []
    at = next(wanted, None)
    for number, value in enumerate(values):
        if at is None:
            break
        if number == at:
            found.append(value)
            at = next(wanted, None)
    return found


def shown(text: str) -> str:
    """Return a value short enough for a message, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"
