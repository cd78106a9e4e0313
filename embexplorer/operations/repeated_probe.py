"""The number of a probe for other items than those of its sets."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from embexplorer.core.contracts import Group, ItemScore, Probe, Probing
from embexplorer.core.errors import UserError
from embexplorer.measures.neighbors import find_nearest_many

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from embexplorer.core.progress import Progress

WINDOW = 500  # rows around that of an item, from which one of like frequency is drawn
AT_ONCE, NUMBERS = 100, 1 << 20  # draws measured at once, and numbers in their vectors
TRIES = 20  # of a draw whose number does not exist, before it is left out


class Swap(NamedTuple):
    """The number with one item replaced by the nearest one outside all sets."""

    item: str
    set: str
    by: str
    score: float


class RepeatedProbe:
    """The number of a probe for changed sets."""

    def __init__(self, chosen: Probe, probing: Probing) -> None:
        assert chosen.measure is not None
        self.measure: Callable[[Probing], float] = chosen.measure
        self.measure_many = chosen.measure_many
        self.probing = probing
        self.are_paired = chosen.asks.are_paired
        self.least = chosen.asks.least
        self.has_owners = any(group.owner is not None for group in self.groups)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The sets that are changed: targets, attributes, and pairs as their first sides."""
        pairs = () if self.probing.pairs is None else (self.probing.pairs[0],)
        return (*self.probing.targets, *self.probing.attributes, *pairs)

    def changed(self, taken: list[NDArray[np.int64]]) -> Probing:
        """Return the question with some items of each of `groups`."""
        n_t, n_a = len(self.probing.targets), len(self.probing.attributes)
        pairs = self.probing.pairs
        if pairs is not None:
            pairs = pairs[0].take(taken[-1]), pairs[1].take(taken[-1])
        return dataclasses.replace(
            self.probing,
            targets=tuple(
                group.take(at) for group, at in zip(self.probing.targets, taken, strict=False)
            ),
            attributes=tuple(
                group.take(at)
                for group, at in zip(self.probing.attributes, taken[n_t : n_t + n_a], strict=True)
            ),
            pairs=pairs,
        )

    def resampled(
        self, draws: int, seed: int, progress: Progress
    ) -> tuple[NDArray[np.float64], int]:
        """Return the numbers of resampled sets, and how many draws had none."""
        rng = np.random.default_rng(seed)
        found: list[float] = []
        at_once = 1
        if self.measure_many is not None and not self.has_owners:
            numbers = sum(group.vectors.size for group in self.groups)
            at_once = min(AT_ONCE, max(1, NUMBERS // numbers))
        for draw in range(0, draws, at_once):
            progress.raise_if_cancelled()
            progress.report(draw / draws, f"{draw:,} of {draws:,} draws")
            if at_once > 1 and self.measure_many is not None:
                count = min(at_once, draws - draw)
                found += self.measure_many([self._resample(rng) for _ in range(count)])
                continue
            for _ in range(TRIES):
                number = self._number(self._resample(rng))
                if number is not None:
                    found.append(number)
                    break
        if not found:
            raise UserError(
                "No interval for these sets",
                "None of the drawn sets had a number.",
                "Choose larger sets.",
            )
        return np.array(found), draws - len(found)

    def _resample(self, rng: np.random.Generator) -> Probing:
        """Return the question with each set drawn again, with replacement."""
        sizes = [len(group.names) for group in self.groups]
        taken = [rng.integers(0, size, size) for size in sizes]
        if self.are_paired:
            taken[: len(self.probing.targets)] = [taken[0]] * len(self.probing.targets)
        return self.changed(taken)

    def leave_one_out(self, progress: Progress) -> tuple[ItemScore, ...]:
        """Return the number without each item; a set that would be too small keeps all."""
        found = []
        for at, group, row in self._every(progress):
            if len(group.names) <= max(self.least, 1):
                continue
            taken = [np.arange(len(one.names)) for one in self.groups]
            taken[at] = np.delete(taken[at], row)
            if self.are_paired and at < len(self.probing.targets):
                for other in range(len(self.probing.targets)):
                    taken[other] = taken[at]
            number = self._number(self.changed(taken))
            if number is not None:
                found.append(ItemScore(group.names[row], group.key, number))
        return tuple(found)

    def swap_one(self, progress: Progress) -> tuple[Swap, ...]:
        """Return the number with each item replaced by the nearest one outside all sets.

        Where sets name values of a column there is no such item for a value.
        """
        space = self.probing.space
        if self.has_owners:
            return ()
        used = {int(row) for group in self.groups for row in group.rows}
        if len(used) == space.n:
            return ()
        seeds = np.array(sorted(used))
        near = find_nearest_many(
            space.vectors, space.vectors[seeds], 1, exclude=seeds, progress=progress.part(0.0, 0.5)
        )
        by = dict(zip(seeds.tolist(), (int(one.indices[0]) for one in near), strict=True))
        found = []
        for at, group, row in self._every(progress.part(0.5, 1.0)):
            other = by[int(group.rows[row])]
            number = self._number(self._with(at, row, other))
            if number is not None:
                item = space.items[other]
                found.append(Swap(group.items[row], group.key, item, number))
        return tuple(found)

    def _with(self, at: int, row: int, other: int) -> Probing:
        """Return the question with one item replaced by another row of the space."""
        space = self.probing.space

        def replaced(group: Group) -> Group:
            items, rows, vectors = list(group.items), group.rows.copy(), group.vectors.copy()
            items[row], rows[row], vectors[row] = space.items[other], other, space.vectors[other]
            return dataclasses.replace(group, items=tuple(items), rows=rows, vectors=vectors)

        n_t, n_a = len(self.probing.targets), len(self.probing.attributes)
        targets, attributes = list(self.probing.targets), list(self.probing.attributes)
        pairs = self.probing.pairs
        if at < n_t:
            targets[at] = replaced(targets[at])
        elif at < n_t + n_a:
            attributes[at - n_t] = replaced(attributes[at - n_t])
        else:
            assert pairs is not None
            pairs = replaced(pairs[0]), pairs[1]
        return dataclasses.replace(
            self.probing, targets=tuple(targets), attributes=tuple(attributes), pairs=pairs
        )

    def random_targets(self, draws: int, seed: int, progress: Progress) -> NDArray[np.float64]:
        """Return the number for targets at random, each within `WINDOW` rows of one that was asked.

        Nothing is drawn where the targets are all that there is around them, or are no items but
        values of a column.
        """
        space, targets = self.probing.space, self.probing.targets
        if not targets or self.has_owners or space.n < 10 * sum(len(group) for group in targets):
            return np.empty(0)
        used = {int(row) for group in self.groups for row in group.rows}
        rng = np.random.default_rng([seed, 1])
        found = []
        for draw in range(draws):
            progress.raise_if_cancelled()
            progress.report(draw / draws, f"{draw:,} of {draws:,} random sets")
            taken = set(used)
            drawn = tuple(self._drawn(group, taken, rng) for group in targets)
            number = self._number(dataclasses.replace(self.probing, targets=drawn))
            if number is not None:
                found.append(number)
        return np.array(found)

    def _drawn(self, group: Group, taken: set[int], rng: np.random.Generator) -> Group:
        """Return a set of the same size, of items near the rows of this one that are not taken."""
        space = self.probing.space
        rows = []
        for row in group.rows.tolist():
            low, high = max(0, row - WINDOW), min(space.n, row + WINDOW + 1)
            while True:
                other = int(rng.integers(low, high))
                if other not in taken and np.any(space.vectors[other]):
                    break
                low, high = max(0, low - 1), min(space.n, high + 1)
            taken.add(other)
            rows.append(other)
        at = np.array(rows, np.int64)
        vectors = np.asarray(space.vectors[at], np.float64)
        return Group(group.key, group.name, tuple(space.items.take(at)), at, vectors)

    def _every(self, progress: Progress) -> Iterator[tuple[int, Group, int]]:
        """Yield each item of the groups, and hear a cancel before it."""
        count, total = 0, sum(len(group.names) for group in self.groups)
        for at, group in enumerate(self.groups):
            for row in range(len(group.names)):
                progress.raise_if_cancelled()
                progress.report(count / total, f"{count:,} of {total:,} items")
                count += 1
                yield at, group, row

    def _number(self, probing: Probing) -> float | None:
        try:
            return self.measure(probing)
        except UserError:  # such as a standard deviation of 0
            return None
