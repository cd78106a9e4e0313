from __future__ import annotations

import io
import json
import os
import pickle
import tarfile
from pathlib import Path

import numpy as np
import pytest

from embexplorer.core.contracts import Format, Parsed, Reading
from embexplorer.core.errors import CancelledError, UserError
from embexplorer.core.params import build
from embexplorer.core.progress import Progress
from embexplorer.core.space import Space, Texts, make_space, make_table
from embexplorer.engines.loader_boundary import loading
from embexplorer.engines.vector_sink import VectorSink
from embexplorer.operations.context import Context
from embexplorer.operations.export import write_space
from embexplorer.operations.read import read, read_space, read_texts, read_to_cache
from embexplorer.plugins import Registry
from embexplorer.storage.cache import Cache
from tests.compressing import ENDINGS, compressed, zipped

REFERENCE = Path(__file__).parents[2] / "../shared/reference/data"
GLOVE = "king 0.5 1 2\nqueen 3 4 5\nking 6 7 8\nnull 0 0 0\n"


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


@pytest.fixture
def glove(tmp_path):
    path = tmp_path / "glove.txt"
    path.write_text(GLOVE)
    return path


def refused(path, context, **options):
    with pytest.raises(UserError) as caught:
        read(path, context, **options)
    assert len(caught.value.title.split()) <= 6
    return caught.value


def entries(context):
    root = context.cache.root
    return sorted(path.name for path in root.iterdir()) if root.exists() else []


def test_a_file_is_parsed_once_and_mapped_after_that(glove, context):
    first = read(glove, context)
    assert isinstance(first.data, Space)
    assert (first.cached, first.format, first.data.name) == (False, "word2vec-text", "glove")
    assert first.data.vectors.tolist() == [[0.5, 1, 2], [3, 4, 5], [6, 7, 8], [0, 0, 0]]
    assert isinstance(first.data.vectors.base, np.memmap) or isinstance(
        first.data.vectors, np.memmap
    )
    assert not first.data.vectors.flags.writeable
    assert first.data.folder == first.folder
    again = read(glove, context)
    assert again.cached
    assert again.folder == first.folder
    assert again.data.id == first.data.id
    assert again.data.provenance.reader == "word2vec-text"
    assert again.data.provenance.source == str(glove)


def test_repeated_items_and_zero_vectors_are_said(glove, context):
    assert read(glove, context).data.provenance.notes == (
        "1 item occurs more than once, in 2 rows: “king”. All are kept.",
        "1 item has a zero vector: “null”.",
    )


def test_items_without_coordinates_are_said(tmp_path, context):
    lines = [f"w{k},{'' if k == 7 else k},{k},{k},1" for k in range(20)]
    path = tmp_path / "map.csv"
    path.write_text("item,x,y,v1,v2\n" + "\n".join(lines) + "\n")
    opened = read(path, context)
    assert opened.coords is not None
    assert opened.data.provenance.notes == (
        "1 item has no coordinates and so no place on the map: “w7”.",
    )


def test_many_repeated_items_are_counted_and_three_named(tmp_path, context):
    path = tmp_path / "many.txt"
    path.write_text("".join(f"w{at % 5} 0 0 1\n" for at in range(20)))
    assert read(path, context).data.provenance.notes == (
        "5 items occur more than once, in 20 rows: “w0”, “w1”, “w2”, …. All are kept.",
    )


def test_a_changed_file_is_read_again(glove, context):
    first = read(glove, context)
    glove.write_text("king 9 9 9.5\n")
    os.utime(glove, ns=(1, 1))
    second = read(glove, context)
    assert not second.cached
    assert second.data.vectors.tolist() == [[9, 9, 9.5]]
    assert first.data.vectors[0].tolist() == [0.5, 1, 2]


def test_parameters_and_limits_have_their_own_entries(glove, context):
    assert read(glove, context, limit=2).data.n == 2
    assert read(glove, context).data.n == 4
    assert read(glove, context, limit=2).cached
    assert not read(glove, context, params={"encoding": "latin-1"}).cached
    assert len(entries(context)) == 3


def test_a_format_that_knows_no_limit_is_cut_behind_it(tmp_path, glove):
    def read_all(reading):
        with VectorSink(reading.scratch) as sink:
            sink.append(np.arange(12, dtype=np.float32).reshape(6, 2))
            return Parsed(make_table(list("abcdef")), sink.finish())

    plugin = Format("all", "All", "Reads all.", sniff=lambda path, head: 1.0, read=read_all)
    context = Context(Registry({"formats": {"all": plugin}}), Cache(tmp_path / "cache"))
    opened = read(glove, context, limit=3)
    assert opened.data.items[:] == ["a", "b", "c"]
    assert opened.data.vectors.tolist() == [[0, 1], [2, 3], [4, 5]]
    assert len(read(glove, context).data.vectors) == 6


def test_a_name_is_given_without_reading_again(glove, context):
    read(glove, context)
    opened = read(glove, context, name="my words")
    assert opened.cached
    assert opened.data.name == "my words"


def test_items_beside_an_array_are_part_of_its_key(tmp_path, context):
    np.save(tmp_path / "a.npy", np.ones((2, 3)))
    assert read(tmp_path / "a.npy", context).data.items[:] == ["0", "1"]
    (tmp_path / "a.txt").write_text("king\nqueen\n")
    opened = read(tmp_path / "a.npy", context)
    assert not opened.cached
    assert opened.data.items[:] == ["king", "queen"]
    (tmp_path / "a.txt").write_text("man\nwoman\n\n")
    assert read(tmp_path / "a.npy", context).data.items[:] == ["man", "woman"]


def test_nothing_is_left_of_a_file_that_is_refused(tmp_path, context):
    path = tmp_path / "bad.vec"
    path.write_text("2 2\na 1.5 2\nb 3\n")
    refused(path, context)
    assert entries(context) == []


def test_what_an_interrupted_reading_left_is_ignored(glove, context):
    folder = read(glove, context).folder
    scratch = context.cache.root / f".{folder.name}-abc"
    scratch.mkdir()
    (scratch / "vectors.npy").write_bytes(b"half")
    assert read(glove, context).cached
    folder.joinpath("space.json").unlink()  # an entry without its description is none
    opened = read(glove, context)
    assert not opened.cached
    assert opened.data.n == 4


def test_a_damaged_entry_is_read_again(glove, context):
    folder = read(glove, context).folder
    folder.joinpath("vectors.npy").write_bytes(b"half")
    opened = read(glove, context)
    assert not opened.cached
    assert opened.data.vectors[1].tolist() == [3, 4, 5]


def test_a_file_that_changes_while_it_is_read_is_refused(glove, context):
    class Meddling(Progress):
        def report(self, fraction, message=""):
            glove.write_text(GLOVE + "late 1 2 3\n")

    assert refused(glove, context, progress=Meddling()).title == "The file changed meanwhile"
    assert entries(context) == []


def test_cancelling_leaves_nothing(glove, context):
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        read(glove, context, progress=progress)
    assert entries(context) == []


def test_progress_rises_to_the_end(tmp_path, context):
    class Heard(Progress):
        def __init__(self):
            super().__init__()
            self.fractions = []

        def report(self, fraction, message=""):
            self.fractions.append(fraction)

    path = tmp_path / "a.csv"
    path.write_text("word,v0,v1\n" + "a,1.5,2\n" * 1000)
    heard = Heard()
    read(path, context, progress=heard)
    assert heard.fractions == sorted(heard.fractions)
    assert heard.fractions[-1] == 0.9


def test_the_newest_entries_stay_when_the_cache_is_full(tmp_path):
    context = Context(Registry.discover(), Cache(tmp_path / "cache", limit=1))
    for number in range(3):
        path = tmp_path / f"{number}.txt"
        path.write_text(f"king {number} 1 2.5\n")
        opened = read(path, context)
        assert entries(context) == [opened.folder.name]


def test_a_child_reads_from_plain_values_to_plain_values(glove, tmp_path):
    result = read_to_cache(str(glove), str(tmp_path / "cache"), params={}, limit=3)
    assert json.loads(json.dumps(result)) == result
    assert (result["cached"], result["format"]) == (False, "word2vec-text")
    assert np.load(Path(result["folder"]) / "vectors.npy").shape == (3, 3)
    assert read_to_cache(str(glove), str(tmp_path / "cache"), limit=3)["cached"]


def test_a_table_with_both_is_a_space_or_a_corpus_as_it_is_asked(tmp_path, context):
    path = tmp_path / "both.csv"
    path.write_text("text,v0,v1\nA first sentence here.,1.5,2\nA second sentence here.,3,4\n")
    assert read_space(path, context).data.vectors.tolist() == [[1.5, 2], [3, 4]]
    texts = read_texts(path, context)
    assert isinstance(texts.data, Texts)
    assert texts.data.text(1) == "A second sentence here."


def test_a_corpus_is_no_space_and_a_space_no_corpus(tmp_path, glove, context):
    path = tmp_path / "prose.txt"
    path.write_text("Call me Ishmael.\nSome years ago.\n")
    assert isinstance(read(path, context).data, Texts)
    with pytest.raises(UserError) as caught:
        read_space(path, context)
    assert caught.value.title == "No vectors in this file"
    assert caught.value.hint == "Open it as a corpus and encode it."
    with pytest.raises(UserError) as caught:
        read_texts(glove, context)
    assert caught.value.title == "No texts in this file"


def test_a_space_folder_is_copied_so_that_the_persons_own_may_change(tmp_path, context):
    made = make_space(np.eye(3), make_table(["a", "b", "c"], {"n": [1, 2, 3]}), name="eye")
    folder = tmp_path / "eye"
    write_space(made, folder, context, coords=np.ones((3, 2), np.float32))
    opened = read(folder, context)
    assert opened.format == "space-folder"
    assert opened.folder.parent == context.cache.root
    assert (opened.data.id, opened.data.name) == (made.id, "eye")
    assert opened.coords.tolist() == [[1, 1]] * 3
    assert read(folder, context).cached
    limited = read(folder, context, limit=2)
    assert limited.data.vectors.tolist() == [[1, 0, 0], [0, 1, 0]]
    assert limited.data.columns["n"].to_pylist() == [1, 2]
    assert len(limited.coords) == 2
    inside = read(opened.folder, context)
    assert inside.folder == opened.folder.resolve()


def test_a_damaged_space_folder_is_refused(tmp_path, context):
    folder = tmp_path / "eye"
    write_space(make_space(np.eye(3), make_table(["a", "b", "c"])), folder, context)
    vectors = np.eye(3, dtype=np.float32)
    vectors[1, 1] = np.nan
    np.save(folder / "vectors.npy", vectors)
    assert refused(folder, context).title == "Row 2 is not finite"
    np.save(folder / "vectors.npy", np.eye(2, dtype=np.float32))
    assert refused(folder, context).title == "The space folder is damaged"
    (folder / "table.arrow").write_bytes(b"ARROW1")
    assert refused(folder, context).title == "The space folder is damaged"
    assert str(folder) in refused(folder, context).detail
    (folder / "space.json").write_text('{"version": 99, "id": "x", "name": "y"}')
    assert refused(folder, context).title == "Written by a newer version"


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_compressed_file_is_read_once_as_the_file_inside(tmp_path, context, glove, ending):
    path = tmp_path / f"words.vec{ending}"
    path.write_bytes(compressed(glove.read_bytes(), ending, "words.vec"))
    opened = read(path, context)
    assert (opened.format, opened.data.name, opened.cached) == ("word2vec-text", "words", False)
    assert opened.data.vectors.tolist() == read(glove, context).data.vectors.tolist()
    assert opened.data.provenance.source == str(path)
    assert opened.data.provenance.notes == read(glove, context).data.provenance.notes
    assert read(path, context).cached
    assert read(path, context, format_id="word2vec-text").cached
    assert read(path, context, limit=2).data.items[:] == ["king", "queen"]


def test_compression_is_told_by_content_not_by_name(tmp_path, context):
    path = tmp_path / "words.vec"
    path.write_bytes(compressed(GLOVE.encode(), ".gz"))
    assert read(path, context).data.items[:] == ["king", "queen", "king", "null"]
    plain = tmp_path / "words.vec.gz"
    plain.write_text(GLOVE)
    assert read(plain, context).data.items[:] == ["king", "queen", "king", "null"]


def test_a_compressed_table_or_corpus_is_known_by_the_name_inside(tmp_path, context):
    table, corpus = tmp_path / "a.tsv.zst", tmp_path / "b.txt.bz2"
    table.write_bytes(compressed(b"word\tv0\tv1\na\t1.5\t2\n", ".zst"))
    corpus.write_bytes(compressed(b"Call me Ishmael.\nSome years ago.\n", ".bz2"))
    assert read(table, context).format == "csv"
    assert read_texts(corpus, context).data.items[:] == ["Call me Ishmael.", "Some years ago."]


def test_a_file_of_an_archive_is_chosen_by_its_name_and_has_its_own_entry(tmp_path, context):
    path = tmp_path / "glove.zip"
    path.write_bytes(zipped({"d/2.txt": b"king 0.5 1\n", "d/3.txt": b"king 0.5 1 2\n"}))
    assert refused(path, context).title == "Several files in this archive"
    for d in (2, 3):
        opened = read(path / f"{d}.txt", context)
        assert (opened.data.d, opened.data.name, opened.cached) == (d, f"{d}", False)
        assert read(path / f"{d}.txt", context).cached
        assert opened.data.provenance.notes == (
            f"Of the archive glove.zip, {d}.txt was read; 1 other file was not.",
        )
    assert refused(path / "4.txt", context).detail == "glove.zip holds no file 4.txt."


def tar_of(name, data):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def npy_of(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "title", "detail"),
    [
        ("a.vec.gz", b"", "The file is empty", "a.vec has 0 bytes"),
        ("a.tar.gz", tar_of("a.vec", b"x"), "An archive in an archive", "holds the archive a.tar"),
        ("a.gz.gz", compressed(b"x", ".gz"), "An archive in an archive", "holds the archive a.gz"),
        ("a.npy.gz", npy_of(np.eye(3)), "The file is compressed", "a.npy.gz holds a.npy"),
        ("a.bin.gz", pickle.dumps({"king": [0.5]}), "A pickle, not vectors", "a.bin"),
        ("a.txt.gz", bytes(range(256)) * 9, "Unknown kind of file", "a.txt"),
        ("a.vec.gz", b"Call me Ishmael.\n", "No vectors in this file", "a.vec, line 1"),
    ],
)
def test_what_is_no_space_inside_a_compressed_file_says_so(
    tmp_path, context, name, data, title, detail
):
    path = tmp_path / name
    path.write_bytes(compressed(data, ".gz"))
    error = refused(path, context)
    assert error.title == title
    assert detail in error.detail
    assert error.hint
    assert entries(context) == []


PICKLE = pickle.dumps({"king": [0.5]})


@pytest.mark.parametrize(
    ("name", "make", "title"),
    [
        ("empty.vec", lambda p: p.write_bytes(b""), "The file is empty"),
        ("model.bin", lambda p: p.write_bytes(PICKLE), "A pickle, not vectors"),
        ("model.vec", lambda p: p.write_bytes(PICKLE), "A pickle, not vectors"),
        ("model.npy", lambda p: p.write_bytes(PICKLE), "A pickle, not vectors"),
        ("model.txt", lambda p: p.write_bytes(pickle.dumps([1], 0)), "A pickle, not vectors"),
        (
            "torch.bin",
            lambda p: p.write_bytes(zipped({"a/data.pkl": b"x"})),
            "A PyTorch file, not vectors",
        ),
        (
            "arrays.bin",
            lambda p: p.write_bytes(zipped({"vectors.npy": b"x"})),
            "A NumPy archive, wrongly named",
        ),
        (
            "words.zip",
            lambda p: p.write_bytes(zipped({"a": b"1", "b": b"2"})),
            "Several files in this archive",
        ),
        (
            "cut.zip",
            lambda p: p.write_bytes(zipped({"a": b"1"})[:-9]),
            "The compressed file is damaged",
        ),
        (
            "a.xlsx",
            lambda p: p.write_bytes(zipped({"[Content_Types].xml": b""})),
            "The workbook is damaged",
        ),
        (
            "a.pptx",
            lambda p: p.write_bytes(zipped({"[Content_Types].xml": b""})),
            "An office file, not vectors",
        ),
        (
            "fasttext.bin",
            lambda p: p.write_bytes(b"\xba\x16\x4f\x2f\x0c\0\0\0" * 9),
            "The file ends early",
        ),
        (
            "glove.txt.gz",
            lambda p: p.write_bytes(compressed(GLOVE.encode(), ".gz")[:-5]),
            "The compressed file is damaged",
        ),
        (
            "data.h5",
            lambda p: p.write_bytes(b"\x89HDF\r\n\x1a\n" + b"\0" * 99),
            "The HDF5 file is damaged",
        ),
        ("prose.vec", lambda p: p.write_text("Call me Ishmael.\n"), "No vectors in this file"),
        ("prose.bin", lambda p: p.write_text("Call me Ishmael.\n"), "No vectors in this file"),
        ("prose.npy", lambda p: p.write_text("Call me Ishmael.\n"), "Not a NumPy file"),
        (
            "prose.parquet",
            lambda p: p.write_text("Call me Ishmael.\n"),
            "The table file is damaged",
        ),
        ("noise.xyz", lambda p: p.write_bytes(bytes(range(256)) * 9), "Unknown kind of file"),
        ("folder", lambda p: p.mkdir(), "The folder is empty"),
        (
            "word.txt",
            lambda p: p.write_bytes(zipped({"[Content_Types].xml": b"", "word/document.xml": b""})),
            "A Word document, wrongly named",
        ),
        (
            "book.csv",
            lambda p: p.write_bytes(zipped({"META-INF/container.xml": b"", "a.html": b""})),
            "An EPUB book, wrongly named",
        ),
        ("link.vec", lambda p: p.symlink_to("gone.vec"), "The link leads nowhere"),
        (
            "bomb.csv",
            lambda p: p.write_bytes(b"word,a\n" + b"0" * (1 << 24)),
            "Line 2 does not end",
        ),
        ("absent.vec", lambda p: None, "No such file"),
    ],
)
def test_what_is_no_space_says_what_it_is(tmp_path, context, name, make, title):
    path = tmp_path / name
    make(path)
    error = refused(path, context)
    assert error.title == title
    assert name in error.detail
    assert error.hint
    assert entries(context) == []


def test_unknown_settings_formats_and_limits_are_refused(glove, context):
    assert refused(glove, context, params={"colour": 1}).title == "Unknown setting"
    assert refused(glove, context, params={"encoding": "klingon"}).title == "Unknown choice"
    assert refused(glove, context, format_id="docx").title == "Unknown name"
    assert refused(glove, context, limit=0).title == "Setting out of range"


def test_a_file_that_may_not_be_read_is_refused(glove, context, monkeypatch):
    def deny(self, *arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)
    error = refused(glove, context)
    assert error.title == "No permission to read this file"
    assert error.detail == f"{glove}: the system does not let you read it (Permission denied)."


READERS = [plugin for plugin in Registry.discover().all(Format) if plugin.read is not None]
LOOKS_ELSEWHERE = (
    "npz",
    "workbook",
)  # whose libraries look for the end first, of which it has none


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="a file that is there and unread")
@pytest.mark.parametrize(
    "plugin",
    [plugin for plugin in READERS if plugin.extensions and plugin.id not in LOOKS_ELSEWHERE],
    ids=lambda plugin: plugin.id,
)
def test_a_disk_or_share_that_went_away_is_said(tmp_path, context, plugin):
    path = tmp_path / f"a{plugin.extensions[0]}"
    path.symlink_to("/proc/self/mem")  # whose first page gives an input/output error
    error = refused(path, context)
    assert error.detail.endswith(": Input/output error.")
    reading = Reading(path, build(plugin.params, {}), tmp_path)
    with pytest.raises((UserError, OSError)) as caught, loading(path.name):
        plugin.read(reading)
    assert "Input/output error" in str(caught.value)
    assert "damaged" not in str(caught.value)


def test_a_word_document_of_another_name_is_told_its_own(tmp_path, context):
    path = tmp_path / "notes.txt"
    path.write_bytes(zipped({"[Content_Types].xml": b"", "word/document.xml": b""}))
    error = refused(path, context)
    assert error.detail == "notes.txt is a Word document by its content, whatever its name says."
    assert error.hint == "Rename it to notes.docx, and open it again."


def test_an_unknown_file_is_told_by_its_first_bytes(tmp_path, context):
    (tmp_path / "noise.bin").write_bytes(bytes([0xD9, 0x00, 0xFF]) * 900)
    error = refused(tmp_path / "noise.bin", context)
    assert error.detail == (
        "noise.bin is neither text nor a known format of vectors; its first bytes are "
        "D9 00 FF D9 00 FF D9 00."
    )
    assert error.hint == "Save it as .npy, .parquet or .csv with the program that made it."


def test_a_full_disk_is_an_error_that_keeps_nothing(glove, context, monkeypatch):
    from embexplorer.storage import space_folder

    def full(*arguments, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(space_folder, "write_folder", full)
    assert refused(glove, context).title == "Not enough room on the disk"
    assert entries(context) == []


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference data is not here")
@pytest.mark.parametrize(
    ("name", "n", "d"),
    [("glove_twitter_11925x25.txt", 11925, 25), ("glove_crec500x300.txt", 500, 300)],
)
def test_reference_vectors_are_read_as_python_reads_them(context, name, n, d):
    space = read_space(REFERENCE / name, context).data
    header, *lines = (REFERENCE / name).read_text(encoding="utf-8").split("\n")
    assert header.split() == [str(n), str(d)]
    rows = [line.rstrip().rsplit(" ", d) for line in lines if line.strip()]
    assert (space.n, space.d) == (n, d)
    assert space.items[:] == [row[0] for row in rows]
    expected = np.array([[float(part) for part in row[1:]] for row in rows]).astype(np.float32)
    assert space.vectors.tobytes() == expected.tobytes()


def formats_of(tmp_path, **functions):
    """Return a context whose formats are ours and one of somebody else."""
    other = Format("other", "Other", "Reads others.", extensions=(".vec",), **functions)
    ours = {plugin.id: plugin for plugin in Registry.discover().all(Format)}
    return Context(Registry({"formats": {"other": other, **ours}}), Cache(tmp_path / "cache"))


def test_a_format_that_fails_to_look_keeps_no_other_from_reading(tmp_path, glove, caplog):
    def sniff(path, head):
        raise KeyError("magic")

    assert read(glove, formats_of(tmp_path, sniff=sniff, read=len)).format == "word2vec-text"


@pytest.mark.parametrize(
    "error", [KeyError("vectors"), RecursionError("too deep"), EOFError(), OSError("no signature")]
)
def test_whatever_a_format_raises_names_the_file_and_leaves_nothing(tmp_path, glove, error):
    def raising(reading):
        (reading.scratch / "half").write_bytes(b"half")
        raise error

    context = formats_of(tmp_path, sniff=lambda path, head: 1.0, read=raising)
    refusal = refused(glove, context)
    assert refusal.title == "The file is damaged"
    assert refusal.detail.startswith("glove.txt: ")
    assert refusal.hint.startswith("Get the whole file again")
    assert refusal.trace == ""
    assert entries(context) == []


def test_files_beside_that_cannot_be_listed_name_the_file(tmp_path, glove):
    def beside(path, params):
        raise ValueError("the index is cut off")

    context = formats_of(tmp_path, sniff=lambda path, head: 1.0, read=len, beside=beside)
    assert refused(glove, context).detail == (
        "glove.txt: the index is cut off. Nothing was loaded."
    )


def test_what_a_format_returns_is_checked_behind_the_same_border(tmp_path, glove):
    context = formats_of(tmp_path, sniff=lambda path, head: 1.0, read=lambda reading: None)
    refusal = refused(glove, context)
    assert refusal.title == "The reader stopped unexpectedly"
    assert "read_filling.py" in refusal.trace


def test_a_name_that_no_file_can_have_is_refused(tmp_path, context):
    assert refused(tmp_path / ("a" * 300), context).title == "The file cannot be read"
    assert refused(tmp_path / "a\0b", context).title in ("No such file", "The file is damaged")


def test_what_is_wrong_only_in_what_was_made_of_a_file_names_it_too(tmp_path, context):
    from tests.formats.test_fasttext import model_bytes

    data = model_bytes([b"king", b"queen"])
    rows = np.full(7 * 4, 3e38, "<f4").tobytes()  # finite, and their sums are not
    (tmp_path / "a.bin").write_bytes(data[: -len(rows)] + rows)
    with pytest.raises(UserError, match=r"a\.bin: The vector of “king” holds inf") as caught:
        read(tmp_path / "a.bin", context)
    assert caught.value.title == "Row 1 is not finite"
