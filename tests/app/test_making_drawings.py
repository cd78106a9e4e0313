"""What layers show: of the shown items only, and what is left out is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from embexplorer.app.appearance import coloring_of
from embexplorer.app.making_drawings import (
    longest_line,
    make_hulls,
    make_pictures,
    make_places,
    make_sequences,
    make_terrain,
    sequence_columns,
)
from embexplorer.core.progress import Progress
from embexplorer.core.space import Provenance, Space, make_space, make_table

if TYPE_CHECKING:
    from pathlib import Path


def made(columns: dict, items: list[str] | None = None, source: str = "") -> Space:
    n = len(next(iter(columns.values()))) if columns else len(items or [])
    table = make_table(items or [f"item {row}" for row in range(n)], columns)
    provenance = Provenance(source=source)
    return make_space(np.ones((n, 2), np.float32), table, provenance=provenance)


# -- density and hulls -------------------------------------------------------------------------


def test_terrain_is_of_the_shown_items() -> None:
    coords = np.random.default_rng(0).normal(size=(400, 2)).astype(np.float32)
    mask = np.arange(400) < 300
    terrain, notes = make_terrain(coords, mask, Progress())
    assert terrain.density.n == 300
    assert [len(lines) > 0 for lines in terrain.contours] == [True] * 4
    assert notes == ()


def test_no_terrain_of_one_place() -> None:
    terrain, notes = make_terrain(np.ones((5, 2), np.float32), None, Progress())
    assert terrain is None
    assert notes == ("Density needs two shown items at different places.",)


def test_hulls_have_the_places_of_their_categories_in_the_palette() -> None:
    space = made({"kind": ["a"] * 4 + ["b"] * 3 + [None]})
    coords = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [5, 5], [6, 5], [5, 6], [9, 9]], np.float32)
    mask = np.array([True] * 4 + [False] * 3 + [True])
    coloring = coloring_of(space, "kind")
    hulls, notes = make_hulls(coords, None, coloring, Progress())
    assert [(hull.group, hull.n) for hull in hulls.hulls] == [(0, 4), (1, 3)]
    assert hulls.positions == (0, 1)
    assert "middle 95%" in notes[0]
    shown, _ = make_hulls(coords, mask, coloring, Progress())
    assert [hull.group for hull in shown.hulls] == [0]


def test_hulls_need_categories() -> None:
    space = made({"size": [0.5, 1.5, 2.5]})
    shown, notes = make_hulls(np.eye(3, 2), None, coloring_of(space, "size"), Progress())
    assert shown is None
    assert notes == ("Hulls need a color column of categories.",)


# -- sequences ---------------------------------------------------------------------------------


def test_a_line_joins_each_color_in_the_order_of_a_column() -> None:
    space = made({"kind": ["a", "b", "a", "b", "a"], "year": [3.0, 1.0, 1.0, 2.0, None]})
    coloring = coloring_of(space, "kind")
    sequences, notes = make_sequences(space, coloring, "year", None, Progress())
    assert [trail.rows.tolist() for trail in sequences.trails] == [[2, 0], [1, 3]]
    assert [trail.position for trail in sequences.trails] == [0, 1]
    assert notes == ("Lines join items of one color by “year”.",)


def test_without_a_column_the_order_is_that_of_the_space() -> None:
    space = made({"kind": ["a", "b", "a", "b", "a"]})
    mask = np.array([True, True, True, False, True])
    sequences, notes = make_sequences(space, coloring_of(space, ""), "", mask, Progress())
    assert [trail.rows.tolist() for trail in sequences.trails] == [[0, 1, 2, 4]]
    assert notes == ("A line joins the items by their order in the space.",)


def test_lines_that_are_too_long_keep_their_end() -> None:
    n = 25_000
    space = made({"kind": ["a"] * (n - 10) + ["b"] * 10})
    sequences, notes = make_sequences(space, coloring_of(space, "kind"), "", None, Progress())
    lengths = [len(trail.rows) - 1 for trail in sequences.trails]
    assert lengths == [20_000 - 9, 9]
    assert sequences.trails[0].rows[-1] == n - 11
    assert "20,000 of 24,998 segments are drawn" in notes[0]


@pytest.mark.parametrize(
    ("segments", "most", "expected"),
    [([5, 3], 20, 5), ([10, 10], 10, 5), ([100, 2, 1], 10, 7), ([3, 3, 3], 2, 0), ([], 5, 0)],
)
def test_the_longest_line_keeps_the_sum_below_the_limit(segments, most, expected) -> None:
    assert longest_line(np.array(segments, np.int64), most) == expected


def test_numbers_and_dates_can_order() -> None:
    dates = np.array(["2020-01-01", "2021-01-01"], "datetime64[s]")
    space = made({"kind": ["a", "b"], "year": [1, 2], "day": dates})
    assert sequence_columns(space) == ("year", "day")


# -- pictures ----------------------------------------------------------------------------------


def test_pictures_are_found_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "one.png").write_bytes(b"")
    (tmp_path / "data.csv").write_text("")
    columns = {"title": ["a", "b", "c"], "Image": ["one.png", "two.JPG", "notes.txt"]}
    space = made(columns, source=str(tmp_path / "data.csv"))
    pictures, notes = make_pictures(space, None, Progress())
    assert sorted(pictures.rows.tolist()) == [0, 1]
    assert pictures.file_of(0) == tmp_path / "one.png"
    assert notes == ("Pictures are the files in “Image” of 2 items of 3.",)
    hidden, _ = make_pictures(space, np.array([False, True, True]), Progress())
    assert hidden.rows.tolist() == [1]


def test_parts_of_a_sheet_are_pictures(tmp_path: Path) -> None:
    (tmp_path / "sheet.png").write_bytes(b"")
    names = [f"sheet.png#xywh={28 * at},0,28,28" for at in range(3)]
    space = made({"image": names}, source=str(tmp_path / "data.csv"))
    pictures, notes = make_pictures(space, None, Progress())
    assert sorted(pictures.rows.tolist()) == [0, 1, 2]
    assert pictures.file_of(2) == tmp_path / "sheet.png#xywh=56,0,28,28"
    assert notes == ("Pictures are the files in “image” of 3 items.",)


def test_items_themselves_can_be_pictures(tmp_path: Path) -> None:
    files = [str(tmp_path / f"{name}.webp") for name in "ab"]
    for file in files:
        (tmp_path / file).write_bytes(b"")
    pictures, notes = make_pictures(made({}, files), None, Progress())
    assert sorted(pictures.rows.tolist()) == [0, 1]
    assert notes == ("Pictures are the files in “item” of 2 items.",)


def test_names_of_files_that_are_nowhere_are_no_pictures() -> None:
    shown, notes = make_pictures(made({"path": ["gone.png", "away.png"]}), None, Progress())
    assert shown is None
    assert notes == ("No column of this space names image files that are there.",)


# -- names -------------------------------------------------------------------------------------


def test_groups_are_named_at_the_item_in_their_middle() -> None:
    coords = np.array([[0, 0], [1, 0], [2, 0], [9, 9], [9, 8], [np.nan, 0]], np.float32)
    codes = np.array([1, 1, 1, 0, 0, 1], np.int32)
    places, _ = make_places(codes, ("few", "many"), coords, None, Progress())
    assert places.names == ("many", "few")  # the largest first
    assert places.numbers.tolist() == [1, 0]
    assert places.sizes.tolist() == [3, 2]
    assert places.anchors[0] == 1
    assert sorted(places.samples[0].tolist()) == [0, 1, 2]


def test_a_group_that_is_hidden_has_no_name_and_one_in_part_moves() -> None:
    coords = np.array([[0, 0], [1, 0], [2, 0], [9, 9]], np.float32)
    codes = np.array([0, 0, 0, 1], np.int32)
    mask = np.array([False, False, True, False])
    places, _ = make_places(codes, ("a", "b"), coords, mask, Progress())
    assert (places.names, places.anchors.tolist()) == (("a",), [2])


def test_solid_maps_have_places_too() -> None:
    coords = np.array([[0, 0, 0], [0, 0, 4], [0, 0, 1]], np.float32)
    places, _ = make_places(np.zeros(3, np.int32), ("a",), coords, None, Progress())
    assert places.anchors.tolist() == [2]


def test_a_group_is_held_where_half_of_it_is_among_the_rows() -> None:
    codes = np.array([0, 0, 0, 0, 1, 1, -1], np.int32)
    coords = np.arange(14, dtype=np.float32).reshape(7, 2)
    places, _ = make_places(codes, ("a", "b"), coords, None, Progress())
    assert places.held_by(np.array([0, 1, 6])) == {0}
    assert places.held_by(np.array([0, 4])) == {1}
    assert places.held_by(np.array([6])) == frozenset()
