"""The descent of t-SNE: from a start to a map, phase by phase, watched at every step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.engines.tsne_repulsion import repulsion_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from embexplorer.engines.threads import Threads
    from embexplorer.engines.tsne_affinities import Affinities


@dataclass(frozen=True, slots=True)
class Phase:
    """Steps with the same settings.

    Parameters
    ----------
    steps
        How many.
    exaggeration
        What the affinities are multiplied by; above 1 neighbors come closer than t-SNE would have
        them, 4 looks like UMAP (Böhm, Berens and Kobak 2022).
    rate
        Learning rate: length of a step for a gradient of 1.
    momentum
        What remains of a step in the next one.
    """

    steps: int
    exaggeration: float
    rate: float
    momentum: float = 0.8


def lay_out(
    start: NDArray[np.float32],
    affinities: Affinities,
    phases: Sequence[Phase],
    watch: Callable[[int, NDArray[np.float32]], None],
    threads: Threads,
) -> NDArray[np.float32]:
    """Return the coords (n, 2|3) after all phases, the same bytes on any number of threads.

    Parameters
    ----------
    start
        (n, 2|3), left as it is.
    affinities
        Of the n items.
    phases
        In their order; each starts at rest.
    watch
        Called before each step with the number of steps behind it and the coords, which change
        later: copy what is kept. What it raises ends the descent.

    References
    ----------
    van der Maaten and Hinton 2008, Visualizing data using t-SNE, section 3. Jacobs 1988 for the
    gains of each coordinate.
    """
    descent = _Descent(start, affinities, threads)
    done = 0
    for phase in phases:
        descent.rest()
        for _ in range(phase.steps):
            watch(done, descent.coords)
            descent.step(phase)
            done += 1
    return descent.coords


class _Descent:
    """Coords that go down the gradient, with what they were moved by before."""

    def __init__(
        self, start: NDArray[np.float32], affinities: Affinities, threads: Threads
    ) -> None:
        from embexplorer.engines import tsne_kernels as kernels

        n, dims = start.shape
        self.coords = np.array(start, np.float32, order="C", copy=True)
        self._affinities = affinities
        self._threads = threads
        self._repel = repulsion_of(n, dims, threads)
        self._attract = kernels.attract_2d if dims == 2 else kernels.attract_3d
        self._descend = kernels.descend
        self._attraction, self._slope = np.empty_like(start), np.empty_like(start)
        self._velocity, self._gain = np.zeros_like(start), np.ones_like(start)
        self._before = np.zeros_like(start)

    def rest(self) -> None:
        """Forget about the steps so far."""
        self._velocity[:], self._gain[:], self._before[:] = 0, 1, 0

    def step(self, phase: Phase) -> None:
        """Go one step."""
        coords, held = self.coords, self._affinities
        half_sum = np.float32(2 * self._repel(coords, self._slope))
        rates = np.float32(phase.exaggeration), half_sum, np.float32(phase.rate)
        momentum = np.float32(phase.momentum)

        def attract(first: int, last: int) -> None:
            edges = held.starts, held.neighbors, held.weights
            self._attract(coords, *edges, first, last, self._attraction)

        def descend(first: int, last: int) -> None:
            forces, memory = (self._attraction, self._slope), (self._velocity, self._gain)
            self._descend(coords, *forces, first, last, *rates, momentum, *memory, self._before)

        self._threads.over(len(coords), attract, least=500)
        self._threads.over(len(coords), descend, least=5000)
        coords -= coords.mean(axis=0, dtype=np.float64).astype(np.float32)
