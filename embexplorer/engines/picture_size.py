"""Width and height of a PNG, JPEG or WebP, from its first bytes: nothing is decoded."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MOST_SEGMENTS = 1000  # of a JPEG before its frame; cameras write some dozen
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
# Markers of a frame, SOF0 to SOF15, without DHT, JPG and DAC between them.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))  # markers without a length


def picture_size(path: Path) -> tuple[int, int] | None:
    """Return width and height in pixels, None where it is no such picture or is cut off.

    References
    ----------
    RFC 2083, section 4.1.1 (PNG); ITU-T T.81, sections B.1.1 and B.2.2 (JPEG); RFC 9649, sections
    2.5 to 2.7 (WebP).
    """
    with path.open("rb") as file:
        head = file.read(30)
        if head.startswith(_PNG) and len(head) >= 24:
            return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
        if head.startswith(b"RIFF") and head[8:12] == b"WEBP" and len(head) == 30:
            return _size_of_webp(head)
        if head.startswith(_JPEG):
            file.seek(2)
            return _size_of_jpeg(file)
    return None


def _size_of_jpeg(file: IO[bytes]) -> tuple[int, int] | None:
    for _ in range(MOST_SEGMENTS):
        start = file.read(2)
        while start == b"\xff\xff":  # a marker may be filled up before it
            start = start[1:] + file.read(1)
        if len(start) < 2 or start[0] != 0xFF:
            return None
        if start[1] in _ALONE:
            continue
        length = int.from_bytes(file.read(2))
        if length < 2:
            return None
        if start[1] in _FRAMES:
            frame = file.read(5)
            height, width = int.from_bytes(frame[1:3]), int.from_bytes(frame[3:5])
            return (width, height) if len(frame) == 5 and width and height else None
        file.seek(length - 2, 1)
    return None


def _size_of_webp(head: bytes) -> tuple[int, int] | None:
    kind, little = head[12:16], int.from_bytes
    if kind == b"VP8X":
        return 1 + little(head[24:27], "little"), 1 + little(head[27:30], "little")
    if kind == b"VP8L" and head[20] == 0x2F:
        bits = little(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        return little(head[26:28], "little") & 0x3FFF, little(head[28:30], "little") & 0x3FFF
    return None
