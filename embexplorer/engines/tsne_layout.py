"""The descent of t-SNE: from a start to a map, phase by phase, watched at every step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.engines.tsne_repulsion import Repulsion

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from embexplorer.core.threads import Threads
    from embexplorer.engines.tsne_affinities import Affinities

_MOMENTUM = np.float32(0.8)  # what remains of a step in the next one


@dataclass(frozen=True, slots=True)
class Phase:
    """Steps with the same settings.

    Parameters
    ----------
    steps
        How many.
    exaggeration
        What the affinities are multiplied by.
    rate
        Learning rate: length of a step for a gradient of 1.
    """

    steps: int
    exaggeration: float
    rate: float


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
        In their order; each begins at rest.
    watch
        Called before each step with the number of steps behind it and the coords, which change
        later: copy what is kept. What it raises ends the descent.

    References
    ----------
    van der Maaten and Hinton 2008, Visualizing data using t-SNE, section 3.
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
    """Coords on their way down, and how fast they are."""

    def __init__(
        self, start: NDArray[np.float32], affinities: Affinities, threads: Threads
    ) -> None:
        from embexplorer.engines.tsne_kernels import attract_2d, attract_3d, descend

        n, dims = start.shape
        self.coords = np.array(start, np.float32, order="C", copy=True)
        self._affinities = affinities
        self._threads = threads
        self._repel = Repulsion(n, dims, threads)
        self._attract = attract_2d if dims == 2 else attract_3d
        self._descend = descend
        self._attraction, self._slope = np.empty_like(self.coords), np.empty_like(self.coords)
        self._velocity, self._gain, self._trend = (np.empty_like(self.coords) for _ in range(3))

    def rest(self) -> None:
        """Forget how the coords came here."""
        self._velocity[:], self._gain[:], self._trend[:] = 0, 1, 0

    def step(self, phase: Phase) -> None:
        """Go one step."""
        by, rate = np.float32(phase.exaggeration), np.float32(phase.rate)
        held, coords = self._affinities, self.coords
        double_sum = np.float32(2.0 * self._repel(coords, self._slope))

        def move(first: int, last: int) -> None:
            self._descend(
                coords,
                self._attraction,
                self._slope,
                first,
                last,
                by,
                double_sum,
                rate,
                _MOMENTUM,
                self._velocity,
                self._gain,
                self._trend,
            )

        self._threads.over(
            len(coords),
            lambda first, last: self._attract(
                coords, held.starts, held.neighbors, held.weights, first, last, self._attraction
            ),
        )
        self._threads.over(len(coords), move)
        coords -= coords.mean(axis=0, dtype=np.float64).astype(np.float32)
