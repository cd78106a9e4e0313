from __future__ import annotations

import numpy as np
import pytest

from embexplorer.formats import word2vec_binary
from embexplorer.formats import word2vec_text as module


def items_of(parsed):
    return parsed.table.column("item").to_pylist()


def as_python_reads(text, d, *, skip=0):
    lines = [line for line in text.split("\n")[skip:] if line.strip()]
    rows = [[float(part) for part in line.split()[-d:]] for line in lines]
    return np.array(rows).astype(np.float32)


def test_glove_without_header_is_read_to_the_last_bit(tmp_path, parse):
    text = "the 0.1 -0.2 3e-05\nof 1 +2.5 -.125\n. 16777217 0.1000000014901161 9.999999e9\n"
    path = tmp_path / "glove.txt"
    path.write_text(text)
    parsed = parse(module, path)
    assert items_of(parsed) == ["the", "of", "."]
    assert parsed.vectors.tobytes() == as_python_reads(text, 3).tobytes()
    assert parsed.notes == ()


def test_gensim_files_give_the_same_values(tmp_path, parse, vectors):
    from gensim.models import KeyedVectors

    keyed = KeyedVectors(7)
    keyed.add_vectors(["king", "queen", "né", "東京", "a_b"], vectors)
    keyed.save_word2vec_format(tmp_path / "gensim.vec")
    parsed = parse(module, tmp_path / "gensim.vec")
    assert items_of(parsed) == ["king", "queen", "né", "東京", "a_b"]
    assert parsed.vectors.tobytes() == vectors.tobytes()


def test_items_may_hold_spaces_and_numbers(tmp_path, parse):
    path = tmp_path / "phrases.vec"
    path.write_text("4 2\nnew york 0.1 0.2\n. . . 0.3 0.4\nroute 66 0.5 0.6\n2019 0.7 0.8\n")
    parsed = parse(module, path)
    assert items_of(parsed) == ["new york", ". . .", "route 66", "2019"]
    assert parsed.vectors[2].tolist() == [0.5, np.float32(0.6)]


def test_an_item_that_ends_in_a_decimal_is_one_number_too_many_unless_allowed(
    tmp_path, parse, refuse
):
    path = tmp_path / "phrases.vec"
    path.write_text("2 2\nking 0.1 0.2\nweb 2.0 0.3 0.4\n")
    error = refuse(module, path)
    assert error.title == "Row 3 has 3 numbers"
    assert "phrases.vec, line 3: the header says 2" in error.detail
    assert items_of(parse(module, path, numbers_in_items=True)) == ["king", "web 2.0"]


def test_mark_line_ends_tabs_and_trailing_blanks_change_nothing(tmp_path, parse):
    path = tmp_path / "windows.vec"
    path.write_bytes(b"\xef\xbb\xbf2 2\r\na\t0.5\t0.25 \r\n\r\nb  1   2\t\r\n")
    parsed = parse(module, path)
    assert items_of(parsed) == ["a", "b"]
    assert parsed.vectors.tolist() == [[0.5, 0.25], [1.0, 2.0]]


@pytest.mark.parametrize(
    ("line", "title", "detail"),
    [
        ("c 0.1 0.2", "Row 3 has 2 numbers", "e.txt, line 3: the rows before it have 3."),
        ("c 0.1", "Row 3 has 1 number", "line 3"),
        ("c", "Row 3 has no vector", "line 3"),
        ("c 0.1 0.2 0.3 0.4", "Row 3 has 4 numbers", "line 3"),
        ("c 0.1 n/a 0.3", "Not a number in row 3", "number 2 of 3: “n/a”"),
        ("c 0.1 0.2 1_0", "Not a number in row 3", "number 3 of 3: “1_0”"),
        ("c 0.1 nan 0.3", "Row 3 is not finite", "number 2 of 3: “nan”"),
        ("c -inf 0.2 0.3", "Row 3 is not finite", "number 1 of 3: “-inf”"),
        ("c 0.1 0.2 1e39", "Row 3 is not finite", "number 3 of 3: “1e39”"),
        ("one two three four five", "Not a number in row 3", "the whole line"),
    ],
)
def test_a_row_that_does_not_fit_is_named(tmp_path, parse, refuse, line, title, detail):
    path = tmp_path / "e.txt"
    path.write_text(f"a 0.1 0.2 0.3\nb 0.4 0.5 0.6\n{line}\nd 0.7 0.8 0.9\n")
    error = refuse(module, path)
    assert error.title == title
    assert detail in error.detail
    assert "Nothing was loaded" in error.detail
    parsed = parse(module, path, bad_rows="leave out")
    assert items_of(parsed) == ["a", "b", "d"]
    assert parsed.notes == ("1 row was left out: no vector that fits (e.txt, line 3).",)


def test_a_ragged_row_is_counted_as_a_line_with_its_blank_lines(tmp_path, refuse):
    path = tmp_path / "e.vec"
    path.write_text("4 2\na 1.5 2\n\n\nb 3\nc 4 5\nd 6 7\n")
    assert refuse(module, path).title == "Row 5 has 1 number"


def test_fewer_rows_than_the_header_promises_name_the_last_whole_row(tmp_path, parse, refuse):
    path = tmp_path / "cut.vec"
    path.write_text("5 2\na 1.5 2\nb 3 4\n")
    error = refuse(module, path)
    assert error.title == "The file ends early"
    assert "promises 5 rows; the last whole row is row 2 (line 3)" in error.detail
    path.write_text("5 2\na 1.5 2\nb 3 4\nc 5")
    error = refuse(module, path)
    assert error.title == "The file ends early"
    assert "the last whole row is row 2 (line 3)" in error.detail
    parsed = parse(module, path, bad_rows="leave out")
    assert items_of(parsed) == ["a", "b"]
    assert "The header promises 5 rows; the file has 2." in parsed.notes


def test_a_cut_line_without_a_header_is_a_ragged_row(tmp_path, refuse):
    path = tmp_path / "cut.txt"
    path.write_text("a 1.5 2 3\nb 3 4 5\nc 5")
    assert refuse(module, path).title == "Row 3 has 1 number"


@pytest.mark.parametrize(
    ("text", "is_said"), [("a 1 2.5\nb 3 4.12", True), ("a 1 2.5\n \n", False)]
)
def test_a_last_line_without_its_break_may_be_cut_and_that_is_said(
    tmp_path, parse, monkeypatch, text, is_said
):
    from embexplorer.engines import vector_text_reader

    path = tmp_path / "cut.txt"
    path.write_text(text)
    for size in (1 << 16, 4):
        monkeypatch.setattr(vector_text_reader, "HEAD_BYTES", size)
        assert parse(module, path).notes == is_said * (
            "The last line has no line break: if the file was cut off there, its last number may "
            "be another.",
        )
        assert parse(module, path, limit=1).notes == ()


def test_more_rows_than_the_header_promises_are_read_and_said(tmp_path, parse):
    path = tmp_path / "more.vec"
    path.write_text("1 2\na 1.5 2\nb 3 4\n")
    parsed = parse(module, path)
    assert items_of(parsed) == ["a", "b"]
    assert parsed.notes == ("The header promises 1 row; the file has 2, all were read.",)


def test_a_header_with_another_dimension_is_refused(tmp_path, refuse):
    path = tmp_path / "lie.vec"
    path.write_text("2 300\na 1.5 2\nb 3 4\n")
    error = refuse(module, path)
    assert error.title == "The header is wrong"
    assert "says 300 numbers a row; the rows have 2" in error.detail


def test_a_header_of_a_trillion_rows_allocates_nothing(tmp_path, refuse):
    path = tmp_path / "lie.vec"
    path.write_text("1000000000000 2\na 1.5 2\nb 3 4\n")
    assert refuse(module, path).title == "The file ends early"


def test_a_limit_reads_the_first_rows_and_does_not_look_further(tmp_path, parse):
    path = tmp_path / "long.vec"
    path.write_text("9 2\na 1.5 2\nb 3 4\nc 5 6\nbroken\n")
    parsed = parse(module, path, limit=2)
    assert items_of(parsed) == ["a", "b"]
    assert parsed.vectors.tolist() == [[1.5, 2], [3, 4]]
    assert parsed.notes == ()


def test_another_encoding_is_named_by_its_byte_and_then_read(tmp_path, parse, refuse):
    path = tmp_path / "latin.vec"
    path.write_bytes("1 2\ncafé 1.5 2\n".encode("latin-1"))
    error = refuse(module, path)
    assert error.title == "The file is not UTF-8"
    assert "latin.vec, byte 8 is 0xE9. It reads well as Latin-1." in error.detail
    assert error.hint == "Open it as Latin-1, or convert the file."
    assert items_of(parse(module, path, encoding="latin-1")) == ["café"]


def test_utf16_is_read_by_its_mark_and_said(tmp_path, parse):
    path = tmp_path / "wide.vec"
    path.write_bytes("2 2\nnaïve 1.5 2\nb 3 4\n".encode("utf-16"))
    parsed = parse(module, path)
    assert items_of(parsed) == ["naïve", "b"]
    assert parsed.notes == ("Read as UTF-16, as its byte-order mark says.",)


def test_prose_is_no_space(tmp_path, refuse):
    path = tmp_path / "prose.vec"
    path.write_text("Call me Ishmael. Some years ago,\nnever mind how long precisely,\n")
    error = refuse(module, path)
    assert error.title == "No vectors in this file"
    assert "line 1: “Call me Ishmael. Some years ago,”" in error.detail


def test_prose_with_a_number_here_and_there_is_no_space(tmp_path, refuse):
    path = tmp_path / "prose.vec"
    path.write_text("It was in 1851\nand the whale was white\n and the sea\n" * 9)
    assert refuse(module, path).title == "No vectors in this file"


def test_blank_text_is_an_empty_file(tmp_path, refuse):
    path = tmp_path / "blank.vec"
    path.write_text("\n \n")
    assert refuse(module, path).title == "The file is empty"


def test_one_item_is_a_space(tmp_path, parse):
    path = tmp_path / "one.vec"
    path.write_text("1 3\nonly 1.5 2 3")
    parsed = parse(module, path)
    assert items_of(parsed) == ["only"]
    assert parsed.vectors.tolist() == [[1.5, 2.0, 3.0]]


def test_bare_numbers_have_numbered_items(tmp_path, parse):
    path = tmp_path / "matrix.txt"
    path.write_text("0.5 1.5\n2.5 3\n")
    parsed = parse(module, path)
    assert items_of(parsed) == ["0", "1"]
    assert parsed.vectors.tolist() == [[0.5, 1.5], [2.5, 3.0]]
    assert parsed.notes == ("The rows have no items; they are numbered from 0.",)


def test_rows_that_span_blocks_and_threads_stay_in_order(tmp_path, parse, monkeypatch):
    from embexplorer.engines import vector_text_block, vector_text_reader

    monkeypatch.setattr(vector_text_reader, "BLOCK_BYTES", 1000)
    monkeypatch.setattr(vector_text_block, "PIECE_BYTES", 100)
    monkeypatch.setattr(vector_text_reader, "HEAD_BYTES", 64)
    rng = np.random.default_rng(0)
    made = rng.normal(size=(500, 3)).astype(np.float32)
    lines = [f"w{i} " + " ".join(map(repr, row.tolist())) for i, row in enumerate(made)]
    path = tmp_path / "blocks.vec"
    path.write_text("500 3\n" + "\n".join(lines))
    parsed = parse(module, path)
    assert items_of(parsed) == [f"w{i}" for i in range(500)]
    assert parsed.vectors.tobytes() == made.tobytes()
    lines[321] = "w321 0.5 0.5"
    path.write_text("500 3\n" + "\n".join(lines))
    with pytest.raises(Exception, match="Row 323 has 2 numbers"):
        parse(module, path)


def sniffed(path):
    return module.sniff(path, path.read_bytes()[: 1 << 16])


def test_vectors_are_told_from_prose(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("the 0.1 0.2 0.3\nof 0.4 0.5 0.6\n")
    assert sniffed(path) == 0.9
    path.write_text("Chapter 1\nIt was 12 o'clock\nin 1851 2 3\nof no one\n")
    assert sniffed(path) == 0.0
    prose = tmp_path / "x.vec"
    prose.write_text("Call me Ishmael.\n")
    assert sniffed(prose) == 0.5


def test_written_space_is_read_back_to_the_last_bit(tmp_path, parse, vectors):
    from embexplorer.core.space import make_space, make_table

    space = make_space(vectors, make_table(["king", "new york", "né", "0", "x"]))
    for name in ("out.vec", "out.glove"):
        module.write(space, None, tmp_path / name)
        parsed = parse(module, tmp_path / name)
        assert items_of(parsed) == ["king", "new york", "né", "0", "x"]
        assert parsed.vectors.tobytes() == vectors.tobytes()
    assert (tmp_path / "out.vec").read_text().startswith("5 7\nking ")
    assert (tmp_path / "out.glove").read_text().startswith("king ")


@pytest.mark.parametrize(("item", "fault"), [("a\nb", "holds a line break"), (" ", "is empty")])
def test_an_item_that_no_line_can_hold_is_refused(tmp_path, item, fault):
    from embexplorer.core.errors import UserError
    from embexplorer.core.space import make_space, make_table

    space = make_space(np.ones((2, 2)), make_table(["ok", item]))
    with pytest.raises(UserError) as caught:
        module.write(space, None, tmp_path / "out.vec")
    assert caught.value.detail == f"The item in row 2 {fault}; this format cannot hold it."


def test_short_numbers_are_no_binary_vectors(tmp_path):
    rows = [f"item{k} {k % 7} {k % 5} {k / 10}" for k in range(30)]
    path = tmp_path / "short.vec"
    path.write_text("\n".join(["30 3", *rows]) + "\n", encoding="utf-8")
    head = path.read_bytes()
    assert word2vec_binary.sniff(path, head) == 0.0
    assert sniffed(path) == 0.9
