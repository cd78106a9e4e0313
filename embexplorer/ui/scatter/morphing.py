"""How one map becomes another: the whole turns, mirrors and scales while each item finds its place.

And how places on two maps correspond: as shares of where nearly all of their points lie.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from embexplorer.ui.scatter.quaternion import Quaternion, rotation_matrix, slerp, unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from embexplorer.core.projection import Coords

CUT = 0.15  # percent of the points at each side that may lie outside of a map's box
SAMPLE = 20_000  # points that tell where a map is
IDENTITY: Quaternion = (1.0, 0.0, 0.0, 0.0)


class Similarity(NamedTuple):
    """``factor * (rotation of (mirrored) x)``: what maps one set of points best onto another.

    Parameters
    ----------
    rotation
        A unit quaternion; about the third axis for points of a plane.
    factor
        Above 0.
    is_mirrored
        Whether the last axis changes its sign before the rotation.
    """

    rotation: Quaternion
    factor: float
    is_mirrored: bool

    def matrix(self, share: float, dims: int) -> NDArray[np.float64]:
        """Return the (dims, dims) matrix a share of the way from no change: 1 is all of it."""
        turned = rotation_matrix(slerp(IDENTITY, self.rotation, share))[:dims, :dims]
        mirror = np.ones(dims)
        if self.is_mirrored:
            mirror[-1] = 1 - 2 * share  # through flat, as a card that is turned over
        matrix: NDArray[np.float64] = turned * mirror * self.factor**share
        return matrix


def align(source: NDArray[np.floating], target: NDArray[np.floating]) -> Similarity:
    """Return the similarity that brings centered points (n, d) nearest to others, d 2 or 3.

    References
    ----------
    Umeyama (1991), Least-squares estimation of transformation parameters between two point
    patterns, with reflections allowed (Schönemann and Carroll 1970).
    """
    dims = source.shape[1]
    spread = float((source**2).sum())
    u, strengths, vt = np.linalg.svd(target.T.astype(np.float64) @ source.astype(np.float64))
    if spread == 0 or strengths.sum() == 0:
        return Similarity(IDENTITY, 1.0, is_mirrored=False)
    turned = u @ vt
    is_mirrored = bool(np.linalg.det(turned) < 0)
    if is_mirrored:
        turned[:, -1] *= -1
    whole = np.eye(3)
    whole[:dims, :dims] = turned
    return Similarity(_quaternion(whole), float(strengths.sum() / spread), is_mirrored)


class Morph:
    """The way from one map to another of the same items.

    Parameters
    ----------
    source, target
        (n, d) coords, d the same; items without a place in one of them have none on the way.
    is_aligned
        Whether the map as a whole turns, mirrors and scales, and items move only by what that
        leaves; otherwise each moves straight.
    """

    def __init__(self, source: Coords, target: Coords, *, is_aligned: bool = True) -> None:
        self._source, self._target = source, target
        seen = np.isfinite(source).all(axis=1) & np.isfinite(target).all(axis=1)
        self._from, self._to = (
            points[seen].mean(axis=0, dtype=np.float64) if seen.any() else np.zeros(points.shape[1])
            for points in (source, target)
        )
        self._centered = (source - self._from).astype(np.float32)
        aimed = (target - self._to).astype(np.float32)
        if is_aligned and seen.any():
            self._turn = align(self._centered[seen], aimed[seen])
        else:
            self._turn = Similarity(IDENTITY, 1.0, is_mirrored=False)
        whole = self._turn.matrix(1.0, source.shape[1]).astype(np.float32)
        self._rest = aimed - self._centered @ whole.T

    def at(self, share: float) -> Coords:
        """Return the coords a share of the way: 0 is the source, 1 the target."""
        if share <= 0:
            return self._source
        if share >= 1:
            return self._target
        matrix = self._turn.matrix(share, self._source.shape[1]).astype(np.float32)
        center = (self._from + (self._to - self._from) * share).astype(np.float32)
        coords: Coords = self._centered @ matrix.T
        coords += self._rest * np.float32(share)
        coords += center
        return coords


class Box(NamedTuple):
    """Where nearly all points of a map lie."""

    middle: NDArray[np.float64]
    size: float

    @staticmethod
    def of(coords: Coords) -> Box:
        """Return the box of coords; of none, one around the origin."""
        step = max(1, len(coords) // SAMPLE)
        some = coords[::step]
        some = some[np.isfinite(some).all(axis=1)]
        if not len(some):
            return Box(np.zeros(coords.shape[1]), 1.0)
        low, high = np.percentile(some.astype(np.float64), (CUT, 100 - CUT), axis=0)
        return Box((low + high) / 2, float((high - low).max()) or 1.0)


def same_place(camera: Mapping[str, Any], before: Box, after: Box) -> dict[str, Any]:
    """Return the camera that sees the same part of another map, as `MapView.camera` returns it.

    Parameters
    ----------
    camera
        Of a 2-D map (center, height) or a 3-D one (see `camera.Camera.to_plain`).
    before, after
        Boxes of the map it is of, and of the other.
    """
    factor = after.size / before.size
    center = after.middle + (np.array(camera["center"]) - before.middle) * factor
    name = "span" if "span" in camera else "height"
    return {**camera, "center": center.tolist(), name: camera[name] * factor}


def between(first: Mapping[str, Any], second: Mapping[str, Any], share: float) -> dict[str, Any]:
    """Return the camera a share of the way between two of a 2-D map."""
    (x0, y0), (x1, y1) = first["center"], second["center"]
    height = first["height"] * (second["height"] / first["height"]) ** share
    return {"center": [x0 + (x1 - x0) * share, y0 + (y1 - y0) * share], "height": height}


def _quaternion(rotation: NDArray[np.float64]) -> Quaternion:
    """Return the unit quaternion of a rotation matrix.

    References
    ----------
    Shepperd (1978), Quaternion from rotation matrix: the largest component first.
    """
    m = rotation
    squares = np.array(
        [
            1 + m[0, 0] + m[1, 1] + m[2, 2],
            1 + m[0, 0] - m[1, 1] - m[2, 2],
            1 - m[0, 0] + m[1, 1] - m[2, 2],
            1 - m[0, 0] - m[1, 1] + m[2, 2],
        ]
    )
    largest = int(squares.argmax())
    # Row k holds 4 * q[k] * q.
    products = np.array(
        [
            [squares[0], m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1]],
            [m[2, 1] - m[1, 2], squares[1], m[0, 1] + m[1, 0], m[0, 2] + m[2, 0]],
            [m[0, 2] - m[2, 0], m[0, 1] + m[1, 0], squares[2], m[1, 2] + m[2, 1]],
            [m[1, 0] - m[0, 1], m[0, 2] + m[2, 0], m[1, 2] + m[2, 1], squares[3]],
        ]
    )
    w, x, y, z = (products[largest] / (2 * math.sqrt(squares[largest]))).tolist()
    return unit((w, x, y, z))
