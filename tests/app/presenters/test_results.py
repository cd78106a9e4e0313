"""The numbers a person takes along: exact text, exact files."""

from __future__ import annotations

import csv
import re

import numpy as np
import pyarrow.parquet as pq
import pytest

from embexplorer.app.presenters.results import table_of, text_of
from embexplorer.app.state import State
from embexplorer.core.projection import Projection
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.keep import on_disk

COORDS = np.arange(16, dtype=np.float32).reshape(8, 2)


@pytest.fixture
def opened(services, tiny):
    made = Projection(
        tiny.id,
        "tsne",
        COORDS,
        params={"perplexity": 5.0, "metric": "cosine"},
        seed=3,
        quality={"neighbors_kept": 0.625, "trustworthiness": 0.875, "k": 3, "sampled": None},
        notes=("Two items lie at one place.",),
    )
    services.library.add(tiny, made)
    return services


def text(services, tab: str) -> list[str]:
    """Return the lines, the time that a search took left out."""
    said = text_of(services.store.state, tab)
    return re.sub(r" in (less than 1 ms|\d+ ms|\d+\.\d s)", " in TIME", said).split("\n")


def test_neighbors_as_text(opened):
    opened.neighbors.ask("king", k=3, metric="dot")
    assert text(opened, "Neighbors") == [
        "dot neighbors of king in tiny. Exact search on the raw vectors, 8 items in TIME. "
        "“king” names several rows; the first, #0, is used.",
        "rank\titem\tindex\tscore",
        "1\tking\t7\t2.0",
        "2\tman\t2\t1.0",
        "3\tqueen\t1\t0.0",
    ]


def test_what_a_search_left_out_is_said(opened):
    opened.neighbors.ask("apple + pear", k=1, metric="cosine")
    head = text(opened, "Neighbors")[0]
    assert head == (
        "cosine neighbors of apple + pear in tiny. Exact search on the raw vectors, 7 items in "
        "TIME. The query is a sum of unit vectors. 1 item is a zero vector, which has no cosine: "
        "it is left out."
    )


def test_an_analogy_as_text(opened):
    opened.analogy.ask("man", "king", "woman")
    head, columns, first, *_ = text(opened, "Analogy")
    assert head == (
        "man is to king as woman is to ? in tiny, 3cosadd, inputs left out. “king” names several "
        "rows; the first, #0, is used. 1 item is a zero vector, which has no direction: it is "
        "left out. Only 4 items are there to compare; 10 were asked for."
    )
    assert columns == "rank\titem\tindex\tscore"
    rank, item, index, score = first.split("\t")
    assert (rank, item, index) == ("1", "queen", "1")
    assert float(score) == pytest.approx(1.0, abs=1e-6)


def test_the_map_as_text(opened):
    expected = (
        "t-SNE 2-D of tiny, 8 × 4; perplexity=5.0, metric=cosine; seed 3. Neighbors kept 0.62. "
        "Trustworthiness 0.88. Share of each item's 3 nearest items that are also among its 3 "
        "nearest points, measured on all items. Two items lie at one place."
    )
    assert text(opened, "Details") == [expected]
    assert text(opened, "Neighbors") == [expected]  # nothing was asked
    assert text(opened, "Analogy") == [expected]


def test_a_map_from_a_file_has_no_parameters_to_say(services, tiny):
    note = "Faithfulness needs 4 items; there are 3."
    made = Projection(tiny.id, "file", COORDS, quality={"k": 0, "notes": [note]})
    services.library.add(tiny, made)
    assert text(services, "Details") == [f"From the file 2-D of tiny, 8 × 4. {note}"]


def test_nothing_open_is_no_text():
    assert text_of(State(), "Neighbors") == ""
    assert all(table_of(State(), what) is None for what in ("coords", "neighbors", "selection"))


def test_the_head_names_the_metric_of_the_answer_that_is_shown(desk, tiny):
    services = desk.services
    services.library.add(tiny)
    services.neighbors.ask("king", k=1, metric="dot")
    desk.run_all()
    services.neighbors.ask("king", k=1, metric="euclidean")
    assert text(services, "Neighbors")[0].startswith("dot neighbors of king")
    desk.run_all()
    assert text(services, "Neighbors")[0].startswith("euclidean neighbors of king")


def test_tabs_and_line_ends_of_items_do_not_break_the_table(services):
    items = ["tab\there", "line\nend", "both\r\nof them"]
    space = make_space(np.eye(3, dtype=np.float32), make_table(items), name="odd")
    services.library.add(on_disk(space, services.context))
    services.neighbors.ask("#0", k=2, metric="dot")
    lines = text(services, "Neighbors")
    assert lines[2:] == ["1\tline end\t1\t0.0", "2\tboth  of them\t2\t0.0"]


def rows_of(path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_neighbors_to_csv(opened, tmp_path):
    opened.neighbors.ask("king", k=2, metric="dot")
    path = tmp_path / "found.csv"
    opened.results.export("neighbors", path)
    assert rows_of(path) == [
        ["rank", "item", "index", "score"],
        ["1", "king", "7", "2"],
        ["2", "man", "2", "1"],
    ]
    assert opened.store.state.message == f"Wrote 2 rows to {path}."
    assert opened.store.state.problems == ()


def test_coords_to_parquet(opened, tmp_path):
    path = tmp_path / "coords.parquet"
    opened.results.export("coords", path)
    table = pq.read_table(path)
    assert table.column_names == ["item", "x", "y"]
    assert table["item"].to_pylist()[:2] == ["king", "queen"]
    assert np.array_equal(table["x"].to_numpy(), COORDS[:, 0])
    assert np.array_equal(table["y"].to_numpy(), COORDS[:, 1])


def test_the_selection_to_csv_with_its_rows_and_columns(opened, tmp_path):
    opened.selecting.take([6, 4])
    path = tmp_path / "selection.csv"
    opened.results.export("selection", path)
    assert rows_of(path) == [
        ["index", "item", "kind", "size"],
        ["4", "apple", "fruit", "5"],
        ["6", "nothing", "", "7"],
    ]


def test_the_analogy_to_parquet(opened, tmp_path):
    opened.analogy.ask("man", "king", "woman")
    path = tmp_path / "analogy.parquet"
    opened.results.export("analogy", path)
    table = pq.read_table(path)
    assert table.column_names == ["rank", "item", "index", "score"]
    assert table["item"].to_pylist()[0] == "queen"
    assert table["rank"].to_pylist() == [1, 2, 3, 4]
    assert set(table["index"].to_pylist()) == {1, 4, 5, 7}


def test_one_row_is_one_row(opened, tmp_path):
    opened.selecting.take([4])
    opened.results.export("selection", tmp_path / "one.csv")
    assert opened.store.state.message == f"Wrote 1 row to {tmp_path / 'one.csv'}."


def test_nothing_to_export_writes_nothing(opened, tmp_path):
    for what in ("neighbors", "analogy", "selection"):
        opened.results.export(what, tmp_path / "none.csv")
    assert not (tmp_path / "none.csv").exists()
    assert opened.store.state.message == ""


def test_an_unknown_extension_is_a_problem_and_writes_nothing(opened, tmp_path):
    opened.selecting.take([4])
    opened.results.export("selection", tmp_path / "one.docx")
    (problem,) = opened.store.state.problems
    assert problem.error.title == "Unknown kind of file"
    assert [path for path in tmp_path.iterdir() if not path.name.startswith(".")] == []
