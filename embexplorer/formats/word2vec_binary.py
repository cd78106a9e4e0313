"""Word vectors as word2vec binary: a header line, then items with float32 numbers behind them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import pyarrow as pa

from embexplorer.core.contracts import Format, Parsed, Reading
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.core.space import ITEM, blocks_of
from embexplorer.engines.byte_stream import ByteStream, open_stream
from embexplorer.engines.row_errors import Where, ends_early, not_finite
from embexplorer.engines.vector_sink import VectorSink, as_float32, check_room
from embexplorer.engines.vector_text_writer import check_items

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from embexplorer.core.projection import Coords
    from embexplorer.core.space import Space

BLOCK_BYTES = 1 << 24
HEADER_BYTES = 64  # room for the header
MAX_DIMENSIONS = 1 << 20
_HEADER = re.compile(rb"(\d{1,18}) (\d{1,9})[ \r]*\n")


@dataclass(frozen=True)
class Params:
    """How a word2vec binary is read."""

    encoding: Annotated[
        Literal["utf-8", "latin-1", "cp1252", "cp1251", "gb18030", "shift_jis", "euc_kr"],
        Doc("Encoding", "How the bytes of items are read."),
    ] = "utf-8"


def sniff(path: Path, head: bytes) -> float:
    """Return 0.95 where a header is followed by an item and bytes that are no text."""
    matched = _HEADER.match(head)
    if not matched:
        return 0.0
    space = head.find(b" ", matched.end())
    data = head[space + 1 : space + 1 + 4 * min(int(matched[2]), 4096)]
    if space < 0 or not data:
        return 0.6 if path.suffix.lower() == ".bin" else 0.0
    if _is_text_row(head[space + 1 :].split(b"\n", 1)[0], int(matched[2])):
        return 0.0  # short numbers: the next row's item is among these bytes
    text = sum(byte in b"0123456789.eE+-\r\n\t " for byte in data)
    return 0.0 if text == len(data) else 0.95


def _is_text_row(row: bytes, d: int) -> bool:
    """Return whether a line holds `d` numbers as text."""
    numbers = row.split()
    return len(numbers) == d and all(set(number) <= set(b"0123456789.eE+-") for number in numbers)


def read(reading: Reading) -> Parsed:
    """Read items and vectors, as many as the header promises.

    Raises
    ------
    UserError
        When the file is shorter or longer than its header says, a value is not finite, or an
        item is not text in the chosen encoding.
    """
    with (
        open_stream(reading.path, progress=reading.progress) as stream,
        VectorSink(reading.scratch) as sink,
    ):
        start = stream.read(HEADER_BYTES)
        line, newline, rest = start.partition(b"\n")
        n, d = _header(reading.path, line + newline, stream.size)
        if stream.size and n * (4 * d + 1) <= stream.size:
            check_room(reading.scratch, n * d * 4)
        walk = _Walk(reading, n, d, stream, sink)
        walk.run(rest)
        items = pa.chunked_array(walk.items, pa.large_string()).combine_chunks()
        return Parsed(pa.table({ITEM: items}), sink.finish())


def _header(path: Path, line: bytes, size: int | None) -> tuple[int, int]:
    matched = _HEADER.fullmatch(line)
    if not matched:
        raise UserError(
            "No word2vec header",
            f"{path.name} does not begin with the number of items and of dimensions.",
            "Check that it is a word2vec binary.",
        )
    n, d = int(matched[1]), int(matched[2])
    if not n:
        raise UserError("No vectors in this file", f"{path.name}: its header says 0 rows.", "")
    if not 0 < d <= MAX_DIMENSIONS:
        raise UserError(
            "The header is wrong",
            f"{path.name}: it says {d:,} numbers a row. Nothing was loaded.",
            "Get the file again.",
        )
    if size is not None and size < 4 * d:
        raise ends_early(path.name, n, 0)
    return n, d


class _Walk:
    """The walk through the records of one file."""

    def __init__(
        self, reading: Reading, n: int, d: int, stream: ByteStream, sink: VectorSink
    ) -> None:
        self.reading = reading
        self.n = n
        self.d = d
        self.wanted = n if reading.limit is None else min(n, reading.limit)
        self.stream = stream
        self.sink = sink
        self.items: list[pa.Array] = []
        self.has_newlines = False

    def run(self, rest: bytes) -> None:
        """Read block after block, behind the bytes that were read with the header.

        Raises
        ------
        UserError
            As `read` says.
        """
        from embexplorer.engines import vector_binary

        while self.sink.rows < self.wanted:
            self.reading.progress.raise_if_cancelled()
            self.reading.progress.report(self.stream.fraction)
            data = self.stream.read(max(BLOCK_BYTES, 8 * self.d))
            block = rest + data
            if not self.sink.rows:
                self.has_newlines = self._find_newlines(block)
            room = min(self.wanted - self.sink.rows, len(block) // (4 * self.d + 1) + 1)
            out = np.empty((room, 4 * self.d), np.uint8)
            spans = np.empty((room, 2), np.int64)
            buffer = np.frombuffer(block, np.uint8)
            rows, at, status = vector_binary.walk(
                buffer, self.d, self.has_newlines, not data, out, spans
            )
            self._keep(block, out[:rows], spans[:rows])
            rest = block[at:]
            if self.sink.rows >= self.wanted:
                break
            if status == vector_binary.BAD_RECORD:
                raise self._bad_record()
            if not data:
                raise ends_early(self.reading.path.name, self.n, self.sink.rows)
        if self.wanted == self.n:
            self._check_end(rest)

    def _find_newlines(self, block: bytes) -> bool:
        """Whether a newline follows the first vectors."""
        at = 0
        seen = 0
        for _ in range(min(self.n, 8)):
            space = block.find(b" ", at)
            after = space + 1 + 4 * self.d
            if space < 0 or after > len(block):
                break
            ends = after if after == len(block) or block[after : after + 1] == b"\n" else -1
            while ends < 0 and 0 <= (space := block.find(b" ", space + 1)) < after:
                if block[space + 1 + 4 * self.d : space + 2 + 4 * self.d] == b"\n":
                    ends = space + 1 + 4 * self.d
            if ends < 0:
                return False
            seen += 1
            at = ends + 1
        return seen > 1

    def _keep(self, block: bytes, data: NDArray[np.uint8], spans: NDArray[np.int64]) -> None:
        first = self.sink.rows
        vectors, bad = as_float32(data.view("<f4"))
        names = [block[start:stop] for start, stop in spans.tolist()]
        try:
            texts = [name.decode(self.reading.params.encoding) for name in names]
        except UnicodeDecodeError:
            raise self._not_text(first, names) from None
        if bad:
            where = Where(self.reading.path.name, first + bad[0] + 1, is_line=False)
            column = f"number {bad[1] + 1:,} of {self.d:,}"
            raise not_finite(where, column, str(vectors[bad]))
        self.sink.append(vectors)
        self.items.append(pa.array(texts, pa.large_string()))

    def _not_text(self, first: int, names: list[bytes]) -> UserError:
        encoding = self.reading.params.encoding
        for row, name in enumerate(names, start=first + 1):
            try:
                name.decode(encoding)
            except UnicodeDecodeError as error:
                return UserError(
                    f"Row {row:,} has no readable item",
                    f"{self.reading.path.name}, row {row:,}: byte 0x{name[error.start]:02X} is not "
                    f"{encoding.upper()}. Nothing was loaded.",
                    "Open it as Latin-1; if that looks wrong, the header does not fit the file.",
                )
        raise AssertionError("one of the items does not decode")

    def _bad_record(self) -> UserError:
        row = self.sink.rows + 1
        return UserError(
            f"Row {row:,} has no item",
            f"{self.reading.path.name}: where row {row:,} should begin there is no text and "
            f"space. Nothing was loaded.",
            "The header's number of dimensions may be wrong, or the file is damaged: get it again.",
        )

    def _check_end(self, rest: bytes) -> None:
        more = len((rest + self.stream.read(1 << 20)).strip(b"\n"))
        if more:
            raise UserError(
                "The file goes on",
                f"{self.reading.path.name}: its header promises {self.n:,} rows, and bytes follow "
                "the last of them. Nothing was loaded.",
                "The header may be wrong: get the file again.",
            )


def write(space: Space, coords: Coords | None, path: Path) -> None:
    """Write items and vectors, a newline after each, as the original program does."""
    check_items(space)
    with path.open("wb") as file:
        file.write(f"{space.n} {space.d}\n".encode())
        for start, block in blocks_of(space.vectors):
            rows = np.ascontiguousarray(block, "<f4")
            for item, row in zip(space.items[start : start + len(rows)], rows, strict=True):
                file.write(item.encode() + b" " + row.tobytes() + b"\n")


plugin = Format(
    id="word2vec-binary",
    title="word2vec binary",
    summary="The binary file of word2vec: items with 32-bit numbers behind them.",
    params=Params,
    source="https://code.google.com/archive/p/word2vec/",
    extensions=(".bin",),
    streams=True,
    sniff=sniff,
    read=read,
    write=write,
)
