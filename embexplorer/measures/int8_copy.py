"""A copy of the vectors with a byte a number: a quarter of the memory to scan, with a proven bound.

A row x is written as x = m + s c + r: the center m of the space, a scale s and whole numbers c of
one byte for the row, and a rest r whose length e is kept. A query is written as q = t g + h with
whole numbers g of two bytes. Then

    x·q = m·q + s t c·g + s c·h + r·q

where c·g is a sum of whole numbers, and exact. The last two parts are unknown, but by the
inequality of Cauchy and Schwarz not larger than (|x - m| + e) |h| + e |q|: the bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embexplorer.measures import scanning
from embexplorer.measures.ranking import Bounds
from embexplorer.measures.scanning import QueryTerms

if TYPE_CHECKING:
    from embexplorer.core.progress import Progress
    from embexplorer.core.results import Metric
    from embexplorer.core.space import Vectors
    from embexplorer.measures.similarity import Norms

Codes = NDArray[np.int8]  # (n, d)
Center = NDArray[np.float32]  # (d,)

# What `scan_kernels` calls the metrics.
COSINE, DOT, EUCLIDEAN = 0, 1, 2
METRIC_NUMBERS: dict[Metric, int] = {"cosine": COSINE, "dot": DOT, "euclidean": EUCLIDEAN}

MOST_CANDIDATES = 1 / 32
"""The share of the items above which a scan of the vectors takes less time than exact scores."""

_SAMPLE = 4096  # rows whose mean is the center
_LARGEST_CODE = 127
_LARGEST_QUERY = 2**15 - 1
_LARGEST_SUM = 2**31 - 1


@dataclass(frozen=True, slots=True, eq=False)
class Int8Copy:
    """The vectors of a space with a byte a number.

    Parameters
    ----------
    codes
        (n, d) c of each row.
    scales, errors
        (n,) float32: s and e of each row.
    center
        (d,) m.
    """

    codes: Codes
    scales: NDArray[np.float32]
    errors: NDArray[np.float32]
    center: Center

    def bounds_of(
        self,
        query: NDArray[np.float64],
        metric: Metric,
        norms: Norms,
        progress: Progress | None = None,
    ) -> Bounds:
        """Return between which values (n,) the closeness of every item to a query (d,) lies.

        The compiled scans must be loaded; `norms` are those of the vectors, which with the length
        of the query lie in the range of `bounds.are_safe`.

        Raises
        ------
        CancelledError
            When the person cancelled.
        """
        from embexplorer.measures import scan_kernels

        n, d = self.codes.shape
        numbers, terms = _query_terms(query, self.center)
        bounds = Bounds(np.empty(n, np.float32), np.empty(n, np.float32))
        kernel = partial(
            scan_kernels.bound_products,
            scanning.read_only(self.codes),
            scanning.read_only(self.scales),
            scanning.read_only(self.errors),
            scanning.read_only(norms),
            scanning.read_only(numbers),
            terms,
            METRIC_NUMBERS[metric],
            *bounds,
        )
        scanning.scan(kernel, n, d, progress)
        return bounds


def choose_center(vectors: Vectors) -> Center:
    """Return the center (d,) from which rows have the smaller error: zero or the mean of a sample.

    Vectors that all point into one direction are far from zero and near their mean. Sparse ones are
    exactly zero in most columns, and would lose that.
    """
    sample = vectors[:: max(1, len(vectors) // _SAMPLE)]
    zero: Center = np.zeros(vectors.shape[1], np.float32)
    mean = sample.mean(axis=0, dtype=np.float64).astype(np.float32)
    errors = [float(quantized(sample, center)[2].mean()) for center in (zero, mean)]
    return mean if errors[1] < errors[0] else zero


def quantized(
    vectors: NDArray[np.float32], center: Center
) -> tuple[Codes, NDArray[np.float32], NDArray[np.float32]]:
    """Return the codes (m, d), scales (m,) and errors (m,) of some rows."""
    wide = vectors.astype(np.float64) - center
    scales = (np.abs(wide).max(axis=1) / _LARGEST_CODE).astype(np.float32)
    divisors = np.where(scales > 0, scales, np.float32(1))[:, None]
    codes = np.clip(np.rint(wide / divisors), -_LARGEST_CODE, _LARGEST_CODE).astype(np.int8)
    wide -= codes * scales[:, None].astype(np.float64)
    return codes, scales, _rounded_up(np.sqrt(np.vecdot(wide, wide)) * (1 + 1e-6))


def _rounded_up(values: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.nextafter(values.astype(np.float32), np.float32(np.inf))


def _query_terms(
    query: NDArray[np.float64], center: Center
) -> tuple[NDArray[np.int16], QueryTerms]:
    """Return g (d,) and the terms of a query."""
    d = len(query)
    most = min(_LARGEST_QUERY, _LARGEST_SUM // (_LARGEST_CODE * d))
    scale = float(np.abs(query).max()) / most or 1.0
    numbers = np.rint(query / scale)
    wide: NDArray[Any] = center.astype(np.float64)
    terms = QueryTerms(
        scale=scale,
        norm=_length(query),
        error=_length(query - scale * numbers),
        center_norm=_length(wide),
        center_product=float(np.sum(wide * query)),
        # Higham 2002, Accuracy and Stability of Numerical Algorithms, 3.1, with room to spare.
        relative=float(np.finfo(np.float64).eps) * (2 * d + 32),
    )
    return numbers.astype(np.int16), terms


def _length(vector: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.sum(vector * vector)))
