"""What stands to c as b stands to a: four ways to solve an analogy, all on unit vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from embexplorer.measures.bounds import bounds_of
from embexplorer.measures.int8_copy import MOST_CANDIDATES, Int8Copy
from embexplorer.measures.ranking import Bounds, best_of, candidates_of
from embexplorer.measures.similarity import Norms, row_sums
from embexplorer.measures.similarity import norms as norms_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from embexplorer.core.progress import Progress
    from embexplorer.core.results import AnalogyMethod, Ranked
    from embexplorer.core.space import Vectors

EPSILON = 1e-6  # keeps 3CosMul from dividing by zero; gensim's value, the paper has 0.001
NO_DIRECTION = 1e-6  # unit vectors nearer than this differ by the rounding of float32 alone

Unit = NDArray[np.float64]  # (d,), of length 1
Input = int | NDArray[np.float32]  # a row, or a vector (d,) that is none of them


class Inputs(NamedTuple):
    """The unit vectors of the three inputs."""

    a: Unit
    b: Unit
    c: Unit

    @property
    def target(self) -> NDArray[np.float64]:
        """Where the answer is expected: b - a + c."""
        return self.b - self.a + self.c

    @property
    def shift(self) -> NDArray[np.float64]:
        """What leads from a to b: b - a."""
        return self.b - self.a


def unit_inputs(vectors: Vectors, a: Input, b: Input, c: Input) -> Inputs:
    """Return the unit vectors of three inputs.

    Raises
    ------
    ValueError
        When one of them is a zero vector.
    """
    rows = np.stack(
        [one if isinstance(one, np.ndarray) else vectors[one] for one in (a, b, c)]
    ).astype(np.float64)
    lengths = np.sqrt(row_sums(rows * rows))
    if not lengths.all():
        raise ValueError("a zero vector has no direction")
    return Inputs(*(rows / lengths[:, None]))


def has_direction(inputs: Inputs, method: AnalogyMethod) -> bool:
    """Return whether the method has something to follow: the vector that it compares with."""
    followed = {"3cosadd": inputs.target, "pairdirection": inputs.shift}.get(method, inputs.a)
    return float(np.linalg.norm(followed)) > NO_DIRECTION


def solve_analogy(
    vectors: Vectors,
    a: Input,
    b: Input,
    c: Input,
    k: int,
    method: AnalogyMethod = "3cosadd",
    *,
    norms: Norms | None = None,
    copy: Int8Copy | None = None,
    progress: Progress | None = None,
) -> tuple[Ranked, Ranked]:
    """Return the k best answers to ``a is to b as c is to ?``, without the inputs and with them.

    With v, a, b, c of length 1 and cos'(x, y) = (1 + cos(x, y)) / 2, an item v scores

    * ``3cosadd``: cos(v, b - a + c);
    * ``3cosmul``: cos'(v, b) cos'(v, c) / (cos'(v, a) + EPSILON);
    * ``pairdirection``: cos(v - c, b - a); items with the direction of c itself have no score;
    * ``pairdistance``: -‖(v - c) - (b - a)‖. On unit vectors its order is that of ``3cosadd``.

    A larger score is better for each. The rows a, b, c are left out of the first result by index
    alone, so their duplicates stay. Zero vectors never appear.

    Raises
    ------
    ValueError
        When an input is a zero vector, or the method has no direction to follow.

    References
    ----------
    Mikolov, Yih, Zweig 2013, Linguistic Regularities in Continuous Space Word Representations
    (3CosAdd); Levy, Goldberg 2014, Linguistic Regularities in Sparse and Explicit Word
    Representations, equations 1-4 (PairDirection, 3CosAdd, 3CosMul).
    """
    inputs = unit_inputs(vectors, a, b, c)
    if not has_direction(inputs, method):
        raise ValueError(f"the inputs cancel out: {method} has no direction to follow")
    lengths = norms_of(vectors, progress) if norms is None else norms
    bounds = _BOUNDS[method](inputs, vectors, lengths, copy, progress)
    if copy is not None and len(candidates_of(bounds, k)) > MOST_CANDIDATES * len(vectors):
        bounds = _BOUNDS[method](inputs, vectors, lengths, None, progress)
    _leave_out(bounds, lengths == 0)

    def exact(rows: NDArray[np.int64]) -> NDArray[np.float64]:
        units = vectors[rows].astype(np.float64)
        units /= np.sqrt(row_sums(units * units))[:, None]
        return _EXACT[method](units, inputs)

    with_inputs = best_of(bounds, k, exact, vectors.shape[1])
    _leave_out(bounds, [one for one in (a, b, c) if not isinstance(one, np.ndarray)])
    return best_of(bounds, k, exact, vectors.shape[1]), with_inputs


def _leave_out(bounds: Bounds, rows: NDArray[np.bool_] | list[int]) -> None:
    bounds.lower[rows] = bounds.upper[rows] = -np.inf


def _cosines(
    targets: list[NDArray[np.float64]],
    vectors: Vectors,
    norms: Norms,
    copy: Int8Copy | None,
    progress: Progress | None,
) -> list[Bounds]:
    """Return bounds (n,) of the cosines with each target, 0 for zero vectors."""
    found = list(bounds_of(vectors, np.stack(targets), "cosine", norms, progress, copy))
    is_zero = norms == 0
    for bounds in found:
        bounds.lower[is_zero] = bounds.upper[is_zero] = 0.0
    return found


def _bound_target(inputs: Inputs, *space: Any) -> Bounds:
    (cosine,) = _cosines([inputs.target], *space)
    return cosine


def _bound_distance(inputs: Inputs, vectors: Vectors, *space: Any) -> Bounds:
    length = float(np.linalg.norm(inputs.target))
    if length <= NO_DIRECTION:  # every item is equally far: let the exact scores decide
        unbounded = np.full(len(vectors), np.inf)
        return Bounds(-unbounded, unbounded)
    # -‖v - t‖ rises with cos(v, t) for v of length 1, so the cosine's bounds find the same rows.
    return _bound_target(inputs, vectors, *space)


def _bound_product(inputs: Inputs, *space: Any) -> Bounds:
    shares = [
        [(1.0 + np.maximum(bound.astype(np.float64), -1.0)) / 2.0 for bound in cosine]
        for cosine in _cosines(list(inputs), *space)
    ]
    (low_a, high_a), (low_b, high_b), (low_c, high_c) = shares
    return Bounds(low_b * low_c / (high_a + EPSILON), high_b * high_c / (low_a + EPSILON))


def _bound_direction(inputs: Inputs, *space: Any) -> Bounds:
    direction = inputs.shift / np.linalg.norm(inputs.shift)
    along, near_c = _cosines([direction, inputs.c], *space)
    # cos(v - c, u) = (v·u - c·u) / ‖v - c‖ with ‖v - c‖² = 2 - 2 v·c.
    low, high = (bound.astype(np.float64) - float(inputs.c @ direction) for bound in along)
    shortest = np.sqrt(np.maximum(2.0 - 2.0 * near_c.upper.astype(np.float64), 0.0))
    longest = np.sqrt(np.maximum(2.0 - 2.0 * near_c.lower.astype(np.float64), NO_DIRECTION**2))
    is_clear = shortest > 2.0 * NO_DIRECTION
    divisor = np.where(is_clear, shortest, 1.0)
    lower = np.where(is_clear, np.minimum(low / divisor, low / longest), -np.inf)
    upper = np.where(is_clear, np.maximum(high / divisor, high / longest), 1.0)
    return Bounds(lower, upper)


def _score_target(units: NDArray[np.float64], inputs: Inputs) -> NDArray[np.float64]:
    direction = inputs.target / np.linalg.norm(inputs.target)
    cosines: NDArray[np.float64] = np.clip(row_sums(units * direction), -1.0, 1.0)
    return cosines


def _score_distance(units: NDArray[np.float64], inputs: Inputs) -> NDArray[np.float64]:
    return -np.sqrt(row_sums((units - inputs.target) ** 2))


def _score_product(units: NDArray[np.float64], inputs: Inputs) -> NDArray[np.float64]:
    a, b, c = ((1.0 + row_sums(units * unit)) / 2.0 for unit in inputs)
    return b * c / (a + EPSILON)


def _score_direction(units: NDArray[np.float64], inputs: Inputs) -> NDArray[np.float64]:
    direction = inputs.shift / np.linalg.norm(inputs.shift)
    ways = units - inputs.c
    lengths = np.sqrt(row_sums(ways * ways))
    scores = np.full(len(units), -np.inf)
    np.divide(row_sums(ways * direction), lengths, out=scores, where=lengths > NO_DIRECTION)
    scores[lengths > NO_DIRECTION] = np.clip(scores[lengths > NO_DIRECTION], -1.0, 1.0)
    return scores


_BOUNDS: dict[AnalogyMethod, Callable[..., Bounds]] = {
    "3cosadd": _bound_target,
    "3cosmul": _bound_product,
    "pairdirection": _bound_direction,
    "pairdistance": _bound_distance,
}
_EXACT: dict[AnalogyMethod, Callable[..., NDArray[np.float64]]] = {
    "3cosadd": _score_target,
    "3cosmul": _score_product,
    "pairdirection": _score_direction,
    "pairdistance": _score_distance,
}
