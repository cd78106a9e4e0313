"""How a whole text file of vectors is read: block after block, until there are enough rows."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa

from embexplorer.core.contracts import Parsed
from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError
from embexplorer.core.remarks import MOST_ROWS, Remark
from embexplorer.core.space import make_table
from embexplorer.engines.row_errors import Where, ends_early, left_out_note, shown
from embexplorer.engines.text_decoding import ENCODING_TITLES, Utf8Stream
from embexplorer.engines.vector_sink import VectorSink, check_room
from embexplorer.engines.vector_text_block import BlockParser
from embexplorer.engines.vector_text_layout import Layout, find_layout, row_error

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from embexplorer.core.contracts import Reading
    from embexplorer.engines.vector_text_block import Block, Piece

BLOCK_BYTES = 1 << 24  # read and parsed at a time
LONGEST_LINE = 1 << 26
HEAD_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Options:
    """How a text file of vectors is to be read."""

    encoding: str = "utf-8"
    leave_out: bool = False  # rows that do not fit, instead of refusing the file
    numbers_in_items: bool = False  # an item with spaces may end in a decimal number


@dataclass(slots=True)
class _State:
    items: list[pa.Array] = field(default_factory=list)
    lines: int = 0
    rows: int = 0
    last_line: int = 0
    left_out: int = 0
    first_left_out: int = 0
    named: list[tuple[int, str]] = field(default_factory=list)  # lines left out, each as it begins
    is_open: bool = False  # the last line has no line break


def read_vector_text(reading: Reading, options: Options) -> Parsed:
    """Read lines of an item and its numbers; the vectors land in ``reading.scratch``.

    Raises
    ------
    UserError
        Naming the line that does not fit, the header that is wrong, or the byte that is no UTF-8.
    """
    with (
        Utf8Stream(
            reading.path, options.encoding, check=False, progress=reading.progress
        ) as stream,
        VectorSink(reading.scratch) as sink,
    ):
        head = stream.read(HEAD_BYTES)
        while b"\n" not in head and (more := stream.read(HEAD_BYTES)) and len(head) < LONGEST_LINE:
            head += more
        layout = _checked_layout(reading.path, head, is_whole=stream.has_ended)
        rows = layout.header[0] if layout.header else 0
        if reading.limit is None and stream.size and rows * layout.d * 2 <= stream.size:
            check_room(reading.scratch, rows * layout.d * 4)
        state = _State()
        _Reader(reading, options, layout, stream, sink, state).run(head)
        vectors = sink.finish()
    return _parsed(reading, options, layout, state, vectors, stream.encoding)


def _checked_layout(path: Path, head: bytes, *, is_whole: bool) -> Layout:
    layout = find_layout(head, is_whole=is_whole)
    if not head.strip():
        raise UserError("The file is empty", f"{path.name} holds no text.", "Choose another file.")
    if layout is None or (layout.share == 0.0 and layout.header is None):
        first = next(line for line in head.split(b"\n") if line.strip())
        raise UserError(
            "No vectors in this file",
            f"{path.name}, line 1: “{shown(first.decode('utf-8', 'replace'))}” is not an item and "
            "its numbers.",
            "To encode it as a corpus, rename it to .txt and open it again.",
        )
    if not layout.is_convincing and head.count(b"\n") > 1 and layout.share > 0:
        raise UserError(
            "No vectors in this file",
            f"{path.name}: only {layout.share:.0%} of the first lines end in {layout.d:,} "
            f"{'number' if layout.d == 1 else 'numbers'}.",
            "To encode it as a corpus, rename it to .txt and open it again.",
        )
    if layout.header and layout.header[1] != layout.d:
        raise UserError(
            "The header is wrong",
            f"{path.name}, line 1 says {layout.header[1]:,} numbers a row; the rows have "
            f"{layout.d:,}. Nothing was loaded.",
            "Correct line 1, or remove it.",
        )
    return layout


class _Reader:
    """The walk through one file."""

    def __init__(
        self,
        reading: Reading,
        options: Options,
        layout: Layout,
        stream: Utf8Stream,
        sink: VectorSink,
        state: _State,
    ) -> None:
        self.reading = reading
        self.options = options
        self.layout = layout
        self.stream = stream
        self.sink = sink
        self.state = state
        self.threads = min(8, os.cpu_count() or 1)
        self.parser = BlockParser(
            layout,
            self.threads,
            leave_out=options.leave_out,
            numbers_in_items=options.numbers_in_items,
        )

    def run(self, head: bytes) -> None:
        """Read block after block until the end, or until there are enough rows.

        While the threads parse one block, the one before is written and the next is read, but
        with a limit only once the limit is known not to be reached.
        """
        rest = head
        if self.layout.header:
            rest = head.partition(b"\n")[2]
            self.state.lines = 1
        ahead = 1 if self.reading.limit is None else 0
        with ThreadPoolExecutor(self.threads) as pool:
            waiting: list[Block] = []
            ended = False
            while not ended and not self._is_enough():
                data = self.stream.read(BLOCK_BYTES)
                ended = not data
                block = rest + data
                cut = len(block) if ended else block.rfind(b"\n") + 1
                if not ended and not cut and len(block) > LONGEST_LINE:
                    raise self._too_long()
                waiting.append(self.parser.start(pool, block[:cut], is_last=ended))
                rest = block[cut:]
                while len(waiting) > (0 if ended else ahead):
                    self._finish(waiting.pop(0))
            self.state.is_open = ended and bool(block[block.rfind(b"\n") + 1 :].strip())

    def _is_enough(self) -> bool:
        limit = self.reading.limit
        return limit is not None and self.state.rows >= limit

    def _finish(self, block: Block) -> None:
        for piece in block.pieces:
            if not piece.is_text:
                self._find_bad_byte()
            if piece.bad:
                self._bad_row(block, piece)
            self._keep(piece)
            self.state.lines += piece.lines
            if self._is_enough():
                return

    def _keep(self, piece: Piece) -> None:
        limit = self.reading.limit
        count = len(piece.vectors)
        if limit is not None:
            count = min(count, limit - self.state.rows)
        self.sink.append(piece.vectors[:count])
        self.state.items.append(piece.items[:count])
        self.state.rows += count
        if count:
            self.state.last_line = self.state.lines + piece.lines

    def _bad_row(self, block: Block, piece: Piece) -> None:
        line = self.state.lines + piece.bad_line + 1
        if self.options.leave_out:
            self.state.first_left_out = self.state.first_left_out or line
            self.state.left_out += piece.bad
            found = ((self.state.lines + at + 1, text) for at, text in piece.left_out)
            self.state.named += islice(found, MOST_ROWS - len(self.state.named))
            return
        limit = self.reading.limit
        rows = self.state.rows + len(piece.vectors)
        if limit is not None and rows >= limit:
            return
        header = self.layout.header
        start, stop = piece.bad_span
        text = block.text[start:stop]
        is_last = block.is_last and block.text.find(b"\n", stop) < 0
        if header and is_last and rows < header[0]:
            raise ends_early(self.reading.path.name, header[0], rows, line - 1)
        raise row_error(text, self.layout, Where(self.reading.path.name, line))

    def _find_bad_byte(self) -> None:
        """Read the file again with every byte checked: raises the error that names the first."""
        with Utf8Stream(self.reading.path, self.options.encoding) as checked:
            while checked.read(1 << 20):
                self.reading.progress.raise_if_cancelled()
        raise AssertionError("text that is UTF-8 as a whole is so between two blanks")

    def _too_long(self) -> UserError:
        return UserError(
            f"Line {self.state.lines + 1:,} is too long",
            f"{self.reading.path.name}: it goes on beyond {LONGEST_LINE >> 20} MB.",
            "Check that it is a text file with one item a line.",
        )


def _parsed(
    reading: Reading,
    options: Options,
    layout: Layout,
    state: _State,
    vectors: NDArray[np.float32],
    encoding: str,
) -> Parsed:
    name = reading.path.name
    notes = []
    limited = reading.limit is not None and state.rows >= reading.limit
    promised = layout.header[0] if layout.header else state.rows
    header = f"The header promises {counted(promised, 'row')}"
    if state.rows + state.left_out < promised and not limited:
        if not options.leave_out:
            raise ends_early(name, promised, state.rows, state.last_line)
        notes.append(f"{header}; the file has {state.rows:,}.")
    if state.rows > promised:
        notes.append(f"{header}; the file has {state.rows:,}, all were read.")
    if not state.rows:
        raise UserError("No vectors in this file", f"{name} has no row that fits.", "Check it.")
    remarks = []
    if state.left_out:
        notes.append(left_out_note(state.left_out, Where(name, state.first_left_out)))
        lines, begins = zip(*state.named, strict=True)
        reason = f"no item and {layout.d:,} numbers"
        remarks.append(Remark(reason, "left out", state.left_out, "line", lines, begins))
    if state.is_open and not limited:
        notes.append(
            "The last line has no line break: if the file was cut off there, its last number may "
            "be another."
        )
    if encoding != options.encoding:
        notes.append(f"Read as {ENCODING_TITLES[encoding]}, as its byte-order mark says.")
    if not layout.has_items:
        notes.append("The rows have no items; they are numbered from 0.")
        table = make_table(list(map(str, range(state.rows))))
        return Parsed(table, vectors, notes=tuple(notes), remarks=tuple(remarks))
    items = pa.chunked_array(state.items, pa.large_string()).combine_chunks()
    table = pa.table({"item": items})
    return Parsed(table, vectors, notes=tuple(notes), remarks=tuple(remarks))
