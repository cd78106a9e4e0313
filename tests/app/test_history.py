"""Undo and redo: what a person did goes back and forth, what came meanwhile stays."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from embexplorer.app import history
from embexplorer.app import state as states
from embexplorer.app.store import Store
from embexplorer.core.derived import DerivedColumn
from embexplorer.core.projection import Projection
from embexplorer.core.selection import Selection

if TYPE_CHECKING:
    from embexplorer.core.space import Space


def store_with(space: Space) -> Store:
    store = Store()
    store.apply(lambda state: states.add_data(state, space))
    return store


def select(store: Store, *rows: int, title: str = "Selection", merges: bool = False) -> None:
    chosen = Selection.of(store.state.active_space, rows)
    store.apply(
        lambda state: dataclasses.replace(state, selection=chosen), undo=title, merges=merges
    )


def rows_of(store: Store) -> list[int]:
    chosen = store.state.selection
    return [] if chosen is None else chosen.indices.tolist()


def column(space: Space, name: str, value: float) -> DerivedColumn:
    return DerivedColumn(space.id, name, pa.array([value] * space.n), "By hand.")


def test_steps_go_back_and_forth_and_are_named(space: Space):
    store = store_with(space)
    select(store, 1)
    store.apply(lambda state: states.restyled(state, color_by="kind"), undo="Color by kind")
    assert (store.state.undo_title, store.state.redo_title) == ("Color by kind", "")
    store.undo()
    assert (store.state.style.color_by, rows_of(store)) == ("", [1])
    assert (store.state.undo_title, store.state.redo_title) == ("Selection", "Color by kind")
    store.undo()
    assert rows_of(store) == []
    store.redo()
    store.redo()
    assert (store.state.style.color_by, rows_of(store)) == ("kind", [1])
    assert store.state.redo_title == ""


def test_nothing_to_undo_changes_nothing():
    store = Store()
    before = store.state
    store.undo()
    store.redo()
    assert store.state is before


def test_a_new_step_forgets_what_was_undone(space: Space):
    store = store_with(space)
    select(store, 1)
    store.undo()
    select(store, 2)
    assert store.state.redo_title == ""
    store.redo()
    assert rows_of(store) == [2]


def test_a_change_without_a_name_and_one_that_keeps_all_fields_are_no_steps(space: Space):
    store = store_with(space)
    store.apply(lambda state: dataclasses.replace(state, message="hello"))
    store.apply(lambda state: dataclasses.replace(state, message="again"), undo="Say again")
    assert store.state.undo_title == ""


def test_what_came_meanwhile_survives_an_undo(space: Space):
    store = store_with(space)
    first = column(space, "one", 1.0)
    store.apply(lambda state: states.add_column(state, first), undo="Add one")
    made = Projection(space.id, "pca", np.zeros((space.n, 2), np.float32))
    store.apply(lambda state: states.add_projection(state, made))
    second = column(space, "two", 2.0)
    store.apply(lambda state: states.add_column(state, second))
    store.undo()
    assert store.state.document.columns == (second,)
    assert store.state.document.projections == (made,)
    assert store.state.active_projection == made.id
    store.redo()
    assert set(store.state.document.columns) == {first, second}


def test_a_replaced_member_returns_to_its_place(space: Space):
    store = store_with(space)
    old, other, new = (column(space, name, 1.0) for name in ("a", "b", "a"))
    store.apply(lambda state: states.with_document(state, columns=(old, other)))
    store.apply(lambda state: states.with_document(state, columns=(new, other)), undo="Replace")
    store.undo()
    assert store.state.document.columns == (old, other)
    store.redo()
    assert store.state.document.columns == (new, other)


def test_a_drag_is_one_step(space: Space):
    store = store_with(space)
    select(store, 0)
    for row in (1, 2, 3):
        select(store, row, title="Brush", merges=True)
    store.undo()
    assert rows_of(store) == [0]
    store.redo()
    assert rows_of(store) == [3]


def test_undo_goes_to_the_space_of_the_step(space: Space):
    store = store_with(space)
    select(store, 2)
    other = dataclasses.replace(space, id="other")
    store.apply(lambda state: states.add_data(state, other))
    store.undo()
    assert store.state.active_space == space.id
    assert rows_of(store) == []


def test_steps_of_a_closed_space_are_forgotten(space: Space):
    store = store_with(space)
    other = dataclasses.replace(space, id="other")
    select(store, 2)
    store.apply(lambda state: states.add_data(state, other))
    select(store, 1)
    select(store, 0)
    store.undo()
    store.apply(lambda state: states.close_data(state, other.id))
    store.apply(lambda state: states.add_data(state, other))
    assert store.state.redo_title == ""
    store.undo()
    assert (store.state.active_space, rows_of(store)) == (space.id, [])
    assert store.state.undo_title == ""


def test_undo_holds_no_more_than_its_bytes_but_the_last_step(space: Space, monkeypatch):
    store = store_with(space)
    eight = 8 * 5  # bytes of five rows
    monkeypatch.setattr(history, "MOST_BYTES", 3 * eight)
    for start in range(6):
        select(store, *range(start, start + 5), title=f"Step {start}")
    for start in (5, 4):  # each holds what it found and what it left, which the next one shares
        assert store.state.undo_title == f"Step {start}"
        store.undo()
    assert store.state.undo_title == ""
    assert rows_of(store) == [3, 4, 5, 6, 7]
    monkeypatch.setattr(history, "MOST_BYTES", 1)
    select(store, *range(5), title="Large")
    assert store.state.undo_title == "Large"
