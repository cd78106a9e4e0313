"""Ways to damage bytes, drawn by Hypothesis so that a failing damage shrinks to a small one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hypothesis import strategies as st

NEAR = 256  # bytes from an end within which half of all damages lie: headers and footers
LONGEST = 64  # bytes of a block that is moved
# What lengths, counts and offsets are replaced by.
NUMBERS = (0, 1, 2, 127, 255, 1 << 15, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, 10**12, 1 << 63, -1)
TEXTS = (
    b"nan", b"inf", b"-1e999", b"1e-400", b"9" * 400, b"", b'"', b"''", b",", b"\t", b";", b" ",
    b"\n", b"\r", b"\r\n\r\n", b"\0", b"{", b"}", b"[" * 3000, b"]", b"[]", b"null", b"true",
    b'{"item": {"item": 1}}', b"\xef\xbb\xbf", b"\xff\xfe", b"\xff", b"\xed\xa0\x80",
    "\N{RIGHT-TO-LEFT OVERRIDE}\N{ZERO WIDTH JOINER}".encode(), b"1_000", b"0x10", b"1,5",
    b"999999999 300\n", b"item", b"../../a", b"a" * 5000,
)  # fmt: skip

Way = Literal["flip", "cut", "drop", "repeat", "swap", "insert", "number", "text"]


@dataclass(frozen=True, slots=True)
class Damage:
    """One change: what is done, where (a share of the file, or bytes from an end), and with what.

    `place` counts from the start when it is positive or 0, and from the end when it is negative.
    """

    way: Way
    share: float | None
    place: int
    length: int
    data: bytes

    def do(self, old: bytes) -> bytes:
        """Return the damaged bytes."""
        size = len(old)
        at = int(self.share * size) if self.share is not None else self.place % max(1, size)
        block, rest = old[at : at + self.length], old[at + self.length :]
        if self.way == "flip":
            flipped = bytes(a ^ b for a, b in zip(block, self.data, strict=False))
            return old[:at] + flipped + old[at + len(flipped) :]
        if self.way == "cut":
            return old[:at]
        if self.way == "drop":
            return old[:at] + rest
        if self.way == "repeat":
            return old[:at] + block * (2 + self.length % 9) + rest
        if self.way == "swap":
            return old[:at] + rest[: self.length] + block + rest[self.length :]
        if self.way == "number":
            return old[:at] + self.data + old[at + len(self.data) :]
        return old[:at] + self.data + old[at:]


def _numbers() -> st.SearchStrategy[bytes]:
    return st.builds(
        lambda number, width, order: (number % (1 << 8 * width)).to_bytes(width, order),
        st.sampled_from(NUMBERS),
        st.sampled_from((1, 2, 4, 8)),
        st.sampled_from(("little", "big")),
    )


_DATA: dict[Way, st.SearchStrategy[bytes]] = {
    "flip": st.binary(min_size=1, max_size=8),
    "cut": st.just(b""),
    "drop": st.just(b""),
    "repeat": st.just(b""),
    "swap": st.just(b""),
    "insert": st.binary(min_size=1, max_size=16),
    "number": _numbers(),
    "text": st.sampled_from(TEXTS),
}


@st.composite
def damages(draw: st.DrawFn) -> Damage:
    """Draw one damage."""
    way: Way = draw(st.sampled_from(tuple(_DATA)))
    share = draw(st.none() | st.floats(0, 1, exclude_max=True, width=32))
    place = draw(st.integers(-NEAR, NEAR)) if share is None else 0
    return Damage(way, share, place, draw(st.integers(1, LONGEST)), draw(_DATA[way]))
