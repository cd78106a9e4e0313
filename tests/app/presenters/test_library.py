"""Opening, encoding, activating and closing."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from embexplorer.app.presenters.library import (
    DataRow,
    LibraryView,
    activity_line,
    library_view,
    projection_title,
    quality_line,
)
from embexplorer.app.state import Activity, State
from embexplorer.core.projection import Projection
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.export import write_space
from embexplorer.operations.keep import on_disk


@pytest.fixture
def vectors_file(tmp_path, tiny, services):
    path = tmp_path / "vectors.csv"
    write_space(tiny, path, services.context)
    return path


@pytest.fixture
def coords_file(tmp_path, tiny, services):
    path = tmp_path / "mapped.npz"
    coords = np.arange(16, dtype=np.float32).reshape(8, 2)
    write_space(tiny, path, services.context, coords=coords)
    return path


@pytest.fixture
def corpus_file(tmp_path):
    path = tmp_path / "news.csv"
    rows = [("A bank fell.", "money"), ("It rained all day.", "weather"), ("Rates rose.", "money")]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("text", "topic"), *rows * 2])
    return path


def rows(services) -> list[tuple[str, str, bool]]:
    view = library_view(services.store.state)
    return [(row.name, row.summary, row.is_active) for row in view.rows]


def test_a_file_of_vectors_becomes_the_active_space_with_a_map(services, vectors_file):
    services.library.open([vectors_file])
    state = services.store.state
    assert rows(services) == [("vectors", "8 × 4 · csv", True)]
    assert list(state.space.items) == ["king", "queen", "man", "woman", "apple", "pear",
                                       "nothing", "king"]  # fmt: skip
    assert state.projection.method == "pca"
    assert state.projection.quality["k"] == 3
    assert state.message.startswith("Opened vectors: 8 × 4 · csv.")
    assert state.style.color_by == "kind"
    assert state.activity == ()


def test_an_opened_file_is_remembered_and_a_sample_is_not(services, vectors_file):
    services.library.open([vectors_file])
    services.library.open_sample("corpus")
    (recent,) = services.remembered.settings.recent
    assert recent.path == str(vectors_file.resolve())
    assert recent.summary == "8 × 4 · csv"
    assert len(recent.date) == len("2026-01-02")


def test_opening_a_file_twice_does_not_duplicate_it(services, vectors_file):
    services.library.open([vectors_file])
    map_before = services.store.state.projection
    services.library.open([vectors_file, vectors_file])
    state = services.store.state
    assert len(state.document.spaces) == 1
    assert state.document.projections == (map_before,)
    assert len(services.remembered.settings.recent) == 1


def test_coords_of_a_file_are_the_map_at_once_and_measured(services, coords_file):
    services.library.open([coords_file])
    state = services.store.state
    (made,) = state.document.projections
    assert (made.method, made.notes) == ("file", ("Coords as the file gives them.",))
    assert made.coords[3].tolist() == [6.0, 7.0]
    assert state.projection is made
    assert made.quality["k"] == 3
    assert 0 <= made.quality["neighbors_kept"] <= 1


def test_opening_a_file_with_coords_twice_gives_one_map(services, coords_file):
    services.library.open([coords_file])
    services.map.project("pca")
    services.library.open([coords_file])
    methods = [made.method for made in services.store.state.document.projections]
    assert sorted(methods) == ["file", "pca"]
    assert services.store.state.projection.method == "file"


def test_a_file_that_cannot_be_read_is_a_problem_and_nothing_is_lost(
    services, vectors_file, tmp_path
):
    services.library.open([vectors_file])
    before = services.store.state
    services.selecting.take([4])
    bad = tmp_path / "empty.csv"
    bad.write_bytes(b"")
    services.library.open([bad, tmp_path / "nowhere.csv"])
    state = services.store.state
    assert [problem.error.title for problem in state.problems] == [
        "The file is empty",
        "No such file",
    ]
    assert state.problems[0].error.detail == "empty.csv has 0 bytes."
    assert state.problems[0].error.hint == "Choose another file."
    assert state.problems[0].details == ""
    assert state.document is before.document
    assert (state.active_space, state.active_projection) == (
        before.active_space,
        before.active_projection,
    )
    assert state.selected == 4
    assert [entry.path for entry in services.remembered.settings.recent] == [str(vectors_file)]


def test_a_corpus_opens_its_form_and_leaves_the_map(services, vectors_file, corpus_file):
    services.library.open([vectors_file, corpus_file])
    state = services.store.state
    assert state.texts.name == "news"
    assert state.space.name == "vectors"
    assert rows(services)[1] == ("news", "6 texts, not encoded", True)
    assert state.message.startswith("Read news: 6 texts.")


def test_encoding_a_corpus_gives_a_space_of_its_name(services, corpus_file):
    services.library.open([corpus_file])
    corpus = services.store.state.texts
    services.library.encode(corpus.id, "hashing", {"dimensions": 64}, "cpu")
    state = services.store.state
    assert state.texts is None
    assert (state.space.name, state.space.n, state.space.d) == ("news", 6, 64)
    assert state.space.provenance.encoder == "hashing"
    assert [row.name for row in library_view(state).rows] == ["news", "news"]
    assert state.message.startswith("Encoded 6 texts in ")
    assert " on CPU. " in state.message
    assert state.projection.method == "pca"
    assert services.remembered.settings.encoder == "hashing"


def test_encoding_again_comes_from_the_cache_under_the_name_of_the_corpus(
    services, corpus_file, tmp_path
):
    services.library.open([corpus_file])
    services.library.encode(services.store.state.texts.id, "hashing", {}, "cpu")
    same = tmp_path / "copy.csv"
    same.write_bytes(corpus_file.read_bytes())
    services.library.open([same])
    assert services.store.state.texts.name == "copy"
    services.library.encode(services.store.state.texts.id, "hashing", {}, "cpu")
    state = services.store.state
    assert state.message.startswith("Encoded 6 texts from the cache on CPU.")
    assert [space.name for space in state.document.spaces] == ["copy"]  # the same content


def test_an_encoder_that_refuses_leaves_the_corpus(services, corpus_file):
    services.library.open([corpus_file])
    corpus = services.store.state.texts
    services.library.encode(corpus.id, "hashing", {"dimensions": 1}, "cpu")
    state = services.store.state
    (problem,) = state.problems
    assert problem.error.title == "Setting out of range"
    assert state.document.corpus(corpus.id) is corpus
    assert state.document.spaces == ()


def test_encoding_what_is_not_there_does_nothing(services):
    services.library.encode("gone", "hashing", {}, "cpu")
    services.library.estimate("gone", "hashing", {}, "cpu")
    assert services.store.state == State()


def test_the_time_that_encoding_takes_is_estimated_and_an_incomplete_form_has_none(
    services, corpus_file
):
    services.library.open([corpus_file])
    corpus = services.store.state.texts
    services.library.estimate(corpus.id, "hashing", {}, "cpu")
    found = services.store.state.estimate
    assert (found.texts_id, found.encoder) == (corpus.id, "hashing")
    assert 0 < found.seconds < 60
    services.library.estimate(corpus.id, "hashing", {"dimensions": 1}, "cpu")
    assert services.store.state.estimate is None
    assert services.store.state.problems == ()


def test_activating_shows_a_space_or_a_form(services, vectors_file, corpus_file):
    services.library.open([vectors_file, corpus_file])
    space, corpus = services.store.state.space, services.store.state.texts
    services.library.activate(space.id)
    assert services.store.state.texts is None
    services.library.activate(corpus.id)
    assert services.store.state.texts is corpus
    assert services.store.state.space is space


def test_closing_the_active_space_shows_another_and_its_map(services, vectors_file, tiny):
    services.library.open([vectors_file])
    first = services.store.state
    other = make_space(np.eye(5, dtype=np.float32), make_table(list("abcde")), name="letters")
    services.library.add(on_disk(other, services.context))
    assert services.store.state.space.name == "letters"
    services.library.close(services.store.state.active_space)
    state = services.store.state
    assert state.space.name == "vectors"
    assert state.projection is first.projection
    assert len(state.document.projections) == 1
    services.library.close(state.active_space)
    assert services.store.state.space is None
    assert services.store.state.document.projections == ()
    assert vectors_file.exists()


def test_renaming(services, vectors_file):
    services.library.open([vectors_file])
    services.library.rename(services.store.state.active_space, "  my words ")
    assert services.store.state.space.name == "my words"
    services.library.rename(services.store.state.active_space, "  ")
    services.library.rename("gone", "name")
    assert [space.name for space in services.store.state.document.spaces] == ["my words"]


def test_finding_items_by_a_part_of_them_in_any_case(services, vectors_file):
    assert services.library.find_items("king", 5) == []
    services.library.open([vectors_file])
    assert services.library.find_items("KIN", 5) == [0, 7]
    assert services.library.find_items("man", 5) == [2, 3]
    assert services.library.find_items("a", 2) == [2, 3]
    assert services.library.find_items("zebra", 5) == []


def test_the_encoders_there_are(services):
    assert {"hashing", "minilm", "sentence-transformers"} <= {
        encoder.id for encoder in services.library.encoders()
    }


def test_the_view_of_an_empty_state():
    assert library_view(State()) == LibraryView((), ())


def test_the_view_lists_spaces_and_corpora(services, vectors_file, corpus_file):
    services.library.open([vectors_file])
    space = services.store.state.space
    services.library.open([corpus_file])
    view = library_view(services.store.state)
    corpus = services.store.state.texts
    assert view.rows == (
        DataRow(space.id, "vectors", "8 × 4 · csv", True, True, "2 notes"),
        DataRow(corpus.id, "news", "6 texts, not encoded", False, True, "1 note"),
    )


@pytest.mark.parametrize(
    ("method", "title"),
    [
        ("pca", "PCA 3-D"),
        ("tsne", "t-SNE 3-D"),
        ("umap", "UMAP 3-D"),
        ("file", "From the file 3-D"),
        ("other", "other 3-D"),
    ],
)
def test_projections_have_titles(method, title):
    assert projection_title(Projection("s", method, np.zeros((2, 3), np.float32))) == title


@pytest.mark.parametrize(
    ("quality", "said"),
    [({}, ""), ({"neighbors_kept": None}, ""), ({"neighbors_kept": 0.617}, "kept 0.62")],
)
def test_the_quality_of_a_projection_in_its_row(quality, said):
    coords = np.zeros((2, 2), np.float32)
    assert quality_line(Projection("s", "pca", coords, quality=quality)) == said


def test_what_stands_under_a_bar():
    working = Activity(1, "k", "Encoding", "512 of 2,000", 0.25, 44.0)
    assert activity_line(working) == ("512 of 2,000", "44 s left")
    assert activity_line(Activity(1, "k", "Encoding")) == ("", "")
