"""A project saved in a child process, opened in another start, and everything is as it was."""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING

import pytest

from embexplorer.app.services import Services, inline_lanes
from embexplorer.jobs.process_lane import ProcessLane
from tests.kept_project import differences

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 120.0  # seconds a step may take on a loaded machine


class Start:
    """One start of the program, whose files are read and written in a child."""

    def __init__(self) -> None:
        self.posted: queue.SimpleQueue = queue.SimpleQueue()
        lanes = {**inline_lanes(), "files": ProcessLane("files")}
        self.services = Services.start(lanes, lambda *posted: self.posted.put(posted))
        self.services.remembered.hold(method="pca")

    def settle(self) -> None:
        """Take the events of all jobs."""
        while not (self.services.runner.is_idle and self.posted.empty()):
            handle, event = self.posted.get(timeout=PATIENCE)
            handle(event)


@pytest.fixture
def starts() -> Iterator[list[Start]]:
    made: list[Start] = []
    yield made
    for start in made:
        start.services.runner.shutdown()


@pytest.mark.parametrize("embeds", [True, False])
def test_a_project_survives_the_program(starts: list[Start], tmp_path: Path, embeds: bool) -> None:
    table, file = tmp_path / "fruit.csv", tmp_path / "thesis.embx"
    rows = "\n".join(f"item {k},{'ab'[k % 2]},{k},{k * k % 7},{-k}" for k in range(40))
    table.write_text(f"item,kind,v0,v1,v2\n{rows}\n", encoding="utf-8")
    starts.append(first := Start())
    services = first.services
    services.library.open([table])
    first.settle()
    services.map.project("pca", dims=3, seed=2)
    first.settle()
    services.selecting.take([3, 5, 8])
    services.selecting.keep("mine")
    services.selecting.tag("ripe")
    services.map.restyle("Size", size_by="v0")
    services.gallery.keep_view("near", {"center": [0, 0], "height": 1.5})
    services.project.save(file, embeds=embeds)
    first.settle()
    before = services.store.state
    assert before.problems == ()
    assert before.project.path == file
    if embeds:
        table.unlink()
        services.context.cache.clear()

    services.project.end()  # as the first window does when it is closed
    starts.append(second := Start())
    second.services.project.open_paths([file])
    second.settle()
    after = second.services.store.state
    assert after.problems == ()
    assert differences(before.document, after.document) == []
    assert after.styles == before.styles
    assert after.active_projection == before.active_projection
    assert after.space.columns["Tag"].to_pylist()[3:6] == ["ripe", None, "ripe"]
    assert not second.services.project.is_unsaved()
    assert second.services.project.title().text == "thesis · embexplorer"
