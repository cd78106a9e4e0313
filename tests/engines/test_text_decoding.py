from __future__ import annotations

from functools import partial

import pytest

from embexplorer.core.errors import UserError
from embexplorer.engines.text_decoding import (
    ENCODINGS,
    Utf8Stream,
    decode_head,
    guess_encoding,
    looks_like_text,
)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 4096, -1])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_any_encoding_becomes_utf8_whatever_the_size_of_the_pieces(tmp_path, size, encoding):
    text = {"gb18030": "国王 und 王后\n", "shift_jis": "王様 と\n", "euc_kr": "왕과 왕비\n"}.get(
        encoding, "Король\n" if encoding == "cp1251" else "né ö ß\n"
    )
    path = tmp_path / "t.txt"
    path.write_bytes(text.encode(encoding))
    pieces = []
    with Utf8Stream(path, encoding) as stream:
        while piece := stream.read(size):
            pieces.append(piece)
    assert b"".join(pieces).decode() == text


@pytest.mark.parametrize("size", [1, 5, 4096])
def test_the_byte_that_fails_is_named_across_pieces(tmp_path, size):
    path = tmp_path / "t.txt"
    path.write_bytes("abcdé né".encode() + b"\xff rest")
    with Utf8Stream(path) as stream, pytest.raises(UserError) as caught:
        list(iter(partial(stream.read, size), b""))
    assert "t.txt, byte 11 is 0xFF" in caught.value.detail


def test_the_mark_counts_as_bytes_but_not_as_text(tmp_path):
    path = tmp_path / "t.txt"
    path.write_bytes(b"\xef\xbb\xbfabc\xff")
    with Utf8Stream(path) as stream, pytest.raises(UserError) as caught:
        stream.read()
    assert "byte 7 is 0xFF" in caught.value.detail


def test_lines_keep_or_lose_their_ends(tmp_path):
    path = tmp_path / "t.txt"
    path.write_bytes(b"a\r\nb\rc\nd")
    with Utf8Stream(path) as stream:
        assert list(stream.as_lines()) == ["a\r\n", "b\r", "c\n", "d"]
    with Utf8Stream(path) as stream:
        assert list(stream.as_lines(plain_ends=True)) == ["a\n", "b\n", "c\n", "d"]


def test_ascii_needs_no_guess():
    assert guess_encoding(b"plain words") is None


def test_binary_is_no_text():
    assert not looks_like_text(bytes(range(256)) * 4)
    assert not looks_like_text(b"\x00\x01\x02" * 50)
    assert looks_like_text("né".encode("latin-1"))
    assert looks_like_text(b"tabs\tand\r\nlines\f")
    assert decode_head(b"a\0b") is None
    assert decode_head("né".encode()[:-1]) == "n"


@pytest.mark.parametrize("share", [0.0, 0.009, 0.01, 0.011, 0.5])
def test_one_control_code_in_a_hundred_signs_is_text_still(share):
    head = b"a\t\xe9\n" * 250
    bad = round(share * len(head))
    assert looks_like_text(b"\x01" * bad + head[bad:]) == (share <= 0.01)
