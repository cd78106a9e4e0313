"""How running text is split into lines, sentences, paragraphs or one document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Split = Literal["line", "sentence", "paragraph", "document"]

# A sentence ends at . ! ? or …, with closing quotes or brackets behind it, before a blank and
# what can begin a sentence: an upper-case letter, a digit, an opening quote or bracket, or any
# letter without case, as in Hebrew or Hindi. Chinese and Japanese stops need no blank.
_END = re.compile(
    r"([.!?…]+[\"'”’»)\]]*)\s+(?=[^\sa-zà-öø-ÿ,;:.!?)\]])"
    # Ideographic, full-width and half-width stops, not before a closing bracket or the end.
    r"|(?<=[\u3002\uff01\uff1f\uff61])(?![\u300d\u300f\u201d\uff09]|$)\s*"
)
_OPENING = "(\"'[\u201c\u2018"
_LAST_WORD = re.compile(r"(\S+)$")
_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "sr",
        "jr",
        "rev",
        "hon",
        "gen",
        "col",
        "sgt",
        "capt",
        "lt",
        "vs",
        "etc",
        "cf",
        "al",
        "eg",
        "ie",
        "e.g",
        "i.e",
        "no",
        "nos",
        "fig",
        "figs",
        "eq",
        "sec",
        "vol",
        "ed",
        "eds",
        "pp",
        "approx",
        "dept",
        "est",
        "inc",
        "ltd",
        "co",
        "corp",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "u.s",
        "u.k",
        "u.n",
        "a.m",
        "p.m",
        "ph.d",
    ]
)


def split_lines(lines: Iterable[str], how: Split) -> Iterator[str]:
    """Return the texts that the lines of one document make, each without blanks around it.

    Lines give empty texts too, so that whoever counts them can say so. A paragraph is what
    stands between blank lines; a sentence ends within its paragraph, as `split_sentences` says.
    """
    if how == "line":
        yield from (line.strip() for line in lines)
    elif how == "document":
        yield "".join(lines).strip()
    else:
        for paragraph in _paragraphs(lines):
            if how == "paragraph":
                yield paragraph
            else:
                yield from split_sentences(paragraph)


def _paragraphs(lines: Iterable[str]) -> Iterator[str]:
    gathered: list[str] = []
    for line in lines:
        if line.strip():
            gathered.append(line.strip())
        elif gathered:
            yield " ".join(gathered)
            gathered = []
    if gathered:
        yield " ".join(gathered)


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a text.

    A stop, question or exclamation mark before a blank and an upper-case letter, digit or quote
    ends one, unless it belongs to a usual English abbreviation (Dr., e.g., Fig.), or to a single
    letter (J. Smith).
    """
    sentences = []
    start = 0
    for found in _END.finditer(text):
        stop = found.end(1) if found[1] else found.start()
        if found[1] and _is_abbreviation(text[start : found.end(1)]):
            continue
        sentences.append(text[start:stop].strip())
        start = found.end()
    sentences.append(text[start:].strip())
    return [sentence for sentence in sentences if sentence]


def _is_abbreviation(text: str) -> bool:
    last = _LAST_WORD.search(text)
    word = last[1].lstrip(_OPENING) if last else ""
    if not word.endswith(".") or word.endswith(".."):
        return False
    stem = word[:-1]
    return stem.lower() in _ABBREVIATIONS or (len(stem) == 1 and stem.isalpha() and stem != "I")
