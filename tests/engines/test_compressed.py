from __future__ import annotations

import zipfile

import pytest

from embexplorer.core.errors import UserError
from embexplorer.engines.compressed import inner_path, kind_of, note_on_choice, outer_path
from tests.compressing import ENDINGS, compressed, zipped


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_kind_is_told_by_its_first_bytes(ending):
    kinds = {".gz": "gzip", ".bz2": "bz2", ".xz": "xz", ".zst": "zstd", ".zip": "zip"}
    for data in (b"", b"king 0.1 0.2\n"):
        assert kind_of(compressed(data, ending)) == kinds[ending]


@pytest.mark.parametrize("head", [b"", b"BZh 0.5 1.5\n", b"PK 1 2\n", b"1 2\n", b"\x1f", b"(\xb5"])
def test_text_and_scraps_are_not_compressed(head):
    assert kind_of(head) is None


def test_the_file_inside_has_the_name_without_the_ending(tmp_path):
    for name, inner in (("a.vec.gz", "a.vec"), ("a.vec.GZ", "a.vec"), ("a.vec", "a.vec")):
        assert inner_path(tmp_path / name, "gzip") == tmp_path / name / inner


def test_the_outer_path_is_the_file_on_disk(tmp_path):
    path = tmp_path / "a.vec.gz"
    path.write_bytes(b"x")
    assert outer_path(path) == path
    assert outer_path(path / "a.vec") == path
    assert outer_path(tmp_path / "absent.vec") == tmp_path / "absent.vec"
    assert outer_path(tmp_path) == tmp_path


def inside(path, files):
    path.write_bytes(zipped(files))
    return inner_path(path, "zip").name


def test_the_only_file_of_an_archive_is_meant_whatever_its_size(tmp_path):
    path = tmp_path / "a.zip"
    files = {"__MACOSX/._a.vec": b"x" * 99, ".DS_Store": b"x" * 99, "README.txt": b"x" * 99}
    assert inside(path, {**files, "deep/er/a.vec": b"1"}) == "a.vec"
    assert note_on_choice(path / "a.vec") == (
        "Of the archive a.zip, a.vec was read; 3 other files were not.",
    )
    assert inside(path, {"README.txt": b"1"}) == "README.txt"
    assert inside(path, {"a.vec": b"1"}) == "a.vec"
    assert note_on_choice(path / "a.vec") == ()


def test_ten_times_as_large_as_the_others_together_is_clear(tmp_path):
    path = tmp_path / "a.zip"
    assert inside(path, {"notes.txt": b"x" * 4, "a.vec": b"x" * 100, "b.txt": b"x" * 6}) == "a.vec"
    with pytest.raises(UserError) as caught:
        inside(path, {"notes.txt": b"x" * 5, "a.vec": b"x" * 100, "b.txt": b"x" * 6})
    assert caught.value.title == "Several files in this archive"
    assert caught.value.detail == "a.zip holds 3 files: a.vec, b.txt, notes.txt."
    assert caught.value.hint == "Name one of them, such as a.zip/a.vec, or extract it."


def test_an_archive_of_nothing_or_of_a_locked_file_is_refused(tmp_path):
    path = tmp_path / "a.zip"
    with pytest.raises(UserError) as caught:
        inside(path, {"folder/": b"", "..": b"x"})
    assert caught.value.title == "Nothing in this archive"
    path.write_bytes(
        zipped({"a.vec": b"1"}).replace(
            b"PK\x01\x02\x14\x03\x14\0\0", b"PK\x01\x02\x14\x03\x14\0\1"
        )
    )
    with zipfile.ZipFile(path) as archive:
        assert archive.infolist()[0].flag_bits & 1
    with pytest.raises(UserError) as caught:
        inner_path(path, "zip")
    assert caught.value.title == "The archive is locked"


def test_a_name_never_leads_out_of_the_archive(tmp_path):
    for name in ("../../up.vec", "/root.vec", "C:\\\\temp\\\\win.vec"):
        path = tmp_path / "a.zip"
        found = inside(path, {name: b"1"})
        assert "/" not in found
        assert "\\" not in found
        assert outer_path(path / found) == path


def test_an_archive_that_is_cut_off_is_damaged(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.vec": b"1" * 999})[:-30])
    with pytest.raises(UserError) as caught:
        inner_path(path, "zip")
    assert caught.value.title == "The compressed file is damaged"
    assert "a.zip: the list of files at its end cannot be read" in caught.value.detail
