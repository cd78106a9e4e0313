"""Sizes of pictures as Qt writes them, and of damaged ones."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage, QImageWriter

from embexplorer.engines.picture_size import picture_size
from embexplorer.engines.sprite_sheet import name_tiles

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("png", "jpeg", "progressive jpeg", "webp", "lossless webp", "webp with more")


def picture(kind: str, size: tuple[int, int] = (300, 70)) -> bytes:
    """Return a picture of one color."""
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor(200, 30, 30))
    image.setText("Comment", "\N{LATIN SMALL LETTER Y WITH DIAERESIS}" * 300)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, b"webp" if "webp" in kind else kind.split()[-1].encode())
    writer.setQuality(100 if kind.startswith("lossless") else 80)
    writer.setProgressiveScanWrite(kind.startswith("progressive"))
    assert writer.write(image), writer.errorString()
    data = bytes(buffer.data().data())
    if kind != "webp with more":
        return data
    sides = (size[0] - 1).to_bytes(3, "little") + (size[1] - 1).to_bytes(3, "little")
    chunks = b"WEBPVP8X" + struct.pack("<II", 10, 0) + sides + data[12:]
    return b"RIFF" + struct.pack("<I", len(chunks)) + chunks


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(300, 70), (1, 1), (3, 9000)])
def test_the_size_is_that_of_the_picture(tmp_path: Path, kind: str, size: tuple[int, int]) -> None:
    (tmp_path / "a").write_bytes(picture(kind, size))
    assert picture_size(tmp_path / "a") == size


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_that_is_cut_off_anywhere_is_none_or_as_large(tmp_path: Path, kind: str) -> None:
    whole = picture(kind)
    for end in range(min(len(whole), 1000)):
        (tmp_path / "a").write_bytes(whole[:end])
        assert picture_size(tmp_path / "a") in (None, (300, 70))
    (tmp_path / "a").write_bytes(whole[:12])
    assert picture_size(tmp_path / "a") is None


def test_what_is_no_picture_is_none(tmp_path: Path) -> None:
    for data in (b"", b"GIF89a" + bytes(50), b"\xff\xd8\xff" + b"\xff" * 5000, b"RIFF" + bytes(40)):
        (tmp_path / "a").write_bytes(data)
        assert picture_size(tmp_path / "a") is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_sheet_may_be_of_any_of_them(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a").write_bytes(picture(kind, (60, 40)))
    tiles = name_tiles(tmp_path / "a", "sheet.jpg", 5, 20, 20).to_pylist()
    assert tiles[-1] == "sheet.jpg#xywh=20,20,20,20"
