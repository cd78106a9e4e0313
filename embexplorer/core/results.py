"""What a question about a space answers: neighbors and analogies, with how they were found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Metric = Literal["cosine", "dot", "euclidean", "manhattan", "hamming"]
METRICS: tuple[Metric, ...] = ("cosine", "dot", "euclidean", "manhattan", "hamming")


def known_metric(name: str) -> Metric:
    """Return the metric of this name; the cosine for one that is none, as old settings may hold."""
    return next((metric for metric in METRICS if metric == name), "cosine")


HIGHER_IS_NEARER = {
    "cosine": True,
    "dot": True,
    "euclidean": False,
    "manhattan": False,
    "hamming": False,
}

AnalogyMethod = Literal["3cosadd", "3cosmul", "pairdirection", "pairdistance"]
ANALOGY_METHODS: tuple[AnalogyMethod, ...] = ("3cosadd", "3cosmul", "pairdirection", "pairdistance")


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Rows in order of their score: indices (k,) int64, scores (k,) float64."""

    indices: NDArray[np.int64]
    scores: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.indices)


@dataclass(frozen=True, slots=True, eq=False)
class Neighbors:
    """The k nearest items of a query.

    `query` is as it was asked; `inputs` are the rows it was made of, which are left out of
    `ranked` unless it was asked to keep them. `exact` is whether every item was compared.
    """

    query: str
    inputs: NDArray[np.int64]
    ranked: Ranked
    metric: Metric
    exact: bool
    seconds: float
    n_compared: int
    notes: tuple[str, ...] = ()

    @property
    def higher_is_nearer(self) -> bool:
        """Whether a larger score is nearer (similarities) or farther (distances)."""
        return HIGHER_IS_NEARER[self.metric]


@dataclass(frozen=True, slots=True, eq=False)
class AnalogyResult:
    """Answers to ``a is to b as c is to ?``, without the inputs and with them.

    `inputs` are the rows of a, b and c, -1 for a word that is no item; `names` what they are
    called.
    """

    inputs: tuple[int, int, int]
    names: tuple[str, str, str]
    method: AnalogyMethod
    results: Ranked
    results_with_inputs: Ranked
    seconds: float
    notes: tuple[str, ...] = ()
