"""fastText models: words, their vectors, and the subwords that give unknown words a vector."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from embexplorer.core.contracts import Format, Parsed, Reading
from embexplorer.core.errors import UserError
from embexplorer.core.space import ITEM
from embexplorer.engines.byte_stream import ByteStream, open_stream
from embexplorer.engines.row_errors import Where, not_finite
from embexplorer.engines.subword_vectors import LONGEST, add_subwords, take_subwords
from embexplorer.engines.vector_sink import VectorSink, as_float32, check_room

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from embexplorer.core.subwords import Subwords

MAGIC = b"\xba\x16\x4f\x2f"  # 793712314, little-endian
VERSIONS = (11, 12)
BLOCK_BYTES = 1 << 24
LONGEST_WORD = 1 << 16  # bytes
MAX_DIMENSIONS = 1 << 20
END_OF_LINE = "</s>"  # a word of fastText's own, which is made of no subwords

_HEADER = struct.Struct("<2i12id")  # of `Args::save`
_DICTIONARY = struct.Struct("<3i2q")  # of `Dictionary::save`
_MATRIX = struct.Struct("<?2q")  # whether it is quantized, and its shape
_SUPERVISED = 3


@dataclass(frozen=True, slots=True)
class _Model:
    """What the header says."""

    d: int
    buckets: int
    shortest: int
    longest: int
    is_supervised: bool
    n_words: int
    n_labels: int
    is_pruned: bool

    @property
    def has_subwords(self) -> bool:
        return 0 < self.shortest <= self.longest and self.buckets > 0


def sniff(path: Path, head: bytes) -> float:
    """Return 1 for the first bytes of a fastText model."""
    return 1.0 if head.startswith(MAGIC) else 0.0


def read(reading: Reading) -> Parsed:
    """Read words, counts and vectors, and keep the vectors of the n-grams.

    Raises
    ------
    UserError
        When the model is quantized, its header is wrong, it ends early, or a value is not finite.
    """
    with open_stream(reading.path, room=reading.scratch, progress=reading.progress) as stream:
        return _Walk(reading, stream).parse()


class _Walk:
    """The walk through one model, from its first byte to the end of its words and n-grams."""

    def __init__(self, reading: Reading, stream: ByteStream) -> None:
        self.reading = reading
        self.name = reading.path.name
        self.stream = stream
        self.rest = b""  # read, and not yet taken

    def parse(self) -> Parsed:
        model = self._header()
        words, counts = self._words(model)
        rows = self._matrix(model)
        wanted = model.n_words
        if self.reading.limit is not None:
            wanted = min(wanted, self.reading.limit)
        kept = rows if model.has_subwords else model.n_words
        check_room(self.reading.scratch, (wanted + kept - model.n_words) * model.d * 4)
        words, counts = words.slice(0, wanted), counts[:wanted]
        vectors = self._rows(self.reading.scratch, wanted, model.d, "word")
        items, notes = _items(words)
        if model.n_labels:
            notes.append(_labels_note(model.n_labels))
        subwords = None
        if model.has_subwords:
            self._skip((model.n_words - wanted) * model.d * 4)
            subwords = self._subwords(model)
            vectors = self._with_subwords(vectors, words, subwords)
        columns = {ITEM: items, "count": pa.array(counts)}
        return Parsed(pa.table(columns), vectors, notes=tuple(notes), subwords=subwords)

    def _header(self) -> _Model:
        magic, version, *fields = _HEADER.unpack(self._take(_HEADER.size))
        del magic
        if version not in VERSIONS:
            raise UserError(
                "Another version of fastText",
                f"{self.name} has the version {version}; 11 and 12 are read.",
                "Save the model again with a release of fastText from 2017 on.",
            )
        d, _, _, _, _, _, _, kind, buckets, shortest, longest, _, _ = fields
        size, n_words, n_labels, _, n_pruned = _DICTIONARY.unpack(self._take(_DICTIONARY.size))
        is_supervised = kind == _SUPERVISED
        if version == 11 and is_supervised:
            longest = 0  # whatever it says: such models have no subwords
        is_sound = (
            0 < d <= MAX_DIMENSIONS
            and min(buckets, shortest, longest, n_words, n_labels) >= 0
            and longest <= LONGEST
            and size == n_words + n_labels
        )
        if not is_sound:
            raise self._wrong_header()
        if not n_words:
            raise UserError("No vectors in this file", f"{self.name} has no words.", "")
        return _Model(
            d, buckets, shortest, longest, is_supervised, n_words, n_labels, n_pruned >= 0
        )

    def _words(self, model: _Model) -> tuple[pa.LargeStringArray, NDArray[np.int64]]:
        """Take the dictionary: words, whose bytes may be no UTF-8, and how often each occurred."""
        from embexplorer.engines.subword_kernels import walk_words

        wanted = model.n_words + model.n_labels
        texts: list[NDArray[np.uint8]] = []
        ends = [np.zeros(1, np.int64)]
        counts: list[NDArray[np.int64]] = []
        n, last = 0, 0
        while n < wanted:
            self.reading.progress.raise_if_cancelled()
            self.reading.progress.report(0.8 * self.stream.fraction, f"{n:,} of {wanted:,} words")
            more = self.stream.read(BLOCK_BYTES)
            buffer = np.frombuffer(self.rest + more, np.uint8)
            most = min(wanted - n, len(buffer) // 10)
            text, kinds = np.empty(len(buffer), np.uint8), np.empty(most, np.int8)
            some, counted = np.empty(most + 1, np.int64), np.empty(most, np.int64)
            found, at, used = walk_words(buffer, most, text, some, counted, kinds)
            expected = np.arange(n, n + found) >= model.n_words
            longest = int(np.diff(some[: found + 1]).max(initial=0))
            if (kinds[:found] != expected).any() or longest > LONGEST_WORD:
                raise self._wrong_header()
            self.rest = buffer[at:].tobytes()
            if n + found < wanted and (not more or len(self.rest) > LONGEST_WORD + 10):
                raise self._ends_early("its dictionary") if not more else self._wrong_header()
            texts.append(text[:used].copy())
            ends.append(last + some[1 : found + 1])
            counts.append(counted[:found])
            n, last = n + found, last + used
        offsets, data = pa.py_buffer(np.concatenate(ends)), pa.py_buffer(np.concatenate(texts))
        words = pa.LargeStringArray.from_buffers(wanted, offsets, data)
        return words.slice(0, model.n_words), np.concatenate(counts)[: model.n_words]

    def _matrix(self, model: _Model) -> int:
        """Take the head of the matrix of words and n-grams, and return its number of rows."""
        is_quantized, rows, d = _MATRIX.unpack(self._take(_MATRIX.size))
        if is_quantized or model.is_pruned:
            raise UserError(
                "A quantized fastText model",
                f"{self.name} keeps its vectors compressed, which is not read.",
                "Open the .bin model that it was made from.",
            )
        expected = model.n_words + model.buckets
        fits = rows == expected if model.has_subwords else model.n_words <= rows <= expected
        if d != model.d or not fits:
            raise self._wrong_header()
        size = self.stream.size
        if size is not None and rows * d * 4 > size:
            raise self._ends_early(f"its matrix of {rows:,} × {d:,} numbers")
        return int(rows)

    def _rows(self, folder: Path, n: int, d: int, what: str) -> NDArray[np.float32]:
        """Copy n rows of the matrix into a file of the folder, and return them mapped."""
        step = max(1, BLOCK_BYTES // (4 * d))
        with VectorSink(folder) as sink:
            for start in range(0, n, step):
                self.reading.progress.raise_if_cancelled()
                self.reading.progress.report(0.8 * self.stream.fraction, f"Vectors of {what}s")
                count = min(step, n - start)
                block = np.frombuffer(self._take(count * d * 4), "<f4").reshape(count, d)
                rows, bad = as_float32(block)
                if bad:
                    where = Where(self.name, start + bad[0] + 1, is_line=False)
                    raise not_finite(where, f"{what}, number {bad[1] + 1:,}", str(block[bad]))
                sink.append(rows)
            return sink.finish()

    def _subwords(self, model: _Model) -> Subwords:
        aside = self.reading.scratch / "subwords"
        aside.mkdir()
        made = self._rows(aside, model.buckets, model.d, "subword")
        del made  # it is mapped by the name that it gets
        return take_subwords(aside, self.reading.scratch, model.shortest, model.longest)

    def _with_subwords(
        self, vectors: NDArray[np.float32], words: pa.LargeStringArray, subwords: Subwords
    ) -> NDArray[np.float32]:
        path = self.reading.scratch / "vectors.npy"
        ends_at = int(words.index(END_OF_LINE).as_py())
        own = None if ends_at < 0 else np.array(vectors[ends_at])
        del vectors
        made = add_subwords(path, words, subwords, self.reading.progress.part(0.8, 1.0))
        if own is None:
            return made
        del made
        rows = np.load(path, mmap_mode="r+", allow_pickle=False)
        rows[ends_at] = own
        rows.flush()
        mapped: NDArray[np.float32] = np.load(path, mmap_mode="r", allow_pickle=False)
        return mapped

    def _take(self, size: int) -> bytes:
        """Return exactly `size` bytes."""
        data, self.rest = self.rest[:size], self.rest[size:]
        if len(data) < size:
            data += self.stream.read(size - len(data))
        if len(data) < size:
            raise self._ends_early("what its header promises")
        return data

    def _skip(self, size: int) -> None:
        passed = min(size, len(self.rest))
        self.rest = self.rest[passed:]
        self.stream.skip(size - passed)

    def _wrong_header(self) -> UserError:
        return UserError(
            "The fastText model is damaged",
            f"{self.name}: its header and its dictionary do not fit together. Nothing was loaded.",
            "Get the file again.",
        )

    def _ends_early(self, what: str) -> UserError:
        return UserError(
            "The file ends early",
            f"{self.name} ends before {what}. Nothing was loaded.",
            "Get the whole file again.",
        )


def _items(words: pa.LargeStringArray) -> tuple[pa.LargeStringArray, list[str]]:
    """Return the words as items, and a note on those whose bytes are no UTF-8."""
    try:
        words.validate(full=True)
    except pa.ArrowInvalid:
        raw = words.cast(pa.large_binary()).to_pylist()
        texts = [word.decode("utf-8", "backslashreplace") for word in raw]
        bad = sum(word != text.encode() for word, text in zip(raw, texts, strict=True))
        what = "1 word is" if bad == 1 else f"{bad:,} words are"
        note = f"{what} not UTF-8; the bytes that are not are written as \\xNN."
        return pa.array(texts, pa.large_string()), [note]
    return words, []


def _labels_note(count: int) -> str:
    what = (
        "1 label of the classifier is" if count == 1 else f"{count:,} labels of the classifier are"
    )
    return f"{what} left out: labels are no words."


plugin = Format(
    id="fasttext",
    title="fastText model",
    summary="A .bin model of fastText: words, and vectors for unknown words from their subwords.",
    source="https://fasttext.cc/docs/en/english-vectors.html",
    extensions=(".bin", ".ftz"),
    streams=True,
    sniff=sniff,
    read=read,
)
