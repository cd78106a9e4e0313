"""Many probes on many item sets and spaces at once, with p adjusted for how many there are."""

from __future__ import annotations

import dataclasses
import re
import time
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.contracts import Probe
from embexplorer.core.errors import UserError
from embexplorer.core.params import as_dict, build
from embexplorer.core.probe_results import ProbeResult
from embexplorer.core.progress import Progress
from embexplorer.measures.significance import false_discovery, family_wise
from embexplorer.operations.find_rows import find_rows, items_of
from embexplorer.operations.item_sets import built_in_sets, find_sets
from embexplorer.operations.probe import as_sets, name_settings, probe
from embexplorer.operations.project import check_seed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from embexplorer.core.item_sets import ItemSets
    from embexplorer.core.space import Space
    from embexplorer.operations.context import Context


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A probe on some sets in a space; without a result, `error` says why.

    `p_holm` and `p_benjamini_hochberg` are its p adjusted over the whole battery.
    """

    space_id: str
    space_name: str
    probe: str
    sets: str
    result: ProbeResult | None
    error: str = ""
    p_holm: float | None = None
    p_benjamini_hochberg: float | None = None

    @property
    def value(self) -> float | None:
        """The headline number."""
        return None if self.result is None else self.result.found.value

    @property
    def p_value(self) -> float | None:
        """The p of this probe alone."""
        return None if self.result is None else self.result.found.p_value


@dataclass(frozen=True, slots=True)
class Grid:
    """A battery as a picture shows it: a row for each sets and probe, a column for each space.

    `values` are the headline numbers, None where there is none.
    """

    rows: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Battery:
    """Many probes that were run; `cells` go by space, then sets, then probe.

    `how` names the probes with their parameters, as it can be copied into a paper.
    """

    cells: tuple[Cell, ...]
    how: str
    seed: int
    seconds: float
    notes: tuple[str, ...]

    @property
    def n_tests(self) -> int:
        """How many cells have a p."""
        return sum(one.p_value is not None for one in self.cells)

    @property
    def grid(self) -> Grid:
        """The headline numbers as rows and columns."""
        rows = tuple(dict.fromkeys((one.sets, one.probe) for one in self.cells))
        spaces = dict.fromkeys((one.space_id, one.space_name) for one in self.cells)
        values = {(one.sets, one.probe, one.space_id): one.value for one in self.cells}
        return Grid(
            rows,
            tuple(name for _, name in spaces),
            tuple(tuple(values[(*row, key)] for key, _ in spaces) for row in rows),
        )


def run_battery(
    spaces: Sequence[Space],
    probes: Sequence[str],
    sets: Sequence[ItemSets | Mapping[str, Any] | str],
    context: Context,
    *,
    params: Mapping[str, Mapping[str, Any]] | None = None,
    ignore_case: bool = False,
    allow_missing: bool = False,
    word_column: str = "",
    seed: int = 0,
    progress: Progress | None = None,
) -> Battery:
    """Run each probe on each of the sets in each space.

    Items are looked up once in each space. A cell that has no number says why and stops nothing.

    Parameters
    ----------
    probes, sets
        Ids of probes; sets as `operations.probe.probe` takes them, of different names.
    params
        Parameters by name, by id of the probe.
    word_column
        For the probes that take one.

    Raises
    ------
    UserError
        When there is nothing to run, or a probe, a setting or a name of sets is unknown.
    CancelledError
        When the person cancelled.
    """
    progress = progress or Progress()
    started = time.perf_counter()
    check_seed(seed)
    params = params or {}
    asked = _different([as_sets(one) for one in sets])
    chosen = [context.registry.get(Probe, one) for one in dict.fromkeys(probes)]
    for plugin in chosen:
        build(plugin.params, params.get(plugin.id, {}))
    n = len(spaces) * len(asked) * len(chosen)
    if not n:
        raise UserError(
            "Nothing to run", "A battery needs spaces, sets and probes.", "Choose some of each."
        )
    every = set[str]().union(*map(items_of, asked))
    cells: list[Cell] = []
    for space in spaces:
        progress.report(len(cells) / n, f"Looking up {len(every):,} items in {space.name}")
        rows = find_rows(space, every, ignore_case=ignore_case)
        for one in asked:
            for plugin in chosen:
                progress.raise_if_cancelled()
                step = progress.part(len(cells) / n, (len(cells) + 1) / n)
                step.report(0.0, f"{len(cells):,} of {n:,}: {plugin.title}, {one.name}")
                cell = Cell(space.id, space.name, plugin.id, one.name, None)
                try:
                    result = probe(
                        space,
                        plugin.id,
                        one,
                        context,
                        params=params.get(plugin.id),
                        ignore_case=ignore_case,
                        allow_missing=allow_missing,
                        word_column="" if plugin.asks.word_column is False else word_column,
                        rows=rows,
                        seed=seed,
                        progress=step,
                    )
                    cells.append(dataclasses.replace(cell, result=result))
                except UserError as error:
                    cells.append(dataclasses.replace(cell, error=str(error)))
    cells = _adjusted(cells)
    named = [
        name_settings(one.title, as_dict(build(one.params, params.get(one.id, {}))))
        for one in chosen
    ]
    how = (
        f"{'; '.join(named)}: {len(spaces):,} spaces, {len(asked):,} item sets, seed {seed}; p "
        "adjusted by Holm and by Benjamini and Hochberg."
    )
    return Battery(tuple(cells), how, seed, time.perf_counter() - started, _notes(cells))


def find_many_sets(names: Sequence[str]) -> list[ItemSets]:
    """Return sets by names, files, beginnings of names (weat) or patterns (weat-*), each once.

    Raises
    ------
    UserError
        When a name means nothing.
    """
    built_in = built_in_sets()
    found: dict[str, ItemSets] = {}
    for name in names:
        fits = [key for key in built_in if key.startswith(f"{name}-") or fnmatch(key, name)]
        if name in built_in or not fits or Path(name).is_file():
            found[name] = find_sets(name)
        else:
            found |= {key: built_in[key] for key in sorted(fits, key=_natural)}
    return list(found.values())


def _natural(name: str) -> list[tuple[int, str]]:
    """Return what orders weat-2 before weat-10."""
    return [(int(part or 0), text) for text, part in re.findall(r"(\D*)(\d*)", name)]


def _different(sets: list[ItemSets]) -> list[ItemSets]:
    names = [one.name for one in sets]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UserError(
            "Two sets have one name",
            f"“{twice[0]}” is the name of {names.count(twice[0])} sets of the battery.",
            'Give each another "name".',
        )
    return sets


def _adjusted(cells: list[Cell]) -> list[Cell]:
    at = [number for number, one in enumerate(cells) if one.p_value is not None]
    p = np.array([cells[number].p_value for number in at], np.float64)
    changed = list(cells)
    for number, holm, bh in zip(at, family_wise(p), false_discovery(p), strict=True):
        changed[number] = dataclasses.replace(
            cells[number], p_holm=float(holm), p_benjamini_hochberg=float(bh)
        )
    return changed


def _notes(cells: Sequence[Cell]) -> tuple[str, ...]:
    notes = []
    tests = sum(one.p_value is not None for one in cells)
    if tests:
        notes.append(
            f"p is adjusted over all {tests:,} tests of this battery, by Holm and by Benjamini and "
            "Hochberg."
        )
    if failed := [one for one in cells if one.error]:
        notes.append(f"{len(failed):,} of {len(cells):,} have no number; each says why.")
    for one in cells:
        notes += [f"{one.space_name}, {one.sets}: {note}" for note in _of_coverage(one)]
    return tuple(dict.fromkeys(notes))


def _of_coverage(cell: Cell) -> list[str]:
    """Return what a cell lost."""
    if cell.result is None:
        return []
    return [
        f"{one.key} uses {len(one.used)} of {len(one.asked)} items."
        for one in cell.result.coverage
        if one.lost
    ]


def battery_values(battery: Battery) -> dict[str, Any]:
    """Return a battery as the plain values of the command line's JSON."""
    grid = battery.grid
    found = [one.result for one in battery.cells if one.result is not None]
    return {
        "cells": [_cell_values(one) for one in battery.cells],
        "grid": {
            "rows": [{"sets": sets, "probe": plugin} for sets, plugin in grid.rows],
            "columns": list(grid.columns),
            "values": [list(row) for row in grid.values],
        },
        "n_tests": battery.n_tests,
        "how": battery.how,
        "missing": list(dict.fromkeys(item for one in found for item in one.missing)),
        "seed": battery.seed,
        "seconds": battery.seconds,
    }


def _cell_values(cell: Cell) -> dict[str, Any]:
    found = None if cell.result is None else cell.result.found
    coverage = () if cell.result is None else cell.result.coverage
    return {
        "space": cell.space_name,
        "probe": cell.probe,
        "sets": cell.sets,
        "value": cell.value,
        "statistic": found and found.statistic,
        "effect_size": found and found.effect_size,
        "p_value": cell.p_value,
        "p_kind": found and found.p_kind,
        "alternative": found and found.alternative,
        "n_permutations": found and found.n_permutations,
        "ddof": found and found.ddof,
        "p_holm": cell.p_holm,
        "p_benjamini_hochberg": cell.p_benjamini_hochberg,
        "used": {one.key: len(one.used) for one in coverage},
        "asked": {one.key: len(one.asked) for one in coverage},
        "notes": [] if cell.result is None else list(cell.result.notes),
        "error": cell.error or None,
    }
