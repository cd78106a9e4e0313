"""Text in the form of protocol buffers: ``name: value`` and ``name { … }``, as plain values."""

from __future__ import annotations

import re
from typing import Any

from embexplorer.core.errors import UserError

DEEPEST = 32  # messages in messages
_TOKEN = re.compile(
    r"""(?P<space>(\s|\#[^\n]*)+)
    |(?P<text>"(\\.|[^"\\\n])*"|'(\\.|[^'\\\n])*')
    |(?P<sign>[{}<>\[\]:,;])
    |(?P<word>[^\s"'{}<>\[\]:,;\#]+)""",
    re.VERBOSE,
)
_ESCAPE = re.compile(rb"\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
_CHARACTERS = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f"}
_CLOSED_BY = {"{": "}", "<": ">"}

Message = dict[str, list[Any]]  # of each field the values in their order: texts, or messages


def read_brace_text(text: str, file: str) -> Message:
    """Return the fields of a message; numbers and names stay as they are written.

    Raises
    ------
    UserError
        Naming the line that does not fit.

    References
    ----------
    https://protobuf.dev/reference/protobuf/textformat-spec/
    """
    return _Reader(text, file).message("")


class _Reader:
    """The tokens of a text, each with the line it stands on; the last one is empty."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.depth = 0
        self.tokens: list[tuple[str, str, int]] = []
        at, line = 0, 1
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise self._error(line, f"“{text[at]}” has no end")
            if found.lastgroup != "space":
                self.tokens.append((str(found.lastgroup), found[0], line))
            line += found[0].count("\n")
            at = found.end()
        self.tokens.append(("end", "", line))
        self.tokens.reverse()

    def message(self, end: str) -> Message:
        """Read fields up to the sign `end`."""
        fields: Message = {}
        self.depth += 1
        while (token := self.tokens.pop())[1] != end:
            kind, name, line = token
            if kind != "word" or self.depth > DEEPEST:
                reason = f"“{name}” is no name of a field" if name else "a brace has no end"
                raise self._error(line, reason)
            fields.setdefault(name, []).extend(self._values())
            if self.tokens[-1][1] in (",", ";"):
                self.tokens.pop()
        self.depth -= 1
        return fields

    def _values(self) -> list[Any]:
        has_colon = self._take(":")
        if self._take("["):
            return self._list()
        return [self._value(has_colon=has_colon)]

    def _list(self) -> list[Any]:
        values: list[Any] = []
        while not self._take("]"):
            values.append(self._value(has_colon=True))
            if not self._take(",") and self.tokens[-1][1] != "]":
                raise self._error(self.tokens[-1][2], "a list has no end")
        return values

    def _value(self, *, has_colon: bool) -> Any:
        kind, written, line = self.tokens.pop()
        if kind == "sign" and written in _CLOSED_BY:
            return self.message(_CLOSED_BY[written])
        if not has_colon or kind not in ("text", "word"):
            raise self._error(line, f"a value is missing{f' before “{written}”' * bool(written)}")
        if kind == "word":
            return written
        parts = [_unescaped(written[1:-1])]
        while self.tokens[-1][0] == "text":
            parts.append(_unescaped(self.tokens.pop()[1][1:-1]))
        return b"".join(parts).decode("utf-8", "replace")

    def _take(self, sign: str) -> bool:
        if self.tokens[-1][:2] != ("sign", sign):
            return False
        self.tokens.pop()
        return True

    def _error(self, line: int, reason: str) -> UserError:
        return UserError(
            "The configuration is damaged", f"{self.file}, line {line:,}: {reason}.", "Mend it."
        )


def _unescaped(text: str) -> bytes:
    return _ESCAPE.sub(_character, text.encode())


def _character(found: re.Match[bytes]) -> bytes:
    code = found[1]
    if code[:1] == b"x" and len(code) > 1:
        return bytes([int(code[1:], 16)])
    if code.isdigit() and code[:1] in b"01234567":
        return bytes([int(code, 8) & 255])
    return _CHARACTERS.get(code, code)
