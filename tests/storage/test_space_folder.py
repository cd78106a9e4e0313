from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest

from embexplorer.core.content_id import content_id
from embexplorer.core.errors import UserError
from embexplorer.core.space import Provenance, Space, Texts, make_table
from embexplorer.core.subwords import Subwords
from embexplorer.storage.space_folder import open_folder, write_folder

TABLE = make_table(["a", "b"], {"n": [1, 2]})
VECTORS = np.array([[1, 2, 3], [4, 5, 6]], np.float32)


def written(folder, **changes):
    values = {
        "name": "made",
        "table": TABLE,
        "vectors": VECTORS,
        "provenance": Provenance("f.vec", "word2vec-text", notes=("One.",), params={"k": 1}),
        **changes,
    }
    write_folder(folder, **values)
    return folder


def test_a_space_is_mapped_as_it_was_written(tmp_path):
    coords = np.array([[1, 2], [3, 4]], np.float32)
    space, found = open_folder(written(tmp_path, coords=coords))
    assert isinstance(space, Space)
    assert space.id == content_id(TABLE, VECTORS)
    assert isinstance(space.vectors, np.memmap)
    assert not space.vectors.flags.writeable
    assert space.vectors.tolist() == VECTORS.tolist()
    assert found.tolist() == coords.tolist()
    assert space.table.equals(TABLE)
    assert (space.name, space.folder) == ("made", tmp_path)
    assert space.provenance == Provenance(
        "f.vec", "word2vec-text", notes=("One.",), params={"k": 1}
    )


def test_a_corpus_has_no_vectors(tmp_path):
    texts, coords = open_folder(written(tmp_path, vectors=None))
    assert isinstance(texts, Texts)
    assert coords is None
    assert texts.id == content_id(TABLE)
    assert texts.items[:] == ["a", "b"]


def test_vectors_that_lie_in_the_folder_are_not_written_again(tmp_path):
    np.save(tmp_path / "vectors.npy", VECTORS)
    before = (tmp_path / "vectors.npy").stat()
    mapped = np.load(tmp_path / "vectors.npy", mmap_mode="r")
    space, _ = open_folder(written(tmp_path, vectors=mapped))
    after = (tmp_path / "vectors.npy").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert space.vectors.tolist() == VECTORS.tolist()


def test_subwords_are_kept_beside_the_vectors(tmp_path):
    subwords = Subwords(np.arange(12, dtype=np.float32).reshape(4, 3), 3, 6)
    space, _ = open_folder(written(tmp_path, subwords=subwords))
    assert isinstance(space.subwords.vectors, np.memmap)
    assert space.subwords.vectors.tolist() == subwords.vectors.tolist()
    assert (space.subwords.shortest, space.subwords.longest) == (3, 6)
    assert space.subwords.file == tmp_path / "subwords.npy"


def test_subwords_of_another_size_are_damage(tmp_path):
    written(tmp_path, subwords=Subwords(np.ones((4, 3), np.float32), 3, 6))
    np.save(tmp_path / "subwords.npy", np.ones((4, 2), np.float32))
    with pytest.raises(UserError, match=r"subwords\.npy has the shape \(4, 2\)"):
        open_folder(tmp_path)


def test_tables_are_mapped_without_a_copy(tmp_path):
    before = pa.total_allocated_bytes()
    written(tmp_path, table=make_table([f"item {at}" for at in range(100_000)]), vectors=None)
    texts, _ = open_folder(tmp_path)
    assert pa.total_allocated_bytes() - before < 100_000
    assert texts.items[99_999] == "item 99999"


@pytest.mark.parametrize(
    ("change", "title"),
    [
        (lambda f: (f / "space.json").unlink(), "Not a space folder"),
        (lambda f: (f / "space.json").write_text("{"), "Not a space folder"),
        (lambda f: (f / "space.json").write_text("{}"), "Not a space folder"),
        (lambda f: (f / "table.arrow").unlink(), "The space folder is damaged"),
        (lambda f: (f / "table.arrow").write_bytes(b"x"), "The space folder is damaged"),
        (lambda f: (f / "vectors.npy").write_bytes(b"x"), "The space folder is damaged"),
        (lambda f: np.save(f / "vectors.npy", VECTORS[:1]), "The space folder is damaged"),
        (lambda f: np.save(f / "vectors.npy", np.ones((2, 3))), "The space folder is damaged"),
    ],
)
def test_a_damaged_folder_is_refused(tmp_path, change, title):
    written(tmp_path)
    change(tmp_path)
    with pytest.raises(UserError) as caught:
        open_folder(tmp_path)
    assert caught.value.title == title
    assert str(tmp_path) in caught.value.detail


def test_a_newer_version_is_refused_and_an_unknown_field_is_not(tmp_path):
    written(tmp_path)
    described = json.loads((tmp_path / "space.json").read_text())
    described["provenance"]["later"] = 1
    (tmp_path / "space.json").write_text(json.dumps(described))
    assert open_folder(tmp_path)[0].name == "made"
    described["version"] = 99
    (tmp_path / "space.json").write_text(json.dumps(described))
    with pytest.raises(UserError) as caught:
        open_folder(tmp_path)
    assert caught.value.title == "Written by a newer version"
    assert "version 99" in caught.value.detail
