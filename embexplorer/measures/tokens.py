"""How a text of any script divides into words."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache
from itertools import pairwise

_ASCII = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")
# Scripts that are written without spaces: Thai, Lao, Burmese, Khmer, kana, Chinese characters.
_UNSPACED_RANGES = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_UNSPACED = re.compile(f"[{_UNSPACED_RANGES}]")
_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"


def tokenize(text: str) -> list[str]:
    """Return the words of a text, lower-cased, in their order.

    A word is a run of letters, digits and the marks on them (as in Devanagari or Arabic), with
    apostrophes inside it; typographic ones count as straight. What holds no letter, such as a
    number, is left out. Chinese, Japanese, Thai, Lao, Khmer and Burmese, which are written without
    spaces, give every two neighboring characters instead, and a lone character as it is.
    """
    if text.isascii():
        found = _ASCII.findall(text.lower())
        return [word for word in found if not word.isdigit() and has_letter(word)]
    folded = unicodedata.normalize("NFC", text).lower().replace(_APOSTROPHE, "'")
    words = [word for word in _words().findall(folded) if has_letter(word)]
    if _UNSPACED.search(folded) is None:
        return words
    return [token for word in words for token in _divided(word)]


def has_letter(word: str) -> bool:
    """Whether a word holds more than digits."""
    return word.isalpha() or any(map(str.isalpha, word))


def _divided(word: str) -> list[str]:
    """Return a word of a script without spaces as pairs of characters; any other as it is."""
    if _UNSPACED.search(word) is None:
        return [word]
    tokens: list[str] = []
    for run in _runs().findall(word):
        characters = _characters().findall(run) if _UNSPACED.match(run) else [run]
        pairs = ["".join(pair) for pair in pairwise(characters)]
        tokens.extend(token for token in pairs or characters if has_letter(token))
    return tokens


@cache
def _words() -> re.Pattern[str]:
    part = rf"[^\W_](?:[^\W_]|[{_marks()}])*"
    return re.compile(rf"{part}(?:'{part})*")


@cache
def _runs() -> re.Pattern[str]:
    marks = _marks()
    return re.compile(rf"(?:[{_UNSPACED_RANGES}][{marks}]*)+|[^{_UNSPACED_RANGES}]+")


@cache
def _characters() -> re.Pattern[str]:
    return re.compile(rf"[^{_marks()}][{_marks()}]*")


@cache
def _marks() -> str:
    """Return all combining marks, as ranges inside a class of a regular expression."""
    ranges: list[list[int]] = []
    for point in range(0x300, min(0x20000, sys.maxunicode)):  # beyond it only variation selectors
        if unicodedata.category(chr(point))[0] == "M":
            if ranges and ranges[-1][1] == point - 1:
                ranges[-1][1] = point
            else:
                ranges.append([point, point])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)
