"""Thumbnails: none overlaps another, broken files are left to their points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage

from embexplorer.ui.scatter.layers.pictures import Sheets, apart, read_thumbnail

if TYPE_CHECKING:
    from pathlib import Path


def test_squares_that_overlap_an_earlier_one_are_left_out() -> None:
    pixels = np.array([[50, 50], [55, 52], [71, 50], [50, 69], [400, 300]], float)
    assert apart(pixels, 20.0, 10).tolist() == [0, 2, 4]
    assert apart(pixels, 20.0, 2).tolist() == [0, 2]


def test_of_a_crowd_none_overlaps_and_no_room_is_left_for_another() -> None:
    pixels = np.random.default_rng(0).uniform(0, 300, (3000, 2))
    chosen = apart(pixels, 30.0, 1000)
    kept = pixels[chosen]
    distances = np.abs(kept[:, None] - kept[None]).max(axis=2)
    distances[np.arange(len(kept)), np.arange(len(kept))] = np.inf
    assert distances.min() >= 30.0
    # One picture in each cell of the grid at most: about half of the densest packing.
    assert len(kept) >= 40


def test_thumbnails_are_read_small(tmp_path: Path) -> None:
    image = QImage(400, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("#D55E00"))
    image.save(str(tmp_path / "wide.png"))
    small = read_thumbnail(tmp_path / "wide.png", 64, Sheets())
    assert small.size() == QSize(64, 32)
    assert small.pixelColor(30, 15) == QColor("#D55E00")


def test_a_broken_or_missing_file_has_no_thumbnail(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"\x89PNG no picture")
    assert read_thumbnail(tmp_path / "broken.png", 64, Sheets()) is None
    assert read_thumbnail(tmp_path / "missing.png", 64, Sheets()) is None


@pytest.mark.parametrize("ending", ["jpg", "webp"])
def test_a_part_of_a_sheet_of_photographs_is_cut_out(tmp_path: Path, ending: str) -> None:
    sheet = QImage(96, 32, QImage.Format.Format_RGB32)
    sheet.fill(QColor("#0072B2"))
    for x in range(64, 96):
        for y in range(32):
            sheet.setPixelColor(x, y, QColor("#D55E00"))
    assert sheet.save(str(tmp_path / f"s.{ending}"), None, 100)
    tile = read_thumbnail(tmp_path / f"s.{ending}#xywh=64,0,32,32", 64, Sheets())
    assert tile.size() == QSize(32, 32)
    color = tile.pixelColor(16, 16)
    assert max(abs(color.red() - 0xD5), abs(color.green() - 0x5E), color.blue()) < 12


def test_a_part_of_a_sheet_is_a_thumbnail_of_its_own(tmp_path: Path) -> None:
    sheet = QImage(60, 20, QImage.Format.Format_RGB32)
    colors = [QColor(name) for name in ("#D55E00", "#0072B2", "#009E73")]
    for x in range(60):
        for y in range(20):
            sheet.setPixelColor(x, y, colors[x // 20])
    sheet.save(str(tmp_path / "s.png"))
    sheets = Sheets()
    for at, color in enumerate(colors):
        tile = read_thumbnail(tmp_path / f"s.png#xywh={20 * at},0,20,20", 64, sheets)
        assert tile.size() == QSize(20, 20)
        assert {tile.pixelColor(x, y).name() for x in (0, 19) for y in (0, 19)} == {color.name()}
    small = read_thumbnail(tmp_path / "s.png#xywh=20,0,40,20", 10, sheets)
    assert small.size() == QSize(10, 5)
    assert read_thumbnail(tmp_path / "s.png#xywh=50,0,20,20", 64, sheets) is None
    assert read_thumbnail(tmp_path / "t.png#xywh=0,0,20,20", 64, sheets) is None
