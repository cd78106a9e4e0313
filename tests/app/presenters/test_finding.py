"""Finding counts hits as one types, steps through them around the ends, and selects them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest

from embexplorer.app.filters import RangeFilter
from embexplorer.app.presenters.finding import can_rank, find_columns, hits_text
from embexplorer.core.space import Provenance, make_space, make_table

if TYPE_CHECKING:
    from embexplorer.app.found import FindQuestion


@pytest.fixture
def open_space(services, tiny):
    """Services with the small space open: king queen man woman apple pear nothing king."""
    services.library.add(tiny)
    services.finding.open()
    return services


def asked(services) -> FindQuestion:
    question = services.store.state.finding
    assert question is not None
    return question


def test_hits_are_counted_as_one_types(open_space) -> None:
    said = []
    for text in ("n", "ng", "ing", "ingx"):
        open_space.finding.look(text=text)
        said.append((asked(open_space).hits.tolist(), hits_text(asked(open_space))))
    assert said == [
        ([0, 1, 2, 3, 6, 7], "6 hits"),
        ([0, 6, 7], "3 hits"),
        ([0, 6, 7], "3 hits"),
        ([], "No hits"),
    ]


def test_steps_go_around_the_ends(open_space) -> None:
    open_space.finding.look(text="king")
    seen = []
    for step in (1, 1, 1, -1, -1):
        open_space.finding.step(step)
        seen.append((asked(open_space).current, hits_text(asked(open_space))))
    assert [row for row, _ in seen] == [0, 7, 0, 7, 0]
    assert [said for _, said in seen[:2]] == ["1 of 2 hits", "2 of 2 hits"]


def test_a_step_back_at_first_goes_to_the_last_hit(open_space) -> None:
    open_space.finding.look(text="king")
    open_space.finding.step(-1)
    assert asked(open_space).current == 7


def test_mode_column_and_case_change_the_hits(open_space) -> None:
    finding = open_space.finding
    finding.look(text="Man")
    assert asked(open_space).hits.tolist() == [2, 3]
    finding.look(mode="word")
    assert asked(open_space).hits.tolist() == [2]
    finding.look(match_case=True)
    assert asked(open_space).hits.tolist() == []
    finding.look(text="fru.t", mode="regex", column="kind")
    assert asked(open_space).hits.tolist() == [4, 5]


def test_a_bad_expression_is_said_and_mended(open_space) -> None:
    open_space.finding.look(text="k(", mode="regex")
    error = asked(open_space).error
    assert error is not None
    assert error.title == "Not a regular expression"
    assert asked(open_space).hits.tolist() == []
    assert hits_text(asked(open_space)) == ""
    open_space.finding.look(text="k(.)n")
    assert asked(open_space).error is None
    assert asked(open_space).hits.tolist() == [0, 7]


def test_hits_that_a_filter_leaves_out_are_counted_apart(open_space) -> None:
    open_space.finding.look(text="king")
    open_space.finding.step(1)
    open_space.filtering.add(RangeFilter("size", 2, 8))
    assert asked(open_space).hits.tolist() == [7]
    assert asked(open_space).current is None
    assert hits_text(asked(open_space)) == "1 hit, 1 not shown"


def test_all_hits_or_the_current_one_are_selected(open_space) -> None:
    open_space.finding.look(text="king")
    open_space.finding.select_all()
    assert open_space.store.state.selection.indices.tolist() == [0, 7]
    open_space.finding.step(-1)
    open_space.finding.select_current()
    assert open_space.store.state.selected == 7


def test_what_was_looked_for_comes_back(open_space) -> None:
    open_space.finding.look(text="man", mode="word")
    open_space.finding.close()
    assert open_space.store.state.finding is None
    open_space.finding.open()
    assert (asked(open_space).text, asked(open_space).mode) == ("man", "word")
    assert asked(open_space).hits.tolist() == [2]
    open_space.finding.open("pear")
    assert asked(open_space).hits.tolist() == [5]


def test_only_the_newest_text_is_answered(desk, space) -> None:
    services = desk.services
    services.library.add(space)
    desk.run_all()
    services.finding.open()
    for text in ("k", "ki", "kin"):
        services.finding.look(text=text)
    assert desk.lanes["quick"].keys == ["find"]
    desk.run_all()
    question = asked(services)
    assert (question.text, question.hits.tolist(), question.is_running) == ("kin", [0, 7], False)


def test_closing_the_space_ends_it(open_space) -> None:
    open_space.finding.look(text="king")
    open_space.library.close(open_space.store.state.active_space)
    assert open_space.store.state.finding is None


def test_columns_that_can_be_searched() -> None:
    table = make_table(["a"], {"text": ["A"], "tags": [["x"]], "year": [1]})
    assert find_columns(make_space(np.eye(1), table)) == ("item", "text", "year")


def test_meaning_needs_the_encoder_of_the_space(open_space) -> None:
    state = open_space.store.state
    open_space.finding.look(text="a fruit")
    assert not can_rank(open_space.store.state)
    space = dataclasses.replace(
        state.document.spaces[0], provenance=Provenance(encoder="hashing"), id="encoded"
    )
    open_space.library.add(space)
    open_space.finding.open("king")
    assert can_rank(open_space.store.state)
    open_space.finding.rank_by_meaning()
    assert open_space.store.state.neighbors.text == "king"
