"""What a probe finds for neutral words, where no stereotype is expected."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.contracts import Group
from embexplorer.core.errors import UserError
from embexplorer.operations.find_rows import find_rows
from embexplorer.operations.item_sets import find_sets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embexplorer.core.contracts import Probe, Probing
    from embexplorer.core.progress import Progress

NEUTRAL = "neutral-nouns"
LANGUAGE = "en"
DRAWS = 200
MIDDLE = (0.025, 0.5, 0.975)


@dataclass(frozen=True, slots=True)
class Control:
    """The number of a probe with neutral words in place of what it judges.

    Parameters
    ----------
    in_place_of
        What they stand for: ``targets``, ``attributes`` or ``words``.
    sizes
        How many stand for each set.
    value
        The median over draws of neutral words.
    low, high
        Between them lie 95 % of the draws.
    draws
        How many there were; one where all words take part in each.
    asked, used
        How many neutral words there are, and how many of them the space has beside the sets that
        stay.
    """

    in_place_of: str
    sizes: tuple[int, ...]
    value: float
    low: float
    high: float
    draws: int
    asked: int
    used: int

    @property
    def sentence(self) -> str:
        """What was drawn and found, in one sentence."""
        sizes = " and ".join(str(size) for size in self.sizes)
        spread = f", 95% of {self.draws} draws from {self.low:.3f} to {self.high:.3f}"
        return (
            f"With neutral words in place of the {self.in_place_of} ({sizes} of {self.used} "
            f"concrete nouns) the number is {self.value:.3f}{spread if self.draws > 1 else ''}."
        )


def find_control(
    chosen: Probe, probing: Probing, language: str, *, ignore_case: bool, progress: Progress
) -> tuple[Control | None, str]:
    """Return what a probe finds for neutral words, and what must be said of it.

    Words that are in sets which stay are left out. Each draw takes others, of the sizes of the sets
    whose place they take, or of smaller ones in proportion where there are too few.

    Parameters
    ----------
    chosen, probing
        The probe, and what it was asked.
    language
        ISO 639-1 code of the sets, empty where it is not known: neutral words are English.

    Raises
    ------
    CancelledError
        When the person cancelled.
    """
    if chosen.control is None or chosen.measure is None:
        return None, ""
    judged = _judged(probing, chosen.control)
    if any(group.owner is not None for group in judged):
        return None, ""
    if language not in ("", LANGUAGE):
        return None, f"No neutral control: its words are English, the sets “{language}”."
    neutral = find_sets(NEUTRAL).words
    assert neutral is not None  # what the set is there for
    rows = _rows(probing, judged, neutral.items, ignore_case=ignore_case)
    sizes = [len(group) for group in judged]
    if sum(sizes) > len(rows):
        sizes = [size * len(rows) // sum(sizes) for size in sizes]
    if min(sizes) < max(chosen.asks.least, 1):
        there = f"{len(rows)} of {len(neutral.items)} neutral words are in this space"
        return None, f"No neutral control: {there} and in no set."
    rng = np.random.default_rng([probing.seed, 2])
    numbers = []
    draws = 1 if len(sizes) == 1 and sizes[0] == len(rows) else DRAWS
    for draw in range(draws):
        progress.raise_if_cancelled()
        progress.report(draw / draws, f"{draw:,} of {draws:,} draws of neutral words")
        parts = np.split(rng.permutation(rows), np.cumsum(sizes))[: len(sizes)]
        drawn = tuple(
            _group(probing, group, part) for group, part in zip(judged, parts, strict=True)
        )
        try:
            numbers.append(chosen.measure(_with(probing, chosen.control, drawn)))
        except UserError:  # such as a standard deviation of 0
            continue
    if not numbers:
        return None, "No neutral control: the number does not exist for neutral words."
    low, middle, high = (float(one) for one in np.quantile(numbers, MIDDLE))
    control = Control(
        in_place_of=chosen.control,
        sizes=tuple(sizes),
        value=middle,
        low=low,
        high=high,
        draws=len(numbers),
        asked=len(neutral.items),
        used=len(rows),
    )
    return control, control.sentence


def control_values(control: Control | None) -> dict[str, Any] | None:
    """Return it as the plain values of the command line's JSON."""
    if control is None:
        return None
    return {
        "set": NEUTRAL,
        "in_place_of": control.in_place_of,
        "sizes": list(control.sizes),
        "value": control.value,
        "quantiles": [control.low, control.value, control.high],
        "draws": control.draws,
        "asked": control.asked,
        "used": control.used,
    }


def _judged(probing: Probing, what: str) -> tuple[Group, ...]:
    """Return the sets whose place neutral words take."""
    if what == "words":
        return () if probing.words is None else (probing.words,)
    return probing.targets if what == "targets" else probing.attributes


def _with(probing: Probing, what: str, drawn: tuple[Group, ...]) -> Probing:
    changed: Any = {what: drawn[0] if what == "words" else drawn}
    return dataclasses.replace(probing, **changed)


def _rows(
    probing: Probing, judged: tuple[Group, ...], items: tuple[str, ...], *, ignore_case: bool
) -> NDArray[np.int64]:
    """Return the rows of neutral words that are not zero and in no set that stays."""
    every = (*probing.targets, *probing.attributes, *(probing.pairs or ()))
    stay = {row for group in every if group not in judged for row in group.rows.tolist()}
    found = find_rows(probing.space, set(items), ignore_case=ignore_case)
    rows = dict.fromkeys(found[item] for item in items if item in found)
    there = [row for row in rows if row not in stay and np.any(probing.space.vectors[row])]
    return np.array(there, np.int64)


def _group(probing: Probing, place: Group, rows: NDArray[np.int64]) -> Group:
    space = probing.space
    vectors = np.asarray(space.vectors[rows], np.float64)
    return Group(place.key, place.name, tuple(space.items.take(rows)), rows, vectors)
