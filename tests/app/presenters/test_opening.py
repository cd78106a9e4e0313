"""A file is looked into before it is read, and read with what was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.app.services import Services


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text("word;v0;v1\na;1;2\nb;3;4\nc;5;6\n")
    return path


def test_the_newest_question_is_answered(desk, table) -> None:
    answers = []
    opening = desk.services.opening
    opening.preview(table, {"delimiter": "comma"}, None, answers.append)
    opening.preview(table, {"delimiter": "semicolon"}, None, answers.append)
    desk.run_all()
    (found,) = answers
    assert [column.title for column in found.columns] == ["word", "v0", "v1"]
    assert desk.services.store.state.activity == ()


def test_nobody_is_told_after_stop(desk, table) -> None:
    answers = []
    desk.services.opening.preview(table, {}, None, answers.append)
    desk.services.opening.stop(table)
    desk.run_all()
    assert answers == []


def test_what_is_wrong_is_the_answer(services: Services, tmp_path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("")
    answers = []
    services.opening.preview(path, {}, None, answers.append)
    assert [answer.title for answer in answers] == ["The file is empty"]
    assert services.store.state.problems == ()


def test_it_is_read_as_it_was_chosen(services: Services, table) -> None:
    services.opening.open(table, {"delimiter": "semicolon"}, "csv", 2)
    space = services.store.state.space
    assert list(space.items) == ["a", "b"]
    assert space.provenance.params["delimiter"] == "semicolon"


def test_a_file_that_cannot_be_read_is_named_with_its_place(services: Services, tmp_path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("word,v0,v1\na,1,2\nb,3,4\n")
    bad.write_text("word,v0,v1\na,1,2\nb,3,4,5\n")
    services.library.open([bad, good, tmp_path / "gone.csv"])
    first, second = services.store.state.problems
    assert (first.error.title, first.source) == ("Row 3 has 4 columns", bad)
    assert "bad.csv" in first.error.detail
    assert "gone.csv" in second.error.detail
    assert [space.name for space in services.store.state.document.spaces] == ["good"]


def test_formats_are_listed_by_title(services: Services) -> None:
    titles = [plugin.title for plugin in services.opening.formats()]
    assert titles == sorted(titles, key=str.lower)
    assert {"Separated values", "Text", "NumPy array"} <= set(titles)


# -- several files at once -----------------------------------------------------------------------


def test_vectors_are_opened_with_their_items(services: Services, tmp_path) -> None:
    np.save(tmp_path / "v.npy", np.eye(3, dtype=np.float32))
    (tmp_path / "names.txt").write_text("a\nb\nc\n")
    services.library.open([tmp_path / "names.txt", tmp_path / "v.npy"])
    (space,) = services.store.state.document.spaces
    assert list(space.items) == ["a", "b", "c"]
    assert services.store.state.document.texts == ()
    assert services.store.state.offer is None


def test_texts_of_one_kind_may_be_one_corpus(services: Services, tmp_path) -> None:
    paths = [tmp_path / name for name in ("one.txt", "two.txt", "three.txt")]
    paths[0].write_text("a\nb\n")
    paths[1].write_text("c is a text that is much longer than what a label can show: " + "on " * 40)
    paths[2].write_text("d\n\ne\n")
    services.library.open(paths)
    assert len(services.store.state.document.texts) == 3
    assert services.store.state.offer.paths == tuple(paths)
    services.library.open_together(paths)
    (corpus,) = services.store.state.document.texts
    assert corpus.name == "one and 2 more"
    assert corpus.columns["file"].to_pylist() == ["one.txt"] * 2 + ["two.txt"] + ["three.txt"] * 2
    assert [corpus.text(row)[:4] for row in range(5)] == ["a", "b", "c is", "d", "e"]
    assert corpus.provenance.notes == (
        "Read from 3 files: one.txt, two.txt, three.txt.", "three.txt: 1 blank line was left out.",
    )  # fmt: skip
    assert services.store.state.active_texts == corpus.id


def test_texts_of_two_kinds_are_not_asked_about(services: Services, tmp_path) -> None:
    for name in ("one.txt", "two.md"):
        (tmp_path / name).write_text("a\nb\n" + name)
    services.library.open([tmp_path / "one.txt", tmp_path / "two.md"])
    assert services.store.state.offer is None
    assert len(services.store.state.document.texts) == 2
