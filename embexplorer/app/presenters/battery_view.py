"""What is shown of a probe battery: a row for each cell of its table, and its heat map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from embexplorer.app.presenters.bias_pictures import figure_text
from embexplorer.app.presenters.bias_view import how_tested, p_figure, p_text
from embexplorer.operations.probe_battery import Cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embexplorer.operations.probe_battery import Battery

COLUMNS = (
    "Space", "Probe", "Item sets", "Value", "Effect size", "p", "p, Holm", "p, BH", "Used",
    "No number because",
)  # fmt: skip
COLUMN_TIPS = (
    "", "", "", "The number of the probe.", "", "Of this probe alone.",
    "Adjusted over all tests of the battery by Holm.",
    "Adjusted over all tests of the battery by Benjamini and Hochberg.",
    "Items that the space has, of those asked for.", "",
)  # fmt: skip
NUMBERS = range(3, 9)  # columns that are set to the right
NONE = "no number"


@dataclass(frozen=True, slots=True, eq=False)
class BatteryRow:
    """A cell as a row.

    Parameters
    ----------
    texts, tips
        One for each of `COLUMNS`.
    keys
        What each column sorts by; None, where there is nothing, comes last.
    """

    cell: Cell
    texts: tuple[str, ...]
    tips: tuple[str, ...]
    keys: tuple[str | float | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class HeatCell:
    """A number in the heat map.

    Parameters
    ----------
    text
        The number; empty where there is none.
    share
        -1..1, of the largest magnitude that its probe has in the battery; None where there is no
        number.
    tip
        What it is and how it was found, or why there is no number.
    """

    cell: Cell
    text: str
    share: float | None
    tip: str


@dataclass(frozen=True, slots=True, eq=False)
class HeatView:
    """A battery as a picture: a row for each sets and probe, a column for each space.

    `scale` says what colors mean; `spoken` is the picture in words.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[HeatCell, ...], ...]
    scale: str
    spoken: str


def rows_of(battery: Battery, titles: Mapping[str, str]) -> tuple[BatteryRow, ...]:
    """Return a row for each cell; `titles` are those of the probes by id."""
    return tuple(_row(cell, titles) for cell in battery.cells)


def sorted_rows(
    rows: tuple[BatteryRow, ...], column: int, *, is_descending: bool
) -> tuple[BatteryRow, ...]:
    """Return rows by one column; those that have nothing there come last either way."""
    filled = [row for row in rows if row.keys[column] is not None]
    filled.sort(key=lambda row: row.keys[column], reverse=is_descending)  # type: ignore[arg-type,return-value]  # one kind in a column
    return (*filled, *(row for row in rows if row.keys[column] is None))


def heat_of(battery: Battery, titles: Mapping[str, str]) -> HeatView:
    """Return the heat map; each probe has a scale of its own, as their numbers differ in kind."""
    largest: dict[str, float] = {}
    for one in battery.cells:
        if one.value is not None:
            largest[one.probe] = max(largest.get(one.probe, 0.0), abs(one.value))
    grid = battery.grid
    spaces = dict.fromkeys(one.space_id for one in battery.cells)
    by_place = {(one.sets, one.probe, one.space_id): one for one in battery.cells}
    cells = tuple(
        tuple(_heat_cell(by_place[(*row, space)], largest, titles) for space in spaces)
        for row in grid.rows
    )
    scales = [f"{figure_text(most, most)} of {titles[key]}" for key, most in largest.items()]
    named = tuple(f"{sets} · {titles[probe]}" for sets, probe in grid.rows)
    return HeatView(
        named, grid.columns, cells, _scale_text(scales), _spoken(named, grid.columns, cells)
    )


def _scale_text(scales: list[str]) -> str:
    if not scales:
        return "There is no number to color."
    return (
        "Gray is 0; the color of a probe is full at its largest magnitude: "
        f"{', '.join(scales)}. Hatched: no number."
    )


def _spoken(
    rows: tuple[str, ...], columns: tuple[str, ...], cells: tuple[tuple[HeatCell, ...], ...]
) -> str:
    said = []
    for row, line in zip(rows, cells, strict=True):
        numbers = [f"{name} {one.text or NONE}" for name, one in zip(columns, line, strict=True)]
        said.append(f"{row}: {', '.join(numbers)}")
    return f"{'; '.join(said)}."


def _heat_cell(cell: Cell, largest: Mapping[str, float], titles: Mapping[str, str]) -> HeatCell:
    head = f"{cell.space_name} · {cell.sets} · {titles[cell.probe]}"
    if cell.value is None:
        return HeatCell(cell, "", None, f"{head}\n{_reason(cell)}")
    most, figure = largest[cell.probe], figure_text(cell.value, cell.value)
    lines = [f"{head}: {figure}", *filter(None, (_p_tip(cell), _used_tip(cell)))]
    return HeatCell(cell, figure, cell.value / most if most else 0.0, "\n".join(lines))


def _row(cell: Cell, titles: Mapping[str, str]) -> BatteryRow:
    found = None if cell.result is None else cell.result.found
    effect = None if found is None else found.effect_size
    ps = (cell.p_value, cell.p_holm, cell.p_benjamini_hochberg)
    coverage = () if cell.result is None else cell.result.coverage
    used, asked = sum(len(one.used) for one in coverage), sum(len(one.asked) for one in coverage)
    reason = _reason(cell) if cell.value is None else ""
    names = (cell.space_name, titles[cell.probe], cell.sets)
    how = "" if cell.result is None else cell.result.how
    texts = (
        *names,
        *("" if value is None else figure_text(value, value) for value in (cell.value, effect)),
        *("" if p is None else p_figure(p) for p in ps),
        f"{used:,} of {asked:,}" if asked else "",
        reason,
    )
    tips = ("", "", "", how, how, *(_p_tip(cell) for _ in ps), _used_tip(cell), reason)
    keys = (
        *(name.casefold() for name in names),
        cell.value,
        effect,
        *ps,
        used / asked if asked else None,
        reason or None,
    )
    return BatteryRow(cell, texts, tuple(tips), keys)


def _reason(cell: Cell) -> str:
    return cell.error or "This probe has no number for these sets."


def _p_tip(cell: Cell) -> str:
    if cell.result is None or cell.p_value is None:
        return ""
    said = [f"{p_text(cell.p_value)}, {how_tested(cell.result)}".removesuffix(", ")]
    if cell.p_holm is not None and cell.p_benjamini_hochberg is not None:
        said.append(f"by Holm {p_figure(cell.p_holm)}")
        said.append(f"by Benjamini and Hochberg {p_figure(cell.p_benjamini_hochberg)}")
    return "; ".join(said)


def _used_tip(cell: Cell) -> str:
    coverage = () if cell.result is None else cell.result.coverage
    return "; ".join(
        f"{one.key} uses {len(one.used):,} of {len(one.asked):,} items" for one in coverage
    )
