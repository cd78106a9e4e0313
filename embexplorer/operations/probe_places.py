"""Probes with the rows of their items, and of spaces in folders, as a child process runs them."""

from __future__ import annotations

import dataclasses
from pathlib import Path  # noqa: TC003  a field of a NamedTuple
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from embexplorer.core.contracts import Probe
from embexplorer.core.space import Space
from embexplorer.operations.context import Context
from embexplorer.operations.encoder_pool import EncoderPool
from embexplorer.operations.find_groups import find_groups
from embexplorer.operations.probe import probe
from embexplorer.operations.probe_battery import Battery, run_battery
from embexplorer.operations.probe_uncertainty import Uncertainty, find_uncertainty
from embexplorer.operations.seat import probe_sentences
from embexplorer.storage.space_folder import open_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from embexplorer.core.contracts import Group
    from embexplorer.core.item_sets import ItemSets
    from embexplorer.core.probe_results import ProbeResult
    from embexplorer.core.progress import Progress

Rows = dict[tuple[str, str], int]


class Place(NamedTuple):
    """Where a space lies, and what it is called: a person may have renamed it."""

    folder: Path
    name: str

    def open(self) -> Space:
        """Return the space."""
        space, _ = open_folder(self.folder)
        assert isinstance(space, Space), f"{self.folder} holds no vectors"
        return dataclasses.replace(space, name=self.name)


MOST_OF_EACH = 20  # rows that are shown of a word which many rows are about


def probe_with_rows(
    space: Space,
    probe_id: str,
    sets: ItemSets | str,
    context: Context,
    *,
    ignore_case: bool = False,
    word_column: str = "",
    **asked: Any,
) -> tuple[ProbeResult, Rows]:
    """Return what `operations.probe.probe` finds, and where its items are in the space.

    Rows are named by the key of a set and the item; of a word that a column names in many rows,
    the first are given.
    """
    case: dict[str, Any] = {"ignore_case": ignore_case, "word_column": word_column}
    found = probe(space, probe_id, sets, context, **case, **asked)
    chosen = context.registry.get(Probe, probe_id)
    groups = find_groups(
        space,
        found.sets,
        chosen.asks,
        chosen.title,
        allow_missing=True,  # what is missing was refused or said by the probe
        **case,
    )
    words = () if groups.words is None else (groups.words,)
    rows: Rows = {}
    for group in (*groups.targets, *groups.attributes, *(groups.pairs or ()), *words):
        for at in _first_of_each(group).tolist():
            rows.setdefault((group.key, group.items[at]), int(group.rows[at]))
    for one in found.found.per_item:  # a probe may score items that are in none of the sets
        row = -1 if (one.set, one.item) in rows else space.items.index_of(one.item)
        if row >= 0:
            rows[one.set, one.item] = row
    return found, rows


def _first_of_each(group: Group) -> NDArray[np.int64]:
    """Return the places of a group's items; of those that are about one word, the first."""
    every = np.arange(len(group.items))
    if group.owner is None:
        return every
    starts = np.searchsorted(group.owner, group.owner)  # the owners ascend
    return every[every - starts < MOST_OF_EACH]


def probe_in_place(
    place: Place,
    probe_id: str,
    sets: ItemSets | str,
    progress: Progress,
    *,
    original: Place | None = None,
    **asked: Any,
) -> tuple[ProbeResult, Rows]:
    """Answer as `probe_with_rows` does, for a child process."""
    return probe_with_rows(
        place.open(),
        probe_id,
        sets,
        Context.default(),
        original=None if original is None else original.open(),
        progress=progress,
        **asked,
    )


def probe_with_encoder(
    sets: ItemSets | str,
    encoder: str,
    cache_root: str,
    progress: Progress,
    kept: dict[str, Any] | None = None,
    **asked: Any,
) -> tuple[ProbeResult, Place]:
    """Answer as `operations.seat.probe_sentences` does, for a child process.

    Parameters
    ----------
    kept
        What the process keeps between two jobs: its loaded encoders.

    Returns
    -------
    ProbeResult, Place
        What was found, and the space of the sentences in the cache.
    """
    pool, context = EncoderPool.of(kept), Context.default(cache_root)
    made, found = probe_sentences(sets, encoder, context, progress=progress, pool=pool, **asked)
    assert made.folder is not None  # it is in the cache
    return found, Place(made.folder, made.name)


def uncertainty_in_place(
    place: Place, result: ProbeResult, progress: Progress, **asked: Any
) -> Uncertainty:
    """Answer as `find_uncertainty` does, for a child process."""
    return find_uncertainty(place.open(), result, Context.default(), progress=progress, **asked)


def battery_in_places(
    places: Sequence[Place],
    probes: Sequence[str],
    sets: Sequence[ItemSets | str],
    progress: Progress,
    **asked: Any,
) -> Battery:
    """Answer as `operations.probe_battery.run_battery` does, for a child process."""
    spaces = [place.open() for place in places]
    return run_battery(spaces, probes, sets, Context.default(), progress=progress, **asked)
