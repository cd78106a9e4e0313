"""Convex hulls of groups of points, without the few that lie farthest out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from typing import Any

KEPT = 0.95  # share of the points of a group that its hull holds
DIRECTIONS = 32  # in which the farthest points are found first
MANY = 512  # points from which that pays


@dataclass(frozen=True, slots=True, eq=False)
class Hull:
    """A hull of a group: corners (m, 2) counterclockwise, none repeated, and how many it holds."""

    group: int
    corners: NDArray[np.float64]
    n: int


def hulls_of(coords: NDArray[np.floating], groups: NDArray[Any], kept: float = KEPT) -> list[Hull]:
    """Return the convex hull of the middle of each group, by group.

    The middle are the `kept` share of its points that are nearest to the median of both axes, so
    that a few points elsewhere do not stretch the hull over the others.

    Parameters
    ----------
    coords
        (n, 2); a point that is not finite is in no group.
    groups
        (n,) from 0; a point below 0 is in none.
    """
    is_in = (groups >= 0) & np.isfinite(coords).all(axis=1)
    rows = np.flatnonzero(is_in)
    if not len(rows):
        return []
    labels = groups[rows]
    small = labels.astype(np.int16) if labels.max() < np.iinfo(np.int16).max else labels
    order = rows[np.argsort(small, kind="stable")]  # small numbers are sorted by their digits
    sizes = np.bincount(labels)
    found = []
    end = 0
    for group, size in enumerate(sizes):
        members = coords[order[end : end + size]].astype(np.float64)
        end += size
        if size:
            middle = middle_of(members, kept)
            found.append(Hull(group, convex_hull(middle), len(middle)))
    return found


def middle_of(points: NDArray[np.float64], kept: float = KEPT) -> NDArray[np.float64]:
    """Return the share of the points (m, 2) that is nearest to their median, at least one."""
    apart = points - np.median(points, axis=0)
    distances = np.einsum("ij,ij->i", apart, apart)
    count = max(1, int(np.ceil(kept * len(points) - 1e-9)))
    if count >= len(points):
        return points
    limit = np.partition(distances, count - 1)[count - 1]
    middle: NDArray[np.float64] = points[distances <= limit]
    return middle


def convex_hull(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the corners (m, 2) of the convex hull, counterclockwise from the leftmost.

    One place gives one corner, points on a line its two ends.

    References
    ----------
    Andrew 1979, Another efficient algorithm for convex hulls in two dimensions, Information
    Processing Letters 9 (the chains).
    Akl and Toussaint 1978, A fast convex hull algorithm, ibid. 7 (what is inside the polygon of
    extreme points is no corner).
    """
    if len(points) > MANY:
        points = _outer(points)
    ordered = np.unique(points, axis=0)  # by x, then y
    if len(ordered) < 3:
        return ordered
    places = ordered.tolist()
    lower, upper = _chain(places), _chain(places[::-1])
    return np.array([*lower[:-1], *upper[:-1]])


def _outer(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the points that are not inside the polygon of the farthest ones."""
    angles = np.arange(DIRECTIONS) * (2 * np.pi / DIRECTIONS)
    farthest = [
        int(np.argmax(points[:, 0] * np.cos(angle) + points[:, 1] * np.sin(angle)))
        for angle in angles
    ]
    corners = convex_hull(points[np.unique(farthest)])
    if len(corners) < 3:
        return points
    left = points
    is_corner_side = np.zeros(len(points), bool)
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = end - start
        is_corner_side |= (
            along[0] * (left[:, 1] - start[1]) - along[1] * (left[:, 0] - start[0])
        ) <= 0
    return points[is_corner_side]


def _chain(places: list[list[float]]) -> list[list[float]]:
    """Return the chain of left turns through places in order."""
    chain: list[list[float]] = []
    for place in places:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], place) <= 0:
            chain.pop()
        chain.append(place)
    return chain


def _turn(a: list[float], b: list[float], c: list[float]) -> float:
    """Return twice the area of a triangle, positive where it turns left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
