"""A probe over several spaces in order, such as those of decades, by the items that all have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.contracts import Probe
from embexplorer.core.errors import UserError
from embexplorer.core.item_sets import Coverage, ItemSets
from embexplorer.core.params import as_dict, build
from embexplorer.core.probe_results import ProbeResult
from embexplorer.core.progress import Progress
from embexplorer.measures.bootstrap import Interval
from embexplorer.measures.trend import LEAST, Trend, find_trend
from embexplorer.operations.find_groups import find_groups, list_some
from embexplorer.operations.find_rows import find_rows, items_of
from embexplorer.operations.probe import as_sets, name_settings, probe
from embexplorer.operations.probe_uncertainty import LEVEL, find_interval
from embexplorer.operations.project import check_seed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embexplorer.core.space import Space
    from embexplorer.operations.context import Context

DRAWS = 1000
WHERE = "all these spaces"


@dataclass(frozen=True, slots=True, eq=False)
class SeriesPoint:
    """One space of a series; without a result, `error` says why."""

    space_id: str
    space_name: str
    result: ProbeResult | None
    interval: Interval | None
    error: str = ""

    @property
    def value(self) -> float | None:
        """The headline number."""
        return None if self.result is None else self.result.found.value


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """A probe over several spaces.

    Parameters
    ----------
    probe, title, params, sets, seed
        As those of a `ProbeResult`.
    points
        In the order of the spaces.
    coverage
        What all the spaces have of each set.
    trend
        Whether the numbers rise or fall in this order; None where that is not defined.
    how
        How this was worked out, in one sentence.
    citation
        Of the probe, and of looking at it over time.
    notes
        What a person must know, one sentence each.
    """

    probe: str
    title: str
    params: Mapping[str, Any]
    sets: ItemSets
    points: tuple[SeriesPoint, ...]
    coverage: tuple[Coverage, ...]
    trend: Trend | None
    how: str
    citation: str
    seed: int
    notes: tuple[str, ...]


def probe_series(
    spaces: Sequence[Space],
    probe_id: str,
    sets: ItemSets | Mapping[str, Any] | str,
    context: Context,
    *,
    params: Mapping[str, Any] | None = None,
    ignore_case: bool = False,
    allow_missing: bool = False,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress | None = None,
) -> Series:
    """Return what a probe finds in each of several spaces, and whether that rises or falls.

    Only items that all the spaces have are used, so that the numbers are about the same words.

    Parameters
    ----------
    spaces
        In order; two at least.
    draws
        How often the sets are drawn again for the interval of each number; 0 for none.

    Raises
    ------
    UserError
        As `operations.probe.probe` does, where all the spaces together have too few items; when
        there are fewer than two spaces, or the probe looks up a column.
    CancelledError
        When the person cancelled.

    References
    ----------
    Garg, Schiebinger, Jurafsky and Zou 2018, Word embeddings quantify 100 years of gender and
    ethnic stereotypes, PNAS.
    """
    progress = progress or Progress()
    chosen = context.registry.get(Probe, probe_id)
    settings: Any = build(chosen.params, params or {})
    check_seed(seed)
    asked = as_sets(sets)
    _check_spaces(spaces, chosen)
    every = [_usable_rows(space, asked, ignore_case=ignore_case) for space in spaces]
    shared = set.intersection(*map(set, every))
    rows = [{item: found[item] for item in shared} for found in every]
    first = find_groups(
        spaces[0],
        asked,
        chosen.asks,
        chosen.title,
        allow_missing=allow_missing,
        rows=rows[0],
        where=WHERE,
    )
    points = []
    for at, space in enumerate(spaces):
        progress.raise_if_cancelled()
        step = progress.part(at / len(spaces), (at + 1) / len(spaces))
        step.report(0.0, space.name)
        try:
            result = probe(
                space,
                probe_id,
                asked,
                context,
                params=params,
                allow_missing=True,
                rows=rows[at],
                where=WHERE,
                seed=seed,
                progress=step.part(0.0, 0.5),
            )
            interval = None
            if draws and chosen.measure is not None:
                interval = find_interval(
                    space, result, context, rows=rows[at], draws=draws, progress=step.part(0.5, 1.0)
                )
        except UserError as error:  # this number does not exist; the others may
            points.append(SeriesPoint(space.id, space.name, None, None, f"{error}"))
            continue
        points.append(SeriesPoint(space.id, space.name, result, interval))
    values = np.array([one.value for one in points if one.value is not None])
    trend = find_trend(values, seed)
    has_intervals = any(one.interval is not None for one in points)
    return Series(
        probe=probe_id,
        title=chosen.title,
        params=as_dict(settings),
        sets=asked,
        points=tuple(points),
        coverage=first.coverage,
        trend=trend,
        how=_how(
            name_settings(chosen.title, as_dict(settings)),
            spaces,
            first.coverage,
            trend,
            draws if has_intervals else 0,
            seed,
        ),
        citation=(
            f"{chosen.source}; as a series: Garg, Schiebinger, Jurafsky and Zou 2018, Word "
            "embeddings quantify 100 years of gender and ethnic stereotypes, PNAS, "
            "https://doi.org/10.1073/pnas.1720347115"
        ),
        seed=seed,
        notes=tuple(
            dict.fromkeys(
                [
                    *_notes_of_points(points),
                    *_lacking(spaces, every, asked),
                    *_notes(points, len(values), trend),
                ]
            )
        ),
    )


def _check_spaces(spaces: Sequence[Space], chosen: Probe) -> None:
    if len(spaces) < 2:
        raise UserError(
            "A series needs several spaces",
            f"{len(spaces)} is given.",
            "Name the others in their order (--with).",
        )
    if chosen.asks.word_column:
        raise UserError(
            "No series of this probe",
            f"{chosen.title} looks up a column; a series compares the items that all spaces have.",
            "Run it on each space by itself.",
        )


def _usable_rows(space: Space, sets: ItemSets, *, ignore_case: bool) -> dict[str, int]:
    """Return the row of each item of the sets whose vector can be used."""
    found = find_rows(space, items_of(sets), ignore_case=ignore_case)
    return {item: row for item, row in found.items() if np.any(space.vectors[row])}


def _notes_of_points(points: Sequence[SeriesPoint]) -> list[str]:
    """Return what is said of each space; what is said of all of them, once."""
    said = [(one.space_name, one.result.notes) for one in points if one.result is not None]
    return [
        note if all(note in notes for _, notes in said) else f"{name}: {note}"
        for name, own in said
        for note in own
    ]


def _lacking(
    spaces: Sequence[Space], every: Sequence[Mapping[str, int]], sets: ItemSets
) -> list[str]:
    """Return which items each space lacks."""
    notes = []
    for space, rows in zip(spaces, every, strict=True):
        if lacking := sorted(items_of(sets) - set(rows)):
            notes.append(f"Not in “{space.name}”, or zero there: {list_some(lacking)}.")
    return notes


def _how(
    asked: str,
    spaces: Sequence[Space],
    coverage: Sequence[Coverage],
    trend: Trend | None,
    draws: int,
    seed: int,
) -> str:
    used = ", ".join(f"{one.name} ({len(one.used)} of {len(one.asked)})" for one in coverage)
    parts = [
        f"{asked} on {len(spaces)} spaces in order, seed {seed}, by the items that all of them "
        f"have: {used}"
    ]
    if draws:
        parts.append(
            f"{LEVEL:.0%} percentile intervals from {draws:,} draws of each set with replacement"
        )
    if trend is not None:
        ways = f"all {trend.n:,}" if trend.is_exact else f"{trend.n:,} random"
        parts.append(f"Spearman correlation with the order, two-sided p from {ways} orders")
    return "; ".join(parts) + "."


def _notes(points: Sequence[SeriesPoint], n: int, trend: Trend | None) -> list[str]:
    notes = [f"“{one.space_name}” has no number: {one.error}" for one in points if one.error]
    if n < LEAST:
        notes.append(f"A trend needs {LEAST} numbers at least; there are {n}.")
    elif trend is None:
        notes.append("All numbers are the same, so there is no trend.")
    elif trend.is_exact:
        notes.append(
            f"Of {n} spaces p cannot be below {2 / trend.n:.2g}: it takes the spaces for "
            "independent, which neighboring decades are not."
        )
    notes.append(
        "Spaces that were trained apart differ by chance too; the intervals are about the choice "
        "of words alone."
    )
    return notes


def series_values(series: Series) -> dict[str, Any]:
    """Return a series as the plain values of the command line's JSON."""
    trend = None
    if series.trend is not None:
        trend = {
            "rho": series.trend.rho,
            "p_value": series.trend.p,
            "p_kind": "exact" if series.trend.is_exact else "sampled",
            "n_permutations": series.trend.n,
        }
    return {
        "probe": series.probe,
        "name": series.sets.name,
        "params": dict(series.params),
        "series": [_point_values(one) for one in series.points],
        "trend": trend,
        "sets": {
            one.key: {
                "name": one.name,
                "asked": list(one.asked),
                "used": list(one.used),
                "missing": list(one.missing),
            }
            for one in series.coverage
        },
        "missing": list(dict.fromkeys(item for one in series.coverage for item in one.missing)),
        "seed": series.seed,
        "how": series.how,
        "citation": series.citation,
    }


def _point_values(point: SeriesPoint) -> dict[str, Any]:
    result = point.result
    return {
        "space": point.space_name,
        "value": point.value,
        "p_value": None if result is None else result.found.p_value,
        "interval": None if point.interval is None else list(point.interval),
        "used": 0 if result is None else sum(len(one.used) for one in result.coverage),
        "error": point.error or None,
    }
