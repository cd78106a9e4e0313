"""What a mitigation changed, and what it did not: probes, benchmarks, lengths, neighbors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.contracts import Asks, Probe
from embexplorer.core.errors import UserError
from embexplorer.core.item_sets import ItemSets
from embexplorer.core.progress import Progress
from embexplorer.measures.association import unit
from embexplorer.measures.bias_direction import find_direction
from embexplorer.measures.changed_rows import rows_with, to_unit
from embexplorer.measures.changed_space import compare_rows
from embexplorer.operations.find_groups import Groups, find_groups
from embexplorer.operations.human_benchmarks import find_benchmark, run_benchmark
from embexplorer.operations.item_sets import sets_from
from embexplorer.operations.kept_neighbors import compare_neighbors
from embexplorer.operations.probe import as_sets, probe, result_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from embexplorer.core.space import Space
    from embexplorer.measures.changed_space import RowChanges
    from embexplorer.operations.context import Context

GROUPS_LEFT = "cluster-bias"  # the probe of what a direction taken out only hides
LISTED = 10  # items that are named
SAME = 1e-6  # cosines and lengths nearer than this are rounding of float32
LIMIT = (
    "Taking a direction out does not take out the information: a number nearer to no difference "
    "says that this measure sees less, and what it does not look at may still tell the difference."
)


@dataclass(frozen=True, slots=True)
class AskedProbe:
    """A probe of both spaces that was asked with sets and parameters of its own."""

    probe: str
    sets: ItemSets | Mapping[str, Any] | str
    params: Mapping[str, Any] = field(default_factory=dict)
    ignore_case: bool = False
    allow_missing: bool = False
    word_column: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class DebiasReport:
    """What was compared, as plain values by name, and what must be said.

    Parameters
    ----------
    probes
        For each probe its headline number before and after, and both results.
    unmeasured
        The further probes that have no number before: `probe`, `title`, `sets`, and `why`.
    changes
        How lengths and directions of vectors changed.
    projections
        What neutral items have along the direction of the original space, before and after.
    neighbors
        Share of neighbors that stayed, and the items of which fewest did.
    benchmarks
        Before and after.
    notes
        One sentence each.
    """

    probes: tuple[dict[str, Any], ...]
    changes: dict[str, Any]
    projections: dict[str, Any]
    neighbors: dict[str, Any]
    benchmarks: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]
    unmeasured: tuple[dict[str, str], ...] = ()


def report_debias(
    before: Space,
    after: Space,
    context: Context,
    *,
    probes: Sequence[str] = (),
    probe_sets: ItemSets | Mapping[str, Any] | str | None = None,
    further: Sequence[AskedProbe] = (),
    benchmarks: Sequence[str] = (),
    ignore_case: bool = False,
    allow_missing: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
) -> DebiasReport:
    """Return what `operations.debias` changed from one space to the other.

    Parameters
    ----------
    before, after
        The space, and what was made of it.
    probes
        Ids of probes to run on both. Where the sets have pairs, `GROUPS_LEFT` is added.
    probe_sets
        The sets of the probes; None takes those that were debiased by.
    further
        Probes with sets of their own. One that has no number before is said in the notes.
    benchmarks
        Names or files of `human_benchmarks`.
    seed
        Of probes and of the sample of items whose neighbors are compared.

    Raises
    ------
    UserError
        When a probe or benchmark does not exist, or one of `probes` has no number before.
    CancelledError
        When the person cancelled.
    """
    progress = progress or Progress()
    made_by = after.provenance.params
    sets = sets_from(made_by["sets"], "sets")
    tasks = [find_benchmark(name) for name in benchmarks]
    asked = sets if probe_sets is None else as_sets(probe_sets)
    case: dict[str, Any] = {"ignore_case": ignore_case, "allow_missing": allow_missing}
    runs = [*(AskedProbe(name, asked, **case) for name in probes), *further]
    if sets.pairs and GROUPS_LEFT not in (one.probe for one in runs):
        runs.append(AskedProbe(GROUPS_LEFT, sets, **case))
    rows, lost = [], []
    for at, one in enumerate(runs):
        part = progress.part(0.3 * at / len(runs), 0.3 * (at + 1) / len(runs))
        try:
            rows.append(_probed(before, after, one, context, seed, part))
        except UserError as error:
            if at < len(probes):
                raise
            lost.append(_unmeasured(one, error, context))
    width = 0.2 / max(1, len(tasks))
    parts = [progress.part(0.8 + at * width, 0.8 + (at + 1) * width) for at in range(len(tasks))]
    groups = _groups(before, sets, ignore_case=ignore_case)
    direction, meant = _direction(groups)
    changes = compare_rows(before.vectors, after.vectors, direction, progress.part(0.3, 0.5))
    left_out = rows_with(groups.specific, *(groups.pairs or ()), *groups.targets, *groups.equalize)
    return DebiasReport(
        probes=tuple(rows),
        changes=_changes(changes),
        projections=_projections(before, changes, left_out, meant),
        neighbors=compare_neighbors(before, after, seed, progress.part(0.5, 0.8)),
        benchmarks=tuple(
            {
                "task": task.name,
                "before": run_benchmark(before, task, part, ignore_case=ignore_case),
                "after": run_benchmark(after, task, part, ignore_case=ignore_case),
            }
            for task, part in zip(tasks, parts, strict=True)
        ),
        notes=tuple(
            dict.fromkeys(
                [
                    *(note for row in rows for note in row.pop("notes")),
                    *(f"{_wanted(one)} was not measured: {one['why']}" for one in lost),
                    LIMIT,
                ]
            )
        ),
        unmeasured=tuple(lost),
    )


def report_values(report: DebiasReport) -> dict[str, Any]:
    """Return a report as the plain values of the command line's JSON."""
    return {
        "probes": list(report.probes),
        "unmeasured": list(report.unmeasured),
        "changes": report.changes,
        "projections": report.projections,
        "neighbors": report.neighbors,
        "benchmarks": list(report.benchmarks),
        "notes": list(report.notes),
    }


def _probed(
    before: Space,
    after: Space,
    asked: AskedProbe,
    context: Context,
    seed: int,
    progress: Progress,
) -> dict[str, Any]:
    """Return a probe of both spaces; the number after may have ceased to exist."""
    name, sets = asked.probe, as_sets(asked.sets)
    chosen = context.registry.get(Probe, name)
    options: dict[str, Any] = {
        "params": asked.params,
        "ignore_case": asked.ignore_case,
        "allow_missing": asked.allow_missing,
        "word_column": asked.word_column,
        "seed": seed,
    }
    old = probe(before, name, sets, context, progress=progress.part(0.0, 0.5), **options)
    original = before if chosen.asks.original else None
    row: dict[str, Any] = {
        "probe": name,
        "title": chosen.title,
        "sets": sets.name,
        "zero": chosen.zero,
        "value_before": old.found.value,
        "value_after": None,
        "before": result_values(old),
        "after": None,
        "notes": [*old.notes],
    }
    try:
        new = probe(
            after,
            name,
            sets,
            context,
            progress=progress.part(0.5, 1.0),
            original=original,
            **options,
        )
    except UserError as error:
        said = f"{chosen.title} has no number afterwards: {error.title.lower()}. {error.detail}"
        return row | {"notes": [*old.notes, said]}
    return row | {
        "value_after": new.found.value,
        "after": result_values(new),
        "notes": [*old.notes, *new.notes],
    }


def _unmeasured(asked: AskedProbe, error: UserError, context: Context) -> dict[str, str]:
    title = context.registry.get(Probe, asked.probe).title
    sets = as_sets(asked.sets).name
    return {"probe": asked.probe, "title": title, "sets": sets, "why": error.detail}


def _wanted(lost: Mapping[str, str]) -> str:
    """Return what a probe would have measured."""
    return "Whether groups still lie together" if lost["probe"] == GROUPS_LEFT else lost["title"]


def _groups(space: Space, sets: ItemSets, *, ignore_case: bool) -> Groups:
    """Return what the mitigation found of the sets; it has already refused what does not do."""
    asks = Asks(
        targets=None if sets.targets else 0,
        attributes=0,
        pairs=bool(sets.pairs),
        least=1,
        equalize=True,
    )
    return find_groups(space, sets, asks, "The report", ignore_case=ignore_case, allow_missing=True)


def _direction(groups: Groups) -> tuple[NDArray[np.float64], str]:
    """Return a direction of the original space: of the pairs, or between two class means."""
    if groups.pairs is not None:
        first, second = groups.pairs
        meant = "first principal axis of the pairs"
        return find_direction(first.vectors, second.vectors).vector, meant
    first, second, *_ = groups.targets
    apart = unit(first.vectors).mean(axis=0) - unit(second.vectors).mean(axis=0)
    meant = f"from the mean of “{second.name}” to that of “{first.name}”"
    return to_unit(apart[None])[0], meant


def _changes(found: RowChanges) -> dict[str, Any]:
    longer = found.new_lengths - found.lengths
    is_changed = (np.abs(longer) > SAME * (1 + found.lengths)) | (found.cosines < 1 - SAME)
    is_turned = (found.cosines < 1 - SAME) & (found.lengths > 0)
    there = found.lengths > 0
    return {
        "changed_vectors": int(np.count_nonzero(is_changed & there)),
        "changed_directions": int(np.count_nonzero(is_turned)),
        "mean_length_before": float(found.lengths.mean()),
        "mean_length_after": float(found.new_lengths.mean()),
        "largest_length_change": float(np.abs(longer).max()),
        "mean_cosine_to_before": float(found.cosines[there].mean()),
        "smallest_cosine_to_before": float(found.cosines[there].min()),
        "new_zero_vectors": int(np.count_nonzero(there & (found.new_lengths == 0))),
    }


def _projections(
    space: Space, found: RowChanges, left_out: NDArray[np.int64], meant: str
) -> dict[str, Any]:
    is_neutral = found.lengths > 0
    is_neutral[left_out] = False
    rows = np.flatnonzero(is_neutral)
    if not len(rows):
        return {"direction": meant, "items": 0}
    old, new = found.along[rows], found.new_along[rows]
    moved = rows[np.argsort(-np.abs(new - old), kind="stable")[:LISTED]]
    return {
        "direction": meant,
        "items": len(rows),
        "mean_absolute_before": float(np.abs(old).mean()),
        "mean_absolute_after": float(np.abs(new).mean()),
        "largest_absolute_before": float(np.abs(old).max()),
        "largest_absolute_after": float(np.abs(new).max()),
        "changed_most": [
            {"item": item, "before": float(found.along[row]), "after": float(found.new_along[row])}
            for item, row in zip(space.items.take(moved), moved.tolist(), strict=True)
        ],
    }
