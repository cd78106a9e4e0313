"""The compiled inner loop that draws lines: smooth ones of any width, blended in their order.

As in `kernels`: numba through and through, loaded lazily, no GIL, no ``prange``, no ``fastmath``.
Qt takes a hundred times as long for lines across a map.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.ui.scatter.kernels import _kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray


_FULL = 1 << 16  # full opacity: bytes times 256 parts of a pixel, and hardly more
_FULL_BYTE = 256


@_kernel
def draw_lines(
    image: NDArray[np.uint8],
    lines: NDArray[np.float32],
    which: NDArray[np.uint8],
    palette: NDArray[np.int32],
    width: float,
) -> None:
    """Blend lines over an image.

    Parameters
    ----------
    image
        (height, width, 4) premultiplied; the last channel is opacity.
    lines
        (m, 4) x, y of both ends in pixels, inside the image or hardly beside it.
    which
        (m,) row of the palette of each line.
    palette
        (k, 4) premultiplied colors, 0..255, in the order of the image's channels.
    width
        Of the lines, pixels, at least 1.
    """
    rows, columns = np.int32(image.shape[0]), np.int32(image.shape[1])
    one = np.float32(1.0)
    for m in range(len(lines)):
        x0, y0, x1, y1 = lines[m, 0], lines[m, 1], lines[m, 2], lines[m, 3]
        is_steep = abs(y1 - y0) > abs(x1 - x0)
        if is_steep:
            x0, y0, x1, y1 = y0, x0, y1, x1
        if x0 > x1:
            x0, y0, x1, y1 = x1, y1, x0, y0
        slope = (y1 - y0) / (x1 - x0) if x1 > x0 else np.float32(0.0)
        # A line of this width covers so much of a column, above and below its middle.
        reach = np.float32(0.5) * np.float32(width) * np.sqrt(one + slope * slope)
        color = palette[which[m]]
        blue, green, red, alpha = color[0], color[1], color[2], color[3]
        along, across = (rows, columns) if is_steep else (columns, rows)
        first, last = max(np.int32(0), np.int32(x0)), min(along - 1, np.int32(x1))
        middle = y0 + slope * (np.float32(first) + np.float32(0.5) - x0)
        for x in range(first, last + 1):
            at = np.float32(x)
            covered = min(at + one, x1) - max(at, x0)
            top, bottom = middle - reach, middle + reach
            middle += slope
            if covered <= 0.0:
                continue
            low, high = max(np.int32(0), np.int32(top)), min(across - 1, np.int32(bottom))
            for y in range(low, high + 1):
                share = min(np.float32(y) + one, bottom) - max(np.float32(y), top)
                part = np.int32(share * covered * np.float32(256.0))
                if part <= 0:
                    continue
                i, j = (x, y) if is_steep else (y, x)
                pixel = image[i, j]
                opacity = part * alpha
                left = _FULL - opacity - (opacity >> 8)
                pixel[0] = (np.int32(pixel[0]) * left + part * blue * _FULL_BYTE) >> 16
                pixel[1] = (np.int32(pixel[1]) * left + part * green * _FULL_BYTE) >> 16
                pixel[2] = (np.int32(pixel[2]) * left + part * red * _FULL_BYTE) >> 16
                pixel[3] = (np.int32(pixel[3]) * left + opacity * _FULL_BYTE) >> 16
