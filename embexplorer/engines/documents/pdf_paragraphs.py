"""Which lines of a page make a paragraph, by where they stand and how they end."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from embexplorer.engines.documents.document import Passage

# All lengths are in points. What follows was tried on articles, manuals, letters and books.
GAP = 1.35  # times the usual step between lines is a gap
SIZE = 1.15  # times as tall is another size of type
INDENT = 0.7  # heights of a line that an indented one stands further right
SPARE = 0.4  # of the width left over ends a paragraph, whatever the line ends with
REPEATED = 3  # pages with the same first or last line are needed to call it repeated
SHARE = 0.4  # of the pages: left and right pages may differ
EDGE = 2  # lines at the top and foot of a page that may repeat

_STOP = re.compile(r"[.!?…:;\u3002\uff01\uff1f][\"'”’»)\]」』]*$")
_POINT = re.compile(r"([•‣▪●◦–—*·]|\(?\d{1,3}[.)]|\(?[a-z]\))\s+\S")  # of a list
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: its text, and the box of its letters from the lower left of the page.

    ``goes_on`` says that its last word goes on in the next line.
    """

    text: str
    page: int
    left: float
    right: float
    bottom: float
    height: float
    goes_on: bool = False


def without_repeated(pages: list[list[Line]]) -> tuple[list[list[Line]], int]:
    """Return the pages without lines that most of them begin or end with, and how many those are.

    Numbers count as equal: ``Page 3 of 9`` is repeated by ``Page 4 of 9``.
    """
    counts: Counter[str] = Counter()
    for lines in pages:
        edges = {_alike(line) for line in (*lines[:EDGE], *lines[-EDGE:])}
        counts.update(edges)
    least = max(REPEATED, SHARE * sum(map(bool, pages)))
    repeated = {text for text, count in counts.items() if count >= least}
    kept = []
    for lines in pages:
        first, last = 0, len(lines)
        while first < min(EDGE, last) and _alike(lines[first]) in repeated:
            first += 1
        while last > max(first, len(lines) - EDGE) and _alike(lines[last - 1]) in repeated:
            last -= 1
        kept.append(lines[first:last])
    return kept, sum(map(len, pages)) - sum(map(len, kept))


def _alike(line: Line) -> str:
    return _NUMBER.sub("#", line.text)


def join_lines(pages: list[list[Line]]) -> list[Passage]:
    """Return the paragraphs that lines make; one that spans pages has no page."""
    passages: list[Passage] = []
    gathered: list[Line] = []
    previous: list[Line] = []
    for lines in pages:
        layout = _Layout(lines or previous)
        for line in lines:
            if gathered and layout.parts(gathered[-1], line):
                passages.append(_passage(gathered))
                gathered = []
            gathered.append(line)
        previous = lines
    if gathered:
        passages.append(_passage(gathered))
    return passages


def _passage(lines: list[Line]) -> Passage:
    text = lines[0].text
    for before, line in pairwise(lines):
        if before.goes_on:
            # A hyphen before a capital or a digit is the word's own: Baden-Württemberg.
            text += line.text if line.text[:1].islower() else f"-{line.text}"
        elif _breaks_word(before, line):
            text = text[:-1] + line.text
        else:
            text += f"\n{line.text}"
    page = lines[0].page if lines[0].page == lines[-1].page else None
    return Passage(text, page)


class _Layout:
    """What is usual among the lines of a page."""

    def __init__(self, lines: list[Line]) -> None:
        pairs = [pair for pair in pairwise(lines) if _is_below(*pair)]
        steps = [above.bottom - below.bottom for above, below in pairs]
        self._step = median(steps) if steps else float("inf")
        self._lines = lines

    def parts(self, above: Line, below: Line) -> bool:
        """Whether a paragraph ends between two lines in the order of reading."""
        sizes = sorted((above.height, below.height))
        if sizes[1] > SIZE * sizes[0]:
            return True
        if above.goes_on:
            return False
        if not _is_below(above, below):  # another column or page
            return bool(_STOP.search(above.text)) or not below.text[:1].islower()
        if above.bottom - below.bottom > GAP * min(self._step, 2.2 * above.height):
            return True
        if _POINT.match(below.text):
            return True
        if below.left - above.left > INDENT * below.height and bool(_STOP.search(above.text)):
            return True
        return self._ends_early(above, below)

    def _ends_early(self, above: Line, below: Line) -> bool:
        """Whether the first word of the next line would have fitted into this one."""
        near = [line for line in self._lines if abs(line.left - below.left) < 3 * below.height]
        margin = max(line.right for line in (*near, above, below))
        spare = margin - above.right
        word = len(below.text.split(maxsplit=1)[0]) + 1
        needed = word * (below.right - below.left) / len(below.text)
        if spare > SPARE * (margin - above.left):
            return True
        return spare > 1.2 * needed and bool(_STOP.search(above.text))


def _breaks_word(above: Line, below: Line) -> bool:
    """Whether a word goes on in the next column or page, where pdfium does not say so."""
    is_broken = above.text.endswith("-") and above.text[-2:-1].isalpha()
    return is_broken and below.text[:1].islower() and not _is_below(above, below)


def _is_below(above: Line, below: Line) -> bool:
    """Whether a line stands under another: lower, and not beside it."""
    if above.page != below.page:
        return False
    overlap = min(above.right, below.right) - max(above.left, below.left)
    return above.bottom - below.bottom > 0.3 * below.height and overlap > 0
