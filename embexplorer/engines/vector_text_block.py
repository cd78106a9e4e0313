"""How a block of lines of an item and its numbers is parsed, by several threads at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embexplorer.core.remarks import MOST_ROWS
from embexplorer.engines.row_errors import shown

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from embexplorer.engines.vector_text_layout import Layout

PIECE_BYTES = 1 << 20  # least that a thread is given
HARD_ROOM = 1024


@dataclass(frozen=True, slots=True)
class Piece:
    """What one thread made of its lines.

    Parameters
    ----------
    vectors
        (rows, d) float32.
    items
        (rows,) texts.
    is_text
        Whether the items are UTF-8.
    lines
        How many lines there are, blank ones included.
    bad
        How many rows do not fit; where they are not left out, the first ends the piece.
    bad_line
        Line of the first of them, counted from 0 in this piece.
    bad_span
        Where that line starts and ends in the block.
    left_out
        The first lines that do not fit where they are left out: each counted from 0 in the piece,
        and its beginning.
    """

    vectors: NDArray[np.float32]
    items: pa.Array
    is_text: bool
    lines: int
    bad: int
    bad_line: int
    bad_span: tuple[int, int]
    left_out: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines, and the pieces that the threads make of them, in their order."""

    text: bytes
    pieces: Iterator[Piece]
    is_last: bool


class BlockParser:
    """Parses blocks of one layout.

    Parameters
    ----------
    layout
        How the rows are laid out.
    threads
        How many pieces a block is cut into.
    leave_out
        Whether rows that do not fit are passed over.
    numbers_in_items
        Whether an item with spaces may end in a decimal number.
    """

    def __init__(
        self, layout: Layout, threads: int, *, leave_out: bool, numbers_in_items: bool
    ) -> None:
        from embexplorer.engines import vector_text

        self.kernel = vector_text
        self.layout = layout
        self.threads = threads
        self.leave_out = leave_out
        self.extra = vector_text.ONLY_DECIMALS
        if numbers_in_items:
            self.extra = vector_text.NEVER
        elif layout.only_integers:
            self.extra = vector_text.ANY_NUMBER

    def start(self, pool: ThreadPoolExecutor, text: bytes, *, is_last: bool) -> Block:
        """Let the threads of the pool parse whole lines; their pieces are waited for one by one."""
        buffer = np.frombuffer(text, np.uint8)
        spans = _spans(text, self.threads)
        return Block(text, pool.map(lambda span: self._piece(buffer, *span), spans), is_last)

    def _piece(self, buffer: NDArray[np.uint8], start: int, stop: int) -> Piece:
        kernel = self.kernel
        room = int(np.count_nonzero(buffer[start:stop] == 10)) + 1
        out = np.empty((room, self.layout.d), np.float32)
        spans = np.empty((room, 2), np.int64)
        report = np.zeros(kernel.REPORT_SIZE, np.int64)
        hard = np.empty((HARD_ROOM, 4), np.int64)
        while True:
            kernel.parse_rows(
                buffer,
                start,
                stop,
                self.layout.has_items,
                self.extra,
                self.leave_out,
                out,
                spans,
                hard,
                report,
            )
            if report[kernel.N_HARD] <= len(hard):
                break
            hard = np.empty((int(report[kernel.N_HARD]), 4), np.int64)
        kernel.read_again(buffer, hard[: report[kernel.N_HARD]], out)
        rows = int(report[kernel.N_ROWS])
        items, is_text = self._items(buffer, spans[:rows])
        return Piece(
            out[:rows],
            items,
            is_text,
            lines=int(report[kernel.N_LINES]),
            bad=int(report[kernel.N_BAD]),
            bad_line=int(report[kernel.BAD_LINE]),
            bad_span=(int(report[kernel.BAD_START]), int(report[kernel.BAD_END])),
            left_out=(
                _others(buffer[start:stop], spans[:rows, 0] - start)
                if self.leave_out and report[kernel.N_BAD]
                else ()
            ),
        )

    def _items(self, buffer: NDArray[np.uint8], spans: NDArray[np.int64]) -> tuple[pa.Array, bool]:
        offsets = np.empty(len(spans) + 1, np.int64)
        data = np.empty(int((spans[:, 1] - spans[:, 0]).sum()), np.uint8)
        self.kernel.gather(buffer, spans, offsets, data)
        texts = pa.LargeStringArray.from_buffers(
            len(spans), pa.py_buffer(offsets), pa.py_buffer(data)
        )
        try:
            texts.validate(full=True)
        except pa.ArrowInvalid:
            return texts, False
        return texts, True


def _others(buffer: NDArray[np.uint8], kept: NDArray[np.int64]) -> tuple[tuple[int, str], ...]:
    """Return the lines that do not start at one of the places `kept` and are not blank."""
    ends = np.append(np.flatnonzero(buffer == 10), len(buffer))
    starts = np.append(0, ends[:-1] + 1)
    others = np.flatnonzero(~np.isin(starts, kept))
    texts = (
        (int(line), buffer[starts[line] : ends[line]].tobytes().strip(b" \t\r")) for line in others
    )
    filled = ((line, shown(text.decode("utf-8", "replace"))) for line, text in texts if text)
    return tuple(islice(filled, MOST_ROWS))


def _spans(text: bytes, threads: int) -> list[tuple[int, int]]:
    """Return where each thread's lines start and end."""
    size = max(PIECE_BYTES, -(-len(text) // threads))
    spans = []
    start = 0
    while start < len(text):
        stop = text.find(b"\n", start + size) + 1 or len(text)
        spans.append((start, stop))
        start = stop
    return spans
