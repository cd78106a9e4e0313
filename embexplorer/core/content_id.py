"""What tells that two spaces or corpora are the same: a hash of their content."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.core.threads import Threads

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_BLOCK_BYTES = 1 << 24  # of vectors that are hashed as one
_BLOCK_ROWS = 1 << 16  # of values that only Python can read


def content_id(table: pa.Table, vectors: NDArray[Any] | None = None) -> str:
    """Return a hash of all columns and vectors: equal content, equal id.

    Neither how a column is cut into chunks nor what lies under a missing value makes a difference,
    nor the order of a dictionary. Types do, and so does -0.0.
    """
    kinds = repr([(column.name, str(column.type)) for column in table.schema])
    tasks: list[Callable[[], bytes]] = [
        partial(_hash_values, column.chunks, column.type) for column in table.columns
    ]
    if vectors is not None:
        kinds += repr((vectors.shape, str(vectors.dtype)))
        step = max(1, _BLOCK_BYTES // max(1, vectors[:1].nbytes))
        blocks = [vectors[start : start + step] for start in range(0, len(vectors), step)]
        tasks += [partial(_hash_block, block) for block in blocks]
    # A hash of hashes: hashing releases the GIL, so all processors take part.
    parts = [b""] * len(tasks)

    def hash_one(task: int) -> None:
        parts[task] = tasks[task]()

    with Threads() as threads:
        threads.each(range(len(tasks)), hash_one)
    return _digest(kinds.encode(), *parts).hex()[:32]


def first_content_id(table: pa.Table, vectors: NDArray[Any] | None = None) -> str:
    """Return the id that the first project files hold, made of every value as Python writes it."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(repr([(column.name, str(column.type)) for column in table.schema]).encode())
    for column in table.columns:
        for start in range(0, len(column), _BLOCK_ROWS):
            digest.update(repr(column.slice(start, _BLOCK_ROWS).to_pylist()).encode())
    if vectors is not None:
        digest.update(repr((vectors.shape, str(vectors.dtype))).encode())
        digest.update(np.ascontiguousarray(vectors).view(np.uint8).data)
    return digest.hexdigest()


def _digest(*parts: Any) -> bytes:
    """Return the hash of buffers, one after another; most processors have instructions for it."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()


def _hash_block(block: NDArray[Any]) -> bytes:
    return _digest(np.ascontiguousarray(block).view(np.uint8).data)


def _hash_values(chunks: Sequence[pa.Array], kind: pa.DataType) -> bytes:
    """Return the hash of an array that is given in chunks."""
    if pa.types.is_dictionary(kind):
        return _hash_values([chunk.dictionary_decode() for chunk in chunks], kind.value_type)
    if isinstance(kind, pa.BaseExtensionType):
        return _hash_values([chunk.storage for chunk in chunks], kind.storage_type)
    nulls, start = [], 0
    for chunk in chunks:
        if chunk.null_count:
            nulls.append(start + np.flatnonzero(chunk.is_null().to_numpy(zero_copy_only=False)))
        start += len(chunk)
    return _digest(str(start).encode(), _digest(*nulls), *_parts(chunks, kind))


def _parts(chunks: Sequence[pa.Array], kind: pa.DataType) -> list[Any]:
    """Return buffers or hashes that together hold the values, and nothing of missing ones."""
    types = pa.types
    if types.is_null(kind):
        return []
    if types.is_struct(kind):
        fields = [chunk.flatten() for chunk in chunks]
        return [
            _hash_values([field[at] for field in fields], kind.field(at).type)
            for at in range(kind.num_fields)
        ]
    if types.is_list(kind) or types.is_large_list(kind):
        lengths = [_numbers(chunk.value_lengths()) for chunk in chunks]
        return [*lengths, _hash_values([chunk.flatten() for chunk in chunks], kind.value_type)]
    if types.is_fixed_size_list(kind):
        return [_hash_values([chunk.flatten() for chunk in chunks], kind.value_type)]
    if _is_text(kind):
        texts = [_without_nulls(chunk) for chunk in chunks]
        lengths = [_numbers(pc.binary_length(text)) for text in texts]
        return [*lengths, *map(_text_bytes, texts)]
    if types.is_boolean(kind):
        return [_numbers(chunk) for chunk in chunks]
    if types.is_primitive(kind) or types.is_decimal(kind) or types.is_fixed_size_binary(kind):
        return [_fixed_bytes(chunk, kind) for chunk in chunks]
    whole = pa.chunked_array(chunks, kind)
    return [
        repr(whole.slice(at, _BLOCK_ROWS).to_pylist()).encode()
        for at in range(0, len(whole), _BLOCK_ROWS)
    ]


def _is_text(kind: pa.DataType) -> bool:
    types = pa.types
    return bool(
        types.is_string(kind)
        or types.is_large_string(kind)
        or types.is_binary(kind)
        or types.is_large_binary(kind)
    )


def _numbers(values: pa.Array) -> NDArray[np.int64]:
    """Return whole numbers or booleans, 0 for a missing one."""
    numbers: NDArray[np.int64] = (
        pc.cast(values, pa.int64()).fill_null(0).to_numpy().astype("<i8", copy=False)
    )
    return numbers


def _without_nulls(texts: pa.Array) -> pa.Array:
    return texts.fill_null(pa.scalar("").cast(texts.type)) if texts.null_count else texts


def _text_bytes(texts: pa.Array) -> Any:
    _, offsets, data = texts.buffers()
    if data is None or not len(texts):
        return b""
    wide = pa.types.is_large_string(texts.type) or pa.types.is_large_binary(texts.type)
    ends = np.frombuffer(offsets, np.int64 if wide else np.int32)
    first, last = int(ends[texts.offset]), int(ends[texts.offset + len(texts)])
    return memoryview(data)[first:last]


def _fixed_bytes(values: pa.Array, kind: pa.DataType) -> Any:
    """Return the bytes of values that all have the same width, 0 for a missing one."""
    width = kind.bit_width // 8
    data = values.buffers()[1]
    if data is None or not len(values) or not width:
        return b""
    first = values.offset * width
    found = np.frombuffer(data, np.uint8)[first : first + len(values) * width]
    if values.null_count:
        found = found.copy()
        is_null = values.is_null().to_numpy(zero_copy_only=False)
        found.reshape(len(values), width)[is_null] = 0
    if pa.types.is_floating(kind):
        numbers = found.view(f"f{width}")
        is_nan = np.isnan(numbers)
        if is_nan.any():  # there are many patterns of bits that mean NaN
            found = np.where(is_nan, np.nan, numbers).astype(numbers.dtype).view(np.uint8)
    return found.data
