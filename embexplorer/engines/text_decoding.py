"""How bytes of a text file become UTF-8: encodings, byte-order marks, and where they fail."""

from __future__ import annotations

import codecs
import io
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, get_args

from embexplorer.core.errors import UserError
from embexplorer.engines.byte_stream import open_stream

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from _typeshed import WriteableBuffer

    from embexplorer.core.progress import Progress

Encoding = Literal[
    "utf-8", "utf-16", "latin-1", "cp1252", "cp1251", "gb18030", "shift_jis", "euc_kr"
]
ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)
ENCODING_TITLES = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "latin-1": "Latin-1",
    "cp1252": "Windows-1252",
    "cp1251": "Windows-1251",
    "gb18030": "GB 18030",
    "shift_jis": "Shift JIS",
    "euc_kr": "EUC-KR",
}
SAMPLE_BYTES = 1 << 16
_USUAL_CONTROLS = b"\t\n\r\f\x1b"
_SIGNS = bytes({*range(32, 256), *_USUAL_CONTROLS})
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# The blocks of Unicode that ordinary text in each multi-byte encoding is made of.
_COMMON = {
    "shift_jis": ((0x3040, 0x30FF), (0x4E00, 0x9FFF), (0x3000, 0x303F)),
    "euc_kr": ((0xAC00, 0xD7A3),),
    "gb18030": ((0x4E00, 0x9FFF), (0x3000, 0x303F), (0xFF00, 0xFFEF)),
    "cp1251": ((0x0410, 0x044F), (0x0401, 0x0401), (0x0451, 0x0451)),
}


class Utf8Stream(io.RawIOBase):
    """A text file as UTF-8 bytes without byte-order mark, whatever its encoding.

    Parameters
    ----------
    path
        The file, which may lie inside a compressed one.
    encoding
        How to read it; a UTF-16 byte-order mark overrides ``utf-8``.
    check
        Whether every byte of a UTF-8 file is checked; otherwise its reader checks what it uses.
    progress
        Hears the fraction of bytes read, and may cancel.
    room
        Folder whose disk must have room for what a compressed file holds.

    Raises
    ------
    UserError
        From `read`, naming the byte that the encoding does not allow.
    """

    def __init__(
        self,
        path: Path,
        encoding: str = "utf-8",
        *,
        check: bool = True,
        progress: Progress | None = None,
        room: Path | None = None,
    ) -> None:
        super().__init__()
        self.path = path
        self._file = open_stream(path, room=room, progress=progress)
        self.size = self._file.size
        try:
            head = self._file.read(3)
        except BaseException:
            self._file.close()
            raise
        if encoding == "utf-8" and head[:2] in _UTF16_MARKS:
            encoding = "utf-16"
        self._position = len(head) if encoding == "utf-8" and head == codecs.BOM_UTF8 else 0
        self._head = head[self._position :]
        self.encoding = encoding
        self._decoder = codecs.getincrementaldecoder(_codec_of(encoding, head))()
        self._plain = encoding == "utf-8" and not check
        self._progress = progress
        self._has_ended = False
        self._ready = b""

    @property
    def has_ended(self) -> bool:
        """Whether all of it has been read."""
        return self._has_ended and not self._ready

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes of UTF-8, empty at the end."""
        while not self._has_ended and (size < 0 or not self._ready):
            self._ready += self._next(1 << 22 if size < 0 else size)
        cut = len(self._ready) if size < 0 else size
        data, self._ready = self._ready[:cut], self._ready[cut:]
        return data

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill the buffer with UTF-8 and return how many bytes; 0 at the end."""
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def as_lines(self, *, plain_ends: bool = False) -> io.TextIOWrapper:
        """Return the text as lines, their ends unchanged, or all of them one newline."""
        ends = None if plain_ends else ""
        return io.TextIOWrapper(io.BufferedReader(self, 1 << 20), "utf-8", newline=ends)

    def _next(self, size: int) -> bytes:
        if self._progress is not None:
            self._progress.raise_if_cancelled()
            self._progress.report(self._file.fraction)
        raw = self._head + self._file.read(max(0, size - len(self._head)))
        raw, self._head = raw[:size], raw[size:]
        start = self._position
        self._position += len(raw)
        self._has_ended = len(raw) < size
        if self._plain:
            return raw
        pending = len(self._decoder.getstate()[0])
        try:
            text = self._decoder.decode(raw, self._has_ended)
        except UnicodeDecodeError as error:
            offset = start - pending + error.start
            raise undecodable(self.path, offset, self.encoding) from error
        return text.encode("utf-8", "replace")


def _codec_of(encoding: str, head: bytes) -> str:
    """Return Python's name; UTF-16 without its mark has the order in which ASCII would be text."""
    if encoding == "utf-16" and head[:2] not in _UTF16_MARKS:
        return "utf-16-be" if head[:1] == b"\0" else "utf-16-le"
    return encoding


def undecodable(path: Path, offset: int, encoding: str = "utf-8") -> UserError:
    """Return the error of a byte that `encoding` does not allow; `offset` counts from 0."""
    before = min(offset, SAMPLE_BYTES // 2)
    with open_stream(path) as file:
        file.skip(offset - before)
        sample = file.read(SAMPLE_BYTES)
    byte = sample[before : before + 1]
    title = ENCODING_TITLES.get(encoding, encoding)
    found = f"is 0x{byte[0]:02X}" if byte else "is missing: the text ends inside a character"
    guess = guess_encoding(sample)
    reads_as = f" It reads well as {ENCODING_TITLES[guess]}." if guess else ""
    hint = f"Open it as {ENCODING_TITLES[guess]}" if guess else "Choose its encoding when opening"
    detail = f"{path.name}, byte {offset + 1:,} {found}.{reads_as} Nothing was loaded."
    return UserError(f"The file is not {title}", detail, f"{hint}, or convert the file.")


def guess_encoding(sample: bytes) -> Encoding | None:
    """Return the encoding, other than UTF-8, in which the sample looks most like text.

    Zero bytes mean UTF-16. High bytes that stand alone between ASCII letters mean Latin-1 (or
    Windows-1252 where it uses 0x80 to 0x9F); in rows, the multi-byte encoding or Cyrillic code
    page whose decoding has the largest share of its common characters, above nine tenths.
    """
    high = [byte for byte in sample if byte >= 0x80]
    if sample.count(0) * 4 > len(sample):
        return "utf-16"
    if not high or 0 in sample:
        return None
    pairs = sum(a >= 0x80 and b >= 0x80 for a, b in pairwise(sample))
    if pairs * 3 > len(high):
        shares = {name: _share_of_common(sample, name) for name in _COMMON}
        best = max(shares, key=lambda name: shares[name])
        if shares[best] > 0.9:
            return next(name for name in ENCODINGS if name == best)
    return "cp1252" if any(byte < 0xA0 for byte in high) else "latin-1"


def _share_of_common(sample: bytes, encoding: str) -> float:
    decoder = codecs.getincrementaldecoder(encoding)()
    # A sample may begin and end inside a character: up to three bytes are tried as its start.
    for start in range(4):
        decoder.reset()
        try:
            text = decoder.decode(sample[start:])
        except UnicodeDecodeError:
            continue
        counts = Counter(character for character in text if ord(character) >= 0x80)
        common = sum(
            count
            for character, count in counts.items()
            if any(low <= ord(character) <= high for low, high in _COMMON[encoding])
        )
        return common / max(1, counts.total())
    return 0.0


def decode_head(head: bytes, encoding: str = "utf-8") -> str | None:
    """Return the first bytes of a file as text, or None when they are not text.

    A character that is cut off at the end is left out; zero bytes are not text.
    """
    if encoding == "utf-8" and head[:2] in _UTF16_MARKS:
        encoding = "utf-16"
    codec = "utf-8-sig" if encoding == "utf-8" else _codec_of(encoding, head)
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        text = decoder.decode(head)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def looks_like_text(head: bytes) -> bool:
    """Whether the first bytes are text in some encoding: no zero bytes and few control codes."""
    if head[:2] in _UTF16_MARKS or guess_encoding(head) == "utf-16":
        text = decode_head(head, "utf-16")
        return text is not None and _is_mostly(
            sign.isprintable() or sign.isspace() for sign in text
        )
    bad = head.translate(None, _SIGNS)  # each format asks this of 64 kB: no loop over bytes
    return b"\0" not in head and len(bad) * 100 <= len(head)


def _is_mostly(good: Iterable[bool]) -> bool:
    counts = Counter(good)
    return counts[False] * 100 <= counts.total()
