"""Columns of a table join the active space as derived columns, and go again by undo."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from pyarrow import parquet

from embexplorer.app.presenters.deriving import how_of
from embexplorer.core.errors import UserError
from embexplorer.core.space import make_space
from embexplorer.operations.keep import on_disk

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.app.services import Services


@pytest.fixture
def meta(tmp_path: Path) -> Path:
    path = tmp_path / "meta.csv"
    path.write_text(
        "name,year,royal\nking,1900,true\nqueen,1910,true\napple,2000,false\nfig,1,true\n"
    )
    return path


def ask(services: Services, path: Path):
    answers = []
    services.joining.look(path, answers.append)
    return answers[-1]


def test_what_it_would_do_is_known_before(services, tiny, meta) -> None:
    services.library.add(tiny)
    view = ask(services, meta)
    assert (view.matching.on, view.matching.key) == ("name", "item")
    assert view.notes == ("4 of 8 items found, 4 missing.", "1 row belongs to no item.")
    assert view.columns == ("year", "royal")
    assert view.ours == ("item", "kind", "size")
    assert services.store.state.document.columns == ()


def test_columns_join_as_one_step(services, tiny, meta) -> None:
    services.library.add(tiny)
    services.joining.join(meta, ask(services, meta), ["year", "royal"])
    state = services.store.state
    assert state.space.table.column("year").to_pylist() == [
        1900, 1910, None, None, 2000, None, None, 1900,
    ]  # fmt: skip
    assert state.undo_title == "Join columns of meta.csv"
    assert how_of(state, "royal").startswith("Joined from meta.csv by its column “name”")
    assert "4 of 8 items found" in state.message
    services.filtering.add_expression("year >= 1950")
    assert services.store.state.visible.tolist() == [False] * 4 + [True] + [False] * 3
    services.store.undo()
    services.store.undo()
    assert services.store.state.document.columns == ()


def test_a_table_that_is_joined_again_replaces_its_columns(services, tiny, meta, tmp_path) -> None:
    services.library.add(tiny)
    services.joining.join(meta, ask(services, meta), ["year"])
    meta.write_text("name,year\nking,1\n")
    services.joining.join(meta, ask(services, meta), ["year"])
    other = tmp_path / "other.csv"
    other.write_text("name,year\nking,2\n")
    services.joining.join(other, ask(services, other), ["year"])
    names = {
        column.name: column.values[0].as_py() for column in services.store.state.document.columns
    }
    assert names == {"year": 1, "year (other)": 2}


def test_another_key_is_matched_and_what_is_wrong_is_said(services, tiny, meta, tmp_path) -> None:
    services.library.add(tiny)
    ask(services, meta)
    answers = []
    services.joining.match("year", "size", answers.append)
    assert answers[0].matching.found == 1  # the year 1 is a size of 1.0
    gone = ask(services, tmp_path / "gone.csv")
    assert isinstance(gone, UserError)
    assert gone.title == "No such file"


def test_a_project_keeps_joined_columns_with_their_types(services, tiny, tmp_path) -> None:
    path = tmp_path / "meta.parquet"
    day = datetime.date(2001, 2, 3)
    table = pa.table({"item": ["king", "pear"], "day": [day, None], "ok": [True, False]})
    parquet.write_table(table, path)
    services.library.add(tiny)
    services.joining.join(path, ask(services, path), ["day", "ok"])
    services.project.save(tmp_path / "kept.embx", embeds=True)
    before = services.store.state.document.columns
    services.project.open(tmp_path / "kept.embx")
    after = services.store.state.document.columns
    assert [(one.name, one.how, one.params["on"]) for one in after] == [
        (one.name, one.how, "item") for one in before
    ]
    assert after[0].values.to_pylist() == [day, *[None] * 6, day]
    assert after[1].values.to_pylist() == [True, *[None] * 4, False, None, True]


def test_columns_of_a_space_that_was_closed_are_dropped(desk, space, meta) -> None:
    desk.services.library.add(on_disk(space, desk.services.context))
    answers = []
    desk.services.joining.look(meta, answers.append)
    desk.run_all()
    desk.services.joining.join(meta, answers[0], ["year"])
    desk.services.library.close(space.id)
    desk.run_all()
    state = desk.services.store.state
    assert (state.document.columns, "Joined" in state.message) == ((), False)


def test_nobody_is_told_after_stop(desk, space, meta) -> None:
    desk.services.library.add(space)
    answers = []
    desk.services.joining.look(meta, answers.append)
    desk.services.joining.stop()
    desk.run_all()
    assert answers == []


def test_columns_join_the_space_that_was_matched_whatever_is_active_by_then(
    services, tiny, meta
) -> None:
    services.library.add(tiny)
    view = ask(services, meta)
    part = make_space(tiny.vectors[:5], tiny.table.select(["item"]).slice(0, 5), name="part")
    services.library.add(part)  # a file that was being read
    ask(services, meta)  # another dialog asks about it
    services.joining.join(meta, view, ["year"])
    assert services.store.state.active_space == part.id
    (column,) = services.store.state.document.columns
    assert (column.space_id, len(column.values)) == (tiny.id, 8)
