from __future__ import annotations

import gzip
import random
import threading
from functools import partial

import pytest

from embexplorer.core.errors import CancelledError, UserError
from embexplorer.core.progress import Progress
from embexplorer.engines import byte_stream
from embexplorer.engines.byte_stream import open_stream
from tests.compressing import ENDINGS, compressed, zipped

DATA = random.Random(0).randbytes(300_000) + b"\0" * 300_000
MIDDLE = len(DATA) // 4


def write(tmp_path, ending, data=DATA):
    path = tmp_path / f"inner.txt{ending}"
    path.write_bytes(compressed(data, ending))
    return path / "inner.txt"


def drain(path, size=100_000):
    with open_stream(path) as stream:
        return list(iter(partial(stream.read, size), b""))


def test_a_plain_file_is_its_bytes_and_knows_their_number(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"0123456789")
    with open_stream(path) as stream:
        assert (stream.size, stream.fraction) == (10, 0.0)
        assert stream.read(4) == b"0123"
        assert stream.fraction == 0.4
        stream.skip(3)
        assert stream.read(9) == b"789"
        assert stream.read(9) == b""


@pytest.mark.parametrize("size", [1 << 16, 99_999, 1 << 30])
@pytest.mark.parametrize("ending", ENDINGS)
def test_every_read_is_whole_until_the_end(tmp_path, ending, size, monkeypatch):
    monkeypatch.setattr(byte_stream, "CHUNK_BYTES", 70_000)
    pieces = drain(write(tmp_path, ending), size)
    assert b"".join(pieces) == DATA
    assert {len(piece) for piece in pieces[:-1]} <= {size}


@pytest.mark.parametrize("ending", ENDINGS)
def test_skipping_is_reading_and_forgetting(tmp_path, ending):
    with open_stream(write(tmp_path, ending)) as stream:
        assert stream.size is None
        stream.skip(200_000)
        assert stream.read(1000) == DATA[200_000:201_000]
        stream.skip(1 << 40)
        assert stream.read(1) == b""


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_fraction_is_that_of_the_compressed_bytes(tmp_path, ending, monkeypatch):
    monkeypatch.setattr(byte_stream, "CHUNK_BYTES", 50_000)
    fractions = []
    with open_stream(write(tmp_path, ending)) as stream:
        while stream.read(50_000):
            fractions.append(stream.fraction)
    assert fractions == sorted(fractions)
    assert 0 < fractions[0] <= (1.0 if ending == ".bz2" else 0.9)  # which is one block
    assert fractions[-1] == 1.0


@pytest.mark.parametrize("ending", [".gz", ".bz2", ".xz", ".zst"])
def test_files_joined_behind_each_other_are_one(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    parts = (b"one\n" * 9, b"", DATA, b"end\n")
    path.write_bytes(b"".join(compressed(part, ending) for part in parts))
    assert b"".join(drain(path / "a")) == b"".join(parts)


@pytest.mark.parametrize("ending", [".gz", ".bz2", ".xz", ".zst"])
def test_a_file_that_is_cut_off_says_so_after_its_whole_beginning(tmp_path, ending):
    path = write(tmp_path, ending).parent
    whole = path.read_bytes()
    for cut in (1, 9, len(whole) // 2):
        path.write_bytes(whole[:-cut])
        with pytest.raises(UserError) as caught:
            drain(path / "inner.txt")
        assert caught.value.title == "The compressed file is damaged"
        assert (
            f"{path.name}: it ends early, after {len(whole) - cut:,} bytes." in caught.value.detail
        )
    if ending != ".bz2":  # of which all this is one block
        with open_stream(path / "inner.txt") as stream:
            assert stream.read(1000) == DATA[:1000]


@pytest.mark.parametrize("ending", [".gz", ".bz2", ".xz", ".zip"])
def test_a_byte_that_changed_says_where(tmp_path, ending):
    path = write(tmp_path, ending).parent
    changed = bytearray(path.read_bytes())
    changed[MIDDLE] ^= 1
    path.write_bytes(changed)
    with pytest.raises(UserError) as caught:
        drain(path / "inner.txt")
    assert caught.value.title == "The compressed file is damaged"
    assert f"{path.name}: near byte " in caught.value.detail
    assert f" of {len(changed):,} it cannot be decompressed" in caught.value.detail


def test_a_member_is_found_by_its_name(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"deep/a.vec": b"first", "b.vec": b"second"}))
    assert drain(path / "b.vec") == [b"second"]
    assert drain(path / "a.vec") == [b"first"]
    with pytest.raises(UserError) as caught:
        open_stream(path / "c.vec")
    assert caught.value.detail == "a.zip holds no file c.vec."


def test_what_decompresses_to_hundreds_of_times_its_size_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(byte_stream, "RATIO_FROM", 1 << 20)
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(bytes(30 << 20)))
    with pytest.raises(UserError) as caught:
        drain(path / "bomb")
    assert caught.value.title == "It decompresses to too much"
    assert f"bomb.gz: {path.stat().st_size:,} bytes have become 0.0 GB" in caught.value.detail
    monkeypatch.undo()
    assert sum(map(len, drain(path / "bomb"))) == 30 << 20


def test_more_than_the_disk_has_room_for_is_refused(tmp_path, monkeypatch):
    path = write(tmp_path, ".gz")
    with open_stream(path, room=tmp_path) as stream:
        assert len(stream.read(1 << 20)) == len(DATA)
        stream._room = 1000
    with open_stream(path, room=tmp_path) as stream:
        stream._room = 500_000
        with pytest.raises(UserError) as caught:
            stream.read(1 << 20)
    assert caught.value.title == "It decompresses to too much"
    assert "and 0.0 GB are free" in caught.value.detail


def test_no_thread_is_left_when_it_is_closed_early(tmp_path, monkeypatch):
    monkeypatch.setattr(byte_stream, "CHUNK_BYTES", 1000)
    before = threading.active_count()
    with open_stream(write(tmp_path, ".bz2")) as stream:
        stream.read(100_000)
        assert threading.active_count() == before + 1
    assert threading.active_count() == before


def test_a_long_read_is_cancelled_between_chunks(tmp_path, monkeypatch):
    monkeypatch.setattr(byte_stream, "CHUNK_BYTES", 1000)
    progress = Progress()
    with open_stream(write(tmp_path, ".gz"), progress=progress) as stream:
        assert len(stream.read(100_000)) == 100_000
        progress.cancel()
        with pytest.raises(CancelledError):
            stream.read(100_000)
