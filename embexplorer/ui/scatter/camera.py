"""Where a 3-D map is seen from: a frozen value that turns, moves, zooms, fits and interpolates."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from embexplorer.ui.scatter.quaternion import Quaternion, product, rotation_matrix, slerp, unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from embexplorer.ui.scatter.ball import Ball

Size = tuple[float, float]  # width and height of the view in pixels

NEAREST = 0.05
"""Depth before which nothing is drawn, as a share of the distance from the eye to the center."""

FIELD = 0.7
"""Angle of view over the shorter side in radians: enough to see depth, too little to distort."""

TURN = math.pi
"""Radians that a drag over the shorter side of the view turns the points."""

_FIT_PADDING = 0.045  # of the view, at each side
_SMALLEST_SPAN, _LARGEST_SPAN = 1e-30, 1e30

# Quaternions of the views along x, y and z, as `Camera.along` describes them.
_ALONG: tuple[Quaternion, ...] = (
    (0.5, -0.5, -0.5, -0.5),
    (math.sqrt(0.5), -math.sqrt(0.5), 0.0, 0.0),
    (1.0, 0.0, 0.0, 0.0),
)


class Lens(NamedTuple):
    """A camera for a view of so many pixels: what projects points, in numpy and in kernels.

    With ``right, down, towards = matrix @ (x, y, z, 1)``, the first two in pixels and the last in
    data units towards the eye, the depth of a point is ``1 - pull * towards`` (1 at the center, 0
    at the eye) and its pixel ``(x0 + right / depth, y0 + down / depth)``.

    Parameters
    ----------
    matrix
        (3, 4) float64.
    pull
        One over the distance from the eye to the center in data units; 0 without perspective.
    x0, y0
        Pixel of the center.
    """

    matrix: NDArray[np.float64]
    pull: float
    x0: float
    y0: float

    def scaled(self, ratio: float, left: float = 0.0, top: float = 0.0) -> Lens:
        """Return the lens for `ratio` image pixels per pixel, seen from (left, top) in them."""
        matrix = self.matrix * np.array([[ratio], [ratio], [1.0]])
        return Lens(matrix, self.pull, self.x0 * ratio - left, self.y0 * ratio - top)

    def project(self, points: NDArray[np.floating]) -> tuple[NDArray[np.float64], ...]:
        """Return x, y in pixels and the depth of (n, 3) points; x, y are NaN before the eye."""
        x, y, z = np.asarray(points, np.float64).T
        m = self.matrix
        with np.errstate(invalid="ignore"):  # infinite coords have no pixel
            right, down, towards = (
                m[row, 0] * x + m[row, 1] * y + m[row, 2] * z + m[row, 3] for row in range(3)
            )
            depth = 1.0 - self.pull * towards
            seen = np.where(depth > NEAREST, depth, np.nan)
            return self.x0 + right / seen, self.y0 + down / seen, depth


@dataclass(frozen=True, slots=True)
class Camera:
    """A view of points in space.

    The axes of the view are x to the right, y up and z towards the eye. Where positions or
    distances on the screen are passed, y grows downwards, as Qt has it.

    Parameters
    ----------
    rotation
        From the axes of the data to those of the view: a unit quaternion (w, x, y, z).
    center
        Data coordinates of the point that the view turns about.
    span
        Data units along the shorter side of the view, at the depth of the center.
    shift
        Where the center appears: right and down of the middle of the view, in shorter sides.
    field
        Angle of view over the shorter side in radians, 0 to below pi; 0 sees in parallel.
    """

    rotation: Quaternion = (1.0, 0.0, 0.0, 0.0)
    center: tuple[float, float, float] = (0.0, 0.0, 0.0)
    span: float = 2.0
    shift: tuple[float, float] = (0.0, 0.0)
    field: float = FIELD

    def lens(self, size: Size) -> Lens:
        """Return what projects points onto a view of `size`."""
        axes = rotation_matrix(self.rotation)
        scale = _shorter(size) / self.span
        rows = axes * np.array([[scale], [-scale], [1.0]])
        matrix = np.column_stack([rows, -rows @ np.array(self.center)])
        pull = 2 * math.tan(self.field / 2) / self.span
        x0, y0 = self._center_pixel(size)
        return Lens(np.ascontiguousarray(matrix), pull, x0, y0)

    # -- moves ---------------------------------------------------------------------------------

    def orbit(self, dx: float, dy: float, size: Size) -> Camera:
        """Turn as if the near side of the points followed a drag by (dx, dy) pixels.

        Each step turns about an axis of the screen, so no direction is special and none locks.
        """
        angle = math.hypot(dx, dy) / _shorter(size) * TURN
        if angle == 0:
            return self
        length = math.hypot(dx, dy)
        return self._turned((dy / length, dx / length, 0.0), angle)

    def rotate(self, angle: float) -> Camera:
        """Turn about the upright axis of the screen, by an angle in radians."""
        return self._turned((0.0, 1.0, 0.0), angle)

    def pan(self, dx: float, dy: float, size: Size) -> Camera:
        """Move so that what lies at the depth of the center follows a drag by (dx, dy) pixels."""
        offset = self._in_data(-dx, -dy, size)
        return self._moved(offset)

    def zoom(self, factor: float, at: tuple[float, float], size: Size) -> Camera:
        """Come nearer by `factor`; what lies under the pixel `at`, as deep as the center, stays."""
        span = min(max(self.span / factor, _SMALLEST_SPAN), _LARGEST_SPAN)
        x0, y0 = self._center_pixel(size)
        offset = self._in_data(at[0] - x0, at[1] - y0, size) * (1 - span / self.span)
        return replace(self._moved(offset), span=span)

    def fit(self, ball: Ball, size: Size, left: float = 0.0) -> Camera:
        """Show a ball in the part of the view right of `left` pixels, from the same side."""
        width, height = size
        free = max(0.4 * width, width - left)
        shorter = _shorter(size)
        # The outline of a ball is wider than its middle: half of it is radius * distance /
        # sqrt(distance ** 2 - radius ** 2) at the depth of the center. That shall be the part of
        # the view that is left, and the distance follows from the span.
        parts = shorter / max(1.0, min(free, height) * (1 - 2 * _FIT_PADDING))
        span = 2 * ball.radius * math.hypot(math.tan(self.field / 2), parts)
        shift = ((width - free) / 2 / shorter, 0.0)
        return replace(self, center=ball.center, span=span, shift=shift)

    def along(self, axis: int) -> Camera:
        """Look along an axis from the same distance.

        Along x (0), y points right and z up; along y (1), x right and z up; along z (2), x right
        and y up.
        """
        return replace(self, rotation=_ALONG[axis])

    def towards(self, other: Camera, share: float) -> Camera:
        """Return the camera a share of the way to another: the shortest turn, an even zoom.

        Parameters
        ----------
        other
            Where the way ends.
        share
            0 is here, 1 there.
        """
        if share >= 1:
            return other
        span = self.span * (other.span / self.span) ** share
        # Moving and zooming at once goes straight on the screen where both follow the span.
        change = other.span - self.span
        moved = share if abs(change) < 1e-9 * self.span else (span - self.span) / change
        return Camera(
            slerp(self.rotation, other.rotation, share),
            _mix3(self.center, other.center, moved),
            span,
            (
                _mix(self.shift[0], other.shift[0], share),
                _mix(self.shift[1], other.shift[1], share),
            ),
            _mix(self.field, other.field, share),
        )

    # -- kept ----------------------------------------------------------------------------------

    def to_plain(self) -> dict[str, object]:
        """Return plain values, as a project file keeps them."""
        return {
            "rotation": list(self.rotation),
            "center": list(self.center),
            "span": self.span,
            "shift": list(self.shift),
            "field": self.field,
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, object]) -> Camera:
        """Return the camera that `to_plain` described.

        Raises
        ------
        ValueError
            If a value is missing, has another shape, or is no possible one.
        """
        w, x, y, z = _numbers(plain, "rotation", 4)
        length = math.sqrt(w * w + x * x + y * y + z * z)
        (span,), (field,) = (_numbers(plain, name, 1) for name in ("span", "field"))
        if not 0.5 < length < 2:
            raise ValueError(f"rotation must be a unit quaternion, not {plain['rotation']}")
        if not _SMALLEST_SPAN <= span <= _LARGEST_SPAN:
            raise ValueError(f"span must be above 0, not {span}")
        if not 0 <= field < math.pi:
            raise ValueError(f"field must be an angle from 0 to below pi, not {field}")
        cx, cy, cz = _numbers(plain, "center", 3)
        right, down = _numbers(plain, "shift", 2)
        rotation = (w / length, x / length, y / length, z / length)
        return cls(rotation, (cx, cy, cz), span, (right, down), field)

    # -- parts ---------------------------------------------------------------------------------

    def _center_pixel(self, size: Size) -> tuple[float, float]:
        shorter = _shorter(size)
        return size[0] / 2 + self.shift[0] * shorter, size[1] / 2 + self.shift[1] * shorter

    def _in_data(self, right: float, down: float, size: Size) -> NDArray[np.float64]:
        """Return the offset in data units of one in pixels, at the depth of the center."""
        per_pixel = self.span / _shorter(size)
        in_view = np.array([right * per_pixel, -down * per_pixel, 0.0])
        offset: NDArray[np.float64] = in_view @ rotation_matrix(self.rotation)
        return offset

    def _moved(self, offset: NDArray[np.float64]) -> Camera:
        x, y, z = (np.array(self.center) + offset).tolist()
        return replace(self, center=(x, y, z))

    def _turned(self, axis: tuple[float, float, float], angle: float) -> Camera:
        """Turn about an axis of the view."""
        sine = math.sin(angle / 2)
        step = (math.cos(angle / 2), axis[0] * sine, axis[1] * sine, axis[2] * sine)
        return replace(self, rotation=unit(product(step, self.rotation)))


def _shorter(size: Size) -> float:
    return max(1.0, min(size))


def _mix(a: float, b: float, share: float) -> float:
    return a + (b - a) * share


def _mix3(a: Sequence[float], b: Sequence[float], share: float) -> tuple[float, float, float]:
    return _mix(a[0], b[0], share), _mix(a[1], b[1], share), _mix(a[2], b[2], share)


def _numbers(plain: Mapping[str, object], name: str, count: int) -> list[float]:
    """Return so many finite numbers of a plain value."""
    value = plain.get(name)
    parts = value if isinstance(value, list | tuple) else [value]
    numbers = [
        float(part)
        for part in parts
        if isinstance(part, int | float) and not isinstance(part, bool) and math.isfinite(part)
    ]
    if not len(numbers) == len(parts) == count:
        raise ValueError(f"{name} must be {count} finite numbers, not {value!r}")
    return numbers
