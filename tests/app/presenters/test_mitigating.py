"""Mitigating bias: a new space beside the old one, then a report of what that changed."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from embexplorer.app.presenters.mitigating import working_on
from embexplorer.app.presenters.mitigation_view import (
    MeasureRow,
    measure_rows,
    neighbor_rows,
    report_text,
    sentences,
)
from embexplorer.core.item_sets import ItemSet, ItemSets
from embexplorer.core.space import Space, make_space, make_table
from embexplorer.operations.debias import debias
from embexplorer.operations.debias_report import report_debias
from embexplorer.operations.keep import on_disk
from embexplorer.operations.probe import probe

if TYPE_CHECKING:
    from embexplorer.app.mitigation import Mitigation
    from embexplorer.app.services import Services

NAMES = ["she", "he", "her", "him", "aunt", "uncle", "queen", "king"]
LEFT, RIGHT = (tuple(f"word {at}" for at in range(start, start + 40)) for start in (0, 40))
SETS = ItemSets(
    "sides",
    pairs=(("she", "he"), ("her", "him")),
    words=ItemSet("some", (*LEFT[:5], *RIGHT[:5])),
    specific=("queen", "king"),
    equalize=(("aunt", "uncle"),),
)
TEST = ItemSets(
    "lean",
    (ItemSet("left", LEFT[:4]), ItemSet("right", RIGHT[:4])),
    (ItemSet("hers", ("she", "her")), ItemSet("his", ("he", "him"))),
)


def make_words() -> Space:
    """Make eight words of two sides and 80 others, apart along one axis and a second one."""
    rng = np.random.default_rng(2)
    items = [*NAMES, *LEFT, *RIGHT]
    side = np.array([1, -1] * 4 + [1] * 40 + [-1] * 40)
    vectors = rng.normal(size=(len(items), 12))
    vectors[:, 0] += 3 * side
    vectors[8:, 1] += 4 * side[8:]
    return make_space(vectors.astype(np.float32), make_table(items), name="words")


@pytest.fixture
def words(services: Services) -> Space:
    made = on_disk(make_words(), services.context)
    services.library.add(made)
    return made


def asked(services: Services) -> Mitigation:
    found = services.store.state.mitigation
    assert found is not None
    return found


def test_the_methods_begin_with_the_best_known_and_list_the_sets_they_take(services) -> None:
    methods = [one.id for one in services.mitigating.methods()]
    assert methods[0] == "hard"
    assert {"soft", "leace", "inlp", "linear-projection"} <= set(methods)
    assert "bolukbasi-pairs" in services.mitigating.sets_for("hard")
    assert "weat-6" not in services.mitigating.sets_for("hard")  # it has no pairs
    assert "weat-6" in services.mitigating.sets_for("linear-projection")
    assert services.mitigating.leaves_out("multiclass-hard")
    assert not services.mitigating.leaves_out("leace")


def test_a_new_space_stands_beside_the_old_one_and_is_compared_with_it(services, words) -> None:
    services.mitigating.make(words.id, "hard", SETS, {})
    found, state = asked(services), services.store.state
    assert [one.name for one in state.document.spaces] == ["words", "words, hard"]
    old, made = state.document.spaces
    assert np.array_equal(old.vectors, words.vectors)
    assert state.active_space == made.id
    expected = debias(words, "hard", SETS, services.context)
    assert np.array_equal(made.vectors, expected.vectors)
    assert made.provenance.params["of"] == {"id": words.id, "name": "words"}
    assert state.message.startswith("Hard debiasing made words, hard.")
    assert (found.step, found.made, found.error) == ("", "words, hard", None)
    report = report_debias(words, expected, services.context, probes=["direct-bias"])
    rows = measure_rows(found.report)
    assert [row.measure for row in rows] == [
        "Direct bias: sides",
        "Cluster bias: sides",
        "Along the direction, mean",
        "Along the direction, largest",
        "Mean length of vectors",
    ]
    for row, value in zip(rows, report.probes, strict=False):
        assert (row.before, row.after) == (value["value_before"], value["value_after"])
    assert rows[0].after == pytest.approx(0, abs=1e-6)
    assert rows[1].after > 0.9  # the second axis still tells the sides apart
    assert rows[-1].cells[2] == "1.0000"
    assert rows[-1].change == rows[-1].after - rows[-1].before
    said = sentences(found.report)
    assert said[0].startswith("Taking a direction out does not take out the information")
    assert said[2] == (
        "The direction is of the space before: first principal axis of the pairs. Along it 80 "
        "neutral items are measured, each without its sign."
    )
    near = report.neighbors
    first = near["changed_most"][0]
    assert neighbor_rows(found.report)[0] == (
        first["item"],
        f"{round(10 * first['kept'])} of 10",
        ", ".join(first["before"]),
        ", ".join(first["after"]),
    )


def test_the_probe_of_the_panel_is_measured_with_its_own_sets_and_parameters(
    services, words
) -> None:
    services.bias.ask("weat", TEST, {"ddof": 0})
    services.mitigating.make(words.id, "hard", SETS, seed=3)
    rows = measure_rows(asked(services).report)
    assert [row.measure.split(":")[0] for row in rows[:2]] == ["WEAT", "Direct bias"]
    made = services.store.state.document.spaces[-1]
    for value, space in ((rows[0].before, words), (rows[0].after, made)):
        found = probe(space, "weat", TEST, services.context, params={"ddof": 0}, seed=3)
        assert value == found.found.value


def test_a_probe_without_a_number_is_said_and_hides_nothing(services, words) -> None:
    lone = ItemSets("lone", pairs=(("she", "he"),), words=ItemSet("none", ("nowhere", "not here")))
    services.mitigating.make(words.id, "hard", lone)
    found = asked(services)
    assert found.error is None
    assert any(one.startswith("Direct bias was not measured: ") for one in found.report["notes"])
    cells = [row.cells for row in measure_rows(found.report)]
    assert ("Direct bias: lone", "not measured", "not measured", "") in cells


def test_pairs_without_words_are_said_where_direct_bias_would_stand(services, words) -> None:
    services.mitigating.make(words.id, "hard", ItemSets("pairs", pairs=SETS.pairs))
    found = asked(services).report
    assert [row.measure for row in measure_rows(found) if not row.is_measured] == [
        "Direct bias: pairs"
    ]
    assert any("“pairs” has none" in note for note in found["notes"])


def test_further_sets_keep_and_equalize(services, words) -> None:
    more = ItemSets("more", words=ItemSet("more", ("word 0",)))
    equal = ItemSets("equal", pairs=(("word 1", "word 41"),))
    services.mitigating.make(words.id, "hard", SETS, keep=more, equalize=equal)
    made = services.store.state.document.spaces[-1]
    kept = made.provenance.params["sets"]
    assert kept["specific"] == ["queen", "king", "word 0"]
    assert kept["equalize"] == [["aunt", "uncle"], ["word 1", "word 41"]]


def test_the_same_again_is_no_third_space_and_another_has_a_name_of_its_own(
    services, words
) -> None:
    services.mitigating.make(words.id, "hard", SETS)
    first = services.store.state.document.spaces[-1]
    services.library.rename(first.id, "mine")
    services.mitigating.make(words.id, "hard", SETS)
    assert [one.name for one in services.store.state.document.spaces] == ["words", "mine"]
    assert asked(services).made == "mine"
    services.library.rename(first.id, "words, soft")
    services.mitigating.make(words.id, "soft", SETS)
    names = [one.name for one in services.store.state.document.spaces]
    assert names == ["words", "words, soft", "words, soft 2"]


def test_sets_that_do_not_fit_are_refused_and_make_nothing(services, words) -> None:
    services.mitigating.make(words.id, "hard", "weat-6")
    found = asked(services)
    assert (found.step, found.made, found.report) == ("", "", None)
    assert found.error.title == "Pairs are needed"
    assert len(services.store.state.document.spaces) == 1
    assert services.store.state.problems == ()


def test_cancelling_leaves_no_space_and_later_only_no_report(desk) -> None:
    services = desk.services
    words = on_disk(make_words(), services.context)
    services.library.add(words)
    desk.run_all()
    services.mitigating.make(words.id, "hard", SETS)
    assert working_on(services.store.state).title == "Hard debiasing of words"
    services.mitigating.cancel()
    desk.pump()
    assert services.store.state.mitigation is None
    assert len(services.store.state.document.spaces) == 1
    services.mitigating.make(words.id, "hard", SETS)
    desk.run("measure")
    assert asked(services).step == "comparing"
    assert working_on(services.store.state).title == "Comparing words, hard with words"
    services.mitigating.cancel()
    desk.pump()
    assert (asked(services).step, asked(services).made) == ("", "words, hard")
    assert asked(services).report is None
    assert len(services.store.state.document.spaces) == 2


def test_a_report_is_copied_and_written(services, words, tmp_path) -> None:
    services.mitigating.make(words.id, "hard", SETS)
    found = asked(services)
    rows = measure_rows(found.report)
    text = report_text(found).splitlines()
    assert text[0] == "Hard debiasing of words made words, hard."
    assert "Measure\tBefore\tAfter\tChange" in text
    assert "\t".join(rows[0].cells) in text
    services.mitigating.export(tmp_path / "report.csv")
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    assert [row["measure"] for row in written] == [row.measure for row in rows]
    assert [float(row["change"]) for row in written] == [row.change for row in rows]
    services.mitigating.export(tmp_path / "report.json")
    values = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (values["space"], values["method"], values["made"]) == ("words", "hard", "words, hard")
    assert values["probes"][0]["value_after"] == rows[0].after
    services.mitigating.export(tmp_path / "report.txt")
    assert services.store.state.problems[-1].error.title == "No such kind of file"


def test_a_number_that_ceased_to_exist_has_no_change() -> None:
    assert MeasureRow("x", 0.25, None).cells == ("x", "0.2500", "none", "none")
    assert MeasureRow("x", 0.25, 0.75).cells == ("x", "0.2500", "0.7500", "+0.5000")
    assert MeasureRow("x", 0.75, 0.25).cells[3] == "−0.5000"
    assert MeasureRow("x", 0.25, 0.25).cells[3] == "0.0000"
