"""Compresses bytes in every way that is read, for tests."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile

import pyarrow as pa

ENDINGS = (".gz", ".bz2", ".xz", ".zst", ".zip")


def compressed(data: bytes, ending: str, name: str = "inner.txt") -> bytes:
    """Return the bytes of a file that holds `data`; `name` is that of the file in a zip archive."""
    if ending == ".gz":
        return gzip.compress(data, mtime=0)
    if ending == ".bz2":
        return bz2.compress(data)
    if ending == ".xz":
        return lzma.compress(data, preset=0)
    if ending == ".zst":
        return pa.Codec("zstd").compress(data, asbytes=True)
    return zipped({name: data})


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a zip archive of files by their names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()
