"""What the TensorFlow Embedding Projector reads: configurations, vectors, metadata, sprites."""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest

from embexplorer.core.space import make_space, make_table
from embexplorer.formats import projector as module
from embexplorer.operations.context import Context
from embexplorer.operations.export import write_space
from embexplorer.operations.read import read_space

WORDS = ["king", "new york", "né", 'a "quote"']


@pytest.fixture
def made():
    return np.random.default_rng(4).normal(0, 0.3, (4, 3)).astype(np.float32)


@pytest.fixture
def folder(tmp_path, made):
    root = tmp_path / "words"
    root.mkdir()
    write_rows(root / "vectors.tsv", made)
    (root / "metadata.tsv").write_text("\n".join(WORDS) + "\n", encoding="utf-8")
    return root


def write_rows(path, vectors):
    rows = ("\t".join(map(repr, row)) for row in vectors.tolist())
    path.write_text("\n".join(rows) + "\n")


def write_png(path, width, height):
    size = struct.pack(">II", width, height)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + size)


def configure(folder, **told):
    one = {"tensorName": "Words", "tensorPath": "vectors.tsv", "metadataPath": "metadata.tsv"}
    config = {"embeddings": [{**one, **told}]}
    (folder / "projector_config.json").write_text(json.dumps(config))
    return folder / "projector_config.json"


def test_one_column_of_metadata_has_no_header(folder, parse, made):
    for path in (folder, folder / "vectors.tsv"):
        parsed = parse(module, path)
        assert parsed.table.to_pydict() == {"item": WORDS}
        assert parsed.vectors.tobytes() == made.tobytes()
        assert parsed.notes == ()
    assert parse(module, folder, limit=2).table.to_pydict() == {"item": WORDS[:2]}


def test_several_columns_have_a_header_and_their_types(folder, parse):
    rows = ["year\tlabel\tkind", "1999\tking\tm", "2001\tnew york\tn", "\tné\tm", '3\t"a\tn']
    (folder / "metadata.tsv").write_text("\r\n".join(rows), encoding="utf-8")
    assert parse(module, folder).table.to_pydict() == {
        "item": ["king", "new york", "né", '"a'],
        "year": [1999, 2001, None, 3],
        "kind": ["m", "n", "m", "n"],
    }


def test_a_pair_is_recognized_beside_other_tables(folder, tmp_path, made):
    context = Context.default(tmp_path / "cache")
    (folder / "vectors.tsv").rename(folder / "glove_tensors.tsv")
    (folder / "metadata.tsv").rename(folder / "glove_labels.tsv")
    opened = read_space(folder / "glove_tensors.tsv", context)
    assert (opened.format, opened.data.items[:]) == ("projector", WORDS)
    # A table with a header, and one without metadata, are tables as they were.
    (folder / "vectors.tsv").write_text("item\tv0\tv1\na\t1\t2\n")
    (folder / "metadata.tsv").write_text("a\n")
    assert read_space(folder / "vectors.tsv", context).format == "csv"
    (folder / "metadata.tsv").unlink()
    write_rows(folder / "vectors.tsv", made)
    assert read_space(folder / "vectors.tsv", context).format == "csv"


def test_a_configuration_says_which_files(folder, tmp_path, made):
    (folder / "deep").mkdir()
    (folder / "vectors.tsv").rename(folder / "deep" / "v.tsv")
    (folder / "projector_config.pbtxt").write_text(
        'model_checkpoint_path: "none"\n'
        "embeddings { # the first\n"
        "  tensor_name: 'Words' tensor_path: \"deep/v.tsv\"\n"
        '  metadata_path: "metadata.tsv" bookmarks_path: "b.txt"\n}\n'
        'embeddings { tensor_name: "Second" tensor_path: "gone.tsv" }\n'
    )
    context = Context.default(tmp_path / "cache")
    for path in (folder, folder / "projector_config.pbtxt"):
        opened = read_space(path, context)
        assert (opened.format, opened.data.items[:]) == ("projector", WORDS)
        assert opened.data.vectors.tobytes() == made.tobytes()
        assert opened.data.provenance.notes[:2] == (
            "projector_config.pbtxt also has the embeddings Second.",
            "The bookmarks of the embedding are not read.",
        )


def test_an_embedding_is_chosen_by_name_or_number(folder, parse, refuse, made):
    write_rows(folder / "other.tsv", 2 * made)
    config = configure(folder)
    told = json.loads(config.read_text())
    told["embeddings"].append({"tensorName": "Double", "tensorPath": "other.tsv"})
    config.write_text(json.dumps(told))
    for wanted in ("Double", "2"):
        parsed = parse(module, folder, embedding=wanted)
        assert parsed.vectors.tobytes() == (2 * made).tobytes()
        assert parsed.table.column("item").to_pylist() == ["0", "1", "2", "3"]
        assert parsed.notes == (
            "projector_config.json also has the embeddings Words.",
            "The embedding has no metadata; its rows are numbered from 0.",
        )
    error = refuse(module, folder, embedding="3")
    assert (error.title, error.hint) == ("No such embedding", "Its embeddings are: Words, Double.")


def test_raw_numbers_take_their_shape_from_the_configuration(folder, parse, refuse, made):
    (folder / "t.bytes").write_bytes(made.tobytes())
    configure(folder, tensorPath="t.bytes", tensorShape=[4, 3])
    assert parse(module, folder).vectors.tobytes() == made.tobytes()
    for shape, title in (
        (None, "The vectors have no shape"),
        ([4], "The vectors have no shape"),
        ([4, 2], "The shape does not fit"),
        ([5, 3], "The file ends early"),
        ([-4, 3], "The configuration is damaged"),
    ):
        configure(folder, tensorPath="t.bytes", tensorShape=shape)
        assert refuse(module, folder).title == title


def test_the_pictures_of_a_sheet_belong_to_the_items(folder, parse, refuse):
    write_png(folder / "sheet.png", 57, 60)
    told = {"imagePath": "sheet.png", "singleImageDim": [28, 30]}
    configure(folder, sprite=told)
    parsed = parse(module, folder)
    assert parsed.table.column("image").to_pylist() == [
        "sheet.png#xywh=0,0,28,30",
        "sheet.png#xywh=28,0,28,30",
        "sheet.png#xywh=0,30,28,30",
        "sheet.png#xywh=28,30,28,30",
    ]
    assert parsed.notes == ("The pictures are parts of sheet.png, in the column “image”.",)
    write_png(folder / "sheet.png", 56, 59)
    assert refuse(module, folder).title == "The sheet has too few pictures"
    (folder / "sheet.png").write_bytes(b"\xff\xd8\xff" + bytes(50))
    assert refuse(module, folder).title == "The sheet is no picture"
    write_png(folder / "sheet.png", 100_000, 100_000)
    error = refuse(module, folder)
    assert error.title == "The sheet is too large"
    assert "sheet.png claims 100,000 × 100,000 pixels" in error.detail
    configure(folder, sprite={"imagePath": "sheet.png", "singleImageDim": [0, 1]})
    assert refuse(module, folder).title == "The configuration is damaged"


@pytest.mark.parametrize(
    ("told", "title"),
    [
        ("https://example.org/vectors.tsv", "A web address, not a file"),
        ("../secret.tsv", "The path leads out"),
        ("deep/../../secret.tsv", "The path leads out"),
        ("C:\\secret.tsv", "The path leads out"),
        ("link.tsv", "The path leads out"),
        ("linked/secret.tsv", "The path leads out"),
        ("vectors\0.tsv", "The path leads out"),
        ("ABSOLUTE", "The path leads out"),
        ("gone.tsv", "A file is missing"),
        ("deep", "A file is missing"),
        ("", "The vectors are in a checkpoint"),
    ],
)
def test_only_files_of_the_folder_are_read(folder, refuse, tmp_path, told, title):
    (folder / "deep").mkdir()
    (tmp_path / "other").mkdir()
    for secret in (tmp_path / "secret.tsv", tmp_path / "other" / "secret.tsv"):
        secret.write_text("1\t2\n")
    (folder / "link.tsv").symlink_to(tmp_path / "secret.tsv")
    (folder / "linked").symlink_to(tmp_path / "other")
    path = str(folder / "vectors.tsv") if told == "ABSOLUTE" else told
    configure(folder, tensorPath=path)
    error = refuse(module, folder)
    assert error.title == title
    assert "projector_config.json" in error.detail


@pytest.mark.parametrize(
    ("rows", "title", "where"),
    [
        ("1\t2\n3\n", "Row 2 has 1 number", "vectors.tsv, line 2"),
        ("1\t2\n\n3\tx\n", "Not a number in row 3", "vectors.tsv, line 3, column 2: “x”"),
        ("1\t2\n3\tnan\n", "Row 2 is not finite", "vectors.tsv, line 2, column 2"),
        ("1\t2\n3\t1e39\n", "Row 2 is not finite", "vectors.tsv, line 2, column 2"),
        ("1\t2\n3\t\n", "No number in row 2", "vectors.tsv, line 2, column 2 is empty"),
        ("a\tb\n1\t2\n", "Not a number in row 1", "vectors.tsv, line 1, column 1: “a”"),
        ("\n\n", "No vectors in this file", "vectors.tsv"),
        ("1\t2\n3\t4\n", "Names and vectors differ in number", "metadata.tsv has 4 rows"),
        ("1\t2\n" * 5, "Names and vectors differ in number", "metadata.tsv has 4 rows"),
    ],
)
def test_the_row_that_does_not_fit_is_named(folder, refuse, rows, title, where):
    (folder / "vectors.tsv").write_text(rows)
    error = refuse(module, folder)
    assert error.title == title
    assert where in error.detail


def test_metadata_that_does_not_fit_is_refused(folder, refuse):
    (folder / "metadata.tsv").write_text("label\tyear\n" + "a\t1\n" * 3 + "a\n")
    assert refuse(module, folder).title == "Row 4 has 1 column"
    (folder / "metadata.tsv").write_bytes(b"caf\xe9\n" * 4)
    assert refuse(module, folder).title == "The file is not UTF-8"


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"embeddings": [1]}', "[" * 100_000])
def test_a_damaged_configuration_is_refused(folder, refuse, text):
    (folder / "projector_config.json").write_text(text)
    assert "projector_config.json" in refuse(module, folder).detail


def test_a_changed_file_is_read_again(folder, tmp_path, made):
    context = Context.default(tmp_path / "cache")
    config = configure(folder)
    assert not read_space(config, context).cached
    assert read_space(config, context).cached
    (folder / "metadata.tsv").write_text("a\nb\nc\nd2\n")
    assert read_space(config, context).data.items[:] == ["a", "b", "c", "d2"]
    write_rows(folder / "vectors.tsv", -made)
    assert read_space(config, context).data.vectors.tobytes() == (-made).tobytes()


def test_what_is_written_is_a_folder_for_the_projector(tmp_path, made):
    context = Context.default(tmp_path / "cache")
    columns = {"year": [1, 2, 3, None], "note": ["a\tb", "c\nd", "", 'e "f"']}
    space = make_space(made, make_table(WORDS, columns), name='my "words"')
    folder = tmp_path / "log"
    notes = write_space(space, folder / "projector_config.pbtxt", context)
    assert notes == ("Tabs and line breaks became blanks in 2 values.",)
    assert sorted(path.name for path in folder.iterdir()) == [
        "metadata.tsv",
        "projector_config.pbtxt",
        "tensors.tsv",
    ]
    assert (folder / "metadata.tsv").read_text(encoding="utf-8").split("\n")[:3] == [
        "item\tyear\tnote",
        "king\t1\ta b",
        "new york\t2\tc d",
    ]
    assert (folder / "projector_config.pbtxt").read_text() == (
        'embeddings {\n  tensor_name: "my \\"words\\""\n  tensor_path: "tensors.tsv"\n'
        '  metadata_path: "metadata.tsv"\n  tensor_shape: 4\n  tensor_shape: 3\n}\n'
    )
    opened = read_space(folder, context)
    assert opened.data.items[:] == WORDS
    assert opened.data.vectors.tobytes() == made.tobytes()
    assert opened.data.columns["year"].to_pylist() == [1, 2, 3, None]
    write_space(space, tmp_path / "two.pbtxt", context)
    assert (tmp_path / "two_tensors.tsv").is_file()
    assert (tmp_path / "two_metadata.tsv").is_file()
