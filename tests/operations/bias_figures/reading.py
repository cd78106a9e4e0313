"""Reads what a picture holds: its texts and shapes, as a viewer of SVG finds them."""

from __future__ import annotations

from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"


class Read:
    """A picture that is parsed; halos below texts are left out."""

    def __init__(self, figure):
        self.root = ElementTree.fromstring(figure.svg)
        self.figure = figure

    def texts(self, **wanted):
        """Return the texts with these attributes, in order."""
        return [
            one.text or ""
            for one in self.root.iter(f"{SVG}text")
            if one.get("aria-hidden") is None
            and all(one.get(name.replace("_", "-")) == value for name, value in wanted.items())
        ]

    def places(self):
        """Return where each text is, by the text; the last one where it is there twice."""
        return {
            one.text: (float(one.get("x")), float(one.get("y")))
            for one in self.root.iter(f"{SVG}text")
            if one.get("x")
        }

    def shapes(self, tag, fill=None, stroke=None):
        """Return the shapes of a kind and color as numbers by name."""
        return [
            {name: _number(value) for name, value in one.attrib.items()}
            for one in self.root.iter(f"{SVG}{tag}")
            if fill in (None, one.get("fill")) and stroke in (None, one.get("stroke"))
        ]

    @property
    def title(self):
        return self.root.find(f"{SVG}title").text or ""

    @property
    def sentence(self):
        return self.root.find(f"{SVG}desc").text or ""


def _number(value):
    try:
        return float(value)
    except ValueError:
        return value
