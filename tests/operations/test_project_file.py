"""Projects are saved with their vectors or with references to them; what is missing is said."""

from __future__ import annotations

import dataclasses
import io
import json
import random
import zipfile
from pathlib import Path

import numpy as np
import pytest

from embexplorer.app.project_contents import state_of
from embexplorer.core.content_id import first_content_id
from embexplorer.core.errors import UserError
from embexplorer.core.project import KeptData, ProjectContents
from embexplorer.core.projection import Projection
from embexplorer.operations.context import Context
from embexplorer.operations.project_file import (
    is_project,
    open_project,
    open_space_of,
    save_project,
    split_name,
)
from embexplorer.operations.read import read
from embexplorer.storage.space_folder import open_folder
from tests.kept_project import differences, full_contents

FASTTEXT = Path(__file__).parents[1] / "data" / "fasttext" / "words.bin"
SAMPLE = Path(__file__).parents[1] / "data" / "projects" / "v1.embx"


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context.default(tmp_path / "cache")


@pytest.fixture
def elsewhere(tmp_path: Path) -> str:
    """The cache of another computer."""
    return str(tmp_path / "another" / "cache")


def write_words(path: Path, n: int = 5) -> Path:
    rows = [f"word{k} {k} {k / 4} {-k}" for k in range(n)]
    path.write_text("\n".join([f"{n} 3", *rows]) + "\n", encoding="utf-8")
    return path


def two_files(context: Context, folder: Path) -> ProjectContents:
    """Return a project of two files that were read, with a map of each."""
    data, maps = [], []
    for name, n in (("first.vec", 5), ("second.vec", 6)):
        opened = read(write_words(folder / name, n), context)
        found = opened.data
        data.append(KeptData(found.id, found.name, str(opened.folder)))
        coords = np.full((n, 2), n, np.float32)
        maps.append(Projection(found.id, "pca", coords, id=f"map of {name}"))
    return ProjectContents(tuple(data), tuple(maps), active={"space": data[1].id})


def save(contents: ProjectContents, context: Context, path: Path, *, embeds: bool = True) -> dict:
    root = str(context.cache.root)
    return save_project(str(path), contents, embeds=embeds, cache_root=root)


def test_an_embedded_space_keeps_its_subwords(context, tmp_path, elsewhere) -> None:
    opened = read(FASTTEXT, context)
    kept = KeptData(opened.data.id, "words", str(opened.folder))
    path = tmp_path / "a.embx"
    save(ProjectContents((kept,)), context, path)
    again = open_project(str(path), cache_root=elsewhere)
    (data,) = again.contents.data
    found, _ = open_folder(Path(data.folder))
    np.testing.assert_array_equal(
        found.subwords.compose("unknown").vector, opened.data.subwords.compose("unknown").vector
    )


def test_an_embedded_project_opens_on_another_computer(context, tmp_path, elsewhere) -> None:
    contents, path = full_contents(context), tmp_path / "a.embx"
    result = save(contents, context, path)
    assert result["embedded"] == ["my words", "my texts"]
    assert result["bytes"] == path.stat().st_size
    opened = open_project(str(path), cache_root=elsewhere)
    assert opened.problems == ()
    assert opened.is_embedded
    assert differences(contents, opened.contents) == []
    for before, after in zip(contents.data, opened.contents.data, strict=True):
        assert after.folder.startswith(elsewhere)
        first, second = open_folder(Path(before.folder))[0], open_folder(Path(after.folder))[0]
        assert first.table.equals(second.table)
        assert first.provenance == second.provenance
        assert first.id == second.id
        if after.is_space:
            assert first.vectors.tobytes() == second.vectors.tobytes()


def test_vectors_are_unpacked_once(context, tmp_path, elsewhere) -> None:
    path = tmp_path / "a.embx"
    save(full_contents(context), context, path)
    first = open_project(str(path), cache_root=elsewhere).contents.data[0].folder
    inode = (Path(first) / "vectors.npy").stat().st_ino
    again = open_project(str(path), cache_root=elsewhere).contents.data[0].folder
    assert (again, (Path(again) / "vectors.npy").stat().st_ino) == (first, inode)


def test_a_project_that_refers_is_small_and_opens_from_the_cache(context, tmp_path) -> None:
    contents, path = two_files(context, tmp_path), tmp_path / "a.embx"
    result = save(contents, context, path, embeds=False)
    assert result["referenced"] == ["first", "second"]
    opened = open_project(str(path), cache_root=str(context.cache.root))
    assert not opened.is_embedded
    assert differences(contents, opened.contents) == []
    assert [item.folder for item in opened.contents.data] == [i.folder for i in contents.data]


def test_a_file_that_is_referred_to_is_read_again(context, tmp_path, elsewhere) -> None:
    contents, path = two_files(context, tmp_path), tmp_path / "a.embx"
    save(contents, context, path, embeds=False)
    opened = open_project(str(path), cache_root=elsewhere)
    space, _ = open_folder(Path(opened.contents.data[0].folder))
    assert space.vectors[2].tolist() == [2.0, 0.5, -2.0]
    assert differences(contents, opened.contents) == []


def test_a_file_beside_the_project_takes_the_place_of_one_that_moved(
    context, tmp_path, elsewhere
) -> None:
    contents, path = two_files(context, tmp_path), tmp_path / "a.embx"
    save(contents, context, path, embeds=False)
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("a.embx", "first.vec", "second.vec"):
        (tmp_path / name).rename(moved / name)
    opened = open_project(str(moved / "a.embx"), cache_root=elsewhere)
    assert opened.problems == ()
    assert [item.name for item in opened.contents.data] == ["first", "second"]


def test_a_missing_file_is_named_and_the_rest_opens(context, tmp_path, elsewhere) -> None:
    contents, path = two_files(context, tmp_path), tmp_path / "a.embx"
    save(contents, context, path, embeds=False)
    (tmp_path / "first.vec").unlink()
    opened = open_project(str(path), cache_root=elsewhere)
    (problem,) = opened.problems
    assert problem.title == "A source file is missing"
    assert str(tmp_path / "first.vec") in problem.detail
    assert "“first” and its maps are left out" in problem.detail
    assert "Put first.vec back or beside the project" in problem.hint
    assert [item.name for item in opened.contents.data] == ["second"]
    assert [item.id for item in opened.contents.projections] == ["map of second.vec"]


def test_a_changed_file_is_named_and_the_rest_opens(context, tmp_path, elsewhere) -> None:
    contents, path = two_files(context, tmp_path), tmp_path / "a.embx"
    save(contents, context, path, embeds=False)
    write_words(tmp_path / "second.vec", 7)
    opened = open_project(str(path), cache_root=elsewhere)
    (problem,) = opened.problems
    assert problem.title == "A source file has changed"
    assert f"{tmp_path / 'second.vec'} is not what a.embx was saved with" in problem.detail
    assert [item.name for item in opened.contents.data] == ["first"]
    # Where the cache still has what was saved, the file does not matter.
    assert open_project(str(path), cache_root=str(context.cache.root)).problems == ()


def write_ids_again(path: Path, ids: dict[str, str]) -> None:
    """Give the spaces of a project other ids, all through it."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    for old, new in ids.items():
        files["manifest.json"] = files["manifest.json"].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def test_a_project_with_ids_of_the_first_kind_finds_its_files_and_maps(
    context, tmp_path, elsewhere
) -> None:
    contents, path = two_files(context, tmp_path), tmp_path / "a.embx"
    save(contents, context, path, embeds=False)
    spaces = [open_folder(Path(item.folder))[0] for item in contents.data]
    first_ids = {space.id: first_content_id(space.table, space.vectors) for space in spaces}
    write_ids_again(path, first_ids)
    for cache in (str(context.cache.root), elsewhere, elsewhere):
        opened = open_project(str(path), cache_root=cache)
        assert opened.problems == ()
        assert differences(contents, opened.contents) == []
    write_words(tmp_path / "second.vec", 7)
    (problem,) = open_project(str(path), cache_root=elsewhere).problems
    assert problem.title == "A source file has changed"


def test_a_folder_of_the_cache_with_an_id_of_the_first_kind_serves_a_project(
    context, tmp_path
) -> None:
    contents, path = two_files(context, tmp_path), tmp_path / "a.embx"
    save(contents, context, path, embeds=False)
    space, _ = open_folder(Path(contents.data[0].folder))
    first_id = first_content_id(space.table, space.vectors)
    described = Path(contents.data[0].folder) / "space.json"
    text = described.read_text(encoding="utf-8").replace(space.id, first_id)
    described.write_text(text, encoding="utf-8")
    opened = open_project(str(path), cache_root=str(context.cache.root))
    assert opened.problems == ()
    assert opened.contents.data[0].id == first_id
    assert opened.contents.projections[0].space_id == first_id
    assert state_of(opened.contents).document.projections_of(first_id)


def test_nothing_left_is_an_error(context, tmp_path, elsewhere) -> None:
    path = tmp_path / "a.embx"
    save(two_files(context, tmp_path), context, path, embeds=False)
    for name in ("first.vec", "second.vec"):
        (tmp_path / name).unlink()
    with pytest.raises(UserError, match="A source file is missing"):
        open_project(str(path), cache_root=elsewhere)


def test_what_no_file_gives_again_is_put_into_the_project(context, tmp_path, elsewhere) -> None:
    path = tmp_path / "a.embx"
    contents = full_contents(context)  # its source is not there
    result = save(contents, context, path, embeds=False)
    assert (result["embedded"], result["referenced"]) == (["my words", "my texts"], [])
    opened = open_project(str(path), cache_root=elsewhere)
    assert differences(contents, opened.contents) == []


def test_a_file_that_changed_after_it_was_read_is_not_referred_to(context, tmp_path) -> None:
    contents, path = two_files(context, tmp_path), tmp_path / "a.embx"
    write_words(tmp_path / "first.vec", 9)
    result = save(contents, context, path, embeds=False)
    assert (result["embedded"], result["referenced"]) == (["first"], ["second"])


def test_a_project_without_data_is_saved_and_opened(context, tmp_path) -> None:
    path = tmp_path / "empty.embx"
    save(ProjectContents(), context, path)
    opened = open_project(str(path), cache_root=str(context.cache.root))
    assert differences(ProjectContents(), opened.contents) == []


# -- one space, for the command line ---------------------------------------------------------------


def test_a_space_is_named_after_a_number_sign(context, tmp_path) -> None:
    path = tmp_path / "a.embx"
    save(two_files(context, tmp_path), context, path)
    space, shown = open_space_of(f"{path}#second", context)
    assert (space.name, space.n, shown.id) == ("second", 6, "map of second.vec")
    space, shown = open_space_of(f"{path}#second", context, limit=2)
    assert (space.items[:], shown) == (["word0", "word1"], None)


def test_a_space_brings_its_derived_columns(context, tmp_path) -> None:
    path = tmp_path / "a.embx"
    save(full_contents(context), context, path)
    space, shown = open_space_of(str(path), context)
    assert list(space.columns) == ["kind", "size", "Tag", "Topic", "Score"]
    assert space.columns["Tag"].to_pylist() == ["good", None, "bad", None, "good", None]
    assert shown.id == "flat"


def test_which_space_is_asked_for_where_there_are_several(context, tmp_path) -> None:
    path = tmp_path / "a.embx"
    save(two_files(context, tmp_path), context, path)
    with pytest.raises(UserError) as refused:
        open_space_of(str(path), context)
    assert refused.value.title == "Which space is meant?"
    assert refused.value.hint == "Choose one of: a.embx#first, a.embx#second."
    with pytest.raises(UserError, match=r"a\.embx has no space “third”"):
        open_space_of(f"{path}#third", context)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a.embx", ("a.embx", "")),
        ("a.embx#b c", ("a.embx", "b c")),
        ("dir/A.EMBX#x#y", ("dir/A.EMBX", "x#y")),
        ("a.vec#b", ("a.vec#b", "")),
    ],
)
def test_a_name_is_split_off(text, found) -> None:
    assert split_name(text) == found


def test_a_file_is_a_project_by_its_ending(tmp_path) -> None:
    assert not is_project(str(tmp_path / "a.embx"))  # no such file: that is for the reader to say
    (tmp_path / "a.embx").touch()
    assert is_project(str(tmp_path / "a.embx"))
    assert is_project("gone.embx#space")
    assert not is_project("a.vec")


# -- files that someone else has changed -----------------------------------------------------------


def changed_bytes(data: bytes, rng: random.Random) -> bytes:
    """Return a file with some bytes changed, left out or put in."""
    some = bytearray(data)
    for _ in range(rng.choice((1, 1, 3, 10))):
        at, kind = rng.randrange(len(some)), rng.random()
        if kind < 0.6:
            some[at] = rng.randrange(256)
        elif kind < 0.8:
            del some[at : at + rng.randrange(1, 50)]
        else:
            some[at:at] = rng.randbytes(rng.randrange(1, 20))
    return bytes(some)


def changed_manifest(data: bytes, rng: random.Random) -> bytes:
    """Return a project of which one value of the manifest is another or missing."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "manifest.json":
                manifest = json.loads(part)
                holder, key = rng.choice(list(places(manifest)))
                if rng.random() < 0.25 and isinstance(holder, dict):
                    del holder[key]
                else:
                    holder[key] = rng.choice(
                        (None, True, -1, 1e308, "x", [], {}, [1, "b"], {"a": 1})
                    )
                part = json.dumps(manifest).encode()
            new.writestr(name, part)
    return out.getvalue()


def places(value):
    """Yield every container below a value of JSON with each of its keys."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


@pytest.mark.parametrize("change", [changed_bytes, changed_manifest])
def test_a_changed_file_opens_or_says_what_is_wrong(context, tmp_path, change) -> None:
    data, rng, path = SAMPLE.read_bytes(), random.Random(3), tmp_path / "changed.embx"
    refused = 0
    for _ in range(40):
        path.write_bytes(change(data, rng))
        try:
            state_of(open_project(str(path), cache_root=str(context.cache.root)).contents)
        except UserError:
            refused += 1
    assert refused > 12


# -- every version ever released opens -------------------------------------------------------------


def test_the_sample_of_version_1_opens_with_its_values(context) -> None:
    opened = open_project(str(SAMPLE), cache_root=str(context.cache.root))
    assert opened.problems == ()
    contents = opened.contents
    space, _ = open_folder(Path(contents.data[0].folder))
    assert [dataclasses.astuple(item)[1::2] for item in contents.data] == [
        ("my words", True),
        ("my texts", False),
    ]
    assert space.items[:] == ["king", "queen", "man", "woman", "naïve café", "日本"]
    np.testing.assert_array_equal(space.vectors, np.arange(18, dtype=np.float32).reshape(6, 3) / 7)
    assert space.id == contents.data[0].id == "c17761b076923f62599b01dbe1923138"
    assert space.provenance.source == "/data/words.vec"
    flat, deep = contents.projections
    assert (flat.method, flat.seed, flat.seconds, flat.params["n_neighbors"]) == (
        "umap",
        7,
        1.25,
        15,
    )
    assert flat.params["limits"] == (0.5, float("inf"))
    assert flat.quality["neighbors_kept"] == 0.625
    assert flat.coords.tolist() == [[2.0 * k, 2.0 * k + 1] for k in range(6)]
    assert deep.rows.tolist() == [0, 2, 5]
    assert deep.axes == ("PC 1, 60%", "PC 2, 30%", "PC 3, 10%")
    tag, topic, score = contents.columns
    assert tag.values.to_pylist() == ["good", None, "bad", None, "good", None]
    assert (tag.name, tag.how, topic.projection_id) == ("Tag", "Written by hand.", "flat")
    assert score.values.to_pylist() == [0.5, 1.5, 2.0, 2.0, 2.0, 2.0]
    (groups,) = contents.clusters
    assert (groups.names, groups.labels.tolist()) == (("royal", "other"), [0, 0, 0, 1, 1, -1])
    assert contents.selections[0]["rows"].tolist() == [1, 4]
    assert contents.views[0]["camera"] == {"center": [1.5, -2.0], "height": 0.125}
    assert contents.styles[space.id]["layers"] == frozenset({"edges", "hulls"})
    assert contents.active["projection"] == "flat"
    assert contents.extra == {"from_later": {"kept": [1, 2]}}
