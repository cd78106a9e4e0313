from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import embexplorer as ee
from embexplorer.core.errors import UserError
from embexplorer.storage.paths import resource


@pytest.fixture(scope="session")
def words():
    return resource("samples/words.parquet")


@pytest.fixture
def script(tmp_path):
    """Run a program that comes on standard input, as a person pastes it."""
    environment = os.environ | {"PYTHONPATH": str(Path(ee.__file__).parents[1])}

    def run(program):
        ran = subprocess.run(
            [sys.executable, "-"],
            input=program,
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.split()

    return run


def test_the_public_names_are_these():
    assert sorted(ee.__all__) == [
        "analogy", "debias", "encode", "explore", "join", "neighbors", "open", "probe", "project",
        "space",
    ]  # fmt: skip
    assert all(callable(getattr(ee, name)) for name in ee.__all__)


def test_open_gives_vectors_items_and_columns(words):
    space = ee.open(words)
    assert (space.vectors.shape, space.vectors.dtype) == ((10256, 192), np.float32)
    assert len(space.items) == 10256
    assert space.items[:3] == ["a", "i", "the"]
    assert list(space.columns) == ["rank", "kind", "pieces"]
    assert space.columns["rank"][2].as_py() == 3


def test_open_takes_a_limit_and_the_readers_parameters(words, tmp_path):
    assert ee.open(str(words), limit=5).n == 5
    path = tmp_path / "two.csv"
    path.write_text("id;name;v0;v1\n1;first;1;0\n2;second;0;1\n", encoding="utf-8")
    assert ee.open(path, delimiter="semicolon", item_column="id").items[:] == ["1", "2"]


def test_open_raises_what_a_person_can_mend(tmp_path):
    with pytest.raises(UserError, match="There is no"):
        ee.open(tmp_path / "nowhere.vec")
    with pytest.raises(UserError, match="Unknown setting"):
        ee.open(resource("samples/words.parquet"), nonsense=1)


def test_a_space_is_made_of_vectors_items_and_columns():
    made = ee.space([[1, 0], [0, 1]], ["east", "north"], {"warm": [True, False]}, name="compass")
    assert made.vectors.tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert made.vectors.dtype == np.float32
    assert made.items[:] == ["east", "north"]
    assert made.columns["warm"].to_pylist() == [True, False]
    assert made.name == "compass"
    assert ee.space(np.eye(3)).items[:] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("vectors", "items", "says"),
    [
        ([[1, 0], [0, 1]], ["one"], "There are 1 item and 2 vectors."),
        ([[1, 0], [0, float("nan")]], ["a", "b"], "The vector of “b” holds nan."),
        ([1, 2], None, "The array has the shape"),
    ],
)
def test_a_space_that_cannot_be_is_refused(vectors, items, says):
    with pytest.raises(UserError, match=says):
        ee.space(vectors, items)


def test_encode_gives_one_vector_a_text(tmp_path):
    texts = ["the cat sat", "the cats sat", "a dog ran", "the cat sat"]
    space = ee.encode((text for text in texts), "hashing", dimensions=64)
    assert space.items[:] == texts
    assert space.vectors.shape == (4, 64)
    assert np.linalg.norm(space.vectors, axis=1) == pytest.approx(1.0)
    assert np.array_equal(space.vectors[0], space.vectors[3])
    nearest = ee.neighbors(space, "#1", k=1).ranked
    assert space.items.take(nearest.indices) == ["the cat sat"]


def test_encode_refuses_what_is_no_list_of_texts():
    with pytest.raises(TypeError, match="give a list of texts"):
        ee.encode("the cat sat", "hashing")
    with pytest.raises(UserError, match="Item 2 is 7"):
        ee.encode(["the cat sat", 7], "hashing")


def test_neighbors_of_a_word(words):
    space = ee.open(words)
    found = ee.neighbors(space, "king", k=3)
    assert space.items.take(found.ranked.indices) == ["kings", "monarch", "kingdom"]
    assert found.ranked.scores == pytest.approx([0.8147, 0.6534, 0.6347], abs=1e-3)
    row = space.items.index_of("king")
    assert ee.neighbors(space, row, k=3).ranked.indices.tolist() == found.ranked.indices.tolist()
    vector = np.asarray(space.vectors[row])
    assert ee.neighbors(space, "mine", k=1, vector=vector).ranked.indices.tolist() == [row]


def test_man_is_to_king_as_woman_is_to_queen(words):
    space = ee.open(words)
    answer = ee.analogy(space, "man", "king", "woman")
    assert space.items[int(answer.results.indices[0])] == "queen"
    assert space.items[int(answer.results_with_inputs.indices[0])] == "king"
    with pytest.raises(UserError, match="womann"):
        ee.analogy(space, "man", "king", "womann")


@pytest.mark.parametrize("dims", [2, 3])
def test_pca_is_the_singular_value_decomposition(words, dims):
    space = ee.open(words, limit=300)
    coords = ee.project(space, "pca", dims=dims).coords
    centered = space.vectors - space.vectors.mean(axis=0, dtype=np.float64)
    left, values, _ = np.linalg.svd(centered, full_matrices=False)
    expected = left[:, :dims] * values[:dims]
    signs = np.sign((coords * expected).sum(axis=0))
    assert coords.shape == (300, dims)
    assert coords == pytest.approx(expected * signs, abs=1e-3)


def test_a_sampled_projection_names_its_rows(words):
    space = ee.open(words, limit=300)
    projection = ee.project(space, "pca", sample=40, seed=3)
    assert projection.coords.shape == (40, 2)
    assert projection.rows.tolist() == sorted(set(projection.rows.tolist()))
    assert projection.seed == 3


def test_project_raises_what_a_person_can_mend(words):
    space = ee.open(words, limit=30)
    with pytest.raises(UserError, match="Neighbors is 1"):
        ee.project(space, "umap", n_neighbors=1)
    with pytest.raises(UserError, match="“far” is not among the projections"):
        ee.project(space, "far")


def test_a_pasted_script_projects_without_a_main_guard(script, words):
    printed = script(f"""
import embexplorer as ee
space = ee.open({str(words)!r}, limit=60)
for method, settings in (("umap", dict(n_neighbors=15, n_epochs=20)), ("tsne", dict(n_iter=50))):
    projection = ee.project(space, method, **settings)
    print(method, *projection.coords.shape, projection.params.get("n_neighbors"))
""")
    assert printed == ["umap", "60", "2", "15", "tsne", "60", "2", "None"]


def test_explore_gives_the_selection_back_when_the_window_closes(script, words):
    printed = script(f"""
import embexplorer as ee
from embexplorer.ui.application import make_application
from embexplorer.ui.main_window import MainWindow
from PySide6.QtCore import QTimer

app = make_application()

def choose():
    for window in app.topLevelWidgets():
        if isinstance(window, MainWindow) and window.isVisible():
            window.services.selecting.take([3, 1])
            window.close()

timer = QTimer()
timer.timeout.connect(choose)
timer.start(100)
print(ee.explore(ee.open({str(words)!r}, limit=60)))
""")
    assert printed == ["[1,", "3]"]


def test_explore_without_waiting_gives_the_window(script, words):
    printed = script(f"""
import embexplorer as ee
first, second = ee.open({str(words)!r}, limit=60), ee.space([[1, 0], [0, 1]], ["a", "b"])
window = ee.explore(first, second, block=False)
window.services.selecting.take([1])
spaces = window.services.store.state.document.spaces
print(window.selection(), *[space.name for space in spaces])
window.close()
""")
    assert printed == ["[1]", "words", "space"]
