"""A project file holds everything, is written whole, and is refused where it was changed."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import zipfile
from pathlib import Path

import pytest

from embexplorer.core.errors import CancelledError, UserError
from embexplorer.core.progress import Progress
from embexplorer.operations.context import Context
from embexplorer.storage import project_writing
from embexplorer.storage.project_file import Reference, open_parts, read_project
from embexplorer.storage.project_writing import write_project
from tests.kept_project import differences, full_contents


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context.default(tmp_path / "cache")


@pytest.fixture
def saved(context: Context, tmp_path: Path) -> Path:
    path = tmp_path / "thesis.embx"
    write_project(path, full_contents(context), {}, written_by="0.1")
    return path


def read(path: Path):
    with open_parts(path) as parts:
        return read_project(parts, path, this_version="1.4")


def rewritten(path: Path, change) -> Path:
    """Write a project again with another manifest, as another program might have."""
    other = path.with_name("other.embx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "manifest.json":
                manifest = json.loads(data)
                change(manifest)
                data = json.dumps(manifest).encode()
            new.writestr(info.filename, data)
    return other


def test_everything_comes_back_equal_value_by_value(context, saved) -> None:
    before = full_contents(context)
    found = read(saved).contents
    assert differences(before, found) == []


def test_the_manifest_is_plain_and_arrays_are_stored_as_they_are(saved) -> None:
    with zipfile.ZipFile(saved) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        kinds = {info.compress_type for info in archive.infolist()}
        names = {Path(info.filename).suffix for info in archive.infolist()}
    assert (manifest["format"], manifest["version"]) == ("embexplorer project", 1)
    assert manifest["written_by"] == "0.1"
    assert manifest["document"]["projections"][0]["params"]["n_neighbors"] == 15
    assert kinds == {zipfile.ZIP_STORED}
    assert names == {".json", ".npy", ".arrow"}


def test_the_same_contents_are_the_same_bytes(context, saved, tmp_path) -> None:
    other = tmp_path / "again.embx"
    write_project(other, full_contents(context), {}, written_by="0.1")
    assert other.read_bytes() == saved.read_bytes()


def test_a_reference_keeps_out_what_it_refers_to(context, saved, tmp_path) -> None:
    contents = full_contents(context)
    space = contents.data[0]
    refers = Reference("/data/words.vec", 12, 34, "word2vec-text", {"header": True})
    path = tmp_path / "small.embx"
    write_project(path, contents, {space.id: refers}, written_by="0.1")
    kept, corpus = read(path).kept
    assert kept.reference == refers
    assert kept.parts is None
    assert corpus.reference is None
    with zipfile.ZipFile(path) as archive:
        assert "arrays/data-0.npy" not in archive.namelist()
        assert "tables/data-1.arrow" in archive.namelist()


def test_what_a_later_version_added_is_kept_and_written_again(context, saved) -> None:
    def change(manifest) -> None:
        manifest["document"]["graphs"] = [{"edges": 3}]
        manifest["document"]["projections"][0]["mood"] = "new"

    found = read(rewritten(saved, change)).contents
    assert found.extra == {"from_later": {"kept": [1, 2]}, "graphs": [{"edges": 3}]}
    assert found.projections[0].method == "umap"


# -- what is wrong with a file ---------------------------------------------------------------------


def test_a_newer_version_is_refused_naming_the_release_that_reads_it(saved) -> None:
    def change(manifest) -> None:
        manifest.update(version=2, written_by="2.3")

    newer = rewritten(saved, change)
    with pytest.raises(UserError) as refused:
        read(newer)
    error = refused.value
    assert error.title == "This project is from a newer version"
    assert error.detail == "other.embx was written by embexplorer 2.3; this is 1.4."
    assert error.hint == "Update to 2.3 or later to open it."


def test_another_zip_is_no_project(tmp_path) -> None:
    path = tmp_path / "other.embx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", '{"format": "something else"}')
    with pytest.raises(UserError, match=r"Not a project: other\.embx is no project"):
        read(path)


@pytest.mark.parametrize("keep", [0, 10, 200, 0.5, 0.9, -1])
def test_a_file_that_was_cut_is_damaged(saved, keep) -> None:
    data = saved.read_bytes()
    saved.write_bytes(data[: int(keep * len(data)) if 0 < abs(keep) < 1 else keep])
    with pytest.raises(UserError) as refused:
        read(saved)
    assert refused.value.title == "The project is damaged"
    assert "thesis.embx is incomplete or was changed" in refused.value.detail


def test_a_changed_byte_in_an_array_is_noticed(saved) -> None:
    with zipfile.ZipFile(saved) as archive:
        info = archive.getinfo("arrays/projection-0-coords.npy")
    data = bytearray(saved.read_bytes())
    data[info.header_offset + info.file_size] ^= 1
    saved.write_bytes(bytes(data))
    with pytest.raises(UserError, match="The project is damaged"):
        read(saved)


def test_no_part_of_another_name_is_read(saved) -> None:
    for name in ("../../etc/passwd", "/etc/passwd", "arrays/../x.npy", "manifest.json"):

        def change(manifest, name=name) -> None:
            manifest["document"]["projections"][0]["coords"]["file"] = name

        with pytest.raises(UserError, match="is no part of a project"):
            read(rewritten(saved, change))


def test_a_packed_part_is_refused_so_that_nothing_can_swell_up(saved) -> None:
    other = saved.with_name("packed.embx")
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    with pytest.raises(UserError, match="is packed"):
        read(other)


def test_an_array_of_another_shape_than_announced_is_refused(saved) -> None:
    def longer(manifest) -> None:
        manifest["document"]["projections"][0]["coords"]["shape"] = [10**12, 2]

    def shorter(manifest) -> None:
        manifest["document"]["data"][0]["n"] = 5

    for change in (longer, shorter):
        with pytest.raises(UserError, match="The project is damaged"):
            read(rewritten(saved, change))


def test_an_array_of_objects_is_never_loaded(saved, tmp_path) -> None:
    other = tmp_path / "evil.embx"
    header = b"\x93NUMPY\x01\x00\x76\x00" + (
        b"{'descr': '|O', 'fortran_order': False, 'shape': (6, 2), }".ljust(117) + b"\n"
    )
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            is_it = name == "arrays/projection-0-coords.npy"
            data = header + b"cos\nsystem\n" if is_it else old.read(name)
            if name == "manifest.json":
                manifest = json.loads(data)
                manifest["document"]["projections"][0]["coords"]["dtype"] = "|O"
                data = json.dumps(manifest).encode()
            new.writestr(name, data)
    with pytest.raises(UserError, match="The project is damaged"):
        read(other)


@pytest.mark.parametrize(
    "name",
    ["data", "projections", "columns", "clusters", "selections", "views", "item_sets", "styles"],
)
def test_a_manifest_of_another_shape_is_damaged(saved, name) -> None:
    def change(manifest) -> None:
        manifest["document"][name] = [7]

    with pytest.raises(UserError, match="The project is damaged"):
        read(rewritten(saved, change))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", 7),
        ("targets", [{"name": "a", "items": "king"}]),
        ("targets", [{"name": "a", "items": [1]}]),
        ("attributes", [{"items": []}]),
        ("pairs", [["she"]]),
        ("pairs", [["she", None]]),
        ("words", ["nurse"]),
        ("also", [2]),
        ("also", "weat"),
    ],
)
def test_item_sets_of_another_shape_are_damaged(saved, key, value) -> None:
    def change(manifest) -> None:
        manifest["document"]["item_sets"][0][key] = value

    with pytest.raises(UserError, match="The project is damaged"):
        read(rewritten(saved, change))


def test_a_project_from_before_there_were_item_sets_has_none(saved) -> None:
    def change(manifest) -> None:
        del manifest["document"]["item_sets"]

    assert read(rewritten(saved, change)).contents.item_sets == ()


def test_a_file_that_is_not_there_is_said_to_be_unreadable(tmp_path) -> None:
    with pytest.raises(UserError, match="The project cannot be read"):
        read(tmp_path / "gone.embx")


# -- writing whole or not at all -------------------------------------------------------------------


class Failing:
    """A disk that fails after so many bytes."""

    def __init__(self, monkeypatch, after: int, number: int) -> None:
        self.left, self.number = after, number
        monkeypatch.setattr(project_writing.PartsWriter, "_write", self.write(monkeypatch))

    def write(self, monkeypatch):
        real = project_writing.PartsWriter._write

        def write(parts, out, block) -> None:
            self.left -= block.nbytes
            if self.left < 0:
                raise OSError(self.number, os.strerror(self.number))
            real(parts, out, block)

        return write


@pytest.mark.parametrize("after", [0, 100, 700, 2000])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_fails_leaves_the_old_file(context, saved, monkeypatch, after, number) -> None:
    before = saved.read_bytes()
    Failing(monkeypatch, after, number)
    with pytest.raises(UserError) as refused:
        write_project(saved, full_contents(context), {}, written_by="0.1")
    is_full = number == errno.ENOSPC
    title = "Not enough room on the disk" if is_full else "The project cannot be saved"
    assert refused.value.title == title
    assert "What was there before is unchanged." in refused.value.detail
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.glob("*thesis*")] == ["thesis.embx"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a process that shares what it has")
@pytest.mark.parametrize("reports", [1, 9])
def test_a_process_that_is_killed_while_it_saves_leaves_the_old_file(
    context, saved, reports
) -> None:
    before, contents = saved.read_bytes(), full_contents(context)

    class Killing(Progress):
        def report(self, fraction, message="") -> None:
            nonlocal reports
            reports -= 1
            if not reports:
                os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if not child:
        write_project(saved, contents, {}, written_by="0.2", progress=Killing())
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert saved.read_bytes() == before
    (left,) = saved.parent.glob(".thesis.embx-*.part")
    write_project(saved, contents, {}, written_by="0.2")  # which clears up
    assert not left.exists()


def test_a_cancel_leaves_the_old_file(context, saved) -> None:
    before = saved.read_bytes()
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        write_project(saved, full_contents(context), {}, written_by="0.1", progress=progress)
    assert saved.read_bytes() == before
    assert len(list(saved.parent.glob("*thesis*"))) == 1


def test_a_place_without_room_is_refused_before_anything_is_written(
    context, tmp_path, monkeypatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
    with pytest.raises(UserError) as refused:
        write_project(tmp_path / "a.embx", full_contents(context), {}, written_by="0.1")
    assert refused.value.title == "Not enough room on the disk"
    assert "0 MB are free" in refused.value.detail
    assert not list(tmp_path.glob("*.embx*"))


def test_a_folder_that_is_not_there_is_named(context, tmp_path) -> None:
    with pytest.raises(UserError, match="The project cannot be saved"):
        write_project(tmp_path / "no" / "a.embx", full_contents(context), {}, written_by="0.1")


def test_a_link_to_a_project_stays_one(context, saved, tmp_path) -> None:
    link = tmp_path / "link.embx"
    link.symlink_to(saved)
    write_project(link, full_contents(context), {}, written_by="0.2")
    assert link.is_symlink()
    assert b'"written_by": "0.2"' in saved.read_bytes()


def test_progress_ends_at_one_and_never_goes_back(context, tmp_path) -> None:
    class Watched(Progress):
        def __init__(self) -> None:
            super().__init__()
            self.seen: list[float] = []

        def report(self, fraction, message="") -> None:
            self.seen.append(fraction)

    progress = Watched()
    write_project(
        tmp_path / "a.embx", full_contents(context), {}, written_by="0.1", progress=progress
    )
    assert progress.seen == sorted(progress.seen)
    assert progress.seen[-1] == 1.0
