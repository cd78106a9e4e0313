from __future__ import annotations

import pickle

import numpy as np
import pytest

from embexplorer.app.services import Services, inline_lanes

PROSE = "It was a dark and stormy night.\nThe rain fell in torrents.\n"


def write(path, content):
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", "", "empty.csv has 0 bytes"),
        ("ragged.csv", "item,v0,v1\na,1,2\nb,1\n", "ragged.csv, line 3"),
        ("ragged.vec", "a 1 2 3\nb 1 2 3\nc 1 2\n", "Row 3 has 2 numbers: ragged.vec, line 3"),
        ("nan.csv", "item,v0,v1\na,1,2\nb,nan,3\n", "nan.csv, line 3, column v0: “nan”"),
        ("prose.vec", PROSE, "No vectors in this file: prose.vec"),
        ("king.bin", pickle.dumps({"king": [1.0, 2.0]}), "king.bin is a Python pickle"),
        ("plain.txt", PROSE, "plain.txt has 2 texts and no vectors"),
        ("what.xyz", b"\x00\x01\x02\x03", "Unknown kind of file: what.xyz"),
    ],
)
def test_what_holds_no_vectors_is_refused_naming_the_place(refused, tmp_path, name, content, says):
    assert says in refused("info", write(tmp_path / name, content))


def test_an_array_of_objects_is_never_run(refused, tmp_path):
    np.save(tmp_path / "objects.npy", np.array([{"a": 1}], object), allow_pickle=True)
    assert "objects.npy is an object array" in refused("info", tmp_path / "objects.npy")


def test_an_array_with_nan_names_its_row(refused, tmp_path):
    np.save(tmp_path / "holes.npy", np.array([[1.0, 2.0], [np.nan, 3.0]], np.float32))
    assert "Row 2 is not finite" in refused("info", tmp_path / "holes.npy")


def test_a_path_that_does_not_exist_is_named(refused, tmp_path):
    assert "There is no" in refused("info", tmp_path / "nowhere.vec")


def test_limit_reads_the_first_items(cli, words):
    document = cli("info", words, "--limit", 3, "--json").document
    assert (document["n"], document["items_head"]) == (3, ["a", "i", "the"])


def test_the_readers_parameters_are_flags(cli, tmp_path):
    path = write(tmp_path / "two.csv", "id;name;v0;v1\n1;first;1;0\n2;second;0;1\n")
    flags = ("--delimiter", "semicolon", "--item-column", "id")
    assert cli("info", path, *flags, "--json").document["items_head"] == ["1", "2"]
    assert cli("info", path, "--json").document["items_head"] == ["first", "second"]


def test_rows_that_do_not_fit_are_left_out_only_when_asked_and_counted(cli, tmp_path):
    path = write(tmp_path / "ragged.csv", "item,v0,v1\na,1,2\nb,1\nc,2,3\n")
    ran = cli("info", path, "--bad-rows", "leave out", "--json")
    assert ran.document["n"] == 2
    assert any("1 row" in warning for warning in ran.document["warnings"])
    assert "note: " in ran.err


def test_a_flag_of_another_reader_is_refused(refused, cli, corpus, tiny, tmp_path):
    said = refused("info", tiny, "--split", "sentence")
    assert "--split is a setting of document, text, text-folder, not of csv." in said
    cli("convert", tiny, "-o", tmp_path / "folder")
    said = refused("info", tmp_path / "folder", "--text-column", "x")
    assert "not of space-folder" in said


@pytest.mark.parametrize("name", ["out.npz", "out.csv", "out.jsonl", "out.parquet", "out"])
def test_every_kind_of_space_is_read_alike(cli, tiny, tmp_path, name):
    assert cli("convert", tiny, "-o", tmp_path / name).code == 0
    ran = cli("neighbors", tmp_path / name, "king - man + woman", "-k", 1, "--json")
    assert ran.document["neighbors"][0]["item"] == "queen"


@pytest.fixture
def project(tiny, tmp_path):
    """A project of two spaces, one of them with a map and a tag, saved by the window's services."""
    services = Services.start(inline_lanes(), lambda handle, event: handle(event))
    services.remembered.hold(method="pca")
    other = tmp_path / "letters.csv"
    other.write_text("item,x,y\na,1,2\nb,3,4\nc,4,4\n", encoding="utf-8")
    services.library.open([tiny, other])
    services.library.activate(services.store.state.document.spaces[0].id)
    services.selecting.take([0])
    services.selecting.tag("royal")
    services.project.save(tmp_path / "thesis.embx")
    services.runner.shutdown()
    return tmp_path / "thesis.embx"


def test_a_space_of_a_project_is_named_after_a_number_sign(cli, refused, project) -> None:
    ran = cli("info", f"{project}#letters", "--json")
    assert (ran.document["n"], ran.document["items_head"]) == (3, ["a", "b", "c"])
    said = refused("info", project)
    assert "Which space is meant?: thesis.embx has 2 spaces." in said
    assert "thesis.embx#tiny, thesis.embx#letters" in said
    assert "has no space “none”" in refused("info", f"{project}#none")


def test_a_space_of_a_project_answers_as_its_file_does(cli, tiny, project) -> None:
    ask = ("king - man + woman", "-k", 1, "--json")
    inside = cli("neighbors", f"{project}#tiny", *ask).document
    assert inside["neighbors"] == cli("neighbors", tiny, *ask).document["neighbors"]
    columns = cli("info", f"{project}#tiny", "--json").document["columns"]
    assert "Tag" in [column["name"] for column in columns]
    assert cli("info", f"{project}#tiny", "--limit", 2, "--json").document["n"] == 2


def test_a_project_takes_no_flags_of_a_reader(refused, project) -> None:
    assert "A project has no settings" in refused("info", f"{project}#tiny", "--split", "line")
