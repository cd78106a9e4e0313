"""The draft of item sets: each change is a step, and its items are looked up in the space."""

from __future__ import annotations

import json

import numpy as np
import pytest

from embexplorer.app.presenters.sets_shown import sets_shown, sets_to_choose
from embexplorer.app.project_contents import contents_of, state_of
from embexplorer.core.errors import UserError
from embexplorer.operations.explore import neighbors


@pytest.fixture
def editor(services, tiny):
    services.library.add(tiny)
    services.editing_sets.start()
    return services.editing_sets


def shown(services):
    return sets_shown(services.store.state)


def items(services, key):
    return tuple(mark.text for one in shown(services).sets if one.key == key for mark in one.items)


def test_items_are_added_once_and_marked_as_found_or_missing(services, editor):
    editor.add("T1", ["king", "emperor", "king"])
    editor.add("T1", ["queen", "king"])
    (one,) = shown(services).sets
    assert [(mark.text, mark.is_found, mark.row) for mark in one.items] == [
        ("king", True, 0), ("emperor", False, None), ("queen", True, 1),
    ]  # fmt: skip
    assert one.line == "2 of 3 found"
    assert services.store.state.message == "Added 1 item to “Target 1”. 1 was there already."


def test_each_change_is_a_step_that_is_taken_back_by_its_name(services, editor):
    editor.add("T1", ["king", "queen"])
    editor.rename_set("T1", "royals")
    editor.remove("T1", ["king"])
    before = services.store.state.draft
    key = editor.add_set("attributes", "food")
    assert key == "A1"
    editor.paste(key, "apple\npear")
    titles = []
    while services.store.history.undo_title:
        titles.append(services.store.history.undo_title)
        services.store.undo()
    assert titles[:6] == [
        "Add 2 items to “food”", "Add attribute set", "Remove 1 item from “royals”",
        "Rename “Target 1”", "Add 2 items to “Target 1”", "Edit “My item sets”",
    ]  # fmt: skip
    assert services.store.state.draft is None
    for _ in range(4):
        services.store.redo()
    assert services.store.state.draft == before


@pytest.mark.parametrize(
    "text",
    [
        "king\nqueen",
        "king, queen",
        "king\tqueen",
        "king; queen\n\n",
        "['king', \"queen\"]",
        "king,,queen,king",
    ],
)
def test_what_is_pasted_is_read_by_lines_commas_and_tabs(services, editor, text):
    editor.paste("T1", text)
    assert items(services, "T1") == ("king", "queen")


def test_two_columns_are_pairs(services, editor):
    editor.paste("pairs", "king\tqueen\nman, woman\n")
    assert services.store.state.draft.pairs == (("king", "queen"), ("man", "woman"))
    editor.add_pairs([("boy", "girl")])
    assert shown(services).pairs_line == "2 of 3 found"
    with pytest.raises(UserError, match=r"Line 2 has 1: man\."):
        editor.paste("pairs", "a,b\nman")
    editor.remove_pairs([("man", "woman")])
    assert services.store.state.draft.pairs == (("king", "queen"), ("boy", "girl"))


def test_files_are_dropped_on_a_set_or_on_the_editor(services, editor, tmp_path):
    text = tmp_path / "fruit.txt"
    text.write_text("\ufeffapple\npear\n", encoding="utf-8")
    editor.add_file("T1", text)
    assert items(services, "T1") == ("apple", "pear")
    table = tmp_path / "two.csv"
    table.write_text('royal,fruit\nking,"apple, red"\nqueen,\n', encoding="utf-8")
    editor.open_file(table)
    assert [(one.name, tuple(mark.text for mark in one.items)) for one in shown(services).sets] == [
        ("royal", ("king", "queen")), ("fruit", ("apple, red",)),
    ]  # fmt: skip
    wrong = tmp_path / "sets.docx"
    wrong.write_bytes(b"PK")
    with pytest.raises(UserError, match=r"sets.docx is none of"):
        editor.add_file("T1", wrong)
    text.write_bytes(b"k\xf6nig")
    with pytest.raises(UserError, match="byte 2 is 0xF6"):
        editor.add_file("T1", text)


def test_the_selection_joins_a_set_or_becomes_a_pair(services, editor):
    services.selecting.take(np.array([0, 1]))
    editor.add_selected("T1")
    editor.add_selected("pairs")
    assert items(services, "T1") == ("king", "queen")
    assert services.store.state.draft.pairs == (("king", "queen"),)
    services.selecting.take(np.array([0, 1, 2]))
    with pytest.raises(UserError, match="3 items selected; 2 are needed for a pair"):
        editor.add_selected("pairs")


def test_neighbors_of_a_seed_are_offered_and_join_only_when_taken(services, editor, tiny):
    offering = services.offering
    editor.add("T1", ["king"])
    offering.find_near("T1", "king", k=3)
    offer = services.store.state.set_offer
    nearest = neighbors(tiny, "king", k=tiny.n).ranked
    expected = [  # the space has a second king, which is in the set already
        (row, score)
        for row, score in zip(nearest.indices.tolist(), nearest.scores.tolist(), strict=True)
        if tiny.items[row] != "king"
    ]
    assert [(one.row, one.score) for one in offer.candidates] == expected[:3]
    assert items(services, "T1") == ("king",)
    first = offer.candidates[0].item
    offering.take([first])
    assert items(services, "T1") == ("king", first)
    assert first not in [one.item for one in services.store.state.set_offer.candidates]
    offering.find_near("T1", k=2)
    assert not {one.item for one in services.store.state.set_offer.candidates} & {"king", first}
    offering.find_near("T1", "nobody")
    assert services.store.state.set_offer.error.title == "Item not in this space"
    editor.remove_set("T1")
    assert services.store.state.set_offer is None


def test_case_is_ignored_when_asked(services, editor):
    editor.add("T1", ["KING"])
    services.covering.ignore_case(True)
    (mark,) = shown(services).sets[0].items
    assert (mark.is_found, mark.row) == (True, 0)
    services.covering.ignore_case(False)
    (mark,) = shown(services).sets[0].items
    assert (mark.is_found, mark.variants) == (False, ("king",))
    assert shown(services).notes[1] == "T1 “Target 1”: ignore case to find king."


def test_sets_change_their_role_and_are_taken_from_others(services, editor):
    editor.add("T1", ["king", "queen"])
    assert editor.move_set("T1", "words") == "words"
    draft = services.store.state.draft
    assert (draft.targets, draft.words.items) == ((), ("king", "queen"))
    assert editor.copy_set("religion", "T2", "targets") == "T1"
    assert editor.copy_set("career-family", "A1", "targets") == "T2"
    assert editor.move_set("T2", "attributes") == "A1"
    assert editor.copy_set("bolukbasi-pairs", "pairs", "pairs") == "pairs"
    draft = services.store.state.draft
    assert [one.name for one in draft.targets] == ["Christianity"]
    assert draft.attributes[0].name == "career"
    assert draft.pairs[0] == ("she", "he")
    assert draft.citation.count("Caliskan") == 1 + 1
    assert [name in draft.citation for name in ("Manzini", "Bolukbasi")] == [True, True]
    assert draft.license == "facts of a published paper; MIT (debiaswe repository)"
    editor.move_set("T1", "words")
    assert services.store.state.draft.words.items[:3] == ("king", "queen", "christianity")


def test_a_step_of_the_draft_belongs_to_no_space(services, editor, tiny):
    editor.add("T1", ["king"])
    services.library.close(tiny.id)
    assert services.store.state.space is None
    services.store.undo()
    assert items(services, "T1") == ()


def test_sets_are_kept_in_the_project_and_in_a_file(services, editor, tmp_path):
    editor.add("T1", ["king", "queen"])
    editor.describe(language="en", citation="mine")
    assert not shown(services).is_kept
    editor.save("royals")
    assert shown(services).is_kept
    editor.add("T1", ["man"])
    assert not shown(services).is_kept
    editor.save()
    (kept,) = services.store.state.document.item_sets
    assert (kept.name, kept.targets[0].items) == ("royals", ("king", "queen", "man"))
    services.store.undo()
    assert services.store.state.document.item_sets[0].targets[0].items == ("king", "queen")
    editor.write(tmp_path / "royals.json")
    assert json.loads((tmp_path / "royals.json").read_text())["language"] == "en"
    editor.open("royals")
    editor.open_file(tmp_path / "royals.json")
    assert services.store.state.draft.targets[0].items == ("king", "queen", "man")
    again = state_of(contents_of(services.store.state, services.context))
    assert again.document.item_sets == services.store.state.document.item_sets
    services.library.close(services.store.state.active_space)
    assert [one.name for one in services.store.state.document.item_sets] == ["royals"]
    choices = sets_to_choose(services.store.state, editor.built_in.values())
    assert (choices[0].name, choices[0].is_built_in) == ("royals", False)
    assert any(one.name == "weat-6" and one.is_built_in for one in choices)
    editor.forget("royals")
    assert services.store.state.document.item_sets == ()


def test_marks_follow_the_active_space_and_wait_for_the_answer(desk, tiny):
    desk.services.library.add(tiny)
    desk.run_all()
    editor = desk.services.editing_sets
    editor.start()
    editor.add("T1", ["king"])
    assert sets_shown(desk.services.store.state).sets[0].items[0].is_found is None
    desk.run_all()
    assert sets_shown(desk.services.store.state).sets[0].items[0].is_found is True
    desk.services.library.close(tiny.id)
    desk.run_all()
    assert sets_shown(desk.services.store.state).sets[0].items[0].is_found is None
