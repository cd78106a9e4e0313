"""RAN: each vector moves away from neighbors that are near through bias, and from the direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from embexplorer.core.contracts import Asks, Changed, Changing, Debiasing
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.measures.bias_direction import find_direction, notes_on, project_out
from embexplorer.measures.changed_rows import AFTER, change_rows, count_neutral, rows_with, to_unit
from embexplorer.measures.neighbors import find_nearest_many
from embexplorer.measures.similarity import norms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = NDArray[np.float64]  # (m, d)

AT_ONCE = 64  # items whose neighbors are held at once
RATE, DECAYS = 0.01, (0.9, 0.999)  # of Adam: Kingma and Ba 2015, ICLR; the rate falls to zero
TINY = 1e-9


@dataclass(frozen=True)
class RanParams:
    """Parameters of RAN."""

    n_items: Annotated[
        int,
        Doc(
            "Items",
            "Change the first so many neutral items: word vectors come by frequency.",
            min=1,
        ),
    ] = 2000
    n_neighbors: Annotated[
        int,
        Doc("Neighbors", "Of each item, among which biased ones are looked for.", min=1, max=500),
    ] = 100
    threshold: Annotated[
        float,
        Doc("Threshold", "Share of a similarity through the direction that counts.", min=0, max=1),
    ] = 0.05
    repulsion: Annotated[
        float, Doc("Repulsion", "Weight of moving away from such neighbors.", min=0, max=100)
    ] = 1.0
    attraction: Annotated[
        float, Doc("Attraction", "Weight of staying where the item was.", min=0, max=100)
    ] = 1.0
    neutralization: Annotated[
        float, Doc("Neutralization", "Weight of leaving the direction.", min=0, max=100)
    ] = 1.0
    n_steps: Annotated[int, Doc("Steps", "Of the optimizer.", min=1, max=5000, advanced=True)] = 150


def run(changing: Changing) -> Changed:
    """Minimize the weighted sum of repulsion, attraction and neutralization for each item.

    For a unit vector x that was w, with neighbors n of which the indirect bias is over the
    threshold: the mean of |x · n|, (1 - x · w) / 2, and |x · g|; the weights are scaled to a sum
    of 1. The optimizer is Adam, started at w, x scaled to length 1 after each step; the best x
    that it passes is kept.

    WEFE 1.0.1 has the same loss, and its minimum is ours; but it hands that loss its two vectors
    the wrong way round, so that what it returns is not where the loss is small.

    References
    ----------
    Kumar, Bhotia, Kumar and Chakraborty 2020, Nurse is closer to woman than surgeon? Mitigating
    gender-biased proximities in word embeddings, TACL.
    """
    params: RanParams = changing.params
    assert changing.pairs is not None  # it asks for pairs
    first, second = changing.pairs
    weights = np.array([params.repulsion, params.attraction, params.neutralization])
    if not weights.any():
        raise UserError("All weights are 0", "There is nothing to minimize.", "Set one above 0.")
    direction = find_direction(first.vectors, second.vectors)
    vectors = changing.vectors
    lengths = norms(vectors, changing.progress)
    is_neutral = lengths > 0
    kept = rows_with(changing.specific, first, second)
    is_neutral[kept] = False
    neutral_count = count_neutral(vectors, kept)
    rows = np.flatnonzero(is_neutral)[: params.n_items]
    change_rows(
        vectors,
        changing.out,
        lambda some: some,
        unit_length=True,
        progress=changing.progress.part(0.0, 0.1),
    )
    repelled, before, after = 0, 0.0, 0.0
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        changing.progress.report(0.1 + 0.9 * start / len(rows), "Moving items")
        units = to_unit(vectors[some].astype(np.float64))
        nearest = find_nearest_many(
            vectors, vectors[some], params.n_neighbors, rows=some, norms=lengths
        )
        near, is_biased = _biased_neighbors(
            vectors, units, [one.indices for one in nearest], direction.vector, params.threshold
        )
        repelled += int(np.count_nonzero(is_biased.any(axis=1)))
        problem = _Problem(units, near, is_biased, direction.vector, weights / weights.sum())
        found = problem.minimize(params.n_steps, changing)
        before += float(problem.values(units).sum())
        after += float(problem.values(found).sum())
        changing.out[some] = found
    pairs = [f"{a} – {b}" for a, b in zip(first.items, second.items, strict=True)]
    left = neutral_count - len(rows)
    notes = [
        f"{len(rows):,} items were changed, {repelled:,} of them away from neighbors; the mean of "
        f"what is minimized fell from {before / len(rows):.4f} to {after / len(rows):.4f}. The "
        "weights are a choice: papers tune them."
    ]
    if left:
        notes.append(f"{left:,} further neutral items were left as they are.")
    return Changed(
        order="scale to length 1 → move, to length 1 after each step",
        details={
            "share": direction.share,
            "changed": len(rows),
            "repelled": repelled,
            "objective": [before / len(rows), after / len(rows)],
        },
        notes=(*notes_on(direction, pairs), *notes, AFTER),
    )


def _biased_neighbors(
    vectors: NDArray[np.float32],
    units: Rows,
    nearest: list[NDArray[np.int64]],
    along: NDArray[np.float64],
    threshold: float,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return neighbors (m, k, d) of unit vectors (m, d), and which are near through the direction.

    The indirect bias of w and n is (w · n - w' · n' / (‖w'‖ ‖n'‖)) / (w · n), w' and n' being what
    they have across the direction; where w · n is next to 0, it is not defined and counts as none.
    """
    k = max((len(rows) for rows in nearest), default=0)
    near = np.zeros((len(units), k, units.shape[1]))
    for at, rows in enumerate(nearest):
        near[at, : len(rows)] = to_unit(vectors[rows].astype(np.float64))
    axes = along[None]
    across = to_unit(project_out(units, axes), TINY)
    products = np.einsum("md,mkd->mk", units, near)
    near_across = near - (near @ along)[..., None] * along
    sizes = np.sqrt(np.vecdot(near_across, near_across))
    between = np.einsum("md,mkd->mk", across, near_across)
    between = np.divide(between, sizes, out=np.zeros_like(between), where=sizes > TINY)
    is_defined = np.abs(products) > TINY
    bias = np.divide(products - between, products, out=np.zeros_like(products), where=is_defined)
    return near, bias > threshold


class _Problem:
    """What is minimized for some items at once."""

    def __init__(
        self,
        units: Rows,
        near: NDArray[np.float64],
        is_biased: NDArray[np.bool_],
        along: NDArray[np.float64],
        weights: NDArray[np.float64],
    ) -> None:
        self._start, self._near, self._along = units, near, along
        counts = np.maximum(is_biased.sum(axis=1, keepdims=True), 1)
        self._shares = is_biased / counts  # of each neighbor in the mean
        self._repel, self._attract, self._neutral = weights

    def values(self, x: Rows) -> NDArray[np.float64]:
        """Return what is minimized (m,) at unit vectors (m, d)."""
        near = np.abs(np.einsum("md,mkd->mk", x, self._near))
        found: NDArray[np.float64] = (
            self._repel * (self._shares * near).sum(axis=1)
            + self._attract * (1 - np.vecdot(x, self._start)) / 2
            + self._neutral * np.abs(x @ self._along)
        )
        return found

    def gradient(self, x: Rows) -> Rows:
        """Return the gradient (m, d), along the sphere."""
        signs = self._shares * np.sign(np.einsum("md,mkd->mk", x, self._near))
        found: Rows = (
            self._repel * np.einsum("mk,mkd->md", signs, self._near)
            - self._attract / 2 * self._start
            + self._neutral * np.sign(x @ self._along)[:, None] * self._along
        )
        found -= np.vecdot(found, x)[:, None] * x
        return found

    def minimize(self, n_steps: int, changing: Changing) -> Rows:
        """Return the best unit vectors that were passed."""
        x, best = self._start.copy(), self._start.copy()
        lowest = self.values(x)
        mean, square = np.zeros_like(x), np.zeros_like(x)
        for step in range(1, n_steps + 1):
            changing.progress.raise_if_cancelled()
            slope = self.gradient(x)
            mean = DECAYS[0] * mean + (1 - DECAYS[0]) * slope
            square = DECAYS[1] * square + (1 - DECAYS[1]) * slope**2
            rate = RATE * (1 - (step - 1) / n_steps)
            x -= (
                rate
                * (mean / (1 - DECAYS[0] ** step))
                / (np.sqrt(square / (1 - DECAYS[1] ** step)) + 1e-8)
            )
            x = to_unit(x)
            reached = self.values(x)
            is_better = reached < lowest
            best[is_better], lowest[is_better] = x[is_better], reached[is_better]
        return best


plugin = Debiasing(
    id="ran",
    title="RAN",
    summary="Moves items away from neighbors that are near through bias, one by one; slow.",
    params=RanParams,
    source=(
        "Kumar, Bhotia, Kumar and Chakraborty 2020, Nurse is closer to woman than surgeon? "
        "Mitigating gender-biased proximities in word embeddings, TACL, "
        "https://aclanthology.org/2020.tacl-1.32"
    ),
    asks=Asks(pairs=True, least=1),
    formula="min over x of a · mean |x · n| + b (1 − x · w) / 2 + c |x · g|, ‖x‖ = 1",
    run=run,
)
