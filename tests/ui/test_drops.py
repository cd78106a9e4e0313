"""What a drop will do is said while it hovers, and asked where there is a choice."""

from __future__ import annotations

from pathlib import Path

import pytest

from embexplorer.ui.drops import drop_text
from embexplorer.ui.widgets.buttons import Button
from tests.ui.real_window import settle


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["a.vec"], "Open a.vec as vectors"),
        (["a.csv"], "Open a.csv as vectors or texts"),
        (["a.txt"], "Encode the corpus a.txt"),
        (["a.npy", "a.txt"], "Open a.npy with the items of a.txt"),
        (["a.npy", "b.vec", "c.bin"], "Open as 3 spaces"),
        (["a.npy", "a.txt", "b.vec"], "Open as 2 spaces"),
        (["a.txt", "b.txt", "c.md"], "Open as 3 corpora to encode"),
        (["a.txt", "b.csv"], "Open 2 files"),
    ],
)
def test_the_hint_says_what_a_drop_will_do(names, said) -> None:
    assert drop_text([Path(name) for name in names]) == said


def test_a_folder_of_texts_is_a_corpus(tmp_path) -> None:
    assert drop_text([tmp_path]) == "Encode this folder as a corpus"
    (tmp_path / "space.json").write_text("{}")
    assert drop_text([tmp_path]) == f"Open {tmp_path.name} as vectors"


def test_several_texts_ask_whether_they_are_one_corpus(main_window, tmp_path) -> None:
    paths = [tmp_path / "one.txt", tmp_path / "two.txt"]
    for path in paths:
        path.write_text(f"a\nb\n{path.stem}\n")
    main_window.projects.open(paths)
    settle()
    message = main_window.toast.message
    assert (message.title, message.detail) == ("2 files, a corpus each", "one.txt, two.txt")
    assert (message.is_error, message.action) == (False, "Encode as one corpus")
    assert not main_window.toast._timer.isActive()
    main_window.toast.findChild(Button, "Action").click()
    settle()
    (corpus,) = main_window.services.store.state.document.texts
    assert list(corpus.items) == ["a", "b", "one", "a", "b", "two"]


def test_one_that_fails_stops_no_other(main_window, tmp_path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.npy"
    good.write_text("word,v0,v1\na,1,2\nb,3,4\n")
    bad.write_bytes(b"\x93NUMPY broken")
    main_window.projects.open([bad, tmp_path / "gone.vec", good])
    settle()
    state = main_window.services.store.state
    assert [space.name for space in state.document.spaces] == ["good"]
    details = [problem.error.detail for problem in state.problems]
    assert len(details) == 2
    assert "bad.npy" in details[0]
    assert "gone.vec" in details[1]
