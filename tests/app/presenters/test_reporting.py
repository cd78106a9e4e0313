"""What reports on bias probes hold, and the documents a child writes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from embexplorer.app.presenters.reporting import report_of_battery, report_of_probe
from embexplorer.core.errors import CancelledError
from embexplorer.core.progress import Progress
from embexplorer.operations.bias_report_places import opened
from embexplorer.operations.keep import on_disk
from embexplorer.ui.bias_report import write_report_of
from tests.app.presenters.test_bias import SETS, make_garden

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.core.space import Space


@pytest.fixture
def garden(services) -> Space:
    made = on_disk(make_garden(), services.context)
    services.library.add(made)
    return made


def test_there_is_no_report_without_an_answer(services, garden) -> None:
    assert report_of_probe(services.store.state, services.context) == []
    known = services.battery.known
    assert report_of_battery(services.store.state, services.context, known) == []


def test_a_report_has_the_interval_the_name_and_how_to_repeat_it(
    services, garden, tmp_path
) -> None:
    services.library.rename(garden.id, "my garden")
    services.bias.ask("weat", SETS, seed=5)
    parts = report_of_probe(services.store.state, services.context)
    path = tmp_path / "r.html"
    assert write_report_of(parts, path, Progress()) == f"Wrote the report to {path}."
    page = path.read_text(encoding="utf-8")
    assert "my garden" in page
    assert "seed=5" in page  # the sets are in no file, so Python repeats it
    assert "find_uncertainty" in page
    (one,) = opened(parts)
    assert one.reach == pytest.approx(
        services.store.state.bias.uncertainty.bca
        or services.store.state.bias.uncertainty.percentile
    )


def test_the_report_of_a_battery_has_each_probe_of_the_open_spaces(services, garden) -> None:
    other = on_disk(make_garden("other"), services.context)
    services.library.add(other)
    known = services.battery.known
    services.battery.run(
        [garden.id],
        ["weat", "mac"],
        [SETS, known.built_in["weat-1"]],
        params={"weat": {"ddof": 0}},
        seed=3,
    )
    parts = report_of_battery(services.store.state, services.context, known)
    assert [one.result.probe for one in parts] == ["weat", "mac"]  # weat-1 lacks its items
    assert parts[0].result.params["ddof"] == 0
    assert {one.result.seed for one in parts} == {3}
    assert "seed=3, ddof=0" in parts[0].command
    services.library.close(garden.id)
    assert report_of_battery(services.store.state, services.context, known) == []


def test_writing_a_report_hears_a_cancel(services, garden, tmp_path: Path) -> None:
    services.bias.ask("weat", SETS)
    parts = report_of_probe(services.store.state, services.context)

    class Cancelled(Progress):
        def raise_if_cancelled(self) -> None:
            raise CancelledError

    with pytest.raises(CancelledError):
        write_report_of(parts, tmp_path / "r.html", Cancelled())
    assert not (tmp_path / "r.html").exists()
