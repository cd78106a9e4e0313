"""What is wrong with a regular expression, in RE2's words, and where."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

_PREFIX = "Invalid regular expression: "


@dataclass(frozen=True, slots=True)
class RegexFault:
    """Why a regular expression cannot be used; position and length count its characters."""

    reason: str
    position: int
    length: int


def find_fault(pattern: str) -> RegexFault | None:
    """Return what is wrong with a regular expression, None where nothing is.

    RE2 names the part it stumbled over, not its place: that is looked up, and it is the first place
    where the part stands.
    """
    try:
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid as error:
        message = str(error).removeprefix(_PREFIX)
        reason, _, part = message.partition(": ")
        position = pattern.find(part)
        if not part or position < 0:
            return RegexFault(reason, 0, len(pattern))
        return RegexFault(reason, position, len(part))
    return None
