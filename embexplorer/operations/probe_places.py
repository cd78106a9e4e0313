"""Probes with the rows of their items, and of spaces in folders, as a child process runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from embexplorer.core.contracts import Probe
from embexplorer.core.space import Space
from embexplorer.operations.context import Context
from embexplorer.operations.find_groups import find_groups
from embexplorer.operations.probe import probe
from embexplorer.operations.probe_battery import Battery, run_battery
from embexplorer.operations.probe_uncertainty import Uncertainty, find_uncertainty
from embexplorer.storage.space_folder import open_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from embexplorer.core.item_sets import ItemSets
    from embexplorer.core.probe_results import ProbeResult
    from embexplorer.core.progress import Progress

Rows = dict[tuple[str, str], int]


def probe_with_rows(
    space: Space,
    probe_id: str,
    sets: ItemSets | str,
    context: Context,
    *,
    ignore_case: bool = False,
    **asked: Any,
) -> tuple[ProbeResult, Rows]:
    """Return what `operations.probe.probe` finds, and where its items are in the space.

    Rows are named by the key of a set and the item.
    """
    found = probe(space, probe_id, sets, context, ignore_case=ignore_case, **asked)
    chosen = context.registry.get(Probe, probe_id)
    groups = find_groups(
        space,
        found.sets,
        chosen.asks,
        chosen.title,
        ignore_case=ignore_case,
        allow_missing=True,  # what is missing was refused or said by the probe
    )
    words = () if groups.words is None else (groups.words,)
    rows: Rows = {}
    for group in (*groups.targets, *groups.attributes, *(groups.pairs or ()), *words):
        for item, row in zip(group.items, group.rows.tolist(), strict=True):
            rows.setdefault((group.key, item), row)
    for one in found.found.per_item:  # a probe may score items that are in none of the sets
        row = -1 if (one.set, one.item) in rows else space.items.index_of(one.item)
        if row >= 0:
            rows[one.set, one.item] = row
    return found, rows


def probe_in_folder(
    folder: Path, probe_id: str, sets: ItemSets | str, progress: Progress, **asked: Any
) -> tuple[ProbeResult, Rows]:
    """Answer as `probe_with_rows` does, for a child process."""
    space = _opened(folder)
    return probe_with_rows(space, probe_id, sets, Context.default(), progress=progress, **asked)


def uncertainty_in_folder(
    folder: Path, result: ProbeResult, progress: Progress, *, ignore_case: bool = False
) -> Uncertainty:
    """Answer as `find_uncertainty` does, for a child process."""
    context = Context.default()
    return find_uncertainty(
        _opened(folder), result, context, ignore_case=ignore_case, progress=progress
    )


def battery_in_folders(
    folders: Sequence[Path],
    probes: Sequence[str],
    sets: Sequence[ItemSets | str],
    progress: Progress,
    **asked: Any,
) -> Battery:
    """Answer as `operations.probe_battery.run_battery` does, for a child process."""
    spaces = [_opened(folder) for folder in folders]
    return run_battery(spaces, probes, sets, Context.default(), progress=progress, **asked)


def _opened(folder: Path) -> Space:
    space, _ = open_folder(folder)
    assert isinstance(space, Space), f"{folder} holds no vectors"
    return space
