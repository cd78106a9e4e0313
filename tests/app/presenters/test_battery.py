"""A probe battery in the window: the numbers of each probe by itself, in a table and a heat map."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.parquet as pq
import pytest

from embexplorer.app.presenters.battery import KEY, SetsChoice, running_battery
from embexplorer.app.presenters.battery_export import battery_text
from embexplorer.app.presenters.battery_view import COLUMNS, heat_of, rows_of, sorted_rows
from embexplorer.app.presenters.bias_pictures import figure_text
from embexplorer.core.item_sets import ItemSet, ItemSets
from embexplorer.core.space import Space, make_space, make_table
from embexplorer.operations.item_sets import built_in_sets
from embexplorer.operations.keep import on_disk
from embexplorer.operations.probe import probe

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.app.services import Services

NEAR = ItemSets(
    "near",
    (ItemSet("left", ("x0", "x1", "x2", "x3")), ItemSet("right", ("y0", "y1", "y2", "y3"))),
    (ItemSet("good", ("a0", "a1", "a2")), ItemSet("bad", ("b0", "b1", "b2"))),
)
LOST = ItemSets(
    "lost",
    (ItemSet("left", ("x0", "x1", "no", "none")), ItemSet("right", ("y0", "y1", "y2"))),
    (ItemSet("good", ("a0", "a1", "a2")), ItemSet("bad", ("b0", "b1", "b2"))),
)


def make(name: str, sign: float, seed: int) -> Space:
    items = [f"{key}{at}" for key in "xyab" for at in range(6)]
    side = np.repeat([sign, -sign, 1.0, -1.0], 6)
    vectors = np.random.default_rng(seed).normal(0, 0.6, (24, 5))
    vectors[:, 0] += side
    return make_space(vectors.astype(np.float32), make_table(items, {}), name=name)


@pytest.fixture
def pair(services: Services) -> list[Space]:
    made = [on_disk(make(*asked), services.context) for asked in (("up", 1, 1), ("down", -1, 2))]
    for one in made:
        services.library.add(one)
    return made


def run(services: Services, spaces: list[Space], **asked: bool) -> None:
    services.battery.run([one.id for one in spaces], ["weat", "mac"], [NEAR, LOST], **asked)


def test_every_row_is_the_probe_by_itself(services: Services, pair: list[Space]) -> None:
    run(services, pair)
    asked = services.store.state.battery
    assert not asked.is_running
    rows = rows_of(asked.answer, services.battery.titles())
    assert [row.texts[:3] for row in rows[:4]] == [
        ("up", "WEAT", "near"),
        ("up", "MAC", "near"),
        ("up", "WEAT", "lost"),
        ("up", "MAC", "lost"),
    ]
    for row, space in ((rows[0], pair[0]), (rows[4], pair[1])):
        alone = probe(space, "weat", NEAR, services.context).found
        assert row.keys[3] == row.keys[4] == alone.effect_size
        assert row.texts[3] == figure_text(alone.effect_size, alone.effect_size)
        assert row.keys[5] == alone.p_value
        assert row.texts[8:] == ("14 of 14", "")
        assert row.tips[5].startswith("p = ")
        assert "exact, all 70 partitions" in row.tips[5]
    assert rows[0].keys[3] > 1
    assert rows[4].keys[3] < -1
    assert len(rows[0].texts) == len(rows[0].keys) == len(rows[0].tips) == len(COLUMNS)


def test_a_row_without_a_number_says_why_and_comes_last(services, pair) -> None:
    run(services, pair)
    rows = rows_of(services.store.state.battery.answer, services.battery.titles())
    lost = rows[2]
    assert lost.texts[3:9] == ("",) * 6
    assert lost.texts[9].startswith("Too many items are missing: 2 of 4 items of X")
    ups = sorted_rows(rows, 3, is_descending=False)
    downs = sorted_rows(rows, 3, is_descending=True)
    numbers = [row.keys[3] for row in ups if row.keys[3] is not None]
    assert len(numbers) == 4
    assert numbers == sorted(numbers)
    assert [row.keys[3] for row in downs[:4]] == numbers[::-1]
    assert ups[4:] == downs[4:]
    run(services, pair, allow_missing=True)
    rows = rows_of(services.store.state.battery.answer, services.battery.titles())
    assert rows[2].texts[8] == "11 of 13"
    assert rows[2].tips[8].startswith("X uses 2 of 4 items")


def test_each_probe_has_its_own_scale_around_zero(services, pair) -> None:
    run(services, pair)
    heat = heat_of(services.store.state.battery.answer, services.battery.titles())
    assert heat.rows == ("near · WEAT", "near · MAC", "lost · WEAT", "lost · MAC")
    assert heat.columns == ("up", "down")
    for line in heat.cells[:2]:
        assert max(abs(one.share) for one in line) == 1.0
        for one in line:
            assert np.sign(one.share) == np.sign(one.cell.value)
    assert heat.cells[0][0].share > 0 > heat.cells[0][1].share
    assert heat.cells[2][0].share is None
    assert "Too many items are missing" in heat.cells[2][0].tip
    up = heat.cells[0][0].text
    assert heat.spoken.startswith(f"near · WEAT: up {up}, down −")
    assert "lost · WEAT: up no number, down no number" in heat.spoken
    assert "Gray is 0" in heat.scale


def test_a_cancel_brings_the_numbers_before_back(desk) -> None:
    services = desk.services
    spaces = [on_disk(make("up", 1, 1), services.context)]
    services.library.add(spaces[0])
    desk.run_all()
    run(services, spaces)
    assert running_battery(services.store.state).title == "Probe battery"
    services.battery.cancel()
    desk.pump()
    assert services.store.state.battery is None
    run(services, spaces)
    desk.run("measure")
    first = services.store.state.battery.answer
    assert len(first.cells) == 4
    run(services, spaces, ignore_case=True)
    assert services.store.state.battery.is_running
    assert services.store.state.battery.answer is first
    services.battery.cancel()
    desk.pump()
    assert services.store.state.battery.answer is first
    assert not services.store.state.battery.is_running
    assert not services.store.state.battery.ignore_case
    assert running_battery(services.store.state) is None


def test_a_space_without_a_folder_is_run_here(desk) -> None:
    space = make("loose", 1, 1)
    desk.services.library.add(space)
    desk.run_all()
    run(desk.services, [space])
    assert KEY in [job.key for job in desk.services.store.state.activity]
    desk.run("quick")
    found = desk.services.store.state.battery.answer.cells[0]
    assert found.value == probe(space, "weat", NEAR, desk.services.context).found.effect_size


def test_what_is_wrong_is_said(services, pair) -> None:
    services.battery.run([pair[0].id], ["weat"], [NEAR, NEAR])
    asked = services.store.state.battery
    assert asked.answer is None
    assert asked.error.title == "Two sets have one name"
    assert services.store.state.problems == ()


def test_a_row_opens_its_probe_in_the_bias_panel(services, pair) -> None:
    run(services, pair, allow_missing=True)
    cell = services.store.state.battery.answer.cells[2]
    assert services.store.state.active_space == pair[1].id
    assert services.battery.open_cell(cell)
    state = services.store.state
    assert state.active_space == pair[0].id
    assert state.bias.answer.found.value == cell.value
    assert state.bias.answer.sets == LOST
    services.library.close(pair[0].id)
    assert not services.battery.open_cell(cell)


def test_sets_are_found_by_name_and_probes_by_what_they_take(services) -> None:
    kept = SetsChoice(NEAR, is_kept=True)
    assert kept.matches("  NEA ")
    assert not kept.matches("near by")
    names = [one.sets.name for one in services.battery.sets() if one.matches("weat-1")]
    assert {"weat-1", "weat-10"} <= set(names)
    built_in = built_in_sets()
    found = {one.id for one in services.battery.probes([built_in["weat-1"]])}
    assert {"weat", "mac", "rnsb"} <= found
    assert {"seat", "ceat"} <= found
    assert not found & {"direct-bias", "ripa"}


def test_it_is_exported_and_copied_with_its_method(services, pair, tmp_path: Path) -> None:
    run(services, pair)
    answer = services.store.state.battery.answer
    for ending in ("csv", "json", "parquet"):
        services.battery.export(tmp_path / f"b.{ending}")
    with (tmp_path / "b.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 8
    assert float(rows[0]["effect_size"]) == answer.cells[0].value
    assert rows[0]["p_kind"] == "exact"
    assert rows[0]["reason"] == ""
    assert rows[2]["value"] == ""
    assert rows[2]["reason"].startswith("Too many items are missing")
    assert pq.read_table(tmp_path / "b.parquet").column("asked").to_pylist()[:3] == [14, 14, 0]
    values = json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))
    assert values["n_tests"] == answer.n_tests
    assert values["notes"] == list(answer.notes)
    lines = battery_text(answer).split("\n")
    assert lines[0] == answer.how
    assert lines[-8].startswith("up\tweat\tnear\t")
    services.battery.export(tmp_path / "b.txt")
    assert services.store.state.problems[0].error.title == "No such kind of file"
