from __future__ import annotations

import numpy as np
import pytest

from embexplorer.formats import word2vec_binary as module

ITEMS = ["king", "queen", "né", "東京", "a_b"]


def items_of(parsed):
    return parsed.table.column("item").to_pylist()


def records(items, vectors, *, newlines):
    end = b"\n" if newlines else b""
    return b"".join(
        item.encode() + b" " + vector.astype("<f4").tobytes() + end
        for item, vector in zip(items, vectors, strict=True)
    )


@pytest.fixture
def many():
    return np.random.default_rng(3).normal(0, 0.3, (40, 25)).astype(np.float32)


def test_gensim_files_give_the_same_values(tmp_path, parse, many):
    from gensim.models import KeyedVectors

    keyed = KeyedVectors(25)
    keyed.add_vectors(ITEMS, many[:5])
    keyed.save_word2vec_format(tmp_path / "gensim.bin", binary=True)
    parsed = parse(module, tmp_path / "gensim.bin")
    assert sorted(items_of(parsed)) == sorted(ITEMS)
    order = [items_of(parsed).index(item) for item in ITEMS]
    assert parsed.vectors[order].tobytes() == many[:5].tobytes()


@pytest.mark.parametrize("newlines", [True, False])
def test_items_with_spaces_are_read_with_and_without_newlines(tmp_path, parse, many, newlines):
    items = [f"item {i} of New York {'x' * (i % 5)}" if i % 3 else f"w{i}" for i in range(40)]
    path = tmp_path / "spaces.bin"
    path.write_bytes(b"40 25\n" + records(items, many, newlines=newlines))
    parsed = parse(module, path)
    assert items_of(parsed) == items
    assert parsed.vectors.tobytes() == many.tobytes()


@pytest.mark.parametrize("newlines", [True, False])
def test_records_that_span_blocks_are_whole(tmp_path, parse, many, newlines, monkeypatch):
    monkeypatch.setattr(module, "BLOCK_BYTES", 300)
    items = [f"new york {i}" if i % 2 else f"w{i}" for i in range(40)]
    path = tmp_path / "blocks.bin"
    path.write_bytes(b"40 25\n" + records(items, many, newlines=newlines))
    parsed = parse(module, path)
    assert items_of(parsed) == items
    assert parsed.vectors.tobytes() == many.tobytes()


@pytest.mark.parametrize(("cut", "whole"), [(1, 39), (50, 39), (104, 39), (105, 38)])
def test_a_truncated_file_names_the_last_whole_row(tmp_path, refuse, many, cut, whole):
    data = b"40 25\n" + records([f"w{i:02}" for i in range(40)], many, newlines=False)
    path = tmp_path / "cut.bin"
    path.write_bytes(data[: len(data) - cut])
    error = refuse(module, path)
    assert error.title == "The file ends early"
    assert f"promises 40 rows; the last whole row is row {whole}. Nothing" in error.detail


def test_a_header_of_a_trillion_rows_allocates_nothing(tmp_path, refuse, many):
    path = tmp_path / "lie.bin"
    body = records(ITEMS[:3], many[:3], newlines=True)
    path.write_bytes(b"1000000000000 25\n" + body)
    error = refuse(module, path)
    assert error.title == "The file ends early"
    assert "promises 1,000,000,000,000 rows; the last whole row is row 3" in error.detail


def test_a_dimension_larger_than_the_file_is_refused(tmp_path, refuse, many):
    path = tmp_path / "lie.bin"
    path.write_bytes(b"3 999999999\n" + records(ITEMS[:3], many[:3], newlines=True))
    assert refuse(module, path).title == "The header is wrong"
    path.write_bytes(b"3 90000\n" + records(ITEMS[:3], many[:3], newlines=True))
    assert refuse(module, path).title == "The file ends early"


def test_bytes_behind_the_last_row_are_refused(tmp_path, refuse, many):
    path = tmp_path / "more.bin"
    path.write_bytes(b"2 25\n" + records(ITEMS[:3], many[:3], newlines=True))
    error = refuse(module, path)
    assert error.title == "The file goes on"
    assert "promises 2 rows" in error.detail


@pytest.mark.parametrize("newlines", [True, False])
@pytest.mark.parametrize("d", [1, 24, 26, 50])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_header_of_another_dimension_is_never_read(tmp_path, refuse, many, d, newlines, encoding):
    path = tmp_path / "lie.bin"
    data = records([f"w{i}" for i in range(40)], many, newlines=newlines)
    path.write_bytes(b"40 %d\n" % d + data)
    error = refuse(module, path, encoding=encoding)
    assert "lie.bin" in error.detail
    assert "Nothing was loaded" in error.detail


def test_a_value_that_is_not_finite_names_its_row(tmp_path, refuse, many):
    many[2, 4] = np.inf
    path = tmp_path / "inf.bin"
    path.write_bytes(b"5 25\n" + records(ITEMS, many[:5], newlines=True))
    error = refuse(module, path)
    assert error.title == "Row 3 is not finite"
    assert "inf.bin, row 3, number 5 of 25: “inf”" in error.detail


def test_an_item_in_another_encoding_names_its_row(tmp_path, parse, refuse, many):
    data = b"2 25\nking " + many[0].tobytes() + b"\ncaf\xe9 " + many[1].tobytes() + b"\n"
    path = tmp_path / "latin.bin"
    path.write_bytes(data)
    error = refuse(module, path)
    assert error.title == "Row 2 has no readable item"
    assert "byte 0xE9 is not UTF-8" in error.detail
    assert items_of(parse(module, path, encoding="latin-1")) == ["king", "café"]


def test_a_limit_reads_the_first_rows(tmp_path, parse, many):
    path = tmp_path / "five.bin"
    path.write_bytes(b"5 25\n" + records(ITEMS, many[:5], newlines=False))
    parsed = parse(module, path, limit=2)
    assert items_of(parsed) == ["king", "queen"]
    assert parsed.vectors.tobytes() == many[:2].tobytes()


def test_a_pickle_is_no_binary(tmp_path, refuse):
    import pickle

    path = tmp_path / "model.bin"
    path.write_bytes(pickle.dumps({"king": [1.0, 2.0]}))
    assert module.sniff(path, path.read_bytes()) == 0.0
    assert refuse(module, path).title == "No word2vec header"


def test_text_is_told_from_binary(tmp_path, many):
    path = tmp_path / "text.bin"
    path.write_text("1 3\nking 0.1 0.2 0.3\n")
    assert module.sniff(path, path.read_bytes()) == 0.0
    path.write_bytes(b"1 25\n" + records(["king"], many[:1], newlines=True))
    assert module.sniff(path, path.read_bytes()) == 0.95


def test_written_space_is_read_back_and_by_gensim(tmp_path, parse, vectors):
    from gensim.models import KeyedVectors

    from embexplorer.core.space import make_space, make_table

    path = tmp_path / "out.bin"
    module.write(make_space(vectors, make_table(ITEMS)), None, path)
    parsed = parse(module, path)
    assert items_of(parsed) == ITEMS
    assert parsed.vectors.tobytes() == vectors.tobytes()
    keyed = KeyedVectors.load_word2vec_format(path, binary=True)
    assert keyed.index_to_key == ITEMS
    assert keyed.vectors.tobytes() == vectors.tobytes()
