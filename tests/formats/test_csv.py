from __future__ import annotations

import json

import numpy as np
import pytest

from embexplorer.engines.decimal_commas import have_decimal_commas
from embexplorer.formats import csv as module


def items_of(parsed):
    return parsed.table.column("item").to_pylist()


def write_numbers(path, made, items, *, header=True, delimiter=","):
    names = ["word", *(f"v{i}" for i in range(made.shape[1]))]
    lines = [delimiter.join(names)] if header else []
    for item, row in zip(items, made, strict=True):
        lines.append(delimiter.join([item, *map(repr, row.tolist())]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("header", [True, False])
def test_numbered_columns_are_vectors(tmp_path, parse, vectors, delimiter, header):
    path = tmp_path / "v.csv"
    write_numbers(path, vectors, list("abcde"), header=header, delimiter=delimiter)
    parsed = parse(module, path)
    assert items_of(parsed) == list("abcde")
    assert parsed.vectors.tobytes() == vectors.tobytes()
    assert parsed.table.column_names == ["item"]


@pytest.mark.parametrize("wrap", ["[{}]", "({})", "[ {} ]"])
def test_lists_as_text_are_vectors(tmp_path, parse, vectors, wrap):
    path = tmp_path / "v.csv"
    lines = ["title,embedding,year"]
    for at, row in enumerate(vectors):
        values = wrap.format(", ".join(map(repr, row.tolist())))
        lines.append(f'"title, {at}","{values}",20{at:02}')
    path.write_text("\n".join(lines))
    parsed = parse(module, path)
    assert parsed.vectors.tobytes() == vectors.tobytes()
    assert items_of(parsed) == [f"title, {at}" for at in range(5)]
    assert parsed.table.column("year").to_pylist() == [2000, 2001, 2002, 2003, 2004]


def test_arrays_as_pandas_prints_them_are_vectors(tmp_path, parse):
    path = tmp_path / "v.csv"
    path.write_text('word,vector\na,"[ 0.5   1.\n  2.25]"\nb,"[-1.   2.e-01\n 3.  ]"\n')
    assert parse(module, path).vectors.tolist() == [[0.5, 1, 2.25], [-1, np.float32(0.2), 3]]


def test_vectors_coords_text_and_columns_keep_their_roles(tmp_path, parse):
    path = tmp_path / "all.csv"
    path.write_text(
        "id,text,label,d0,d1,d2,umap_x,umap_y,when\n"
        '7,"A first, long sentence.",pos,0.5,1,2,10,20,2020-01-01\n'
        '8,"A second one, as long.",neg,3,4,5,30,40,2020-01-02\n'
    )
    parsed = parse(module, path)
    assert parsed.vectors.tolist() == [[0.5, 1, 2], [3, 4, 5]]
    assert parsed.coords.tolist() == [[10, 20], [30, 40]]
    assert items_of(parsed) == ["A first, long sentence.", "A second one, as long."]
    assert parsed.table.column_names == ["item", "id", "label", "when"]
    texts = parse(module, path, use="texts")
    assert texts.vectors is None
    assert texts.coords is None
    assert items_of(texts) == ["A first, long sentence.", "A second one, as long."]


def test_coords_alone_are_the_vectors_and_that_is_said(tmp_path, parse):
    path = tmp_path / "map.csv"
    path.write_text("item,x,y,z,kind\na,1,2,3,p\nb,4,5,6,q\n")
    parsed = parse(module, path)
    assert parsed.vectors.tolist() == parsed.coords.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert parsed.notes == (
        "There are no vectors but coordinates: neighbors are measured on the map.",
    )
    assert parsed.table.column("kind").to_pylist() == ["p", "q"]


def test_a_text_column_becomes_a_corpus(tmp_path, parse):
    long = "This is a rather long review of a film that goes on and on, far beyond eighty letters."
    path = tmp_path / "reviews.csv"
    path.write_text(f'stars,review\n5,"{long}"\n1,Short and bad.\n3,\n2,"   "\n')
    parsed = parse(module, path)
    assert parsed.vectors is None
    assert parsed.table.column("text").to_pylist() == [long, "Short and bad."]
    assert items_of(parsed)[0] == (
        "This is a rather long review of a film that goes on and on, far beyond eighty…"
    )
    assert len(items_of(parsed)[0]) <= 80
    assert parsed.table.column("stars").to_pylist() == [5, 1]
    assert parsed.notes == ("2 rows without text were left out (reviews.csv, line 4).",)


def test_a_named_text_column_is_taken_or_missed(tmp_path, parse, refuse):
    path = tmp_path / "two.csv"
    path.write_text("a,b\nfirst of a,first of b\nsecond of a,second of b\n")
    parsed = parse(module, path, text_column="b")
    assert items_of(parsed) == ["first of b", "second of b"]
    assert parsed.table.column("a").to_pylist() == ["first of a", "second of a"]
    error = refuse(module, path, text_column="c")
    assert error.title == "No such column"
    assert error.hint == "Its columns are: a, b."


def test_named_vector_columns_are_taken(tmp_path, parse, refuse):
    path = tmp_path / "n.csv"
    path.write_text("word,alpha,beta,f_left,f_right\na,1,2,3,4.5\nb,5,6,7,8\n")
    assert parse(module, path, vector_columns="beta, alpha").vectors.tolist() == [[2, 1], [6, 5]]
    assert parse(module, path, vector_columns="f_*").vectors.tolist() == [[3, 4.5], [7, 8]]
    assert refuse(module, path, vector_columns="word").title == "Not a column of numbers"
    assert refuse(module, path, vector_columns="q*").title == "No such column"


def test_a_table_without_text_and_vectors_says_what_it_has(tmp_path, refuse):
    path = tmp_path / "notes.csv"
    path.write_text("a,b,c\nx,x,z\nx,x,z\n")
    error = refuse(module, path)
    assert error.title == "No vectors in this file"
    assert error.detail == "notes.csv has 3 columns of text and none of numbers."
    path.write_text("a,b\n1,2\n3,4\n")
    assert refuse(module, path, use="texts").title == "No text column"
    assert refuse(module, path).title == "No vectors in this file"


@pytest.mark.parametrize(
    ("line", "title", "detail"),
    [
        ("c,0.1,0.2", "Row 4 has 3 columns", "v.csv, line 4: the header has 4."),
        ("c,0.1,0.2,0.3,0.4", "Row 4 has 5 columns", "line 4"),
        ("c,0.1,n/a,0.3", "Not a number in row 4", "v.csv, line 4, column v1: “n/a”"),
        ("c,0.1,abc,0.3", "Not a number in row 4", "v.csv, line 4, column v1: “abc”"),
        ("c,0.1,,0.3", "No number in row 4", "column v1 is empty"),
        ("c,0.1,nan,0.3", "Row 4 is not finite", "column v1: “nan”"),
        ("c,0.1,1e300,0.3", "Row 4 is not finite", "column v1: “1e300”"),
        ("c,0.1,-inf,0.3", "Row 4 is not finite", "column v1: “-inf”"),
    ],
)
def test_a_row_that_does_not_fit_is_named_by_its_line(tmp_path, parse, refuse, line, title, detail):
    path = tmp_path / "v.csv"
    path.write_text(f"word,v0,v1,v2\na,0.5,0.2,0.3\nb,0.4,0.5,0.6\n{line}\nd,0.7,0.8,0.9\n")
    error = refuse(module, path)
    assert error.title == title
    assert detail in error.detail
    parsed = parse(module, path, bad_rows="leave out")
    assert items_of(parsed) == ["a", "b", "d"]
    assert len(parsed.notes) == 1
    assert "left out" in parsed.notes[0]


def test_lines_are_counted_with_quoted_and_blank_ones(tmp_path, refuse):
    path = tmp_path / "v.csv"
    path.write_text('word,v0,v1\n"two\nlines",1.5,2\n\nb,3\n')
    assert refuse(module, path).title == "Row 5 has 2 columns"
    path.write_text('word,v0,v1\n"two\nlines",1.5,2\n\nb,3,x\n')
    assert refuse(module, path).title == "Not a number in row 5"


def test_a_list_of_another_length_is_named_by_its_line(tmp_path, refuse):
    path = tmp_path / "v.csv"
    path.write_text('word,vector\na,"[1, 2]"\nb,"[3, 4]"\nc,"[5]"\n')
    error = refuse(module, path)
    assert error.title == "Row 4 has 1 number"
    assert "v.csv, line 4: the rows before it have 2" in error.detail
    path.write_text('word,vector\na,"[1, 2]"\nb,"[3, 4]"\nc,"[5, x]"\n')
    assert refuse(module, path).title == "Not a number in row 4"
    path.write_text('word,vector\na,"[1, 2]"\nb,"[3, 4]"\nc,\n')
    assert refuse(module, path).title == "Row 4 has no vector"


def test_a_header_of_counted_columns_is_a_header(tmp_path, parse):
    path = tmp_path / "pandas.csv"
    path.write_text(",0,1,2\nking,0.1,0.2,0.3\nqueen,0.4,0.5,0.6\n")
    parsed = parse(module, path)
    assert items_of(parsed) == ["king", "queen"]
    assert parsed.vectors.shape == (2, 3)


def test_tab_separated_text_keeps_a_single_quote_mark(tmp_path, parse):
    path = tmp_path / "q.tsv"
    path.write_text('word\tv0\tv1\n5" disk\t0.5\t1\n"quoted"\t2\t3\nb\t4\t5\n')
    assert items_of(parse(module, path)) == ['5" disk', '"quoted"', "b"]


def test_bare_tab_separated_numbers_are_vectors(tmp_path, parse):
    path = tmp_path / "tensor.tsv"
    path.write_text("0.5\t1\t2\t3\n4\t5\t6\t7\n")
    parsed = parse(module, path)
    assert parsed.vectors.tolist() == [[0.5, 1, 2, 3], [4, 5, 6, 7]]
    assert items_of(parsed) == ["0", "1"]


def test_another_encoding_is_named_by_its_byte_and_then_read(tmp_path, parse, refuse):
    path = tmp_path / "l.csv"
    path.write_bytes("word,v0,v1\ncafé,1.5,2\n".encode("latin-1"))
    error = refuse(module, path)
    assert error.title == "The file is not UTF-8"
    assert "l.csv, byte 15 is 0xE9" in error.detail
    assert items_of(parse(module, path, encoding="latin-1")) == ["café"]


def test_a_byte_that_is_no_utf8_far_down_is_named(tmp_path, refuse):
    path = tmp_path / "far.csv"
    good = b"word,v0,v1\n" + b"abcdefgh,1.5,2.5\n" * 150_000
    path.write_bytes(good + b"caf\xe9,1.5,2\n")
    assert f"byte {len(good) + 4:,} is 0xE9" in refuse(module, path).detail


def test_a_header_alone_and_a_blank_file_have_no_rows(tmp_path, refuse):
    path = tmp_path / "h.csv"
    path.write_text("word,v0,v1\n")
    assert refuse(module, path).title == "No rows in this file"
    path.write_text("\n\n")
    assert refuse(module, path).title == "The file is empty"


def test_one_item_is_a_space(tmp_path, parse):
    path = tmp_path / "one.csv"
    path.write_text("word,v0,v1\na,1.5,2\n")
    assert parse(module, path).vectors.tolist() == [[1.5, 2]]


def test_a_limit_reads_the_first_rows(tmp_path, parse):
    path = tmp_path / "v.csv"
    path.write_text("word,v0,v1\na,1.5,2\nb,3,4\nc,5,6\n")
    parsed = parse(module, path, limit=2)
    assert items_of(parsed) == ["a", "b"]
    assert parsed.vectors.tolist() == [[1.5, 2], [3, 4]]


def test_cancelling_stops_the_reading(tmp_path, vectors):
    from embexplorer.core.contracts import Reading
    from embexplorer.core.errors import CancelledError
    from embexplorer.core.progress import Progress

    path = tmp_path / "v.csv"
    write_numbers(path, vectors, list("abcde"))
    progress = Progress()
    progress.cancel()
    (tmp_path / "scratch").mkdir()
    with pytest.raises(CancelledError):
        module.read(Reading(path, module.Params(), tmp_path / "scratch", progress))


@pytest.mark.parametrize("name", ["out.csv", "out.tsv"])
def test_written_space_is_read_back(tmp_path, parse, vectors, name):
    from embexplorer.core.space import make_space, make_table

    items = ["a, b", 'say "x"', "two\nlines", "né", "tab\there"]
    columns = {"year": [1, 2, 3, 4, 5], "tags": [["x"], [], ["y", "z"], ["x"], ["x"]]}
    coords = np.arange(10, dtype=np.float32).reshape(5, 2)
    module.write(make_space(vectors, make_table(items, columns)), coords, tmp_path / name)
    parsed = parse(module, tmp_path / name)
    assert items_of(parsed) == items
    assert parsed.vectors.tobytes() == vectors.tobytes()
    assert parsed.coords.tobytes() == coords.tobytes()
    assert parsed.table.column("year").to_pylist() == [1, 2, 3, 4, 5]
    assert json.loads(parsed.table.column("tags")[2].as_py()) == ["y", "z"]


def test_items_without_coordinates_are_kept(tmp_path, parse):
    across = ["0.5", "", "nan", "inf", *(f"{k}.5" for k in range(20))]
    lines = [f"w{k},{x},{k / 10},{k},1" for k, x in enumerate(across)]
    path = tmp_path / "map.csv"
    path.write_text("item,x,y,v1,v2\n" + "\n".join(lines) + "\n", encoding="utf-8")
    parsed = parse(module, path)
    assert parsed.coords is not None
    has_place = np.isfinite(parsed.coords).all(axis=1)
    assert np.flatnonzero(~has_place).tolist() == [1, 2, 3]
    assert np.isnan(parsed.coords[1:4]).all()


@pytest.mark.parametrize(
    ("delimiter", "says"),
    [
        ("|", "separated by “|”."),
        ("^", "separated by “^”."),
        ("~", "separated by “~”."),
        (" ; ", "separated by “;” with spaces around it."),
        (" | ", "separated by “|” with spaces around it."),
        ("   ", "separated by two or more spaces."),
    ],
)
@pytest.mark.parametrize("ending", [".csv", ".txt"])
def test_rare_delimiters_are_found_and_said(tmp_path, parse, vectors, delimiter, says, ending):
    path = tmp_path / f"v{ending}"
    write_numbers(path, vectors, ["a b", "né", "c", "d", "e"], delimiter=delimiter)
    assert module.sniff(path, path.read_bytes()) == (0.95 if ending == ".csv" else 0.65)
    parsed = parse(module, path)
    assert items_of(parsed) == ["a b", "né", "c", "d", "e"]
    assert parsed.vectors.tobytes() == vectors.tobytes()
    assert [note for note in parsed.notes if "separated" in note] == [
        f"The values are taken to be {says}"
    ]
    told = {" ; ": "semicolon", "   ": "spaces", "^": "caret", "~": "tilde"}.get(delimiter, "bar")
    parsed = parse(module, path, delimiter=told)
    assert items_of(parsed)[0] == "a b"
    assert not [note for note in parsed.notes if delimiter == "^" and "separated" in note]


def test_quotes_are_respected_by_rare_delimiters(tmp_path, parse):
    path = tmp_path / "v.csv"
    path.write_text(
        'text ; topic\n"one ; two" ; a\n"with ""quotes"" and  spaces" ; b\nplain;x ; c\n'
        '"two\nlines ; here" ; d\n'
    )
    with pytest.raises(Exception, match="Row 4 has 3 columns"):
        parse(module, path)
    path.write_text(path.read_text().replace("plain;x", "plain"))
    parsed = parse(module, path)
    assert parsed.table.column("text").to_pylist() == [
        "one ; two", 'with "quotes" and  spaces', "plain", "two\nlines ; here",
    ]  # fmt: skip
    assert parsed.table.column("topic").to_pylist() == ["a", "b", "c", "d"]
    path.write_text('text^topic\n"one^two"^a\nthree^b\nfour^c\n')
    assert items_of(parse(module, path)) == ["one^two", "three", "four"]


def test_aligned_columns_may_have_spaces_at_both_ends(tmp_path, parse):
    path = tmp_path / "v.txt"
    path.write_text(
        "  item     x      y\n  a      1.5    2\n  b b    -3     4.25  \n  c      0   1"
    )
    parsed = parse(module, path)
    assert items_of(parsed) == ["a", "b b", "c"]
    assert parsed.coords.tolist() == [[1.5, 2], [-3, 4.25], [0, 1]]


TEXTS = {
    "prose": "It was the best of times, it was the worst of times,\nit was the age of wisdom, it\n"
    "was the age of foolishness; it was the epoch of belief.\nSo, he said, it ended.  Then\n",
    "one comma a line": "So we go, and go\nNo, not I\nYes, he said\nWell, well\nNow, then\n",
    "poem": "Because I could not stop for Death –\n  He kindly stopped for me –\n"
    "The Carriage held but just Ourselves –\n  And Immortality.\n",
    "code": "def f(a, b):\n    return a | b\n\nfor i in x:\n    y = i ^ 3; z = ~i\n"
    "    print(y, z)\n",
    "log": "2024-01-01 12:00:00 | INFO | started\n2024-01-01 12:00:01 | WARNING | slow, 3 s\n"
    "2024-01-01 12:00:02 | INFO | ended\n2024-01-01 12:00:03 | INFO | bye\n",
    "log with process": "12:00:01  4711  INFO  main  started\n12:00:02  4711  WARN  main  slow\n"
    "12:00:03  4712  INFO  main  ended\n",
    "web log": '1.2.3.4 - - [01/Jan/2024:00:00:00] "GET / HTTP/1.1" 200 512\n' * 5,
    "two spaces after a stop": "One.  Two.\nThree.  Four.\nFive.  Six.\nSeven.  Eight.\n",
    "numbers in a list": "1. First, the milk\n2. Second, the eggs\n3. Third, the bread\n",
    "dialog": "A: Hello; how are you?\nB: Fine; and you?\nA: So so; thanks.\nB: Good; bye.\n",
}


@pytest.mark.parametrize("name", TEXTS)
def test_plain_texts_are_no_tables(tmp_path, name):
    assert module.sniff(tmp_path / "a.txt", TEXTS[name].encode()) == 0


@pytest.mark.parametrize(
    "data",
    [b'a  b"c  d', b" ;a ; b\r\n  c;d  \n", b'"x ; "" y" ; z\n ;;  ;\n', b"   ", b"", b'"\n" '],
)
@pytest.mark.parametrize("delimiter", [";", "  "])
def test_blocks_of_any_size_are_rewritten_alike(data, delimiter):
    from embexplorer.engines.table_delimiters import Rewriter

    whole = Rewriter(delimiter).rewrite(data, is_last=True)
    for size in (1, 2, 3):
        rewriter = Rewriter(delimiter)
        parts = [data[at : at + size] for at in range(0, len(data), size)]
        done = b"".join(rewriter.rewrite(part, is_last=False) for part in parts)
        assert done + rewriter.rewrite(b"", is_last=True) == whole


@pytest.mark.parametrize(
    ("text", "vectors"),
    [
        ("item;v0;v1\na;1,5;-2\nb;,25;3,125\n", [[1.5, -2], [0.25, 3.125]]),
        ('item,v0,v1\na,"1,5",-2\nb,"0,25","3,125"\n', [[1.5, -2], [0.25, 3.125]]),
        ("a\t1,5\t1e-1\nb\t2,25\t0\n", [[1.5, 0.1], [2.25, 0]]),
    ],
)
def test_decimal_commas_are_found_and_said(tmp_path, parse, text, vectors):
    path = tmp_path / "v.csv"
    path.write_text(text)
    parsed = parse(module, path)
    assert parsed.table.column("item").to_pylist() == ["a", "b"]
    assert parsed.vectors.tolist() == np.array(vectors, np.float32).tolist()
    assert "The numbers are taken to have a decimal comma, as 1,5." in parsed.notes
    assert parse(module, path, decimal="comma").vectors.tolist() == parsed.vectors.tolist()


def test_columns_beside_the_vectors_have_decimal_commas_too(tmp_path, parse, refuse):
    path = tmp_path / "v.tsv"
    path.write_text("item\tv0\tv1\tage\twhere\na\t1,5\t2\t1,250\tin 1,5 km\nb\t2,5\t3\t\t1,5\n")
    table = parse(module, path).table
    assert table.column("age").to_pylist() == [1.25, None]
    assert table.column("where").to_pylist() == ["in 1,5 km", "1,5"]
    path.write_text("item\tv0\tv1\na\t1,5\t2\nb\t2,5\t3\nc\toh\t1,5\nd\t1,1\t1\n")
    error = refuse(module, path)
    assert error.detail == "v.tsv, line 4, column v0: “oh”. Nothing was loaded."
    left = parse(module, path, bad_rows="leave out")
    assert left.vectors.tolist() == np.array([[1.5, 2], [2.5, 3], [1.1, 1]], np.float32).tolist()


@pytest.mark.parametrize(
    "text",
    [
        "item;n;m\na;1,500;2,250\nb;2,250;3,125\n",  # thousands, perhaps
        "item;v0;v1\na;1.5;2\nb;2.5;3\n",
        "item;n\na;1,5\nb;two\n",
    ],
)
def test_other_commas_are_no_decimals(text):
    rows = [line.split(";") for line in text.splitlines()]
    assert not have_decimal_commas(rows)


def test_commas_in_texts_do_not_separate_where_the_header_has_none(tmp_path, parse):
    path = tmp_path / "v.csv"
    rows = "".join(f"w{at};what it means, in short, {at}\n" for at in range(30))
    path.write_text(f"word;meaning\n{rows}")
    parsed = parse(module, path)
    assert parsed.table.column("item").to_pylist()[:2] == ["w0", "w1"]
    assert parsed.table.column("text")[3].as_py() == "what it means, in short, 3"


def test_columns_of_the_same_name_are_said(tmp_path, parse):
    path = tmp_path / "v.csv"
    path.write_text("item,v0,v1,year,year,\na,1,2,3,4,5\nb,2,3,4,5,6\n")
    parsed = parse(module, path)
    assert parsed.table.column("year 2").to_pylist() == [4, 5]
    assert parsed.notes == ("Columns of the same name have a number behind it: year 2.",)


def test_rows_of_a_megabyte_are_read(tmp_path, parse):
    made = np.random.default_rng(1).random((3, 60_000), np.float32)
    path = tmp_path / "expression.csv"
    names = [f"ENSG{gene:011}.{gene % 9}" for gene in range(made.shape[1])]
    rows = [",".join(f"{value:.17f}" for value in row) for row in made.tolist()]
    path.write_text("\n".join([",".join(["cell", *names]), *(f"cell,{row}" for row in rows)]))
    assert path.stat().st_size > 4 << 20
    parsed = parse(module, path)
    assert np.array_equal(parsed.vectors, made)
    assert parsed.table.column_names == ["item"]
