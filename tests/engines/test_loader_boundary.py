from __future__ import annotations

import errno
import io
import os
import pickle
import struct
import sys
import zipfile
import zlib

import numpy as np
import pyarrow as pa
import pytest

from embexplorer.core.errors import CancelledError, UserError
from embexplorer.engines.compressed import open_archive
from embexplorer.engines.loader_boundary import loading, os_error
from embexplorer.measures.similarity import norms


def said_of(action, **options):
    with pytest.raises(UserError) as caught, loading("a.vec", **options):
        action()
    assert len(caught.value.title.split()) <= 6
    return caught.value


def fail(error):
    raise error


def nested(depth=0):
    return nested(depth + 1)


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (lambda: struct.unpack("<I", b"abc"), "unpack requires a buffer of 4 bytes"),
        (lambda: zlib.decompress(b"abc"), "Error -3 while decompressing data"),
        (lambda: b"\xe9a".decode(), "a text in it has the byte 0xE9, no utf-8"),
        (lambda: np.int32(1 << 40), "Python integer 1099511627776 out of bounds for int32"),
        (lambda: pa.ipc.open_file(pa.py_buffer(b"abcdefgh")), "File is too small: 8"),
        (lambda: fail(EOFError()), "EOFError"),
        (lambda: fail(OSError("Unable to open file")), "Unable to open file"),
        (lambda: fail(OSError(errno.EINVAL, "Invalid argument")), "Invalid argument"),
        (lambda: {}["vectors"], "KeyError 'vectors'"),
        (nested, "maximum recursion depth exceeded"),
    ],
)
def test_what_a_library_raises_is_one_sentence_that_names_the_file(action, reason):
    error = said_of(action)
    assert error.title == "The file is damaged"
    assert error.detail.startswith("a.vec: ")
    assert reason in error.detail
    assert error.detail.endswith(" Nothing was loaded.")
    assert error.hint
    assert error.trace == ""


def test_a_panic_of_a_library_in_rust_is_about_the_file():
    panic = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})
    assert "index out of range" in said_of(lambda: fail(panic("index out of range"))).detail


@pytest.mark.parametrize(
    "error", [CancelledError(), UserError("No items", "a.vec"), KeyboardInterrupt(), SystemExit(3)]
)
def test_cancelling_and_what_is_said_already_pass_through(error):
    with pytest.raises(type(error)) as caught, loading("a.vec"):
        raise error
    assert caught.value is error


def test_what_the_system_refuses_passes_through_and_has_its_own_words(tmp_path):
    with pytest.raises(FileNotFoundError) as caught, loading("a.vec"):
        (tmp_path / "none").read_bytes()
    error = os_error(tmp_path / "a.vec", caught.value)
    assert error.title == "The file cannot be read"
    assert error.detail == f"{tmp_path / 'none'}: No such file or directory."
    full = os_error(tmp_path / "a.vec", OSError(errno.ENOSPC, "No space left on device"))
    assert full.title == "Not enough room on the disk"


class GoneAtItsEnd(io.BytesIO):
    """A file on a disk that does not answer where its last bytes stand."""

    def seek(self, offset, whence=0):
        if whence == 2:
            raise OSError(errno.EIO, "Input/output error")
        return super().seek(offset, whence)


def test_a_disk_that_went_away_is_no_damaged_archive(tmp_path):
    path = tmp_path / "a.npz"
    for opened in (zipfile.ZipFile, lambda file: open_archive(path, file)):
        with pytest.raises(OSError, match="Input/output error") as caught, loading("a.npz"):
            opened(GoneAtItsEnd(b"PK"))
        assert os_error(path, caught.value).detail == f"{path}: Input/output error."


@pytest.mark.skipif(sys.platform == "win32", reason="the system has other numbers")
def test_a_disk_that_went_away_is_told_by_the_words_of_a_library(tmp_path):
    def fail(number):
        raise ValueError(f"Zip error: {os.strerror(number)} (os error {number})")

    with pytest.raises(OSError, match="Input/output error") as caught, loading("a.xlsx"):
        fail(errno.EIO)
    assert os_error(tmp_path / "a.xlsx", caught.value).title == "The file cannot be read"
    assert said_of(lambda: fail(errno.EINVAL)).title == "The file is damaged"


def test_too_little_memory_is_said():
    error = said_of(lambda: np.empty(1 << 60, np.uint8))
    assert error.title == "Not enough memory"
    assert "a.vec" in error.detail


def test_a_mistake_of_ours_carries_its_traceback_for_the_log():
    error = said_of(lambda: norms(None))
    assert error.title == "The reader stopped unexpectedly"
    assert error.detail.startswith("a.vec: ")
    assert "Show log" in error.hint
    assert "similarity.py" in error.trace
    assert "in norms" in error.trace
    again = pickle.loads(pickle.dumps(error))
    assert (again.title, again.trace) == (error.title, error.trace)


def test_a_value_of_another_type_is_no_mistake_where_the_file_may_give_any():
    error = said_of(lambda: norms(None), is_untyped=True, title="The index is damaged")
    assert (error.title, error.trace) == ("The index is damaged", "")
