"""What a safetensors file says it holds, checked before a byte of it is trusted, and its numbers.

A file is the length of its header (8 bytes, little endian), the header as JSON, and the numbers.

References
----------
Hugging Face, safetensors, Format, https://huggingface.co/docs/safetensors/index#format
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

MAX_HEADER = 100_000_000  # bytes, as the library has it
BFLOAT16 = "BF16"  # the upper half of a float32
TYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    BFLOAT16: "<u2",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "i1",
    "U64": "<u8",
    "U32": "<u4",
    "U16": "<u2",
    "U8": "u1",
    "BOOL": "?",
}


@dataclass(frozen=True, slots=True)
class Tensor:
    """One array: its name, type and shape, and where its numbers begin in the file."""

    name: str
    kind: str
    shape: tuple[int, ...]
    start: int

    def __str__(self) -> str:
        return f"{self.name} {' × '.join(f'{size:,}' for size in self.shape)}"

    @property
    def is_matrix(self) -> bool:
        """Whether it is n × d numbers, with n and d above 0."""
        return len(self.shape) == 2 and 0 not in self.shape

    def read(self, path: Path, start: int = 0, stop: int | None = None) -> NDArray[Any]:
        """Return the entries, or rows, from `start` to `stop`; bfloat16 as float32.

        Raises
        ------
        UserError
            When its type has no place in an array, or the file has become shorter.
        """
        if self.kind not in TYPES:
            raise UserError(
                "Numbers of an unknown type",
                f"{path.name}: {self.name} holds {self.kind}.",
                f"Save it as F32. These are read: {', '.join(TYPES)}.",
            )
        dtype = np.dtype(TYPES[self.kind])
        width = math.prod(self.shape[1:])
        rows = (self.shape[0] if stop is None else stop) - start
        offset = self.start + start * width * dtype.itemsize
        found = np.fromfile(path, dtype, rows * width, offset=offset)
        if len(found) < rows * width:
            raise _damaged(path, f"{self.name} ends early")
        if self.kind == BFLOAT16:
            found = (found.astype(np.uint32) << 16).view(np.float32)
        return found.reshape(rows, *self.shape[1:])


def has_header(head: bytes) -> bool:
    """Whether a file begins with a length that can be and the start of a header."""
    length = int.from_bytes(head[:8], "little")
    return 2 <= length <= MAX_HEADER and head[8:9] == b"{"


def read_tensors(path: Path) -> tuple[dict[str, Tensor], Mapping[str, str]]:
    """Return the arrays by name, and the texts that the file holds beside them.

    Raises
    ------
    UserError
        When the header does not read, or promises what the file does not hold.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(8)
        length = int.from_bytes(head, "little")
        if len(head) < 8 or length > min(MAX_HEADER, size - 8):
            raise _damaged(path, f"its header claims {length:,} bytes")
        text = file.read(length)
    try:
        told = json.loads(text)
        metadata = told.pop("__metadata__", {})
        begin = 8 + length
        found = {name: _tensor(name, entry, begin, size) for name, entry in told.items()}
        texts = {str(key): str(value) for key, value in metadata.items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _damaged(path, f"its header does not read ({error})") from error
    return found, texts


def _tensor(name: str, entry: Any, begin: int, size: int) -> Tensor:
    kind, shape, (first, last) = entry["dtype"], tuple(entry["shape"]), entry["data_offsets"]
    if not all(type(value) is int and 0 <= value < 1 << 62 for value in (*shape, first, last)):
        raise ValueError(f"{name} has the shape {list(shape)} at {first} to {last}")
    if begin + last > size or last < first:
        raise ValueError(f"{name} ends at byte {begin + last:,} of {size:,}")
    if kind in TYPES and math.prod(shape) * np.dtype(TYPES[kind]).itemsize != last - first:
        raise ValueError(f"{name} is {kind} {list(shape)} in {last - first:,} bytes")
    return Tensor(name, str(kind), shape, begin + first)


def _damaged(path: Path, reason: str) -> UserError:
    return UserError(
        "The safetensors file is damaged",
        f"{path.name}: {' '.join(reason.split())[:200]}. Nothing was loaded.",
        "Get the whole file again.",
    )


def write_tensors(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write float32 arrays under their names."""
    header: dict[str, Any] = {}
    end = 0
    for name, array in arrays.items():
        entry = {
            "dtype": "F32",
            "shape": list(array.shape),
            "data_offsets": [end, end + 4 * array.size],
        }
        header[name] = entry
        end += 4 * array.size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)  # so that the numbers begin at a multiple of 8
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for array in arrays.values():
            np.ascontiguousarray(array, "<f4").tofile(file)
