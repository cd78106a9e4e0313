"""A picture as SVG text: shapes and real text in points, colors of the light theme, a sentence."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal
from xml.sax.saxutils import escape

from embexplorer.storage.paths import resource

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Anchor = Literal["start", "middle", "end"]

POINT = 25.4 / 72  # mm
WIDTH_MM = 170.0  # the text of a page of A4
FONT, SMALL = 8.0, 7.0  # points
MARGIN = 2.0
HALO = 2.4  # points around a text that lies over lines
FAMILY = "Helvetica, Arial, 'Noto Sans', sans-serif"

# Widths of Helvetica in shares of its size, as its metrics say; a letter that is none of these is
# as wide as most are. Where another font stands in, it is at most so much wider, as DejaVu is.
_WIDTHS = {
    letter: width
    for width, letters in (
        (0.222, "ijl'|"),
        (0.278, " !,./:;I[]\\ft"),
        (0.333, "()-r`{}"),
        (0.5, "cksvxyzJ"),
        (0.611, "FTZ"),
        (0.667, "ABEKPSVXY&"),
        (0.722, "CDHNRUw"),
        (0.778, "GOQ"),
        (0.833, "Mm"),
        (0.944, "W%@—→←"),
    )
    for letter in letters
}
_USUAL = 0.57
_WIDER, _BOLD = 1.14, 1.1
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture that is drawn.

    Parameters
    ----------
    title
        What it shows, in a few words.
    sentence
        What is to be seen, with its numbers, for whoever does not see it.
    width_mm, height_mm
        On paper.
    svg
        The document, without an XML declaration: it also stands inside a page.
    """

    title: str
    sentence: str
    width_mm: float
    height_mm: float
    svg: str


class Drawing:
    """Collects shapes; lengths in points, y downwards from the top.

    Parameters
    ----------
    width_mm
        On paper.
    """

    def __init__(self, width_mm: float = WIDTH_MM) -> None:
        self.width = width_mm / POINT
        self._width_mm = width_mm
        self._parts: list[str] = []

    def line(
        self, x1: float, y1: float, x2: float, y2: float, color: str, width: float = 0.6
    ) -> None:
        """Draw a straight line with round ends."""
        self._parts.append(
            f'<line x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}" stroke="{color}"'
            f' stroke-width="{width:g}" stroke-linecap="round"/>'
        )

    def rect(self, x: float, y: float, width: float, height: float, color: str) -> None:
        """Fill a rectangle."""
        self._parts.append(
            f'<rect x="{x:.2f}" y="{y:.2f}" width="{max(width, 0):.2f}"'
            f' height="{max(height, 0):.2f}" fill="{color}"/>'
        )

    def path(
        self, points: Sequence[tuple[float, float]], fill: str, stroke: str, width: float = 0.8
    ) -> None:
        """Draw a closed polygon."""
        way = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
        self._parts.append(
            f'<polygon points="{way}" fill="{fill}" stroke="{stroke}" stroke-width="{width:g}"'
            ' stroke-linejoin="round"/>'
        )

    def circle(
        self, x: float, y: float, radius: float, fill: str, stroke: str, width: float = 0.8
    ) -> None:
        """Draw a circle."""
        self._parts.append(
            f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:g}" fill="{fill}" stroke="{stroke}"'
            f' stroke-width="{width:g}"/>'
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = FONT,
        color: str = "",
        anchor: Anchor = "start",
        is_bold: bool = False,
        has_halo: bool = False,
    ) -> None:
        """Write a line whose letters stand on `y`."""
        look = f' font-size="{size:g}" text-anchor="{anchor}"'
        look += ' font-weight="700"' if is_bold else ""
        said = escape(plain(text))
        place = f'x="{x:.2f}" y="{y:.2f}"{look}'
        if has_halo:  # below, as not every viewer knows the order of painting
            halo = light()["halo"]
            self._parts.append(
                f'<text {place} fill="{halo}" stroke="{halo}" stroke-width="{HALO:g}"'
                f' stroke-linejoin="round" aria-hidden="true">{said}</text>'
            )
        self._parts.append(f'<text {place} fill="{color or light()["text"]}">{said}</text>')

    def upwards(self, x: float, y: float, text: str, *, size: float, color: str) -> None:
        """Write a line from the bottom to the top whose letters stand on `x`, its middle at `y`."""
        self._parts.append(
            f'<text transform="translate({x:.2f} {y:.2f}) rotate(-90)" font-size="{size:g}"'
            f' text-anchor="middle" fill="{color}">{escape(plain(text))}</text>'
        )

    def finish(self, height: float, title: str, sentence: str) -> Figure:
        """Return the picture, `height` points high."""
        height_mm = height * POINT
        title, sentence = plain(title), plain(sentence)
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self._width_mm:.2f}mm"'
            f' height="{height_mm:.2f}mm" viewBox="0 0 {self.width:.2f} {height:.2f}" role="img"'
            f' font-family="{FAMILY}">\n'
            f"<title>{escape(title)}</title>\n<desc>{escape(sentence)}</desc>\n"
            f'<rect width="{self.width:.2f}" height="{height:.2f}" fill="{light()["map"]}"/>\n'
            + "\n".join(self._parts)
            + "\n</svg>"
        )
        return Figure(title, sentence, self._width_mm, height_mm, svg)


@lru_cache(maxsize=1)
def light() -> Mapping[str, str]:
    """Return the colors of the light theme by name."""
    tokens = json.loads(resource("themes/tokens.json").read_text(encoding="utf-8"))
    return {name: color for name, color in tokens["light"].items() if isinstance(color, str)}


def mixed(color: str, other: str, share: float) -> str:
    """Return a color with a share of another, 0 to 1."""
    pairs = zip(_channels(color), _channels(other), strict=True)
    return "#{:02X}{:02X}{:02X}".format(*(round(a + (b - a) * share) for a, b in pairs))


def is_dark(color: str) -> bool:
    """Return whether white is read better on a color than black (W3C, WCAG 2, contrast)."""
    linear = [
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4
        for one in (channel / 255 for channel in _channels(color))
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return (1.05 / (luminance + 0.05)) > (luminance + 0.05) / 0.05


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def plain(text: str) -> str:
    """Return a text on one line, with what XML cannot hold replaced."""
    return " ".join(_NOT_XML.sub("\ufffd", text).split())


def text_width(text: str, size: float = FONT, *, is_bold: bool = False) -> float:
    """Return how wide a text is at most, in points; no font is asked."""
    return size * sum(map(_letter_width, text)) * (_BOLD if is_bold else 1.0)


def _letter_width(letter: str) -> float:
    if letter in _WIDTHS:
        return _WIDTHS[letter] * _WIDER
    if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
        return 0.0
    return 1.0 if unicodedata.east_asian_width(letter) in "WF" else _USUAL * _WIDER


def shortened(text: str, width: float, size: float = FONT) -> str:
    """Return a text that is at most so wide, with an ellipsis where it was cut."""
    text = plain(text)
    if text_width(text, size) <= width:
        return text
    room, end = width - text_width("…", size), 0
    while end < len(text) and room >= (step := size * _letter_width(text[end])):
        room, end = room - step, end + 1
    return f"{text[:end].rstrip()}…"


def broken(text: str, width: float, size: float = FONT, lines: int = 2) -> list[str]:
    """Return a text as lines that are at most so wide, broken at spaces; the last one is cut."""
    found = [""]
    for word in plain(text).split(" "):
        longer = f"{found[-1]} {word}".lstrip()
        if not found[-1] or text_width(longer, size) <= width or len(found) == lines:
            found[-1] = longer
        else:
            found.append(word)
    return [shortened(one, width, size) for one in found]
