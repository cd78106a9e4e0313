"""Bias probes: numbers first, then their uncertainty; the last answer of each space stays."""

from __future__ import annotations

import csv
import dataclasses
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from embexplorer.app.presenters.bias import working_on
from embexplorer.app.presenters.bias_export import citation_text
from embexplorer.app.presenters.bias_pictures import ticks_in
from embexplorer.app.presenters.bias_view import p_figure, view_of
from embexplorer.app.presenters.deriving import sides_of
from embexplorer.app.presenters.marks import marks_of
from embexplorer.app.presenters.repeating import action_of, repeat_text
from embexplorer.app.presenters.results import text_of
from embexplorer.core.item_sets import ItemSet, ItemSets
from embexplorer.core.space import Space, make_space, make_table
from embexplorer.operations.keep import on_disk

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.app.presenters.bias_view import BiasView
    from embexplorer.app.services import Services

FLOWERS, INSECTS = ("rose", "tulip", "lily", "daisy"), ("ant", "wasp", "moth", "fly")
GOOD, BAD = ("joy", "love", "peace"), ("pain", "filth", "death")
SETS = ItemSets(
    "garden",
    (ItemSet("flowers", FLOWERS), ItemSet("insects", (*INSECTS, "hornet"))),
    (ItemSet("pleasant", GOOD), ItemSet("unpleasant", BAD)),
    citation="Somebody 2020",
)


def make_garden(name: str = "garden") -> Space:
    """Make items in three dimensions: flowers near what is pleasant, insects near the rest."""
    rng = np.random.default_rng(3)
    items = [*FLOWERS, *INSECTS, *GOOD, *BAD, *(f"other {k}" for k in range(120))]
    side = [1.0] * 4 + [-1.0] * 4 + [2.0] * 3 + [-2.0] * 3 + [0.0] * 120
    vectors = rng.normal(0, 0.5, (len(items), 3))
    vectors[:, 0] += side
    vectors[:, 1] += 1.0
    return make_space(vectors.astype(np.float32), make_table(items, {}), name=name)


@pytest.fixture
def garden(services) -> Space:
    made = on_disk(make_garden(), services.context)
    services.library.add(made)
    return made


def view(services: Services) -> BiasView:
    asked = services.store.state.bias
    shown = view_of(asked, services.bias.find_probe(asked.probe))
    assert shown is not None
    return shown


def test_the_numbers_come_first_and_their_uncertainty_after(desk) -> None:
    services = desk.services
    services.library.add(on_disk(make_garden(), services.context))
    desk.run_all()
    services.bias.ask("weat", SETS)
    assert services.store.state.bias.is_running
    desk.run("quick")
    asked = services.store.state.bias
    assert not asked.is_running
    assert asked.is_measuring
    assert asked.uncertainty is None
    assert view(services).interval == "95% interval: drawing sets…"
    assert working_on(services.store.state).title == "Uncertainty of WEAT"
    desk.run("measure")
    asked = services.store.state.bias
    assert not asked.is_measuring
    assert len(asked.uncertainty.draws) == 2000
    assert working_on(services.store.state) is None


def test_another_question_supersedes_the_one_before(desk) -> None:
    services = desk.services
    services.library.add(on_disk(make_garden(), services.context))
    desk.run_all()
    services.bias.ask("weat", SETS)
    desk.run("quick")
    first = services.store.state.bias.answer
    services.bias.ask("weat", SETS, {"ddof": 0})
    asked = services.store.state.bias
    assert asked.is_running
    assert asked.answer is first  # dimmed, until the new one is there
    desk.run_all()
    asked = services.store.state.bias
    assert asked.answer is not first
    assert asked.params["ddof"] == 0
    assert asked.uncertainty.value == asked.answer.found.value


def test_a_cancelled_uncertainty_leaves_the_numbers(desk) -> None:
    services = desk.services
    services.library.add(on_disk(make_garden(), services.context))
    desk.run_all()
    services.bias.ask("weat", SETS)
    desk.run("quick")
    services.bias.cancel()
    desk.pump()
    asked = services.store.state.bias
    assert asked.answer is not None
    assert (asked.is_measuring, asked.uncertainty) == (False, None)
    assert view(services).interval == "no interval"


def test_a_slow_probe_runs_in_a_child_and_can_be_cancelled(desk, monkeypatch) -> None:
    services = desk.services
    services.library.add(on_disk(make_garden(), services.context))
    desk.run_all()
    services.bias.ask("weat", SETS)
    desk.run_all()
    first = services.store.state.bias
    slow = dataclasses.replace(services.bias.find_probe("mac"), measure=None)
    monkeypatch.setitem(services.context.registry.plugins[slow.kind], "mac", slow)
    services.bias.ask("mac", SETS)
    assert desk.lanes["measure"].keys == [f"bias:{first.space_id}"]
    assert working_on(services.store.state).title == "MAC"
    services.bias.cancel()
    desk.pump()
    assert services.store.state.bias.id == first.id
    assert not services.store.state.bias.is_running
    services.bias.ask("mac", SETS)
    desk.run_all()
    asked = services.store.state.bias
    assert (asked.probe, asked.is_measuring, asked.error) == ("mac", False, None)
    assert asked.answer.found.value is not None


def test_the_view_says_every_number_with_its_conventions(services, garden) -> None:
    services.bias.ask("weat", SETS, {"alternative": "two-sided"})
    asked, shown = services.store.state.bias, view(services)
    found = asked.answer.found
    assert shown.figure == f"{found.effect_size:.2f}"
    assert shown.figure_name == "effect size"
    low, high = asked.uncertainty.bca or asked.uncertainty.percentile
    assert shown.interval == f"95% interval {low:.2f} to {high:.2f} (BCa)"
    assert shown.test == "two-sided; exact, all 70 partitions"
    assert shown.p == f"p = {found.p_value:.2g}"
    assert shown.range.span == found.bounds
    assert (shown.range.low, shown.range.high) == (low, high)
    same, others = shown.nulls
    assert sum(same.counts) == 70
    assert same.note == "all 70 ways"
    assert sum(others.counts) == 1000
    assert shown.sides == ("unpleasant", "pleasant")
    method = dict(shown.method)
    assert method["Vectors"] == "raw, as in the space"
    assert method["Deviation"] == "ddof 1"
    assert method["Interval"] == "2,000 draws of each set, seed 0"
    assert "biased" not in shown.sentence
    assert "it does not say why they lie so" in shown.sentence


def test_p_is_never_shown_as_nothing() -> None:
    assert [p_figure(p) for p in (0.0123, 1.24e-5, 0.0)] == ["0.012", "1.2 × 10⁻⁵", "< 10⁻³⁰⁰"]


def test_a_sampled_test_says_how_many_partitions_and_which_seed(services, garden) -> None:
    services.bias.ask("weat", SETS, {"exact_up_to": 0, "n_permutations": 500})
    shown = view(services)
    assert shown.test == "one-sided, greater; sampled, 500 partitions, seed 0"
    assert shown.nulls[0].note == "500 random ways"


def test_bars_go_from_the_largest_score_to_the_smallest(services, garden) -> None:
    services.bias.ask("weat", SETS)
    shown, rows = view(services), garden.items
    scores = [one.score for one in shown.scores]
    assert scores == sorted(scores, reverse=True)
    assert [rows[one.row] for one in shown.scores] == [one.item for one in shown.scores]
    assert {one.set_name: one.shape for one in shown.scores} == {"flowers": 0, "insects": 1}
    assert {one.item for one in shown.scores[:4]} == set(FLOWERS)


def test_what_is_missing_stands_with_its_set(services, garden) -> None:
    services.bias.ask("weat", SETS)
    flowers, insects, *_ = view(services).sets
    assert (flowers.name, flowers.found, flowers.lacks) == ("flowers", "4 of 4", "")
    assert (insects.name, insects.found, insects.lacks) == ("insects", "4 of 5", "missing: hornet")
    assert not any("hornet" in note for note in view(services).notes)


def test_too_few_items_are_a_sentence_and_no_number(services, garden) -> None:
    nobody = ItemSets("none", (ItemSet("a", ("x", "y")), SETS.targets[1]), SETS.attributes)
    services.bias.ask("weat", nobody)
    asked = services.store.state.bias
    assert asked.error.title == "Too few items found"
    assert asked.answer is None
    assert view_of(asked, services.bias.find_probe("weat")) is None


def test_sets_of_a_file_are_asked_and_named_in_the_command(services, garden, tmp_path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"X": FLOWERS, "Y": INSECTS, "A": GOOD, "B": BAD}), encoding="utf-8")
    services.bias.ask("weat", str(path), {"ddof": 0}, ignore_case=True)
    state = services.store.state
    assert state.bias.answer.sets.name == "mine"
    action = action_of(state, "Bias")
    command = repeat_text(action, "command", services.context)
    assert command.endswith(f"--probe weat --sets {path} --ddof 0 --ignore-case --uncertainty")
    python = repeat_text(action, "python", services.context)
    assert f"ee.probe(space, 'weat', {str(path)!r}, ignore_case=True, ddof=0)" in python


def test_python_of_a_probe_gives_the_same_number(services, garden) -> None:
    services.bias.ask("weat", SETS)
    script = repeat_text(action_of(services.store.state, "Bias"), "python", services.context)
    names: dict[str, object] = {}
    exec(script, names)  # our own script, which must run
    answer = services.store.state.bias.answer
    assert names["result"].found.effect_size == pytest.approx(answer.found.effect_size, abs=1e-12)
    assert names["uncertainty"].bca == pytest.approx(services.store.state.bias.uncertainty.bca)


def test_the_last_answer_of_each_space_stays(services, garden) -> None:
    services.bias.ask("weat", SETS)
    first = services.store.state.bias
    other = on_disk(make_garden("other"), services.context)
    services.library.add(other)
    if other.id != garden.id:
        assert services.store.state.bias is None
        services.library.activate(garden.id)
        assert services.store.state.bias is first


def test_the_map_marks_the_items_by_the_shape_of_their_set(services, garden) -> None:
    services.bias.ask("weat", SETS)
    marks = marks_of(services.store.state)
    shapes = {garden.items[name.row]: name.shape for name in marks.names}
    assert [shapes[item] for item in ("rose", "ant", "joy", "pain")] == [0, 1, 2, 3]
    strong = {garden.items[name.row] for name in marks.names if name.is_strong}
    assert strong == {*FLOWERS, *INSECTS}
    services.bias.show_on_map(is_on_map=False)
    assert marks_of(services.store.state).names == ()


def test_the_map_shows_a_probe_or_an_analogy(services, garden) -> None:
    services.bias.ask("weat", SETS)
    services.analogy.ask("rose", "joy", "ant")
    assert not services.store.state.bias.is_on_map
    assert marks_of(services.store.state).arrows != ()
    services.bias.show_on_map(is_on_map=True)
    assert not services.store.state.analogy.is_on_map
    assert marks_of(services.store.state).arrows == ()


def test_scores_color_the_map_and_others_have_none(services, garden) -> None:
    services.bias.ask("weat", SETS)
    services.bias.color_by_scores(every=False)
    state = services.store.state
    assert state.style.color_by == "WEAT: garden"
    values = state.space.columns["WEAT: garden"].to_pylist()
    assert values[0] == next(one.score for one in view(services).scores if one.item == "rose")
    assert sum(value is not None for value in values) == 8
    services.store.undo()
    assert "WEAT: garden" not in services.store.state.space.columns


def test_every_item_has_the_score_that_the_sets_have(services, garden) -> None:
    services.bias.ask("weat", SETS)
    services.bias.color_by_scores()
    state = services.store.state
    assert (state.style.color_by, state.style.center) == ("Bias: garden (WEAT)", 0.0)
    values = state.space.columns["Bias: garden (WEAT)"].to_pylist()
    assert None not in values
    named = {item for one in (*SETS.targets, *SETS.attributes) for item in one.items}
    others = [score for item, score in zip(garden.items, values, strict=True) if item not in named]
    reach = np.quantile(np.abs(others), 0.98)
    assert state.style.limits == pytest.approx((-reach, reach))
    said = sides_of(state, "Bias: garden (WEAT)")
    assert said.startswith("← ")
    assert said.endswith(" → What lies beyond has the color of the end.")
    assert sides_of(state, "no such column") == ""
    scores = {one.item: one.score for one in view(services).scores}
    assert len(scores) == 8
    for item, score in scores.items():
        assert values[garden.items.index_of(item)] == pytest.approx(score, abs=1e-12)


def test_numbers_are_written_as_json_and_as_a_table(services, garden, tmp_path: Path) -> None:
    services.bias.ask("weat", SETS)
    answer = services.store.state.bias.answer
    services.bias.export(tmp_path / "all.json")
    values = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert values["effect_size"] == answer.found.effect_size
    assert values["interval"]["draws"] == 2000
    assert values["sets"]["Y"]["missing"] == ["hornet"]
    services.bias.export(tmp_path / "scores.csv")
    with (tmp_path / "scores.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 8
    assert {row["set_name"] for row in rows} == {"flowers", "insects"}
    services.bias.export(tmp_path / "scores.xyz")
    assert services.store.state.problems[-1].error.title == "No such kind of file"


def test_copied_numbers_carry_their_method_and_sources(services, garden) -> None:
    services.bias.ask("weat", SETS)
    answer, text = services.store.state.bias.answer, text_of(services.store.state, "Bias")
    assert answer.how in text
    assert f"effect size\t{answer.found.effect_size}" in text
    assert "permutations\t70" in text
    assert "rose\tX\tflowers\t" in text
    assert "Item sets: Somebody 2020." in text
    assert citation_text(answer).splitlines() == [
        f"WEAT: {answer.citation}.",
        "Item sets “garden”: Somebody 2020.",
    ]


def test_only_sets_that_a_probe_takes_are_offered(services) -> None:
    assert "weat-6" in services.bias.choices.sets_for("weat")
    assert "weat-6" not in services.bias.choices.sets_for("ect")
    assert services.bias.choices.probes()[0].id == "weat"


@pytest.mark.parametrize(
    ("span", "ticks"),
    [
        ((-1.94, 1.94), (-1.94, -1.0, 0.0, 1.0, 1.94)),
        ((-1.0, 1.0), (-1.0, -0.5, 0.0, 0.5, 1.0)),
        ((0.0, 2.0), (0.0, 0.5, 1.0, 1.5, 2.0)),
        ((-0.012, 0.031), (-0.01, 0.0, 0.01, 0.02, 0.03)),
    ],
)
def test_ticks_are_round_and_the_ends_have_one_where_there_is_room(span, ticks) -> None:
    assert ticks_in(span) == pytest.approx(ticks)


def test_a_probe_of_pairs_colors_every_item_along_their_direction(services, garden) -> None:
    pairs = ItemSets("sides", pairs=(("rose", "ant"), ("tulip", "wasp"), ("lily", "moth")))
    services.bias.ask("direction", pairs, {"projection": "cosine"})
    assert services.store.state.bias.error is None
    services.bias.color_by_scores()
    state = services.store.state
    assert state.style.color_by == "Bias: sides"
    values = state.space.columns["Bias: sides"].to_pylist()
    assert sum(value is not None for value in values) == garden.n
    assert values[0] > 0 > values[4]  # rose, ant
    assert state.style.center == 0.0


def test_sets_of_the_project_are_offered_where_they_fit(services) -> None:
    services.editing_sets.start(SETS)
    services.editing_sets.save()
    assert services.bias.choices.kept_sets_for("weat") == (SETS,)
    assert services.bias.choices.kept_sets_for("ect") == ()
