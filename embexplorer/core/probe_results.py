"""What a bias probe answered about a space, with all that a paper must say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from embexplorer.core.contracts import Probed
from embexplorer.core.item_sets import Coverage, ItemSets

LIMITS = (
    "This is about these items in this space: it does not say why they lie so, that other items or "
    "texts show the same, or what a system built on them will do."
)


@dataclass(frozen=True, slots=True, eq=False)
class ProbeResult:
    """A probe that was run.

    Parameters
    ----------
    space_id, space_name
        What it was run on.
    probe, title
        Id and title of the probe.
    params
        Its parameters by name, all of them.
    sets, coverage
        What was asked, and what of it the space has.
    found
        The numbers.
    how
        How they were worked out, in one sentence that can be copied into a paper.
    citation
        Of the probe.
    seed, seconds
        What its random numbers began with, and how long it took.
    notes
        What a person must know, one sentence each.
    """

    space_id: str
    space_name: str
    probe: str
    title: str
    params: Mapping[str, Any]
    sets: ItemSets
    coverage: tuple[Coverage, ...]
    found: Probed
    how: str
    citation: str
    seed: int
    seconds: float
    notes: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What the number says in plain words, and what it does not say."""
        return f"{self.found.meaning} {LIMITS}"

    @property
    def missing(self) -> tuple[str, ...]:
        """All items that the space does not have, each once."""
        return tuple(dict.fromkeys(item for one in self.coverage for item in one.missing))
