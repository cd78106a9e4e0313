from __future__ import annotations

import pyarrow as pa
import pytest

from embexplorer.core.errors import UserError
from embexplorer.engines.delimited import find_dialect, looks_like_header, unique_names
from embexplorer.engines.table_roles import TableParams, choose_roles, join_names, split_names


def roles(columns, **params):
    return choose_roles(pa.table(columns), TableParams(**params), "t")


LONG = ["a rather long piece of text here", "and one more piece of long text"]


def test_a_named_list_comes_before_a_longer_one():
    found = roles({"w": ["a", "b"], "big": [[1.0] * 9] * 2, "embedding": [[1.0, 2]] * 2})
    assert (found.vector, found.d) == ("embedding", 2)


def test_lists_come_before_numbered_columns():
    found = roles({"v": [[1.0, 2]] * 2, **{f"d{at}": [1.0, 2] for at in range(9)}})
    assert (found.vector, found.numbers) == ("v", ())


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["v0", "v1"], ("v0", "v1")),
        (["0", "1", "2"], ("0", "1", "2")),
        (["dim_2", "dim_1", "dim_3"], ("dim_1", "dim_2", "dim_3")),
        ([f"year{at}" for at in range(8)], tuple(f"year{at}" for at in range(8))),
        (["year1", "year2"], ()),
        (["v0", "v2"], ()),
        (["umap_1", "umap_2"], ("umap_1", "umap_2")),  # coordinates alone
    ],
)
def test_numbered_columns_are_vectors_by_number_and_prefix(names, expected):
    columns = {"text": LONG, **{name: [1.0, 2.0] for name in names}}
    assert roles(columns).numbers == expected


@pytest.mark.parametrize(
    ("names", "coords"),
    [
        (["x", "y"], ("x", "y")),
        (["Y", "X", "Z"], ("X", "Y", "Z")),
        (["umap_x", "umap_y"], ("umap_x", "umap_y")),
        (["projection_x", "projection_y", "other_x"], ("projection_x", "projection_y")),
        (["tsne-1", "tsne-2", "tsne-3"], ("tsne-1", "tsne-2", "tsne-3")),
        (["x", "z"], ()),
        (["tsne1", "tsne2", "tsne3", "tsne4"], ()),
    ],
)
def test_coords_are_named_by_axes_or_a_projection(names, coords):
    columns = {"v": [[1.0, 2]] * 2, **{name: [1.0, 2.0] for name in names}}
    assert roles(columns).coords == coords


def test_the_text_is_the_named_column_or_the_longest():
    assert roles({"blurb": LONG, "body": ["short", "texts"]}).text == "body"
    assert roles({"a": ["x", "y"], "blurb": LONG}).text == "blurb"
    assert roles({"a": ["x", "y"], "v": [[1.0, 2]] * 2}).text == ""


def test_the_item_is_a_name_that_differs():
    vectors = [[1.0, 2]] * 2
    assert roles({"word": ["a", "a"], "v": vectors}).item == "word"
    assert roles({"label": ["a", "a"], "other": ["p", "q"], "v": vectors}).item == "other"
    assert roles({"label": ["a", "b"], "v": vectors}).item == "label"
    assert roles({"id": [7, 8], "v": vectors}).item == "id"
    assert roles({"label": ["a", "b"], "text": LONG, "v": vectors}).item == ""
    assert roles({"title": ["a", "b"], "body": LONG, "v": vectors}).item == "title"


@pytest.mark.parametrize(
    ("text", "delimiter", "header"),
    [
        ("a,b\n1,2\n", ",", True),
        ("a;b\n1,5;2,5\n3,5;4,5\n", ";", True),
        ("a\tb, c\td\n1\t2, 3\t4\n", "\t", True),
        ("king,0.1,0.2\nqueen,0.3,0.4\n", ",", False),
        ("text\nOne, two.\nThree, four, five.\n", ",", True),
        ("good|bad\nfine|awful\n", "|", True),
    ],
)
def test_dialects_are_found(text, delimiter, header):
    found = find_dialect(text, file="a.csv", is_whole=True)
    assert (found.delimiter, found.has_header) == (delimiter, header)


def test_a_header_is_told_from_a_row():
    assert looks_like_header(["word", "x"], [["a", "1"]])
    assert looks_like_header(["", "0", "1"], [["a", "0.5", "1.5"]])
    assert not looks_like_header(["a", "1.5"], [["b", "2.5"]])
    assert not looks_like_header(["0.1"], [["0.2"]])
    assert looks_like_header(["comment"], [["a much longer sentence than its name"]])
    assert not looks_like_header(["king"], [["queen"], ["man"]])


def test_names_are_made_unique():
    assert unique_names(["a", "", "a", "a 2", " "]) == ["a", "column 2", "a 2", "a 2 2", "column 5"]


def test_a_person_may_want_no_item_no_text_and_no_vector():
    table = {"word": ["a", "b"], "text": LONG, "v0": [1.0, 2], "v1": [3.0, 4], "x": [5.0, 6]}
    assert (roles(table).item, roles(table).text, roles(table).numbers) == (
        "word",
        "text",
        ("v0", "v1"),
    )
    found = roles(table, item_column="-", text_column="-")
    assert (found.item, found.text, found.d) == ("", "", 2)
    assert roles(table, vector_columns="-").d == 0


def test_coordinates_are_the_columns_a_person_names():
    table = {"word": ["a", "b"], "v0": [1.0, 2], "v1": [3.0, 4], "x": [5.0, 6], "y": [7.0, 8]}
    assert roles(table).coords == ("x", "y")
    assert roles(table, coords_columns="y, v0").coords == ("y", "v0")
    assert roles(table, coords_columns="-").coords == ()
    with pytest.raises(UserError, match="two or three columns"):
        roles(table, coords_columns="x")
    with pytest.raises(UserError, match="Not a column of numbers"):
        roles(table, coords_columns="x,word")


def test_columns_that_are_left_out_have_no_role():
    table = {"word": ["a", "b"], "name": ["c", "d"], "v0": [1.0, 2], "v1": [3.0, 4]}
    found = roles(table, left_out="word")
    assert (found.item, found.left_out) == ("name", ("word",))
    with pytest.raises(UserError, match="no column “word”"):
        roles(table, left_out="word", item_column="word")


def test_names_with_commas_stand_in_quotes():
    names = ["a, b", 'say "c"', "d"]
    assert split_names(join_names(names)) == names
    assert split_names(" a ,, b ") == ["a", "b"]


def test_further_vectors_are_said():
    numbers = {f"{name}_{at}": [0.5, 1.5] for name in ("bert", "elmo") for at in range(9)}
    roles = choose_roles(pa.table(numbers), TableParams(), "a.csv")
    assert roles.numbers[0] == "bert_0"
    assert roles.notes == (
        "The vectors are those of bert_0 to bert_8; elmo_0 to elmo_8 holds vectors too, and can be "
        "chosen.",
    )
    lists = {"emb": [[1.0, 2], [3, 4]], "of_title": [[1.0, 2, 3], [4, 5, 6]]}
    lists |= {"tokens": [[1, 2], [3]], "word": ["a", "b"]}
    roles = choose_roles(pa.table(lists), TableParams(), "a.parquet")
    assert (roles.vector, len(roles.notes)) == ("emb", 1)
    assert "tokens" not in roles.notes[0]
    chosen = choose_roles(pa.table(lists), TableParams(vector_columns="of_title"), "a.parquet")
    assert (chosen.vector, chosen.notes) == ("of_title", ())
