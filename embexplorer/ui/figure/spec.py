"""What a figure is to be: its format, its size on paper, its resolution, and what it shows."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal, get_args

from embexplorer.core.errors import UserError

Format = Literal["png", "svg", "pdf", "html"]
FORMATS: tuple[Format, ...] = get_args(Format)
VECTOR: tuple[Format, ...] = ("svg", "pdf")

INCH = 25.4  # mm
POINT = INCH / 72  # mm
LEAST_MM, MOST_MM = 20.0, 2000.0
LEAST_DPI, MOST_DPI = 36, 2400
LEAST_PT, MOST_PT = 4.0, 72.0
MOST_PIXELS = 16_384  # of a side; Qt paints on nothing larger
VECTOR_POINTS = 20_000
"""Above so many points, vector files become slow to open: the points turn into one image."""


@dataclass(frozen=True, slots=True)
class FigureSpec:
    """How a figure looks.

    Parameters
    ----------
    format
        Of the file.
    width_mm, height_mm
        On paper.
    dpi
        Pixels per inch, of a PNG and of the image inside a vector file that has too many points.
    font_pt
        Size of normal text on paper; everything else follows it.
    theme
        ``light`` or ``dark``.
    legend, labels, caption
        Whether it has a legend, names on the map, and the line with method and quality.
    transparent
        Whether what lies behind the figure shows through.
    vector_points
        A vector file of more points than this has them as one image.
    """

    format: Format = "pdf"
    width_mm: float = 178.0
    height_mm: float = 120.0
    dpi: int = 300
    font_pt: float = 8.0
    theme: Literal["light", "dark"] = "light"
    legend: bool = True
    labels: bool = True
    caption: bool = True
    transparent: bool = False
    vector_points: int = VECTOR_POINTS

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of a PNG."""
        return (
            max(1, round(self.width_mm / INCH * self.dpi)),
            max(1, round(self.height_mm / INCH * self.dpi)),
        )

    def checked(self) -> FigureSpec:
        """Return it, when it can be drawn.

        Raises
        ------
        UserError
            Naming what lies out of range.
        """
        for name, value, low, high, unit in (
            ("Width", self.width_mm, LEAST_MM, MOST_MM, "mm"),
            ("Height", self.height_mm, LEAST_MM, MOST_MM, "mm"),
            ("Resolution", self.dpi, LEAST_DPI, MOST_DPI, "dpi"),
            ("Text size", self.font_pt, LEAST_PT, MOST_PT, "pt"),
        ):
            if not low <= value <= high:
                raise UserError(
                    f"{name} out of range",
                    f"{name} is {value:g} {unit}.",
                    f"Choose {low:g} to {high:g} {unit}.",
                )
        if max(self.pixels) > MOST_PIXELS:
            raise UserError(
                "Too many pixels",
                f"{self.pixels[0]:,} × {self.pixels[1]:,} pixels at {self.dpi} dpi.",
                f"Choose a lower resolution: at most {MOST_PIXELS:,} pixels on a side.",
            )
        return self


@dataclass(frozen=True, slots=True)
class Preset:
    """A usual size, with the size of text and the resolution that go with it."""

    id: str
    title: str
    width_mm: float
    height_mm: float
    dpi: int
    font_pt: float

    def applied(self, spec: FigureSpec) -> FigureSpec:
        """Return a spec of this size."""
        return dataclasses.replace(
            spec,
            width_mm=self.width_mm,
            height_mm=self.height_mm,
            dpi=self.dpi,
            font_pt=self.font_pt,
        )


PRESETS: tuple[Preset, ...] = (
    Preset("one-column", "One column (85 mm)", 85.0, 68.0, 300, 7.0),
    Preset("two-columns", "Two columns (178 mm)", 178.0, 120.0, 300, 8.0),
    # 13.33 x 7.5 inches, as a wide slide is
    Preset("slide", "Slide (1920 × 1080 px)", 1920 / 144 * INCH, 1080 / 144 * INCH, 144, 14.0),
)


def screen_preset(width: float, height: float, font_pixels: float) -> Preset:
    """Return the size that a map of logical pixels has on screen, at twice its resolution."""
    return Preset(
        "screen",
        "As on screen",
        width / 96 * INCH,
        height / 96 * INCH,
        192,
        font_pixels / 96 * 72,
    )
