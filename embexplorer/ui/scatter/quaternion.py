"""Rotations in space as unit quaternions: combined, interpolated, turned into a matrix."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Quaternion = tuple[float, float, float, float]  # (w, x, y, z), of length 1


def rotation_matrix(rotation: Quaternion) -> NDArray[np.float64]:
    """Return the (3, 3) matrix whose rows are the axes of the view in data coordinates."""
    w, x, y, z = rotation
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


def product(a: Quaternion, b: Quaternion) -> Quaternion:
    """Return the rotation that does `b` and then `a`."""
    aw, ax, ay, az = a
    bw, bx, by, bz = b
    return (
        aw * bw - ax * bx - ay * by - az * bz,
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
    )


def unit(q: Quaternion) -> Quaternion:
    """Return a quaternion of length 1: rounding must not add up over thousands of steps."""
    length = math.sqrt(sum(part * part for part in q))
    return (q[0] / length, q[1] / length, q[2] / length, q[3] / length)


def slerp(a: Quaternion, b: Quaternion, share: float) -> Quaternion:
    """Return the rotation a share of the shortest way from `a` to `b`, at even speed.

    References
    ----------
    Shoemake (1985), Animating rotation with quaternion curves, section 3.3.
    """
    cosine = sum(p * q for p, q in zip(a, b, strict=True))
    sign = -1.0 if cosine < 0 else 1.0  # q and -q are the same rotation
    angle = math.acos(min(1.0, abs(cosine)))
    if angle < 1e-6:
        first, second = 1 - share, share * sign
    else:
        first = math.sin((1 - share) * angle) / math.sin(angle)
        second = sign * math.sin(share * angle) / math.sin(angle)
    w, x, y, z = (first * p + second * q for p, q in zip(a, b, strict=True))
    return unit((w, x, y, z))
