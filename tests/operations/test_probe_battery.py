from __future__ import annotations

import json

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError, UserError
from embexplorer.core.progress import Progress
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.context import Context
from embexplorer.operations.item_sets import sets_to
from embexplorer.operations.probe import probe
from embexplorer.operations.probe_battery import battery_values, find_many_sets, run_battery

WORDS = [f"{key}{at}" for key in "xyab" for at in range(8)]


def sets(name, start, end):
    part = {key.upper(): [f"{key}{at}" for at in range(start, end)] for key in "xyab"}
    return {"name": name, **part}


SETS = [sets("first", 0, 4), sets("second", 3, 8), sets("beyond", 6, 12)]


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


@pytest.fixture
def spaces():
    rng = np.random.default_rng(0)
    shift = np.repeat([1, -1, 1, -1], 8)[:, None] * np.eye(10)[0]
    return [
        make_space(rng.normal(size=(32, 10)) + by * shift, make_table(WORDS), name=f"by {by}")
        for by in (0.1, 0.7)
    ]


def test_every_cell_is_the_probe_by_itself(spaces, context):
    found = run_battery(spaces, ["weat", "mac"], SETS, context, params={"weat": {"ddof": 0}})
    assert len(found.cells) == 12
    cells = {(one.space_name, one.probe, one.sets): one for one in found.cells}
    for space in spaces:
        for one in SETS[:2]:
            alone = probe(space, "weat", one, context, params={"ddof": 0}).found
            cell = cells[space.name, "weat", one["name"]]
            assert (cell.value, cell.p_value) == (alone.effect_size, alone.p_value)
            alone = probe(space, "mac", one, context).found
            assert cells[space.name, "mac", one["name"]].value == alone.statistic
    failed = cells["by 0.1", "weat", "beyond"]
    assert failed.value is None
    assert failed.error.startswith("Too many items are missing: 4 of 6 items of X")


def test_p_is_adjusted_over_the_whole_battery(spaces, context):
    found = run_battery(spaces, ["weat", "mac"], SETS, context)
    tested = sorted(
        (one for one in found.cells if one.p_value is not None), key=lambda c: c.p_value
    )
    assert found.n_tests == len(tested) == 4
    holm, largest = [], 0.0
    for rank, one in enumerate(tested):
        largest = max(largest, min(1.0, one.p_value * (4 - rank)))
        holm.append(largest)
    assert [one.p_holm for one in tested] == pytest.approx(holm)
    bh = [
        min(min(1.0, two.p_value * 4 / (at + 1)) for at, two in list(enumerate(tested))[rank:])
        for rank in range(4)
    ]
    assert [one.p_benjamini_hochberg for one in tested] == pytest.approx(bh)
    assert "over all 4 tests" in found.notes[0]
    assert "4 of 12 have no number; each says why." in found.notes


def test_the_grid_has_a_row_for_sets_and_probe_and_a_column_for_a_space(spaces, context):
    found = run_battery(spaces, ["weat"], SETS, context)
    grid = found.grid
    assert grid.rows == (("first", "weat"), ("second", "weat"), ("beyond", "weat"))
    assert grid.columns == ("by 0.1", "by 0.7")
    assert grid.values[2] == (None, None)
    assert grid.values[1][1] == probe(spaces[1], "weat", SETS[1], context).found.effect_size
    values = battery_values(found)
    assert values["grid"]["values"][1][1] == grid.values[1][1]
    assert values["cells"][0]["used"] == {"X": 4, "Y": 4, "A": 4, "B": 4}
    assert (values["cells"][0]["ddof"], values["cells"][0]["alternative"]) == (1, "greater")
    assert values["how"].startswith("WEAT (ddof 1, alternative greater, n_permutations 100000")
    json.dumps(values, allow_nan=False)


def test_a_probe_that_takes_other_sets_says_so(spaces, context):
    found = run_battery(spaces[:1], ["rnd", "weat"], SETS[:1], context)
    assert found.cells[0].error.startswith("Other item sets are needed")
    assert found.cells[1].value is not None


def test_another_case_stands_in_for_all_sets(spaces, context):
    upper = {key: [w.upper() for w in words] for key, words in SETS[0].items() if key != "name"}
    found = run_battery(spaces[:1], ["weat"], [upper], context, ignore_case=True)
    assert found.cells[0].value == probe(spaces[0], "weat", SETS[0], context).found.effect_size


def test_nothing_to_run_unknown_names_and_equal_names_are_refused(spaces, context):
    for call, title in (
        (lambda: run_battery(spaces, [], SETS, context), "Nothing to run"),
        (lambda: run_battery(spaces, ["no"], SETS, context), "Unknown name"),
        (lambda: run_battery(spaces, ["weat"], [SETS[0]] * 2, context), "Two sets have one name"),
        (
            lambda: run_battery(spaces, ["weat"], SETS, context, params={"weat": {"k": 1}}),
            "Unknown setting",
        ),
        (lambda: find_many_sets(["no-such"]), "No such item sets"),
    ):
        with pytest.raises(UserError) as caught:
            call()
        assert caught.value.title == title


def test_sets_are_found_by_beginning_pattern_name_and_file(tmp_path):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(SETS[0]), encoding="utf-8")
    built_in = [one.name for one in find_many_sets(["weat"])]
    assert "weat-6" in built_in
    assert [one.name for one in find_many_sets(["weat-*"])] == built_in
    assert built_in == sorted(built_in, key=lambda name: int(name.split("-")[1]))
    (mine, six) = find_many_sets([str(path), "weat-6"])
    assert sets_to(mine)["name"] == "first"
    assert six.name == "weat-6"


def test_it_stops_when_cancelled(spaces, context):
    class Stopping(Progress):
        def report(self, fraction, message=""):
            if "2 of 6" in message:
                self.cancel()

    with pytest.raises(CancelledError):
        run_battery(spaces, ["weat"], SETS, context, progress=Stopping())
