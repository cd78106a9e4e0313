"""How the text of an expression divides into words: numbers, texts, names and signs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from embexplorer.measures.expression.tree import ExpressionError

MOST_CHARACTERS = 20_000

KEYWORDS = frozenset(
    (
        "and", "or", "not", "in", "contains", "startswith", "endswith", "matches",
        "is", "missing", "true", "false",
    )
)  # fmt: skip

_SIGN_OF = {"=": "==", "≠": "!=", "≤": "<=", "≥": ">=", "\N{MINUS SIGN}": "-"}
_NAME = r"[^\W\d]\w*"
_WORD = re.compile(
    rf"""
    (?P<space>\s+)
    | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<quoted>`(?:[^`]|``)+`)
    | (?P<name>{_NAME})
    | (?P<sign>==|!=|<=|>=|[=<>≠≤≥()+\-\N{{MINUS SIGN}}*/,])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:(?P<code>u[0-9a-fA-F]{4})|(?P<sign>[\\\"'ntr]))")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}
_CONTINUES = re.compile(r"[\w.]")

_INSTEAD = {
    "&": "Write and between conditions.",
    "|": "Write or between conditions.",
    "!": "Write not before a condition, or != between values.",
    "“": 'Write straight quotes: "text".',
    "”": 'Write straight quotes: "text".',
    "\N{LEFT SINGLE QUOTATION MARK}": "Write straight quotes: 'text'.",
    "’": "Write straight quotes: 'text'.",
    "[": "Write parentheses: in (1, 2).",
}


@dataclass(frozen=True, slots=True)
class Word:
    """One word: what it is, what it means, and where it stands."""

    kind: Literal["number", "text", "name", "keyword", "sign", "end"]
    value: str | float
    start: int
    end: int

    def is_one_of(self, *values: str) -> bool:
        """Whether it is one of these keywords or signs."""
        return self.kind in ("keyword", "sign") and self.value in values


def words_of(text: str) -> list[Word]:
    """Return the words of a text, closed by one of the kind ``end``.

    Raises
    ------
    ExpressionError
        At the first characters that are no word.
    """
    words, fault = read_words(text)
    if fault is not None:
        raise fault
    return words


def read_words(text: str) -> tuple[list[Word], ExpressionError | None]:
    """Return the words up to the first fault, and the fault."""
    words: list[Word] = []
    position = 0
    fault = _size_fault(text)
    while position < len(text) and fault is None:
        match = _WORD.match(text, position)
        if match is None:
            fault = _fault_at(text, position)
            break
        position = match.end()
        if match.lastgroup != "space":
            fault = _joined_fault(text, match)
            if fault is None:
                words.append(_word(match))
    words.append(Word("end", "", len(text), len(text)))
    return words, fault


def quoted_name(name: str) -> str:
    """Return the name of a column as an expression has to write it."""
    is_plain = re.fullmatch(_NAME, name) is not None and name.lower() not in KEYWORDS
    return name if is_plain else "`" + name.replace("`", "``") + "`"


def quoted_text(text: str) -> str:
    """Return a text as an expression has to write it."""
    for sign, escaped in (
        ("\\", "\\\\"),
        ('"', '\\"'),
        ("\n", "\\n"),
        ("\t", "\\t"),
        ("\r", "\\r"),
    ):
        text = text.replace(sign, escaped)
    return f'"{text}"'


def plain_text(body: str) -> str:
    """Return what stands between quotes, its escapes replaced."""
    return _ESCAPE.sub(_escaped, body)


def _escaped(match: re.Match[str]) -> str:
    if match["code"]:
        return chr(int(match["code"][1:], 16))
    return _ESCAPED.get(match["sign"], match["sign"])


def _word(match: re.Match[str]) -> Word:
    found, start, end = match.group(), match.start(), match.end()
    match match.lastgroup:
        case "number":
            return Word("number", _number(found), start, end)
        case "text":
            return Word("text", plain_text(found[1:-1]), start, end)
        case "quoted":
            return Word("name", found[1:-1].replace("``", "`"), start, end)
        case "name" if found.lower() in KEYWORDS:
            return Word("keyword", found.lower(), start, end)
        case "name":
            return Word("name", found, start, end)
        case _:
            return Word("sign", _SIGN_OF.get(found, found), start, end)


def _number(written: str) -> float:
    """Return a whole number as int where Arrow's largest holds it, else a float."""
    if written.isdigit() and len(written) <= 18:
        return int(written)
    return float(written)


def _size_fault(text: str) -> ExpressionError | None:
    if len(text) > MOST_CHARACTERS:
        return ExpressionError(
            "Expression too long",
            f"It has {len(text):,} characters; at most {MOST_CHARACTERS:,} are read.",
            "Shorten it, or write the values into a column and compare that.",
            position=MOST_CHARACTERS,
            length=len(text) - MOST_CHARACTERS,
        )
    return None


def _joined_fault(text: str, match: re.Match[str]) -> ExpressionError | None:
    """Return what is wrong with a word that runs into the next, or holds what it cannot."""
    start, end = match.span()
    if match.lastgroup == "number":
        if end < len(text) and _CONTINUES.match(text[end]):
            while end < len(text) and _CONTINUES.match(text[end]):
                end += 1
            return _fault(
                start,
                end,
                "Neither number nor column",
                f"“{_short(text[start:end])}” starts like a number and goes on like a name.",
                f"Write a column with such a name in backticks: `{_short(text[start:end])}`.",
            )
        if _number(match.group()) == float("inf"):
            return _fault(start, end, "Number too large", "It is beyond 1.8e308.", "Shorten it.")
    if match.lastgroup in ("text", "quoted") and any(
        "\ud800" <= letter <= "\udfff" for letter in plain_text(match.group()[1:-1])
    ):
        return _fault(
            start, end, "Not a text", "It holds half of a character (a surrogate).", "Remove it."
        )
    return None


def _fault_at(text: str, position: int) -> ExpressionError:
    sign = text[position]
    if sign in "\"'":
        closing = "double" if sign == '"' else "single"
        return _fault(
            position,
            len(text),
            "Text is not closed",
            f"The quote at character {position + 1} has no other.",
            f"End the text with a {closing} quote: {sign}",
        )
    if sign == "`":
        return _fault(
            position,
            len(text),
            "Column name is not closed",
            f"The backtick at character {position + 1} has no other, or nothing in between.",
            "End the name with a backtick.",
        )
    return _fault(
        position,
        position + 1,
        "Unknown sign",
        f"“{sign}” at character {position + 1} means nothing here.",
        _INSTEAD.get(sign, "Put text in quotes, and a column with such a sign in backticks."),
    )


def _fault(start: int, end: int, title: str, detail: str, hint: str) -> ExpressionError:
    return ExpressionError(title, detail, hint, position=start, length=end - start)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
