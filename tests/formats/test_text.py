from __future__ import annotations

import pytest

from embexplorer.formats import text as module


def texts_of(parsed):
    name = "text" if "text" in parsed.table.column_names else "item"
    return parsed.table.column(name).to_pylist()


def test_each_line_is_an_item_and_blank_ones_are_counted(tmp_path, parse):
    path = tmp_path / "c.txt"
    path.write_bytes(b"\xef\xbb\xbfking \r\n\r\n  queen\r\n\nnew york")
    parsed = parse(module, path)
    assert texts_of(parsed) == ["king", "queen", "new york"]
    assert parsed.table.column_names == ["item"]
    assert parsed.notes == ("2 blank lines were left out.",)
    assert texts_of(parse(module, path, limit=2)) == ["king", "queen"]


def test_a_long_text_has_a_short_item(tmp_path, parse):
    path = tmp_path / "c.txt"
    long = "word " * 40
    path.write_text(f"short\n{long}\n{'x' * 100}\n")
    parsed = parse(module, path)
    assert parsed.table.column("text").to_pylist() == ["short", long.strip(), "x" * 100]
    items = parsed.table.column("item").to_pylist()
    assert items == ["short", "word " * 14 + "word…", "x" * 79 + "…"]


@pytest.mark.parametrize(
    ("split", "expected"),
    [
        ("line", ["One. Two", "goes on.", "Three."]),
        ("paragraph", ["One. Two goes on.", "Three."]),
        ("sentence", ["One.", "Two goes on.", "Three."]),
        ("document", ["One. Two\ngoes on.\n\n\nThree."]),
    ],
)
def test_the_file_is_split_as_it_is_asked(tmp_path, parse, split, expected):
    path = tmp_path / "c.txt"
    path.write_text("One. Two\ngoes on.\n\n\nThree.\n")
    assert texts_of(parse(module, path, split=split)) == expected


@pytest.mark.parametrize(
    ("encoding", "text", "byte", "title"),
    [
        ("latin-1", "Ein schöner Tag für Bären", "byte 8 is 0xF6", "Latin-1"),
        ("cp1252", "She said “hello” and left", "byte 10 is 0x93", "Windows-1252"),
        ("gb18030", "国王和王后住在城堡里", "byte 1 is 0xB9", "GB 18030"),
        ("shift_jis", "王様と女王はお城に住んでいます", "byte 1 is 0x89", "Shift JIS"),
        ("euc_kr", "왕과 왕비는 성에 산다", "byte 1 is 0xBF", "EUC-KR"),
        ("cp1251", "Король и королева живут в замке", "byte 1 is 0xCA", "Windows-1251"),
    ],
)
def test_another_encoding_is_named_guessed_and_read(
    tmp_path, parse, refuse, encoding, text, byte, title
):
    path = tmp_path / "korpus.txt"
    path.write_bytes(text.encode(encoding))
    error = refuse(module, path)
    assert error.title == "The file is not UTF-8"
    assert error.detail == f"korpus.txt, {byte}. It reads well as {title}. Nothing was loaded."
    assert error.hint == f"Open it as {title}, or convert the file."
    assert texts_of(parse(module, path, encoding=encoding)) == [text]


def test_utf16_is_read_by_its_mark(tmp_path, parse):
    path = tmp_path / "wide.txt"
    path.write_bytes("naïve\nné".encode("utf-16"))
    parsed = parse(module, path)
    assert texts_of(parsed) == ["naïve", "né"]
    assert parsed.notes == ("Read as UTF-16, as its byte-order mark says.",)
    assert module.sniff(path, path.read_bytes()) == 0.6


def test_utf16_without_a_mark_is_guessed_and_read(tmp_path, parse, refuse):
    path = tmp_path / "wide.txt"
    for codec in ("utf-16-le", "utf-16-be"):
        path.write_bytes("plain words\nné".encode(codec))
        assert "It reads well as UTF-16." in refuse(module, path).detail
        assert texts_of(parse(module, path, encoding="utf-16")) == ["plain words", "né"]


def test_a_text_that_ends_inside_a_character_is_refused(tmp_path, refuse):
    path = tmp_path / "cut.txt"
    path.write_bytes("abc né".encode()[:-1])
    assert "cut.txt, byte 6 is 0xC3" in refuse(module, path).detail


def test_a_blank_file_has_no_texts(tmp_path, refuse):
    path = tmp_path / "b.txt"
    path.write_text(" \n\n")
    assert refuse(module, path).title == "No texts in this file"


def test_a_vector_extension_is_never_a_corpus(tmp_path):
    for name in ("a.vec", "a.bin", "a.npy", "a.json"):
        assert module.sniff(tmp_path / name, b"Call me Ishmael.\n") == 0.0
