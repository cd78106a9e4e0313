"""Points as numbers whose products are fast, with a bound of what the products leave open."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from embexplorer.engines.nearest.points import SHARE, Points

if TYPE_CHECKING:
    from embexplorer.core.threads import Threads

GROUP = 1024  # points of a block: its products stay in the cache of one processor
TURNED = 256  # columns that are turned together at most
ULP = 2.0**-23


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """How far codes may be off.

    Parameters
    ----------
    scales
        (m,) float32: what a code is multiplied by.
    halves
        (m,) float32: half the squared length of a code.
    residuals
        (m,) how far each code is from its point at most.
    bound
        Share of its length that any code is off at most; the length below which that length
        counts instead; the largest length; the largest residual; the error of a squared distance
        as a share of the sum of both squared lengths.
    """

    scales: NDArray[np.float32]
    halves: NDArray[np.float32]
    residuals: NDArray[np.float64]
    bound: tuple[float, float, float, float, float]


class Codes(Protocol):
    """Codes of points; threads may call it at once."""

    @property
    def is_manhattan(self) -> bool:
        """Whether a block holds distances instead of products."""

    @property
    def bounds(self) -> Bounds:
        """How far the codes may be off."""

    def take(self, which: NDArray[np.int64]) -> NDArray[Any]:
        """Return the codes of some points, one a row."""

    def block(self, rows: NDArray[Any], columns: NDArray[Any]) -> NDArray[Any]:
        """Return what `kernels.offer` takes; it holds until the same thread asks again."""


class _Room(threading.local):
    """Memory for a block of each thread: fresh memory would cost more than the product."""

    values: NDArray[Any] | None = None

    def take(self, height: int, width: int, dtype: Any) -> NDArray[Any]:
        if self.values is None or self.values.size < height * width:
            self.values = np.empty(max(height * width, GROUP * GROUP), dtype)
        return self.values[: height * width].reshape(height, width)


@dataclass(frozen=True, eq=False)
class Floats:
    """The points less their middle, in float32; made again for each block, so nothing is copied."""

    points: Points
    bounds: Bounds
    is_manhattan: bool = False
    _room: _Room = field(default_factory=_Room)

    def take(self, which: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return some points less their middle."""
        return self.points.centered(which, np.arange(self.points.width))

    def block(self, rows: NDArray[Any], columns: NDArray[Any]) -> NDArray[Any]:
        """Return products of points."""
        return np.matmul(rows, columns.T, out=self._room.take(len(rows), len(columns), np.float32))


@dataclass(frozen=True, eq=False)
class Steps:
    """Manhattan distances, which are no products."""

    points: Points
    bounds: Bounds
    is_manhattan: bool = True
    _room: _Room = field(default_factory=_Room)

    def take(self, which: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return some points."""
        return self.points.centered(which, np.arange(self.points.width))

    def block(self, rows: NDArray[Any], columns: NDArray[Any]) -> NDArray[Any]:
        """Return minus the Manhattan distances of points."""
        from embexplorer.engines.nearest import kernels_codes

        out = self._room.take(len(rows), len(columns), np.float32)
        kernels_codes.fill_steps(rows, columns, out)
        return out


@dataclass(frozen=True, eq=False)
class Bytes:
    """The points less their middle as int8, turned at random, each on a scale of its own."""

    codes: NDArray[np.int8]
    bounds: Bounds
    is_manhattan: bool = False
    _room: _Room = field(default_factory=_Room)

    def take(self, which: NDArray[np.int64]) -> NDArray[np.int8]:
        """Return some codes, without a copy where they follow each other."""
        if which[-1] - which[0] == len(which) - 1:
            return self.codes[which[0] : which[-1] + 1]
        return self.codes[which]

    def block(self, rows: NDArray[Any], columns: NDArray[Any]) -> NDArray[Any]:
        """Return products of codes."""
        import torch

        if torch.get_num_threads() != 1:
            torch.set_num_threads(1)  # of this thread; the others have blocks of their own
        out = self._room.take(len(rows), len(columns), np.int32)
        left, right = torch.from_numpy(rows), torch.from_numpy(columns)
        torch._int_mm(left, right.T, out=torch.from_numpy(out))
        return out


def float_codes(points: Points, threads: Threads) -> Floats:
    """Return float32 codes: rounded once, and their products by the worst order of a sum.

    References
    ----------
    Higham 2002, Accuracy and stability of numerical algorithms, equation 3.5.
    """
    from embexplorer.engines.nearest import kernels_codes

    halves = np.empty(points.m, np.float32)
    source = np.arange(points.width)

    def measure(first: int, last: int) -> None:
        plain = points.centered(np.arange(first, last), source)
        kernels_codes.halve_squares(plain, halves[first:last])

    threads.over(points.m, measure, SHARE)
    lengths = np.sqrt(2 * halves.astype(np.float64))
    longest = float(lengths.max())
    bound = (ULP, 1e-9, longest, ULP * longest, (points.width + 32) * ULP)
    scales = np.ones(points.m, np.float32)
    return Floats(points, Bounds(scales, halves, lengths * ULP, bound))


def step_codes(points: Points) -> Steps:
    """Return what compares points by the Manhattan distance in float32."""
    ones, zeros = np.ones(points.m, np.float32), np.zeros(points.m, np.float32)
    slack = (points.width + 8) * ULP
    return Steps(points, Bounds(ones, zeros, np.zeros(points.m), (0.0, 0.0, 0.0, 0.0, slack)))


def byte_codes(points: Points, threads: Threads) -> Bytes:
    """Return int8 codes.

    Turning evens out the columns, so that no large one makes the steps of the others coarse. It is
    done in parts of `TURNED` shuffled columns, because a whole turn of 1,536 columns would cost as
    much as the search; the error that it adds in float32 is part of the residuals.
    """
    from embexplorer.engines.nearest import kernels_codes

    m = points.m
    parts, width = _parts(points.width)
    rng = np.random.default_rng(0)
    source = np.full(parts * width, -1)
    source[rng.permutation(parts * width)[: points.width]] = np.arange(points.width)
    turn = np.linalg.qr(rng.normal(size=(width, width)))[0].astype(np.float32)
    gram = turn.T.astype(np.float64) @ turn - np.eye(width)
    inexact = float(np.linalg.norm(gram)) + (width * np.sqrt(width) + 8) * ULP / 2
    codes = np.empty((m, parts * width), np.int8)
    scales, halves = np.empty(m, np.float32), np.empty(m, np.float32)
    residuals = np.empty(m)

    def quantize(first: int, last: int) -> None:
        at = slice(first, last)
        plain = points.centered(np.arange(first, last), source)
        turned = (plain.reshape(-1, width) @ turn).reshape(plain.shape)
        kernels_codes.quantize(turned, codes[at], scales[at], halves[at], residuals[at])

    threads.over(m, quantize, GROUP)
    lengths = np.sqrt(2 * halves.astype(np.float64))
    residuals += inexact * (lengths + residuals) * (1 + 2 * inexact)
    shortest = float(lengths.mean()) / 8
    share = float((residuals / np.maximum(lengths, shortest)).max())
    bound = (share, shortest, float(lengths.max()), float(residuals.max()), 32 * ULP)
    return Bytes(codes, Bounds(scales, halves, residuals, bound))


def _parts(width: int) -> tuple[int, int]:
    """Return into how many parts columns are turned, and the columns of a part with those added."""
    parts = -(-width // TURNED)
    return parts, -(-width // (16 * parts)) * 16
