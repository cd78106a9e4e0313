"""Where sentences end: in English, German, French and Spanish, and in scripts with stops alike.

Rules and lists, after Kiss and Strunk (2006), Unsupervised Multilingual Sentence Boundary
Detection: an abbreviation, an initial and an ordinal are told from the end of a sentence by what
stands before the stop and by the word behind it.
"""

from __future__ import annotations

import re

from embexplorer.engines.sentence_words import (
    AFTER_ORDINAL,
    BEFORE_NUMBER,
    BEFORE_ORDINAL,
    ENDING,
    LEADING,
    ONLY_CAPITAL,
    STARTERS,
)

SEEN = 80  # letters before and behind a stop that are looked at

# A stop, question or exclamation mark, with closing quotes or brackets behind it, before a blank.
# Guillemets may have a blank before them. Ideographic, full-width and half-width stops need no
# blank, but no closing bracket either: what it closes goes on.
_MARKS = r".!?…\u203d\u0964\u0965\u061f\u06d4"
_END = re.compile(
    rf"(?<![{_MARKS}])([{_MARKS}]+(?:[\"'“”’»\u203a)\]]|[ \u00a0\u202f]»)*)(\s+)"
    r"|(?<=[\u3002\uff01\uff1f\uff61])"
    r"(?![\u3002\uff01\uff1f\uff61\u300d\u300f\u201d\u2019\uff09]|$)\s*"
)
_OPENING = "(\"'[{«\u2039„\u201a“\u2018”»–—-¿¡*_ \u00a0\u202f"  # what may stand before a first word
_BEFORE_WORD = "(\"'[«\u2039„\u201a“\u2018¿¡"
_FIRST_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LIST_MARK = re.compile(r"[(\[]?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]+")


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a text.

    A sentence ends at a stop, question or exclamation mark before a blank and what can begin
    another: an upper-case letter, a digit, or a letter of a script without case. A stop that
    belongs to an abbreviation, an initial, an ordinal or a list's number does not end one.

    References
    ----------
    Kiss and Strunk (2006), Unsupervised Multilingual Sentence Boundary Detection.
    """
    sentences = []
    start = 0
    for found in _END.finditer(text):
        stop = found.end(1) if found[1] else found.start()
        before = text[max(start, stop - SEEN) : stop]
        if found[1] and not _ends(before, found[1], text[found.end() : found.end() + SEEN]):
            continue
        sentences.append(text[start:stop].strip())
        start = found.end()
    sentences.append(text[start:].strip())
    return [sentence for sentence in sentences if sentence]


def _ends(before: str, mark: str, after: str) -> bool:
    """Whether a sentence ends between two pieces of text, where `before` ends with its mark."""
    opening = after.lstrip(_OPENING)
    if after[:1] in ",;:.!?)]%" or opening[:1].islower():
        return False
    if mark != ".":
        return bool(opening)
    last = before.split()[-1]
    if len(before) <= 8 and _LIST_MARK.fullmatch(before.strip()):
        return False  # the number of a list, before its first word
    return not _is_short_form(last.lstrip(_BEFORE_WORD)[:-1], before, opening)


def _is_short_form(word: str, before: str, after: str) -> bool:
    """Whether a stop belongs to the word before it."""
    if not word:
        return False
    lower = word.lower()
    next_word = _FIRST_WORD.match(after)
    following = next_word[0].lower().partition("’")[0].partition("'")[0] if next_word else ""
    before_number = after[:1].isdigit() or after[:1] == "§" or bool(re.match(r"[IVXLC]+\b", after))
    if _is_spaced(before) and len(word) <= 2:
        return True
    if word.isdigit():
        return len(word) <= 2 and _is_ordinal(before, following)
    if len(word) == 1 and word.isalpha():
        return _is_initial(word, after, following, before_number=before_number)
    if lower in ONLY_CAPITAL and not word[0].isupper():
        return False
    if lower in LEADING or lower.rpartition("-")[2] in LEADING:  # Dipl.-Ing.
        return True
    is_numbered = lower in BEFORE_NUMBER or lower.endswith("str")  # Hauptstr. 5
    if is_numbered and before_number:
        return True
    is_dotted = "." in word and all(part.isalpha() and len(part) <= 2 for part in word.split("."))
    return (lower in ENDING or is_dotted) and following not in STARTERS


def _is_ordinal(before: str, following: str) -> bool:
    words = before.split()
    previous = words[-2].strip(_OPENING).lower() if len(words) > 1 else ""
    return following in AFTER_ORDINAL or previous in BEFORE_ORDINAL


def _is_spaced(before: str) -> bool:
    """Whether a short form of several words goes on: z. B., p. ex., J. R."""
    words = before.split()
    previous = words[-2].strip(_BEFORE_WORD) if len(words) > 1 else ""
    return len(previous) == 2 and previous[0].isalpha() and previous[1] == "."


def _is_initial(word: str, after: str, following: str, *, before_number: bool) -> bool:
    """Whether a single letter with a stop is short for a name or a word: J. Smith, z. B., S. 3."""
    if word.islower():
        return before_number or word in "zduiosvpac"
    if word == "I" or word in "YÀÓ":
        return False
    if before_number:
        return word in "SPNART"
    return following not in STARTERS and after[:1].isalpha()
